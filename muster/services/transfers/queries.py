"""Questions about transfers. Answers are frozen; none carries what stands encrypted but the record.

Whoever shows an answer checks access first and logs the look; nothing here does.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, Q, QuerySet

from muster.kernel.errors import NotFound, Where
from muster.services.transfers.handoffs import is_late, table
from muster.services.transfers.models import (
    Batch,
    BatchException,
    Booking,
    Difference,
    FirstPay,
    HandOff,
    Snapshot,
    TakenStep,
    Transfer,
)
from muster.services.transfers.rules import PENDING, Kind, Side, State
from muster.services.transfers.verbs import after
from muster.services.transfers.verbs.releasing import signed_sides, verified
from muster.services.transfers.verbs.stating import said_by

_PAGE = 100


@dataclass(frozen=True)
class TransferView:
    """Where a transfer stands. ``key`` ids of others are as the register has them."""

    id: uuid.UUID
    person: uuid.UUID
    exporter: uuid.UUID
    importer: uuid.UUID
    exporter_title: str
    importer_title: str
    kind: Kind
    state: State
    version: int
    first_day: dt.date
    return_day: dt.date | None
    post: str
    employment: uuid.UUID | None
    new_employment: uuid.UUID | None
    continuous_from: dt.date | None
    gap: int
    backdated_because: str
    case: uuid.UUID | None
    batch: uuid.UUID | None
    previous: uuid.UUID | None
    opened_at: dt.datetime
    effected_at: dt.datetime | None
    ended_at: dt.datetime | None
    opened_by: str
    accepted_by: str
    released_by: str


@dataclass(frozen=True)
class Event:
    """One step of a transfer, as it was taken."""

    version: int
    verb: str
    side: str
    came_from: str
    to: str
    by: str
    at: dt.datetime
    reason: str


@dataclass(frozen=True)
class HandOffView:
    """One hand-off: ``state`` is ``late`` where it should have been handed over by now."""

    kind: str
    title: str
    owner: str
    due: dt.date
    state: str
    evidence: str
    wanted: str
    by: str
    why: str
    at: dt.datetime | None


@dataclass(frozen=True)
class DifferenceView:
    """A field in which two statements differ, and how it was settled."""

    field: str
    matters: bool
    settled_by: str
    chosen: str
    why: str


@dataclass(frozen=True)
class PayView:
    """What a payroll paid beside what was expected, in pence."""

    employer: uuid.UUID
    period_starts: dt.date
    expected: int
    actual: int
    exception: str
    cause: str
    why: str


@dataclass(frozen=True)
class BookingView:
    """The pay period in which an employer's payroll takes a transfer in."""

    transfer: uuid.UUID
    employer: uuid.UUID
    period_starts: dt.date
    period_ends: dt.date
    cut_off: dt.datetime | None
    pay_day: dt.date | None


@dataclass(frozen=True)
class BatchView:
    """A batch: how far it is, and who is an exception and why."""

    id: uuid.UUID
    title: str
    state: str
    first_day: dt.date
    wanted: int
    moved: int
    exceptions: tuple[tuple[uuid.UUID, str], ...]


def transfer(transfer_id: uuid.UUID) -> TransferView:
    """Return a transfer.

    Raises:
        NotFound: if there is none.
    """
    return _view(_row(transfer_id))


def transfers_of(
    *,
    employer: uuid.UUID | None = None,
    person: uuid.UUID | None = None,
    states: Sequence[State] = (),
    limit: int = _PAGE,
    offset: int = 0,
) -> tuple[TransferView, ...]:
    """Return transfers from or to an employer, or of a person, the nearest first day first."""
    found = _titled()
    if employer is not None:
        found = found.filter(Q(exporter=employer) | Q(importer=employer))
    if person is not None:
        found = found.filter(person=person)
    if states:
        found = found.filter(state__in=states)
    return tuple(_view(one) for one in found.order_by("first_day", "id")[offset : offset + limit])


def count_by_state(employer: uuid.UUID | None = None) -> dict[State, int]:
    """Return how many transfers stand where, from or to an employer or everywhere."""
    found = Transfer.objects.all()
    if employer is not None:
        found = found.filter(Q(exporter=employer) | Q(importer=employer))
    return dict(found.values_list("state").annotate(how_many=Count("id")).order_by("state"))


def due_for_effect(today: dt.date, limit: int = 1000) -> tuple[uuid.UUID, ...]:
    """Return transfers that are scheduled and whose first day has come, the earliest first."""
    found = Transfer.objects.filter(state="scheduled", first_day__lte=today)
    return tuple(found.order_by("first_day", "id").values_list("id", flat=True)[:limit])


def return_of(loan: uuid.UUID) -> TransferView | None:
    """Return the return that belongs to a loan; none before the loan took effect."""
    found = _titled().filter(previous=loan, kind="loan_return").order_by("-id").first()
    return None if found is None else _view(found)


def following(transfer_id: uuid.UUID) -> tuple[TransferView, ...]:
    """Return transfers that wait for this one."""
    return tuple(_view(one) for one in _titled().filter(previous=transfer_id).order_by("id"))


def timeline(transfer_id: uuid.UUID) -> tuple[Event, ...]:
    """Return the steps of a transfer in order."""
    found = TakenStep.objects.filter(transfer=transfer_id).order_by("version")
    return tuple(
        Event(one.version, one.verb, one.side, one.came_from, one.to, one.by, one.at, one.reason)
        for one in found
    )


