"""How many job adverts a figure must rest on before it leaves, said in one place.

An advert is public, but a count of one or two adverts can point at one post and the person in it:
"a small agency once asked for Welsh and forensic accounting". So no count of fewer than five
adverts leaves the skills map, and none can be worked out from those that do.

Working out goes by taking away: the service's total less every other organisation's count is the
one that was kept back; so is a department's less those of its other agencies, or all years less the
years that are told. In each such sum what is kept back must therefore be

* at least five adverts in all,
* in at least two cells, and
* not so much that each of these cells must be nearly five.

Where it is not, the smallest cell that is told is kept back as well, until it is. A group under
another is not told of a skill that the other is not told of. Where nothing is left to keep back,
the total is told to the nearest ten alone. Groups themselves are listed by the same rule, as cells
of the sum of all adverts.

The rule is about one release. Two releases that differ by a few adverts tell, taken together, what
these few ask for; a new release is for new months of adverts, not for one more file.

Pure: counts in, answers out.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

ENOUGH: Final = 5
# Whoever knows the rule knows that a cell kept back is below five, unless it was kept back for
# another's sake. The range that is left to it must be at least so wide.
_ROOM: Final = 3
_COARSE: Final = 10
# Counts are expected numbers, sums of probabilities: this much is rounding, not an advert.
_NOTHING: Final = 1e-6

Counts = npt.NDArray[np.float64]
Answers = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Told:
    """What may leave: ``cells`` groups x things, and ``totals`` of things as they may be told."""

    cells: Answers
    totals: Counts


def enough(adverts: float) -> bool:
    """Return whether a figure resting on so many adverts may leave."""
    return adverts >= ENOUGH


def cells(frame: pl.DataFrame, *, column: str = "adverts") -> pl.DataFrame:
    """Return the rows of a table that rest on enough adverts; a row without a count is not told."""
    return frame.filter(pl.col(column).fill_null(0) >= ENOUGH)


def may_be_told(
    counts: Counts, totals: Counts, parents: Rows | None = None, listed: Answers | None = None
) -> Told:
    """Return which cells of a table of counts may leave.

    Args:
        counts: groups x things; a parent's count includes those of its children.
        totals: of each thing, groups or not; all of them are told.
        parents: the row of each group's parent, -1 for none; by default nobody has one.
        listed: which groups are listed at all; by default all.
    """
    above = np.full(len(counts), -1) if parents is None else parents
    told = counts >= ENOUGH
    if listed is not None:
        told &= listed[:, None]
    sums = [(row, np.flatnonzero(above == row)) for row in sorted({-1, *above.tolist()})]
    while True:
        before = told.copy()
        for parent, children in sums:
            _keep_back(told, counts, totals, parent, children)
        _keep_back_below(told, above)
        if np.array_equal(before, told):
            break
    unsafe = _unsafe(told, counts, totals, np.flatnonzero(above == -1))
    coarse = np.floor(totals / _COARSE + 0.5) * _COARSE
    return Told(told, np.where(unsafe, coarse, totals))


def may_be_listed(adverts: Counts, total: float, parents: Rows | None = None) -> Answers:
    """Return which groups may be listed with their number of adverts.

    Args:
        adverts: of each group; a parent's include those of its children.
        total: adverts in all, also those of no group.
        parents: the row of each group's parent, -1 for none.
    """
    return may_be_told(adverts[:, None], np.array([total]), parents).cells[:, 0]


def _keep_back(told: Answers, counts: Counts, totals: Counts, parent: int, children: Rows) -> None:
    """Keep back one more cell of each sum from which another could be worked out."""
    if len(children) == 0:
        return
    own = told[children]
    if parent < 0:
        unsafe = _unsafe(told, counts, totals, children)
    else:
        unsafe = _unsafe(told, counts, counts[parent], children) & told[parent]
    smallest = np.where(own, counts[children], np.inf)
    rows = children[smallest.argmin(axis=0)]
    some = unsafe & own.any(axis=0)
    told[rows[some], np.flatnonzero(some)] = False
    if parent >= 0:
        told[parent, unsafe & ~some] = False


def _unsafe(told: Answers, counts: Counts, totals: Counts, children: Rows) -> Answers:
    """Return for which things what is kept back of a sum could be worked out, or nearly."""
    own, each = told[children], counts[children]
    rest = totals - each.sum(axis=0)
    hidden = (~own).sum(axis=0) + (rest > _NOTHING)
    left = totals - np.where(own, each, 0.0).sum(axis=0)
    for_another = (~own & (each >= ENOUGH)).any(axis=0) | (rest >= ENOUGH)
    room = for_another | (left <= ENOUGH * hidden - _ROOM)
    safe = (left >= ENOUGH) & (hidden >= 2) & room
    # What is of no group is kept back too, though nobody keeps it back.
    left_over = (rest > _NOTHING) & (left < ENOUGH)
    unsafe: Answers = ((~own).any(axis=0) & ~safe) | left_over
    return unsafe


def _keep_back_below(told: Answers, above: Rows) -> None:
    """Keep back cells of children whose parent's is kept back, however deep."""
    child = np.flatnonzero(above >= 0)
    while True:
        before = told.sum()
        told[child] &= told[above[child]]
        if told.sum() == before:
            return
