"""A record that can move, of a pretend person; tests change one thing of it."""

import datetime as dt
import re
from typing import Any

TODAY, FIRST_DAY = dt.date(2026, 11, 22), dt.date(2026, 12, 1)
GOOD: dict[str, Any] = {
    "surname": "Mole",
    "forenames": "Martha",
    "birth_date": "1980-03-01",
    "sex": "F",
    "nino": "QQ123456C",
    "staff_number": "0012",
    "employment_started": "2015-06-01",
    "continuous_service_from": "2010-01-04",
    "grade": "HEO",
    "salary": "34000.00",
    "fte": "0.8",
    "weekly_hours": "29.6",
    "full_time_hours": "37",
    "allowances": [{"name": "Location", "annual": "1200.00", "pensionable": "yes"}],
    "paid_to": "2026-11-30",
    "tax_code": "1257L",
    "tax_regime": "",
    "tax_basis": "cumulative",
    "p45_issued": "yes",
    "p45_pay": "18133.00",
    "p45_tax": "2000.00",
    "ni_letter": "A",
    "student_loans": ["2", "PG"],
    "attachment_orders": [],
    "salary_sacrifice": [{"scheme": "Cycle to work", "monthly": "50.00"}],
    "pension_scheme": "alpha",
    "pension_member_since": "2015-04-01",
    "leave_balance": "4.5",
    "leave_unit": "days",
    "right_to_work_checked": "2015-05-01",
}


def changed(said: str) -> dict[str, Any]:
    """Return the good record after changes such as ``fte=1; nino=``; nothing takes a field out.

    Lists are written ``allowances=[name:London,annual:10.00/name:Tools,annual:5.00]``, plans
    ``student_loans=[2,PG]``; ``U+0410`` stands for a sign that only looks like another.
    """
    record = dict(GOOD)
    said = re.sub(r"U\+([0-9A-F]{4})", lambda code: chr(int(code[1], 16)), said)
    for one in filter(None, (part.strip() for part in said.split(";"))):
        name, _, text = one.partition("=")
        value: Any = text
        if text.startswith("["):
            inner = text.strip("[]")
            value = (
                [dict(part.split(":") for part in line.split(",")) for line in inner.split("/")]
                if ":" in inner
                else [part for part in inner.split(",") if part]
            )
        if value == "":
            record.pop(name, None)
        else:
            record[name] = value
    return record
