"""How two ways to carry the same messages differ: message by message and field by field.

==========  ========================================================================
kind        what it says of a message
==========  ========================================================================
changed     both give a value for the field, and not the same
gained      only the trial gives a value for the field
lost        only live gives a value for the field
added       the field is in what the trial sends, and not in what live sends
removed     the field is in what live sends, and not in what the trial sends
waits       the trial would park it, live would not; ``said`` is why
goes        the trial would send it, live would not; ``said`` is why live would not
skips       the trial would leave it out, live would not; ``said`` is why live parks it
cause       both park it, for another reason
sent        (a new route) it would be sent
==========  ========================================================================
"""

from collections.abc import Iterator
from typing import Literal, get_args

import polars as pl

from muster.hub.airlock.sides import Outcome

Kind = Literal[
    "changed", "gained", "lost", "added", "removed", "waits", "goes", "skips", "cause", "sent"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
DIFFERENCES = {"at": pl.UInt32, "field": pl.String, "kind": pl.String, "said": pl.String}
_VERDICTS = {"waits": "waits", "goes": "goes", "skipped": "skips"}


def differences(live: Outcome, trial: Outcome) -> pl.DataFrame:
    """Return every difference, see ``DIFFERENCES``: at most one a message and field.

    Args:
        live: what the live side makes of a batch.
        trial: what the side on trial makes of the same batch.
    """
    found = [pl.DataFrame(schema=DIFFERENCES), _of_verdicts(live, trial), *_of_fields(live, trial)]
    return pl.concat(found).sort("at", maintain_order=True)


def shown(trial: Outcome) -> pl.DataFrame:
    """Return what a route that carries nothing yet would do, as differences from nothing."""
    said = _verdicts(trial).select(
        "at",
        field=pl.lit(""),
        kind=pl.col("verdict").replace(_VERDICTS).replace({"goes": "sent"}),
        said=pl.col("said"),
    )
    return said.sort("at")


def _verdicts(side: Outcome) -> pl.DataFrame:
    """Return whether each message goes, waits or is skipped, and why it waits."""
    return pl.concat(
        [
            pl.DataFrame({"at": places}, schema={"at": pl.UInt32}).with_columns(
                verdict=pl.lit(word), said=pl.lit("")
            )
            for places, word in ((side.places, "goes"), (side.skipped, "skipped"))
        ]
        + [side.waits.select("at", verdict=pl.lit("waits"), said=pl.col("said"))]
    )


def _of_verdicts(live: Outcome, trial: Outcome) -> pl.DataFrame:
    both = _verdicts(live).join(_verdicts(trial), on="at", suffix="_trial")
    another = pl.col("verdict") != pl.col("verdict_trial")
    cause = pl.format("{} → {}", "said", "said_trial")
    return both.filter(another | (pl.col("said") != pl.col("said_trial"))).select(
        "at",
        field=pl.lit(""),
        kind=pl.when(another)
        .then(pl.col("verdict_trial").replace(_VERDICTS))
        .otherwise(pl.lit("cause")),
        said=pl.when(~another)
        .then(cause)
        .when(pl.col("verdict_trial") == "waits")
        .then(pl.col("said_trial"))
        .otherwise(pl.col("said")),
    )


def _of_fields(live: Outcome, trial: Outcome) -> Iterator[pl.DataFrame]:
    """Yield the differences of each field, of the messages that both sides send."""
    rows = pl.DataFrame({"at": live.places}).with_row_index("live").join(
        pl.DataFrame({"at": trial.places}).with_row_index("trial"), on="at"
    )  # fmt: skip
    ours, theirs = live.frame[rows["live"]], trial.frame[rows["trial"]]
    for name in dict.fromkeys([*ours.columns, *theirs.columns]):
        if name not in theirs.columns or name not in ours.columns:
            word = "added" if name in theirs.columns else "removed"
            kinds = pl.Series([word] * rows.height, dtype=pl.String)
        else:
            kinds = _kinds(ours[name], theirs[name])
        differ = kinds.is_not_null()
        yield pl.DataFrame({"at": rows["at"].filter(differ), "kind": kinds.filter(differ)}).select(
            pl.col("at").cast(pl.UInt32), field=pl.lit(name), kind=pl.col("kind"), said=pl.lit("")
        )


def _kinds(live: pl.Series, trial: pl.Series) -> pl.Series:
    """Return the kind of difference of each pair of values; null where they are the same.

    Values of two types (5 and "5") are never the same to a receiver.
    """
    pair = pl.DataFrame({"live": live, "trial": trial})
    stated, state = pl.col("live").is_not_null(), pl.col("trial").is_not_null()
    same = ~stated & ~state
    if live.dtype == trial.dtype:
        same = pl.col("live").eq_missing(pl.col("trial"))
    kind = (
        pl.when(same).then(None)
        .when(stated & state).then(pl.lit("changed"))
        .when(state).then(pl.lit("gained"))
        .otherwise(pl.lit("lost"))
    )  # fmt: skip
    return pair.select(kind=kind).to_series().cast(pl.String)
