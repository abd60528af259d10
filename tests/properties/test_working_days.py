"""Working days, against a second way of counting that looks at every day by itself."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.kernel.working_days import (
    NATIONS,
    Nation,
    add_working_days,
    bank_holidays,
    is_working_day,
    latest_day_before,
    working_days_between,
)

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))
NATION = st.sampled_from(NATIONS)
COUNTS = st.integers(-40, 40)
ONE = dt.timedelta(days=1)


def plainly(after: dt.date, until: dt.date, nation: Nation) -> int:
    """Count one day after the other, in a list."""
    every = [after + ONE * n for n in range(1, (until - after).days + 1)]
    return len(
        [
            day
            for day in every
            if day.strftime("%a") not in {"Sat", "Sun"}
            and day not in bank_holidays(nation, day.year)
        ]
    )


@given(DAYS, st.integers(0, 900), NATION)
def test_counting_by_weeks_comes_to_the_same_as_day_by_day(
    after: dt.date, apart: int, nation: Nation
) -> None:
    until = after + ONE * apart
    assert working_days_between(after, until, nation) == plainly(after, until, nation)
    assert working_days_between(until, after, nation) == -plainly(after, until, nation)


@given(DAYS, COUNTS, NATION)
def test_adding_ends_on_a_working_day_with_so_many_in_between(
    day: dt.date, count: int, nation: Nation
) -> None:
    found = add_working_days(day, count, nation)
    if count:
        assert is_working_day(found, nation)
    if count >= 0:
        assert plainly(day, found, nation) == count
    else:
        assert plainly(found - ONE, day - ONE, nation) == -count


@given(DAYS, st.integers(0, 25), st.integers(0, 25), NATION)
def test_adding_twice_is_adding_once(day: dt.date, a: int, b: int, nation: Nation) -> None:
    twice = add_working_days(add_working_days(day, a, nation), b, nation)
    assert twice == add_working_days(day, a + b, nation)


@given(DAYS, st.integers(0, 60), st.integers(0, 60), NATION)
def test_what_is_left_adds_up_and_never_grows_as_days_pass(
    day: dt.date, a: int, b: int, nation: Nation
) -> None:
    middle, end = day + ONE * a, day + ONE * (a + b)
    first = working_days_between(day, middle, nation)
    second = working_days_between(middle, end, nation)
    assert first + second == working_days_between(day, end, nation)
    assert second <= first + second


@given(DAYS, st.integers(1, 15), NATION)
@settings(max_examples=60)
def test_the_latest_day_is_in_time_and_the_next_is_not(
    until: dt.date, count: int, nation: Nation
) -> None:
    day = latest_day_before(until, count, nation)
    assert working_days_between(day, until, nation) >= count
    assert working_days_between(day + ONE, until, nation) < count
