"""What employers' HR systems hold of people who leave: matched to their transfers by staff number.

It is kept until a transfer takes it, or for ``DAYS`` days; of somebody who does not move nothing
stays. What comes before the record is compared becomes a statement of the exporter’s own systems,
to which the record is held. What comes later changes nothing of what was agreed: in which fields
the record that was released is otherwise is kept beside it, for a person to see to.
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count

from muster.kernel.clock import Clock
from muster.kernel.running import keyring
from muster.ledger.current import ledger
from muster.register.people.movers import holder_of
from muster.services.transfers import actions
from muster.services.transfers.knowing import compare_again
from muster.services.transfers.models import Stated, Transfer
from muster.services.transfers.payrolls.models import HeldRecord
from muster.services.transfers.queries import released_record
from muster.services.transfers.record.checking import differences
from muster.services.transfers.rules import DONE
from muster.services.transfers.sealing import seal, unseal

DAYS = 90
LATE = "muster.transfers.record_known.late.v1"
_EARLY = ("draft", "offered", "accepted", "checks", "released")
_AFTERWARDS = ("agreed", "scheduled", *DONE)
_SEALED, _NOBODY = "held record", uuid.UUID(int=0)
_AT_ONCE, _LONGEST_BY = 500, 100


@dataclass(frozen=True)
class Held:
    """What an HR system holds of one person: the fields of a record, and where it lies."""

    system: str
    employer: uuid.UUID
    staff_number: str
    record: Mapping[str, Any]
    landing: uuid.UUID
    row: int | None


@dataclass(frozen=True)
class Counted:
    """How many records of leavers wait, were stated in a transfer, and came late."""

    waiting: int = 0
    stated: int = 0
    late: int = 0


@transaction.atomic
def keep(held: Sequence[Held], *, at: dt.datetime, clock: Clock) -> int:
    """Keep what HR systems hold, and state what a transfer waits for; return how many are new.

    The same of a person again changes nothing; something else takes the earlier one’s place.
    """
    found = [row for one in held if (row := _kept(one, at)) is not None]
    for row in found:
        _settle(row, clock=clock)
    return len(found)


def _kept(one: Held, at: dt.datetime) -> HeldRecord | None:
    digest = _digest(one)
    rows = HeldRecord.objects.filter(
        system=one.system, staff_number=one.staff_number, withdrawn_at__isnull=True
    )
    latest = rows.order_by("-came_at", "-id").first()
    if latest is not None and latest.digest == digest:
        return None
    rows.filter(outcome="waiting").delete()
    made = HeldRecord(
        system=one.system, employer_id=one.employer, staff_number=one.staff_number, digest=digest,
        outcome="waiting", landing=one.landing, row=one.row, came_at=at,
        person_id=holder_of(one.staff_number, employer=one.employer),
    )  # fmt: skip
    made.sealed = seal(keyring(), one.record, person=_NOBODY, transfer=made.id, what=_SEALED)
    made.save(force_insert=True)
    return made


def look_again(*, clock: Clock) -> int:
    """State what waited for a transfer that is there by now; return how many were.

    What waited for longer than ``DAYS`` is erased.
    """
    old = clock.now() - dt.timedelta(DAYS)
    HeldRecord.objects.filter(outcome="waiting", came_at__lt=old).delete()
    moving = Transfer.objects.filter(state__in=(*_EARLY, *_AFTERWARDS)).values("exporter")
    rows = HeldRecord.objects.filter(
        outcome="waiting", withdrawn_at__isnull=True, employer__in=moving
    )
    done = 0
    for id_ in rows.order_by("came_at", "id").values_list("id", flat=True)[:_AT_ONCE]:
        with transaction.atomic():
            row = HeldRecord.objects.select_for_update(of=("self",)).filter(id=id_).first()
            done += int(row is not None and row.outcome == "waiting" and _settle(row, clock=clock))
    return done


def _settle(row: HeldRecord, *, clock: Clock) -> bool:
    """State what is held of a person in their transfer; tell whether there is one."""
    person = holder_of(row.staff_number, employer=row.employer_id)
    if person is None or not row.sealed:
        return False
    moves = Transfer.objects.select_for_update(of=("self",)).filter(
        person=person, exporter=row.employer_id
    )
    early = moves.filter(state__in=_EARLY).order_by("first_day").first()
    late = moves.filter(state__in=_AFTERWARDS, released_by__gt="").order_by("-first_day").first()
    one = early or late
    if one is None:
        return False
    record = said_in(row)
    row.person_id, row.transfer, row.sealed = person, one.id, ""
    if early is not None and _may_be_stated(early):
        actions.state_known(transfer=one.id, record=record, by=_by(row.system), clock=clock)
        if early.state == "released":
            compare_again(early, released_record(one.id), at=clock.now())
        row.outcome = "stated"
    else:
        row.outcome = "late"
        row.differs = [each.field for each in differences(released_record(one.id), record)]
        ledger().append_one(
            "decisions", LATE, f"transfer:muster:{one.id}",
            {"system": row.system, "fields": row.differs},
        )  # fmt: skip
    row.save()
    return True


def _may_be_stated(row: Transfer) -> bool:
    """Tell whether the record is still to be compared: not all that it is compared with is there.

    Once it was, what is new would stand in the way of a signature with nobody asked to settle it.
    """
    if row.state != "released":
        return True
    there = Stated.objects.filter(transfer=row.id, recorded_to__isnull=True)
    return not {"person", "importer"} <= set(there.values_list("side", flat=True))


def said_in(row: HeldRecord) -> dict[str, Any]:
    """Return the fields of a record that waits; nothing once it is stated in a transfer."""
    return unseal(keyring(), row.sealed, person=_NOBODY, transfer=row.id, what=_SEALED)


def withdraw(
    landings: Sequence[uuid.UUID], *, reinstated: Sequence[uuid.UUID] = (), clock: Clock
) -> None:
    """Take back what files brought: what waits goes, and what was stated is stated no more."""
    now = clock.now()
    rows = HeldRecord.objects.filter(landing__in=list(landings), withdrawn_at__isnull=True)
    for row in rows.filter(outcome="stated"):
        Stated.objects.filter(
            transfer=row.transfer, side="exporter", by=_by(row.system), recorded_to__isnull=True,
            transfer__state__in=_EARLY,
        ).update(recorded_to=now)  # fmt: skip
    rows.update(withdrawn_at=now)
    again = HeldRecord.objects.filter(
        landing__in=list(reinstated), outcome="waiting", withdrawn_at__isnull=False
    )
    for row in again:
        there = HeldRecord.objects.filter(
            system=row.system, staff_number=row.staff_number, outcome="waiting",
            withdrawn_at__isnull=True,
        )  # fmt: skip
        if not there.exists():
            row.withdrawn_at = None
            row.save(update_fields=["withdrawn_at"])


def counted(employer: uuid.UUID) -> Counted:
    """Return what became of what an employer’s HR system holds of leavers."""
    rows = HeldRecord.objects.filter(employer=employer, withdrawn_at__isnull=True)
    return Counted(**dict(rows.values_list("outcome").annotate(Count("id"))))


def late_of(transfer: uuid.UUID) -> tuple[str, ...]:
    """Return the fields in which what came late is otherwise than the record that was released."""
    rows = HeldRecord.objects.filter(transfer=transfer, outcome="late", withdrawn_at__isnull=True)
    return tuple(sorted({field for row in rows for field in row.differs}))


def _digest(one: Held) -> str:
    plain = json.dumps(dict(one.record), ensure_ascii=False, sort_keys=True).encode()
    return keyring().keyed_hash(plain, context=b"services:transfers:held-record").hex()


def _by(system: str) -> str:
    return f"system:{system}"[:_LONGEST_BY]
