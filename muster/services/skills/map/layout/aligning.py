"""Keeps skills where people found them: a new map is laid on the last release.

A map may be turned and mirrored without saying anything else. So a new one
begins from the places of the last release (``begun``), is held near them while it is laid out, and
is turned at the end so that shared skills lie as near as can be to where they were (``aligned``).
"""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

HOLD = 0.5
"""How strongly a release holds the next one: chosen on real adverts, nine tenths and then all."""


def begun(skill_ids: Sequence[str], previous: pl.DataFrame) -> NDArray[np.float64]:
    """Return where each skill lay in the last release (``id``, ``x``, ``y``), by row.

    A skill that it did not have is not a number; ``lay_out`` finds it a place to start from.
    """
    wanted = pl.DataFrame({"id": list(skill_ids)}, schema={"id": pl.String})
    found = wanted.join(
        previous.select("id", "x", "y").unique("id", keep="first", maintain_order=True),
        on="id", how="left", maintain_order="left",
    )  # fmt: skip
    return found.select(pl.col("x", "y").cast(pl.Float64).fill_null(float("nan"))).to_numpy()


def aligned(
    xy: NDArray[np.float64], skill_ids: Sequence[str], previous: pl.DataFrame
) -> NDArray[np.float64]:
    """Return a layout turned, and mirrored if need be, onto the last release.

    Args:
        xy: n x 2, its middle at 0.
        skill_ids: of its rows.
        previous: ``id``, ``x`` and ``y`` of the last release.
    """
    return onto(xy, begun(skill_ids, previous))


def onto(xy: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a layout fitted onto another, row by row; rows that are not numbers have no say.

    The orthogonal fit of least squares (Procrustes), a mirror image allowed. It turns about 0, the
    middle of both maps, and neither shifts nor enlarges: the middle has a meaning. With fewer than
    two rows in common it is returned as it is.
    """
    shared = np.isfinite(target).all(axis=1)
    if shared.sum() < 2:
        return xy
    left, _, right = np.linalg.svd(xy[shared].T @ target[shared])
    return np.asarray(xy @ (left @ right))
