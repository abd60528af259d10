"""In which town a place is: what its stated name says, as a table that HR people can read.

A name tells a town where a part of it is the name of one town of the list. Nothing is guessed: a
name that tells none waits until somebody says it.
"""

import csv
import datetime as dt
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.register.places.rules import (
    NOWHERE,
    REGIONS,
    code_of,
    judged,
    parts_of,
    read_several,
    read_where,
    region_of_postcode,
)
from muster.register.places.towns import every_town, shipped_postcodes, shipped_towns

TOLD = """
stated                                | town                | region
London                                | london              | London
LONDON                                | london              | London
Leeds - Quay House                    | leeds               | Yorkshire and The Humber
Quay House, Leeds                     | leeds               | Yorkshire and The Humber
Quay House (Leeds)                    | leeds               | Yorkshire and The Humber
London Road, Leeds                    | leeds               | Yorkshire and The Humber
10 South Colonnade, Canary Wharf, London | london           | London
102 Petty France, London SW1H 9AJ     | london              | London
Croydon                               | london              | London
Newcastle-upon-Tyne                   | newcastle-upon-tyne | North East
Hull                                  | kingston-upon-hull  | Yorkshire and The Humber
Caerdydd                              | cardiff             | Wales
Derry/Londonderry                     | derry               | Northern Ireland
Bangor, Gwynedd                       | bangor              | Wales
Newport, South Wales                  | newport             | Wales
Stoke on Trent                        | stoke-on-trent      | West Midlands
"""
WAITS = """
stated                    | why
LON03                     | a code of the employer's own
1103                      | a code of the employer's own
York House                | a house may stand anywhere
Leeds City Campus         | a part of a part names nothing
Newcastle                 | there are several
Bangor                    | there are several
Newport                   | there are several
Bury                      | there are several
London / Leeds            | two towns
Leeds, Bradford           | two towns
Londn                     | a likeness is a guess
SW1H 9AJ                  | a postcode alone
Home                      | somebody's home
Home - Leeds              | somebody's home
Overseas                  | abroad
Not known                 | nothing
.                         | nothing
"""
POSTCODES = """
postcode | region                   | why
SW1A 2HQ | London                   | all of it
EC1A 1BB | London                   | districts of the City end in a letter
E1W 1YA  | London                   | all of it
CR9 2BY  | London                   | a district of an area that crosses
BS34 8JH | South West               | all of it
CH5 1AA  | Wales                    | a district of an area that crosses
CH41 1AA | North West               | the rest of that area
CH1 1AA  | -                        | the border runs through the district
BF1 2AT  | -                        | forces abroad
nonsense | -                        | no postcode
"""


def lines(text: str) -> list[list[str]]:
    _heading, *found = text.strip().splitlines()
    return [[part.strip() for part in one.split("|")] for one in found]


@pytest.mark.parametrize(("stated", "town", "region"), lines(TOLD))
def test_a_name_that_tells_its_town(stated: str, town: str, region: str) -> None:
    found = read_where(stated, shipped_towns())
    assert (found.town, REGIONS[found.region]) == (town, region)


@pytest.mark.parametrize(("stated", "why"), lines(WAITS))
def test_a_name_that_waits(stated: str, why: str) -> None:
    assert read_where("" if stated == "." else stated, shipped_towns()) == NOWHERE


@pytest.mark.parametrize(("postcode", "region", "why"), lines(POSTCODES))
def test_where_a_postcode_lies(postcode: str, region: str, why: str) -> None:
    assert REGIONS.get(region_of_postcode(postcode, shipped_postcodes()), "-") == region


@pytest.mark.parametrize(
    ("stated", "town", "region"),
    [
        ("Leeds", "leeds", "TLE"),
        ("Leeds; Leeds - Quay House", "leeds", "TLE"),
        ("Leeds; York", "", "TLE"),
        ("Leeds; London", "", ""),
        ("Leeds; LON03", "", ""),
        (" ; ", "", ""),
    ],
)
def test_of_several_places_what_all_share_is_told(stated: str, town: str, region: str) -> None:
    assert read_several(stated, shipped_towns()) == (town, region)


def test_the_list_holds_each_town_once_in_a_region_that_there_is() -> None:
    towns = list(shipped_towns().towns.values())
    text = files("muster.register.places").joinpath("data", "towns.csv").read_text()
    assert len(towns) == len(list(csv.DictReader(text.splitlines()))) >= 150
    for town in towns:
        assert town.region in REGIONS
        assert 49.8 < town.latitude < 60.9
        assert -8.2 < town.longitude < 1.8
    assert {town.region for town in towns} == set(REGIONS)
    assert set(every_town()) == set(shipped_towns().towns)
    for code in shipped_towns().towns:
        where = shipped_towns().where(code)
        assert parts_of(code_of(where)) == where
    assert parts_of(code_of(NOWHERE)) == NOWHERE


def test_every_town_is_read_by_its_own_name() -> None:
    for town in shipped_towns().towns.values():
        stated = f"{town.name}, {town.needs[0]}" if town.needs else town.name
        assert read_where(stated, shipped_towns()).town == town.code


def test_no_postcode_district_is_told_to_lie_in_two_regions() -> None:
    text = files("muster.register.places").joinpath("data", "postcodes.csv").read_text()
    named = [
        area
        for row in csv.DictReader(text.splitlines())
        for area in (*row["areas"].split(), *row["crossed"].split())
    ]
    assert sorted(named) == sorted(set(named))


@given(st.text(max_size=60))
def test_whatever_is_stated_is_read_or_waits(stated: str) -> None:
    found = read_where(stated, shipped_towns())
    assert found == NOWHERE or found == shipped_towns().where(found.town)
    assert region_of_postcode(stated, shipped_postcodes()) in {"", *REGIONS}


JUDGED = """
figures                         | goal | due        | as at      | verdict
2026-01-31 60, 2026-10-31 70    | 70   | 2030-03-31 | 2026-10-31 | met
2026-01-31 60, 2026-10-31 62    | 70   | 2030-03-31 | 2026-10-31 | on track
2026-01-31 60, 2026-10-31 61    | 70   | 2030-03-31 | 2026-10-31 | behind
2026-01-31 60, 2026-10-31 55    | 70   | 2030-03-31 | 2026-10-31 | behind
2026-01-31 72, 2026-10-31 69    | 70   | 2030-03-31 | 2026-10-31 | behind
2026-01-31 60, 2026-10-31 69    | 70   | 2026-10-31 | 2026-10-31 | missed
2026-10-31 69                   | 70   | 2026-09-30 | 2026-10-31 | missed
2026-10-31 69                   | 70   | 2030-03-31 | 2026-10-31 | too early
2026-01-31 60                   | 70   | 2030-03-31 | 2026-10-31 | not told
2026-01-31 ?, 2026-10-31 61     | 70   | 2030-03-31 | 2026-10-31 | too early
2026-01-31 60, 2026-10-31 ?     | 70   | 2030-03-31 | 2026-10-31 | not told
"""


@pytest.mark.parametrize(("figures", "goal", "due", "as_at", "verdict"), lines(JUDGED))
def test_how_a_commitment_stands(
    figures: str, goal: str, due: str, as_at: str, verdict: str
) -> None:
    told = {}
    for part in figures.split(","):
        on, value = part.split()
        told[dt.date.fromisoformat(on)] = None if value == "?" else Decimal(value)
    found = judged(int(goal), dt.date.fromisoformat(due), told, dt.date.fromisoformat(as_at))
    assert found.verdict == verdict
