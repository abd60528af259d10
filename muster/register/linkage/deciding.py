"""Which pairs are linked: by the model's own estimate of its errors, without labels.

What the probabilities add up to is how many pairs of one person there are to be found. The
threshold is where precision and recall, so estimated, are best together. A second one, far above
it, says from where on a link needs nobody's eyes: the surest links, as many as can be taken while
one wrong among ten thousand is expected. What lies between is linked as well, and somebody should
look at it. Where each table holds a person at most once, a record is linked to its best counterpart
only; within one table whoever is linked to the same record is one person, so what pairs leave out
their neighbours find.
"""

from collections import defaultdict
from dataclasses import dataclass

import polars as pl

from muster.register.linkage.model import PAIRS

AUTOMATIC, LOOK = "automatic", "look"
LINKS = {**PAIRS, "by": pl.String, "decision": pl.String}
"""Linked pairs: ``by`` is ``weight`` where a pair's own evidence links it, ``others`` where records
that both are linked to do. ``decision`` is ``automatic`` where the evidence is so strong that
nobody needs to look, else ``look``."""
MOST_WRONG, LEAST_SURE, LEAST_LIKELY = 1e-4, 0.99, 0.25
_LARGEST, _STRONGEST = 200, 200.0


@dataclass(frozen=True)
class Decided:
    """What is linked, at which threshold, and how good that is by the model's own estimate.

    ``automatic`` is the least probability of a link that nobody needs to look at (None where no
    link is so sure), ``wrong`` the share of those links that is expected to be false.
    """

    links: pl.DataFrame
    threshold: float
    precision: float
    recall: float
    automatic: float | None
    wrong: float


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
    sure = _unrivalled(pairs, linked) if each_once and not within else linked["probability"]
    automatic, wrong = _automatic(sure)
    links = linked.with_columns(
        by=pl.lit("weight"),
        decision=pl.when(sure >= (2.0 if automatic is None else automatic))
        .then(pl.lit(AUTOMATIC)).otherwise(pl.lit(LOOK)),
    )  # fmt: skip
    if within:
        links = pl.concat([links, _by_others(linked)])
    return Decided(links, threshold, precision, recall, automatic, wrong)


def _automatic(probabilities: pl.Series) -> tuple[float | None, float]:
    """Return from which probability on at most ``MOST_WRONG`` are expected to be false.

    However sure the others are, no link is automatic that is not at least ``LEAST_SURE`` itself.

    Returns:
        The probability, None where even the surest are not sure enough, and the share expected.
    """
    ordered = pl.DataFrame({"sure": probabilities}).sort("sure", descending=True)
    sums = ordered.with_columns(
        wrong=(1 - pl.col("sure")).cum_sum() / pl.int_range(1, pl.len() + 1)
    )
    # Whoever is as sure as the last is in as well, so a value counts with all that are equal.
    values = sums.group_by("sure", maintain_order=True).last()
    kept = values.filter((pl.col("wrong") <= MOST_WRONG) & (pl.col("sure") >= LEAST_SURE))
    if not kept.height:
        return None, 0.0
    return float(kept["sure"][-1]), float(kept["wrong"][-1])


def _unrivalled(pairs: pl.DataFrame, linked: pl.DataFrame) -> pl.Series:
    """Return how likely links are where a record has one counterpart at most.

    A second counterpart that is nearly as good makes the best one doubtful: of both, one at most
    is right.
    """
    odds = pl.col("weight").clip(-_STRONGEST, _STRONGEST)
    strong = pairs.with_columns(odds=pl.lit(2.0).pow(odds))
    both = [strong.group_by(side).agg(pl.col("odds").sum().alias(f"of_{side}")) for side in "ab"]
    joined = linked.with_columns(odds=pl.lit(2.0).pow(odds))
    for side, sums in zip("ab", both, strict=True):
        joined = joined.join(sums, on=side, how="left", maintain_order="left")
    others = pl.col("of_a") + pl.col("of_b") - 2 * pl.col("odds")
    return joined.select(pl.col("odds") / (1 + pl.col("odds") + others)).to_series()


def _threshold(probabilities: pl.Series, found: float) -> float:
    """Return the probability from which the expected F1 is best; 1.0 if nothing is likely.

    Where records say so little that the best is bad, it is ``LEAST_LIKELY``: a pair that is far
    likelier wrong is not worth proposing, whatever that does to recall.
    """
    if not len(probabilities):
        return 1.0
    ordered = probabilities.sort(descending=True)
    number = pl.Series(range(1, len(ordered) + 1), dtype=pl.Float64)
    best = (2 * ordered.cum_sum() / (number + found)).arg_max()
    return max(float(ordered[best or 0]), LEAST_LIKELY)


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
        (first, second, None, None, "others", LOOK)
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
