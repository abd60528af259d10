"""What a layout minimises: neighbours torn apart, and skills at a distance not theirs.

The first term is that of t-SNE: the divergence of neighbours in the layout from neighbours in the
association. The second pulls skill *i* along its radius, towards a distance from the middle that
its place in the order of specialism gives it:

    weight / n * sum over i of (r_i - R * sqrt(order_i))^2,      0 < order_i < 1,

R being the 95th percentile of all distances, so that the order is held and not the size; with the
square root, a disc filled evenly is at rest. The weight grows from nothing, once neighbourhoods
have formed: before, it would hold apart what belongs together. A third, for a map that follows a
release, pulls skills towards where they were.

The gradient is that of openTSNE (its Barnes-Hut form, one thread), to which ours are added.
"""

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openTSNE import affinity, tsne
from scipy.sparse import csr_matrix
from scipy.stats import rankdata

SCALE = 0.01
"""What a weight of 1 is worth against the gradient of t-SNE."""


@dataclass
class Pulls:
    """What is added to the gradient of t-SNE, and how far it has grown.

    Args:
        order: for each skill, its place in the order of specialism, over 0 and under 1.
        weight: of the radius, when grown.
        grows_over: steps in which it grows; 0 for full weight at once.
        held_at: n x 2, where skills were; not a number for one that was nowhere.
        hold: the weight of that.
    """

    order: NDArray[np.float64]
    weight: float
    grows_over: int = 0
    held_at: NDArray[np.float64] | None = None
    hold: float = 0.0
    at_work: bool = True
    _steps: int = field(default=0, init=False)

    def __call__(
        self, embedding: NDArray[np.float64], affinities: csr_matrix, **how: Any
    ) -> tuple[float, NDArray[np.float64]]:
        """Return the divergence and the whole gradient, as openTSNE asks for them."""
        lost, gradient = tsne.kl_divergence_bh(embedding, affinities, **how)
        if self.at_work:
            self._steps += 1
            grown = min(1.0, self._steps / self.grows_over) if self.grows_over else 1.0
            gradient += self._radial(embedding, grown * self.weight)
            gradient += self._holding(embedding)
        return lost, gradient

    def lost(self, embedding: NDArray[np.float64], affinities: csr_matrix) -> float:
        """Return what a layout from the beginning loses by both terms, the radius at full weight.

        Args:
            embedding: n x 2.
            affinities: as ``affinities_of`` returns them.
        """
        distance, wanted = self._distances(embedding)
        away = float(((distance - wanted) ** 2).mean())
        return divergence(embedding, affinities) + SCALE * self.weight * away

    def _distances(
        self, embedding: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how far from the middle each skill is, and how far it should be."""
        distance = np.sqrt((embedding**2).sum(axis=1)) + 1e-9
        return distance, np.sqrt(self.order) * np.percentile(distance, 95)

    def _radial(self, embedding: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
        if not weight:
            return np.zeros_like(embedding)
        distance, wanted = self._distances(embedding)
        outwards = (distance - wanted) / distance
        return np.asarray(2 * SCALE * weight / len(embedding) * outwards[:, None] * embedding)

    def _holding(self, embedding: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.held_at is None or not self.hold:
            return np.zeros_like(embedding)
        away = np.where(np.isfinite(self.held_at), embedding - self.held_at, 0.0)
        return np.asarray(2 * SCALE * self.hold / len(embedding) * away)


def divergence(embedding: NDArray[np.float64], affinities: csr_matrix) -> float:
    """Return how far neighbours in a layout (n x 2) are from those in the association."""
    how = {"dof": 1, "bh_params": {"theta": 0.5}, "fft_params": {}, "should_eval_error": True}
    return float(tsne.kl_divergence_bh(np.ascontiguousarray(embedding), affinities, **how)[0])


def order_of(specialism: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each skill's place in the order of specialism, over 0 and under 1; equals share it."""
    ranks = np.asarray(rankdata(specialism), dtype=np.float64)
    return (ranks - 0.5) / max(len(specialism), 1)


def affinities_of(
    index: NDArray[np.int64], similarity: NDArray[np.float64], perplexity: float
) -> csr_matrix:
    """Return how probable a step from one skill to another is, from its nearest and how alike."""
    distance = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * similarity))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = affinity.joint_probabilities_nn(index, distance, [perplexity], n_jobs=1)
    return csr_matrix(found)


def descend(
    embedding: NDArray[np.float64],
    affinities: csr_matrix,
    pulls: Pulls,
    *,
    steps: int,
    exaggeration: float = 1.0,
) -> NDArray[np.float64]:
    """Return the layout after so many steps; the one given is left as it is."""
    moved = np.array(embedding, dtype=np.float64, order="C")
    _, result = tsne.gradient_descent()(
        moved,
        affinities.copy(),
        n_iter=steps,
        objective_function=pulls,
        learning_rate=len(moved) / exaggeration,
        momentum=0.8,
        exaggeration=exaggeration,
        n_jobs=1,
    )
    return np.asarray(result, dtype=np.float64)
