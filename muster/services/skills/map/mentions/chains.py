"""Sentences as chains of tags: how well weights explain them, and which way is better.

A conditional random field over three tags, all sentences at once, token by token; the longest
sentences first, so that those still going on are always the first rows.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import logsumexp

from muster.services.skills.map.mentions.spans import CONTINUES, OUTSIDE

Numbers = NDArray[np.float64]
_NEVER = -50.0
# A phrase goes on only from one that was begun; so none goes on at the start of a sentence.
BARRED = np.zeros((3, 3))
BARRED[OUTSIDE, CONTINUES] = _NEVER
_FIRST = np.zeros(3)
_FIRST[CONTINUES] = _NEVER


class Chains:
    """Sentences to learn from.

    Args:
        table: tokens x what is known of them, sentence by sentence.
        tags: of each token.
        lengths: tokens of each sentence, none of them 0.
    """

    def __init__(
        self, table: csr_array, tags: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> None:
        order = np.argsort(-lengths, kind="stable")
        starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))[order]
        ordered = lengths[order]
        self._table, self._across = table, csr_array(table.T)
        # The token of each sentence still going on, at each step.
        self._steps = [starts[: int((ordered > at).sum())] + at for at in range(int(ordered.max()))]
        self._ends = np.sort(starts + ordered - 1)
        self._gold = np.eye(3)[tags]
        follows = np.ones(len(tags), dtype=bool)
        follows[starts] = False
        later = np.flatnonzero(follows)
        self._paths = np.zeros((3, 3))
        np.add.at(self._paths, (tags[later - 1], tags[later]), 1)
        self._taken = float(len(starts))

    def loss(self, numbers: Numbers, firm: float) -> tuple[float, Numbers]:
        """Return how badly numbers explain the tags, and its slope.

        Args:
            numbers: weights (known x 3) and steps (3 x 3), one after the other.
            firm: how strongly they are held near nothing.
        """
        weights, free = numbers[:-9].reshape(-1, 3), numbers[-9:].reshape(3, 3)
        scores, steps = np.asarray(self._table @ weights), free + BARRED
        forward = self._forward(scores, steps)
        backward, paths = self._backward(scores, steps, forward)
        whole = logsumexp(forward[self._ends], axis=1)
        gained = float((self._gold * scores).sum() + (self._paths * steps).sum())
        shares = np.exp(forward + backward)
        slope = np.concatenate(
            [
                np.asarray(self._across @ (shares - self._gold)).ravel(),
                (paths - self._paths).ravel(),
            ]
        )
        value = float(whole.sum()) - gained + firm / 2 * float(numbers @ numbers)
        return value, slope + firm * numbers

    def _forward(self, scores: Numbers, steps: Numbers) -> Numbers:
        forward = np.empty_like(scores)
        forward[self._steps[0]] = scores[self._steps[0]] + _FIRST
        for tokens in self._steps[1:]:
            ways = forward[tokens - 1][:, :, None] + steps
            forward[tokens] = logsumexp(ways, axis=1) + scores[tokens]
        return forward

    def _backward(
        self, scores: Numbers, steps: Numbers, forward: Numbers
    ) -> tuple[Numbers, Numbers]:
        """Return what is still to come, less the whole, and how often each step is expected."""
        backward = np.empty_like(scores)
        backward[self._ends] = -logsumexp(forward[self._ends], axis=1, keepdims=True)
        paths = np.zeros((3, 3))
        for tokens in reversed(self._steps[1:]):
            after = (scores[tokens] + backward[tokens])[:, None, :] + steps
            backward[tokens - 1] = logsumexp(after, axis=2)
            paths += np.exp(forward[tokens - 1][:, :, None] + after).sum(axis=0)
        return backward, paths
