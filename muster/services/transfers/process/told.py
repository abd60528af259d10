"""What payrolls and pension administrators are told of a transfer, and what pay follows from it.

``planned`` is pure but for reading calendars: from the released record and the importer's terms to
one instruction for each payroll, each with the gross pay that its next run should come to, worked
out by the employer's own convention. ``tell`` hands them in within the step that books payrolls.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from muster.casework.calendars.queries import calendar_of
from muster.casework.calendars.rules import Calendar, PayPeriod
from muster.kernel.clock import Clock
from muster.kernel.days import ONE_DAY, Period
from muster.kernel.money import read_pounds
from muster.services.transfers import queries
from muster.services.transfers.pay.owing import first_pay, last_pay
from muster.services.transfers.pay.pension import Move as PensionMove
from muster.services.transfers.pay.pension import Pension, pension_on_moving
from muster.services.transfers.pay.rules import (
    WHOLE,
    Allowance,
    PayTerms,
    Stretch,
    expected_pay,
)
from muster.services.transfers.payrolls import periods
from muster.services.transfers.payrolls.rules import Action, Kind, pounds
from muster.services.transfers.payrolls.sending import instruct, is_told
from muster.services.transfers.process.joining import joiner
from muster.services.transfers.queries import TransferView
from muster.services.transfers.rules import ENDING
from muster.services.transfers.verbs.after import FIRST_DAY, Changed

_HANDED_ON = (
    "nino", "surname", "forenames", "birth_date", "sex", "tax_code", "tax_regime", "tax_basis",
    "p45_pay", "p45_tax", "ni_letter",
)  # fmt: skip
_TAX = ("tax_code", "tax_regime", "tax_basis")
_CHANGES = frozenset({
    *_HANDED_ON, "student_loans", "pension_scheme", "salary", "fte", "grade", "first_day",
})  # fmt: skip
_LONG_AGO = dt.date(1900, 1, 1)


@dataclass(frozen=True)
class ToTell:
    """One instruction: to whom, what, from which day, and the pay that should follow."""

    employer: uuid.UUID
    kind: Kind
    action: Action
    staff_number: str
    counts_from: dt.date
    fields: Mapping[str, str]
    expected: str = ""
    days: tuple[str, str] = ("", "")


def tell(one: TransferView, *, by: str, clock: Clock) -> None:
    """Tell payrolls, the pension administrator and the joining HR system of a booked transfer.

    Call within the step that books it. An HR system is told where a route leads to one.
    """
    record = queries.released_record(one.id)
    terms = queries.stated(one.id, "importer")
    for told in planned(one, record, terms, now=clock.now()):
        _instruct(one, told, by=by, clock=clock)
    if one.kind in (*ENDING, "part_time_split") and is_told(one.importer, "hr", clock=clock):
        said = joiner(one, record, terms, salary=_pounds(terms["salary"]))
        _instruct(one, ToTell(one.importer, "hr", "join", _new_number(one, terms), one.first_day,
                              said), by=by, clock=clock)  # fmt: skip


def planned(
    one: TransferView, record: Mapping[str, Any], terms: Mapping[str, Any], *, now: dt.datetime
) -> tuple[ToTell, ...]:
    """Return what is to be told of a transfer whose record and terms are stated.

    Args:
        one: the transfer.
        record: what the exporter released.
        terms: what the importer states.
        now: when it is told; it decides which pay period takes it.
    """
    leaves, joins = calendar_of(one.exporter), calendar_of(one.importer)
    found = []
    if one.kind in ENDING and leaves is not None:
        found.append(_leaver(one, record, leaves, now))
    if one.kind in (*ENDING, "part_time_split") and joins is not None:
        found.append(_starter(one, record, terms, joins, now))
        found += _pension(one, record, terms)
    return tuple(found)


def tell_change(one: TransferView, *, by: str, clock: Clock) -> None:
    """Tell payrolls what changed last after effect; call within the step that changes it.

    The importer's payroll is told the new values, the exporter's a new last day. What no payroll is
    told of, such as a leave balance, stands with the transfer alone.
    """
    changes = queries.late_changes(one.id)
    if one.batch is not None or not changes:
        return
    record, terms = queries.released_record(one.id), queries.stated(one.id, "importer")
    joins, leaves = calendar_of(one.importer), calendar_of(one.exporter)
    if joins is not None and (found := _changed(one, record, terms, changes, joins, clock.now())):
        _instruct(one, found, by=by, clock=clock)
    moved = any(each.field == FIRST_DAY for each in _last(changes))
    if moved and leaves is not None:
        _instruct(one, _leaver(one, record, leaves, clock.now()), by=by, clock=clock)


def _changed(
    one: TransferView, record: Mapping[str, Any], terms: Mapping[str, Any],
    changes: Sequence[Changed], calendar: Calendar, now: dt.datetime,
) -> ToTell | None:  # fmt: skip
    """Return what the importer's payroll is told of the last change; None if it is nothing."""
    last = _last(changes)
    holds = {**record, **terms, **{each.field: each.now for each in changes}}
    names = {each.field for each in last if each.field in _CHANGES}
    if names & set(_TAX):
        names |= set(_TAX)  # a code is one thing with its regime and its basis
    if not names:
        return None
    counts_from = min(each.effective_from for each in last)
    fields = {name: _plain(name, holds.get(name)) for name in sorted(names)}
    fields["effective_from"] = counts_from.isoformat()
    day = dt.date.fromisoformat(next(
        (each.was for each in last if each.field == FIRST_DAY), one.first_day.isoformat()
    ))  # fmt: skip
    before = _stretches(day, terms, [each for each in changes if each not in last])
    after = _stretches(one.first_day, terms, changes)
    placed = periods.placed(one.importer, counts_from, now)
    expected, days = "", ("", "")
    if placed is not None:
        first = periods.told_first(one.id, one.importer)
        again = first is not None and first < placed.period.starts
        expected = pounds(_due(after, calendar, placed.period, paid=before if again else ()))
        if not again:
            days = one.first_day.isoformat(), placed.period.last_day.isoformat()
    return ToTell(one.importer, "pay", "change", _new_number(one, terms), counts_from, fields,
                  expected, days)  # fmt: skip


