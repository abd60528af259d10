"""Corrected cells: kept beside what was received, and put in place whenever it is read again.

The exact bytes stay as they came. A correction holds what stood in the cell before and what it
says now, sealed under the landing's key, so that erasing the landing erases it too.
"""

import datetime as dt
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from muster.hub.blobs import seal, unseal
from muster.hub.framing.tables import Table
from muster.hub.models import CellFix, Landing
from muster.kernel.errors import Conflict, Where
from muster.ledger.current import ledger

# Row numbers named in one statement: stores limit how many values a statement may hold.
_AT_ONCE = 5000


@dataclass(frozen=True)
class Correction:
    """One cell that a person corrected: ``was`` is what it said just before, ``now`` since then.

    ``field`` is the column's header as it stands in the file, ``row`` the row's number in it.
    """

    row: int
    field: str
    was: str
    now: str
    reason: str
    at: dt.datetime
    by: str


def corrections_of(landing: Landing, rows: Collection[int] | None = None) -> tuple[Correction, ...]:
    """Return the corrections of a landing in the order they were made; of some rows if given."""
    cipher = ledger().cipher_by_id(landing.blob_key)
    if cipher is None:
        return ()
    found = CellFix.objects.filter(landing=landing).order_by("fixed_at", "id")
    if rows is None:
        return tuple(_unsealed(fix, cipher) for fix in found)
    wanted = sorted(rows)
    return tuple(
        _unsealed(fix, cipher)
        for start in range(0, len(wanted), _AT_ONCE)
        for fix in found.filter(row__in=wanted[start : start + _AT_ONCE])
    )


def count_of(landing: uuid.UUID) -> int:
    """Return how many corrections a landing has: it grows with each, and never shrinks."""
    return CellFix.objects.filter(landing=landing).count()


def keep(landing: Landing, corrections: Sequence[Correction], cipher: AESGCM) -> None:
    """Store corrections, sealed. Call inside the transaction that holds the landing's route."""
    CellFix.objects.bulk_create(
        [
            CellFix(
                landing=landing,
                row=one.row,
                field=one.field,
                sealed=seal(cipher, json.dumps({"was": one.was, "now": one.now}).encode()),
                reason=one.reason,
                fixed_at=one.at,
                fixed_by=one.by,
            )
            for one in corrections
        ],
        batch_size=500,
    )


def mended(table: Table, corrections: Sequence[Correction], *, file: str) -> Table:
    """Return a table with corrected cells in place.

    A row that a person went over is as wide as they left it: it is no longer ragged.

    Raises:
        Conflict: if a corrected column is no longer read, so that its old cell would count.
    """
    texts: dict[str, dict[int, str]] = {}
    for one in corrections:
        texts.setdefault(one.field, {})[one.row] = one.now
    frame = table.frame
    for header, by_row in texts.items():
        if header not in table.headers:
            raise Conflict(
                "A column was corrected here that is no longer read",
                where=Where(file=file, field=header),
                fix="Send the file again with the correction in it",
            )
        frame = _with_texts(frame, str(table.headers.index(header)), table.rows, by_row)
    gone_over = {one.row for one in corrections}
    ragged = {row: cells for row, cells in table.ragged.items() if row not in gone_over}
    return replace(table, frame=frame, ragged=ragged)


def received_of(corrections: Sequence[Correction]) -> dict[str, dict[int, str]]:
    """Return what came in in corrected cells, by header and row."""
    texts: dict[str, dict[int, str]] = {}
    for one in corrections:
        texts.setdefault(one.field, {}).setdefault(one.row, one.was)
    return texts


def _with_texts(
    frame: pl.DataFrame, name: str, rows: pl.Series, by_row: Mapping[int, str]
) -> pl.DataFrame:
    places = rows.is_in(list(by_row)).arg_true()
    texts = [by_row[row] for row in rows.gather(places)]
    return frame.with_columns(frame[name].scatter(places, pl.Series(texts, dtype=pl.String)))


def _unsealed(fix: CellFix, cipher: AESGCM) -> Correction:
    said = json.loads(unseal(cipher, bytes(fix.sealed), what=f"correction {fix.id}"))
    return Correction(
        fix.row, fix.field, said["was"], said["now"], fix.reason, fix.fixed_at, fix.fixed_by
    )
