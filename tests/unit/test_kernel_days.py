"""Legal days and half-open periods, around the hours where London and UTC differ."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.kernel.days import ONE_DAY, Period, legal_day, month_end

DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2080, 1, 1))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-06-30T22:59:59+00:00", "2026-06-30"),
        ("2026-06-30T23:00:00+00:00", "2026-07-01"),
        ("2026-12-31T23:59:59+00:00", "2026-12-31"),
        ("2026-07-01T00:30:00+02:00", "2026-06-30"),
        ("2026-03-29T00:59:59+00:00", "2026-03-29"),
        ("2026-10-24T23:00:00+00:00", "2026-10-25"),
        ("2026-10-25T23:30:00+00:00", "2026-10-25"),
    ],
)
def test_an_instant_belongs_to_the_day_london_clocks_show(instant: str, expected: str) -> None:
    assert legal_day(dt.datetime.fromisoformat(instant)) == day(expected)


def test_an_instant_without_a_zone_belongs_to_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        legal_day(dt.datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("given_day", "last"),
    [("2026-01-31", "2026-01-31"), ("2024-02-01", "2024-02-29"), ("2026-12-05", "2026-12-31")],
)
def test_a_month_ends_on_its_last_day(given_day: str, last: str) -> None:
    assert month_end(day(given_day)) == day(last)


@given(DAYS)
def test_the_day_after_a_month_end_is_a_first(any_day: dt.date) -> None:
    assert (month_end(any_day) + ONE_DAY).day == 1
    assert month_end(any_day) >= any_day


def test_one_employment_may_end_on_the_day_the_next_begins() -> None:
    first = Period(day("2026-01-01"), day("2026-04-01"))
    second = Period(day("2026-04-01"))
    assert not first.overlaps(second)
    assert not second.overlaps(first)
    assert (first.holds(day("2026-04-01")), second.holds(day("2026-04-01"))) == (False, True)
    assert (first.last_day(), second.last_day()) == (day("2026-03-31"), None)


@pytest.mark.parametrize("end", ["2026-01-01", "2025-12-31"])
def test_a_period_holds_at_least_a_day(end: str) -> None:
    with pytest.raises(ValueError, match="holds no day"):
        Period(day("2026-01-01"), day(end))


@given(DAYS, st.integers(1, 40), st.integers(-60, 60), st.integers(1, 40), st.booleans())
def test_periods_overlap_when_they_share_a_day(
    start: dt.date, length: int, shift: int, other_length: int, is_open: bool
) -> None:
    one = Period(start, start + dt.timedelta(days=length))
    begin = start + dt.timedelta(days=shift)
    other = Period(begin, None if is_open else begin + dt.timedelta(days=other_length))
    shared = any(other.holds(start + dt.timedelta(days=i)) for i in range(length))
    assert one.overlaps(other) == other.overlaps(one) == shared
