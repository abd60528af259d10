"""What a payroll calendar says: its periods, each with a cut-off and a pay day. Pure.

A *period* is the legal days that one pay covers, half open. Its *cut-off* is the last moment at
which payroll takes changes for it. Periods of one calendar follow each other without gap or
overlap, so each day has exactly one pay.
"""

import datetime as dt
import uuid
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, get_args

from muster.kernel.days import Period, legal_day
from muster.kernel.working_days import Nation

Frequency = Literal["monthly", "four-weekly", "weekly"]
Convention = Literal["calendar_days", "365ths", "working_days"]
FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)
CONVENTIONS: tuple[Convention, ...] = get_args(Convention)
_MOMENT = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class PayPeriod:
    """One pay: the days it covers, until when changes are taken, and when it is paid.

    Args:
        starts: its first day.
        ends: the day after its last.
        cut_off: the last moment payroll takes changes for it; aware.
        pay_day: when people get it.
        frozen_at: since when it is frozen; None while it is not.

    Raises:
        ValueError: if the cut-off has no time zone, the period no day, or payroll could take
            changes after it has paid.
    """

    starts: dt.date
    ends: dt.date
    cut_off: dt.datetime
    pay_day: dt.date
    frozen_at: dt.datetime | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if legal_day(self.cut_off) > self.pay_day:
            raise ValueError(f"a cut-off after the pay day {self.pay_day}")
        if self.ends <= self.starts:
            raise ValueError(f"a pay period from {self.starts} to {self.ends} holds no day")

    @property
    def days(self) -> Period:
        """The days it covers."""
        return Period(self.starts, self.ends)

    @property
    def last_day(self) -> dt.date:
        """The last day it covers, as payslips state it."""
        return self.ends - dt.timedelta(days=1)

    @property
    def last_day_for_changes(self) -> dt.date:
        """The last legal day on which payroll takes changes: of a midnight, the day that ends."""
        return legal_day(self.cut_off - _MOMENT)

    def takes_changes_at(self, instant: dt.datetime) -> bool:
        """Tell whether payroll still takes changes at a moment: up to the cut-off itself."""
        return instant <= self.cut_off and self.frozen_at is None


@dataclass(frozen=True)
class Calendar:
    """The pay periods of an employer, in order, without gap or overlap.

    Args:
        employer: whose they are.
        frequency: how often people are paid.
        convention: how part periods are counted.
        nation: whose bank holidays its deadlines keep.
        periods: all that are known; ordered here.

    Raises:
        ValueError: if a day between two of its periods lies in none or in both, or a later period
            is cut off or paid before an earlier one.
    """

    employer: uuid.UUID
    frequency: Frequency
    convention: Convention
    nation: Nation
    periods: tuple[PayPeriod, ...]

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.periods, key=lambda period: period.starts))
        object.__setattr__(self, "periods", ordered)
        for before, after in pairwise(ordered):
            if before.ends != after.starts:
                raise ValueError(f"periods that do not meet: {before.ends}, {after.starts}")
            if before.cut_off >= after.cut_off or before.pay_day > after.pay_day:
                raise ValueError(f"the period from {after.starts} is cut off or paid out of turn")

    def period_of(self, day: dt.date) -> PayPeriod | None:
        """Return the period that pays a day; None where the calendar does not reach."""
        at = bisect_right(self.periods, day, key=lambda period: period.starts) - 1
        return self.periods[at] if at >= 0 and self.periods[at].days.holds(day) else None

    def from_day(self, day: dt.date) -> tuple[PayPeriod, ...]:
        """Return the period that pays a day and all that follow."""
        return tuple(period for period in self.periods if period.ends > day)


@dataclass(frozen=True)
class Changes:
    """What becomes of a calendar as another sheet states it.

    Args:
        added: periods that were not there.
        moved: periods before and after: other days, another cut-off or pay day.
        removed: periods that are in the calendar no more.
        kept: how many stay as they are.
    """

    added: tuple[PayPeriod, ...] = ()
    moved: tuple[tuple[PayPeriod, PayPeriod], ...] = ()
    removed: tuple[PayPeriod, ...] = ()
    kept: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.moved or self.removed)


def changes(known: Sequence[PayPeriod], stated: Sequence[PayPeriod]) -> Changes:
    """Return what a sheet changes: what it states counts from its first day to its last.

    A period whose days meet those of one that takes its place is *moved*; the one after is that
    which holds its first day, or else the first that meets it.
    """
    if not stated:
        return Changes(kept=len(known))
    same = set(known) & set(stated)
    gone = [
        period for period in known
        if period not in same and any(period.days.overlaps(one.days) for one in stated)
    ]  # fmt: skip
    return exchanged(gone, [one for one in stated if one not in same], kept=len(known) - len(gone))


def exchanged(gone: Sequence[PayPeriod], new: Sequence[PayPeriod], *, kept: int = 0) -> Changes:
    """Return what it means that some periods go and others come, ``kept`` being left alone."""
    ordered = sorted(new, key=lambda period: period.starts)
    pairs = [(before, _in_place_of(before, ordered)) for before in gone]
    moved = tuple((before, after) for before, after in pairs if after is not None)
    taken = {after for _, after in moved}
    return Changes(
        added=tuple(one for one in ordered if one not in taken),
        moved=moved,
        removed=tuple(before for before, after in pairs if after is None),
        kept=kept,
    )


def _in_place_of(before: PayPeriod, new: Sequence[PayPeriod]) -> PayPeriod | None:
    meeting = [one for one in new if one.days.overlaps(before.days)]
    return next((one for one in meeting if one.days.holds(before.starts)), None) or next(
        iter(meeting), None
    )
