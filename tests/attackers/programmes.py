"""Solving all released tables at once: what must a small cell be, given every sum?

One unknown for each combination of all dimensions; each released figure bounds a sum of them. The
least and the most of a small cell are two linear programmes in whole numbers' relaxation, written
here on their own, with another function of SciPy than the gate's audit uses.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from tests.attackers.reading import Read
from tests.attackers.worlds import Staff

SMALL = 7
NARROW = 3


@dataclass(frozen=True)
class Solved:
    """How many small cells were attacked, found out, and narrowed to fewer than three values."""

    looked: int
    exact: int
    narrow: int
    median: float
    wrong: int


def solve(
    staff: Staff,
    tables: Sequence[tuple[tuple[str, ...], Read]],
    *,
    month: int,
    cells: int,
    seed: int,
) -> Solved:
    """Attack so many small cells of the tables, chosen by lot.

    Args:
        staff: whose tables they are; the truth is only used to see who is wrong.
        tables: dimensions and figures.
        month: of the tables.
        cells: how many are attacked.
        seed: of the lot.
    """
    names = sorted({name for dimensions, _read in tables for name in dimensions})
    shape = tuple(staff.size(name) for name in names)
    number = np.arange(math.prod(shape)).reshape(shape)
    blocks = [_sums(number, names, dimensions) for dimensions, _read in tables]
    low = np.concatenate([read.low.ravel() for _dimensions, read in tables])
    high = np.concatenate([read.high.ravel() for _dimensions, read in tables])
    rows = vstack(blocks).tocsr()
    above, below = vstack([rows, -rows]).tocsr(), np.concatenate([high, -low])
    truth = np.concatenate([staff.count(dimensions, month).ravel() for dimensions, _r in tables])
    small = np.flatnonzero((truth <= SMALL) & (truth > 0))
    lot = np.random.default_rng(seed).permutation(small)[:cells]
    widths, wrong = [], 0
    for cell in lot:
        goal = rows[[cell]].toarray()[0]
        ends = []
        for sign in (1, -1):
            done = linprog(  # type: ignore[call-overload]
                sign * goal, A_ub=above, b_ub=below, bounds=(0, None), method="highs"
            )
            ends.append(sign * done.fun)
        least, most = math.ceil(ends[0] - 1e-6), math.floor(ends[1] + 1e-6)
        widths.append(most - least)
        wrong += not least <= truth[cell] <= most
    found = np.array(widths)
    return Solved(len(lot), int((found == 0).sum()), int((found < NARROW).sum()),
                  float(np.median(found)), wrong)  # fmt: skip


def _sums(number: np.ndarray, names: Sequence[str], dimensions: tuple[str, ...]) -> csr_array:
    """Return a row for each cell of a table: ones where its people may be."""
    order = [names.index(name) for name in dimensions]
    others = [at for at in range(len(names)) if at not in order]
    members = number.transpose([*order, *others]).reshape(
        math.prod(number.shape[at] for at in order), -1
    )
    row = np.repeat(np.arange(members.shape[0]), members.shape[1])
    return csr_array((np.ones(row.size), (row, members.ravel())), shape=(len(members), number.size))
