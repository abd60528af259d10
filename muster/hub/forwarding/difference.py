"""What a receiver was told of each record, as marks, and what is new beside that.

The marks of a route are kept encrypted beside the exact bytes of files. They say nothing of what a
row held, only whether it is still the same.
"""

import io
import uuid
from dataclasses import dataclass

import polars as pl

from muster.hub.blobs import blobs
from muster.hub.forwarding.current import Current
from muster.hub.models import Forward
from muster.ledger.current import ledger

_TOLD = {"key": pl.Binary, "mark": pl.Binary}


@dataclass(frozen=True)
class Difference:
    """Which rows the receiver has to be told, and whom the file no longer lists.

    Args:
        places: rows of ``Current`` in order.
        gone: how many records it was told of are not in the file any more.
    """

    places: pl.Series
    gone: int


def told_by(forward: Forward | None) -> pl.DataFrame:
    """Return what was told until a forward was done: ``key`` and ``mark``."""
    if forward is None or not forward.blob_key:
        return pl.DataFrame(schema=_TOLD)
    cipher = ledger().cipher_by_id(forward.blob_key)
    return pl.read_parquet(io.BytesIO(blobs().read(forward.id, cipher)))


def keep_told(forward: uuid.UUID, route: uuid.UUID, told: pl.DataFrame) -> int:
    """Keep what was told until a forward is done; return the id of the key it is kept under."""
    out = io.BytesIO()
    told.write_parquet(out, compression="zstd")
    key, cipher = ledger().ciphers_of({scope_of(route)})[scope_of(route)]
    blobs().keep(forward, out.getvalue(), cipher)
    return key


def scope_of(route: uuid.UUID) -> str:
    """Return the scope whose key protects the marks of a route."""
    return f"route:{route}"


def difference_of(current: Current, told: pl.DataFrame, *, full: bool) -> Difference:
    """Compare what the receiver should hold with what it was told."""
    now = pl.DataFrame({"key": current.keys, "mark": current.marks}).with_row_index("place")
    # Where a file lists a record twice, its last row counts.
    now = now.unique("key", keep="last", maintain_order=True)
    fresh = now.join(told, on=["key", "mark"], how="anti", maintain_order="left")
    gone = 0
    if full:
        listed = pl.concat([current.keys.alias("key"), current.waiting.alias("key")]).to_frame()
        gone = told.join(listed, on="key", how="anti").height
    return Difference(fresh["place"].sort(), gone)


def told_after(
    told: pl.DataFrame, current: Current, sent: pl.Series, *, full: bool
) -> pl.DataFrame:
    """Return what was told, once some rows of ``current`` were taken."""
    fresh = pl.DataFrame({"key": current.keys.gather(sent), "mark": current.marks.gather(sent)})
    kept = told.join(fresh, on="key", how="anti")
    if full:
        listed = pl.concat([current.keys.alias("key"), current.waiting.alias("key")]).to_frame()
        kept = kept.join(listed, on="key", how="semi")
    return pl.concat([kept, fresh]).select("key", "mark")
