"""Who may know of somebody restricted: the cases that information-governance officers agreed.

A restriction is with an office: an employer's, or the central one. ``asker`` is who asks: an
officer of an office answers for its restrictions; a caseworker answers for none. ``named`` are the
guardian and those let know by name.
"""

import datetime as dt
from uuid import UUID

import pytest

from muster.register.people.restricting.rules import (
    LONGEST_HOURS,
    NOBODY,
    Hold,
    Viewer,
    answers_for,
    may_know,
    until,
    why_not_lift,
)

OFFICES = {"central": None, "mill": UUID(int=1), "weir": UUID(int=2)}

CASES = """
restriction of | named            | asker                | glass  | may know
central        |                  | officer of central   | whole  | yes
central        |                  | officer of mill      | whole  | no
mill           |                  | officer of mill      | whole  | yes
mill           |                  | officer of central   | whole  | no
mill           |                  | officer of weir      | whole  | no
mill           |                  | caseworker of mill   | whole  | no
mill           |                  | caseworker of mill   | broken | yes
mill           |                  | officer of weir      | broken | yes
mill           | guardian is ann  | ann of weir          | whole  | yes
mill           | ann is let know  | ann of mill          | whole  | yes
mill           | ann is let know  | caseworker of mill   | whole  | no
mill           | guardian is ann  | nobody               | whole  | no
central        |                  | nobody               | whole  | no
"""


def cases() -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in CASES.strip().splitlines()[1:]]


def viewer(words: str) -> Viewer:
    if words == "nobody":
        return NOBODY
    who, _of, office = words.split()
    return Viewer(who, who == "officer", OFFICES[office])


@pytest.mark.parametrize(("office", "named", "asker", "glass", "known"), cases())
def test_it_is_known_to_whom_was_agreed(
    office: str, named: str, asker: str, glass: str, known: str
) -> None:
    hold = Hold(
        OFFICES[office],
        "ann" if named.startswith("guardian") else "",
        frozenset({"ann"} if named.endswith("let know") else ()),
    )
    assert may_know(viewer(asker), hold, glass_broken=glass == "broken") == (known == "yes")


def test_who_is_let_know_does_not_answer_for_it() -> None:
    hold = Hold(OFFICES["mill"], "", frozenset({"ann"}))
    assert not answers_for(Viewer("ann"), hold)
    assert answers_for(Viewer("bob"), Hold(None, "bob"))


LIFTING = """
asked by | agrees | stands against it
nobody   | ann    | nobody asked
ann      | ann    | own request
ann      | bob    |
"""


@pytest.mark.parametrize(
    ("asked", "agrees", "against"),
    [[cell.strip() for cell in row.split("|")] for row in LIFTING.strip().splitlines()[1:]],
)
def test_lifting_takes_two(asked: str, agrees: str, against: str) -> None:
    assert why_not_lift(None if asked == "nobody" else asked, agrees) == against


@pytest.mark.parametrize("hours", range(-1, 7))
def test_glass_is_broken_for_four_hours_at_most(hours: int) -> None:
    at = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    if 1 <= hours <= LONGEST_HOURS:
        assert until(at, hours) == at + dt.timedelta(hours=hours)
    else:
        with pytest.raises(ValueError, match="1 to 4"):
            until(at, hours)
