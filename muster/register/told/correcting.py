"""The verbs of corrections: ask, answer, take answers from sources, see that it was put right.

The register's belief does not change by a request: it changes when the source says otherwise, in
its next feed, as every belief does. Until then the fact is shown as disputed. A request goes back
to the source as a message where a route leads there, and else to the HR of its employer.
"""

import datetime as dt
import json
import uuid

from django.db import IntegrityError, transaction

from muster.hub.messages.envelope import data_of
from muster.hub.models import Message, Route
from muster.hub.standing import permission
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.kernel.running import keyring
from muster.ledger.current import ledger
from muster.register.told.contacts import contacts_of
from muster.register.told.correction_rules import (
    LONGEST_ASKED,
    LONGEST_REASON,
    OUTCOMES,
    Outcome,
    earlier,
    may_answer,
    promised_day,
    states_it,
)
from muster.register.told.fact_fields import Disputable, claimed_since, disputable
from muster.register.told.flowing import hand_in
from muster.register.told.models import Correction
from muster.register.told.notices import write
from muster.register.told.sealing import seal, unseal
from muster.register.told.shipped import (
    CORRECTION_ANSWERED,
    CORRECTION_REQUESTED,
    self_service_of,
)

_SEALED = "correction"
_AWAITED = ("sent", "queued", "accepted")


@transaction.atomic
def ask_correction(
    *, person: uuid.UUID, fact: uuid.UUID, field: str, should_be: str, evidence: str = "", by: str,
    clock: Clock,
) -> uuid.UUID:  # fmt: skip
    """Ask that the source of a fact puts one of its fields right; return the request.

    Args:
        person: whose fact it is.
        fact: the believed fact, as the person's record shows it.
        field: which of its fields.
        should_be: what it should say.
        evidence: where the evidence can be seen.
        by: who asks.
        clock: stamps it.

    Raises:
        NotFound: if the person has no such fact, or it says nothing of the field.
        BadInput: naming what is missing, too long or no change.
        Conflict: if the same was asked and waits for its answer.
    """
    found = disputable(person, fact)
    if found is None or field not in found.stated:
        raise NotFound("No such fact", where=Where(thing=str(fact)), fix="Open your record again")
    should_be, evidence = should_be.strip(), evidence.strip()
    _refuse_unusable(field, should_be, evidence, found.stated[field])
    now = clock.now()
    row = Correction(
        person_id=person, fact=fact, field=field, system=found.system, employer_id=found.employer,
        record=found.record, state="queued", asked_at=now, asked_by=by,
        promised=promised_day(legal_day(now)),
        sealed=seal(keyring(), {"should_be": should_be, "evidence": evidence},
                    person=person, what=_SEALED),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            "You have asked for this already", where=Where(field="field"),
            fix="Wait for the answer, or withdraw that request",
        ) from None  # fmt: skip
    _send(row, found, should_be, evidence, clock)
    row.save()
    _note("asked", row, by=by)
    return row.id


@transaction.atomic
def answer_correction(
    *, request: uuid.UUID, outcome: Outcome, reason: str, by: str, employer: uuid.UUID | None,
    clock: Clock,
) -> None:  # fmt: skip
    """Answer a request for the source: it will be put right, is refused, or is answered in words.

    Args:
        request: which.
        outcome: what comes of it.
        reason: why; shown to the person, and required unless it is accepted.
        by: who answers.
        employer: theirs; only that employer's requests are answered. None for a source's message.
        clock: stamps it.

    Raises:
        NotFound: if the employer has no such request.
        BadInput: without a reason, or of an unknown outcome.
        Conflict: if it was answered already.
    """
    rows = Correction.objects.select_for_update(of=("self",)).filter(id=request)
    row = (rows if employer is None else rows.filter(employer=employer)).first()
    if row is None:
        raise NotFound("No such request", where=Where(thing=str(request)), fix="See the queue")
    reason = reason.strip()
    if outcome not in OUTCOMES:
        raise BadInput("No such outcome", where=Where(field="outcome"), fix="Choose one")
    if outcome != "accepted" and not reason:
        raise BadInput(
            "There is no reason", where=Where(field="reason"), fix="Say why: the person reads it"
        )
    if len(reason) > LONGEST_REASON:
        raise BadInput("The reason is too long", where=Where(field="reason"), fix="Shorten it")
    if not may_answer(row.state):
        raise Conflict("It was answered already", where=Where(thing="request"), fix="See the queue")
    row.state, row.reason = outcome, reason
    row.answered_at, row.answered_by = clock.now(), by
    row.save()
    for one in contacts_of(row.person_id):
        write(row.person_id, "correction_answered", one, {}, clock=clock)
    _note(outcome, row, by=by)


