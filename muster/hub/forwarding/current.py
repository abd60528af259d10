"""What a receiver should hold of a file: its accepted rows, reduced to what was agreed, translated.

The file's exact bytes are read again by the layout it landed with, so that nothing has to be kept
beside them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from muster.hub.batch import examined_again, feed_of
from muster.hub.blobs import blobs
from muster.hub.contracts import Contract
from muster.hub.delivering.preparing import minimise
from muster.hub.delivering.routing import Routing
from muster.hub.delivery import Delivery, work_out
from muster.hub.landing import Asked, Read
from muster.hub.mending.releasing import waiting_rows
from muster.hub.models import Landing, Route
from muster.hub.translating import translate
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import Conflict, Where
from muster.ledger.current import ledger

_APART = "\x1f"
FAILED = {"row": pl.Int64, "cause": pl.String}


@dataclass(frozen=True)
class Current:
    """What a file comes to for one receiver.

    Args:
        keys: 16 bytes for each row, from the fields that name a record.
        rows: the row's number in the file.
        data: what the receiver reads, in the same order.
        marks: 16 bytes for each row, from all that the receiver reads of it.
        waiting: the keys of rows in quarantine, and of those the translation could not make.
        failed: the latter and why; see ``FAILED``.
    """

    keys: pl.Series
    rows: pl.Series
    data: pl.DataFrame
    marks: pl.Series
    waiting: pl.Series
    failed: pl.DataFrame


def current_of(landing: Landing, routing: Routing, read: Read, *, clock: Clock) -> Current:
    """Return what a route's receiver should hold of a landing.

    Raises:
        Conflict: if the file may not come in any more, so nothing can be told of it.
        NotFound: if its bytes were erased.
    """
    accepted, waiting = _rows_of(landing, read, clock)
    return current_for(accepted, waiting, routing)


def current_for(accepted: pl.DataFrame, waiting: pl.DataFrame, routing: Routing) -> Current:
    """Return what a route's receiver should hold of rows as their contract has them.

    Args:
        accepted: the rows that went on, with ``row``.
        waiting: those in quarantine: the receiver is told nothing of them, and they are not gone.
        routing: of the receiver.
    """
    names = [field.name for field in routing.contract.fields]
    key = keys_of(routing.contract)
    keys, apart = marks_of(accepted, key), marks_of(waiting, key)
    reduced = minimise(accepted.select(names), routing.agreed)
    if routing.mapping is None:
        none = pl.DataFrame(schema=FAILED)
        return Current(keys, accepted["row"], reduced, marks_of(reduced, reduced.columns),
                       apart, none)  # fmt: skip
    made = translate(reduced, routing.mapping, routing.lookups)
    causes = made.problems.group_by("at", maintain_order=True).agg(
        cause=pl.col("cause").unique(maintain_order=True).str.join("; ")
    )
    failed = causes.select(
        accepted["row"].gather(causes["at"]).alias("row").cast(pl.Int64), "cause"
    )
    return Current(
        keys.gather(made.places), accepted["row"].gather(made.places), made.frame,
        marks_of(made.frame, made.frame.columns),
        pl.concat([apart, keys.gather(causes["at"])]), failed,
    )  # fmt: skip


def keys_of(contract: Contract) -> list[str]:
    """Return the fields that name a record; all of them if none is said to."""
    key = [field.name for field in contract.fields if field.rules.get("x-key")]
    return key or [field.name for field in contract.fields]


def marks_of(frame: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """Return 16 bytes for each row that are equal just where these columns are equal."""
    text = frame.select(
        pl.concat_str(
            [
                pl.concat_str(pl.lit("="), pl.col(name).cast(pl.String)).fill_null("-")
                for name in names
            ],
            separator=_APART,
        )
    ).to_series()
    blake2b = hashlib.blake2b
    marks = [blake2b(one.encode(), digest_size=16).digest() for one in text.to_list()]
    return pl.Series("mark", marks, dtype=pl.Binary)


def _rows_of(landing: Landing, read: Read, clock: Clock) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the accepted rows of a landing as its contract has them, and those that wait."""
    content = blobs().read(landing.id, ledger().cipher_by_id(landing.blob_key))
    routes = tuple(Route.to_register.select_related("source", "agreement__sender"))
    code = landing.route.code if landing.route else None
    asked = Asked(routes, legal_day(clock.now()), code, landing.as_at)
    found = examined_again(landing, content, read, asked)
    if found is None or found.layout is None:
        raise Conflict(
            "The file may not be read any more under the agreement it came by",
            where=Where(file=landing.name),
            fix="See the agreement of its own route",
        )
    outcome = work_out([Delivery(found, feed_of(found, number=1))], found.layout)
    held = list(waiting_rows(landing))
    if not held:
        return outcome.accepted, outcome.waiting
    waits = pl.col("row").is_in(held)
    return outcome.accepted.filter(~waits), pl.concat(
        [outcome.accepted.filter(waits), outcome.waiting]
    )
