"""Questions about what people told, which systems have it, and what they asked to have put right.

Whoever shows an answer checks access first and logs the look; nothing here does.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from django.db.models import Q

from muster.hub.messages.legs import LegState
from muster.hub.messages.queries import Leg, journey
from muster.hub.models import System
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import NotFound, Where
from muster.kernel.running import keyring
from muster.register.employers.queries import titles
from muster.register.people.restricting.hiding import shown
from muster.register.people.restricting.rules import NOBODY, Viewer
from muster.register.told.correction_rules import CorrectionState, is_open, is_overdue
from muster.register.told.fact_fields import Disputable, disputable
from muster.register.told.flowing import NO_SERVICE, concerned, payday_of
from muster.register.told.models import Change, Correction, Sending, ToldFact
from muster.register.told.rules import Kind
from muster.register.told.sealing import unseal
from muster.register.told.shipped import systems_of

__all__ = [
    "ChangeView", "CorrectionView", "Disputable", "Held", "Reached", "Toldness", "change",
    "changes", "correction", "corrections", "corrections_to_answer", "disputable", "disputed",
    "held", "history", "waiting_bank_change", "whom_it_concerns",
]  # fmt: skip

Toldness = Literal["sent", "delivered", "acknowledged", "refused", "not told"]
_OF_LEG: Mapping[LegState, Toldness] = {
    "waiting": "sent", "released": "sent", "parked": "refused", "behind": "refused",
    "doubtful": "refused", "discarded": "not told", "left out": "not told",
    "delivered": "delivered", "delivered or left out": "delivered",
}  # fmt: skip
_LEFT_OUT = "The route takes others' messages only"
_DISCARDED = "Somebody decided that it is not handed over"
_NO_AGREEMENT = "No agreement lets it have this"


@dataclass(frozen=True)
class Held:
    """What a person told and the register holds: ``said`` by field, in the clear."""

    kind: Kind
    said: Mapping[str, str]
    valid_from: dt.date
    valid_to: dt.date | None
    recorded_from: dt.datetime
    recorded_to: dt.datetime | None


@dataclass(frozen=True)
class Reached:
    """One system of an employer, and whether it has a change; ``because`` says why not."""

    employer: str
    system: str
    title: str
    state: Toldness
    because: str
    at: dt.datetime | None


@dataclass(frozen=True)
class ChangeView:
    """One act of telling. ``pays_from`` is the first payday that new bank details count from."""

    id: uuid.UUID
    person: uuid.UUID
    kind: Kind
    state: str
    told_at: dt.datetime
    valid_from: dt.date | None
    channel: str
    confirmed_at: dt.datetime | None
    flows_at: dt.datetime | None
    settled_at: dt.datetime | None
    pays_from: Mapping[str, dt.date]


@dataclass(frozen=True)
class CorrectionView:
    """A request for a correction; ``should_be`` and ``evidence`` as the person wrote them."""

    id: uuid.UUID
    person: uuid.UUID
    fact: uuid.UUID
    field: str
    system: str
    employer: uuid.UUID
    employer_title: str
    staff_number: str
    state: CorrectionState
    should_be: str
    evidence: str
    asked_at: dt.datetime
    promised: dt.date
    overdue: bool
    by_message: bool
    answered_at: dt.datetime | None
    reason: str
    closed_at: dt.datetime | None


def held(person: uuid.UUID) -> dict[Kind, Held]:
    """Return what a person told and the register believes, by kind; the latest of each."""
    rows = ToldFact.objects.filter(person=person, recorded_to__isnull=True, valid_to__isnull=True)
    return {cast("Kind", one.kind): _held(one) for one in rows}


def history(person: uuid.UUID) -> tuple[Held, ...]:
    """Return everything a person ever told, as it was recorded."""
    rows = ToldFact.objects.filter(person=person).order_by("recorded_from", "valid_from", "id")
    return tuple(map(_held, rows))


def changes(person: uuid.UUID) -> tuple[ChangeView, ...]:
    """Return what a person told, the latest first."""
    rows = Change.objects.filter(person=person).order_by("-told_at", "-id")
    return tuple(_change(one) for one in rows)


def change(one: uuid.UUID, *, person: uuid.UUID | None) -> ChangeView:
    """Return one of a person's changes.

    Raises:
        NotFound: if it is none of theirs.
    """
    row = Change.objects.filter(id=one, person=person).first()
    if row is None:
        raise NotFound("No such change", where=Where(thing=str(one)), fix="See your changes")
    return _change(row)


def waiting_bank_change(person: uuid.UUID) -> ChangeView | None:
    """Return the change of bank details that waits for its code or for its time, if one does."""
    row = Change.objects.filter(person=person, kind="bank", state__in=("asked", "confirmed"))
    found = row.first()
    return _change(found) if found is not None else None


def whom_it_concerns(person: uuid.UUID, *, clock: Clock) -> tuple[str, ...]:
    """Return the employers that a change would be sent to, by title."""
    found = {one.employer for one in concerned(person, today=legal_day(clock.now()))}
    return tuple(sorted(titles(list(found)).values()))


def reached(change_id: uuid.UUID) -> tuple[Reached, ...]:
    """Return every system of every employer concerned, and whether it has a change."""
    sendings = Sending.objects.filter(change=change_id).select_related("employer")
    found: list[Reached] = []
    for one in sendings.order_by("employer__title", "id"):
        found += _reached(one)
    return tuple(found)


def correction(request: uuid.UUID, *, person: uuid.UUID | None, clock: Clock) -> CorrectionView:
    """Return one of a person's requests.

    Raises:
        NotFound: if it is none of theirs.
    """
    return _one(Correction.objects.filter(id=request, person=person).first(), request, clock)


def correction_of(
    request: uuid.UUID, *, employer: uuid.UUID, viewer: Viewer = NOBODY, clock: Clock
) -> CorrectionView:
    """Return a request that an employer's HR answers.

    Raises:
        NotFound: if it is none of theirs, or of a person of whom the viewer may not know.
    """
    found = Correction.objects.filter(shown(viewer), id=request, employer=employer)
    return _one(found.first(), request, clock)


def corrections(person: uuid.UUID, *, clock: Clock) -> tuple[CorrectionView, ...]:
    """Return a person's requests, the latest first."""
    rows = Correction.objects.filter(person=person).order_by("-asked_at", "-id")
    return _corrections(list(rows), clock)


