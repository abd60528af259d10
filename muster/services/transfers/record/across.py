"""Rules between fields: each a line that says what is not right and whether it stops the move.

A line blocks only where both statements cannot be true, or pay would certainly be wrong. What is
merely unlikely is said and stops nothing: people at both ends see it before they agree the day.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from muster.services.transfers.record.amounts import GRADES
from muster.services.transfers.record.facts import Facts
from muster.services.transfers.record.insurance import reaches
from muster.services.transfers.record.tax import is_future, tax_year_of

_DAY = dt.timedelta(days=1)
YOUNGEST, OLDEST, EARLIEST_WORK = 16, 100, 15  # years; school could be left at 15 until 1972
LEAST_SALARY, MOST_SALARY = 10_000_00, 1_000_000_00  # pence a year, full time
FURTHEST_PAID = 62  # days after the first day
WEEKS = Decimal("52.143")
# Pence an hour for those of 21 and over (National Minimum Wage Regulations as amended).
MINIMUM_WAGE = {"2024-25": 1144, "2025-26": 1221, "2026-27": 1271}
# Wide bounds of full-time pay by grade in pounds: ours, about the published medians of Civil
# Service Statistics; the Senior Civil Service's are its pay bands with room.
BANDS = {
    "AA": (18_000, 32_000), "AO": (19_000, 36_000), "EO": (22_000, 46_000),
    "HEO": (27_000, 58_000), "SEO": (33_000, 72_000), "G7": (44_000, 95_000),
    "G6": (54_000, 125_000), "SCS1": (70_000, 160_000), "SCS1A": (70_000, 170_000),
    "SCS2": (95_000, 220_000), "SCS3": (120_000, 290_000), "Perm Sec": (140_000, 350_000),
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One line: a rule between fields.

    Args:
        name: by which tests and people speak of it.
        field: the field that is shown as not right.
        blocks: whether the move waits until it is settled.
        broken: tells whether a record breaks it.
        words: what is not right.
        fix: what to do.
    """

    name: str
    field: str
    blocks: bool
    broken: Callable[[Facts], bool]
    words: str
    fix: str


def _before(facts: Facts, earlier: str, later: str) -> bool:
    first, second = facts.day(earlier), facts.day(later)
    return first is not None and second is not None and first < second


def _age_at(facts: Facts, name: str, years: int) -> bool:
    born, day = facts.day("birth_date"), facts.day(name)
    return born is not None and day is not None and day < reaches(born, years)


def _too_young(facts: Facts) -> bool:
    born = facts.day("birth_date")
    return born is not None and facts.on < reaches(born, YOUNGEST)


def _too_old(facts: Facts) -> bool:
    born = facts.day("birth_date")
    return born is not None and facts.on >= reaches(born, OLDEST)


def _after(facts: Facts, name: str, day: dt.date) -> bool:
    found = facts.day(name)
    return found is not None and found > day


def _unpaid_days(facts: Facts) -> bool:
    paid = facts.day("paid_to")
    return facts.ends() and paid is not None and paid < facts.on - _DAY


def _unstated_after_leaving(facts: Facts) -> bool:
    paid = facts.day("paid_to")
    return bool(
        facts.ends() and paid is not None and paid >= facts.on
        and not facts.pence("pay_after_leaving")
    )  # fmt: skip


def _needless_after_leaving(facts: Facts) -> bool:
    paid = facts.day("paid_to")
    return paid is not None and paid < facts.on and bool(facts.pence("pay_after_leaving"))


def _large_after_leaving(facts: Facts) -> bool:
    paid, pay, year = facts.day("paid_to"), facts.pence("pay_after_leaving"), facts.yearly()
    if paid is None or not pay or year is None or paid < facts.on:
        return False
    days = (paid - facts.on).days + 1
    most = (year + facts.total("allowances", "annual")) * days / 365
    return not 0.5 * most <= pay <= 1.5 * most + 1_00


def _size(name: str) -> Callable[[Facts], bool]:
    def outside(facts: Facts) -> bool:
        salary = facts.pence(name)
        return salary is not None and not LEAST_SALARY <= salary <= MOST_SALARY

    return outside


def _outside_band(name: str, grade: str) -> Callable[[Facts], bool]:
    def outside(facts: Facts) -> bool:
        salary = facts.pence(name)
        stated = facts.text(grade)
        if grade == "grade" and stated not in BANDS:
            stated = facts.text("grade_equivalent")
        low, high = BANDS.get(stated, (0, MOST_SALARY))
        return salary is not None and not low * 100 <= salary <= high * 100

    return outside