def hand_offs(transfer_id: uuid.UUID, today: dt.date) -> tuple[HandOffView, ...]:
    """Return what is handed over, in the order of the table."""
    held = {one.kind: one for one in HandOff.objects.filter(transfer=transfer_id)}
    return tuple(
        HandOffView(
            code, line.title, held[code].owner, held[code].due,
            "late" if is_late(held[code].state, held[code].due, today)  # type: ignore[arg-type]
            else held[code].state,
            held[code].evidence, line.evidence, held[code].by, held[code].why, held[code].at,
        )
        for code, line in table().items() if code in held
    )  # fmt: skip


def differences(transfer_id: uuid.UUID) -> tuple[DifferenceView, ...]:
    """Return in which fields statements differ, settled ones last."""
    found = Difference.objects.filter(transfer=transfer_id, recorded_to__isnull=True)
    return tuple(
        DifferenceView(one.field, one.matters, one.settled_by, one.chosen, one.why)
        for one in found.order_by("settled_at", "field")
    )


def first_pay(transfer_id: uuid.UUID) -> tuple[PayView, ...]:
    """Return what payrolls paid, beside what was expected."""
    found = FirstPay.objects.filter(transfer=transfer_id, recorded_to__isnull=True)
    return tuple(
        PayView(one.employer_id, one.period_starts, one.expected, one.actual, one.exception,
                one.cause, one.why)
        for one in found.order_by("at")
    )  # fmt: skip


def bookings(
    *, transfer: uuid.UUID | None = None, employer: uuid.UUID | None = None,
    period_starts: dt.date | None = None,
) -> tuple[BookingView, ...]:  # fmt: skip
    """Return what stands booked: of a transfer, or with an employer's payroll for a period."""
    wanted = {"transfer": transfer, "employer": employer, "period_starts": period_starts}
    named = {name: value for name, value in wanted.items() if value is not None}
    found = Booking.objects.filter(recorded_to__isnull=True, **named)
    return tuple(
        BookingView(one.transfer_id, one.employer_id, one.period_starts, one.period_ends,
                    one.cut_off, one.pay_day)
        for one in found.order_by("id")
    )  # fmt: skip


def released_record(transfer_id: uuid.UUID) -> dict[str, Any]:
    """Return the released record, once its signature was verified; nothing before its release.

    Raises:
        EvidenceBroken: if it was changed since.
    """
    row = _row(transfer_id)
    standing = Snapshot.objects.filter(transfer=row.id, recorded_to__isnull=True)
    return verified(row) if standing.exists() else {}


def released_digest(transfer_id: uuid.UUID) -> tuple[str, int, int]:
    """Return digest, schema and number of the record that stands; "" where none does."""
    found = Snapshot.objects.filter(transfer=transfer_id, recorded_to__isnull=True)
    return found.values_list("digest", "schema", "number").first() or ("", 0, 0)


def stated(transfer_id: uuid.UUID, side: str) -> dict[str, Any]:
    """Return what a side states now: ``person``, ``importer``, ``exporter`` or ``offer``."""
    return said_by(_row(transfer_id), side)


def signed(transfer_id: uuid.UUID) -> frozenset[Side]:
    """Return which employers have signed the first day."""
    return signed_sides(_row(transfer_id))


def late_changes(transfer_id: uuid.UUID) -> tuple[after.Changed, ...]:
    """Return what changed after effect, as both payrolls see it."""
    return after.changes_of(_row(transfer_id))


def parties(transfer_id: uuid.UUID) -> dict[Side, str]:
    """Return who acted for each side last, so that tasks go to them again."""
    found = TakenStep.objects.filter(transfer=transfer_id).exclude(side="system")
    return cast(dict[Side, str], dict(found.order_by("version").values_list("side", "by")))


def batch(batch_id: uuid.UUID) -> BatchView:
    """Return a batch: how far it is, and its exceptions.

    Raises:
        NotFound: if there is none.
    """
    found = Batch.objects.filter(id=batch_id).first()
    if found is None:
        raise NotFound("No such batch", where=Where(thing=str(batch_id)), fix="Search again")
    left = BatchException.objects.filter(batch=batch_id).order_by("id")
    return BatchView(
        found.id, found.title, found.state, found.first_day, found.wanted, found.moved,
        tuple(left.values_list("person", "why")),
    )  # fmt: skip


def pending(person: uuid.UUID) -> bool:
    """Tell whether a person has a transfer that has not taken effect."""
    return Transfer.objects.filter(person=person, state__in=PENDING).exists()


def _row(transfer_id: uuid.UUID) -> Transfer:
    found = _titled().filter(id=transfer_id).first()
    if found is None:
        raise NotFound("No such transfer", where=Where(thing=str(transfer_id)), fix="Search again")
    return found


def _titled() -> QuerySet[Transfer]:
    return Transfer.objects.select_related("exporter", "importer")


def _view(one: Transfer) -> TransferView:
    return TransferView(
        id=one.id, person=one.person_id, exporter=one.exporter_id, importer=one.importer_id,
        exporter_title=one.exporter.title, importer_title=one.importer.title,
        kind=one.kind, state=one.state,  # type: ignore[arg-type]  # a constraint keeps them so
        version=one.version, first_day=one.first_day, return_day=one.return_day, post=one.post,
        employment=one.employment, new_employment=one.new_employment,
        continuous_from=one.continuous_from, gap=one.gap,
        backdated_because=one.backdated_because, case=one.case, batch=one.batch_id,
        previous=one.previous_id, opened_at=one.opened_at, effected_at=one.effected_at,
        ended_at=one.ended_at, opened_by=one.opened_by, accepted_by=one.accepted_by,
        released_by=one.released_by,
    )  # fmt: skip
