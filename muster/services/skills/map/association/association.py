"""One association for all pairs of skills, those never asked for together included."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from muster.kernel.errors import BadInput
from muster.services.skills.map.asked import Asked
from muster.services.skills.map.association.counting import log_lift, pairs_of, worth_of
from muster.services.skills.map.association.views import (
    adverts_shared,
    company,
    names_alike,
    unit,
)

DIRECTIONS = 50
COMPANY, NAMED = 0.6, 0.1
COUNTED, PRIOR_OF_COUNTED = 1.0, 7.0
"""Chosen on adverts held out of those that are learned from, never on those that judge."""

_AT_ONCE = 2_000
_PAIRS_AT_ONCE = 100_000


@dataclass(frozen=True)
class Association:
    """What is known of which skills belong together.

    Args:
        vectors: float64, skills by directions, each of length 1 (or 0, where nothing is known):
            the cosine of two says how alike what they are asked for with is, -1 to 1.
        both: skills by skills, adverts expected to ask for both.
        expected: for each skill, adverts expected to ask for it.
        adverts: all of them.
        worth: what one meeting of two skills counts, as the mentions are sure.
    """

    vectors: NDArray[np.float64]
    both: csr_array
    expected: NDArray[np.float64]
    adverts: float
    worth: float

    def __len__(self) -> int:
        return len(self.vectors)

    def near(self, k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the ``k`` skills most alike each skill and how alike, the nearest first.

        Fewer where there are fewer other skills. Equals are in the order of the lexicon.
        """
        size = len(self)
        k = max(min(k, size - 1), 0)
        index, similarity = np.zeros((size, k), np.int64), np.zeros((size, k))
        with threadpool_limits(1):
            for begin in range(0, size, _AT_ONCE):
                rows = np.arange(begin, min(begin + _AT_ONCE, size))
                alike = self.vectors[rows] @ self.vectors.T
                alike[np.arange(len(rows)), rows] = -np.inf
                index[rows] = _largest(alike, k)
                similarity[rows] = np.take_along_axis(alike, index[rows], axis=1)
        return index, similarity

    def alike(self, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the cosine of each pair (a row of two), whether they ever met or not."""
        found = np.empty(len(pairs))
        for begin in range(0, len(pairs), _PAIRS_AT_ONCE):
            one, other = pairs[begin : begin + _PAIRS_AT_ONCE].T
            found[begin : begin + _PAIRS_AT_ONCE] = np.einsum(
                "ij,ij->i", self.vectors[one], self.vectors[other]
            )
        return found

    def score(self, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how strongly each pair (a row of two) belongs together; larger is stronger.

        What neighbours suggest, and on top of it what was counted: having met oftener than chance
        is evidence of its own, never having met is none.
        """
        one, other = pairs[:, 0], pairs[:, 1]
        met = np.asarray(self.both[one, other]).ravel() if len(pairs) else np.zeros(0)
        lift = log_lift(
            met,
            self.expected[one],
            self.expected[other],
            self.adverts,
            PRIOR_OF_COUNTED * self.worth,
        )
        return self.alike(pairs) + COUNTED * np.maximum(lift, 0.0)


def associate(
    asked: Asked,
    *,
    weights: NDArray[np.float64] | None = None,
    names: Sequence[str] | None = None,
    directions: int = DIRECTIONS,
) -> Association:
    """Learn which skills belong together from which adverts ask for them.

    Args:
        asked: adverts by skills.
        weights: what each advert counts; by default what ``asked`` says.
        names: what each skill is called; names alike are weak evidence of skills alike.
        directions: how many of a view to keep; of adverts shared, which says more, twice as many.

    Raises:
        BadInput: if no skill is asked for, or no advert counts anything.
    """
    counted = np.asarray(asked.weights if weights is None else weights, dtype=np.float64)
    if not asked.matrix.shape[1] or not counted.sum() > 0:
        raise BadInput(
            "No skill is asked for by enough of these adverts to have a place on a map",
            fix="Add adverts, or ask for skills that fewer adverts name",
        )
    matrix = asked.matrix.astype(np.float64)
    expected = np.asarray(matrix.T @ counted)
    worth = worth_of(matrix)
    with threadpool_limits(1):
        both = pairs_of(matrix, counted)
        views = [
            company(both, expected, float(counted.sum()), worth, directions),
            adverts_shared(matrix, expected, counted, 2 * directions),
        ]
        shares = [COMPANY, 1 - COMPANY]
        if names is not None:
            views.append(names_alike(list(names), directions))
            shares = [*((1 - NAMED) * share for share in shares), NAMED]
        parts = [np.sqrt(share) * view for share, view in zip(shares, views, strict=True)]
    return Association(unit(np.hstack(parts)), both, expected, float(counted.sum()), worth)


def _largest(values: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Return where the ``k`` largest of each row stand, largest first, equals by position."""
    if not k:
        return np.zeros((len(values), 0), np.int64)
    bar = -np.partition(-values, k - 1, axis=1)[:, k - 1 : k]
    chosen = np.empty((len(values), k), np.int64)
    for row, (line, least) in enumerate(zip(values, bar[:, 0], strict=True)):
        standing = np.flatnonzero(line >= least)
        chosen[row] = standing[np.argsort(-line[standing], kind="stable")][:k]
    return chosen
