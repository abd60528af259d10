"""Working days: Monday to Friday, except the bank holidays of the nation whose days are counted.

For whoever promises something within so many working days, or must act so many before a cut-off.
Scotland and Northern Ireland keep other bank holidays than England and Wales, so every count names
its nation.
"""

import datetime as dt
from functools import cache
from typing import Literal, get_args

from holidays import country_holidays

from muster.kernel.days import ONE_DAY

Nation = Literal["england-and-wales", "scotland", "northern-ireland"]
NATIONS: tuple[Nation, ...] = get_args(Nation)
_KNOWN_AS: dict[Nation, str] = {
    "england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR",
}  # fmt: skip


@cache
def bank_holidays(nation: Nation, year: int) -> frozenset[dt.date]:
    """Return the bank holidays of a nation in a year, those at weekends and their substitutes."""
    return frozenset(country_holidays("GB", subdiv=_KNOWN_AS[nation], years=year))


def is_working_day(day: dt.date, nation: Nation = "england-and-wales") -> bool:
    """Tell whether a day is neither at a weekend nor a bank holiday."""
    return day.weekday() < 5 and day not in bank_holidays(nation, day.year)


def add_working_days(day: dt.date, count: int, nation: Nation = "england-and-wales") -> dt.date:
    """Return the day that lies so many working days after another; before it if negative.

    The day itself never counts: one working day after a Friday, a Saturday and a Sunday is Monday,
    one before a Saturday, a Sunday and a Monday is Friday. No days after a day is that day.
    """
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, nation)
    return day


def working_days_between(day: dt.date, until: dt.date, nation: Nation = "england-and-wales") -> int:
    """Return how many working days follow a day up to and including another.

    So many working days are left to somebody who begins on the morning after ``day`` and must be
    done in the course of ``until``. Where ``until`` lies before ``day`` the count is negative: the
    working days that have passed since.
    """
    if until < day:
        return -working_days_between(until, day, nation)
    weeks, rest = divmod((until - day).days, 7)
    beyond = day + dt.timedelta(days=weeks * 7)
    single = (beyond + dt.timedelta(days=n) for n in range(1, rest + 1))
    weekdays = weeks * 5 + sum(one.weekday() < 5 for one in single)
    return weekdays - sum(
        day < holiday <= until and holiday.weekday() < 5
        for year in range(day.year, until.year + 1)
        for holiday in bank_holidays(nation, year)
    )


def latest_day_before(until: dt.date, count: int, nation: Nation = "england-and-wales") -> dt.date:
    """Return the last day after which at least so many working days are left until another.

    ``count`` is 1 or more; of none, the day itself.
    """
    day = until
    while working_days_between(day, until, nation) < count:
        day -= ONE_DAY
    return day
