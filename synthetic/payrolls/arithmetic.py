"""Exact pay of a period, by the convention a payroll keeps. Fractions throughout.

A line is one component (salary, or one allowance) over one unbroken stretch of unchanged terms; it
is rounded to the penny once, half up. A whole period is a twelfth of the year. Of a part of one:

    calendar_days  the twelfth, times days over the days of the period
    365ths         the year, times days over 365, also in a leap year
    working_days   the twelfth, times Mondays to Fridays of the stretch over those of the period

Salary is for full time and is scaled by the share of it; an allowance is stated as paid.
"""

from datetime import date, timedelta
from fractions import Fraction

from synthetic.payrolls.calendar import PayPeriod

CONVENTIONS = ("calendar_days", "365ths", "working_days")


def weekdays(first: date, end: date) -> int:
    """Mondays to Fridays from `first` to the day before `end`."""
    weeks, rest = divmod((end - first).days, 7)
    odd = sum((first + timedelta(days=n)).weekday() < 5 for n in range(rest))
    return 5 * weeks + odd


def half_up(pence: Fraction) -> int:
    return (2 * pence.numerator + pence.denominator) // (2 * pence.denominator)


def line(annual: Fraction, first: date, end: date, period: PayPeriod, convention: str) -> Fraction:
    """Pay of one component from `first` to the day before `end`, in pence, not yet rounded."""
    if first <= period.starts and end >= period.ends:
        return annual / 12
    days = (end - first).days
    if convention == "365ths":
        return annual * days / 365
    if convention == "working_days":
        return annual / 12 * weekdays(first, end) / weekdays(period.starts, period.ends)
    return annual / 12 * days / period.days
