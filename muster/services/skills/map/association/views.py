"""What two skills have in common, each view as vectors whose cosine says how much.

A view is a symmetric table of skills by skills, never filled in: its strongest directions are
found by Lanczos steps from a fixed start, and each is weighed by its eigenvalue, so that what only
chance wrote into the weak ones counts little (on adverts not seen this is better than unweighted
or half weighted). Work is in one thread, so that sums come out alike on any number of them.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import eigsh
from sklearn.feature_extraction.text import TfidfVectorizer

from muster.services.skills.map.association.counting import log_lift, scaled

PRIOR = 0.5
"""Meetings added to what was counted and to what chance expects, so that one is not worth much."""

DENSE_UP_TO = 150
"""Tables this small are decomposed whole: Lanczos steps need more skills than directions."""


def company(
    both: csr_array,
    expected: NDArray[np.float64],
    adverts: float,
    worth: float,
    directions: int,
) -> NDArray[np.float64]:
    """Return vectors by which skills they are asked for with: skills that keep one company.

    ``worth`` is what one meeting counts (``counting.worth_of``).
    """
    met = both.tocoo()
    one, other = met.coords
    lift = np.maximum(
        log_lift(met.data, expected[one], expected[other], adverts, PRIOR * worth), 0.0
    )
    table = csr_array((lift, (one, other)), shape=both.shape)
    table.eliminate_zeros()
    return strongest(table, directions)


def adverts_shared(
    matrix: csr_array,
    expected: NDArray[np.float64],
    weights: NDArray[np.float64],
    directions: int,
) -> NDArray[np.float64]:
    """Return vectors by the adverts that ask for them, however often each is asked for."""
    rare = 1.0 / np.sqrt(np.maximum(expected, 1e-12))
    even = csr_array(
        (matrix.data * rare[matrix.indices], matrix.indices, matrix.indptr), shape=matrix.shape
    )
    return strongest(csr_array((scaled(even, weights).T @ even).tocsr()), directions)


def names_alike(names: list[str], directions: int) -> NDArray[np.float64]:
    """Return vectors by the characters of skills' names."""
    if not any(name.strip() for name in names):
        return np.zeros((len(names), 1))
    cut = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    written = csr_array(cut.fit_transform(names)).astype(np.float64)
    return strongest(csr_array((written @ written.T).tocsr()), directions, power=0.5)


def strongest(table: csr_array, directions: int, power: float = 1.0) -> NDArray[np.float64]:
    """Return rows of unit length in the strongest directions of a symmetric table.

    A skill that the table says nothing of has a row of zeros. Signs are fixed: the entries of a
    direction that differ most from 0 are positive in sum.
    """
    size = int(table.shape[0])
    wanted = min(directions, size)
    if size <= max(DENSE_UP_TO, directions + 2):
        values, vectors = np.linalg.eigh(table.toarray())
    else:
        start = np.cos(np.arange(1, size + 1) * 0.7) + 1.5
        values, vectors = eigsh(table, k=wanted, which="LM", v0=start, rng=0, tol=1e-6)
    order = np.argsort(-np.abs(values), kind="stable")[:wanted]
    values, vectors = values[order], vectors[:, order]
    signs = np.where((vectors**3).sum(axis=0) < 0, -1.0, 1.0)
    return unit(vectors * signs * np.abs(values) ** power)


def unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows of length 1; a row next to nothing stays zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.where(lengths > 1e-9, rows / np.maximum(lengths, 1e-9), 0.0))
