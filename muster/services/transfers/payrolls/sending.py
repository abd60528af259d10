"""Telling payrolls and pension administrators what to do, once, in the transaction that decides it.

A verb of a transfer calls ``instruct`` inside its own transaction: the instruction and the message
in the exchange log stand with the verb's effect, or none does. The hub reduces each message, for
each receiver, to the fields of that receiver's agreement. Where no agreement lets it go anywhere,
the instruction waits with the reason, and goes once one does.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from muster.hub.messages.acceptance import accept
from muster.hub.messages.envelope import Envelope, source_of, write_message
from muster.hub.models import System
from muster.hub.standing import why_nobody_may
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.kernel.running import keyring
from muster.services.transfers.payrolls import periods
from muster.services.transfers.payrolls.models import Instruction
from muster.services.transfers.payrolls.rules import (
    ACTIONS,
    Action,
    Kind,
    Placed,
    pence,
    percent,
)
from muster.services.transfers.payrolls.shipped import (
    JOINER,
    PAY_INSTRUCTION,
    PENSION_INSTRUCTION,
    RECORD_RELEASED,
    transfers_system_of,
)
from muster.services.transfers.sealing import seal, unseal

NO_SYSTEM = "The employer has no system that sends its transfers"
NO_PERIOD = "No pay period of the employer’s calendar takes it: load the calendar"
_CONTRACTS: Mapping[str, str] = {
    "pay": PAY_INSTRUCTION, "pension": PENSION_INSTRUCTION, "hr": JOINER,
}  # fmt: skip
_SEALED = "instruction"
_LONGEST_WHY, _AT_ONCE = 500, 200


@dataclass(frozen=True)
class Told:
    """What became of an instruction.

    Args:
        instruction: its id, which its message has as well.
        position: of the message in the exchange log; None while it waits.
        because: why it waits; "" if it went.
        period_starts: the first day of the pay period that takes it; None if none is known.
        late_for: the first day of the period that it came too late for; None if it is in time.
    """

    instruction: uuid.UUID
    position: int | None
    because: str
    period_starts: dt.date | None
    late_for: dt.date | None


@transaction.atomic
def instruct(
    *,
    transfer: uuid.UUID,
    person: uuid.UUID,
    employer: uuid.UUID,
    action: Action,
    staff_number: str,
    first_day: dt.date,
    fields: Mapping[str, str],
    kind: Kind = "pay",
    expected: str = "",
    days: tuple[str, str] = ("", ""),
    system: str = "",
    key: str = "",
    by: str,
    clock: Clock,
) -> Told:
    """Tell an employer's payroll, or its pension administrator, of one person; once.

    The same instruction again, by its ``key``, changes nothing and is answered alike.

    Args:
        transfer: what it follows from.
        person: whose pay or pension it is.
        employer: whose payroll is told.
        action: what is to be done.
        staff_number: by which this employer's HR system knows the person.
        first_day: from which legal day it counts; it decides the pay period.
        fields: what is told besides, as the contract names it; empty ones are left out.
        kind: ``pay``, ``pension`` or ``hr``.
        expected: the gross pay that follows for the period, in pounds; "" if it is not foretold.
        days: the first and last day that this payroll pays in the period; "" if not foretold.
        system: the HR system of the staff number; unless told, the employer's.
        key: names the instruction; unless told, all of what it says does.
        by: who caused it.
        clock: stamps it.

    Raises:
        BadInput: if the action or an amount cannot be used, or the contract has no such field.
        Conflict: if another instruction has this key.
    """
    _refuse_unusable(kind, action, expected)
    system = system or _hr_system(employer)
    said = {name: value for name, value in fields.items() if value}
    if "fte" in said:
        said["fte_percent"] = percent(said["fte"])
    data = {
        **said, "transfer": str(transfer), "action": action, "staff_number": staff_number,
    }  # fmt: skip
    content = {"data": data, "expected": expected, "days": list(days)}
    digest = _digest({**content, "first_day": first_day.isoformat()})
    key = key or f"{transfer}:{kind}:{action}:{employer}:{digest[:32]}"
    known = _known(key, digest)
    if known is not None:
        return known
    where = periods.placed(employer, first_day, clock.now()) if kind == "pay" else None
    row = Instruction(
        key=key, kind=kind, action=action, transfer=transfer, person_id=person,
        employer_id=employer, system=system, staff_number=staff_number, digest=digest,
        first_day=first_day, made_at=clock.now(), made_by=by,
        sealed=seal(keyring(), content, person=person, transfer=transfer, what=_SEALED),
    )  # fmt: skip
    _place(row, where)
    row.because = NO_SYSTEM
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Somebody else gave the same instruction at this moment; theirs is the one that goes.
        found = _known(key, digest)
        if found is None:
            raise
        return found
    _hand_in(row, data, clock)
    row.save()
    return told_of(row)


def is_told(employer: uuid.UUID, kind: Kind, *, clock: Clock) -> bool:
    """Tell whether any system of an employer may be told of a kind now."""
    code = transfers_system_of(employer)
    if code is None:
        return False
    sender = System.objects.get(code=code)
    return not why_nobody_may(contract=_CONTRACTS[kind], sender=sender, on=legal_day(clock.now()))


def content_of(row: Instruction) -> tuple[dict[str, str], str, tuple[str, str]]:
    """Return the fields of an instruction, the gross expected of it, and the days it pays."""
    found = unseal(keyring(), row.sealed, person=row.person_id, transfer=row.transfer, what=_SEALED)
    first, last = found.get("days", ["", ""])
    return {**found.get("data", {}), **_period(row)}, found.get("expected", ""), (first, last)


def told_of(row: Instruction) -> Told:
    """Return what became of an instruction."""
    return Told(row.id, row.position, row.because, row.period_starts, row.late_for)


def send_waiting(*, clock: Clock) -> int:
    """Send instructions that wait and may go by now; return how many went."""
    waiting = Instruction.objects.filter(
        position__isnull=True, taken_back_at__isnull=True
    ).order_by("made_at", "id")
    return sum(_send_again(one, clock) for one in waiting.values_list("id", flat=True)[:_AT_ONCE])


@transaction.atomic
def _send_again(instruction: uuid.UUID, clock: Clock) -> int:
    row = Instruction.objects.select_for_update(of=("self",)).get(id=instruction)
    if row.position is not None or row.taken_back_at is not None:
        return 0
    before = row.because
    if row.kind == "pay":
        _place(row, periods.placed(row.employer_id, row.first_day, clock.now()))
    data, _expected, _days = content_of(row)
    _hand_in(row, data, clock)
    if row.position is not None or row.because != before:
        row.save()
    return int(row.position is not None)


def release_record(
    *, transfer: uuid.UUID, exporter: uuid.UUID, system: str, staff_number: str, digest: str,
    record: str, clock: Clock,
) -> tuple[int | None, str]:  # fmt: skip
    """Send a signed record to the employer a person joins; return its position, or why not.

    Call inside the transaction that releases it.

    Args:
        transfer: whose record it is.
        exporter: who releases it, under their agreement with the importer.
        system: the exporter's HR system that knows the person.
        staff_number: by which it does.
        digest: the SHA-256 of the record, in hexadecimal.
        record: as canonical JSON.
        clock: stamps it.
    """
    return _message(
        exporter, RECORD_RELEASED, name=f"{transfer}.{digest}",
        subject=f"person:{system}:{staff_number}", correlation=str(transfer),
        data={"transfer": str(transfer), "digest": digest, "record": record}, clock=clock,
    )  # fmt: skip


def _refuse_unusable(kind: Kind, action: Action, expected: str) -> None:
    if action not in ACTIONS[kind]:
        raise BadInput(
            f"{kind} cannot be told to {action}", where=Where(field="action"),
            fix=f"Use {', '.join(ACTIONS[kind])}",
        )  # fmt: skip
    if expected:
        pence(expected)


def _known(key: str, digest: str) -> Told | None:
    row = Instruction.objects.filter(key=key).first()
    if row is None:
        return None
    if row.digest != digest:
        raise Conflict(
            "Another instruction has this key", where=Where(thing="instruction"),
            fix="Give what is new a key of its own",
        )  # fmt: skip
    return told_of(row)


def _place(row: Instruction, where: Placed | None) -> None:
    if where is None:
        row.period_starts = row.period_ends = row.pay_day = row.late_for = None
        return
    row.period_starts, row.period_ends = where.period.starts, where.period.ends
    row.pay_day = where.period.pay_day
    row.late_for = where.late_for.starts if where.late_for else None


def _period(row: Instruction) -> dict[str, str]:
    if row.period_starts is None or row.pay_day is None:
        return {}
    return {"period_starts": row.period_starts.isoformat(), "pay_day": row.pay_day.isoformat()}


def _hand_in(row: Instruction, data: Mapping[str, str], clock: Clock) -> None:
    """Hand an instruction's message to the hub, or note why it waits."""
    said = {**data, **_period(row), "instruction": str(row.id)}
    if row.kind != "pay":
        said["first_day"] = row.first_day.isoformat()
    elif row.period_starts is None:
        row.position, row.because = None, NO_PERIOD
        return
    row.position, row.because = _message(
        row.employer_id, _CONTRACTS[row.kind], name=str(row.id),
        subject=f"person:{row.system}:{row.staff_number}", correlation=str(row.transfer),
        data=said, clock=clock,
    )  # fmt: skip
    row.sent_at = clock.now() if row.position is not None else None


