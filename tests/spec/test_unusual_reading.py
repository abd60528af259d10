"""Which reading of records is raised: cases that information-governance officers agreed.

``before`` and ``now`` are looks in a few words: reader, how many times, and at how many people,
on which day and at what hour (London). "Ann 3x2 Tue 10" is: Ann opens each of two people three
times within Tuesday's hour from 10 on. Words after that say who they are to her (manager, namesake,
colleague), of which unit, that a search only listed them (listed), or that glass was broken.
All readers are caseworkers; Ann is asked about, Bob and Cat are her peers.
"""

import datetime as dt
import itertools

import polars as pl
import pytest

from muster.gates.unusual import LOOKS, RULES, unusual
from muster.kernel.days import LONDON

DAYS = {"Mon": 2, "Tue": 3, "Wed": 4, "Thu": 5, "Fri": 6, "Sat": 7, "Sun": 8}
USUAL = "Ann 1x10 Mon 10, Ann 1x8 Mon 11, Bob 1x12 Mon 10, Cat 1x9 Mon 14"
TEAM = "Ann 1x25 Mon 10 unit=pay"

CASES = """
before                             | now                                     | raised
USUAL                              | Ann 1x12 Tue 10                         |
USUAL                              | Ann 1x29 Tue 10                         |
USUAL                              | Ann 1x40 Tue 10                         | many people
USUAL                              | Ann 2x20 Tue 10                         |
Ann 1x40 Mon 10, Bob 1x45 Mon 10   | Ann 1x60 Tue 10                         |
Bob 1x45 Mon 10, Cat 1x50 Mon 11   | Ann 1x60 Tue 10                         |
Ann 1x40 Mon 10                    | Ann 1x60 Tue 10                         |
Ann 1x3 Mon 10, Bob 1x2 Mon 10     | Ann 1x20 Tue 10, Ann 1x20 Tue 12        |
USUAL                              | Ann 1x400 Tue 10 listed                 |
USUAL                              | Ann 1x600 Tue 10 listed                 | many listed
USUAL                              | Ann 11x1 Tue 10                         |
USUAL                              | Ann 12x1 Tue 10                         | same person
USUAL                              | Ann 6x1 Tue 10, Ann 6x1 Thu 15          | same person
USUAL                              | Ann 6x1 Tue 10, Bob 6x1 Thu 15          |
USUAL                              | Ann 1x4 Tue 22                          |
USUAL                              | Ann 1x5 Tue 22                          | out of hours
USUAL                              | Ann 1x5 Tue 6                           | out of hours
USUAL                              | Ann 1x5 Tue 7                           |
USUAL                              | Ann 1x5 Sat 11                          | out of hours
Ann 1x10 Mon 22                    | Ann 1x9 Tue 22                          |
Bob 1x10 Mon 22                    | Ann 1x9 Tue 22                          |
TEAM                               | Ann 1x8 Tue 10 unit=pay                 |
TEAM                               | Ann 1x4 Tue 10 unit=spies               |
TEAM                               | Ann 1x5 Tue 10 unit=spies               | outside usual unit
Ann 1x19 Mon 10 unit=pay           | Ann 1x5 Tue 10 unit=spies               |
USUAL                              | Ann 1x1 Tue 10 manager                  | own manager
USUAL                              | Ann 1x1 Tue 10 namesake                 |
USUAL                              | Ann 2x1 Tue 10 namesake                 | namesake
USUAL                              | Ann 2x1 Tue 10 colleague                |
USUAL                              | Ann 3x1 Tue 10 colleague                | own colleague
USUAL                              | Ann 3x1 Tue 10 colleague listed         |
USUAL                              | Ann 20x1 Tue 22 own                     |
USUAL                              | Ann 1x1 Tue 10 glass                    |
USUAL                              | Ann 1x1 Tue 10 glass, Ann 1x1 Wed 10 glass | glass broken again
Ann 1x1 Mon 10 glass               | Ann 1x1 Tue 10 glass                    | glass broken again
Bob 1x1 Mon 10 glass               | Ann 1x1 Tue 10 glass                    |
Ann 1x40 Tue 10, Bob 1x5 Mon 10    | Ann 1x1 Wed 10                          |
"""


def looks(told: str, *, start: int = 0) -> list[dict[str, object]]:
    """Return looks from their words; every person is somebody else's, except within one phrase."""
    places = itertools.count(start)
    rows: list[dict[str, object]] = []
    for phrase in filter(None, told.split(", ")):
        by, amount, day, hour, *rest = phrase.split()
        times, people = map(int, amount.split("x"))
        unit = next((one.removeprefix("unit=") for one in rest if one.startswith("unit=")), None)
        relation = next((one for one in rest if one in {"manager", "namesake", "colleague"}), "")
        what = "break glass" if "glass" in rest else "search" if "listed" in rest else "person"
        begin = dt.datetime(2026, 11, DAYS[day], int(hour), tzinfo=LONDON).astimezone(dt.UTC)
        for person, time in itertools.product(range(people), range(times)):
            same = f"{by}-{times > 1 or phrase}-{person}"
            rows.append({
                "position": next(places), "by": by, "role": "HR caseworker",
                "at": begin + dt.timedelta(seconds=time), "what": what,
                "person": "ann" if "own" in rest else same, "reader": by.lower(), "unit": unit,
                "relation": relation,
            })  # fmt: skip
    return rows


def cases() -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in CASES.strip().splitlines()[1:]]


def raised(before: str, now: str) -> list[str]:
    named = {"USUAL": USUAL, "TEAM": TEAM}
    past = looks(named.get(before, before))
    fresh = len(past)
    frame = pl.DataFrame([*past, *looks(now, start=fresh)], schema=LOOKS)
    found = unusual(frame, fresh=fresh)
    assert set(found["by"]) <= {"Ann"}
    shuffled = unusual(frame.sample(fraction=1.0, shuffle=True, seed=7), fresh=fresh)
    assert shuffled.equals(found), "the order in which entries are read says nothing"
    return list(found["rule"].unique())


@pytest.mark.parametrize(("before", "now", "rule"), cases(), ids=lambda cell: cell)
def test_it_is_raised_as_agreed(before: str, now: str, rule: str) -> None:
    assert raised(before, now) == ([rule] if rule else [])


def test_every_rule_has_a_case() -> None:
    assert {case[2] for case in cases()} - {""} == set(RULES)


def test_an_empty_log_raises_nothing() -> None:
    found = unusual(pl.DataFrame(schema=LOOKS), fresh=0)
    assert found.is_empty()
