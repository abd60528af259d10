"""One turn of a route: read what is next, prepare it, hand it over, record what came of it.

Released messages go before new ones, so that a subject that was parked catches up before it gets
more. Where nothing may flow, or the receiver cannot be reached, the route waits with the reason and
nothing is passed over.
"""

import datetime as dt
import logging
import uuid
from dataclasses import dataclass

import polars as pl
from django.db import transaction

from muster.connectors.outlets import Fenced, Outlet, Receipt, Unreachable
from muster.hub.delivering.handing import hand_over
from muster.hub.delivering.lease import Lease, LostLease, move
from muster.hub.delivering.noting import aside_of, evidence, note
from muster.hub.delivering.parking import open_subjects, settle_released
from muster.hub.delivering.preparing import SET_ASIDE, Prepared, prepare
from muster.hub.delivering.routing import Routing, routing_of
from muster.hub.delivering.stream import (
    next_messages,
    next_release,
    released_messages,
    replayed_messages,
)
from muster.hub.models import Replay
from muster.hub.working import wait_after
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import MusterError

BATCH = 5000
_BLOCKED = dt.timedelta(seconds=30)
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 600.0
_REASON = 500
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Turn:
    """A batch on its way: under which lease and routing, and when it was begun."""

    lease: Lease
    routing: Routing
    outlet: Outlet
    began: dt.datetime


def carry(lease: Lease, *, clock: Clock, limit: int = BATCH) -> int:
    """Carry the next messages of a part of a route; return how many were dealt with.

    Raises:
        LostLease: if another worker has taken it over.
    """
    began = clock.now()
    try:
        routing = routing_of(lease.route, legal_day(began))
        if routing.outlet is None:
            block(lease, routing.permission.because, clock.now())
            return 0
        turn = Turn(lease, routing, routing.outlet, began)
        return (
            _released(turn, clock, limit)
            or _replayed(turn, clock, limit)
            or _in_turn(turn, clock, limit)
        )
    except Unreachable as problem:
        retry(lease, problem, clock.now())
    except Fenced:
        raise LostLease from None
    except MusterError as problem:
        block(lease, str(problem), clock.now())
    return 0


def _in_turn(turn: Turn, clock: Clock, limit: int) -> int:
    route = turn.routing.route
    batch = next_messages(route, turn.lease, limit)
    if not batch.height:
        return 0
    behind = _behind(route.id, batch)
    going = batch if not behind.height else batch.join(behind, on="position", how="anti")
    prepared = prepare(going, turn.routing) if going.height else _nothing(batch)
    receipt = _handed(turn, prepared, "", clock)
    aside = aside_of(prepared, receipt)
    if behind.height:
        aside = pl.concat([aside, behind]).sort("position")
    note(
        turn.lease, turn.routing, batch, prepared.envelopes["position"], aside, receipt,
        skipped=prepared.skipped, began=turn.began, now=clock.now(),
    )  # fmt: skip
    return batch.height


def _released(turn: Turn, clock: Clock, limit: int) -> int:
    """Carry parked messages that a person, or the passing of time, released."""
    route, now = turn.routing.route, clock.now()
    again = next_release(route, turn.lease, now)
    if again is None:
        return 0
    batch = released_messages(route, turn.lease, again, limit)
    prepared = prepare(batch, turn.routing)
    receipt = _handed(turn, prepared, str(again), clock)
    aside, now = aside_of(prepared, receipt), clock.now()
    with transaction.atomic():
        move(turn.lease, now, attempts=0, retry_at=None, blocked="")
        positions = batch["position"]
        settle = settle_released(route.id, positions.to_list(), aside, now)
        made = evidence(
            turn.lease, turn.routing, positions, prepared.envelopes["position"], receipt, aside,
            again, began=turn.began, now=now,
        )  # fmt: skip
        settle(made)
    return batch.height


def _replayed(turn: Turn, clock: Clock, limit: int) -> int:
    """Carry messages that somebody asked to have once more."""
    route = turn.routing.route
    wish = Replay.objects.filter(route=route, done_at__isnull=True).order_by("asked_at").first()
    if wish is None or turn.lease.shard != 0:
        return 0
    batch = replayed_messages(
        route, after=wish.position, last=wish.last, subject=wish.subject,
        correlation=wish.correlation, limit=limit,
    ).with_columns(key=pl.format("{}#{}", "key", pl.lit(str(wish.id))))  # fmt: skip
    if not batch.height:
        Replay.objects.filter(id=wish.id).update(done_at=clock.now())
        return 1
    prepared = prepare(batch, turn.routing)
    receipt = _handed(turn, prepared, str(wish.id), clock)
    aside, now = aside_of(prepared, receipt), clock.now()
    with transaction.atomic():
        move(turn.lease, now, attempts=0, retry_at=None, blocked="")
        Replay.objects.filter(id=wish.id).update(position=batch["position"][-1])
        evidence(
            turn.lease, turn.routing, batch["position"], prepared.envelopes["position"], receipt,
            aside, wish.id, began=turn.began, now=now,
        )  # fmt: skip
    return batch.height


def _handed(turn: Turn, prepared: Prepared, again: str, clock: Clock) -> Receipt:
    if not prepared.envelopes.height:
        return Receipt()
    return hand_over(
        turn.routing.route, turn.lease, prepared, turn.outlet, again=again, now=clock.now()
    )


def _behind(route: uuid.UUID, batch: pl.DataFrame) -> pl.DataFrame:
    """Return the messages of a batch whose subject has an earlier one that is parked."""
    parked = open_subjects(route, batch["subject"])
    if not parked:
        return pl.DataFrame(schema=SET_ASIDE)
    return batch.filter(pl.col("subject").is_in(parked)).select(
        "position", "subject", stage=pl.lit("behind"), cause=pl.lit("")
    )


def _nothing(batch: pl.DataFrame) -> Prepared:
    return Prepared(batch.clear(), pl.DataFrame(), pl.DataFrame(schema=SET_ASIDE), 0)


def retry(lease: Lease, problem: Unreachable, now: dt.datetime) -> None:
    """Wait before the receiver is tried again: longer each time, never all routes at once."""
    attempts = lease.attempts + 1
    seconds = wait_after(
        attempts, first=_FIRST_WAIT, longest=_LONGEST_WAIT, asked=problem.retry_after or 0.0
    )
    _wait(lease, problem.said, now + dt.timedelta(seconds=seconds), now, attempts=attempts)


def block(lease: Lease, why: str, now: dt.datetime) -> None:
    """Let a route wait for what stops it to be put right; it is asked again after a while."""
    _wait(lease, why, now + _BLOCKED, now)


def _wait(lease: Lease, why: str, until: dt.datetime, now: dt.datetime, **changes: object) -> None:
    move(lease, now, blocked=why[:_REASON], retry_at=until, **changes)