def _below_minimum(facts: Facts) -> bool:
    salary, born = facts.pence("salary"), facts.day("birth_date")
    if salary is None or born is None or facts.on < reaches(born, 21):
        return False
    hours = facts.number("full_time_hours") or Decimal(37)
    share = facts.number("fte") or Decimal(1)
    given_up = 12 * facts.total("salary_sacrifice", "monthly") / share if share > 0 else 0
    rates = sorted(MINIMUM_WAGE.items())
    year = tax_year_of(facts.on)
    rate = MINIMUM_WAGE.get(year, rates[0][1] if year < rates[0][0] else rates[-1][1])
    return (salary - given_up) / (hours * WEEKS) < rate


def _hours_against_share(facts: Facts) -> bool:
    hours, whole, share = (facts.number(n) for n in ("weekly_hours", "full_time_hours", "fte"))
    if hours is None or share is None or not whole:
        return False
    return abs(hours / whole - share) > Decimal("0.03")


def _odd_hours(facts: Facts, new: str = "") -> bool:
    hours, share = facts.number(f"{new}weekly_hours"), facts.number(f"{new}fte")
    if hours is None or not share or (not new and facts.number("full_time_hours")):
        return False
    return not 34 <= hours / share <= 44


def _unusual_whole(facts: Facts) -> bool:
    whole = facts.number("full_time_hours")
    return whole is not None and not 35 <= whole <= 42


def _half_p45(facts: Facts) -> bool:
    return (facts.pence("p45_pay") is None) != (facts.pence("p45_tax") is None)


def _more_tax_than_pay(facts: Facts, share: float = 1.0) -> bool:
    pay, tax = facts.pence("p45_pay"), facts.pence("p45_tax")
    return pay is not None and tax is not None and tax > pay * share


def _figures_of_another_year(facts: Facts) -> bool:
    stated = facts.text("tax_year")
    return bool(stated and stated != tax_year_of(facts.on) and facts.pence("p45_pay"))


def _unlikely_p45(facts: Facts) -> bool:
    pay, year = facts.pence("p45_pay"), facts.yearly()
    if pay is None or year is None:
        return False
    began = dt.date(int(tax_year_of(facts.on)[:4]), 4, 6)
    days = (facts.on - began).days
    usual = (year + facts.total("allowances", "annual")) * days / 365
    started = facts.day("employment_started")
    low = 0.4 * usual - year / 12 if started is not None and started < began else 0
    return not low <= pay <= 2 * usual + year / 12


def _non_cumulative_with_figures(facts: Facts) -> bool:
    return facts.text("tax_basis") == "non-cumulative" and bool(facts.pence("p45_pay"))


def _opted_out(facts: Facts) -> bool:
    return facts.text("pension_scheme") == "opted out"


def _member_and_opted_out(facts: Facts) -> bool:
    since, out = facts.day("pension_member_since"), facts.day("pension_opted_out_on")
    return _opted_out(facts) and since is not None and (out is None or out < since)


def _out_and_member(facts: Facts) -> bool:
    scheme = facts.text("pension_scheme")
    return bool(scheme) and not _opted_out(facts) and bool(facts.text("pension_opted_out_on"))


def _closed_scheme(facts: Facts) -> bool:
    return facts.text("pension_scheme") in ("classic", "classic plus", "premium", "nuvos")


def _partnership(facts: Facts) -> bool:
    return facts.text("pension_scheme") == "partnership"


def _more_given_up_than_paid(facts: Facts) -> bool:
    year = facts.yearly()
    return year is not None and 12 * facts.total("salary_sacrifice", "monthly") >= year > 0


def _more_allowances_than_pay(facts: Facts) -> bool:
    year = facts.yearly()
    return year is not None and facts.total("allowances", "annual") > year > 0


def _twice(name: str, *parts: str) -> Callable[[Facts], bool]:
    def repeated(facts: Facts) -> bool:
        keys = [tuple(line.get(p, "").casefold() for p in parts) for line in facts.lines(name)
                if all(isinstance(line.get(p, ""), str) for p in parts)]  # fmt: skip
        return len(set(keys)) < len(keys)

    return repeated


def _step(facts: Facts) -> int | None:
    grades = [facts.text("grade"), facts.text("new_grade")]
    if not set(grades) <= set(GRADES):
        return None
    return GRADES.index(grades[1]) - GRADES.index(grades[0])


def _number_below(facts: Facts, less: str, more: str) -> bool:
    first, second = facts.number(less), facts.number(more)
    return first is not None and second is not None and first > second


_CHECK_BOTH = "Check both against the employer's own record"

