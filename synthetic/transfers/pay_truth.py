"""What the first pay must be, worked out day by day and apart from every payroll.

The rules are those both sides signed: the importer pays from the first day, the exporter to the day
before; a whole period is a twelfth of a year, part of one follows the employer's convention; each
line is rounded to the penny once, half up; allowances are stated as paid.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from synthetic.payrolls.calendar import PayPeriod
from synthetic.transfers.transfer import Change, PretendTransfer

# What of a result decides whether a first pay is right.
JUDGED = (
    "staff_number", "nino", "period_starts", "gross", "paid_from", "paid_to", "tax_code",
    "tax_regime", "tax_basis", "ni_letter", "student_loans", "pension_scheme", "p45_pay", "p45_tax",
)  # fmt: skip


def first_pay(
    transfer: PretendTransfer,
    first_day: date | None = None,
    *,
    paid_in: PayPeriod | None = None,
) -> dict[str, str]:
    """What the importer's payroll must report for the period of the first day.

    Args:
        transfer: the move, with what changed after it was booked.
        first_day: another first day, where both employers agreed one.
        paid_in: the period in which it is paid, with arrears, where that is a later one.
    """
    changes = transfer.papers.changes
    moved = next((c.fields["first_day"] for c in changes if "first_day" in c.fields), "")
    first = first_day or (date.fromisoformat(moved) if moved else transfer.first_day)
    calendar = transfer.importer.calendar
    period = paid_in or calendar.holding(first)
    paid = [each for each in calendar.periods if first < each.ends and each.ends <= period.ends]
    facts = {**_facts(transfer)}
    for change in changes:
        facts |= {name: text for name, text in change.fields.items() if name in facts}
    return facts | {
        "period_starts": period.starts.isoformat(),
        "paid_from": first.isoformat(),
        "paid_to": period.last_day.isoformat(),
        "gross": _pounds(sum(gross(transfer, each, first, changes) for each in paid)),
    }


def _facts(transfer: PretendTransfer) -> dict[str, str]:
    record = transfer.record
    scheme = record["pension_scheme"]
    return {
        "staff_number": transfer.terms["new_staff_number"],
        "nino": record["nino"],
        "tax_code": record["tax_code"],
        "tax_regime": record["tax_regime"],
        "tax_basis": record["tax_basis"],
        "ni_letter": record["ni_letter"],
        "student_loans": ";".join(record["student_loans"]),
        # Whoever opted out is enrolled again by the employer they are transferred to.
        "pension_scheme": "alpha" if scheme == "opted out" else scheme,
        "p45_pay": record["p45_pay"],
        "p45_tax": record["p45_tax"],
    }


def gross(
    transfer: PretendTransfer, period: PayPeriod, first: date, changes: Sequence[Change] = ()
) -> int:
    """Pence for a period, from a first day in it or before it."""
    terms: dict[str, Any] = dict(transfer.terms)
    raises = [c for c in changes if "salary" in c.fields and c.since < period.ends]
    turns = [
        max(first, period.starts),
        *(max(c.since, first, period.starts) for c in raises),
        period.ends,
    ]
    salaries = [terms["new_salary"], *(c.fields["salary"] for c in raises)]
    total = 0
    for begins, ends, salary in zip(turns, turns[1:], salaries, strict=False):
        yearly = [Fraction(Decimal(salary)) * Fraction(Decimal(terms["new_fte"]))]
        yearly += [Fraction(Decimal(each["annual"])) for each in terms["new_allowances"]]
        for year in yearly:
            share = _share(begins, ends, period, transfer.importer.convention)
            total += _penny(year * 100 * share)
    return total


def _share(begins: date, ends: date, period: PayPeriod, convention: str) -> Fraction:
    """The part of a year's pay that the days from `begins` to before `ends` are worth."""
    days = [begins + timedelta(days=n) for n in range((ends - begins).days)]
    month = [period.starts + timedelta(days=n) for n in range((period.ends - period.starts).days)]
    if days == month:
        return Fraction(1, 12)
    if convention == "365ths":
        return Fraction(len(days), 365)
    if convention == "working_days":
        days = [day for day in days if day.isoweekday() < 6]
        month = [day for day in month if day.isoweekday() < 6]
    return Fraction(len(days), 12 * len(month))


def _penny(exact: Fraction) -> int:
    """Whole pence, half a penny up."""
    return floor(exact + Fraction(1, 2))


def _pounds(pence: int) -> str:
    return str((Decimal(pence) / 100).quantize(Decimal("0.01")))
