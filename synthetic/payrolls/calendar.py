"""A payroll's own year: pay periods, the last moment it takes news for each, and its pay days.

Bank holidays are not known here on purpose: a payroll publishes its calendar, and whoever works
with it takes the days from there.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PayPeriod:
    """One period: `ends` is the first day after it; news after `cut_off` waits for the next."""

    starts: date
    ends: date
    cut_off: datetime
    pay_day: date

    @property
    def last_day(self) -> date:
        return self.ends - ONE_DAY

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days


def _weekday_before(day: date) -> date:
    """`day`, or the Friday before it."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _month_after(day: date, months: int = 1) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, day.day)


class Calendar:
    """Monthly periods.

    Args:
        first: the first day of the first period; its day of the month is that of all, 1 to 28.
        months: how many periods.
        cut_day, cut_hour: of the month a period begins in; on a weekend, the Friday before.
        pay_day: of the month a period begins in, at most 28, or 0 for its last; likewise.
    """

    def __init__(
        self, first: date, months: int, *, cut_day: int = 12, cut_hour: int = 17, pay_day: int = 0
    ) -> None:
        starts = [_month_after(first, number) for number in range(months + 1)]
        self.periods = tuple(
            PayPeriod(begins, ends, *self._days(begins, cut_day, cut_hour, pay_day))
            for begins, ends in pairwise(starts)
        )
        self._starts = [period.starts for period in self.periods]

    @staticmethod
    def _days(begins: date, cut_day: int, cut_hour: int, pay_day: int) -> tuple[datetime, date]:
        cut = _weekday_before(begins.replace(day=cut_day))
        last = _month_after(begins.replace(day=1)) - ONE_DAY
        paid = _weekday_before(begins.replace(day=pay_day) if pay_day else last)
        return datetime.combine(cut, time(cut_hour), LONDON), paid

    def holding(self, day: date) -> PayPeriod:
        """The period `day` lies in. LookupError outside the calendar."""
        at = bisect_right(self._starts, day) - 1
        if at < 0 or day >= self.periods[at].ends:
            raise LookupError(f"the calendar has no period with {day}")
        return self.periods[at]

    def after(self, period: PayPeriod) -> PayPeriod:
        return self.holding(period.ends)

    def open_at(self, moment: datetime) -> PayPeriod:
        """The first period that still takes news at `moment`."""
        for period in self.periods:
            if moment <= period.cut_off:
                return period
        raise LookupError(f"the calendar has no period open at {moment}")
