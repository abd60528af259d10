"""What counts as attendance, and how it stands against what is expected. Pure functions.

Attendance is told as people on an average day. A building's average is its people over the days on
which they were counted, Monday to Friday; days without a count are neither zero nor carried over.
Averages of buildings are added up, so a building that counted two days weighs as one that counted
five.

A week counts in the month in which it ends, so each week is told once, with all its days.

Whether an expectation is met is read from released figures alone, which are rounded. Where the
rounding could tip it, the answer is that nobody can tell.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from muster.kernel.days import month_end

THOUSAND = 1000
"""Averages are whole thousandths of a person."""
WORKING_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
REGIONS: Mapping[str, str] = {
    "north_east": "North East",
    "north_west": "North West",
    "yorkshire_and_the_humber": "Yorkshire and The Humber",
    "east_midlands": "East Midlands",
    "west_midlands": "West Midlands",
    "east_of_england": "East of England",
    "london": "London",
    "south_east": "South East",
    "south_west": "South West",
    "wales": "Wales",
    "scotland": "Scotland",
    "northern_ireland": "Northern Ireland",
}
Verdict = Literal["meets", "below", "cannot tell", "not told", "no expectation"]


@dataclass(frozen=True)
class Expected:
    """What share of working time, in whole per cent, is expected in the office from a day on."""

    share: int
    starts: dt.date


def week_of(day: dt.date) -> dt.date:
    """Return the Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def month_of(week: dt.date) -> dt.date:
    """Return the end of the month in which a week counts: that in which its Sunday falls."""
    return month_end(week + dt.timedelta(days=6))


def weeks_in(month: dt.date) -> tuple[dt.date, ...]:
    """Return the Mondays of the weeks that count in the month that ends on a day."""
    last = week_of(month) if month.weekday() == 6 else week_of(month) - dt.timedelta(days=7)
    found = [last]
    while month_of(found[-1] - dt.timedelta(days=7)) == month_end(month):
        found.append(found[-1] - dt.timedelta(days=7))
    return tuple(reversed(found))


def months_told(weeks: Iterable[dt.date], latest: dt.date | None) -> tuple[dt.date, ...]:
    """Return the month ends of which figures can be told: all their weeks are over.

    Args:
        weeks: Mondays of the weeks that were counted.
        latest: the last day that any feed speaks of.
    """
    months = {month_of(week) for week in weeks}
    over = {month for month in months if latest and weeks_in(month)[-1] <= latest}
    return tuple(sorted(over))


def expected_on(declared: Iterable[Expected], day: dt.date) -> Expected | None:
    """Return the expectation in force on a day: of those that have started, the latest."""
    started = [one for one in declared if one.starts <= day]
    return max(started, key=lambda one: one.starts, default=None)


def against(
    present: Decimal | None, based: Decimal | None, share: int | None, *, off: Decimal
) -> Verdict:
    """Tell how attendance stands against an expectation, from released figures alone.

    Args:
        present: people on an average day as released; None for a band.
        based: people based there as released; None for a band.
        share: what is expected, in whole per cent; None where nothing is.
        off: how far rounding may have moved a released figure.
    """
    if share is None:
        return "no expectation"
    if present is None or based is None or based <= off:
        return "not told"
    least = 100 * (present - off) / (based + off)
    most = 100 * (present + off) / (based - off)
    if least >= share:
        return "meets"
    return "below" if most < share else "cannot tell"