def _last(changes: Sequence[Changed]) -> tuple[Changed, ...]:
    return tuple(each for each in changes if each.number == changes[-1].number)


def _stretches(
    first_day: dt.date, terms: Mapping[str, Any], changes: Sequence[Changed]
) -> list[Stretch]:
    """Return on what terms somebody works from their first day on, each change from its day."""
    of_pay = [each for each in changes if each.field in ("salary", "fte")]
    turns = sorted({first_day, *(max(each.effective_from, first_day) for each in of_pay)})
    found: list[Stretch] = []
    for turn, end in zip(turns, [*turns[1:], None], strict=True):
        said = {each.field: each.now for each in of_pay if each.effective_from <= turn}
        found.append((Period(turn, end), pay_terms({**terms, **said})))
    return found


def _due(
    stretches: Sequence[Stretch], calendar: Calendar, period: PayPeriod, *, paid: Sequence[Stretch]
) -> int:
    """Return what a period pays: all that is due up to its end, less what was paid before."""
    first = min(days.start for days, _ in (*stretches, *paid))
    until = [one for one in calendar.from_day(first) if one.starts <= period.starts]
    due = sum(_gross(stretches, one, calendar) for one in until)
    return due - sum(_gross(paid, one, calendar) for one in until[:-1] if paid)


def _gross(stretches: Sequence[Stretch], period: PayPeriod, calendar: Calendar) -> int:
    return expected_pay(
        stretches, period, calendar.convention, frequency=calendar.frequency
    ).gross  # fmt: skip


def _plain(name: str, said: object) -> str:
    if name == "salary":
        return _pounds(said)
    return ";".join(map(str, said)) if isinstance(said, list) else str(said or "")


def pay_terms(said: Mapping[str, Any]) -> PayTerms:
    """Return for what somebody works, from a record or terms that have been checked."""
    fte = Decimal(str(said.get("fte") or "1"))
    return PayTerms(read_pounds(str(said["salary"])), int(fte * WHOLE), tuple(_allowances(said)))


def _allowances(said: Mapping[str, Any]) -> Iterator[Allowance]:
    for one in said.get("allowances") or ():
        yield Allowance(str(one.get("name", "")), read_pounds(str(one.get("annual", "0"))),
                        bool(one.get("pensionable")))  # fmt: skip


