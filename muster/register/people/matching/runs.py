"""One full run: every record is weighed against every other that shares something with it.

Nothing here writes. ``found`` says what a run would do; ``actions`` records that, and does it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from muster.register.linkage.deciding import decide
from muster.register.linkage.explaining import explained
from muster.register.linkage.model import Scored, compared_fields, score
from muster.register.linkage.preparing import RECORD, ROW, prepared
from muster.register.people.matching.evidence import ROLES, sides_of, standing_records
from muster.register.people.matching.models import Tie
from muster.register.people.matching.rules import (
    REVIEW_AT_MOST,
    Likely,
    Side,
    bar,
    choose,
)

_LEAST_RECORDS = 2
NO_MODEL = "0" * 64


@dataclass(frozen=True)
class Proposed:
    """What a run would do with a pair; ``evidence`` is what each field tells, without values."""

    pair: Likely
    does: str
    why: str = ""
    evidence: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """What a run found: its model and thresholds, its own estimates, and what it would do."""

    model: str
    fields: tuple[str, ...]
    records: int
    pairs: int
    likely_from: float
    review_from: float
    automatic_from: float | None
    precision: float
    recall: float
    proposed: tuple[Proposed, ...]


def found() -> Found:
    """Weigh all records that say anything, and return what is to be done about them."""
    records = standing_records()
    ready = prepared(records, ROLES)
    few = ready.height < _LEAST_RECORDS or not compared_fields([ready])
    scored = None if few else score([ready])
    if scored is None:
        return Found(NO_MODEL, (), ready.height, 0, 1.0, 1.0, 1.0, 1.0, 1.0, ())
    decided = decide(scored.pairs, within=True, each_once=False)
    review = min(decided.threshold, REVIEW_AT_MOST)
    automatic = decided.automatic
    proposed = _proposed(_likely(scored, ready, review), sides_of(records), review, automatic)
    proposed = _explained(proposed, scored, ready)
    return Found(
        scored.fingerprint, scored.fields, ready.height, scored.pairs.height, decided.threshold,
        review, automatic, decided.precision, decided.recall, proposed,
    )  # fmt: skip


def _explained(
    proposed: Sequence[Proposed], scored: Scored, ready: pl.DataFrame
) -> tuple[Proposed, ...]:
    """Return proposals with what each field tells, the strongest first; never a value."""
    rows = dict(ready.select(RECORD, ROW).iter_rows())
    known = [one for one in proposed if one.pair.first in rows and one.pair.second in rows]
    pairs = pl.DataFrame(
        [(rows[one.pair.first], rows[one.pair.second]) for one in known],
        schema={"a": pl.UInt32, "b": pl.UInt32},
        orient="row",
    )
    told = explained(scored, [ready], pairs) if known else []
    reasons = {
        (one.pair.first, one.pair.second): [
            {"field": said.field, "said": said.said, "rarity": said.rarity,
             "bits": round(said.bits, 1)}
            for said in why
        ]
        for one, why in zip(known, told, strict=True)
    }  # fmt: skip
    return tuple(
        replace(one, evidence=reasons.get((one.pair.first, one.pair.second), []))
        for one in proposed
    )


def _likely(scored: Scored, ready: pl.DataFrame, review: float) -> list[Likely]:
    """Return the pairs that are likely enough to be looked at, by record."""
    named = (
        scored.pairs.filter(pl.col("probability") >= review)
        .join(ready.select(a=ROW, one=RECORD), on="a")
        .join(ready.select(b=ROW, other=RECORD), on="b")
        .select(
            pl.min_horizontal("one", "other").alias("first"),
            pl.max_horizontal("one", "other").alias("second"),
            "weight",
            "probability",
        )
    )
    return [Likely(*row) for row in named.iter_rows()]


def _proposed(
    likely: list[Likely],
    sides: Mapping[str, Side],
    review: float,
    automatic: float | None,
) -> tuple[Proposed, ...]:
    ties = list(Tie.objects.filter(recorded_to__isnull=True))
    pairs = {(one.first_id.hex, one.second_id.hex): one for one in ties}
    untied = list(_untied(pairs, {(one.first, one.second): one for one in likely}, sides))
    chosen = choose(
        [one for one in likely if one.first in sides and one.second in sides],
        sides,
        automatic=automatic,
        review=review,
        settled=pairs.keys(),
        apart=[pair for pair, tie in pairs.items() if tie.says == "apart"],
    )
    return (
        *(Proposed(pair, "link") for pair in chosen.linked),
        *(Proposed(pair, "ask", why) for pair, why in chosen.asked),
        *untied,
    )


def _untied(
    ties: Mapping[tuple[str, str], Tie],
    likely: Mapping[tuple[str, str], Likely],
    sides: Mapping[str, Side],
) -> Iterator[Proposed]:
    """Yield the links of earlier runs that this run would take back.

    One stays as long as it is likely enough to be asked about, so that what a model learns anew
    each night does not move people to and fro; what is barred by now never stays.
    """
    for (first, second), tie in ties.items():
        if tie.run_id is None or tie.says != "same":
            continue
        still = likely.get((first, second))
        barred = first in sides and second in sides and bar(sides[first], sides[second])
        if still is None or barred:
            was = still or Likely(first, second, tie.weight or 0.0, tie.probability or 0.0)
            yield Proposed(was, "untie", barred or "no longer likely")
