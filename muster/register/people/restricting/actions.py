"""The verbs of restrictions: set, let know, ask to lift, lift; break the glass, and review that.

Each is one transaction with one entry in the decisions log. Entries name reasons by their codes:
what somebody wrote in their own words stays in its table.
"""

import uuid
from collections.abc import Collection
from datetime import date

from django.db import transaction

from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.ledger.current import ledger
from muster.register.people.models import Crosswalk, Person
from muster.register.people.restricting.hiding import unknown_to
from muster.register.people.restricting.models import (
    BrokenGlass,
    GlassNotice,
    Knower,
    RestrictedRecord,
    Restriction,
)
from muster.register.people.restricting.rules import (
    GLASS_BECAUSE,
    HIDDEN_NAMES,
    KINDS,
    LIFTED_BECAUSE,
    LONGEST_HOURS,
    SET_BECAUSE,
    VERDICTS,
    WHOLE_PERSON,
    Viewer,
    until,
    why_not_lift,
)

SET, LIFTED = "muster.register.restriction.set.v1", "muster.register.restriction.lifted.v1"
LIFT_ASKED = "muster.register.restriction.lift_asked.v1"
KNOWERS = "muster.register.restriction.knowers.v1"
BROKEN, REVIEWED = "muster.register.glass.broken.v1", "muster.register.glass.reviewed.v1"
_LONGEST = 500


@transaction.atomic
def restrict(
    *,
    person: uuid.UUID,
    kind: str,
    reason: str,
    office: uuid.UUID | None,
    by: str,
    clock: Clock,
    guardian: str = "",
    names_before: date | None = None,
    notice_waits: bool = False,
    knowers: Collection[str] = (),
) -> uuid.UUID:
    """Hide a person, or their names of before a day, from those who may not know; return which.

    Args:
        person: whom.
        kind: one of ``rules.KINDS``.
        reason: one of ``rules.SET_BECAUSE``.
        office: the employer whose officers answer for it; None for the central office.
        by: who sets it.
        clock: says since when.
        guardian: an actor who answers for it besides.
        names_before: for hidden names, the first day of the name that may be known.
        notice_waits: do not tell the person of broken glass while this stands.
        knowers: actors who may know, as their work needs it.

    Raises:
        BadInput: if a code is none, or the day is missing or out of place.
        NotFound: if there is no such person.
        Conflict: if the office restricts the person in this way already.
    """
    _one_of(kind, KINDS, "kind")
    _one_of(reason, SET_BECAUSE, "reason")
    if (kind == HIDDEN_NAMES) != (names_before is not None):
        raise BadInput(
            "Hidden names, and nothing else, need the day since which the new name may be known",
            where=Where(field="names_before"), fix="Enter the day, or choose another kind",
        )  # fmt: skip
    # Two who restrict the same person at once wait for each other here.
    if Person.objects.select_for_update().filter(id=person).first() is None:
        raise NotFound("There is no such person", fix="Check the identifier")
    standing = Restriction.objects.filter(person=person, recorded_to__isnull=True, kind=kind)
    if standing.filter(office=office).exists():
        raise Conflict("Your office restricts this person already", fix="Open that restriction")
    at = clock.now()
    made = Restriction.objects.create(
        person_id=person, kind=kind, names_before=names_before, office_id=office,
        guardian=guardian, notice_waits=notice_waits, reason=reason, set_by=by, recorded_from=at,
    )  # fmt: skip
    walks = Crosswalk.objects.filter(person=person, recorded_to__isnull=True)
    RestrictedRecord.objects.bulk_create(
        RestrictedRecord(restriction=made, record_id=record)
        for record in walks.values_list("record", flat=True)
    )
    for actor in sorted({one.strip() for one in knowers} - {""}):
        Knower.objects.create(restriction=made, actor=actor, by=by, at=at)
    _note(SET, made.id, {"by": by, "kind": kind, "reason": reason, "office": office})
    return made.id


@transaction.atomic
def let_know(*, restriction: uuid.UUID, knowers: Collection[str], by: str, clock: Clock) -> None:
    """Say who may know, as their work needs it, besides guardians; nobody else does any more.

    Raises:
        NotFound: if no such restriction stands.
    """
    held, at = _standing(restriction), clock.now()
    wanted = {one.strip() for one in knowers} - {""}
    known = set(held.knowers.filter(ended_at__isnull=True).values_list("actor", flat=True))
    held.knowers.filter(ended_at__isnull=True, actor__in=known - wanted).update(
        ended_at=at, ended_by=by
    )
    for actor in sorted(wanted - known):
        Knower.objects.create(restriction=held, actor=actor, by=by, at=at)
    if wanted != known:
        _note(KNOWERS, held.id, {
            "by": by, "added": sorted(wanted - known), "ended": sorted(known - wanted),
        })  # fmt: skip


@transaction.atomic
def ask_to_lift(*, restriction: uuid.UUID, reason: str, by: str, clock: Clock) -> None:
    """Ask that a restriction be lifted; it stands until another guardian has agreed.

    Raises:
        BadInput: if the reason is no code.
        NotFound: if no such restriction stands.
        Conflict: if somebody asked already.
    """
    _one_of(reason, LIFTED_BECAUSE, "reason")
    held = _standing(restriction)
    if held.lift_asked_by is not None:
        raise Conflict("Somebody has asked for this already", fix="Look at the restriction again")
    held.lift_asked_by, held.lift_asked_at, held.lift_reason = by, clock.now(), reason
    held.save(update_fields=["lift_asked_by", "lift_asked_at", "lift_reason"])
    _note(LIFT_ASKED, held.id, {"by": by, "reason": reason})


