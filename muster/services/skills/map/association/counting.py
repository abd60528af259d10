"""How often two skills are asked for by one advert, and how often chance alone would do it."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from muster.services.skills.map.asked import Asked


def together(
    asked: Asked,
    *,
    weights: NDArray[np.float64] | None = None,
    at_least: float | None = None,
) -> csr_array:
    """Return skills by skills: in how many adverts both are asked for; the diagonal is empty.

    Args:
        asked: adverts by skills.
        weights: what each advert counts; by default what ``asked`` says.
        at_least: count adverts that ask for both with this probability or more, as whole numbers;
            by default the expected number, the sum of both probabilities multiplied.
    """
    matrix = asked.matrix.astype(np.float64)
    if at_least is not None:
        matrix.data = (matrix.data >= at_least).astype(np.float64)
    counted = asked.weights if weights is None else weights
    return pairs_of(matrix, counted)


def pairs_of(matrix: csr_array, weights: NDArray[np.float64]) -> csr_array:
    """Return the weighted product of a table's columns with each other, the diagonal emptied."""
    both = csr_array((scaled(matrix, weights).T @ matrix).tocsr())
    both.setdiag(0.0)
    both.eliminate_zeros()
    both.sort_indices()
    return both


def scaled(matrix: csr_array, rows: NDArray[np.float64]) -> csr_array:
    """Return the table with each row multiplied."""
    by_entry = np.repeat(rows, np.diff(matrix.indptr))
    return csr_array((matrix.data * by_entry, matrix.indices, matrix.indptr), shape=matrix.shape)


def log_lift(
    both: NDArray[np.float64],
    one: NDArray[np.float64],
    other: NDArray[np.float64],
    adverts: float,
    prior: float,
) -> NDArray[np.float64]:
    """Return the logarithm of how much oftener pairs meet than chance, drawn in towards 0.

    ``both`` adverts ask for a pair, ``one`` and ``other`` for each of the two. With ``prior``
    adverts added to what was counted and to what chance expects, a pair seen once is worth little.
    """
    chance = one * other / max(adverts, 1e-12)
    return np.asarray(np.log((both + prior) / (chance + prior)), dtype=np.float64)


def worth_of(matrix: csr_array) -> float:
    """Return what one meeting of two skills in one advert counts, as the mentions are sure: 0 to 1.

    Of certain mentions a meeting counts 1; where each is as likely as not, a quarter.
    """
    total = float(matrix.data.sum())
    return (float((matrix.data**2).sum()) / total) ** 2 if total > 0 else 1.0
