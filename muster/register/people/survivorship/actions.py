"""The verbs of disagreements, and the only writers of settlements: settle, confirm, undo.

Each is one transaction with one entry in the decisions log, which names records by their ids and
fields by their names: never a value.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from hashlib import sha256

from django.db import transaction

from muster.hub.withdrawal import stated
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import Conflict, NotFound, NotPermitted
from muster.kernel.ids import new_id
from muster.ledger.current import ledger
from muster.register.people.actions import take_turn
from muster.register.people.models import Crosswalk, SourceRecord
from muster.register.people.survivorship.many import told_of_many
from muster.register.people.survivorship.marks import Decision, decision, mark
from muster.register.people.survivorship.models import Settlement
from muster.register.people.survivorship.queries import decision_on
from muster.register.people.survivorship.rules import Said, Value, in_contest
from muster.register.people.survivorship.table import rules

SETTLED, CONFIRMED = "muster.register.field.settled.v1", "muster.register.field.confirmed.v1"
UNDONE = "muster.register.field.settlement_undone.v1"
_LONGEST_REASON = 500


@transaction.atomic
def settle(
    *,
    person: uuid.UUID,
    field: str,
    of: str = "",
    record: uuid.UUID,
    reason: str,
    by: str,
    employer: uuid.UUID | None,
    clock: Clock,
    seen: str = "",
) -> Decision:
    """Decide that what one record states of a field is right; return the decision.

    It acts at once, unless pay hangs on the field or an employer's caseworker decides over what
    another employer states: then another person confirms it.

    Args:
        person: whose field it is.
        field: which.
        of: the employer, for what each employer has of its own.
        record: the record that is right.
        reason: why; it names nobody.
        by: who decides.
        employer: whose caseworker decides, and so only about its own records; None for an officer.
        clock: says when.
        seen: what ``fingerprint`` gave when the decider looked; refused if it is another by now.

    Raises:
        BadInput: if no reason is given.
        NotFound: if nothing is unsettled there, or the record is not among those to choose from.
        Conflict: if something else is stated by now, or somebody has decided.
    """
    take_turn()
    reason, at = stated(reason)[:_LONGEST_REASON], clock.now()
    value = _unsettled(person, field, of, legal_day(at))
    choice = [one for one in in_contest(value) if employer is None or one.employer == employer.hex]
    if seen and seen != fingerprint(choice):
        raise Conflict("A source has stated something else meanwhile", fix="Look at it again")
    kept = next((one for one in choice if one.record == record.hex), None)
    if kept is None:
        raise NotFound("There is no such record to choose", fix="Look at the disagreement again")
    made = _store(value, kept, reason=reason, by=by, employer=employer, at=at)
    _note(SETTLED, made.id, {
        "by": by, "field": field, "record": record, "reason": reason, "acts": made.acts,
    })  # fmt: skip
    return decision(made)


@transaction.atomic
def confirm(
    *, settlement: uuid.UUID, by: str, employer: uuid.UUID | None, clock: Clock
) -> uuid.UUID:
    """Confirm a settlement, as a second pair of eyes; return the one that acts now.

    Args:
        settlement: which.
        by: who confirms it.
        employer: whose caseworker confirms; None for an officer of the service.
        clock: says when.

    Raises:
        NotFound: if no such settlement waits.
        NotPermitted: if it is one's own, or both decide for one employer over another's word.
        Conflict: if a source states something else by now.
    """
    take_turn()
    held, at = _in_force(settlement), clock.now()
    if held.acts:
        raise NotFound("No such settlement waits for a second person", fix="Look at the list again")
    if held.decided_by == by:
        raise NotPermitted("You decided this yourself", fix="Ask somebody else to look at it")
    if _crosses(held) and employer is not None and employer == held.employer_id:
        raise NotPermitted(
            "Another employer's word is set aside by this",
            fix="Ask that employer, or an information-governance officer, to confirm it",
        )
    if not _still_stands(held, legal_day(at)):
        raise Conflict("A source states something else by now", fix="Settle it again")
    Settlement.objects.filter(id=settlement).update(recorded_to=at)
    held.id, held.acts, held.confirmed_by, held.recorded_from = new_id(), True, by, at
    held.save(force_insert=True)
    _note(CONFIRMED, held.id, {"by": by, "decided": settlement})
    return held.id


@transaction.atomic
def undo(*, settlement: uuid.UUID, reason: str, by: str, clock: Clock) -> None:
    """Take a settlement back; the sources disagree again as if it had never been.

    Raises:
        BadInput: if no reason is given.
        NotFound: if it is not in force.
    """
    take_turn()
    reason, held = stated(reason)[:_LONGEST_REASON], _in_force(settlement)
    Settlement.objects.filter(id=held.id).update(recorded_to=clock.now())
    _note(UNDONE, held.id, {"by": by, "reason": reason})


def fingerprint(said: Iterable[Said]) -> str:
    """Return what tells apart what somebody saw of a disagreement from what is stated now."""
    seen = sorted(f"{one.record}:{mark(one)}" for one in said)
    return sha256("|".join(seen).encode()).hexdigest()


def _store(
    value: Value, kept: Said, *, reason: str, by: str, employer: uuid.UUID | None, at: dt.datetime
) -> Settlement:
    said = [*value.agreeing, *(one.said for one in value.others)]
    crosses = len({one.employer for one in in_contest(value)}) > 1
    pays = rules().fields[value.field].bears_pay
    # What was decided on other values than are stated now is over.
    Settlement.objects.filter(
        record__in=[uuid.UUID(hex=one.record) for one in said], field=value.field,
        recorded_to__isnull=True,
    ).update(recorded_to=at)  # fmt: skip
    return Settlement.objects.create(
        record_id=uuid.UUID(hex=kept.record), field=value.field, kept=mark(kept),
        stated={one.record: mark(one) for one in said},
        acts=not pays and not (crosses and employer is not None), employer_id=employer,
        reason=reason, decided_by=by, recorded_from=at,
        valid_from=min(one.since for one in in_contest(value)),
    )  # fmt: skip


def _unsettled(person: uuid.UUID, field: str, of: str, day: dt.date) -> Value:
    told = told_of_many({person.hex}).get(person.hex)
    values = told.values(day) if told else {}
    value = next(
        (one for (name, whose), one in values.items() if (name, whose) == (field, of)), None
    )
    if told is None or value is None or not value.unsettled:
        raise NotFound("Nothing is unsettled here", fix="Look at the list again")
    if decision_on(told, value, day) is not None:
        raise Conflict("Somebody has decided this", fix="Confirm or undo that decision")
    return value


def _still_stands(held: Settlement, day: dt.date) -> bool:
    """Tell whether the sources state what they did when a settlement was made."""
    walk = Crosswalk.objects.filter(record=held.record_id, recorded_to__isnull=True).first()
    told = told_of_many({walk.person_id.hex}).get(walk.person_id.hex) if walk else None
    for value in told.values(day).values() if told else ():
        decided = decision_on(told, value, day) if value.field == held.field else None  # type: ignore[arg-type]
        if decided is not None and decided.id == held.id:
            return True
    return False


def _crosses(held: Settlement) -> bool:
    records = [uuid.UUID(hex=one) for one in held.stated]
    owners = SourceRecord.objects.filter(id__in=records).values("employer").distinct()
    return owners.count() > 1


def _in_force(settlement: uuid.UUID) -> Settlement:
    held = Settlement.objects.filter(id=settlement, recorded_to__isnull=True).first()
    if held is None:
        raise NotFound("No such settlement is in force", fix="Look at the list again")
    return held


def _note(kind: str, settlement: uuid.UUID, body: dict[str, object]) -> None:
    ledger().append_one("decisions", kind, f"settlement:register:{settlement}", body)
