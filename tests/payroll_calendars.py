"""Payroll calendars for tests: ordinary ones, and any that an employer could have."""

import calendar as months
import datetime as dt
import uuid
from itertools import pairwise

from hypothesis import strategies as st

from muster.casework.calendars.rules import (
    CONVENTIONS,
    FREQUENCIES,
    Calendar,
    Convention,
    Frequency,
    PayPeriod,
)
from muster.kernel.days import LONDON, ONE_DAY
from muster.kernel.working_days import NATIONS, Nation, add_working_days

_LENGTH = {"four-weekly": 28, "weekly": 7}


def month_of(
    year: int, month: int, cut_off_day: int = 10, *, time: dt.time = dt.time(17)
) -> PayPeriod:
    """Return a calendar month that is paid on its last day."""
    last = dt.date(year, month, months.monthrange(year, month)[1])
    cut_off = dt.datetime.combine(last.replace(day=min(cut_off_day, last.day)), time, LONDON)
    return PayPeriod(last.replace(day=1), last + ONE_DAY, cut_off.astimezone(dt.UTC), last)


def monthly(
    *, years: tuple[int, ...] = (2026, 2027), cut_off_day: int = 10, employer: int = 1,
    convention: Convention = "calendar_days", nation: Nation = "england-and-wales",
    time: dt.time = dt.time(17),
) -> Calendar:  # fmt: skip
    """Return calendar months whose cut-off is on the same day of each, at 17:00 or ``time``."""
    periods = tuple(
        month_of(year, month, cut_off_day, time=time) for year in years for month in range(1, 13)
    )
    return Calendar(uuid.UUID(int=employer), "monthly", convention, nation, periods)


@st.composite
def calendars(
    draw: st.DrawFn, *, since: dt.date = dt.date(2026, 1, 1), until: dt.date = dt.date(2028, 3, 31)
) -> Calendar:
    """Draw a calendar that covers all days from ``since`` to ``until``."""
    frequency: Frequency = draw(st.sampled_from(FREQUENCIES))
    nation: Nation = draw(st.sampled_from(NATIONS))
    notice = draw(st.integers(0, 12 if frequency == "monthly" else 3))
    time = dt.time(draw(st.integers(0, 23)), draw(st.sampled_from((0, 30))))
    bounds = _bounds(draw, frequency, since, until)
    periods = []
    for starts, ends in bounds:
        pays = add_working_days(ends, -1, nation)
        cut_off = dt.datetime.combine(add_working_days(pays, -notice, nation), time, LONDON)
        periods.append(PayPeriod(starts, ends, cut_off.astimezone(dt.UTC), pays))
    convention: Convention = draw(st.sampled_from(CONVENTIONS))
    return Calendar(draw(st.uuids()), frequency, convention, nation, tuple(periods))


def _bounds(
    draw: st.DrawFn, frequency: Frequency, since: dt.date, until: dt.date
) -> list[tuple[dt.date, dt.date]]:
    if frequency != "monthly":
        length = _LENGTH[frequency]
        starts = since - ONE_DAY * draw(st.integers(0, length - 1))
        bounds = []
        while starts <= until:
            bounds.append((starts, starts + ONE_DAY * length))
            starts += ONE_DAY * length
        return bounds
    # Months that begin on the same day of each: the 1st, or the 6th as a tax month does.
    first = draw(st.sampled_from((1, 6, 20)))
    begins = [
        dt.date(year, month, first)
        for year in range(since.year - 1, until.year + 2)
        for month in range(1, 13)
    ]
    pairs = pairwise(begins)
    return [(starts, ends) for starts, ends in pairs if ends > since and starts <= until]
