"""National Insurance letters, the ages they are for, and State Pension age.

Sources: HMRC NIM01430 and NIM01540, employer guide CWG2 and tables CA38 for letters; Pensions Act
1995 schedule 4 as amended in 2007, 2011 and 2014 for State Pension age.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from muster.kernel.days import month_end

Age = Literal["", "under 21", "under 25", "pension age", "below pension age"]


@dataclass(frozen=True)
class Letter:
    """One category letter: what it is for, since which tax year, and at which age.

    Args:
        letter: as the payroll states it.
        means: for whom, in words.
        since: the calendar year in which its first tax year begins.
        age: the ages it is for.
    """

    letter: str
    means: str
    since: int
    age: Age = ""


LETTERS = {
    line.letter: line
    for line in (
        Letter("A", "employees without another letter", 1975, "below pension age"),
        Letter("B", "married women and widows with a reduced rate", 1975, "below pension age"),
        Letter("C", "employees over State Pension age", 1975, "pension age"),
        Letter("H", "apprentices under 25", 2016, "under 25"),
        Letter("J", "deferment: paid in another job", 1975, "below pension age"),
        Letter("M", "employees under 21", 2015, "under 21"),
        Letter("V", "veterans in their first civilian year", 2022, "below pension age"),
        Letter("X", "no contributions", 1975),
        Letter("Z", "under 21 with deferment", 2015, "under 21"),
        Letter("F", "freeport, standard", 2022, "below pension age"),
        Letter("I", "freeport, reduced rate", 2022, "below pension age"),
        Letter("L", "freeport, deferment", 2022, "below pension age"),
        Letter("S", "freeport, over State Pension age", 2022, "pension age"),
        Letter("N", "investment zone, standard", 2024, "below pension age"),
        Letter("E", "investment zone, reduced rate", 2024, "below pension age"),
        Letter("D", "investment zone, deferment", 2024, "below pension age"),
        Letter("K", "investment zone, over State Pension age", 2024, "pension age"),
        Letter("R", "mariner, standard", 1975, "below pension age"),
        Letter("T", "mariner, reduced rate", 1975, "below pension age"),
        Letter("Q", "mariner, deferment", 1975, "below pension age"),
        Letter("W", "mariner over State Pension age", 1975, "pension age"),
        Letter("G", "mariner apprentice under 25", 2016, "under 25"),
        Letter("Y", "mariner under 21", 2015, "under 21"),
        Letter("P", "mariner under 21 with deferment", 2015, "under 21"),
    )
}
PLANS = {"1": 2014, "2": 2016, "PG": 2019, "4": 2021, "5": 2026}
"""Each loan plan with the calendar year in which deductions of its kind began."""


def reaches(born: dt.date, years: int, months: int = 0) -> dt.date:
    """Return the day somebody reaches an age.

    Somebody born on 29 February reaches whole years on 1 March of other years; an age in years and
    months falls on a month's last day where that month is shorter, as the Pensions Act counts.
    """
    whole, month = divmod(born.month - 1 + months, 12)
    year = born.year + years + whole
    last = month_end(dt.date(year, month + 1, 1))
    if born.day <= last.day:
        return dt.date(year, month + 1, born.day)
    return last if months else last + dt.timedelta(days=1)


def pension_age_day(born: dt.date) -> dt.date:
    """Return the day of State Pension age, for days from October 2020 on.

    Those born before 6 October 1954 had reached it by then; those born after 5 April 1977 reach it
    no earlier than 2044 and are counted as at 67.
    """
    if born < dt.date(1960, 4, 6):
        return reaches(born, 66)
    if born >= dt.date(1961, 3, 6):
        return reaches(born, 67)
    # One month more for each month of birth, from the 6th to the 5th.
    months = (born.year - 1960) * 12 + born.month - 4 + (1 if born.day >= 6 else 0)
    return reaches(born, 66, months)


def age_fits(age: Age, born: dt.date, on: dt.date) -> bool:
    """Tell whether somebody is of the age that a letter is for, on a day."""
    match age:
        case "under 21":
            return on < reaches(born, 21)
        case "under 25":
            return on < reaches(born, 25)
        case "pension age":
            return on >= pension_age_day(born)
        case "below pension age":
            return on < pension_age_day(born)
        case _:
            return True
