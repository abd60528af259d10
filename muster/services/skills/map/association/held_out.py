"""How well an association foretells which skills adverts that it has not seen ask for together.

The measurement, exactly. Adverts are split by a seed, a fifth held out. A held-out advert asks for
a skill if anything in it was taken for a mention of it, however probable; with ``at_least``, only
if that is as probable as that. Of all pairs of skills that held-out adverts ask for:

* a pair is true if at least two held-out adverts ask for both, and they meet over twice as often
  as chance would have it (lift over 2);
* a pair is false if no held-out advert asks for both. It weighs as many adverts as chance would
  have asked for both, so that common skills that do not meet count, and two rare ones hardly do;
* any other pair is neither.

AUC is the probability that a true pair scores higher than a false one drawn by its weight, half
for a tie; over all pairs, and over those that no advert learned from asks for together.

Of very many skills not every false pair can be held in memory. Of more than 3,000, four million
pairs are drawn by what a false one weighs, from a seed; those that never met stand for all false
pairs and weigh 1 each. That gives the same AUC on average.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from muster.services.skills.map.asked import Asked
from muster.services.skills.map.association.counting import together

SHARE, LEAST_MEETINGS, LEAST_LIFT = 0.2, 2, 2.0
ANY_MENTION = 1e-9
MOST_SKILLS, DRAWN = 3_000, 4_000_000

Score = Callable[[NDArray[np.int64]], NDArray[np.float64]]


@dataclass(frozen=True)
class Judged:
    """Pairs to be told apart: rows of two skills, which are true, what each weighs, which are new.

    ``unseen`` marks pairs that no advert learned from asks for together.
    """

    pairs: NDArray[np.int64]
    true: NDArray[np.bool_]
    weights: NDArray[np.float64]
    unseen: NDArray[np.bool_]


def split(asked: Asked, *, seed: int = 0, share: float = SHARE) -> tuple[Asked, Asked]:
    """Return adverts to learn from and adverts held out; both keep all skills."""
    out = np.random.default_rng(seed).random(asked.adverts) < share
    learned, held = (np.flatnonzero(rows) for rows in (~out, out))
    return (
        Asked(asked.matrix[learned], asked.skills, asked.weights[learned]),
        Asked(asked.matrix[held], asked.skills, asked.weights[held]),
    )


def judged(
    learned: Asked,
    held: Asked,
    *,
    at_least: float = ANY_MENTION,
    most: int = MOST_SKILLS,
    drawn: int = DRAWN,
) -> Judged:
    """Return the pairs of skills that held-out adverts settle.

    Args:
        learned: adverts learned from.
        held: adverts held out, of the same skills.
        at_least: how probable a mention must be for its advert to ask.
        most: of more skills than that, false pairs are drawn.
        drawn: how many pairs are drawn then; those that meet are left out of them.
    """
    both = together(held, at_least=at_least)
    certain = held.matrix.data >= at_least
    alone = np.bincount(held.matrix.indices[certain], minlength=both.shape[0]).astype(np.float64)
    if both.shape[0] <= most:
        return _every_pair(learned, held, both.toarray(), alone)
    return _drawn_pairs(learned, held, both, alone, drawn)


def _every_pair(
    learned: Asked, held: Asked, both: NDArray[np.float64], alone: NDArray[np.float64]
) -> Judged:
    """Return every pair that is settled, from how many adverts ask for both and for each."""
    one, other = np.triu_indices(both.shape[0], 1)
    chance = alone[one] * alone[other] / max(held.adverts, 1)
    met = both[one, other]
    true = _is_true(met, chance)
    counts = (true | (met == 0)) & (chance > 0)
    seen = together(learned).toarray()[one, other] > 0
    return Judged(
        np.column_stack([one, other])[counts],
        true[counts],
        np.where(true, 1.0, chance)[counts],
        ~seen[counts],
    )


def _drawn_pairs(
    learned: Asked, held: Asked, both: csr_array, alone: NDArray[np.float64], drawn: int
) -> Judged:
    """Return every true pair, and false ones drawn by their weight: ``alone`` of one and other."""
    met = both.tocoo()
    chance = alone[met.row] * alone[met.col] / max(held.adverts, 1)
    good = (met.row < met.col) & _is_true(met.data, chance)
    up_to = np.cumsum(alone)
    places = np.random.default_rng(0).random((drawn if up_to[-1] > 0 else 0, 2)) * up_to[-1]
    pairs = np.sort(np.searchsorted(up_to, places, side="right"), axis=1)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    pairs = pairs[_of(both, pairs) == 0]
    every = np.concatenate([np.column_stack([met.row[good], met.col[good]]), pairs])
    seen = _of(together(learned), every) > 0
    return Judged(every, np.arange(len(every)) < good.sum(), np.ones(len(every)), ~seen)


def _is_true(met: NDArray[np.float64], chance: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which pairs belong together: by how often they meet, and how often by chance."""
    return np.asarray((met >= LEAST_MEETINGS) & (met > LEAST_LIFT * chance), dtype=np.bool_)


def _of(both: csr_array, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what a table of skills by skills says of each pair."""
    if not len(pairs):
        return np.zeros(0)
    return np.asarray(both[pairs[:, 0], pairs[:, 1]], dtype=np.float64).ravel()


def told_apart(of: Judged, score: Score) -> tuple[float, float]:
    """Return the AUC over all pairs, and over pairs unseen; not a number where there is none."""
    scores = score(of.pairs)
    every = np.ones(len(scores), dtype=bool)
    overall, unseen = (
        weighted_auc(of.true[rows], scores[rows], of.weights[rows]) for rows in (every, of.unseen)
    )
    return overall, unseen


def weighted_auc(
    true: NDArray[np.bool_], scores: NDArray[np.float64], weights: NDArray[np.float64]
) -> float:
    """Return the weighted share of pairs of a true and a false one that are in the right order."""
    levels, level = np.unique(scores, return_inverse=True)
    good = np.bincount(level[true], weights=weights[true], minlength=len(levels))
    bad = np.bincount(level[~true], weights=weights[~true], minlength=len(levels))
    if not good.sum() or not bad.sum():
        return float("nan")
    below = np.cumsum(bad) - bad
    return float((good * (below + bad / 2)).sum() / (good.sum() * bad.sum()))
