"""Deciding on messages that a route was stopped for: let go, or discarded, and taken back.

Exactly those messages are decided on that the approver was shown; what came since is looked at
anew. A discarding takes effect after a while, until when it can be undone.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from muster.hub.approval import bar_to
from muster.hub.delivering.discarding import go_on, record
from muster.hub.models import HeldMessages, Route
from muster.hub.withdrawal import stated
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, NotFound, NotPermitted, Where
from muster.ledger.current import ledger

LET_GO = "muster.hub.route.let_go.v1"
DISCARDING = "muster.hub.route.discarding.v1"
UNDONE = "muster.hub.route.discarding_undone.v1"
LIMITED = "muster.hub.route.limited.v1"
UNDO = dt.timedelta(minutes=10)
"""So long a discarding can be undone."""
MOST = 10_000_000


@dataclass(frozen=True)
class HeldView:
    """Messages for which a route stopped, and what was decided; see ``models.HeldMessages``."""

    id: uuid.UUID
    route: str
    first: int
    last: int
    messages: int
    touched: int
    known: int
    ending: int
    said: str
    raised_at: dt.datetime
    raised_to: str
    decision: str
    decided_at: dt.datetime | None
    decided_by: str
    reason: str
    due_at: dt.datetime | None


def held(route: str) -> HeldView | None:
    """Return what a route is stopped for, if it is."""
    row = HeldMessages.objects.filter(route__code=route, done_at__isnull=True).first()
    return None if row is None else _view(row, route)


@transaction.atomic
def let_go(route: str, *, reason: str, by: str, clock: Clock) -> int:
    """Let exactly the messages go that a route was stopped for; return how many.

    Raises:
        BadInput: without a reason.
        NotFound: if the route is not stopped.
        NotPermitted: if somebody else is named to decide, or it is the sender's own.
    """
    reason = stated(reason)
    row = _open(route, by, decision="")
    now = clock.now()
    _decided(row, "let go", reason, by, now)
    row.done_at = now
    row.save()
    go_on(row.route, let_go_to=row.last)
    record(LET_GO, row, {"reason": reason, "by": by})
    return row.messages


@transaction.atomic
def discard(route: str, *, reason: str, by: str, clock: Clock) -> dt.datetime:
    """Decide that the messages a route was stopped for are never handed over.

    Returns when that takes effect; until then it can be undone. Raises as ``let_go`` does.
    """
    reason = stated(reason)
    row = _open(route, by, decision="")
    now = clock.now()
    _decided(row, "discarded", reason, by, now)
    row.due_at = due = now + UNDO
    row.save()
    record(DISCARDING, row, {"reason": reason, "by": by, "due": due.isoformat()})
    return due


@transaction.atomic
def undo(route: str, *, by: str, clock: Clock) -> None:
    """Take a discarding back before it takes effect; the messages wait again for a decision.

    Raises:
        NotFound: if there is none to be undone.
        NotPermitted: as for ``let_go``.
    """
    row = _open(route, by, decision="discarded")
    row.decision, row.decided_at, row.decided_by, row.reason, row.due_at = "", None, "", "", None
    row.save()
    record(UNDONE, row, {"by": by})


@transaction.atomic
def set_limits(
    route: str, *, touched: int | None, ending: int | None, reason: str, by: str, clock: Clock
) -> None:
    """Choose of how many subjects messages may come, and how many they may end, within an hour.

    Args:
        route: the route's code.
        touched: the most subjects they may be about; None leaves it to the usual rule.
        ending: the most subjects they may end; likewise.
        reason: why; it is recorded.
        by: who chooses.
        clock: of the choice.

    Raises:
        BadInput: without a reason, or if a number makes no sense.
        NotFound: if there is no such route.
        NotPermitted: if somebody else is named to decide.
    """
    reason = stated(reason)
    for name, value in (("touched", touched), ("ending", ending)):
        if value is not None and not 0 <= value <= MOST:
            raise BadInput("The number makes no sense", where=Where(field=name),
                           fix=f"Give a number from 0 to {MOST:,}, or none")  # fmt: skip
    found = _route(route)
    _permit(found, by)
    Route.objects.filter(id=found.id).update(most_touched=touched, most_ending=ending)
    body = {"touched": touched, "ending": ending, "reason": reason, "by": by}
    ledger().append_one("decisions", LIMITED, f"route:hub:{route}", body)


def _decided(row: HeldMessages, decision: str, reason: str, by: str, now: dt.datetime) -> None:
    row.decision, row.reason, row.decided_by, row.decided_at = decision, reason, by, now


def _open(route: str, by: str, *, decision: str) -> HeldMessages:
    """Return what a route is stopped for, locked so that two people decide one after the other."""
    found = _route(route)
    _permit(found, by)
    rows = HeldMessages.objects.select_related("route")
    row = rows.filter(route=found, done_at__isnull=True, decision=decision).first()
    if row is None:
        raise NotFound(
            "The route does not wait for this decision", where=Where(thing=route),
            fix="See the route's page",
        )  # fmt: skip
    return row


def _permit(route: Route, by: str) -> None:
    bar = bar_to(senders={f"system:{route.source.code}"}, approver=route.approver, by=by)
    if bar:
        own = bar == "handed it in"
        raise NotPermitted(
            "Nobody decides on messages of a system that they speak for" if own
            else "Somebody else is named to decide on this route",
            where=Where(thing=route.code),
            fix=f"Ask {route.approver}" if route.approver and route.approver != by
            else "Ask a colleague",
        )  # fmt: skip


def _route(code: str) -> Route:
    rows = Route.objects.select_for_update(of=("self",), no_key=True).select_related("source")
    found = rows.filter(code=code, receiver__isnull=False).first()
    if found is None:
        raise NotFound("No such route", where=Where(thing=code), fix="See the routes page")
    return found


def _view(row: HeldMessages, route: str) -> HeldView:
    return HeldView(
        row.id, route, row.first, row.last, row.messages, row.touched, row.known, row.ending,
        row.said, row.raised_at, row.raised_to, row.decision, row.decided_at, row.decided_by,
        row.reason, row.due_at,
    )  # fmt: skip
