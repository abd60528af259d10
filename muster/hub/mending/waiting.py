"""Rows that wait, one by one: their cells as corrected so far, and everything wrong with them."""

import json
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db.models import QuerySet

from muster.hub.blobs import unseal
from muster.hub.mending.corrected import Correction, corrections_of
from muster.hub.models import Landing, LandingState, QuarantinedRow
from muster.ledger.current import ledger

_AT_ONCE = 5000


@dataclass(frozen=True)
class Waiting:
    """One waiting row.

    ``cells`` are those its layout declares, as they stand now, corrections in place;
    ``corrections`` are those made of it so far, in order.
    """

    row: int
    cause: str
    problems: tuple[dict[str, str], ...]
    cells: dict[str, str]
    corrections: tuple[Correction, ...] = field(default=())

    @property
    def edition(self) -> int:
        """How often cells of it were corrected."""
        return len(self.corrections)


def standing(employer: uuid.UUID | None) -> QuerySet[Landing]:
    """Return landings whose rows can go on, those of an employer's systems if one is given."""
    found = Landing.objects.filter(state=LandingState.ACCEPTED, route__isnull=False)
    erased = ledger().store.destroyed_keys()
    if erased:
        found = found.exclude(blob_key__in=erased)
    if employer is not None:
        found = found.filter(route__source__employer=employer)
    return found.select_related("route__source")


def waiting_of(
    landing: Landing, rows: Collection[int] | None = None, *, cause: str = ""
) -> Iterator[Waiting]:
    """Yield the waiting rows of a landing in file order; some, or of one cause, if given."""
    cipher = ledger().cipher_by_id(landing.blob_key)
    if cipher is None:
        return
    waiting = QuarantinedRow.objects.filter(landing=landing).order_by("row")
    if cause:
        waiting = waiting.filter(cause=cause)
    numbers = list(waiting.values_list("row", flat=True))
    if rows is not None:
        numbers = [number for number in numbers if number in rows]
    for start in range(0, len(numbers), _AT_ONCE):
        yield from _some(landing, waiting, numbers[start : start + _AT_ONCE], cipher)


def headers_waiting(landing: Landing) -> tuple[str, ...]:
    """Return the names of the cells that each waiting row of a landing has; none if none waits."""
    first = QuarantinedRow.objects.filter(landing=landing).order_by("row").first()
    one = next(waiting_of(landing, {first.row}), None) if first is not None else None
    return tuple(one.cells) if one is not None else ()


def _some(
    landing: Landing, waiting: QuerySet[QuarantinedRow], numbers: Sequence[int], cipher: AESGCM
) -> Iterator[Waiting]:
    corrections: dict[int, list[Correction]] = {}
    for one in corrections_of(landing, numbers):
        corrections.setdefault(one.row, []).append(one)
    for row in waiting.filter(row__in=numbers):
        body = json.loads(unseal(cipher, bytes(row.sealed), what=f"quarantined row {row.id}"))
        own = tuple(corrections.get(row.row, ()))
        cells = body["cells"] | {one.field: one.now for one in own}
        yield Waiting(row.row, row.cause, tuple(body["problems"]), cells, own)
