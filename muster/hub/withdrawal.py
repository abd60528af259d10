"""Withdrawing a feed: afterwards everything is as if it had never come.

For the owner of a route who sent the wrong file. What it had replaced stands again; its bytes and
the evidence that it came and went are kept.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from muster.hub.batch import hold_routes
from muster.hub.intakes import intake_for
from muster.hub.landing import json_bytes, scope_of
from muster.hub.models import Landing, LandingState, Route
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.ledger.current import ledger
from muster.ledger.port import NewEntry

WITHDRAWN = "muster.hub.landing.withdrawn.v1"


@transaction.atomic
def withdraw(*, landing: uuid.UUID, reason: str, by: str, clock: Clock) -> uuid.UUID | None:
    """Withdraw an accepted feed; return the landing that stands again in its place, if one does.

    Raises:
        BadInput: if no reason is given.
        NotFound: if there is no such landing.
        Conflict: if it does not stand: it was replaced, withdrawn or never accepted.
    """
    reason = stated(reason)
    found = Landing.objects.select_related("route__source").filter(id=landing).first()
    if found is None or found.route is None:
        raise NotFound("No such feed", where=Where(thing=str(landing)), fix="See the list of feeds")
    hold_routes({found.route.id})
    found.refresh_from_db()
    if found.state != LandingState.ACCEPTED:
        raise Conflict(
            f"Only a feed that stands can be withdrawn; this one is {found.state}",
            where=Where(file=found.name),
            fix="Withdraw the feed that took its place first, if one did",
        )
    now = clock.now()
    earlier = _earlier(found)
    _give_way(found, earlier, reason)
    intake_for(found.route.contract).sink.withdraw(
        [found.id], reinstated=[] if earlier is None else [earlier.id], by=by, at=now
    )
    _record(found, found.route, earlier, reason, by, now)
    return None if earlier is None else earlier.id


@dataclass(frozen=True)
class Undone:
    """What withdrawing a feed would do: rows no longer believed or waiting, and what stands again.

    ``again`` is the landing that would stand again, its name and the day it speaks of; or None.
    """

    accepted: int
    quarantined: int
    again: tuple[uuid.UUID, str, dt.date | None] | None


def would_undo(landing: uuid.UUID) -> Undone:
    """Return what withdrawing a feed would do; ``NotFound`` if there is none."""
    found = Landing.objects.filter(id=landing).first()
    if found is None:
        raise NotFound("No such feed", where=Where(thing=str(landing)), fix="See the list of feeds")
    earlier = _earlier(found)
    again = None if earlier is None else (earlier.id, earlier.name, earlier.as_at)
    return Undone(found.accepted, found.quarantined, again)


def stated(reason: str) -> str:
    """Return the reason that somebody gives, without space around it.

    Raises:
        BadInput: if nothing is left.
    """
    if not reason.strip():
        raise BadInput(
            "No reason is given", where=Where(field="reason"), fix="Say why, in a sentence"
        )
    return reason.strip()


def _earlier(found: Landing) -> Landing | None:
    """Return the landing whose place a landing took, and that has nothing but it in its way."""
    return Landing.objects.filter(superseded_by=found, state=LandingState.SUPERSEDED).first()


def _give_way(found: Landing, earlier: Landing | None, reason: str) -> None:
    """Let a landing stand no more, and the one whose place it took stand again."""
    found.state, found.said = LandingState.WITHDRAWN, f"Withdrawn: {reason}"
    found.save(update_fields=["state", "said"])
    if earlier is not None:
        earlier.state, earlier.superseded_by = LandingState.ACCEPTED, None
        earlier.said = f"Stands again: {found.name} was withdrawn"
        earlier.save(update_fields=["state", "superseded_by", "said"])


def _record(
    found: Landing, route: Route, earlier: Landing | None, reason: str, by: str, now: dt.datetime
) -> None:
    body = {
        "name": found.name,
        "sha256": found.sha256,
        "reason": reason,
        "reinstated": earlier.id if earlier else None,
        "at": now,
        "by": by,
    }
    subject = f"landing:{route.source.code}:{found.id}"
    entry = NewEntry(WITHDRAWN, subject, json_bytes(body), scope_of(found.id))
    ledger().append("exchange", [entry])
