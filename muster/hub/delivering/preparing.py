"""From a message as it was sent to what its receiver gets: checked, reduced, translated.

Data minimisation happens here and nowhere else: after ``prepare`` only agreed fields exist. A
message that fails keeps back the later ones of its subject in the same batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from muster.hub.delivering.routing import Routing
from muster.hub.messages.envelope import data_of
from muster.hub.messages.records import read_records
from muster.hub.populations import of_population
from muster.hub.translating import translate
from muster.ledger.current import ledger

SET_ASIDE = {"position": pl.Int64, "subject": pl.String, "stage": pl.String, "cause": pl.String}
"""Messages that do not go on: ``stage`` is where they failed, ``behind`` for those that only wait
for an earlier one of their subject."""
_CAUSE = 500


@dataclass(frozen=True)
class Prepared:
    """What goes to the receiver, and what is set aside.

    Args:
        envelopes: of the messages that go; see ``outlets.ENVELOPES``.
        data: what goes, in the same order.
        aside: see ``SET_ASIDE``.
        skipped: how many are not of the population, are left out by the mapping, or were erased.
    """

    envelopes: pl.DataFrame
    data: pl.DataFrame
    aside: pl.DataFrame
    skipped: int


def prepare(envelopes: pl.DataFrame, routing: Routing) -> Prepared:
    """Return what becomes of messages on a route, before anything is handed over."""
    chosen = of_population(envelopes, routing.route)
    apart, envelopes = envelopes.height - chosen.height, chosen
    if not envelopes.height:
        return Prepared(envelopes, pl.DataFrame(), pl.DataFrame(schema=SET_ASIDE), apart)
    bodies = ledger().bodies("exchange", envelopes["position"].to_list())
    present = [body for body in bodies if body is not None]
    erased = apart + len(bodies) - len(present)
    if len(present) < len(bodies):
        envelopes = envelopes.filter(pl.Series([body is not None for body in bodies]))
    return prepare_bodies(envelopes, present, routing, skipped=erased)


def prepare_bodies(
    envelopes: pl.DataFrame, bodies: Sequence[bytes], routing: Routing, *, skipped: int = 0
) -> Prepared:
    """Return what becomes of messages whose exact bytes are at hand.

    Args:
        envelopes: of messages that are of the route's population.
        bodies: the messages, in the same order.
        routing: how they are carried.
        skipped: how many others go nowhere.
    """
    records = read_records(data_of(bodies), routing.contract)
    reduced = minimise(records.frame, routing.agreed)
    failed = _failures(records.problems, "contract")
    if routing.mapping is None:
        return _sorted(envelopes, reduced, None, failed, skipped)
    made = translate(reduced, routing.mapping, routing.lookups)
    failed = pl.concat([failed, _failures(made.problems, "translation")])
    return _sorted(envelopes, made.frame, made.places, failed, skipped + len(made.skipped))


def minimise(frame: pl.DataFrame, agreed: frozenset[str]) -> pl.DataFrame:
    """Return only the agreed fields of a frame; at least one row index where none is agreed."""
    return frame.select(name for name in frame.columns if name in agreed)


def _failures(problems: pl.DataFrame, stage: str) -> pl.DataFrame:
    """Return the places of messages that failed, each once, with all that is wrong with it."""
    return problems.group_by("at", maintain_order=True).agg(
        stage=pl.lit(stage), cause=pl.col("cause").unique(maintain_order=True).str.join("; ")
    )


def _sorted(
    envelopes: pl.DataFrame,
    data: pl.DataFrame,
    places: pl.Series | None,
    failed: pl.DataFrame,
    skipped: int,
) -> Prepared:
    """Part the messages that go from those that failed and those behind them."""
    aside = pl.DataFrame(schema=SET_ASIDE)
    if failed.height:
        aside = set_aside(envelopes, failed)
        stays = envelopes["position"].is_in(aside["position"].implode())
        if places is None:
            return Prepared(envelopes.filter(~stays), data.filter(~stays), aside, skipped)
        goes = ~stays.gather(places)
        places, data = places.filter(goes), data.filter(goes)
    if places is None:
        return Prepared(envelopes, data, aside, skipped)
    return Prepared(envelopes[places], data, aside, skipped)


def set_aside(envelopes: pl.DataFrame, failed: pl.DataFrame) -> pl.DataFrame:
    """Return failed messages and, as ``behind``, the later ones of their subjects.

    Args:
        envelopes: a batch in order.
        failed: ``at`` (place in the batch), ``stage`` and ``cause``.
    """
    first = failed.unique("at", keep="first", maintain_order=True)
    numbered = envelopes.select("position", "subject").with_row_index("at")
    known = numbered.join(first.with_columns(pl.col("at").cast(pl.UInt32)), on="at", how="left")
    since = known.filter(pl.col("stage").is_not_null()).group_by("subject").agg(
        since=pl.col("position").min()
    )  # fmt: skip
    held = known.join(since, on="subject").filter(pl.col("position") >= pl.col("since"))
    return held.sort("position").select(
        "position",
        "subject",
        pl.col("stage").fill_null("behind"),
        pl.col("cause").fill_null("").str.slice(0, _CAUSE),
    )
