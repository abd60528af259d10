"""Who has seen whose record: every read of personal data is one entry of the access log.

A page that shows personal data calls ``note_look`` before it answers; one page view is one entry,
however many people or rows it shows. People are told from the same log who has looked at them.
"""

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from muster.gates.access import Actor, Purpose
from muster.gates.models import Look
from muster.ledger.current import ledger

SEEN = "muster.gates.record.seen.v1"


@dataclass(frozen=True)
class LookView:
    """One look at a person's record: when, who, in which role, what for, and at what."""

    at: dt.datetime
    by: str
    name: str
    roles: tuple[str, ...]
    purpose: str
    what: str


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
    position = ledger().append_one(
        "access",
        SEEN,
        f"person:register:{whose[0]}"
        if len(whose) == 1
        else f"look:gates:{what.replace(' ', '-')}",
        {
            "by": actor.id,
            "name": actor.name,
            "roles": sorted(actor.roles),
            "employer": actor.employer,
            "purpose": purpose,
            "what": what,
            "people": whose,
            **(detail or {}),
        },
    )
    Look.objects.bulk_create(Look(person=person, position=position) for person in whose)
    return position


def looks_at(person: uuid.UUID, *, limit: int = 50) -> tuple[LookView, ...]:
    """Return who has seen a person's record, latest first."""
    found = Look.objects.filter(person=person).order_by("-position")
    views = (_view(position) for position in found.values_list("position", flat=True)[:limit])
    return tuple(view for view in views if view is not None)


def count_looks_at(person: uuid.UUID) -> int:
    """Return how often a person's record was seen."""
    return Look.objects.filter(person=person).count()


def _view(position: int) -> LookView | None:
    """Return one look; None where the entry was lawfully erased."""
    entry = next(iter(ledger().read("access", position, 1)), None)
    if entry is None or entry.body is None:
        return None
    body = json.loads(entry.body)
    return LookView(
        at=entry.recorded_at,
        by=body["by"],
        name=body["name"],
        roles=tuple(body["roles"]),
        purpose=body["purpose"],
        what=body["what"],
    )
