"""What payrolls paid: kept once, matched to what they were told, and compared field by field.

Results come as rows of files (``intake``) or as messages, which ``take_messages`` reads. The same
result again, and one that nobody asked for, change nothing of any transfer. A later result for the
same instruction takes the earlier one's place.
"""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from django.db import transaction

from muster.hub.messages.envelope import data_of
from muster.hub.models import Message
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.kernel.running import keyring
from muster.ledger.current import ledger
from muster.services.transfers.models import Transfer
from muster.services.transfers.payrolls.models import (
    Instruction,
    PayDifference,
    PayResult,
    ReadUpTo,
)
from muster.services.transfers.payrolls.rules import Difference, Outcome, compare, pounds
from muster.services.transfers.payrolls.sending import content_of
from muster.services.transfers.payrolls.shipped import PAY_RESULT
from muster.services.transfers.sealing import seal, unseal

AGREES_NOW = "A later result agrees"
_NOBODY = uuid.UUID(int=0)
_SEALED = "pay result"
_AT_ONCE, _LONGEST_WHY = 500, 500
_DIFFERS, _SETTLED = (
    "muster.transfers.pay_difference.opened.v1", "muster.transfers.pay_difference.settled.v1",
)  # fmt: skip


@dataclass(frozen=True)
class Came:
    """A result as it came: from which system, and where its evidence lies."""

    system: str
    employer: uuid.UUID
    fields: Mapping[str, object]
    landing: uuid.UUID | None = None
    row: int | None = None
    position: int | None = None


@dataclass(frozen=True)
class Compared:
    """What became of a result, as listeners are told: field names, and no value.

    Args:
        transfer: whose pay it is.
        employer: who paid.
        instruction: what it answers.
        result: its own id.
        action: what was instructed.
        agrees: whether it is what was expected.
        differs: the fields that differ.
        expected: the gross pay expected, in pounds; "" if none was foretold.
        gross: the gross pay reported, in pounds.
    """

    transfer: uuid.UUID
    employer: uuid.UUID
    instruction: uuid.UUID
    result: uuid.UUID
    action: str
    agrees: bool
    differs: tuple[str, ...]
    expected: str
    gross: str


Listener = Callable[..., None]
_listeners: list[str] = []


def register_listener(path: str) -> None:
    """Let ``f(compared, *, by, clock)`` be called for each result that answers an instruction.

    It runs in the transaction that keeps the result.
    """
    if path not in _listeners:
        _listeners.append(path)


def announce(compared: Compared, *, by: str, clock: Clock) -> bool:
    """Tell all listeners of a result, together or not at all; tell whether they took it.

    What one of them cannot take now does not keep the result from being kept: it is announced
    again once its transfer has taken effect.
    """
    if not Transfer.objects.filter(id=compared.transfer).exists():
        return False
    try:
        with transaction.atomic():
            for path in _listeners:
                module, _, name = path.rpartition(".")
                getattr(import_module(module), name)(compared, by=by, clock=clock)
    except Conflict:
        return False
    return True


@transaction.atomic
def keep(came: Sequence[Came], *, at: dt.datetime, by: str, clock: Clock) -> tuple[Outcome, ...]:
    """Keep results and compare them; return what each of those that are new came to."""
    found = (_keep(one, at=at, by=by, clock=clock) for one in came)
    return tuple(one for one in found if one is not None)


def _keep(came: Came, *, at: dt.datetime, by: str, clock: Clock) -> Outcome | None:
    said = _in_pounds(came.fields)
    if "gross" not in said:
        return None
    digest = _digest(said)
    stands = PayResult.objects.filter(system=came.system, digest=digest, withdrawn_at__isnull=True)
    if stands.exists():
        return None
    told = _answered(came.employer, said)
    differences: tuple[Difference, ...] = ()
    outcome: Outcome = "unsolicited"
    expected = ""
    if told is not None:
        data, expected, days = content_of(told)
        differences = compare(told=data, expected=expected, days=days, result=said)
        outcome = "differs" if differences else "agrees"
    row = PayResult.objects.create(
        system=came.system, employer_id=came.employer, instruction=told,
        staff_number=said["staff_number"], period_starts=said["period_starts"],
        sealed=_sealed(told, said), digest=digest, outcome=outcome, landing=came.landing,
        row=came.row, position=came.position, came_at=at,
    )  # fmt: skip
    if told is not None:
        _settle_or_open(told, row, differences, at=at)
        compared = _compared(told, row, differences, expected, said["gross"])
        announce(compared, by=by, clock=clock)
    return outcome