@transaction.atomic
def withdraw_correction(*, request: uuid.UUID, person: uuid.UUID, by: str, clock: Clock) -> None:
    """Let a person take a request back.

    Raises:
        NotFound: if they have none such.
        Conflict: if it is over.
    """
    row = Correction.objects.select_for_update(of=("self",)).filter(
        id=request, person=person
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("No such request", where=Where(thing=str(request)), fix="See your requests")
    if row.closed_at is not None:
        raise Conflict("The request is over", where=Where(thing="request"), fix="See your requests")
    row.state, row.closed_at = "withdrawn", clock.now()
    row.save()
    _note("withdrawn", row, by=by)


def take_answers(*, clock: Clock) -> int:
    """Take what sources answered by message; return how many requests were answered.

    An answer counts only from the system that was asked: another one's changes nothing.
    """
    waiting = Correction.objects.filter(state="sent", position__isnull=False)
    return sum(_take(one, clock) for one in waiting.order_by("asked_at"))


def notice_corrected(*, clock: Clock, person: uuid.UUID | None = None) -> int:
    """Close the requests whose source now states what was asked; return how many."""
    open_ones = Correction.objects.filter(
        closed_at__isnull=True, record__isnull=False, state__in=(*_AWAITED, "answered", "refused")
    ).select_related("record")
    if person is not None:
        open_ones = open_ones.filter(person=person)
    closed = 0
    for row in open_ones:
        said = unseal(keyring(), row.sealed, person=row.person_id, what=_SEALED)
        assert row.record is not None
        stated = claimed_since(row.record, row.field, row.asked_at)
        if stated is not None and states_it(row.field, said["should_be"], stated):
            closed += _close(row.id, clock)
    return closed


def remind_overdue(*, clock: Clock) -> int:
    """Note requests whose promised day has passed, once each; the queue shows them first."""
    today = legal_day(clock.now())
    late = Correction.objects.filter(
        state__in=("sent", "queued"), promised__lt=today, reminded_at__isnull=True
    )
    reminded = 0
    for row in late:
        with transaction.atomic():
            row.reminded_at = clock.now()
            row.save(update_fields=["reminded_at"])
            _note("overdue", row, by="muster")
            reminded += 1
    return reminded


def _refuse_unusable(field: str, should_be: str, evidence: str, stated: str) -> None:
    if not should_be:
        raise BadInput(
            "It is not said what is right", where=Where(field="should_be"), fix="Enter it"
        )
    if len(should_be) > LONGEST_ASKED or len(evidence) > LONGEST_ASKED:
        which = "should_be" if len(should_be) > LONGEST_ASKED else "evidence"
        raise BadInput(
            "It is too long", where=Where(field=which),
            fix=f"Use up to {LONGEST_ASKED} characters",
        )  # fmt: skip
    if any(ord(sign) < 32 for sign in f"{should_be}{evidence}"):
        raise BadInput(
            "It holds a sign that cannot be seen", where=Where(field="should_be"), fix="Take it out"
        )
    if states_it(field, should_be, stated):
        raise BadInput(
            "This is what the record says already", where=Where(field="should_be"),
            fix="Enter what it should say instead",
        )  # fmt: skip


def _send(row: Correction, found: Disputable, should_be: str, evidence: str, clock: Clock) -> None:
    """Send the request to its source if a route leads there; else it stays in HR's queue."""
    if found.record is None or not _leads_back(found.employer, found.system, clock):
        return
    data = {
        "request": str(row.id), "staff_number": found.record.staff_number, "field": row.field,
        "should_be": should_be, "answer_by": row.promised.isoformat(),
        **({"evidence": evidence} if evidence else {}),
    }  # fmt: skip
    position, _why = hand_in(
        employer=found.employer, contract=CORRECTION_REQUESTED,
        subject=f"person:{found.system}:{found.record.staff_number}", message_id=str(row.id),
        correlation=str(row.id), data=data, clock=clock,
    )  # fmt: skip
    if position is not None:
        row.state, row.position = "sent", position


def _leads_back(employer: uuid.UUID, system: str, clock: Clock) -> bool:
    """Tell whether requests reach a source: a route that is open, under an agreement in force."""
    own = self_service_of(employer)
    routes = Route.objects.filter(
        contract=CORRECTION_REQUESTED, source__code=own, receiver__code=system, enabled=True,
        endpoint__isnull=False, paused="",
    ).select_related("agreement", "source", "receiver")  # fmt: skip
    today = legal_day(clock.now())
    return any(permission(one, fields=frozenset(), on=today).allowed for one in routes)


def _take(row: Correction, clock: Clock) -> int:
    came = Message.objects.filter(
        contract=CORRECTION_ANSWERED, system__code=row.system, correlation=str(row.id), refused=""
    )
    for position in came.order_by("position").values_list("position", flat=True):
        [raw] = ledger().bodies("exchange", [position])
        if raw is None:
            continue
        said = json.loads(data_of([raw])[0])
        if said.get("request") != str(row.id):
            continue
        if said["outcome"] == "promised":
            _promise(row, said.get("promised"))
            continue
        try:
            answer_correction(
                request=row.id, outcome=said["outcome"], by=f"system:{row.system}", employer=None,
                reason=said.get("reason") or "The source gave no reason", clock=clock,
            )  # fmt: skip
        except Conflict:
            return 0
        return 1
    return 0


def _promise(row: Correction, offered: str | None) -> None:
    day = dt.date.fromisoformat(offered) if offered else None
    counts = earlier(row.promised, day, legal_day(row.asked_at))
    if counts != row.promised:
        row.promised = counts
        row.save(update_fields=["promised"])


@transaction.atomic
def _close(request: uuid.UUID, clock: Clock) -> int:
    row = Correction.objects.select_for_update(of=("self",)).get(id=request)
    if row.closed_at is not None:
        return 0
    row.state, row.closed_at = "corrected", clock.now()
    row.save()
    _note("corrected", row, by="muster")
    return 1


def _note(done: str, row: Correction, *, by: str) -> None:
    ledger().append_one(
        "decisions", f"muster.register.correction.{done}.v1", f"person:register:{row.person_id}",
        {"request": str(row.id), "fact": str(row.fact), "field": row.field, "by": by},
    )  # fmt: skip
