"""How good a layout is: are neighbours still neighbours, and does the radius say how special.

Everything is measured against the association, never against another layout:

* ``recall15``: of the 15 skills most alike a skill, the share among its 15 nearest in the layout;
* ``trust15``: 1, less a penalty for each of the 15 nearest in the layout that is not among the 15
  most alike, by how far down the list of the alike it stands (Venna and Kaski, 2001);
* ``radius_rho``: Spearman's rank correlation of distance from the middle with specialism.

The first two are means over skills: over all up to 5,000, else over 2,000 spread evenly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.stats import spearmanr
from threadpoolctl import threadpool_limits

NEIGHBOURS = 15
ALL_UP_TO, SPREAD = 5_000, 2_000
_AT_ONCE = 1_000


@dataclass(frozen=True)
class Quality:
    """Shares from 0 to 1, and a correlation from -1 to 1; None where there is too little to say."""

    trust15: float | None
    recall15: float | None
    radius_rho: float | None


def quality(
    xy: NDArray[np.float64], vectors: NDArray[np.float64], specialism: NDArray[np.float64]
) -> Quality:
    """Measure a layout (n x 2) against the vectors of the association and against specialism.

    Neighbours say nothing unless there are more than twice as many skills as neighbours asked for.
    """
    size = len(xy)
    radius = np.linalg.norm(xy - xy.mean(axis=0), axis=1) if size else np.zeros(0)
    rho = None
    if size > 2 and np.ptp(radius) > 0 and np.ptp(specialism) > 0:
        rho = float(spearmanr(radius, specialism).statistic)
    if size <= 2 * NEIGHBOURS + 1:
        return Quality(None, None, rho)
    rows = np.arange(size)
    if size > ALL_UP_TO:
        rows = np.linspace(0, size - 1, SPREAD).round().astype(np.int64)
    with threadpool_limits(1):
        trust, recall = _neighbours_kept(xy, vectors, rows)
    return Quality(trust, recall, rho)


def _neighbours_kept(
    xy: NDArray[np.float64], vectors: NDArray[np.float64], rows: NDArray[np.int64]
) -> tuple[float, float]:
    """Return trustworthiness and recall, over the rows given."""
    size, k = len(xy), NEIGHBOURS
    penalty, kept = 0.0, 0
    near_on_map = _nearest(xy, rows, k)
    for begin in range(0, len(rows), _AT_ONCE):
        some = rows[begin : begin + _AT_ONCE]
        alike = vectors[some] @ vectors.T
        alike[np.arange(len(some)), some] = np.inf
        on_map = np.take_along_axis(alike, near_on_map[begin : begin + _AT_ONCE], axis=1)
        for line, values in zip(np.sort(alike, axis=1), on_map, strict=True):
            rank = size - np.searchsorted(line, values, side="right")  # 1 is the most alike
            penalty += float(np.maximum(rank - k, 0).sum())
            kept += int((rank <= k).sum())
    trust = 1 - penalty * 2 / (len(rows) * k * (2 * size - 3 * k - 1))
    return trust, kept / (len(rows) * k)


def _nearest(xy: NDArray[np.float64], rows: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Return the ``k`` nearest of each row in the layout, itself left out."""
    found = np.asarray(KDTree(xy).query(xy[rows], k=k + 1)[1], dtype=np.int64)
    itself = found == rows[:, None]
    itself[~itself.any(axis=1), -1] = True  # as many at the very same place: leave out the last
    return np.asarray(found[~itself].reshape(len(rows), k), dtype=np.int64)


def neighbours_shared(
    before: NDArray[np.float64], after: NDArray[np.float64], k: int = 10
) -> float:
    """Return the share of each skill's ``k`` nearest on one map that are so on another, row by row.

    Both maps hold the same skills in the same order.
    """
    rows = np.arange(len(before))
    one, other = _nearest(before, rows, k), _nearest(after, rows, k)
    kept = sum(len(np.intersect1d(left, right)) for left, right in zip(one, other, strict=True))
    return kept / (len(rows) * k)
