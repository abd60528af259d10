"""How well spans and probabilities agree with what people marked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]


@dataclass(frozen=True)
class Agreement:
    """Precision, recall and F1: strict (both ends), half (a span that overlaps counts half), and
    partial (a span that overlaps counts).
    """

    strict: tuple[float, float, float]
    half: tuple[float, float, float]
    partial: tuple[float, float, float]


def agreement(found: Sequence[Sequence[Span]], marked: Sequence[Sequence[Span]]) -> Agreement:
    """Return how spans found in sentences agree with those marked.

    Partial: a found span is right if it overlaps a marked one; a marked one is found if a found one
    overlaps it.
    """
    there = sum(len(one) for one in marked)
    said = sum(len(one) for one in found)
    same = sum(len(set(a) & set(b)) for a, b in zip(found, marked, strict=True))
    right = sum(_overlapping(a, b) for a, b in zip(found, marked, strict=True))
    met = sum(_overlapping(b, a) for a, b in zip(found, marked, strict=True))
    half = (same + right) / 2, (same + met) / 2
    return Agreement(
        _f(same, said, same, there), _f(half[0], said, half[1], there), _f(right, said, met, there)
    )


def _overlapping(these: Sequence[Span], those: Sequence[Span]) -> int:
    return sum(any(a[0] < b[1] and b[0] < a[1] for b in those) for a in these)


def _f(right: float, said: int, met: float, there: int) -> tuple[float, float, float]:
    precision, recall = right / said if said else 0.0, met / there if there else 0.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def calibration_error(
    probability: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10
) -> float:
    """Return the expected calibration error: in each tenth of probability, said against true."""
    which = np.minimum((probability * bins).astype(int), bins - 1)
    count = np.bincount(which, minlength=bins)
    said = np.bincount(which, weights=probability, minlength=bins)
    true = np.bincount(which, weights=right.astype(float), minlength=bins)
    return float(np.abs(said - true).sum() / max(count.sum(), 1))


def chance_errors(
    probability: NDArray[np.float64], *, seed: int, turns: int = 200
) -> NDArray[np.float64]:
    """Return calibration errors that these probabilities may show although they are exactly right.

    So few names were marked that even true probabilities show an error; their mean is its size.
    """
    random = np.random.default_rng(seed)
    drawn = (random.random(len(probability)) < probability for _ in range(turns))
    return np.array([calibration_error(probability, one) for one in drawn])


def debiased_error(
    probability: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10
) -> float:
    """Return the calibration error without what chance adds to it: root mean square, 0 at least.

    In each of ten equally filled bins the squared difference of said and true, less the variance
    of the share that is true (Kumar, Liang and Ma 2019, Verified Uncertainty Calibration). Not to
    be set beside ``calibration_error`` as if it were the same: squares weigh large errors more.
    """
    order = np.argsort(probability, kind="stable")
    parts = [one for one in np.array_split(order, bins) if len(one) > 1]
    squared = [
        len(one)
        * (
            (probability[one].mean() - right[one].mean()) ** 2
            - right[one].mean() * (1 - right[one].mean()) / (len(one) - 1)
        )
        for one in parts
    ]
    return float(np.sqrt(max(sum(squared) / max(sum(map(len, parts)), 1), 0.0)))


def shifted(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return probabilities with the odds of all multiplied until as many are said as are right.

    What error is left is not that of the share alone. Needs some right and some not.
    """
    odds = np.log(probability / (1 - probability))
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        too_few = (1 / (1 + np.exp(-odds - middle))).mean() < right.mean()
        low, high = (middle, high) if too_few else (low, middle)
    return np.asarray(1 / (1 + np.exp(-odds - low)))
