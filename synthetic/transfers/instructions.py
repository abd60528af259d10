"""The papers of a move as instructions for payrolls, in the flat text both ends agreed.

Nothing is put right or checked on the way: that is the point.
"""

import uuid
from datetime import date
from typing import Any

from synthetic.payrolls.orders import Fields
from synthetic.transfers.transfer import Change, PretendTransfer

_SPACE = uuid.UUID("7a6f1e0c-53b4-4c2e-9f0d-1d0b7f3e5a10")


def reference_of(*parts: object) -> str:
    """An instruction's own reference: the same parts give the same."""
    return str(uuid.uuid5(_SPACE, "/".join(map(str, parts))))


def start_of(transfer: PretendTransfer, copy: int = 0) -> Fields:
    """What the importer's payroll is told, as the papers have it."""
    papers, period = transfer.papers, transfer.period
    record, terms = papers.record, papers.terms
    scheme = record["pension_scheme"]
    return {
        **_person(record),
        "instruction": reference_of(transfer.reference, "start", copy),
        "transfer": transfer.reference,
        "action": "start",
        "staff_number": terms["new_staff_number"],
        "first_day": papers.first_day.isoformat(),
        "paid_to": record["paid_to"],
        "pay_after_leaving": record.get("pay_after_leaving", ""),
        "salary": terms["new_salary"],
        "fte": terms["new_fte"],
        "allowances": _allowances(terms["new_allowances"]),
        "grade": terms["new_grade"],
        "tax_code": record["tax_code"],
        "tax_regime": record["tax_regime"],
        "tax_basis": record["tax_basis"],
        "p45_pay": record["p45_pay"],
        "p45_tax": record["p45_tax"],
        "ni_letter": record["ni_letter"],
        "student_loans": ";".join(record["student_loans"]),
        "attachment_orders": ";".join(
            f"{each['kind']}={each['reference']}" for each in record["attachment_orders"]
        ),
        "salary_sacrifice": ";".join(
            f"{each['scheme']}={each['monthly']}" for each in record["salary_sacrifice"]
        ),
        "pension_scheme": "alpha" if scheme == "opted out" else scheme,
        "period_starts": period.starts.isoformat(),
        "pay_day": period.pay_day.isoformat(),
        **papers.miskeyed,
    }


def leave_of(transfer: PretendTransfer) -> Fields:
    """What the exporter's payroll is told."""
    period = transfer.exporter.calendar.holding(transfer.last_day)
    return {
        **_person(transfer.papers.record),
        "instruction": reference_of(transfer.reference, "leave"),
        "transfer": transfer.reference,
        "action": "leave",
        "staff_number": transfer.record["staff_number"],
        "last_day": transfer.last_day.isoformat(),
        "period_starts": period.starts.isoformat(),
        "pay_day": period.pay_day.isoformat(),
    }


def change_of(transfer: PretendTransfer, change: Change) -> Fields:
    """What the importer's payroll is told of a change."""
    period = transfer.period
    return {
        "instruction": reference_of(transfer.reference, "change", change.since),
        "transfer": transfer.reference,
        "action": "change",
        "staff_number": transfer.terms["new_staff_number"],
        "effective_from": change.since.isoformat(),
        "period_starts": period.starts.isoformat(),
        "pay_day": period.pay_day.isoformat(),
        **change.fields,
    }


def employed_of(transfer: PretendTransfer, since: date) -> Fields:
    """What the exporter's payroll knows of the person, as a start on a day.

    Args:
        transfer: the move.
        since: the first day that the payroll shall pay, so that a run begins with no arrears.
    """
    record = transfer.record
    return {
        **start_of(transfer),
        **_person(record),
        "instruction": reference_of(transfer.reference, "employed"),
        "transfer": reference_of(transfer.reference, "before"),
        "staff_number": record["staff_number"],
        "first_day": since.isoformat(),
        "paid_to": "",
        "pay_after_leaving": "",
        "salary": record["salary"],
        "fte": record["fte"],
        "allowances": _allowances(record["allowances"]),
        "grade": record["grade"],
        "tax_code": record["tax_code"],
        "tax_regime": record["tax_regime"],
        "tax_basis": record["tax_basis"],
        "pension_scheme": record["pension_scheme"],
    }


def _person(record: Any) -> dict[str, str]:
    return {name: record[name] for name in ("nino", "surname", "forenames", "birth_date", "sex")}


def _allowances(stated: Any) -> str:
    return ";".join(f"{each['name']}={each['annual']}" for each in stated)
