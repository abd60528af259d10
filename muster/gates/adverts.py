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

Groups of two kinds can hold the same adverts: an agency that alone advertises in a region. What is
told of the one is then told of the other, so both are kept back together. Where two differ in fewer
than five adverts, telling both would tell what these few ask for: neither is listed. A group is as
well known by all adverts that are not in it, so that counts as the same. And where one lies wholly
in another, the rest of that one is told by taking away, so it must be five or more as well. Adverts
that state no group of a kind are one more group, which nobody lists.

The rule is about one release. Two releases that differ by a few adverts tell, taken together, what
these few ask for; a new release is for new months of adverts, not for one more file. Nor does it
look at sums across kinds of three groups and more: where two groups of one kind hold together the
adverts of two of another, a count that is kept back can be worked out.

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
_AT_ONCE: Final = 512

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


@dataclass(frozen=True, eq=False)
class Sums:
    """Which sums the rows of a table of counts add up to; by default one, of all rows.

    ``parents`` is the row of each group's parent, -1 for none. ``kinds`` is the number of each
    group's kind; each kind shares out the totals. ``same`` are pairs of rows that hold the same
    adverts, and ``inside`` pairs of which the second lies in the first. ``unnamed`` says which rows
    are adverts of no group of their kind: these are told of nowhere but by taking away, and that
    none of them asks may be known.
    """

    parents: Rows | None = None
    kinds: Rows | None = None
    same: Rows | None = None
    inside: Rows | None = None
    unnamed: Answers | None = None


def may_be_told(
    counts: Counts, totals: Counts, sums: Sums | None = None, listed: Answers | None = None
) -> Told:
    """Return which cells of a table of counts may leave.

    Args:
        counts: groups x things; a parent's count includes those of its children.
        totals: of each thing, groups or not; all of them are told.
        sums: what the groups add up to.
        listed: which groups are listed at all; by default all.
    """
    told, tops = _settled(counts, totals, sums or Sums(), listed)
    unsafe = np.any([_unsafe(told, counts, totals, rows) for rows in tops], axis=0)
    coarse = np.floor(totals / _COARSE + 0.5) * _COARSE
    # Of another kind its cells could add up to the total.
    return Told(told & ~unsafe, np.where(unsafe, coarse, totals))


def may_be_listed(
    adverts: Counts, total: float, sums: Sums | None = None, listed: Answers | None = None
) -> Answers:
    """Return which groups may be listed with their number of adverts.

    Args:
        adverts: of each group; a parent's include those of its children.
        total: adverts in all, also those of no group; it is told as it is.
        sums: what the groups add up to.
        listed: which groups may be listed for other reasons; by default all.
    """
    told, _ = _settled(adverts[:, None], np.array([total]), sums or Sums(), listed)
    return told[:, 0]


def differing(one: Counts, other: Counts, both: Counts, total: float) -> Counts:
    """Return in how many adverts groups of two kinds differ, one x other.

    A group is known by what is not in it, too: where that is nearer to the other, it counts.

    Args:
        one: adverts of each group of a kind.
        other: of each group of another kind.
        both: adverts that are in both, one x other.
        total: adverts in all.
    """
    apart: Counts = one[:, None] + other[None, :] - 2 * both
    found = np.minimum(apart, total - apart)
    # What nearly all adverts are in is known by the total, and the rule of sums sees to it; of two
    # groups of fewer than five neither is listed in any case.
    nearly_all = (total - one < ENOUGH)[:, None] | (total - other < ENOUGH)[None, :]
    few = (one < ENOUGH)[:, None] & (other < ENOUGH)[None, :]
    return np.where(nearly_all | few, np.inf, found)


def _settled(
    counts: Counts, totals: Counts, sums: Sums, listed: Answers | None
) -> tuple[Answers, list[Rows]]:
    """Return what is told once nothing more has to be kept back, and the tops of each kind."""
    above = np.full(len(counts), -1) if sums.parents is None else sums.parents
    of = np.zeros(len(counts), np.int64) if sums.kinds is None else sums.kinds
    told = counts >= ENOUGH
    if sums.unnamed is not None:
        told |= sums.unnamed[:, None] & (counts <= _NOTHING)
    if listed is not None:
        told &= listed[:, None]
    tops = [np.flatnonzero((above < 0) & (of == kind)) for kind in sorted({0, *of.tolist()})]
    parts = [(-1, rows) for rows in tops]
    parts += [(row, np.flatnonzero(above == row)) for row in sorted({*above.tolist()} - {-1})]
    while True:
        before = told.copy()
        for parent, children in parts:
            _keep_back(told, counts, totals, parent, children)
        _keep_back_below(told, above)
        for one, other in () if sums.same is None else sums.same:
            told[one] &= told[other]
            told[other] &= told[one]
        if sums.inside is not None:
            _keep_back_inside(told, counts, sums.inside)
        if np.array_equal(before, told):
            return told, tops


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


def _keep_back_inside(told: Answers, counts: Counts, pairs: Rows) -> None:
    """Keep back a cell where the rest of a group in which its own lies would be fewer than five."""
    for begin in range(0, len(pairs), _AT_ONCE):
        outer, inner = pairs[begin : begin + _AT_ONCE].T
        few = counts[outer] - counts[inner] < ENOUGH
        np.logical_and.at(told, inner, ~(few & told[outer] & told[inner]))
