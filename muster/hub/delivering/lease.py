"""The right to carry one part of a route, with its fencing token; ``leases`` gives it out.

A worker may stop, or sleep, at any moment. Its lease then ends by itself and another worker takes
the part over with a higher ``fence``. Every change of a cursor names the fence it was made under,
and so does every shipment: one that was overtaken can change nothing any more. The clock of the
machine decides only when a lease may be taken over, never whether an effect counts.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.db.models import F, QuerySet

from muster.hub.models import Cursor, Message, Route

LEASE = dt.timedelta(seconds=30)


class LostLease(Exception):
    """Another worker has taken this part of the route over."""


@dataclass
class Trail:
    """Up to where a worker knows all that it handed over to be noted; None if it is unsure."""

    noted: int | None = None


@dataclass(frozen=True)
class Lease:
    """The right to carry one part of a route, as it stood when it was last renewed.

    ``sure`` tells that nothing was handed over that the hub has not noted. After a takeover, or
    where a turn ended otherwise than by being noted, it is not sure: the receiver may have more.
    ``up_to`` is the position up to which a person let messages go, if some of them still wait.
    """

    cursor: int
    route: uuid.UUID
    shard: int
    shards: int
    position: int
    fence: int
    attempts: int
    owner: str
    sure: bool = False
    up_to: int | None = None
    trail: Trail = field(default_factory=Trail, compare=False)

    def most(self, limit: int) -> int:
        """Return how many messages a batch may hold: what was let go goes by itself."""
        if self.up_to is None:
            return limit
        route = Route.objects.get(id=self.route)
        return min(limit, waiting_of(route, self, self.up_to).count() or limit)


def waiting_of(route: Route, part: Lease | Cursor, last: int) -> QuerySet[Message]:
    """Return the messages that wait on a part of a route, up to a position."""
    found = Message.objects.filter(
        contract=route.contract, system=route.source_id, refused="",
        position__gt=part.position, position__lte=last,
    )  # fmt: skip
    if route.shards > 1:
        found = found.annotate(part=F("shard") % route.shards).filter(part=part.shard)
    return found


def move(lease: Lease, now: dt.datetime, **changes: object) -> None:
    """Change a cursor under a lease and renew it, within the open transaction.

    Raises:
        LostLease: if another worker has taken it over; nothing is changed.
    """
    mine = Cursor.objects.filter(
        id=lease.cursor, fence=lease.fence, owner=lease.owner, position=lease.position
    )
    if not mine.update(until=now + LEASE, **changes):
        raise LostLease
