"""When the page about changes calls a feed late, and how it says that a figure changed.

Read each line as a sentence. A feed is late if it came later after its date than declared. Where
nobody declared when it is due, it is late if it came more than three days later than usual, the
middle of how its earlier feeds came; after a single feed nothing is usual yet.
"""

from decimal import Decimal

import pytest

from muster.gates.release import ReleasedCell
from muster.services.grid.changes import Pair
from muster.services.grid.feeds_behind import usual_days
from muster.services.grid.pages.changes import change_of

# declared days | days that earlier feeds took | this one took | late?
FEEDS = [
    (10, [], 10, False),
    (10, [], 11, True),
    (10, [30, 30, 30], 11, True),
    (0, [], 1, True),
    (None, [], 90, None),
    (None, [5], 90, None),
    (None, [5, 5], 8, False),
    (None, [5, 5], 9, True),
    (None, [4, 6, 40], 9, False),
    (None, [4, 6, 40], 10, True),
]
# told before | told now | what the page says
FIGURES = [
    ("120", "125", "+5"),
    ("125", "120", "−5"),  # noqa: RUF001 - a minus
    ("1000", "2500", "+1,500"),
    ("120", "120", "No change told"),
    ("0 to 7", "0 to 7", "No change told"),
    ("0 to 7", "10", "Not told"),
    ("10", "0 to 7", "Not told"),
    (None, "10", "Cannot be compared"),
    ("10", None, "Cannot be compared"),
]


@pytest.mark.parametrize(("declared", "earlier", "took", "late"), FEEDS)
def test_a_feed_is_late(
    declared: int | None, earlier: list[int], took: int, late: bool | None
) -> None:
    within = usual_days(declared, earlier)
    assert (None if within is None else took > within) is late


@pytest.mark.parametrize(("before", "now", "said"), FIGURES)
def test_a_change_is_said(before: str | None, now: str | None, said: str) -> None:
    assert change_of(Pair("", "", _cell(before), _cell(now))) == said


def test_published_figures_that_stay_the_same_did_not_change() -> None:
    same = ReleasedCell((), (), "exact", Decimal("12.5"), "12.5")
    assert change_of(Pair("", "", same, same)) == "No change"


def _cell(shown: str | None) -> ReleasedCell | None:
    if shown is None:
        return None
    if shown == "0 to 7":
        return ReleasedCell((), (), "band", None, shown)
    return ReleasedCell((), (), "rounded", Decimal(shown), shown)