RULES = (
    Rule("birth before today", "birth_date", True,
         lambda f: _after(f, "birth_date", f.today - _DAY),
         "The day of birth is not in the past", "Check the year"),
    Rule("age on first day", "birth_date", True, _too_young,
         f"The person would be under {YOUNGEST} on the first day", "Check the day of birth"),
    Rule("age at most", "birth_date", True, _too_old,
         f"The person would be {OLDEST} or older on the first day", "Check the day of birth"),
    Rule("start after birth", "employment_started", True,
         lambda f: _age_at(f, "employment_started", EARLIEST_WORK),
         f"The employment would have begun before the person was {EARLIEST_WORK}", _CHECK_BOTH),
    Rule("service after birth", "continuous_service_from", True,
         lambda f: _age_at(f, "continuous_service_from", EARLIEST_WORK),
         f"Service would have begun before the person was {EARLIEST_WORK}", _CHECK_BOTH),
    Rule("first day of the transfer", "first_day", True,
         lambda f: (f.day("first_day") or f.on) != f.on,
         "Another first day is stated than the transfer has", "Agree the day first"),
    Rule("start before first day", "employment_started", True,
         lambda f: _after(f, "employment_started", f.on - _DAY),
         "The employment left begins on or after the first day of the next",
         "Check both days, and that day and month are not exchanged"),
    Rule("service not after start", "continuous_service_from", True,
         lambda f: _before(f, "employment_started", "continuous_service_from"),
         "Continuous service begins after the employment that it counts",
         "It is the first day of unbroken service with any civil service employer"),
    Rule("no unpaid day", "paid_to", True, _unpaid_days,
         "Days between the last day paid and the first day would be paid by nobody",
         "State the last day the employer will have paid by the end, at least the day before"),
    Rule("pay after leaving stated", "pay_after_leaving", True, _unstated_after_leaving,
         "The employer left pays for the first day or later, and does not say how much",
         "State the gross pay for those days, or an earlier last day paid"),
    Rule("pay after leaving needless", "pay_after_leaving", True, _needless_after_leaving,
         "Pay for days after leaving is stated, and no such day is paid",
         "Leave it empty, or state a later last day paid"),
    Rule("paid far beyond", "paid_to", False,
         lambda f: _after(f, "paid_to", f.on + dt.timedelta(days=FURTHEST_PAID)),
         f"The last day paid is over {FURTHEST_PAID} days after the first day",
         "Check the year, and agree how it is recovered"),
    Rule("pay after leaving likely", "pay_after_leaving", False, _large_after_leaving,
         "Pay for days after leaving is far from what those days would earn",
         "Check the amount and the last day paid"),
    Rule("salary of a year", "salary", True, _size("salary"),
         "No full-time salary of a year is of this size",
         "State pounds a year at full time, not a month's pay and not thousands"),
    Rule("new salary of a year", "new_salary", True, _size("new_salary"),
         "No full-time salary of a year is of this size",
         "State pounds a year at full time, not a month's pay and not thousands"),
    Rule("salary in band", "salary", False, _outside_band("salary", "grade"),
         "The salary is far from what this grade is paid", "Check salary and grade"),
    Rule("new salary in band", "new_salary", False, _outside_band("new_salary", "new_grade"),
         "The salary is far from what this grade is paid", "Check salary and grade"),
    Rule("minimum wage", "salary", False, _below_minimum,
         "Pay less salary sacrifice is below the National Living Wage", "Check pay and hours"),
    Rule("hours fit share", "weekly_hours", True, _hours_against_share,
         "Hours a week and the full-time equivalent contradict each other",
         "The share is the hours divided by full-time hours"),
    Rule("hours usual", "weekly_hours", False, _odd_hours,
         "Full time would be under 34 or over 44 hours a week", "Check hours and share"),
    Rule("new hours fit share", "new_weekly_hours", True, lambda f: _odd_hours(f, "new_"),
         "Full time in the new post would be under 34 or over 44 hours a week",
         "The share is the hours divided by full-time hours"),
    Rule("full-time hours usual", "full_time_hours", False, _unusual_whole,
         "Full time is usually 35 to 42 hours a week", "Check the hours"),
    Rule("tax year known", "tax_code", False, lambda f: is_future(f.tax_year()),
         "Codes of that tax year are checked as those of the last year known here",
         "Compare the code with the notice of coding"),
    Rule("p45 complete", "p45_pay", True, _half_p45,
         "P45 pay is stated without tax, or tax without pay", "State both, or neither"),
    Rule("p45 tax within pay", "p45_tax", True, _more_tax_than_pay,
         "More tax than pay is stated", "The two amounts may be exchanged"),
    Rule("p45 tax likely", "p45_tax", False, lambda f: _more_tax_than_pay(f, 0.5),
         "More than half of the pay was taken as tax, which PAYE never takes", _CHECK_BOTH),
    Rule("p45 of this year", "p45_pay", True, _figures_of_another_year,
         "The figures are of another tax year than the first day",
         "Leave pay and tax empty: they begin again on 6 April"),
    Rule("p45 pay likely", "p45_pay", False, _unlikely_p45,
         "Pay in this tax year is far from what the salary gives by the first day",
         "Check that it is pay to date, and not a month's or a year's"),
    Rule("non-cumulative without figures", "p45_pay", False, _non_cumulative_with_figures,
         "P45 figures are stated with a non-cumulative code, on which they are not counted",
         "Check the basis; the next payroll leaves the figures out"),
    Rule("opted out or member", "pension_scheme", True, _member_and_opted_out,
         "The person is stated as opted out and as a member",
         "State the day of opting out, or the scheme"),
    Rule("member or opted out", "pension_opted_out_on", True, _out_and_member,
         "A day of opting out is stated with a scheme", "State opted out, or clear the day"),
    Rule("opted out without contributions", "pension_avc", True,
         lambda f: _opted_out(f) and bool(f.text("pension_avc")),
         "Added contributions are stated for somebody who opted out", "Check the scheme"),
    Rule("closed scheme", "pension_scheme", False, _closed_scheme,
         "Nobody has built up pension in this scheme since 1 April 2022",
         "State alpha unless the pension administrator says otherwise"),
    Rule("partnership provider", "partnership_provider", True,
         lambda f: _partnership(f) and not f.text("partnership_provider"),
         "The provider is missing, and the next payroll deducts in the first month",
         "State the provider and the contribution"),
    Rule("provider of partnership alone", "partnership_provider", False,
         lambda f: bool(f.text("pension_scheme") and f.text("partnership_provider"))
         and not _partnership(f),
         "A partnership provider is stated for another scheme", "Check the scheme"),
    Rule("member not before work", "pension_member_since", True,
         lambda f: _age_at(f, "pension_member_since", EARLIEST_WORK)
         or _after(f, "pension_member_since", f.on),
         "Membership would have begun before working age, or after the first day", "Check the day"),
    Rule("sacrifice within pay", "salary_sacrifice", True, _more_given_up_than_paid,
         "More pay is given up than there is", "State pounds a month"),
    Rule("allowances likely", "allowances", False, _more_allowances_than_pay,
         "Allowances are more than the salary", "State pounds a year for each"),
    Rule("allowance once", "allowances", False, _twice("allowances", "name"),
         "One allowance stands there twice", "Leave one out, or name them apart"),
    Rule("order once", "attachment_orders", True, _twice("attachment_orders", "kind", "reference"),
         "One order stands there twice, and would be deducted twice", "Leave one out"),
    Rule("leave with unit", "leave_balance", False,
         lambda f: bool(f.text("leave_balance")) and not f.text("leave_unit"),
         "A balance of leave is stated without its unit", "Say whether it is days or hours"),
    Rule("leave likely", "leave_balance", False,
         lambda f: abs(f.number("leave_balance") or Decimal(0))
         > (60 if f.text("leave_unit") == "days" else 450),
         "The balance is more than a year and a half of leave", "Check number and unit"),
    Rule("sick pay left", "sick_taken", False,
         lambda f: _number_below(f, "sick_taken", "sick_entitlement"),
         "More sick pay was taken than there is: none is left", "Check both with payroll"),
    Rule("right to work in the past", "right_to_work_checked", True,
         lambda f: _after(f, "right_to_work_checked", f.today),
         "The check is stated on a day to come", "State the day on which it was done"),
    Rule("clearance lasts", "clearance_review_due", False,
         lambda f: (f.day("clearance_review_due") or f.on) < f.on,
         "The clearance is due for review before the first day", "Ask for the review now"),
    Rule("clearance named", "clearance_reference", False,
         lambda f: f.text("clearance_level") in ("CTC", "L1B", "SC", "eSC", "DV", "eDV")
         and not f.text("clearance_reference"),
         "A clearance is stated without its reference", "Ask the sponsor for it"),
    Rule("weighting with day", "london_weighting", False,
         lambda f: bool(f.pence("london_weighting")) and not f.text("london_weighting_from"),
         "London weighting is stated without the day it was consolidated", "State the day"),
    Rule("promotion is up", "new_grade", False,
         lambda f: f.kind == "promotion" and (_step(f) or 0) <= 0 and _step(f) is not None,
         "A promotion is stated, and the new grade is not higher", "Check the kind of move"),
    Rule("level move is level", "new_grade", False,
         lambda f: f.kind == "level_move" and (_step(f) or 0) != 0,
         "A level move is stated, and the grades differ", "Check the kind of move"),
)  # fmt: skip
