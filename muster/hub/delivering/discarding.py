"""Discarding, once it cannot be undone any more, the messages that a route was stopped for.

A worker may have been interrupted after the receiver took some of them and before the hub noted it,
or may still be asleep on its way there. So their parts are taken over first, which turns whoever is
late away; then the receiver is asked what it has (``recalling``). That counts as delivered: nobody
can discard it any more. Only the rest is set aside.
"""

import datetime as dt
import logging
import secrets
import uuid
from collections.abc import Sequence, Set
from dataclasses import dataclass

import polars as pl
from django.db import transaction
from django.db.models import F

from muster.connectors.outlets import Fenced, Receipt, Unreachable
from muster.hub.delivering.lease import LEASE, Lease, LostLease, waiting_of
from muster.hub.delivering.noting import evidence
from muster.hub.delivering.preparing import SET_ASIDE
from muster.hub.delivering.recalling import DOUBT, recalled_before
from muster.hub.delivering.routing import routing_of
from muster.hub.messages.acceptance import shard_of
from muster.hub.models import Attempt, Cursor, HeldMessages, Parked, ParkedState, Route
from muster.kernel.days import legal_day
from muster.kernel.errors import MusterError
from muster.kernel.ids import new_id
from muster.ledger.current import ledger

DISCARDED = "muster.hub.route.discarded.v1"
STAGE = "breaker"
_AT_ONCE, _CAUSE = 2000, 500
# So long it waits if the receiver cannot be asked now.
_LATER = dt.timedelta(minutes=1)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Part:
    """What waits on one part of a route, and what its receiver has of it, or may have."""

    lease: Lease
    waiting: Sequence[tuple[int, str]]
    has: Set[int]
    doubt: Set[int]


def discard_due(now: dt.datetime) -> int:
    """Discard what somebody decided to discard and can no longer be undone; return how many."""
    due = HeldMessages.objects.filter(done_at__isnull=True, due_at__lte=now)
    return sum(_discard(one, now) for one in due.values_list("id", flat=True))


def _discard(held: uuid.UUID, now: dt.datetime) -> int:
    leases = _taken_over(held, now)
    if leases is None:
        return 0
    row = HeldMessages.objects.select_related("route__endpoint__system").get(id=held)
    try:
        parts = [_asked(row, lease) for lease in leases]
        return _settle(held, parts, now)
    except (Unreachable, Fenced, LostLease, MusterError) as problem:
        _log.warning(
            "discarding on route %s is put off: %s", row.route.code, type(problem).__name__
        )
        # It can still be undone for so much longer.
        HeldMessages.objects.filter(id=held, done_at__isnull=True, due_at__lte=now).update(
            due_at=now + _LATER
        )
        return 0


@transaction.atomic
def _taken_over(held: uuid.UUID, now: dt.datetime) -> list[Lease] | None:
    """Take every part of the route over, so that whoever held one can change nothing any more."""
    row = _locked(held, now)
    if row is None:
        return None
    owner = f"discarding:{secrets.token_hex(4)}"
    Cursor.objects.filter(route=row.route_id).update(
        fence=F("fence") + 1, owner=owner, until=now + LEASE
    )
    return [
        Lease(one.pk, row.route_id, one.shard, row.route.shards, one.position, one.fence,
              one.attempts, owner)
        for one in Cursor.objects.filter(route=row.route_id).order_by("shard")
    ]  # fmt: skip


def _asked(row: HeldMessages, lease: Lease) -> _Part:
    """Return what waits on a part, and what of it the receiver has."""
    rows = waiting_of(row.route, lease, row.last).order_by("position")
    waiting = list(rows.values_list("position", "subject"))
    positions = pl.Series([position for position, _ in waiting], dtype=pl.Int64)
    return _Part(lease, waiting, *recalled_before(row.route, lease, positions))


@transaction.atomic
def _settle(held: uuid.UUID, parts: Sequence[_Part], now: dt.datetime) -> int:
    row = _locked(held, now)
    if row is None:
        return 0
    count = 0
    for part in parts:
        mine = Cursor.objects.filter(id=part.lease.cursor, fence=part.lease.fence)
        if not mine.update(
            position=max(part.lease.position, row.last), fence=F("fence") + 1, owner="", until=None
        ):
            raise LostLease
        rest = [one for one in part.waiting if one[0] not in part.has]
        _set_aside(row, rest, part.doubt, now)
        count += len(rest)
    row.done_at = now
    row.save(update_fields=["done_at"])
    go_on(row.route, let_go_to=row.last)
    for part in parts:
        _note(row.route, part, now)
    record(DISCARDED, row, {"messages": count, "reason": row.reason, "by": row.decided_by})
    return count


def _locked(held: uuid.UUID, now: dt.datetime) -> HeldMessages | None:
    """Return what is to be discarded, its route locked; None if it is not any more."""
    row = HeldMessages.objects.select_related("route").get(id=held)
    Route.objects.select_for_update(of=("self",), no_key=True).get(id=row.route_id)
    row.refresh_from_db()
    due = row.done_at is None and row.due_at is not None and row.due_at <= now
    return row if due else None


def _set_aside(
    row: HeldMessages, mine: Sequence[tuple[int, str]], doubt: Set[int], now: dt.datetime
) -> None:
    unsure = (DOUBT + row.said)[:_CAUSE]
    Parked.objects.bulk_create(
        [
            Parked(
                id=new_id(), route_id=row.route_id, position=position, subject=subject,
                shard=shard_of(subject), state=ParkedState.DISCARDED, stage=STAGE,
                cause=unsure if position in doubt else row.said,
                parked_at=row.raised_at, settled_at=now,
                settled_by=row.decided_by, reason=row.reason, decision=row.id,
            )
            for position, subject in mine
        ],
        batch_size=_AT_ONCE,
    )  # fmt: skip


def _note(route: Route, part: _Part, now: dt.datetime) -> None:
    """Record what the receiver had before anybody decided on it."""
    if not part.has:
        return
    had = pl.Series(sorted(part.has), dtype=pl.Int64)
    Attempt.objects.filter(route=route, position__in=had.to_list()).delete()
    evidence(
        part.lease, routing_of(route.id, legal_day(now)), had, had, Receipt(had=len(had)),
        pl.DataFrame(schema=SET_ASIDE), None, began=now, now=now,
    )  # fmt: skip


def go_on(route: Route, *, let_go_to: int) -> None:
    """Let a route go on that had stopped by itself; what was decided on is not counted again."""
    Route.objects.filter(id=route.id).update(held="", let_go_to=let_go_to)
    Cursor.objects.filter(route=route).update(retry_at=None, blocked="")


def record(kind: str, row: HeldMessages, said: dict[str, object]) -> None:
    """Append what was decided of held messages to the log of decisions."""
    body = {"held": str(row.id), "first": row.first, "last": row.last, **said}
    ledger().append_one("decisions", kind, f"route:hub:{row.route.code}", body)
