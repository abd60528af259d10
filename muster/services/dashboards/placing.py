"""Keeping tiles and figures in their order: each in a place of its own, counted from 1.

The database lets no two stand in one place, so what is put in order anew goes by way of places
that nobody has.
"""

import uuid
from collections.abc import Sequence
from typing import Any, Protocol

from django.db.models import Max, Model, QuerySet

from muster.kernel.errors import Conflict

_FAR = 1000


class Placed(Protocol):
    """A row that stands in a place, and knows when it was taken away."""

    id: uuid.UUID
    place: int
    removed_at: Any

    def save(self) -> None:
        """Keep it."""


def in_order(standing: QuerySet[Any]) -> list[uuid.UUID]:
    """Return the ids of what stands, in order."""
    return list(standing.order_by("place").values_list("id", flat=True))


def next_place(standing: QuerySet[Any], *, most: int, what: str) -> int:
    """Return the place after the last.

    Raises:
        Conflict: if there are as many as there may be.
    """
    if standing.count() >= most:
        raise Conflict(f"There are at most {most} {what}", fix="Take one away first")
    return int(standing.aggregate(last=Max("place"))["last"] or 0) + 1


def put_in_order(model: type[Model], order: Sequence[uuid.UUID]) -> None:
    """Number rows anew in an order."""
    for base in (_FAR, 1):
        for place, one in enumerate(order, start=base):
            model._default_manager.filter(pk=one).update(place=place)


def put_back(model: type[Model], one: Placed, standing: QuerySet[Any], *, free: int) -> None:
    """Put a row back where it was, or last if there are fewer now; ``free`` is the last place."""
    wanted, one.place, one.removed_at = one.place, free, None
    one.save()
    order = [each for each in in_order(standing) if each != one.id]
    order.insert(min(max(wanted, 1), free) - 1, one.id)
    put_in_order(model, order)