def corrections_to_answer(
    employer: uuid.UUID, *, viewer: Viewer = NOBODY, clock: Clock
) -> tuple[CorrectionView, ...]:
    """Return the requests that wait for an employer's HR, those due first at the top.

    Those are what no system answers, and what a system should have answered by now; without those
    of people of whom the viewer may not know.
    """
    rows = Correction.objects.filter(
        Q(state="queued") | Q(state="sent", reminded_at__isnull=False), shown(viewer),
        employer=employer,
    )  # fmt: skip
    return _corrections(list(rows.order_by("promised", "asked_at")), clock)


def disputed(person: uuid.UUID) -> dict[uuid.UUID, tuple[tuple[str, dt.datetime], ...]]:
    """Return, for each fact its person disputes, which fields and since when (UK GDPR art. 18)."""
    found: dict[uuid.UUID, tuple[tuple[str, dt.datetime], ...]] = {}
    for one in Correction.objects.filter(person=person).order_by("asked_at"):
        if is_open(one.state):
            found[one.fact] = (*found.get(one.fact, ()), (one.field, one.asked_at))
    return found


def _held(row: ToldFact) -> Held:
    return Held(
        cast("Kind", row.kind), unseal(keyring(), row.sealed, person=row.person_id, what=row.kind),
        row.valid_from, row.valid_to, row.recorded_from, row.recorded_to,
    )  # fmt: skip


def _change(row: Change) -> ChangeView:
    paydays: dict[str, dt.date] = {}
    if row.kind == "bank" and row.state == "confirmed" and row.flows_at is not None:
        employers = {one.employer for one in concerned(row.person_id, today=legal_day(row.told_at))}
        named = titles(list(employers))
        paydays = {named[one]: payday_of(row, one, row.flows_at) for one in employers}
    return ChangeView(
        row.id, row.person_id, cast("Kind", row.kind), row.state, row.told_at, row.valid_from,
        row.channel, row.confirmed_at, row.flows_at, row.settled_at, paydays,
    )  # fmt: skip


def _reached(sending: Sending) -> list[Reached]:
    title, own = sending.employer.title, systems_of(sending.employer_id)
    legs = journey(sending.position).legs if sending.position is not None else ()
    found = [_from_leg(title, leg) for leg in legs]
    told = {leg.receiver for leg in legs}
    why = sending.because or _NO_AGREEMENT
    found += [
        Reached(title, code, named, "not told", why, None)
        for code, named in own.items()
        if code not in told
    ]
    if not found:
        found.append(Reached(title, "", "", "not told", sending.because or NO_SERVICE, None))
    return found


def _from_leg(employer: str, leg: Leg) -> Reached:
    state, because = _OF_LEG[leg.state], leg.because
    if leg.state == "left out":
        because = _LEFT_OUT
    elif leg.state == "discarded":
        because = leg.because or _DISCARDED
    shipment = leg.shipment
    at = shipment.handed_at if shipment is not None and state == "delivered" else None
    if at is not None and shipment is not None and shipment.acknowledged:
        state = "acknowledged"
    owner = System.objects.filter(code=leg.receiver).values_list("employer", flat=True).first()
    named = titles([owner])[owner] if owner is not None else employer
    return Reached(named, leg.receiver, leg.receiver_title, state, because, at)


def _one(row: Correction | None, request: uuid.UUID, clock: Clock) -> CorrectionView:
    if row is None:
        raise NotFound("No such request", where=Where(thing=str(request)), fix="See the list")
    return _corrections([row], clock)[0]


def _corrections(rows: Sequence[Correction], clock: Clock) -> tuple[CorrectionView, ...]:
    named = titles(list({one.employer_id for one in rows}))
    today = legal_day(clock.now())
    return tuple(_correction(one, named[one.employer_id], today) for one in rows)


def _correction(row: Correction, employer: str, today: dt.date) -> CorrectionView:
    said = unseal(keyring(), row.sealed, person=row.person_id, what="correction")
    return CorrectionView(
        id=row.id, person=row.person_id, fact=row.fact, field=row.field, system=row.system,
        employer=row.employer_id, employer_title=employer,
        staff_number=row.record.staff_number if row.record else "",
        state=cast("CorrectionState", row.state), should_be=said.get("should_be", ""),
        evidence=said.get("evidence", ""), asked_at=row.asked_at, promised=row.promised,
        overdue=is_overdue(row.state, row.promised, today), by_message=row.position is not None,
        answered_at=row.answered_at, reason=row.reason, closed_at=row.closed_at,
    )  # fmt: skip
