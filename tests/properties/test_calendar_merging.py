"""Loading sheets into calendars, against a second way: a list of days, each with its pay."""

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.casework.calendars.merging import Merged, merge
from muster.casework.calendars.reading import Stated
from muster.casework.calendars.rules import Calendar, PayPeriod, changes
from muster.kernel.days import ONE_DAY
from muster.kernel.errors import BadInput, Where
from tests.payroll_calendars import calendars

SINCE, UNTIL = dt.date(2026, 1, 1), dt.date(2026, 6, 30)
HALF_YEARS = calendars(since=SINCE, until=UNTIL)
Days = dict[dt.date, PayPeriod]


def stated(periods: Sequence[PayPeriod]) -> list[Stated]:
    return [
        Stated("monthly", one, None, None, Where(row=n)) for n, one in enumerate(periods, start=2)
    ]


def day_by_day(*sheets: Sequence[PayPeriod]) -> Days | None:
    """Return which period pays each day, the last sheet first; None if it breaks a period apart."""
    days: Days = {}
    for sheet in sheets:
        for period in sheet:
            for n in range((period.ends - period.starts).days):
                days[period.starts + ONE_DAY * n] = period
    whole = all(
        days.get(period.starts + ONE_DAY * n) == period
        for period in set(days.values())
        for n in range((period.ends - period.starts).days)
    )
    every = sorted(days)
    joined = not every or len(every) == (every[-1] - every[0]).days + 1
    order = sorted(set(days.values()), key=lambda one: one.starts)
    turn = order == sorted(order, key=lambda one: (one.cut_off, one.pay_day))
    strict = len({one.cut_off for one in order}) == len(order)
    paid = [one.pay_day for one in order]
    return days if whole and joined and turn and strict and paid == sorted(paid) else None


def applied(known: Sequence[PayPeriod], merged: Merged) -> list[PayPeriod]:
    gone = {*merged.changes.removed, *(before for before, _ in merged.changes.moved)}
    new = {*merged.changes.added, *(after for _, after in merged.changes.moved)}
    return [*(one for one in known if one not in gone), *new]


@given(HALF_YEARS, HALF_YEARS, st.integers(0, 30), st.integers(1, 30), st.booleans())
def test_a_sheet_counts_for_the_days_it_states_or_not_at_all(
    known: Calendar, other: Calendar, start: int, length: int, same: bool
) -> None:
    source = known.periods if same else other.periods
    sheet = source[start % len(source) :][:length]
    wanted = day_by_day(known.periods, sheet)
    if wanted is None:
        with pytest.raises(BadInput) as refused:
            merge(known.periods, stated(sheet), convention="365ths", nation="scotland")
        assert refused.value.where.row is not None
        return
    merged = merge(known.periods, stated(sheet), convention="365ths", nation="scotland")
    found = applied(known.periods, merged)
    assert day_by_day(found) == wanted
    assert len(found) == len(set(wanted.values()))
    assert merged.changes.kept == len(set(known.periods) & set(wanted.values()))
    assert bool(merged.changes) == (set(found) != set(known.periods))


@given(HALF_YEARS, HALF_YEARS)
def test_what_is_told_covers_every_period_that_came_or_went(
    known: Calendar, other: Calendar
) -> None:
    found = changes(known.periods, other.periods)
    new = {*found.added, *(after for _, after in found.moved)}
    gone = {*found.removed, *(before for before, _ in found.moved)}
    assert new == set(other.periods) - set(known.periods)
    assert gone == {
        one for one in known.periods
        if one not in other.periods and any(one.days.overlaps(two.days) for two in other.periods)
    }  # fmt: skip
    assert not set(found.added) & {after for _, after in found.moved}
    assert all(before.days.overlaps(after.days) for before, after in found.moved)
    assert changes(known.periods, known.periods).kept == len(known.periods)
    assert not changes(known.periods, known.periods)
