"""When feeds are due: pure functions over a declared rhythm.

A monthly feed that is due 10 days after the month's end speaks of the last day of the month.
The table in ``tests/spec/test_feeds_due.py`` is the documentation for HR people.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

PERIODS = ("day", "week", "month", "quarter")


@dataclass(frozen=True)
class Rhythm:
    """One feed for each period that ends from ``since`` on and, if given, before ``until``.

    ``days`` is how many days after the end of its period a feed may still come.
    """

    period: str
    days: int
    since: dt.date
    until: dt.date | None = None


@dataclass(frozen=True)
class Due:
    """A feed that is due: the day it speaks of, and the last day on which it is in time."""

    as_at: dt.date
    by: dt.date


def due(rhythm: Rhythm, *, today: dt.date) -> tuple[Due, ...]:
    """Return the feeds whose time was up before today, the earliest first."""
    found = []
    for as_at in _ends(rhythm):
        by = as_at + dt.timedelta(days=rhythm.days)
        if by >= today:
            break
        found.append(Due(as_at, by))
    return tuple(found)


def next_due(rhythm: Rhythm, *, today: dt.date, came: Collection[dt.date] = ()) -> Due | None:
    """Return the next feed whose time is not up and that has not come; None after the end."""
    for as_at in _ends(rhythm):
        by = as_at + dt.timedelta(days=rhythm.days)
        if by >= today and as_at not in came:
            return Due(as_at, by)
    return None


def _ends(rhythm: Rhythm) -> Iterator[dt.date]:
    """Yield the last day of each period, in order."""
    day = _end_of(rhythm.period, rhythm.since)
    while rhythm.until is None or day < rhythm.until:
        yield day
        day = _end_of(rhythm.period, day + dt.timedelta(days=1))


def _end_of(period: str, day: dt.date) -> dt.date:
    """Return the last day of the period that a day lies in; weeks end on Sunday."""
    if period == "day":
        return day
    if period == "week":
        return day + dt.timedelta(days=6 - day.weekday())
    months = 1 if period == "month" else 3
    month = day.month + (-day.month) % months + 1
    first = dt.date(day.year + (month > 12), (month - 1) % 12 + 1, 1)
    return first - dt.timedelta(days=1)
