"""One full run: every record is weighed against every other that shares something with it.

Nothing here writes. ``found`` says what a run would do; ``actions`` records that, and does it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from muster.register.linkage.candidates import Sharing
from muster.register.linkage.deciding import decide
from muster.register.linkage.explaining import Reason, explained
from muster.register.linkage.model import Scored, compared_fields, score
from muster.register.linkage.preparing import RECORD, ROW, prepared
from muster.register.people.matching.evidence import ROLES, sides_of, standing_records
from muster.register.people.matching.models import Tie
from muster.register.people.matching.rules import (
    REVIEW_AT_MOST,
    Likely,
    Side,
    Told,
    bar,
    choose,
    doubt,
    worth_asking,
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
    """What a run found: its model and thresholds, its own estimates, and what it would do.

    ``learned`` is the model as it is kept, ``ready`` the records as they were compared.
    """

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
    learned: dict[str, Any] | None = None
    ready: pl.DataFrame | None = None


def found() -> Found:
    """Weigh all records that say anything, and return what is to be done about them."""
    records = standing_records()
    ready = prepared(records, ROLES)
    few = ready.height < _LEAST_RECORDS or not compared_fields([ready])
    scored = None if few else score([ready])
    if scored is None:
        return Found(
            NO_MODEL, (), ready.height, 0, 1.0, 1.0, 1.0, 1.0, 1.0, (), learned=None, ready=ready
        )
    decided = decide(scored.pairs, within=True, each_once=False)
    review = min(decided.threshold, REVIEW_AT_MOST)
    automatic = decided.automatic
    ties = list(Tie.objects.filter(recorded_to__isnull=True))
    likely = _likely(scored, ready, review)
    proposed = propose(likely, sides_of(records), ties, review=review, automatic=automatic)
    proposed = _explained(proposed, scored, ready)
    return Found(
        scored.fingerprint, scored.fields, ready.height, scored.pairs.height, decided.threshold,
        review, automatic, decided.precision, decided.recall, proposed,
        kept(scored), ready,
    )  # fmt: skip


def kept(scored: Scored) -> dict[str, Any]:
    """Return a model as it is kept with its run; ``weights_from`` and ``looked_at`` read it."""
    compared = [{"fields": one.fields, "crossed": one.crossed} for one in scored.looked_at]
    return {"weights": scored.weights.plain(), "looked_at": compared}


def looked_at(learned: Mapping[str, Any]) -> tuple[Sharing, ...]:
    """Return which records the run of a kept model compared."""
    return tuple(
        Sharing(tuple(one["fields"]), 0, crossed=one["crossed"]) for one in learned["looked_at"]
    )


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
        (one.pair.first, one.pair.second): plain_reasons(why)
        for one, why in zip(known, told, strict=True)
    }
    return tuple(
        replace(one, evidence=reasons.get((one.pair.first, one.pair.second), []))
        for one in proposed
    )


def plain_reasons(why: Sequence[Reason]) -> list[dict[str, Any]]:
    """Return reasons as a proposal keeps them."""
    return [
        {"field": one.field, "said": one.said, "rarity": one.rarity, "bits": round(one.bits, 1)}
        for one in why
    ]


def _likely(scored: Scored, ready: pl.DataFrame, review: float) -> list[Likely]:
    """Return the pairs that are likely enough to be looked at, by record."""
    shown = ready.select(ROW, RECORD, "date_of_birth", "identifier")
    named = scored.pairs.join(shown, left_on="a", right_on=ROW)
    named = named.join(shown, left_on="b", right_on=ROW, suffix="_b").filter(
        (pl.col("probability") >= review)
        | (pl.col("identifier") == pl.col("identifier_b"))
        & (pl.col("date_of_birth") == pl.col("date_of_birth_b"))
    )
    said = told_by(ready, {*named[RECORD], *named[f"{RECORD}_b"]})
    pairs = named.select(RECORD, f"{RECORD}_b", "weight", "probability")
    return [
        likely_of(min(one, other), max(one, other), weight, probability, said)
        for one, other, weight, probability in pairs.iter_rows()
    ]


def told_by(ready: pl.DataFrame, records: Collection[str]) -> dict[str, Told]:
    """Return what some records say of who they are."""
    wanted = ready.filter(pl.col(RECORD).is_in(list(records)))
    rows = wanted.select(RECORD, "given_name", "surname", "date_of_birth", "identifier")
    return {record: Told(*said) for record, *said in rows.iter_rows()}


def likely_of(
    first: str, second: str, weight: float, probability: float, said: Mapping[str, Told]
) -> Likely:
    """Return a weighed pair as rules look at it."""
    one, other = said[first], said[second]
    return Likely(first, second, weight, probability, doubt(one, other), worth_asking(one, other))


def propose(
    likely: Sequence[Likely],
    sides: Mapping[str, Side],
    ties: Sequence[Tie],
    *,
    review: float,
    automatic: float | None,
) -> tuple[Proposed, ...]:
    """Return what is to be done about likely pairs, and about links of runs that no longer are.

    Args:
        likely: pairs that were weighed.
        sides: every record of every person that a pair or tie touches.
        ties: the ties in force that touch these records.
        review: the probability from which a person is asked.
        automatic: the probability from which a pair is linked; None if none is sure enough.
    """
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
