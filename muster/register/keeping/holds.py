"""Legal holds, and what else keeps something whose time is up: what is open about a person.

Other rooms say what is open with them (a transfer, say) by ``also_open``: a function that takes
persons and returns, for those of whom something is open, what it is, in words.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.db import transaction

from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.ledger.current import ledger
from muster.register.keeping.models import HELD, LegalHold, Request
from muster.register.keeping.schedule import line_of
from muster.register.people import models as people
from muster.register.people.matching.models import Tie

Open = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, str]]
_also: list[Open] = []


def also_open(said: Open) -> None:
    """Let a room say of whom something is open; from then on it is not erased. For ``apps.py``."""
    _also.append(said)


@dataclass(frozen=True)
class Holds:
    """The legal holds in force, read once: by what they hold, why."""

    persons: Mapping[uuid.UUID, str]
    employers: Mapping[uuid.UUID, str]
    landings: Mapping[uuid.UUID, str]
    lines: Mapping[str, str]
    subjects: frozenset[str]

    def of(
        self,
        line: str,
        *,
        person: uuid.UUID | None = None,
        employers: Collection[uuid.UUID] = (),
        landing: uuid.UUID | None = None,
    ) -> tuple[str, ...]:
        """Return why something is held, in words; nothing if it is not."""
        found = [
            self.lines.get(line),
            self.persons.get(person) if person else None,
            self.landings.get(landing) if landing else None,
            *(self.employers.get(one) for one in employers),
        ]
        return tuple(f"legal hold: {why}" for why in found if why is not None)


def holds() -> Holds:
    """Return the legal holds in force, with the files and messages of whoever is held."""
    found: dict[str, dict[str, str]] = {kind: {} for kind in HELD}
    for one in LegalHold.objects.filter(lifted_at__isnull=True):
        found[one.kind][one.target] = one.why
    persons = {uuid.UUID(one): why for one, why in found["person"].items()}
    walks = people.Crosswalk.objects.filter(person__in=persons).select_related("record")
    records = {walk.record_id: persons[walk.person_id] for walk in walks}
    subjects = {f"{walk.record.system}:{walk.record.staff_number}" for walk in walks}
    said = people.Claim.objects.filter(record__in=records).values_list(
        "statement__landing", "record"
    )
    files = {landing: records[record] for landing, record in said.distinct()}
    return Holds(
        persons,
        {uuid.UUID(one): why for one, why in found["employer"].items()},
        files | {uuid.UUID(one): why for one, why in found["landing"].items()},
        found["line"],
        frozenset(subjects),
    )


def unsettled(persons: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return what is open about some persons, in words; those of whom nothing is are left out."""
    found: dict[uuid.UUID, str] = {}
    for said in _also:
        found |= said(persons)
    walks = people.Crosswalk.objects.filter(person__in=persons, recorded_to__isnull=True)
    of = dict(walks.values_list("record", "person"))
    for side in ("first", "second"):
        waiting = Tie.objects.filter(**{f"{side}__in": of}, recorded_to__isnull=True, acts=False)
        for record in waiting.values_list(side, flat=True):
            found[of[record]] = "a link of their records waits to be confirmed"
    disputed = people.Conflict.objects.filter(person__in=persons, recorded_to__isnull=True)
    for person in disputed.values_list("person", flat=True).distinct():
        found[person] = "systems disagree about their employment"
    asked = Request.objects.filter(person__in=persons, kind="copy", state__in=("asked", "checked"))
    for person in asked.values_list("person", flat=True):
        found[person] = "they have asked for a copy of their data"
    return found


@transaction.atomic
def hold(
    *, kind: str, target: str, why: str, review_on: dt.date, by: str, clock: Clock
) -> uuid.UUID:
    """Keep something from being erased until somebody lifts the hold; return the hold.

    Args:
        kind: ``person``, ``employer``, ``landing`` (their identifiers as target) or ``line``.
        target: what is held.
        why: in a sentence that names nobody.
        review_on: when somebody looks at it again.
        by: who decided.
        clock: stamps it.

    Raises:
        BadInput: if something is missing or cannot be read.
        NotFound: if there is no such line of the schedule.
    """
    if kind not in HELD:
        raise BadInput(
            "Nothing of this kind can be held", where=Where(field="kind"),
            fix=f"Choose {', '.join(HELD)}",
        )  # fmt: skip
    if not why.strip():
        raise BadInput("No reason is given", where=Where(field="why"), fix="Say why, in a sentence")
    if review_on <= legal_day(clock.now()):
        raise BadInput(
            "The day of review has passed", where=Where(field="review on"),
            fix="Give a day to come",
        )  # fmt: skip
    named = line_of(target).code if kind == "line" else str(_identifier(target))
    made = LegalHold.objects.create(
        kind=kind, target=named, person=uuid.UUID(named) if kind == "person" else None,
        why=why.strip(), review_on=review_on, placed_by=by, placed_at=clock.now(),
    )  # fmt: skip
    _note("placed", made, {"kind": kind, "review_on": review_on}, by)
    return made.id


@transaction.atomic
def lift(*, hold: uuid.UUID, why: str, by: str, clock: Clock) -> None:
    """Lift a hold that somebody else placed.

    Raises:
        NotFound: if there is none.
        Conflict: if it is lifted already.
        NotPermitted: if the same person placed it.
        BadInput: if no reason is given.
    """
    found = LegalHold.objects.select_for_update().filter(id=hold).first()
    if found is None:
        raise NotFound("No such hold", where=Where(thing=str(hold)), fix="See the list of holds")
    if found.lifted_at is not None:
        raise Conflict("The hold is lifted", where=Where(thing=str(hold)), fix="Load the page")
    if found.placed_by == by:
        raise NotPermitted(
            "You placed this hold", where=Where(thing=str(hold)), fix="Ask a colleague to lift it"
        )
    if not why.strip():
        raise BadInput("No reason is given", where=Where(field="why"), fix="Say why, in a sentence")
    found.lifted_by, found.lifted_at, found.lifted_because = by, clock.now(), why.strip()
    found.save(update_fields=["lifted_by", "lifted_at", "lifted_because"])
    _note("lifted", found, {}, by)


def _identifier(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        raise BadInput(
            "This is no identifier", where=Where(field="target"),
            fix="Copy it from the address of the page",
        ) from None  # fmt: skip


def _note(done: str, one: LegalHold, said: dict[str, object], by: str) -> None:
    ledger().append_one(
        "decisions",
        f"muster.keeping.hold.{done}.v1",
        f"hold:keeping:{one.id}",
        {"by": by, **said},
    )