@transaction.atomic
def lift(*, restriction: uuid.UUID, agree: bool, by: str, clock: Clock) -> None:
    """Agree that a restriction is lifted, as a second pair of eyes, or leave it standing.

    Raises:
        NotFound: if no such restriction stands.
        Conflict: if nobody asked.
        NotPermitted: if it is one's own request; taking that back is permitted.
    """
    held = _standing(restriction)
    against = why_not_lift(held.lift_asked_by, by)
    if against == "nobody asked":
        raise Conflict("Nobody asked to lift this restriction", fix="Ask for it first")
    if agree and against:
        raise NotPermitted("You asked for this yourself", fix="Ask another guardian to agree")
    asked = held.lift_asked_by
    if agree:
        held.lifted_by, held.recorded_to = by, clock.now()
    else:
        held.lift_asked_by = held.lift_asked_at = held.lift_reason = None
    held.save()
    _note(LIFTED, held.id, {"by": by, "asked_by": asked, "agreed": agree})


@transaction.atomic
def break_glass(
    *,
    person: uuid.UUID,
    viewer: Viewer,
    name: str,
    role: str,
    reason: str,
    words: str,
    hours: int,
    clock: Clock,
) -> uuid.UUID:
    """Open one restricted person's record to somebody for hours, and tell every guardian at once.

    Callers find the person by an exact identifier and check access; see ``queries.openable``.

    Raises:
        BadInput: if the reason is no code, or words are missing, or the hours are too many.
        NotFound: if nothing about the person is kept from this viewer.
    """
    _one_of(reason, GLASS_BECAUSE, "reason")
    if not words.strip() or len(words) > _LONGEST:
        raise BadInput("The reason in words is missing or too long", where=Where(field="words"),
                       fix=f"Say in up to {_LONGEST} characters why this cannot wait")  # fmt: skip
    at = clock.now()
    try:
        ends = until(at, hours)
    except ValueError:
        raise BadInput("Not so many hours", where=Where(field="hours"),
                       fix=f"Choose 1 to {LONGEST_HOURS}") from None  # fmt: skip
    kept = list(kept_from(viewer, person))
    if not kept:
        raise NotFound("There is no such person", fix="Check the identifier")
    glass = BrokenGlass.objects.create(
        person_id=person, actor=viewer.id, name=name, role=role, employer_id=viewer.office,
        reason=reason, words=words.strip(), at=at, until=ends,
    )  # fmt: skip
    GlassNotice.objects.bulk_create(
        GlassNotice(glass=glass, restriction=one, told_at=at) for one in kept
    )
    _note(BROKEN, glass.id, {
        "by": viewer.id, "role": role, "reason": reason, "until": ends,
        "told": [{"restriction": one.id, "office": one.office_id} for one in kept],
    }, kind="glass")  # fmt: skip
    return glass.id


@transaction.atomic
def review(*, notice: uuid.UUID, verdict: str, words: str, by: str, clock: Clock) -> None:
    """Say what a guardian found of broken glass.

    Raises:
        BadInput: if the verdict is no code, or words are missing.
        NotFound: if there is no such notice.
        Conflict: if somebody reviewed it already.
        NotPermitted: if the glass was one's own.
    """
    _one_of(verdict, VERDICTS, "verdict")
    if not words.strip() or len(words) > _LONGEST:
        raise BadInput("Words are missing or too long", where=Where(field="words"),
                       fix=f"Say in up to {_LONGEST} characters what you found")  # fmt: skip
    found = GlassNotice.objects.select_for_update().filter(id=notice).first()
    if found is None:
        raise NotFound("There is no such notice", fix="Look at the list again")
    if found.verdict is not None:
        raise Conflict("Somebody has reviewed this already", fix="Look at the list again")
    if found.glass.actor == by:
        raise NotPermitted("You broke this glass yourself", fix="Ask another guardian to review it")
    found.verdict, found.words = verdict, words.strip()
    found.reviewed_by, found.reviewed_at = by, clock.now()
    found.save()
    _note(REVIEWED, found.glass_id, {"by": by, "verdict": verdict}, kind="glass")


def kept_from(viewer: Viewer, person: uuid.UUID) -> Collection[Restriction]:
    """Return the restrictions by which a person is kept from a viewer, those that follow records
    included; hidden names count only where the person is hidden as well."""
    walks = Crosswalk.objects.filter(person=person, recorded_to__isnull=True).values("record")
    anchored = RestrictedRecord.objects.filter(record__in=walks).values("restriction")
    unknown = unknown_to(viewer, WHOLE_PERSON)
    return list((unknown.filter(person=person) | unknown.filter(id__in=anchored)).order_by("id"))


def _standing(restriction: uuid.UUID) -> Restriction:
    held = Restriction.objects.select_for_update()
    found = held.filter(id=restriction, recorded_to__isnull=True).first()
    if found is None:
        raise NotFound("No such restriction stands", fix="Look at the list again")
    return found


def _one_of(code: str, codes: Collection[str], field: str) -> None:
    if code not in codes:
        raise BadInput("No such choice", where=Where(field=field), fix="Choose one of the list")


def _note(type_: str, about: uuid.UUID, body: dict[str, object], kind: str = "restriction") -> None:
    ledger().append_one("decisions", type_, f"{kind}:register:{about}", body)
