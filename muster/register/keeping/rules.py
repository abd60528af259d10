"""Until when a fact is kept, and when requests about one's own data must be met. Pure.

``tests/spec/test_retention.py`` is the table of it. Days are legal days. What is kept "six years
after leaving" is kept on the sixth anniversary of the last day employed and may go on the day after
it; where a year has no 29 February, 1 March stands for it, so that nothing goes a day early. The
tax year ends on 5 April.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from muster.kernel.days import ONE_DAY, Period

Start = Literal["100th birthday", "leaving", "tax year", "as-at date", "end of agreement"]
Does = Literal["erase", "strip", "shred", "pseudonymise"]
Of = Literal["person", "record", "told", "landing", "message", "access month", "decisions month",
             "request", "extract", "correction", "restriction", "glass", "proof", ""]  # fmt: skip
STARTS: tuple[Start, ...] = get_args(Start)
DOES: tuple[Does, ...] = get_args(Does)
OFS: tuple[Of, ...] = get_args(Of)
AGE = 100
AFTER_LEAVING = 6
"""Who leaves late in life has the time of the HR file left, whatever their age."""


@dataclass(frozen=True)
class Line:
    """One line of the schedule; see ``schedule.toml`` for what each part says."""

    code: str
    title: str
    keeps: str
    says: tuple[str, ...]
    legal: str
    exception: str
    starts: Start
    years: int
    does: Does
    of: Of
    on_request: bool = False


@dataclass(frozen=True)
class Facts:
    """What decides how long one thing is kept.

    Args:
        born: the person's birth dates as systems state them; several where they disagree.
        employed: when the person was employed: everywhere, or at the employer whose file it is.
        stated: the day the fact is of: as-at date, day of the look, of the decision or payment.
        agreement_ends: the last day of the agreement that it flows under, if there is one.
        holds: why it must not go although its time is up: legal holds, in words.
        unsettled: what is open about it, in words: a conflict, a transfer, a request.
    """

    born: tuple[dt.date, ...] = ()
    employed: tuple[Period, ...] = ()
    stated: dt.date | None = None
    agreement_ends: dt.date | None = None
    holds: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """Until when a thing is kept: ``goes_on`` is the first day on which it may go.

    None means that nobody can tell yet; ``because`` says why it is kept now, and is empty if its
    time is up.
    """

    goes_on: dt.date | None
    because: str = ""

    @property
    def due(self) -> bool:
        """Tell whether nothing keeps it."""
        return not self.because


def kept(line: Line, facts: Facts, *, today: dt.date) -> Kept:
    """Return until when a thing is kept under a line of the schedule, and why it is kept today."""
    goes_on, unknown = _end(line, facts, today)
    if facts.holds:
        return Kept(goes_on, facts.holds[0])
    if goes_on is None:
        return Kept(None, unknown)
    if today < goes_on:
        return Kept(goes_on, "its time is not up")
    return Kept(goes_on, facts.unsettled[0] if facts.unsettled else "")


def years_after(day: dt.date, years: int) -> dt.date:
    """Return the same day some years on; 1 March where the year has no 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def tax_year_end(day: dt.date) -> dt.date:
    """Return the last day of the tax year in which a day lies: a 5 April."""
    end = dt.date(day.year, 4, 5)
    return end if day <= end else dt.date(day.year + 1, 4, 5)


def _end(line: Line, facts: Facts, today: dt.date) -> tuple[dt.date | None, str]:
    """Return the first day on which a thing may go, or None and why nobody can tell."""
    if line.starts in ("100th birthday", "leaving"):
        left = _left(facts.employed, today)
        if left is None and facts.employed:
            return None, "still employed"
        if line.starts == "leaving":
            if left is None:
                return None, "no employment is known"
            return years_after(left, line.years), ""
        if not facts.born:
            return None, "no birth date is known"
        birthday = years_after(max(facts.born), AGE)
        return max(birthday, years_after(left, AFTER_LEAVING)) if left else birthday, ""
    if facts.stated is None:
        return None, "no date is known"
    if line.starts == "tax year":
        return years_after(tax_year_end(facts.stated) + ONE_DAY, line.years), ""
    from_day = years_after(facts.stated + ONE_DAY, line.years)
    if line.starts == "end of agreement" and facts.agreement_ends is not None:
        from_day = max(from_day, facts.agreement_ends + ONE_DAY)
    return from_day, ""


def _left(employed: Sequence[Period], today: dt.date) -> dt.date | None:
    """Return the day after the last day employed; None while employed, or to be, or never."""
    ends = [one.end for one in employed]
    if not ends or any(end is None or end > today for end in ends):
        return None
    return max(end for end in ends if end is not None)


def months_after(day: dt.date, months: int) -> dt.date:
    """Return the corresponding day some months on; the last of the month where it has none."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return dt.date(year, month, min(day.day, monthrange(year, month)[1]))


def deadline(received: dt.date, *, extended: bool, works: Callable[[dt.date], bool]) -> dt.date:
    """Return the day by which a request must be met: one month, or three where it is complex.

    Article 12(3) as the Information Commissioner counts it: the corresponding day of the month, and
    the next working day if that is none.
    """
    day = months_after(received, 3 if extended else 1)
    while not works(day):
        day += ONE_DAY
    return day
