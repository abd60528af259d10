"""What a route carries next: its part of the exchange log, in order, read without gaps."""

import datetime as dt
import uuid
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import F, Q

from muster.connectors.outlets import ENVELOPES
from muster.hub.delivering.lease import Lease
from muster.hub.models import Parked, ParkedState, Route

MOST_BYTES = 32 * 1024 * 1024
"""A batch ends with the message that fills it: a worker holds what it carries in memory."""
_COLUMNS = (
    "m.position, m.event_id, m.source, m.subject, m.time, m.traceparent, m.correlation, m.size"
)
_READ = {name: ENVELOPES[name] for name in ENVELOPES if name not in ("type", "key")}


def next_messages(route: Route, lease: Lease, limit: int) -> pl.DataFrame:
    """Return the envelopes of the messages after a cursor, in order; see ``outlets.ENVELOPES``.

    Positions are given under the lock of the log's head, so no message can appear later before one
    that was read.
    """
    return _envelopes(
        f"SELECT {_COLUMNS} FROM hub_message m WHERE m.contract = %s AND m.system_id = %s"  # noqa: S608
        f" AND m.position > %s AND m.refused = ''{_shard(lease)} ORDER BY m.position LIMIT %s",
        [route.contract, _id(route.source_id), lease.position, limit],
        route,
    )


def next_release(route: Route, lease: Lease, now: dt.datetime) -> uuid.UUID | None:
    """Return the release whose messages are to be handed over next; None if none waits."""
    waiting = Parked.objects.filter(route=route, state=ParkedState.RELEASED).filter(
        Q(due_at__isnull=True) | Q(due_at__lte=now)
    )
    if lease.shards > 1:
        waiting = waiting.annotate(part=F("shard") % lease.shards).filter(part=lease.shard)
    return waiting.order_by("position").values_list("again", flat=True).first()


def released_messages(route: Route, lease: Lease, again: uuid.UUID, limit: int) -> pl.DataFrame:
    """Return the envelopes of the messages of one release, in order."""
    return _envelopes(
        f"SELECT {_COLUMNS} FROM hub_parked p JOIN hub_message m ON m.position = p.position"  # noqa: S608
        f" WHERE p.route_id = %s AND p.state = 'released' AND p.again = %s{_shard(lease)}"
        " ORDER BY m.position LIMIT %s",
        [_id(route.id), _id(again), limit],
        route,
    )


def replayed_messages(
    route: Route, *, after: int, last: int, subject: str, correlation: str, limit: int
) -> pl.DataFrame:
    """Return the envelopes of messages that somebody asked to have once more, in order.

    One that is parked is left out: a replay does not overtake it.
    """
    where, values = "", list[Any]()
    if subject:
        where, values = " AND m.subject = %s", [subject]
    if correlation:
        where, values = f"{where} AND m.correlation = %s", [*values, correlation]
    return _envelopes(
        f"SELECT {_COLUMNS} FROM hub_message m WHERE m.contract = %s AND m.system_id = %s"  # noqa: S608
        f" AND m.position > %s AND m.position <= %s{where}"
        " AND NOT EXISTS (SELECT 1 FROM hub_parked p WHERE p.route_id = %s"
        " AND p.position = m.position AND p.state NOT IN ('delivered', 'discarded'))"
        " ORDER BY m.position LIMIT %s",
        [route.contract, _id(route.source_id), after, last, *values, _id(route.id), limit],
        route,
    )


def _shard(lease: Lease) -> str:
    return "" if lease.shards == 1 else f" AND m.shard %% {lease.shards:d} = {lease.shard:d}"


def _envelopes(sql: str, values: list[Any], route: Route) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    *columns, sizes = zip(*rows, strict=True) if rows else ([] for _ in range(len(_READ) + 1))
    frame = pl.DataFrame(dict(zip(_READ, columns, strict=True)), schema=_READ)
    if sum(sizes) > MOST_BYTES:
        before = pl.Series(sizes).cum_sum().shift(1, fill_value=0)
        frame = frame.filter(before < MOST_BYTES)
    return frame.with_columns(
        type=pl.lit(route.contract), key=pl.concat_str("source", "id", separator="#")
    ).select(list(ENVELOPES))


def _id(value: object) -> Any:
    """Return a key as this store compares it."""
    return value if connection.vendor == "postgresql" else getattr(value, "hex", value)
