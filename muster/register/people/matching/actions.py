"""The verbs of matching, and the only writers of its tables: run, accept, decide, confirm, undo.

Each is one transaction with one entry in the decisions log, which names records by their ids alone.
Ties act by having ``people.actions`` tell beliefs again.
"""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction
from django.db.models import Max

from muster.hub.models import System
from muster.hub.withdrawal import stated
from muster.kernel.clock import Clock
from muster.kernel.days import Period
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.kernel.ids import new_id
from muster.register.people.actions import take_turn
from muster.register.people.matching.applying import apply, note, own_changes, record_run, tell
from muster.register.people.matching.models import Due, ManyOfOne, MatchingRun, Proposal, Tie
from muster.register.people.matching.queries import bears_pay, same_person_now
from muster.register.people.matching.rules import SAYS, Says, is_unusual
from muster.register.people.matching.runs import found
from muster.register.people.models import Crosswalk, Employment, SourceRecord

_LONGEST_REASON = 500
RUN, RUN_DECIDED = "muster.register.matching.run.v1", "muster.register.matching.run_decided.v1"
DECIDED, CONFIRMED = "muster.register.tie.decided.v1", "muster.register.tie.confirmed.v1"
UNDONE = "muster.register.tie.undone.v1"


def run(*, by: str, clock: Clock) -> uuid.UUID:
    """Weigh all records, record what came of it, and do it unless it would change too much.

    Questions are put to people at once. Links, and links taken back, wait for a person's
    acceptance if they are more than ``rules.is_unusual`` allows. A run that still waited is
    refused: this one stands in its place. Nobody waits while records are weighed; what changes
    meanwhile stays due to be looked at.
    """
    seen = Due.objects.aggregate(last=Max("id"))["last"]
    result = found()
    with transaction.atomic():
        take_turn()
        at = clock.now()
        waiting = MatchingRun.objects.filter(state="reported")
        waiting.update(state="refused", decided_by=by, decided_at=at, reason="A later run came")
        counts = [sum(one.does == does for one in result.proposed) for does in ("link", "untie")]
        unusual = is_unusual(sum(counts), result.records)
        made = record_run(result, unusual=unusual, seen=seen, by=by, at=at)
        if not unusual:
            apply(made, own_changes(made), by=by, at=at)
        note(RUN, f"run:register:{made.id}", {
            "by": by, "model": made.model, "links": made.links, "asked": made.asked,
            "taken_back": made.taken_back, "state": made.state,
        })  # fmt: skip
    return made.id


@transaction.atomic
def accept(*, run: uuid.UUID, reason: str, by: str, clock: Clock) -> None:
    """Let a run do what it reported.

    Raises:
        BadInput: if no reason is given.
        NotFound: if no such run waits.
    """
    made, at = _waiting(run), clock.now()
    _settle_run(made, "applied", reason=_stated(reason), by=by, at=at)
    apply(made, own_changes(made), by=by, at=at)


@transaction.atomic
def refuse(*, run: uuid.UUID, reason: str, by: str, clock: Clock) -> None:
    """Let a run do nothing; its questions are no longer asked. Raises as ``accept`` does."""
    _settle_run(_waiting(run), "refused", reason=_stated(reason), by=by, at=clock.now())


@transaction.atomic
def decide(
    *, first: uuid.UUID, second: uuid.UUID, says: Says, reason: str, by: str, clock: Clock
) -> uuid.UUID:
    """Decide whether two records are of one person; return the tie.

    A link that bears pay acts when another person has confirmed it. The decision stands above any
    later run.

    Raises:
        BadInput: if no reason is given, or the decision is none.
        NotFound: if there is no such record.
        Conflict: if somebody has decided about these records meanwhile, or something else that was
            decided stands against it.
    """
    take_turn()
    one, other = sorted((first, second))
    reason, at = _stated(reason), clock.now()
    if says not in SAYS or one == other:
        raise BadInput("No such decision", where=Where(field="decision"), fix="Choose one of three")
    _check_open(one, other)
    if says == "same":
        _check_nothing_against(one, other)
    if says == "apart" and same_person_now(one, other):
        raise Conflict("These records are held to be of one person", fix="Undo their link instead")
    proposal = Proposal.objects.filter(first=one, second=other).order_by("-run__at").first()
    tie = Tie.objects.create(
        first_id=one,
        second_id=other,
        says=says,
        acts=says != "same" or not bears_pay(one, other),
        weight=proposal.weight if proposal else None,
        probability=proposal.probability if proposal else None,
        by=by,
        reason=reason,
        recorded_from=at,
    )
    note(DECIDED, f"tie:register:{tie.id}", {
        "by": by, "says": says, "first": one, "second": other, "reason": reason, "acts": tie.acts,
    })  # fmt: skip
    if tie.acts:
        tell([tie], by=by, at=at)
    return tie.id


