"""What a translation makes of messages under a contract, as a route would send it.

The same steps as ``delivering.preparing``, message by message: that a message waits *behind* an
earlier one of its subject is no property of a translation and is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from muster.hub.contracts import Contract
from muster.hub.delivering.preparing import minimise
from muster.hub.messages.records import read_records
from muster.hub.translating import NO_LOOKUPS, Lookups, RouteMapping, translate
from muster.kernel.errors import BadInput, Where

WAITS = {"at": pl.UInt32, "said": pl.String}


@dataclass(frozen=True)
class Side:
    """One way to carry messages: checked against a contract, reduced to what is agreed, translated.

    Without a ``mapping`` messages go as they are. ``lookups`` are the tables it looks values up in.
    """

    contract: Contract
    mapping: RouteMapping | None
    agreed: frozenset[str]
    lookups: Lookups = NO_LOOKUPS


@dataclass(frozen=True)
class Outcome:
    """What becomes of a batch: each message goes, waits or is skipped.

    Args:
        frame: the messages that go, as the receiver gets them.
        places: for each row of ``frame`` its place in the batch, from 0.
        waits: ``at`` (place) and ``said`` (why, without personal values) of those that wait.
        skipped: the places of those that go nowhere by design.
    """

    frame: pl.DataFrame
    places: pl.Series
    waits: pl.DataFrame
    skipped: pl.Series


def outcome(data: Sequence[bytes], side: Side) -> Outcome:
    """Return what a side makes of messages.

    Args:
        data: the data of each message, as JSON.
        side: how they are carried.

    Raises:
        BadInput: if nothing of the contract is agreed, or not all that the mapping uses.
    """
    records = read_records(data, side.contract)
    reduced = minimise(records.frame, side.agreed)
    if not reduced.columns:
        raise BadInput(
            "The agreement names no field of the contract",
            where=Where(thing=side.contract.name), fix="Amend the agreement",
        )  # fmt: skip
    waits = _reasons(records.problems)
    if side.mapping is None:
        goes = ~pl.int_range(reduced.height, dtype=pl.UInt32, eager=True).is_in(
            waits["at"].implode()
        )
        places = goes.arg_true().cast(pl.UInt32).alias("places")
        return Outcome(reduced.filter(goes), places, waits, places.clear())
    made = translate(reduced, side.mapping, side.lookups)
    # What breaks the contract waits for that, whatever the translation makes of it.
    broken = waits["at"].implode()
    later = _reasons(made.problems.filter(~pl.col("at").is_in(broken)))
    goes = ~made.places.is_in(broken)
    return Outcome(
        made.frame.filter(goes),
        made.places.filter(goes).cast(pl.UInt32),
        pl.concat([waits, later]).sort("at"),
        made.skipped.filter(~made.skipped.is_in(broken)).cast(pl.UInt32),
    )


def _reasons(problems: pl.DataFrame) -> pl.DataFrame:
    """Return each message that has problems once, with all that is wrong with it."""
    return (
        problems.group_by("at", maintain_order=True)
        .agg(said=pl.col("cause").unique().sort().str.join("; "))
        .select(pl.col("at").cast(pl.UInt32), pl.col("said").cast(pl.String))
        .sort("at")
    )
