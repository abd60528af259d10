"""How much better than a coin an attacker is, and how much better he may be at most."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_Z = 1.959964


@dataclass(frozen=True)
class Advantage:
    """The share of those who have it that are named, less the share of others that are."""

    has: int
    named: int
    has_not: int
    wrongly: int

    @property
    def value(self) -> float:
        """Return what was measured."""
        return self.named / self.has - self.wrongly / self.has_not

    @property
    def upper(self) -> float:
        """Return the upper 95 % bound, by Newcombe of two Wilson intervals."""
        p, q = self.named / self.has, self.wrongly / self.has_not
        _low, most = wilson(self.named, self.has)
        least, _high = wilson(self.wrongly, self.has_not)
        return p - q + math.hypot(most - p, q - least)


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Return the 95 % interval of a share."""
    share, z2 = hits / tries, _Z * _Z
    middle = (share + z2 / (2 * tries)) / (1 + z2 / tries)
    off = _Z / (1 + z2 / tries) * math.sqrt(share * (1 - share) / tries + z2 / (4 * tries**2))
    return middle - off, middle + off


def advantage_of(claims: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> Advantage:
    """Return the advantage of somebody who claims of each target that they have it, or not."""
    return Advantage(
        int(truth.sum()), int((claims & truth).sum()), int((~truth).sum()),
        int((claims & ~truth).sum()),
    )  # fmt: skip


def balanced(truth: npt.NDArray[np.bool_], seed: int) -> npt.NDArray[np.intp]:
    """Return places of as many who have it as who have not, chosen by lot."""
    lot = np.random.default_rng(seed)
    yes, no = lot.permutation(np.flatnonzero(truth)), lot.permutation(np.flatnonzero(~truth))
    most = min(len(yes), len(no))
    return np.concatenate([yes[:most], no[:most]])