def _leaver(
    one: TransferView, record: Mapping[str, Any], calendar: Calendar, now: dt.datetime
) -> ToTell:
    last_day = one.first_day - ONE_DAY
    # What runs that were missed have paid too much is taken back in the run that takes the leaver.
    stretches: list[Stretch] = [(Period(_LONG_AGO), pay_terms(record))]
    pay = last_pay(stretches, calendar, first_day=one.first_day, told=now)
    late = pay.period.starts > last_day
    fields = {**_identity(record), "last_day": last_day.isoformat(),
              "paid_to": str(record.get("paid_to") or ""),
              "pay_after_leaving": str(record.get("pay_after_leaving") or "")}  # fmt: skip
    return ToTell(one.exporter, "pay", "leave", str(record["staff_number"]), last_day, fields,
                  pounds(pay.gross), ("", "") if late else _days(pay.own.days))  # fmt: skip


def _starter(
    one: TransferView, record: Mapping[str, Any], terms: Mapping[str, Any], calendar: Calendar,
    now: dt.datetime,
) -> ToTell:  # fmt: skip
    stretches: list[Stretch] = [(Period(one.first_day), pay_terms(terms))]
    pay = first_pay(stretches, calendar, told=now)
    days = (one.first_day.isoformat(), pay.period.last_day.isoformat())
    fields = {
        **{name: str(record.get(name) or "") for name in _HANDED_ON},
        "first_day": one.first_day.isoformat(), "salary": _pounds(terms["salary"]),
        "fte": str(terms.get("fte") or "1"), "grade": str(terms.get("grade", "")),
        "allowances": ";".join(
            f"{each.name}={pounds(each.annual)}" for each in pay_terms(terms).allowances
        ),
        "student_loans": ";".join(map(str, record.get("student_loans") or ())),
        "attachment_orders": _listed(record.get("attachment_orders")),
        "salary_sacrifice": _listed(record.get("salary_sacrifice")),
        "pension_scheme": _on_pension(one, record).scheme,
    }  # fmt: skip
    return ToTell(one.importer, "pay", "start", _new_number(one, terms), one.first_day, fields,
                  pounds(pay.gross), days)  # fmt: skip


def _pension(
    one: TransferView, record: Mapping[str, Any], terms: Mapping[str, Any]
) -> Iterator[ToTell]:
    said = _on_pension(one, record)
    if said.action == "nothing":
        return
    fields = {
        "nino": str(record.get("nino") or ""), "surname": str(record.get("surname") or ""),
        "forenames": str(record.get("forenames") or ""),
        "birth_date": str(record.get("birth_date") or ""), "scheme": said.scheme,
        "from_employer": one.exporter_title, "to_employer": one.importer_title,
        "service_from": str(record.get("continuous_service_from") or ""),
        "salary": _pounds(terms["salary"]), "fte": str(terms.get("fte") or "1"),
    }  # fmt: skip
    yield ToTell(one.importer, "pension", said.action, _new_number(one, terms), one.first_day,
                 fields)  # fmt: skip


def _instruct(one: TransferView, told: ToTell, *, by: str, clock: Clock) -> None:
    instruct(
        transfer=one.id, person=one.person, employer=told.employer, action=told.action,
        staff_number=told.staff_number, first_day=told.counts_from, fields=told.fields,
        kind=told.kind, expected=told.expected, days=told.days, by=by, clock=clock,
        key=f"{one.id}:{told.kind}:{told.action}:{told.employer}:{one.version}",
    )  # fmt: skip


def _move(one: TransferView) -> PensionMove:
    return "side by side" if one.kind == "part_time_split" else "transfer"


def _on_pension(one: TransferView, record: Mapping[str, Any]) -> Pension:
    return pension_on_moving(
        record.get("pension_scheme") or "none", _move(one),
        last_day=one.first_day - ONE_DAY - dt.timedelta(days=one.gap), first_day=one.first_day,
    )  # fmt: skip


def _new_number(one: TransferView, terms: Mapping[str, Any]) -> str:
    """Return the staff number with the joining employer; until it gives one, the transfer's."""
    return str(terms.get("staff_number") or f"T-{one.id.hex[-10:]}")


def _identity(record: Mapping[str, Any]) -> dict[str, str]:
    names = ("nino", "surname", "forenames", "birth_date")
    return {name: str(record.get(name) or "") for name in names}


def _listed(said: object) -> str:
    if not isinstance(said, list):
        return ""
    return ";".join(
        ",".join(f"{name}={value}" for name, value in sorted(each.items()))
        if isinstance(each, dict) else str(each)
        for each in said
    )  # fmt: skip


def _pounds(said: object) -> str:
    return pounds(read_pounds(str(said)))


def _days(days: Period | None) -> tuple[str, str]:
    if days is None or days.end is None:
        return "", ""
    return days.start.isoformat(), (days.end - ONE_DAY).isoformat()