def _message(
    employer: uuid.UUID, contract: str, *, name: str, subject: str, correlation: str,
    data: Mapping[str, str], clock: Clock,
) -> tuple[int | None, str]:  # fmt: skip
    code = transfers_system_of(employer)
    if code is None:
        return None, NO_SYSTEM
    now = clock.now()
    why = why_nobody_may(contract=contract, sender=System.objects.get(code=code), on=legal_day(now))
    if why:
        # What nobody may have is not handed in at all: it would only be kept.
        return None, why[:_LONGEST_WHY]
    envelope = Envelope(
        id=name, source=source_of(code), type=contract, subject=subject,
        time=now.strftime("%Y-%m-%dT%H:%M:%SZ"), correlation=correlation,
    )  # fmt: skip
    [answer] = accept([write_message(envelope, dict(data))], system=code, clock=clock)
    if answer.outcome in ("accepted", "known"):
        return answer.position, ""
    if answer.outcome == "refused":
        # It breaks the contract: the caller must not have decided upon it.
        raise BadInput(
            f"The instruction cannot be told: {answer.said}", where=Where(field=answer.field),
            fix="Put the record right first",
        )  # fmt: skip
    return None, (answer.said or answer.outcome)[:_LONGEST_WHY]


def _hr_system(employer: uuid.UUID) -> str:
    """Return the code of an employer's HR system; the sending system's own where it has none."""
    own = System.objects.filter(employer=employer).order_by("code")
    found = own.filter(code__startswith="hr:").first()
    code = found.code if found else transfers_system_of(employer)
    if code is None:
        raise NotFound(
            "The employer has no system", where=Where(thing=str(employer)),
            fix="Open its transfers system first",
        )  # fmt: skip
    return code


def _digest(content: Mapping[str, object]) -> str:
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    return hashlib.sha256(plain).hexdigest()
