"""From a score to a probability: that the sentence asks for the skill.

A logistic of what is known of a candidate: its likenesses, how far it lies behind the best of the
sentence and behind the best at the same words (of two names for the same words one is meant), how
much those words ask for a skill at all. Fitted on sentences that people labelled, among them such
as ask for nothing, in the share in which documents hold them.
"""

from collections.abc import Sequence, Set

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from muster.services.skills.map.linking.encoder import Floats
from muster.services.skills.map.linking.fusing import Candidates

FITTED_ON = 20  # candidates of each sentence
_BINS = 10


def described(one: Candidates) -> NDArray[np.float64]:
    """Return what is known of each candidate of a sentence: candidates x 10."""
    score = one.score.astype(np.float64)
    begins, ends = one.places.T
    near = (begins[:, None] < ends[None, :]) & (begins[None, :] < ends[:, None])
    np.fill_diagonal(near, val=True)
    there = np.where(near, score[None, :], -np.inf).max(axis=1)
    following = np.append(score[1:], score[-1:])
    return np.column_stack(
        [
            score,
            one.likenesses,
            score.max(initial=-np.inf) - score,
            there - score,
            np.where(np.arange(len(score)) == 0, score - following, 0.0),
            one.asks,
            np.full(len(score), np.log1p(one.windows)),
        ]
    )


def probabilities(one: Candidates, calibration: Floats) -> NDArray[np.float64]:
    """Return the probability of each candidate that the sentence asks for it.

    Args:
        one: the candidates of a sentence.
        calibration: as ``fit`` returns it.
    """
    means, spreads, weights = calibration.astype(np.float64)
    odds = (described(one) - means[:-1]) / spreads[:-1] @ weights[:-1] + weights[-1]
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)


def fit(found: Sequence[Candidates], asked: Sequence[Set[int]], *, strength: float = 1.0) -> Floats:
    """Return means, spreads and weights, 3 x 11; the last weight is the constant.

    Args:
        found: the candidates of each labelled sentence.
        asked: of each sentence the skills it asks for.
        strength: of what holds the weights small; the smaller the stronger.
    """
    given = np.vstack([described(one)[:FITTED_ON] for one in found])
    right = np.concatenate(
        [
            [int(skill) in wanted for skill in one.skills[:FITTED_ON]]
            for one, wanted in zip(found, asked, strict=True)
        ]
    )
    means, spreads = given.mean(axis=0), np.maximum(given.std(axis=0), 1e-6)
    model = LogisticRegression(C=strength, max_iter=1000).fit((given - means) / spreads, right)
    return np.vstack(
        [
            np.append(means, 0.0),
            np.append(spreads, 1.0),
            np.append(model.coef_[0], model.intercept_[0]),
        ]
    ).astype(np.float32)


def calibration_error(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over ten bins of equal width.

    Each bin says by how much its mean probability and its share of right ones differ; bins count
    by how much lies in them. 0 where nothing is given.
    """
    if not len(probability):
        return 0.0
    bins = np.minimum((probability * _BINS).astype(np.int64), _BINS - 1)
    error = 0.0
    for number in range(_BINS):
        inside = bins == number
        if inside.any():
            error += inside.mean() * abs(probability[inside].mean() - right[inside].mean())
    return float(error)
