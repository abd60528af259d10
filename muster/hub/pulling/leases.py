"""Which worker asks an inlet: one at a time, with a fence, as parts of routes are carried.

A worker that is killed loses the inlet after a while; one that was overtaken can change nothing
any more. The clock of the machine decides only when it may be taken over, never whether a change
counts.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from muster.hub.delivering.lease import LostLease
from muster.hub.models import Inlet

LEASE = dt.timedelta(minutes=2)
"""Longer than a route's: a page of rows, or a large file, is kept in one step."""


@dataclass(frozen=True)
class Turn:
    """The right to ask an inlet once."""

    inlet: uuid.UUID
    owner: str
    fence: int


def take(row: Inlet, owner: str, now: dt.datetime) -> Turn | None:
    """Take an inlet as it was read; None if another worker has it, or was faster."""
    # A clock that was set back must not leave a lease that ends in a far future.
    held = row.until is not None and now <= row.until <= now + 4 * LEASE
    if row.owner and held:
        return None
    with transaction.atomic():
        took = Inlet.objects.filter(id=row.id, fence=row.fence).update(
            owner=owner, fence=F("fence") + 1, until=now + LEASE
        )
    return Turn(row.id, owner, row.fence + 1) if took else None


def move(turn: Turn, now: dt.datetime, **changes: object) -> None:
    """Change an inlet and renew the right to it, within the open transaction.

    Raises:
        LostLease: if another worker has taken it over; nothing is changed.
    """
    mine = Inlet.objects.filter(id=turn.inlet, fence=turn.fence, owner=turn.owner)
    if not mine.update(until=now + LEASE, **changes):
        raise LostLease


def end(turn: Turn, **changes: object) -> None:
    """Write down how the turn went and let the inlet go.

    Raises:
        LostLease: if another worker has taken it over; nothing is changed.
    """
    mine = Inlet.objects.filter(id=turn.inlet, fence=turn.fence, owner=turn.owner)
    if not mine.update(owner="", until=None, **changes):
        raise LostLease


__all__ = ["LEASE", "LostLease", "Turn", "end", "move", "take"]
