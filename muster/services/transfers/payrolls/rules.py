"""What a pay period takes, and whether a payroll paid what it should: pure rules.

Amounts are whole pence. Periods are half-open spans of legal days, as calendars state them.
"""

import datetime as dt
import re
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from muster.casework.calendars.rules import PayPeriod
from muster.kernel.errors import BadInput, Where

Kind = Literal["pay", "pension", "hr"]
Action = Literal["start", "leave", "change", "cancel", "join", "transfer"]
Outcome = Literal["agrees", "differs", "unsolicited"]
Group = Literal["starters", "leavers", "changes"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
ACTIONS: Mapping[Kind, tuple[Action, ...]] = {
    "pay": ("start", "leave", "change", "cancel"),
    "pension": ("join", "leave", "transfer", "cancel"),
    "hr": ("join", "cancel"),
}
ANSWERS = ("accepted", "enrolled again", "new membership", "asks", "refused")
"""What a pension administrator answers; the last two are for a person to settle."""
UNSETTLED = ("asks", "refused")
HELD = ("waiting", "stated", "late")
"""What became of what an HR system holds of a leaver."""
GROUPS: Mapping[str, Group] = {"start": "starters", "leave": "leavers", "change": "changes"}
_POUNDS = re.compile(r"-?[0-9]{1,9}\.[0-9]{2}")
_SHARE = re.compile(r"[0-9](\.[0-9]{1,9})?")


def pence(pounds: str) -> int:
    """Return an amount in whole pence; it is written as pounds with two decimals.

    Raises:
        BadInput: if it is written otherwise.
    """
    if not _POUNDS.fullmatch(pounds):
        raise BadInput(
            "The amount is not pounds with two decimals", where=Where(field="amount"),
            fix="Write 31250.00",
        )  # fmt: skip
    return int(pounds.replace(".", ""))


def pounds(amount: int) -> str:
    """Return whole pence as pounds with two decimals."""
    whole, rest = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:02d}"


def percent(share: str) -> str:
    """Return a share of full time (``0.8``) as percent (``80``), exactly.

    Raises:
        BadInput: if it is written otherwise.
    """
    if not _SHARE.fullmatch(share):
        raise BadInput(
            "The share of full time is no decimal number", where=Where(field="fte"),
            fix="Write 0.8",
        )  # fmt: skip
    shown = format(Decimal(share) * 100, "f")
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) or "0"


@dataclass(frozen=True)
class Placed:
    """The pay period that takes an instruction; ``late_for`` is the one that should have."""

    period: PayPeriod
    late_for: PayPeriod | None


def place(
    first_day: dt.date,
    now: dt.datetime,
    periods: Sequence[PayPeriod],
    frozen: Collection[dt.date] = (),
) -> Placed | None:
    """Return which period takes what counts from a day; None if none that is known does.

    Args:
        first_day: from which day the pay changes.
        now: when it is instructed. At the cut-off itself a period still takes it.
        periods: of the employer's calendar, in order.
        frozen: first days of periods that are frozen, whatever their cut-off says by now.
    """
    due = next((one for one in periods if one.days.holds(first_day)), None)
    if due is None:
        return None
    taking = (
        one
        for one in periods
        if one.starts >= due.starts and one.takes_changes_at(now) and one.starts not in frozen
    )
    found = next(taking, None)
    if found is None:
        return None
    return Placed(found, None if found.starts == due.starts else due)


@dataclass(frozen=True)
class Difference:
    """One field that a payroll states otherwise than it was told, or than follows from it."""

    field: str
    expected: str
    reported: str


ALWAYS = ("tax_code", "tax_basis", "ni_letter", "student_loans", "pension_scheme")
"""What a payroll must have taken over as it was told."""


def compare(
    *, told: Mapping[str, str], expected: str, days: tuple[str, str], result: Mapping[str, str]
) -> tuple[Difference, ...]:
    """Return what differs between a payroll's result and what it should be, field by field.

    Args:
        told: the fields of the instruction. What it does not say is not compared.
        expected: the gross pay of the period, in pounds; "" if none is known.
        days: the first and last day that this payroll pays in the period; "" if not known.
        result: the fields of the result. The gross is always compared; days and what was handed
            over are where the payroll states them.
    """
    result = {**result, "tax_code": _whole_code(result)}
    wanted = {name: told.get(name, "") for name in ALWAYS} | {"tax_code": _whole_code(told)}
    wanted |= {"period_starts": told.get("period_starts", ""), "pay_day": told.get("pay_day", "")}
    wanted |= {"nino": told.get("nino", ""), "paid_from": days[0], "paid_to": days[1]}
    found = []
    if expected and pence(expected) != pence(result["gross"]):
        found.append(Difference("gross", expected, pounds(pence(result["gross"]))))
    for name, value in wanted.items():
        reported = result.get(name, "")
        if value and reported and _plain(name, value) != _plain(name, reported):
            found.append(Difference(name, value, reported))
    return tuple(found)


def _whole_code(said: Mapping[str, str]) -> str:
    """Return a tax code with the letter of its regime: some payrolls state them apart."""
    code = said.get("tax_code", "")
    return f"{said.get('tax_regime', '')}{code}" if code else ""


def _plain(name: str, value: str) -> str:
    """Return a value as it is compared: payrolls write codes in their own case and order."""
    close = "".join(value.split()).upper()
    if name == "student_loans":
        # Plans are written 2;PG and 2P and PLAN2,PGL alike.
        return "".join(sorted(set(close.replace("PLAN", "").replace("PGL", "P")) & set("1245P")))
    return close


@dataclass(frozen=True)
class Line:
    """One instruction as a pay period counts it; ``expected`` is None where it is not known."""

    id: uuid.UUID
    transfer: uuid.UUID
    action: str
    made_at: dt.datetime
    expected: int | None = None
    reported: int | None = None


def standing(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return what stands of the instructions of a period, in the order they were made.

    A cancellation takes back what its transfer asked for before, and is told itself only where
    that had been told already.
    """
    kept: list[Line] = []
    for line in sorted(lines, key=lambda one: one.made_at):
        if line.action != "cancel":
            kept.append(line)
            continue
        gone = [one for one in kept if one.transfer == line.transfer]
        kept = [one for one in kept if one.transfer != line.transfer]
        if not gone:
            kept.append(line)
    return tuple(kept)


@dataclass(frozen=True)
class Totals:
    """Count and sum of gross pay, in pence, expected and as a payroll reports it."""

    expected_count: int
    expected_gross: int
    reported_count: int
    reported_gross: int

    @property
    def state(self) -> Literal["nothing", "waiting", "agree", "differ"]:
        """Whether both agree: ``waiting`` as long as the payroll reported nothing."""
        if not self.expected_count and not self.reported_count:
            return "nothing"
        if not self.reported_count:
            return "waiting"
        same = self.expected_count == self.reported_count
        return "agree" if same and self.expected_gross == self.reported_gross else "differ"


def totals(lines: Iterable[Line]) -> Totals:
    """Return the control totals of what stands: pay that is expected beside pay that was reported.

    Leavers and changes whose pay is not foretold count on neither side.
    """
    counted = [(one.expected, one.reported) for one in lines if one.expected is not None]
    reported = [told for _, told in counted if told is not None]
    expected = [due for due, _ in counted if due is not None]
    return Totals(len(expected), sum(expected), len(reported), sum(reported))
