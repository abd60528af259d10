"""What a receiver was told of each record, as marks, and what is new beside that.

The marks of a route are kept encrypted beside the exact bytes of files. They say nothing of what a
row held, only whether it is still the same. Before anything is sent, the records that are about to
be told are kept with an empty mark: should that never be finished, it is in doubt what the
receiver has of them, and the next file tells them again.
"""

import hashlib
import io
import uuid
from dataclasses import dataclass

import polars as pl

from muster.hub.blobs import blobs
from muster.hub.effects import Effect
from muster.hub.forwarding.current import Current
from muster.hub.models import Forward
from muster.ledger.current import ledger

_HIGHEST = 2**31 - 1
_IN_DOUBT = b""
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


def told_before(route: uuid.UUID, number: int) -> pl.DataFrame:
    """Return what the receiver was told before a forward of this number: ``key`` and ``mark``."""
    kept = Forward.objects.filter(route=route, number__lt=number, blob_key__gt=0)
    last = kept.order_by("-number").first()
    if last is None or last.forgotten_at is not None:
        return pl.DataFrame(schema=_TOLD)
    cipher = ledger().cipher_by_id(last.blob_key)
    return pl.read_parquet(io.BytesIO(blobs().read(last.id, cipher)))


def told_now(route: uuid.UUID) -> pl.DataFrame:
    """Return what the receiver was told by now: ``key`` and ``mark``."""
    return told_before(route, _HIGHEST)


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
    if now["key"].n_unique() < now.height:
        now = now.unique("key", keep="last", maintain_order=True)
    if not told.height:
        return Difference(now["place"], 0)
    fresh = now.join(told, on=["key", "mark"], how="anti", maintain_order="left")
    gone = told.join(_listed(current), on="key", how="anti").height if full else 0
    return Difference(fresh["place"].sort(), gone)


def effect_of(current: Current, told: pl.DataFrame, found: Difference) -> Effect:
    """Return what a receiver would see happen: how many records go, change and come."""
    keys = current.keys.gather(found.places).alias("key").to_frame()
    known = keys.join(told, on="key", how="semi").height if told.height else 0
    return Effect(
        covered=told.height,
        ending=found.gone,
        changed=known,
        joining=len(found.places) - known,
        rows=_listed(current).height,
    )


def in_doubt(told: pl.DataFrame, current: Current, found: Difference) -> pl.DataFrame:
    """Return what the receiver was told, while it is not known what it has of some records."""
    keys = current.keys.gather(found.places).alias("key").to_frame()
    doubtful = keys.with_columns(mark=pl.lit(_IN_DOUBT, dtype=pl.Binary))
    if not told.height:
        return doubtful
    return pl.concat([told.join(keys, on="key", how="anti"), doubtful])


def digest_of(current: Current, found: Difference) -> bytes:
    """Return 16 bytes that are equal where the same rows are to be told in the same order."""
    digest = hashlib.blake2b(digest_size=16)
    for marks in (current.keys, current.marks):
        digest.update(b"".join(marks.gather(found.places).to_list()))
    return digest.digest()


def _listed(current: Current) -> pl.DataFrame:
    """Return the records that a file lists, those that wait among them."""
    return pl.concat([current.keys.alias("key"), current.waiting.alias("key")]).unique().to_frame()


def told_after(
    told: pl.DataFrame, current: Current, sent: pl.Series, *, full: bool
) -> pl.DataFrame:
    """Return what was told, once some rows of ``current`` were taken."""
    fresh = pl.DataFrame({"key": current.keys.gather(sent), "mark": current.marks.gather(sent)})
    if not told.height:
        return fresh
    kept = told.join(fresh, on="key", how="anti")
    if full:
        kept = kept.join(_listed(current), on="key", how="semi")
    return pl.concat([kept, fresh]).select("key", "mark")
