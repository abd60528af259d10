"""How probable it is that a sentence asks for the skill whose name was found in it.

Two factors, both learned from sentences that people marked (see ``calibration.toml``): that the
words lie within what the sentence asks for, by a logistic of what is known of name and sentence;
and that the skill is the one meant, for each kind of name.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

_FILE = Path(__file__).parent / "calibration.toml"
_CUES = (
    r"(?i)\b(experience|knowledge|understanding|skills?|abilit(y|ies)|able to|proficien\w+|"
    r"competen\w+|expertise|familiar\w*|degree|qualif\w+|strong|excellent|background)\b"
)
_OFFERED = (
    r"(?i)\b(we offer|our (team|company|clients?|mission|products?|organisation)|benefits|"
    r"you will (receive|get)|salary|pension|about us|we are|is a leading|apply)\b"
)


def features() -> tuple[str, ...]:
    """Return the names of what the logistic weighs, in order."""
    return (
        "added", "second name", "other form", "two words", "three words or more", "skill",
        "cue", "offered",
    )  # fmt: skip


def described(read: pl.DataFrame) -> NDArray[np.float64]:
    """Return what is known of each name found: rows x features."""
    columns = (
        pl.col("rank") == 0, pl.col("rank").is_in([2, 4]), pl.col("rank") >= 3,
        pl.col("words") == 2, pl.col("words") >= 3, pl.col("kind") == "skill",
        pl.col("text").str.contains(_CUES), pl.col("text").str.contains(_OFFERED),
    )  # fmt: skip
    names = zip(features(), columns, strict=True)
    table = read.select(**{name: column.cast(pl.Float64) for name, column in names})
    return table.to_numpy().reshape(read.height, len(columns))


@cache
def fitted() -> dict[str, Any]:
    """Return the numbers that ship."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def weighed(table: NDArray[np.float64], numbers: dict[str, Any]) -> NDArray[np.float64]:
    """Return how probable it is that each name lies within what its sentence asks for."""
    weights = np.array([numbers["weights"].get(name, 0.0) for name in features()])
    return np.asarray(1 / (1 + np.exp(-(table @ weights + numbers["intercept"]))))


def probabilities(read: pl.DataFrame) -> NDArray[np.float64]:
    """Return the probability of each name found.

    Args:
        read: ``text``, ``surface``, ``rank``, ``words``, ``kind``, ``sense``, ``shared``.
    """
    numbers = fitted()
    within = weighed(described(read), numbers)
    right = read.select(
        pl.when(pl.col("rank") <= 1)
        .then(numbers["right"]["first"])
        .when(pl.col("rank") == 2)
        .then(numbers["right"]["second"])
        .otherwise(numbers["right"]["other"])
        / pl.col("shared")
    ).to_series()
    return np.asarray(within * right.to_numpy(), dtype=np.float64)
