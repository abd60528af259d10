"""Expected gross pay of one employer for one period, to the penny and explained line by line. Pure.

``tests/spec/test_expected_pay.py`` is the table of it. Amounts are integer pence, FTE billionths.
A year's salary is that of full time; an allowance is the amount this person gets in a year. Pay is
worked out as an exact fraction, and each line is rounded once, half a penny up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Literal

from muster.casework.calendars.rules import Convention, Frequency, PayPeriod
from muster.kernel.days import Period
from muster.kernel.errors import BadInput, Where
from muster.kernel.money import write_pounds

WHOLE = 1_000_000_000
"""The FTE of full time, in billionths."""
PERIODS_A_YEAR: dict[Frequency, int] = {"monthly": 12, "four-weekly": 13, "weekly": 52}
DAYS_A_YEAR = 365
"""By which the convention of 365ths divides, in leap years too."""
Per = Literal["month", "four weeks", "week", "day"]
_PER: dict[Frequency, Per] = {"monthly": "month", "four-weekly": "four weeks", "weekly": "week"}


@dataclass(frozen=True)
class Allowance:
    """What is paid beside the salary: pence a year, as this person gets it."""

    name: str
    annual: int
    pensionable: bool = False


@dataclass(frozen=True)
class PayTerms:
    """For what somebody works: a full-time salary in pence a year, FTE in billionths, allowances.

    Raises:
        ValueError: if an amount is below zero, or the FTE is not above zero.
    """

    salary: int
    fte: int = WHOLE
    allowances: tuple[Allowance, ...] = ()

    def __post_init__(self) -> None:
        if min(self.salary, *(one.annual for one in self.allowances), 0) < 0 or self.fte <= 0:
            raise ValueError("pay and FTE are amounts above zero")


Stretch = tuple[Period, PayTerms]


@dataclass(frozen=True)
class Line:
    """One line of a pay: what for, which days, and how it comes to its amount.

    Args:
        what: ``salary``, or the allowance's name.
        days: the days it pays.
        counted: how many days of it count: of the calendar, or Mondays to Fridays.
        of: of how many; equal to ``counted`` where the whole period is paid, 365 for 365ths.
        rate: exact pence for a whole period, or for a day of the 365ths.
        per: what the rate is for.
        amount: pence.
        working: whether Mondays to Fridays alone are counted.
        fte: share of full time in billionths that the rate holds already.
    """

    what: str
    days: Period
    counted: int
    of: int
    rate: Fraction
    per: Per
    amount: int
    working: bool = False
    fte: int = WHOLE

    @property
    def words(self) -> str:
        """How it is worked out, such as ``16 of 30 days at £2,604.17 a month``."""
        rate = f"{write_pounds(_half_up(self.rate))} a {self.per}"
        if self.per == "four weeks":
            rate = f"{write_pounds(_half_up(self.rate))} for four weeks"
        shared = f" ({_decimal(self.fte)} of full time)" if self.fte != WHOLE else ""
        days = "working days" if self.working else "days"
        if self.per == "day":
            return f"{self.counted} {_plural(days, self.counted)} at {rate}{shared}"
        if self.counted == self.of:
            whole = "four weeks" if self.per == "four weeks" else self.per
            return f"the whole {whole} at {rate}{shared}"
        return f"{self.counted} of {self.of} {days} at {rate}{shared}"


@dataclass(frozen=True)
class ExpectedPay:
    """The gross pay of one employer for one period.

    Args:
        lines: what it is made of.
        gross: their sum in pence.
        days: the days that are paid; None if there is none.
    """

    lines: tuple[Line, ...]
    gross: int
    days: Period | None


def expected_pay(
    stretches: Sequence[Stretch],
    period: PayPeriod,
    convention: Convention,
    *,
    frequency: Frequency = "monthly",
) -> ExpectedPay:
    """Return what an employer owes for a period, before anything is taken from it.

    Args:
        stretches: on what terms somebody worked when; what lies outside the period pays nothing.
            Stretches that meet on the same terms are one.
        period: the pay period.
        convention: how part periods are counted.
        frequency: how often the employer pays.

    Raises:
        BadInput: if a day lies in two stretches: it would be paid twice.
    """
    within = _joined(_clipped(stretches, period.days))
    lines = tuple(
        line
        for days, terms in within
        for line in _lines(days, terms, period.days, convention, frequency)
    )
    span = Period(within[0][0].start, within[-1][0].end) if within else None
    return ExpectedPay(lines, sum(line.amount for line in lines), span)


def _clipped(stretches: Sequence[Stretch], period: Period) -> list[Stretch]:
    """Return the parts of stretches within a period, in order."""
    assert period.end is not None
    within = sorted(
        (
            (Period(max(days.start, period.start), min(days.end or period.end, period.end)), terms)
            for days, terms in stretches
            if days.overlaps(period)
        ),
        key=lambda stretch: stretch[0].start,
    )
    for (before, _), (after, _) in pairwise(within):
        if before.overlaps(after):
            raise BadInput(
                f"The pay of {after.start} is stated twice", where=Where(field="terms"),
                fix="Let one stretch of terms end where the next begins",
            )  # fmt: skip
    return within


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    """Return stretches with those that meet on the same terms made one."""
    joined: list[Stretch] = []
    for days, terms in stretches:
        if joined and joined[-1][1] == terms and joined[-1][0].end == days.start:
            joined[-1] = (Period(joined[-1][0].start, days.end), terms)
        else:
            joined.append((days, terms))
    return joined


def _lines(
    days: Period, terms: PayTerms, period: Period, convention: Convention, frequency: Frequency
) -> list[Line]:
    salary = Fraction(terms.salary * terms.fte, WHOLE)
    lines = [_line("salary", salary, days, period, convention, frequency, terms.fte)]
    lines += [
        _line(one.name, Fraction(one.annual), days, period, convention, frequency)
        for one in terms.allowances
    ]
    return lines


def _line(
    what: str, annual: Fraction, days: Period, period: Period, convention: Convention,
    frequency: Frequency, fte: int = WHOLE,
) -> Line:  # fmt: skip
    working = convention == "working_days"
    count = weekdays_in if working else days_in
    counted, of = count(days), count(period)
    rate, per = annual / PERIODS_A_YEAR[frequency], _PER[frequency]
    if days == period:
        exact = rate
    elif convention == "365ths":
        of, rate, per = DAYS_A_YEAR, annual / DAYS_A_YEAR, "day"
        exact = rate * counted
    else:
        exact = rate * counted / of if of else Fraction(0)
    return Line(what, days, counted, of, rate, per, _half_up(exact), working, fte)


def days_in(period: Period) -> int:
    """Return how many legal days a closed period holds."""
    assert period.end is not None
    return (period.end - period.start).days


def weekdays_in(period: Period) -> int:
    """Return how many Mondays to Fridays a closed period holds: bank holidays are paid."""
    weeks, rest = divmod(days_in(period), 7)
    first = period.start.weekday()
    return weeks * 5 + sum((first + n) % 7 < 5 for n in range(rest))


def _half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


def _decimal(billionths: int) -> str:
    text = f"{billionths // WHOLE}.{billionths % WHOLE:09d}".rstrip("0")
    return text.rstrip(".")


def _plural(days: str, count: int) -> str:
    return days.removesuffix("s") if count == 1 else days
