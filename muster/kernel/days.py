"""Legal days: the days employment law and payroll count in, in Europe/London.

A *legal day* is a plain date. An instant belongs to the legal day that London clocks show, so
23:30 UTC on 30 June is already 1 July. A *period* of legal days is half open: its first day
counts, its end does not, so one employment's end equals the next one's beginning and no day is
counted twice or lost. A period without an end is open.
"""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
ONE_DAY = dt.timedelta(days=1)


def legal_day(instant: dt.datetime) -> dt.date:
    """Return the legal day an aware instant belongs to.

    Raises:
        ValueError: if the instant carries no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone to belong to a legal day")
    return instant.astimezone(LONDON).date()


def month_end(day: dt.date) -> dt.date:
    """Return the last day of the month of ``day``; protected figures are as at month ends."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the day so many months earlier: of a month's end, that month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    kept = last if day == month_end(day) else min(day.day, last)
    return dt.date(year, month + 1, kept)


@dataclass(frozen=True)
class Period:
    """A half-open span of legal days: ``start`` counts, ``end`` does not; no ``end`` is open.

    Raises:
        ValueError: if the period would hold no day.
    """

    start: dt.date
    end: dt.date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"a period from {self.start} to {self.end} holds no day")

    def holds(self, day: dt.date) -> bool:
        """Tell whether ``day`` lies in this period."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Tell whether some day lies in both periods."""
        return (other.end is None or self.start < other.end) and (
            self.end is None or other.start < self.end
        )

    def last_day(self) -> dt.date | None:
        """Return the last day that counts, as HR forms state it; none while open."""
        return None if self.end is None else self.end - ONE_DAY
