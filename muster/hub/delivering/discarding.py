"""Discarding, once it cannot be undone any more, the messages that a route was stopped for."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from muster.hub.messages.acceptance import shard_of
from muster.hub.models import Cursor, HeldMessages, Message, Parked, ParkedState, Route
from muster.kernel.ids import new_id
from muster.ledger.current import ledger

DISCARDED = "muster.hub.route.discarded.v1"
STAGE = "breaker"
_AT_ONCE = 2000


def discard_due(now: dt.datetime) -> int:
    """Discard what somebody decided to discard and can no longer be undone; return how many."""
    due = HeldMessages.objects.filter(done_at__isnull=True, due_at__lte=now)
    return sum(_discard(one, now) for one in due.values_list("id", flat=True))


@transaction.atomic
def _discard(held: uuid.UUID, now: dt.datetime) -> int:
    row = HeldMessages.objects.select_related("route").get(id=held)
    route = Route.objects.select_for_update(of=("self",), no_key=True).get(id=row.route_id)
    row.refresh_from_db()
    if row.done_at is not None or row.due_at is None or row.due_at > now:
        return 0
    count = 0
    for cursor in Cursor.objects.select_for_update().filter(route=route):
        there = Message.objects.filter(
            contract=route.contract, system=route.source_id, refused="",
            position__gt=cursor.position, position__lte=row.last,
        ).order_by("position")  # fmt: skip
        mine = [
            (position, subject)
            for position, subject, shard in there.values_list("position", "subject", "shard")
            if shard % route.shards == cursor.shard
        ]
        _set_aside(row, mine, now)
        count += len(mine)
        # Whoever holds the part by an earlier fence carries none of them any more.
        Cursor.objects.filter(id=cursor.id).update(
            position=max(cursor.position, row.last), fence=F("fence") + 1, owner="", until=None
        )
    row.done_at = now
    row.save(update_fields=["done_at"])
    go_on(route, let_go_to=row.last)
    record(DISCARDED, row, {"messages": count, "reason": row.reason, "by": row.decided_by})
    return count


def _set_aside(row: HeldMessages, mine: Sequence[tuple[int, str]], now: dt.datetime) -> None:
    Parked.objects.bulk_create(
        [
            Parked(
                id=new_id(), route_id=row.route_id, position=position, subject=subject,
                shard=shard_of(subject), state=ParkedState.DISCARDED, stage=STAGE,
                cause=row.said, parked_at=row.raised_at, settled_at=now,
                settled_by=row.decided_by, reason=row.reason, decision=row.id,
            )
            for position, subject in mine
        ],
        batch_size=_AT_ONCE,
    )  # fmt: skip


def go_on(route: Route, *, let_go_to: int) -> None:
    """Let a route go on that had stopped by itself; what was decided on is not counted again."""
    Route.objects.filter(id=route.id).update(held="", let_go_to=let_go_to)
    Cursor.objects.filter(route=route).update(retry_at=None, blocked="")


def record(kind: str, row: HeldMessages, said: dict[str, object]) -> None:
    """Append what was decided of held messages to the log of decisions."""
    body = {"held": str(row.id), "first": row.first, "last": row.last, **said}
    ledger().append_one("decisions", kind, f"route:hub:{row.route.code}", body)
