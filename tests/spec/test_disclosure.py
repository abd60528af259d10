"""What may be told of a figure: the rule of the gate as a table for people who own it.

A protected figure counts people. An already public one was published by its owner.
"""

import datetime as dt
from dataclasses import replace

import pytest

from muster.gates.disclosure import refuse_unless_declared, tellable, told
from muster.kernel.errors import NotPermitted
from muster.kernel.metrics import Dimension, Metric, RawCell

DIMENSIONS = tuple(Dimension(name, name, name) for name in ("employer", "grade", "profession", "x"))
PROTECTED = Metric(
    name="people",
    title="People",
    unit="people",
    definition="d",
    grain="g",
    scale=1,
    dimensions=DIMENSIONS,
    profile="protected",
    lawful_basis="l",
    owner="o",
    source="s",
    reader="r",
)
PUBLIC = replace(PROTECTED, profile="already public", scale=1_000_000_000)

# people counted | told
PROTECTED_FIGURES = [
    (0, "0 to 7"),
    (1, "0 to 7"),
    (7, "0 to 7"),
    (8, "10"),
    (12, "10"),
    (13, "15"),
    (17, "15"),
    (18, "20"),
    (1_002, "1,000"),
    (123_456, "123,455"),
]
# billionths of one | told
PUBLIC_FIGURES = [
    (0, "0"),
    (1_000_000_000, "1"),
    (800_000_000, "0.8"),
    (2_820_360_476_000_000, "2,820,360.476"),
    (1, "0.000000001"),
]


@pytest.mark.parametrize(("people", "shown"), PROTECTED_FIGURES)
def test_a_protected_figure_is_banded_or_rounded(people: int, shown: str) -> None:
    assert told(PROTECTED, RawCell((), people, people)).shown == shown


@pytest.mark.parametrize(("billionths", "shown"), PUBLIC_FIGURES)
def test_a_published_figure_is_told_exactly(billionths: int, shown: str) -> None:
    assert told(PUBLIC, RawCell((), billionths, 0)).shown == shown


def test_a_band_has_no_value_that_could_leave_by_another_way() -> None:
    assert all(told(PROTECTED, RawCell((), n, n)).value is None for n in range(8))


def test_the_band_of_an_fte_follows_the_people_behind_it() -> None:
    fte = replace(PROTECTED, scale=1_000_000_000)
    assert told(fte, RawCell((), 6_400_000_000, 8)).shown == "5"
    assert told(fte, RawCell((), 9_000_000_000, 7)).shown == "0 to 7"


# dimensions asked | date | refused because
ASKED = [
    ((), dt.date(2026, 8, 31), None),
    (("employer", "grade", "profession"), dt.date(2026, 8, 31), None),
    (("employer", "grade", "profession", "x"), dt.date(2026, 8, 31), "at most 3"),
    (("sex",), dt.date(2026, 8, 31), "not declared by sex"),
    (("grade", "grade"), dt.date(2026, 8, 31), "not declared"),
    (("grade",), dt.date(2026, 8, 30), "month ends"),
    (("grade",), dt.date(2024, 2, 28), "month ends"),
    (("grade",), dt.date(2024, 2, 29), None),
]


@pytest.mark.parametrize(("dimensions", "as_at", "because"), ASKED)
def test_only_declared_tables_exist(
    dimensions: tuple[str, ...], as_at: dt.date, because: str | None
) -> None:
    if because is None:
        refuse_unless_declared(PROTECTED, dimensions, as_at)
        return
    with pytest.raises(NotPermitted, match=because):
        refuse_unless_declared(PROTECTED, dimensions, as_at)


def test_a_published_figure_may_be_as_at_any_day() -> None:
    refuse_unless_declared(PUBLIC, ("grade",), dt.date(2011, 9, 30))
    refuse_unless_declared(PUBLIC, ("grade",), dt.date(2011, 9, 29))


def test_a_protected_figure_offers_month_ends_only() -> None:
    days = (dt.date(2026, 10, 31), dt.date(2026, 11, 15))
    assert tellable(PROTECTED, days) == days[:1]
    assert tellable(PUBLIC, days) == days
