"""Which worker carries which part of a route: a worker's leases, taken and given back.

What a lease is, and what it guards against, says ``lease``.
"""

import datetime as dt
import uuid
from dataclasses import replace

from django.db import connection, transaction
from django.db.models import F

from muster.hub.delivering.discarding import discard_due
from muster.hub.delivering.lease import LEASE, Lease, LostLease
from muster.hub.models import Cursor
from muster.kernel.clock import Clock

__all__ = ("LEASE", "Lease", "Leases", "LostLease")

_DUE = """
SELECT c.id, c.route_id, c.shard, r.shards, c.position, c.fence, c.attempts, r.let_go_to
  FROM hub_cursor c JOIN hub_route r ON r.id = c.route_id
 WHERE r.receiver_id IS NOT NULL AND r.enabled AND r.paused = '' AND r.held = ''
   AND (c.owner = '' OR c.owner = %s OR c.until < %s OR c.until > %s)
   AND (c.retry_at IS NULL OR c.retry_at <= %s OR c.retry_at > %s)
   AND (EXISTS (SELECT 1 FROM hub_message m WHERE m.contract = r.contract
                 AND m.system_id = r.source_id AND m.position > c.position AND m.refused = ''
                 AND (r.shards = 1 OR m.shard %% r.shards = c.shard))
        OR EXISTS (SELECT 1 FROM hub_parked p WHERE p.route_id = r.id AND p.state = 'released'
                 AND (p.due_at IS NULL OR p.due_at <= %s)
                 AND (r.shards = 1 OR p.shard %% r.shards = c.shard))
        OR (c.shard = 0
            AND EXISTS (SELECT 1 FROM hub_replay a WHERE a.route_id = r.id AND a.done_at IS NULL)))
 ORDER BY c.until, c.id
"""


class Leases:
    """The leases of one worker.

    Args:
        owner: names the worker; no two alive share a name.
        clock: tells when a lease may be taken over.
    """

    def __init__(self, owner: str, clock: Clock) -> None:
        self.owner, self._clock = owner, clock
        self._held: dict[int, Lease] = {}

    def due(self, *, avoiding: frozenset[int] = frozenset()) -> Lease | None:
        """Take, or go on with, a part of a route that has something to carry; None if none has.

        Args:
            avoiding: cursors that had their turn.
        """
        now = self._clock.now()
        # A clock that was set back must not leave leases and waits that end in a far future.
        far = now + 4 * LEASE
        stamps = [_stamp(one) for one in (now, far, now, now + dt.timedelta(hours=2), now)]
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [self.owner, *stamps])
            rows = cursor.fetchall()
        for number, route, shard, shards, position, fence, attempts, let_go_to in rows:
            if number in avoiding:
                continue
            key = route if isinstance(route, uuid.UUID) else uuid.UUID(str(route))
            held = self._held.get(number)
            most = None if position >= let_go_to else let_go_to
            if held is not None and held.fence == fence:
                sure, held.trail.noted = held.trail.noted == position, None
                return replace(held, position=position, attempts=attempts, sure=sure, up_to=most)
            wanted = Lease(
                number, key, shard, shards, position, fence, attempts, self.owner, up_to=most
            )
            taken = self._take(wanted, now)
            if taken is not None:
                return taken
        discard_due(now)
        return None

    def hold(self, cursor: int) -> Lease | None:
        """Take, or go on with, the part of a route that a cursor stands for.

        Returns None if another worker has it.
        """
        now = self._clock.now()
        row = Cursor.objects.select_related("route").get(id=cursor)
        held = self._held.get(cursor)
        as_it_is = Lease(cursor, row.route_id, row.shard, row.route.shards, row.position, row.fence,
                         row.attempts, self.owner)  # fmt: skip
        if held is not None and held.fence == row.fence:
            return as_it_is
        gone = row.until is None or not now <= row.until <= now + 4 * LEASE
        return self._take(as_it_is, now) if not row.owner or gone else None

    def _take(self, wanted: Lease, now: dt.datetime) -> Lease | None:
        with transaction.atomic():
            took = Cursor.objects.filter(id=wanted.cursor, fence=wanted.fence).update(
                owner=self.owner, fence=F("fence") + 1, until=now + LEASE
            )
        if not took:
            return None
        lease = replace(wanted, fence=wanted.fence + 1)
        self._held[lease.cursor] = lease
        return lease

    def let_go(self) -> None:
        """Give every lease back, so that another worker need not wait for its end."""
        for lease in self._held.values():
            Cursor.objects.filter(id=lease.cursor, fence=lease.fence, owner=self.owner).update(
                owner="", until=None
            )
        self._held.clear()

    def forget(self, lease: Lease) -> None:
        """Drop a lease that was lost."""
        self._held.pop(lease.cursor, None)


def _stamp(moment: dt.datetime) -> str | dt.datetime:
    if connection.vendor == "postgresql":
        return moment
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
