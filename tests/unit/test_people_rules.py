"""Details of the people rules, and of reading names, numbers and layouts."""

import datetime as dt
from itertools import permutations

import pytest

from muster.hub.layouts import header_key
from muster.hub.parsers import (
    Unreadable,
    read_compact,
    read_name_before_capitals,
    read_surname_in_capitals,
)
from muster.kernel.days import Period
from muster.register.people.intake import people_intake
from muster.register.people.rules import Claimant, Stated, same_person, settle, tell, timeline
from muster.register.people.spelling import searchable
from synthetic.layouts import LAYOUTS
from synthetic.work import PROFESSIONS

D1, D2, D3 = dt.date(2026, 8, 31), dt.date(2026, 9, 30), dt.date(2026, 10, 31)
START = dt.date(2019, 9, 2)
BORN = dt.date(1980, 3, 1)


def row(as_at: dt.date, **other: object) -> Stated:
    said = {
        "as_at": as_at, "start": START, "leaving": None, "stated": "permanent", "name": "Mole",
        "identifiers": ("hash", BORN), "assignment": ("permanent", "HEO"), "row": (1, 2),
    } | other  # fmt: skip
    return Stated(**said)  # type: ignore[arg-type]


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [row(D1), row(D2, assignment=("permanent", "SEO")), row(D3, leaving=D3)]
    told = {tell(order, [D1]) for order in permutations(rows)}
    assert len(told) == 1


def test_an_identifier_that_is_not_stated_keeps_its_last_value() -> None:
    history = tell([row(D1), row(D2, identifiers=(None, BORN)), row(D3, identifiers=("new", BORN))])
    numbers, births = history.identifiers
    assert [(held.value, held.valid_from, held.valid_to) for held in numbers] == [
        ("hash", START, D3), ("new", D3, None),
    ]  # fmt: skip
    assert [held.valid_to for held in births] == [None]


def test_a_name_outlasts_the_employment() -> None:
    history = tell([row(D1, leaving=D1)], [D2])
    assert history.spells[0].valid_to == dt.date(2026, 9, 1)
    assert history.names[0].valid_to is None


def test_provenance_is_the_row_that_first_stated_the_days() -> None:
    rows = [row(D1, row=(1, 7)), row(D2, row=(2, 8)), row(D3, row=(3, 9), leaving=D3)]
    assert tell(rows[:2]).spells[0].row == (1, 7)
    assert tell(rows).spells[0].row == (3, 9)
    assert tell(rows).spells[0].assignments[0].row == (1, 7)


def test_of_two_values_for_one_day_the_last_counts() -> None:
    line = timeline([(D1, "a", (1, 1)), (D2, "b", (1, 2)), (D2, "a", (1, 3))], START)
    assert [(held.value, held.valid_from, held.valid_to) for held in line] == [("a", START, None)]


def test_a_silence_before_the_first_row_says_nothing() -> None:
    assert tell([row(D2)], [D1]).spells[0].valid_to is None


@pytest.mark.parametrize("absent", [0, 1, 2])
def test_nobody_is_certainly_the_same_while_a_part_is_missing(absent: int) -> None:
    parts: list[object] = ["hash", BORN, "Mole"]
    assert same_person(*parts) == ("hash", BORN, "mole")  # type: ignore[arg-type]
    parts[absent] = None
    assert same_person(*parts) is None  # type: ignore[arg-type]


def test_capitals_are_set_aside_and_accents_are_not() -> None:
    assert same_person("h", BORN, "WÓJCIK") == same_person("h", BORN, "Wójcik")
    assert same_person("h", BORN, "Wojcik") != same_person("h", BORN, "Wójcik")


def test_a_refused_claim_keeps_only_what_is_still_free() -> None:
    verdicts = settle(
        [
            Claimant("decided", Period(START, D2), certain=True),
            Claimant("later", Period(D1, None), Period(D1, None)),
        ]
    )
    assert verdicts["later"].believed is None
    assert verdicts["later"].against == "decided"


@pytest.mark.parametrize(
    ("name", "forenames", "surname"),
    [
        ("Martha MOLE", "Martha", "MOLE"),
        ("Ann Maria VAN DYCK", "Ann Maria", "VAN DYCK"),
        ("Siân O'NEILL-ÅBERG", "Siân", "O'NEILL-ÅBERG"),
        ("Martha J MOLE", "Martha J", "MOLE"),
        ("J. MOLE", "J.", "MOLE"),
        ("SUHARTO", None, "SUHARTO"),
    ],
)
def test_a_surname_in_capitals_is_told_from_forenames(
    name: str, forenames: str | None, surname: str
) -> None:
    assert (read_name_before_capitals(name), read_surname_in_capitals(name)) == (forenames, surname)


def test_a_name_without_capitals_is_not_guessed() -> None:
    for read in (read_name_before_capitals, read_surname_in_capitals):
        with pytest.raises(Unreadable):
            read("Martha Mole")


def test_a_number_is_read_without_its_spaces() -> None:
    assert read_compact("qa 12 34 56 c") == "QA123456C"


def test_names_are_found_without_accents_and_capitals() -> None:
    assert searchable("Siân", None, "O'Neill  Åberg") == "sian o'neill aberg"


# Other layouts of the same systems are held to the truth itself: see test_feeds_truth.
@pytest.mark.parametrize("key", sorted(set(LAYOUTS) & set(PROFESSIONS[0].stated)))
def test_a_layout_declares_every_column_its_system_sends(key: str) -> None:
    layout = next(
        one for one in people_intake().layouts if one.name == f"hr-{key.replace('_', '-')}"
    )
    headers = LAYOUTS[key].header
    assert layout.fits(headers)
    assert {header_key(header) for header in headers} == layout.known_columns
    assert layout.covers == "system"
    profession = next(field for field in layout.fields if field.field == "profession")
    assert profession.parser.codes is not None
    for one in PROFESSIONS:
        for word in one.stated[key].split("/"):
            assert (
                word.casefold() in profession.parser.codes or word.casefold() in profession.absent
            )
