"""One instruction as a payroll understands it, read from the plain text of its fields.

Every system here turns its own bytes into the same flat text first (`Fields`: the names of the
instruction Muster sends, each a text, "" where there is none), because that is what both ends of
an interface agree on: days as 2026-11-16, pounds as 31250.00, share of full time as 0.8.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

Fields = Mapping[str, str]
NAMES = (
    "instruction", "transfer", "action", "staff_number", "nino", "surname", "forenames",
    "birth_date", "sex", "first_day", "last_day", "paid_to", "pay_after_leaving", "salary", "fte",
    "allowances", "grade", "tax_code", "tax_regime", "tax_basis", "p45_pay", "p45_tax", "ni_letter",
    "student_loans", "attachment_orders", "salary_sacrifice", "pension_scheme", "effective_from",
    "period_starts", "pay_day",
)  # fmt: skip
ACTIONS = ("start", "leave", "change", "cancel")
Allowances = tuple[tuple[str, int], ...]


class Unreadable(ValueError):
    """A field cannot be read: `field` says which. The value is not repeated."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} cannot be read")
        self.field = field


@dataclass(frozen=True, slots=True)
class Order:
    """An instruction; None and "" where it says nothing. Money is pence."""

    reference: str
    move: str
    action: str
    number: str
    nino: str
    surname: str
    forenames: str
    birth_date: date | None
    first_day: date | None
    last_day: date | None
    paid_to: date | None
    salary: int | None
    fte: Fraction | None
    allowances: Allowances | None
    grade: str
    tax_code: str
    tax_regime: str
    tax_basis: str
    p45_pay: int | None
    p45_tax: int | None
    ni_letter: str
    loans: tuple[str, ...] | None
    scheme: str
    effective_from: date | None
    period_starts: date | None


def day_of(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unreadable(field) from None


def pence_of(text: str, field: str) -> int | None:
    """Pounds in text as whole pence."""
    if not text:
        return None
    try:
        pence = Decimal(text) * 100
    except InvalidOperation:
        raise Unreadable(field) from None
    if not pence.is_finite() or pence != int(pence):
        raise Unreadable(field)
    return int(pence)


def pounds(pence: int | None) -> str:
    """Whole pence as pounds with two decimals; "" for none."""
    if pence is None:
        return ""
    sign, pence = ("-" if pence < 0 else ""), abs(pence)
    return f"{sign}{pence // 100}.{pence % 100:02d}"


def share_of(text: str) -> Fraction | None:
    try:
        return Fraction(Decimal(text)) if text else None
    except (InvalidOperation, ValueError, OverflowError):
        raise Unreadable("fte") from None


def allowances_of(text: str) -> Allowances:
    """`name=1200.00;name=60.00` as names and pence."""
    found = []
    for part in filter(None, text.split(";")):
        name, _, amount = part.rpartition("=")
        found.append((name, pence_of(amount, "allowances") or 0))
    return tuple(found)


def order_of(fields: Fields) -> Order:
    """Read one instruction. Unreadable names the first field that cannot be."""
    said = {name: (fields.get(name) or "").strip() for name in NAMES}
    if said["action"] not in ACTIONS:
        raise Unreadable("action")
    changes = said["action"] == "change"
    loans, allowances = said["student_loans"], said["allowances"]
    return Order(
        reference=said["instruction"],
        move=said["transfer"],
        action=said["action"],
        number=said["staff_number"],
        nino=said["nino"],
        surname=said["surname"],
        forenames=said["forenames"],
        birth_date=day_of(said["birth_date"], "birth_date"),
        first_day=day_of(said["first_day"], "first_day"),
        last_day=day_of(said["last_day"], "last_day"),
        paid_to=day_of(said["paid_to"], "paid_to"),
        salary=pence_of(said["salary"], "salary"),
        fte=share_of(said["fte"]),
        allowances=None if changes and not allowances else allowances_of(allowances),
        grade=said["grade"],
        tax_code=said["tax_code"],
        tax_regime=said["tax_regime"],
        tax_basis=said["tax_basis"],
        p45_pay=pence_of(said["p45_pay"], "p45_pay"),
        p45_tax=pence_of(said["p45_tax"], "p45_tax"),
        ni_letter=said["ni_letter"],
        loans=None if changes and not loans else tuple(filter(None, loans.split(";"))),
        scheme=said["pension_scheme"],
        effective_from=day_of(said["effective_from"], "effective_from"),
        period_starts=day_of(said["period_starts"], "period_starts"),
    )