@transaction.atomic
def confirm(*, tie: uuid.UUID, by: str, clock: Clock) -> uuid.UUID:
    """Confirm a link that bears pay, as a second pair of eyes; return the tie that acts now.

    Raises:
        NotFound: if no such link waits.
        NotPermitted: if it is one's own.
        Conflict: if something that was decided meanwhile stands against it.
    """
    take_turn()
    found_tie, at = _in_force(tie), clock.now()
    if found_tie.acts:
        raise NotFound("No such link waits for a second person", fix="Look at the list again")
    if found_tie.by == by:
        raise NotPermitted(
            "You decided on this link yourself", fix="Ask somebody else to look at both records"
        )
    _check_nothing_against(found_tie.first_id, found_tie.second_id)
    Tie.objects.filter(id=tie).update(recorded_to=at)
    found_tie.id, found_tie.acts, found_tie.confirmed_by = new_id(), True, by
    found_tie.recorded_from = at
    found_tie.save(force_insert=True)
    note(CONFIRMED, f"tie:register:{found_tie.id}", {"by": by, "decided": tie})
    tell([found_tie], by=by, at=at)
    return found_tie.id


@transaction.atomic
def undo(*, tie: uuid.UUID, reason: str, by: str, clock: Clock) -> None:
    """Take a decision, or a link that a run made, back; all is as if it had never been.

    Where a run had made the link, it is noted that nobody can tell: no later run makes it again.

    Raises:
        BadInput: if no reason is given.
        NotFound: if the tie is not in force.
    """
    take_turn()
    reason, at, gone = _stated(reason), clock.now(), _in_force(tie)
    Tie.objects.filter(id=tie).update(recorded_to=at)
    if gone.run_id is not None:
        Tie.objects.create(
            first_id=gone.first_id, second_id=gone.second_id, says="unsure", acts=True, by=by,
            reason=reason, recorded_from=at,
        )  # fmt: skip
    note(UNDONE, f"tie:register:{tie}", {"by": by, "reason": reason})
    if gone.acts:
        tell([gone], by=by, at=at)


@transaction.atomic
def declare_many_of_one(*, system: str, by: str, clock: Clock) -> None:
    """Declare that a system may hold a person more than once, under different numbers.

    Raises:
        NotFound: if no system has this code.
    """
    if not System.objects.filter(code=system).exists():
        raise NotFound(
            "There is no system of this code", fix="Use the code of a system that sends records"
        )
    ManyOfOne.objects.get_or_create(system=system, defaults={"by": by, "at": clock.now()})


def _check_open(one: uuid.UUID, other: uuid.UUID) -> None:
    """Refuse where a record is not there, or somebody has decided about the two already."""
    if SourceRecord.objects.filter(id__in=(one, other)).count() != 2:
        raise NotFound("There is no such record", fix="Look at the list again")
    if Tie.objects.filter(first=one, second=other, recorded_to__isnull=True).exists():
        raise Conflict(
            "Somebody has decided about these two records", fix="Undo that decision first"
        )


def _check_nothing_against(one: uuid.UUID, other: uuid.UUID) -> None:
    """Refuse a link that would bring together what somebody decided to keep apart."""
    walks = Crosswalk.objects.filter(recorded_to__isnull=True)
    persons = set(walks.filter(record__in=(one, other)).values_list("person", flat=True))
    _check_decided_days(persons)
    records = set(walks.filter(person__in=persons).values_list("record", flat=True))
    apart = Tie.objects.filter(
        recorded_to__isnull=True, says="apart", first__in=records, second__in=records
    )
    if apart.exists():
        raise Conflict(
            "Other records of these two persons were decided to be of different persons",
            fix="Undo that decision first",
        )


def _check_decided_days(persons: Collection[uuid.UUID]) -> None:
    """Refuse a link of two persons whose employments, as people decided them, go not together."""
    held = list(
        Employment.objects.filter(
            person__in=persons, recorded_to__isnull=True, decided_by__isnull=False
        )
    )
    unrecorded = Employment.objects.filter(
        employment__in=[one.employment for one in held], record__isnull=True
    ).values_list("employment", flat=True)
    opened = {one.person_id for one in held if one.employment in set(unrecorded)}
    days = [
        (one.person_id, Period(one.valid_from, one.valid_to)) for one in held if one.substantive
    ]
    overlap = any(
        whose != whose_else and period.overlaps(other)
        for whose, period in days for whose_else, other in days
    )  # fmt: skip
    if overlap or len(opened) > 1:
        raise Conflict(
            "Somebody decided about employments of both that one person cannot have",
            fix="Correct or end one of these employments first",
        )


def _in_force(tie: uuid.UUID) -> Tie:
    one = Tie.objects.filter(id=tie, recorded_to__isnull=True).first()
    if one is None:
        raise NotFound("No such decision is in force", fix="Look at the list again")
    return one


def _waiting(run: uuid.UUID) -> MatchingRun:
    take_turn()
    made = MatchingRun.objects.filter(id=run, state="reported").first()
    if made is None:
        raise NotFound("No such run waits to be accepted", fix="Look at the runs again")
    return made


def _settle_run(made: MatchingRun, state: str, *, reason: str, by: str, at: dt.datetime) -> None:
    made.state, made.reason, made.decided_by, made.decided_at = state, reason, by, at
    made.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    note(RUN_DECIDED, f"run:register:{made.id}", {"by": by, "state": state, "reason": reason})


def _stated(reason: str) -> str:
    return stated(reason)[:_LONGEST_REASON]
