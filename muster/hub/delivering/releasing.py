"""Deciding at once on all messages of a route that wait for the same cause: let go, or discarded.

A discarding of many can be undone as long as nothing of their subjects has gone on since. So that
there is time for it, what waits behind them goes on only after a while.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet

from muster.hub.delivering.deciding import UNDO
from muster.hub.delivering.discarding import STAGE
from muster.hub.delivering.following import let_follow, release_subjects
from muster.hub.delivering.noting import state_of
from muster.hub.delivering.parking import DISCARDED, RELEASED
from muster.hub.models import Attempt, Message, Parked, ParkedState, Route
from muster.kernel.clock import Clock
from muster.kernel.errors import Conflict, NotFound, Where
from muster.kernel.ids import new_id
from muster.ledger.current import ledger

FAILED = (ParkedState.PARKED, ParkedState.DOUBTFUL)
UNDONE = "muster.hub.message.discarding_undone.v1"
_AT_ONCE = 500
_SPAN = 1000
_LATELY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Discarding:
    """Messages of a route that were discarded by one decision; no personal value stands in it."""

    id: uuid.UUID
    route: str
    cause: str
    messages: int
    reason: str
    by: str
    at: dt.datetime


@transaction.atomic
def release_all(
    route: str, *, stage: str = "", cause: str = "", subject: str = "", reason: str, by: str,
    clock: Clock,
) -> int:  # fmt: skip
    """Let messages be handed over again, with all that wait behind them; return how many.

    Those of a subject go in their order, and before anything newer of it.

    Args:
        route: the route's code.
        stage: only those that failed there; with ``cause``.
        cause: only those that wait for it.
        subject: only those of this subject.
        reason: why they may go now; it is recorded.
        by: who decides.
        clock: of the decision.

    Raises:
        NotFound: if none waits.
    """
    found = _route(route)
    failed = _failed(found, stage, cause, subject)
    subjects = sorted(set(failed.values_list("subject", flat=True)))
    again, positions = release_subjects(found.id, subjects, reason=reason, by=by)
    body = {
        "route": route, "stage": stage, "cause": cause, "release": str(again),
        "messages": len(positions), "positions": positions[:_SPAN], "reason": reason, "by": by,
    }  # fmt: skip
    ledger().append_one("decisions", RELEASED, subject or f"route:hub:{route}", body)
    return len(positions)


@transaction.atomic
def discard_all(
    route: str, *, stage: str, cause: str, reason: str, by: str, clock: Clock
) -> tuple[uuid.UUID, int]:
    """Decide that messages that wait for one cause are never handed over.

    What waits behind them goes on after ``UNDO``. Returns the decision and how many they are.

    Args:
        route: the route's code.
        stage: where they failed.
        cause: what they wait for.
        reason: why they are not to go; it is recorded.
        by: who decides.
        clock: of the decision.

    Raises:
        NotFound: if none waits.
    """
    found, now, decision = _route(route), clock.now(), new_id()
    rows = list(_failed(found, stage, cause, "").values_list("id", "position", "subject"))
    for some in _parts(rows):
        Parked.objects.filter(id__in=[one for one, _, _ in some]).update(
            state=ParkedState.DISCARDED, settled_at=now, settled_by=by, reason=reason,
            decision=decision,
        )  # fmt: skip
        Attempt.objects.filter(route=found, position__in=[at for _, at, _ in some]).delete()
        let_follow(found.id, {subject for _, _, subject in some}, due_at=now + UNDO)
    positions = sorted(position for _, position, _ in rows)
    body = {
        "route": route, "stage": stage, "cause": cause, "decision": str(decision),
        "messages": len(rows), "positions": positions[:_SPAN], "reason": reason, "by": by,
    }  # fmt: skip
    ledger().append_one("decisions", DISCARDED, f"route:hub:{route}", body)
    return decision, len(rows)


@transaction.atomic
def undo_discard(decision: uuid.UUID, *, by: str, clock: Clock) -> int:
    """Let messages that were discarded by one decision wait again; return how many.

    Those stay discarded of whose subject something newer has gone on since, or may be on its way.

    Raises:
        NotFound: if there is no such decision.
        Conflict: if nothing of it can be undone any more.
    """
    # No message comes from here on that a worker could carry before this is decided.
    ledger().store.lock_head("exchange")
    gone = Parked.objects.filter(decision=decision, state=ParkedState.DISCARDED)
    first = gone.exclude(stage=STAGE).select_related("route").first()
    if first is None:
        raise NotFound("No such messages were discarded", where=Where(thing=str(decision)),
                       fix="See what is parked")  # fmt: skip
    route = _route(first.route.code)
    back = list[int]()
    for some in _parts(list(gone.select_for_update())):
        went = _went_on(route, some, clock.now())
        mine = [row for row in some if row.subject not in went]
        for row in mine:
            row.state, row.decision = state_of(row.stage), None
            row.settled_at, row.settled_by, row.reason = None, "", ""
        changed = ["state", "decision", "settled_at", "settled_by", "reason"]
        Parked.objects.bulk_update(mine, changed)
        Parked.objects.filter(
            route=route, subject__in=[row.subject for row in mine], stage="behind",
            state=ParkedState.RELEASED, due_at__gt=clock.now(),
        ).update(state=ParkedState.BEHIND, due_at=None)  # fmt: skip
        back += [row.position for row in mine]
    if not back:
        raise Conflict(
            "Newer messages of their subjects have gone on since, or may be on their way",
            where=Where(thing=route.code),
            fix="Have the sender send anew what they should say",
        )
    body = {
        "route": route.code, "decision": str(decision), "messages": len(back),
        "positions": sorted(back)[:_SPAN], "by": by,
    }  # fmt: skip
    ledger().append_one("decisions", UNDONE, f"route:hub:{route.code}", body)
    return len(back)


def discardings(routes: Iterable[str], *, clock: Clock) -> tuple[Discarding, ...]:
    """Return the discardings by cause of the last day on some routes, the latest first."""
    rows = Parked.objects.filter(
        route__code__in=list(routes), decision__isnull=False, state=ParkedState.DISCARDED,
        settled_at__gt=clock.now() - _LATELY,
    ).exclude(stage=STAGE)  # fmt: skip
    groups = rows.values("decision", "route__code").annotate(
        messages=Count("id"), at=Max("settled_at"), why=Min("reason"), who=Min("settled_by"),
        what=Min("cause"),
    )  # fmt: skip
    return tuple(
        Discarding(
            one["decision"], one["route__code"], one["what"], one["messages"], one["why"],
            one["who"], one["at"],
        )
        for one in groups.order_by("-at")
        if one["decision"] is not None
    )  # fmt: skip


def _failed(route: Route, stage: str, cause: str, subject: str) -> QuerySet[Parked]:
    failed = Parked.objects.filter(route=route, state__in=FAILED)
    if stage or cause:
        failed = failed.filter(stage=stage, cause=cause)
    if subject:
        failed = failed.filter(subject=subject)
    if not failed.exists():
        raise NotFound("Nothing waits for this any more", where=Where(thing=route.code),
                       fix="See what is parked")  # fmt: skip
    return failed


def _went_on(route: Route, rows: Sequence[Parked], now: dt.datetime) -> set[str]:
    """Return the subjects of which something newer than what was discarded may be gone.

    What waits behind, or is to go only later, is not. Of what comes in its turn nobody can tell: a
    worker may have handed it over, and be about to note it.
    """
    since = {row.subject: row.position for row in rows}
    waits = Parked.objects.filter(route=route, subject__in=since).exclude(
        state=ParkedState.DELIVERED
    )
    waiting = set(
        waits.exclude(Q(due_at__isnull=True) | Q(due_at__lte=now), state=ParkedState.RELEASED)
        .values_list("position", flat=True)
    )  # fmt: skip
    there = Message.objects.filter(
        contract=route.contract, system=route.source_id, refused="", subject__in=since
    ).values_list("subject", "position")
    return {
        subject
        for subject, position in there
        if since[subject] < position and position not in waiting
    }


def _parts(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[place : place + _AT_ONCE] for place in range(0, len(rows), _AT_ONCE))


def _route(code: str) -> Route:
    """Return a route, locked so that decisions on it are made one after the other."""
    found = Route.objects.select_for_update(of=("self",), no_key=True).filter(code=code).first()
    if found is None:
        raise NotFound("No such route", where=Where(thing=code), fix="See the routes page")
    return found
