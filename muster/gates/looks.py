"""Who has seen whose record: every read of personal data is one entry of the access log.

A page that shows personal data calls ``note_look`` before it answers; one page view is one entry,
however many people or rows it shows. People are told from the same log who has looked at them, and
investigators ask it in ``gates.inquiries``. A look under broken glass is marked here, so that no
page can forget to.
"""

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from muster.gates.access import Actor, Purpose
from muster.gates.models import Look, Reading
from muster.ledger.current import ledger
from muster.ledger.port import Entry
from muster.register.people.restricting import queries as restricting

SEEN = "muster.gates.record.seen.v1"


@dataclass(frozen=True)
class LookView:
    """One look at a person's record: when, who, in which role, what for, and at what.

    ``glass`` is the code of the reason for which the record was opened in an emergency.
    """

    at: dt.datetime
    by: str
    name: str
    roles: tuple[str, ...]
    purpose: str
    what: str
    employer: str = ""
    people: tuple[str, ...] = ()
    glass: str = ""
    position: int = 0


@transaction.atomic
def note_look(
    actor: Actor,
    *,
    what: str,
    purpose: Purpose,
    people: Sequence[uuid.UUID] = (),
    detail: dict[str, Any] | None = None,
) -> int:
    """Record that ``actor`` sees something personal; return the position in the access log.

    Args:
        actor: who sees it.
        what: the kind of thing, such as "person" or "quarantined rows".
        purpose: what for.
        people: whose records are shown, where the register knows them.
        detail: what else tells it apart, such as landing and row numbers; no personal value.
    """
    whose = sorted(set(people))
    glass = restricting.glass_for(actor.id, whose) if whose else {}
    body = {
        "by": actor.id,
        "name": actor.name,
        "roles": sorted(actor.roles),
        "employer": actor.employer,
        "person": actor.person,
        "purpose": purpose,
        "what": what,
        "people": whose,
        **({"glass": {str(person): found for person, found in glass.items()}} if glass else {}),
        **(detail or {}),
    }
    position = ledger().append_one(
        "access",
        SEEN,
        f"person:register:{whose[0]}"
        if len(whose) == 1
        else f"look:gates:{what.replace(' ', '-')}",
        body,
    )
    (entry,) = ledger().read("access", position, 1)
    Reading.objects.bulk_create([reading_of(entry, body)], ignore_conflicts=True)
    Look.objects.bulk_create(
        Look(person=person, position=position, glass=glass.get(person)) for person in whose
    )
    return position


def reading_of(entry: Entry, body: dict[str, Any]) -> Reading:
    """Return the index of one entry of the access log."""
    return Reading(
        position=entry.position,
        by=str(body["by"]),
        reader=body.get("person"),
        employer=body.get("employer"),
        role=", ".join(body["roles"])[:60],
        purpose=str(body["purpose"]),
        what=str(body["what"])[:60],
        at=entry.recorded_at,
    )


def looks_at(
    person: uuid.UUID,
    *,
    since: dt.datetime | None = None,
    before: dt.datetime | None = None,
    start: int = 0,
    limit: int = 50,
) -> tuple[LookView, ...]:
    """Return who has seen a person's record, latest first, as the person is told of it.

    Looks under broken glass are left out while a restriction says that its notice waits.

    Args:
        person: whose record.
        since: only looks from this instant on.
        before: only looks before this instant.
        start: how many to pass over.
        limit: how many to return at most.
    """
    found = _between(_told(person), since, before).order_by("-position")
    return views(list(found.values_list("position", flat=True)[start : start + limit]))


def count_looks_at(
    person: uuid.UUID, *, since: dt.datetime | None = None, before: dt.datetime | None = None
) -> int:
    """Return how often a person's record was seen, as the person is told of it."""
    return _between(_told(person), since, before).count()


def _between(
    looks: QuerySet[Look], since: dt.datetime | None, before: dt.datetime | None
) -> QuerySet[Look]:
    if since is None and before is None:
        return looks
    readings = Reading.objects.all()
    readings = readings if since is None else readings.filter(at__gte=since)
    readings = readings if before is None else readings.filter(at__lt=before)
    return looks.filter(position__in=readings.values("position"))


def looks_under(glass: uuid.UUID, *, limit: int = 200) -> tuple[LookView, ...]:
    """Return the looks that somebody took under broken glass, latest first, for its guardian."""
    found = Look.objects.filter(glass=glass).order_by("-position")
    return views(list(found.values_list("position", flat=True)[:limit]))


def views(positions: Sequence[int]) -> tuple[LookView, ...]:
    """Return looks in the order of their positions; those lawfully erased are left out."""
    ordered = sorted(positions)
    at = dict(Reading.objects.filter(position__in=ordered).values_list("position", "at"))
    bodies = ledger().bodies("access", ordered) if ordered else []
    entries = {
        position: (at.get(position) or _recorded_at(position), json.loads(body))
        for position, body in zip(ordered, bodies, strict=True)
        if body is not None
    }
    glass = {
        uuid.UUID(one) for _at, body in entries.values()
        for one in body.get("glass", {}).values()
    }  # fmt: skip
    reasons = restricting.glass_reasons(glass) if glass else {}
    return tuple(_view(place, *entries[place], reasons) for place in positions if place in entries)


def _told(person: uuid.UUID) -> QuerySet[Look]:
    waits = restricting.untold_glass(person)
    found = Look.objects.filter(person=person)
    return found.exclude(glass__in=waits) if waits else found


def _recorded_at(position: int) -> dt.datetime:
    """Return when an entry was recorded that is not indexed by its reader yet."""
    (entry,) = ledger().read("access", position, 1)
    return entry.recorded_at


def _view(
    position: int, at: dt.datetime, body: dict[str, Any], reasons: dict[uuid.UUID, str]
) -> LookView:
    glass = [reasons.get(uuid.UUID(one), "") for one in body.get("glass", {}).values()]
    return LookView(
        at=at,
        by=body["by"],
        name=body["name"],
        roles=tuple(body["roles"]),
        purpose=body["purpose"],
        what=body["what"],
        employer=str(body["employer"] or ""),
        people=tuple(body["people"]),
        glass=next(filter(None, glass), ""),
        position=position,
    )