def compared_of(told: Instruction, row: PayResult) -> Compared:
    """Return a result that is kept beside what was expected, as listeners are told."""
    _data, expected, _days = content_of(told)
    return _compared(told, row, differences_of(row), expected, said_in(row)["gross"])


def _compared(
    told: Instruction, row: PayResult, differences: Sequence[Difference], expected: str, gross: str
) -> Compared:
    return Compared(
        told.transfer, told.employer_id, told.id, row.id, told.action, not differences,
        tuple(one.field for one in differences), expected, gross,
    )  # fmt: skip


def _in_pounds(fields: Mapping[str, object]) -> dict[str, str]:
    """Return what is stated as text; pay that is stated in pence as pounds."""
    said = {name: str(value) for name, value in fields.items() if value not in (None, "")}
    in_pence = said.pop("gross_pence", None)
    if in_pence is not None:
        said.setdefault("gross", pounds(int(in_pence)))
    return said


def said_in(row: PayResult) -> dict[str, str]:
    """Return the fields of a result."""
    told = row.instruction
    return unseal(
        keyring(), row.sealed, person=told.person_id if told else _NOBODY,
        transfer=told.transfer if told else _NOBODY, what=_SEALED,
    )  # fmt: skip


def differences_of(row: PayResult) -> tuple[Difference, ...]:
    """Return how a result differs from what was expected, field by field, with both values."""
    if row.instruction is None:
        return ()
    data, expected, days = content_of(row.instruction)
    return compare(told=data, expected=expected, days=days, result=said_in(row))


def latest_of(instruction: uuid.UUID) -> PayResult | None:
    """Return the result that stands for an instruction: the one that came last."""
    found = PayResult.objects.filter(instruction=instruction, withdrawn_at__isnull=True)
    return found.select_related("instruction").order_by("-came_at", "-id").first()


@transaction.atomic
def settle(*, instruction: uuid.UUID, employer: uuid.UUID, why: str, by: str, clock: Clock) -> None:
    """Say why a difference stands as it is, or how it was put right; it is open no more.

    Raises:
        BadInput: without a reason, or with too long a one.
        NotFound: if this employer has no such instruction.
        Conflict: if nothing is open.
    """
    if not why.strip() or len(why) > _LONGEST_WHY:
        raise BadInput(
            "It is not said why", where=Where(field="why"),
            fix=f"Say it in up to {_LONGEST_WHY} characters",
        )  # fmt: skip
    if not Instruction.objects.filter(id=instruction, employer=employer).exists():
        raise NotFound(
            "No such instruction", where=Where(thing=str(instruction)), fix="See the list"
        )
    rows = PayDifference.objects.select_for_update(of=("self",))
    row = rows.filter(instruction=instruction, settled_at__isnull=True).first()
    if row is None:
        raise Conflict(
            "Nothing is open here", where=Where(thing="difference"), fix="Load the page again"
        )
    _settle(row, why=why.strip(), by=by, at=clock.now())


def take_messages(*, clock: Clock) -> int:
    """Read results that came as messages since they were last read; return how many were new."""
    taken, read = 0, _AT_ONCE
    while read == _AT_ONCE:
        read, new = _take_some(clock)
        taken += new
    return taken


@transaction.atomic
def _take_some(clock: Clock) -> tuple[int, int]:
    ReadUpTo.objects.get_or_create(contract=PAY_RESULT, defaults={"position": -1})
    mark = ReadUpTo.objects.select_for_update().get(contract=PAY_RESULT)
    rows = Message.objects.filter(contract=PAY_RESULT, refused="", position__gt=mark.position)
    found = list(rows.select_related("system").order_by("position")[:_AT_ONCE])
    if not found:
        return 0, 0
    raws = ledger().bodies("exchange", [one.position for one in found])
    came = list(_stated(found, raws))
    outcomes = keep(came, at=clock.now(), by="muster", clock=clock)
    mark.position = found[-1].position
    mark.save(update_fields=["position"])
    return len(found), len(outcomes)


def _stated(found: Sequence[Message], raws: Sequence[bytes | None]) -> Iterable[Came]:
    for one, raw in zip(found, raws, strict=True):
        # A message whose content was erased says nothing; a system of nobody pays nobody.
        if raw is not None and one.system.employer is not None:
            fields = json.loads(data_of([raw])[0])
            yield Came(one.system.code, one.system.employer, fields, position=one.position)


