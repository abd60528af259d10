"""Questions about rows that wait: why, how many, and what stands in them."""

import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db.models import Count, Min, Q, QuerySet, Sum

from muster.hub.blobs import unseal
from muster.hub.framing.positions import in_words
from muster.hub.models import LandingState, QuarantinedRow
from muster.ledger.current import ledger

Without = Collection[tuple[uuid.UUID, int]]
"""Rows, by landing and number, that are left out as if they did not wait: of people of whom the
asker may not know."""


@dataclass(frozen=True)
class Cause:
    """Rows that wait for the same reason: their control total, and the first row of a feed."""

    cause: str
    field: str
    reason: str
    rows: int
    feeds: int
    total: int
    first: int


def causes(
    *,
    landing_id: uuid.UUID | None = None,
    employer: uuid.UUID | None = None,
    reason: str = "",
    without: Without = (),
) -> tuple[Cause, ...]:
    """Return why rows wait, the commonest cause first."""
    waiting = but_not(_waiting(landing_id, "", employer), without)
    if reason:
        waiting = waiting.filter(reason=reason)
    grouped = waiting.values("cause", "field", "reason").annotate(
        rows=Count("id"),
        feeds=Count("landing", distinct=True),
        total=Sum("total"),
        first=Min("row"),
    )
    return tuple(Cause(**row) for row in grouped.order_by("-rows", "cause"))


def landings_waiting_for(cause: str) -> list[uuid.UUID]:
    """Return the landings that have rows waiting for this cause."""
    waiting = _waiting(None, cause, None)
    return list(waiting.values_list("landing", flat=True).distinct())


@dataclass(frozen=True)
class Quarantined:
    """One waiting row: where it stands, everything wrong with it, and its cells."""

    landing: uuid.UUID
    file: str
    row: int
    place: str
    problems: tuple[dict[str, str], ...]
    cells: dict[str, str]


def quarantined(
    *,
    landing_id: uuid.UUID | None = None,
    cause: str = "",
    employer: uuid.UUID | None = None,
    without: Without = (),
    start: int = 0,
    limit: int = 50,
) -> tuple[Quarantined, ...]:
    """Return waiting rows in file order, unsealed. Callers check access before they ask.

    ``employer`` leaves only rows of systems that this employer owns.
    """
    waiting = but_not(_waiting(landing_id, cause, employer), without).select_related("landing")
    cipher_of = cache(ledger().cipher_by_id)
    rows = waiting.order_by("landing_id", "row")[start : start + limit]
    return tuple(_unsealed(row, cipher_of(row.landing.blob_key)) for row in rows)


def count_quarantined(
    *,
    landing_id: uuid.UUID | None = None,
    cause: str = "",
    employer: uuid.UUID | None = None,
    without: Without = (),
) -> int:
    """Return how many rows ``quarantined`` has in all."""
    return but_not(_waiting(landing_id, cause, employer), without).count()


def but_not(waiting: QuerySet[QuarantinedRow], without: Without) -> QuerySet[QuarantinedRow]:
    """Leave rows out as if they did not wait."""
    hidden: dict[uuid.UUID, list[int]] = {}
    for landing, row in without:
        hidden.setdefault(landing, []).append(row)
    for landing, rows in hidden.items():
        waiting = waiting.exclude(Q(landing=landing, row__in=rows))
    return waiting


def _waiting(
    landing_id: uuid.UUID | None, cause: str, employer: uuid.UUID | None
) -> QuerySet[QuarantinedRow]:
    """Return rows that wait; not those of an erased landing, which can never go on."""
    waiting = QuarantinedRow.objects.filter(landing__state=LandingState.ACCEPTED)
    erased = ledger().store.destroyed_keys()
    if erased:
        waiting = waiting.exclude(landing__blob_key__in=erased)
    if landing_id is not None:
        waiting = waiting.filter(landing=landing_id)
    if cause:
        waiting = waiting.filter(cause=cause)
    if employer is not None:
        waiting = waiting.filter(landing__route__source__employer=employer)
    return waiting


def _unsealed(row: QuarantinedRow, cipher: AESGCM | None) -> Quarantined:
    landing = row.landing
    place = in_words(row.row, landing.sheets, unpivoted=landing.unpivoted)
    where = (landing.id, landing.name, row.row, place)
    if cipher is None:
        return Quarantined(*where, (), {})
    body = json.loads(unseal(cipher, bytes(row.sealed), what=f"quarantined row {row.id}"))
    return Quarantined(*where, tuple(body["problems"]), body["cells"])
