"""Which pairs are linked: by the model's own estimate of its errors, without labels.

What the probabilities add up to is how many pairs of one person there are to be found. The
threshold is where precision and recall, so estimated, are best together. Where each table holds a
person at most once, a record is linked to its best counterpart only; within one table whoever is
linked to the same record is one person, so what pairs leave out their neighbours find.
"""

from collections import defaultdict
from dataclasses import dataclass

import polars as pl

from muster.register.linkage.model import PAIRS

LINKS = {**PAIRS, "by": pl.String}
"""Linked pairs: ``by`` is ``weight`` where a pair's own evidence links it, ``others`` where records
that both are linked to do."""
_LARGEST = 200


@dataclass(frozen=True)
class Decided:
    """What is linked, at which threshold, and how good that is by the model's own estimate."""

    links: pl.DataFrame
    threshold: float
    precision: float
    recall: float


def decide(pairs: pl.DataFrame, *, within: bool, each_once: bool) -> Decided:
    """Return which pairs are linked; see ``LINKS``.

    Args:
        pairs: scored pairs in order of weight; see ``model.PAIRS``.
        within: whether they are of one table.
        each_once: whether each table holds a person at most once.
    """
    kept = best_counterparts(pairs) if each_once and not within else pairs
    found = float(pairs["probability"].sum())
    threshold = _threshold(kept["probability"], found)
    linked = kept.filter(pl.col("probability") >= threshold)
    right = float(linked["probability"].sum())
    precision = right / linked.height if linked.height else 1.0
    recall = right / found if found else 1.0
    links = linked.with_columns(by=pl.lit("weight"))
    if within:
        links = pl.concat([links, _by_others(linked)])
    return Decided(links, threshold, precision, recall)


def _threshold(probabilities: pl.Series, found: float) -> float:
    """Return the probability from which the expected F1 is best; 1.0 if nothing is likely."""
    if not len(probabilities):
        return 1.0
    ordered = probabilities.sort(descending=True)
    number = pl.Series(range(1, len(ordered) + 1), dtype=pl.Float64)
    best = (2 * ordered.cum_sum() / (number + found)).arg_max()
    return float(ordered[best or 0])


def best_counterparts(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return pairs of which each is the best left for both of its records, in order of weight.

    Time and again the pairs that are best for both are taken, and whatever else names either of
    them falls away; that gives what taking the best pair one at a time gives.
    """
    taken: list[pl.DataFrame] = []
    left = pairs.with_row_index("rank")
    while left.height:
        best = left.filter(
            (pl.col("rank") == pl.col("rank").min().over("a"))
            & (pl.col("rank") == pl.col("rank").min().over("b"))
        )
        taken.append(best)
        left = left.join(best.select("a"), on="a", how="anti").join(
            best.select("b"), on="b", how="anti"
        )
    if not taken:
        return pairs
    return pl.concat(taken).sort("rank").drop("rank")


def _by_others(linked: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs that are linked by way of others, with neither weight nor probability.

    A group that grew beyond reason is left as its pairs are.
    """
    direct = set(linked.select("a", "b").iter_rows())
    rows = [
        (first, second, None, None, "others")
        for group in groups_of(linked)
        if len(group) <= _LARGEST
        for at, first in enumerate(group)
        for second in group[at + 1 :]
        if (first, second) not in direct
    ]
    return pl.DataFrame(rows, schema=LINKS, orient="row")


def groups_of(linked: pl.DataFrame) -> list[list[int]]:
    """Return the records that are linked to each other, directly or not, in order."""
    above: dict[int, int] = {}

    def top(record: int) -> int:
        while (parent := above.setdefault(record, record)) != record:
            above[record] = record = above.setdefault(parent, parent)
        return record

    for first, second in linked.select("a", "b").iter_rows():
        above[top(first)] = top(second)
    groups = defaultdict(list)
    for record in above:
        groups[top(record)].append(record)
    return sorted(sorted(group) for group in groups.values())