def withdraw(
    landings: Sequence[uuid.UUID], *, reinstated: Sequence[uuid.UUID] = (), at: dt.datetime
) -> None:
    """Take back what files brought: results that stood before stand again, and are compared.

    Args:
        landings: what is taken back.
        reinstated: what stands again, because what had taken its place is taken back.
        at: when.
    """
    rows = PayResult.objects.filter(landing__in=list(landings), withdrawn_at__isnull=True)
    again = PayResult.objects.filter(landing__in=list(reinstated), withdrawn_at__isnull=False)
    concerned = [*rows.select_related("instruction"), *again.select_related("instruction")]
    told = {one.instruction for one in concerned if one.instruction}
    rows.update(withdrawn_at=at)
    standing = PayResult.objects.filter(withdrawn_at__isnull=True)
    for row in again:
        if not standing.filter(system=row.system, digest=row.digest).exists():
            row.withdrawn_at = None
            row.save(update_fields=["withdrawn_at"])
    for one in sorted(told, key=lambda each: str(each.id)):
        stands = latest_of(one.id)
        differences = differences_of(stands) if stands else ()
        if stands is None:
            open_one = PayDifference.objects.filter(instruction=one, settled_at__isnull=True)
            for each in open_one:
                _settle(each, why="The result was taken back", by="muster", at=at)
        else:
            _settle_or_open(one, stands, differences, at=at)


def _answered(employer: uuid.UUID, said: Mapping[str, str]) -> Instruction | None:
    """Return which instruction a result answers: the one it names, or its person's in its period.

    An instruction of another employer, or of another person, is not answered by it; nor is one
    by the ordinary pay of an earlier period or a later one, which may name it all the same.
    """
    own = Instruction.objects.filter(employer=employer, kind="pay").exclude(action="cancel")
    mine = own.filter(staff_number=said["staff_number"])
    named = said.get("instruction", "")
    period = dt.date.fromisoformat(str(said["period_starts"]))
    if named:
        try:
            told = mine.filter(id=uuid.UUID(named)).first()
        except ValueError:
            return None
        return None if told is not None and _is_other_pay(told, period) else told
    return mine.filter(period_starts=period, position__isnull=False).order_by("-made_at").first()


def _is_other_pay(told: Instruction, period: dt.date) -> bool:
    """Tell whether pay is ordinary, though it names an instruction: before it counts, or after.

    Pay before somebody starts and after they have left is never ordinary.
    """
    if told.period_starts is None or period == told.period_starts:
        return False
    if period < told.period_starts:
        return told.action != "start"
    answered = PayResult.objects.filter(
        instruction=told, period_starts=told.period_starts, withdrawn_at__isnull=True
    )
    return told.action != "leave" and answered.exists()


def _settle_or_open(
    told: Instruction, result: PayResult, differences: Sequence[Difference], *, at: dt.datetime
) -> None:
    fields = [one.field for one in differences]
    open_one = PayDifference.objects.filter(instruction=told, settled_at__isnull=True).first()
    if open_one is not None and not fields:
        _settle(open_one, why=AGREES_NOW, by="muster", at=at)
    elif open_one is not None:
        open_one.result, open_one.fields = result, fields
        open_one.save(update_fields=["result", "fields"])
    elif fields:
        PayDifference.objects.create(instruction=told, result=result, fields=fields, opened_at=at)
        _note(_DIFFERS, told, {"fields": fields, "result": str(result.id)})


def _settle(row: PayDifference, *, why: str, by: str, at: dt.datetime) -> None:
    row.settled_at, row.settled_by, row.why = at, by, why
    row.save(update_fields=["settled_at", "settled_by", "why"])
    _note(_SETTLED, row.instruction, {"by": by, "fields": row.fields})


def _note(kind: str, told: Instruction, body: Mapping[str, object]) -> None:
    ledger().append_one(
        "decisions", kind, f"transfer:muster:{told.transfer}",
        {"instruction": str(told.id), "employer": str(told.employer_id), **body},
    )  # fmt: skip


def _sealed(told: Instruction | None, said: Mapping[str, str]) -> str:
    return seal(
        keyring(), said, person=told.person_id if told else _NOBODY,
        transfer=told.transfer if told else _NOBODY, what=_SEALED,
    )  # fmt: skip


def _digest(said: Mapping[str, str]) -> str:
    plain = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    return keyring().keyed_hash(plain, context=b"services:transfers:pay-result").hex()
