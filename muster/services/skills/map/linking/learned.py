"""What training left: maps between sentences and names of skills, and weights; no sentence of it.

Fitted on labelled sentences by ``training.py``; what it was fitted on, by name and digest, stands
in ``trained/provenance.json``.
"""

import hashlib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SHIPPED = Path(__file__).parent / "trained" / "linker.npz"

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Learned:
    """The numbers that the linker reads with.

    Args:
        words: 384 x 384, takes the vector of a few words of a sentence to where the name of the
            skill they ask for lies.
        sentence: 384 x 384, the same for a whole sentence.
        asks: 385 numbers: how much a token is of words that ask for a skill, and the constant.
        weights: how much each likeness counts, in the order of ``fusing.LIKENESSES``.
        calibration: what makes a probability of likenesses (see ``calibrating``): a row of means,
            one of spreads, one of weights, the last weight the constant.
    """

    words: Floats
    sentence: Floats
    asks: Floats
    weights: Floats
    calibration: Floats

    def save(self, path: Path) -> None:
        """Write the numbers, maps in half precision, the same bytes for the same numbers."""
        maps = ("words", "sentence", "asks")
        arrays = {
            one.name: getattr(self, one.name).astype(np.float16 if one.name in maps else np.float32)
            for one in fields(self)
        }
        np.savez_compressed(path, **arrays)


def read_learned(path: Path) -> Learned:
    """Return the numbers of a file that ``save`` wrote."""
    with np.load(path, allow_pickle=False) as held:
        return Learned(**{one.name: held[one.name].astype(np.float32) for one in fields(Learned)})


@cache
def shipped_learned() -> Learned:
    """Return the numbers that ship."""
    return read_learned(SHIPPED)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def ridge(given: Floats, wanted: Floats, strength: float) -> Floats:
    """Return the map nearest to leaving all as it is that takes ``given`` to ``wanted``.

    Minimises the squared error and ``strength`` times the squared distance of the map from the
    identity, so that what few examples speak of stays where the language model put it.

    Args:
        given, wanted: examples x 384.
        strength: in examples.
    """
    same = np.eye(given.shape[1], dtype=np.float64)
    x, y = given.astype(np.float64), wanted.astype(np.float64)
    return np.asarray(
        np.linalg.solve(x.T @ x + strength * same, x.T @ y + strength * same), dtype=np.float32
    )
