"""Between runs: what changed is weighed at once, against all there is, by the last run's model.

``look_at_changes`` is for the worker and for whoever wants to be sure. It takes what ``due`` noted,
weighs these records against those that share something with them, and does what a run would do:
links on strong evidence, questions for people, links of runs taken back that no longer hold. All of
it and the end of the queue are one transaction, so a crash between loses nothing and does nothing
twice.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from django.db import transaction
from django.db.models import Q

from muster.kernel.clock import Clock
from muster.register.linkage.explaining import reasons_of, weigh
from muster.register.linkage.model import LEAST_PROBABILITY
from muster.register.linkage.preparing import RECORD, prepared
from muster.register.linkage.weighing import Weights, probability, weights_from
from muster.register.people.actions import take_turn
from muster.register.people.matching.applying import add_proposals, apply, note
from muster.register.people.matching.evidence import (
    ROLES,
    records_beside,
    sides_of,
    standing_records,
)
from muster.register.people.matching.keys import bring_up_to_date, shares, sharing
from muster.register.people.matching.models import Due, MatchingRun, RecordKeys, Tie
from muster.register.people.matching.rules import Likely, is_unusual
from muster.register.people.matching.runs import (
    Proposed,
    likely_of,
    looked_at,
    plain_reasons,
    propose,
    told_by,
)
from muster.register.people.models import SourceRecord

LOOKED = "muster.register.matching.looked_at_changes.v1"
STRONG = "Strong evidence, seen when a record came or changed"
PORTION, MOST_PAIRS = 100, 200_000
"""So many records are looked at in one transaction. More candidates for them than so many pairs are
left to the next run."""

Likelihoods = tuple[list[Likely], dict[tuple[str, str], list[dict[str, object]]]]


@dataclass(frozen=True)
class Looked:
    """What one look at changes came to; ``left`` where its links wait for the next run."""

    records: int = 0
    links: int = 0
    asked: int = 0
    taken_back: int = 0
    left: bool = False


def look_at_changes(*, by: str, clock: Clock) -> Looked | None:
    """Look at records that changed since they were last looked at; return what came of it.

    None if nothing is due, or no run was ever accepted: then what is due waits for one. More
    records than a ``PORTION`` are looked at by asking again.
    """
    if not Due.objects.exists() or _run() is None:
        return None
    with transaction.atomic():
        take_turn()
        run = _run()
        due = list(Due.objects.order_by("id")[:PORTION])
        if run is None or not due:
            return None
        _index([one.system for one in due if one.system is not None])
        records = {one.record_id.hex for one in due if one.record_id is not None}
        looked = _look(records, run, by=by, clock=clock) if records else Looked()
        Due.objects.filter(id__in=[one.id for one in due]).delete()
    return looked


def _run() -> MatchingRun | None:
    """Return the last run that was accepted, whose model is the one in force."""
    accepted = MatchingRun.objects.filter(state="applied", learned__isnull=False)
    return accepted.order_by("-at", "-id").first()


def _index(systems: Collection[str]) -> None:
    """Bring up to date by what the records of whole systems are found."""
    for system in sorted(set(systems)):
        found = SourceRecord.objects.filter(system=system).values_list("id", flat=True)
        records = {one.hex for one in found.iterator()}
        bring_up_to_date(records, prepared(standing_records(records), ROLES))


def _look(records: Collection[str], run: MatchingRun, *, by: str, clock: Clock) -> Looked:
    at = clock.now()
    ready = prepared(standing_records(records), ROLES)
    bring_up_to_date(records, ready)
    pairs = sharing(records, looked_at(run.learned or {}))
    if len(pairs) > MOST_PAIRS:
        return Looked(len(records), left=True)
    proposed = _proposed(records, pairs, run)
    links = sum(one.does == "link" for one in proposed)
    gone = sum(one.does == "untie" for one in proposed)
    left = is_unusual(links + gone + _changed_since(run), RecordKeys.objects.count())
    kept = [one for one in proposed if one.does == "ask" or not left]
    apply(run, add_proposals(run, kept, records, at=at), by=by, at=at, reason=STRONG)
    asked = sum(one.does == "ask" for one in proposed)
    looked = Looked(len(records), 0 if left else links, asked, 0 if left else gone, left)
    note(LOOKED, f"run:register:{run.id}", {
        "by": by, "model": run.model, "records": looked.records, "links": looked.links,
        "asked": looked.asked, "taken_back": looked.taken_back, "left": left,
    })  # fmt: skip
    return looked


def _changed_since(run: MatchingRun) -> int:
    """Return how many links were made between runs since the last one was decided on.

    So many small changes are not let pass as one large one would not be.
    """
    made = Tie.objects.filter(run__isnull=False, reason=STRONG)
    return made.filter(recorded_from__gt=run.decided_at or run.at).count()


def _proposed(
    records: Collection[str], pairs: set[tuple[str, str]], run: MatchingRun
) -> list[Proposed]:
    """Return what is to be done about records that changed."""
    own = [uuid.UUID(hex=one) for one in records]
    mine = Tie.objects.filter(recorded_to__isnull=True)
    mine = mine.filter(Q(first__in=own) | Q(second__in=own), run__isnull=False)
    pairs = pairs | {(one.first_id.hex, one.second_id.hex) for one in mine}
    beside = records_beside({*records, *(one for pair in pairs for one in pair)})
    said = standing_records(beside)
    likely, reasons = _likely(pairs, prepared(said, ROLES), run)
    ids = [uuid.UUID(hex=one) for one in beside]
    ties = list(_ties_among(ids).values())
    found = propose(
        likely, sides_of(said, beside), ties, review=run.review_from, automatic=run.automatic_from
    )
    touched = set(records)
    return [
        Proposed(one.pair, one.does, one.why, reasons.get((one.pair.first, one.pair.second), []))
        for one in found
        if one.does != "untie" or {one.pair.first, one.pair.second} & touched
    ]


def _ties_among(records: Sequence[uuid.UUID]) -> dict[uuid.UUID, Tie]:
    found: dict[uuid.UUID, Tie] = {}
    for start in range(0, len(records), 500):
        portion = Tie.objects.filter(
            recorded_to__isnull=True, first__in=records[start : start + 500]
        )
        found |= {one.id: one for one in portion}
    return found


def _likely(
    pairs: Collection[tuple[str, str]], ready: pl.DataFrame, run: MatchingRun
) -> Likelihoods:
    """Return the pairs that are likely enough to be looked at, with what each field tells."""
    weights = weights_from((run.learned or {})["weights"])
    wide = _side_by_side(pairs, ready, weights)
    if not wide.height:
        return [], {}
    found = weigh(weights, wide).with_columns(probability=probability(pl.col("weight")))
    found = found.filter(pl.col("probability") >= LEAST_PROBABILITY).sort("first", "second")
    said = told_by(ready, {*found["first"], *found["second"]})
    likely, reasons = list[Likely](), dict[tuple[str, str], list[dict[str, object]]]()
    for row in found.iter_rows(named=True):
        one = likely_of(row["first"], row["second"], row["weight"], row["probability"], said)
        if one.probability >= run.review_from or one.always:
            likely.append(one)
            reasons[one.first, one.second] = plain_reasons(reasons_of(weights, row))
    return likely, reasons


def _side_by_side(
    pairs: Collection[tuple[str, str]], ready: pl.DataFrame, weights: Weights
) -> pl.DataFrame:
    """Return pairs with what both say and how common that is, as ``Weights.sql`` asks for."""
    fields = [one.field for one in weights.fields]
    often: Mapping[str, pl.DataFrame] = shares(ready, fields)
    wide = pl.DataFrame(
        sorted(pairs), schema={"first": pl.String, "second": pl.String}, orient="row"
    )
    for side, record in (("l", "first"), ("r", "second")):
        said = {f"{field}_{side}": field for field in fields}
        wide = wide.join(ready.select(pl.col(RECORD).alias(record), **said), on=record)
    for field in fields:
        wide = wide.join(often[field], left_on=f"{field}_r", right_on=field, how="left")
    return wide
