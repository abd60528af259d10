"""Where a group's skills lie on the map: every skill smeared over its region, weighed by its share.

A skill is not a point. Its kernel is a normal density with the covariance of its 90 % region, and a
bandwidth besides, so that a surface is no sharper than the map is sure. Surfaces are made of shares
as ``shares`` estimates them, hence of told things alone.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from muster.services.skills.map.release.shapes import SIDE, WIDE

Floats = npt.NDArray[np.float64]

# The bandwidth, in units of the map (whose radius is about 1).
BANDWIDTH: Final = 0.05
# The square of a 90 % region's half axis over the variance along it: chi-squared, two dimensions.
_NINETY: Final = 4.605170185988092
_AT_ONCE: Final = 256


def kernels(xy: Floats, a: Floats, b: Floats, angle: Floats) -> npt.NDArray[np.float32]:
    """Return each skill's density over the grid, skills x (64 x 64), each summing to 1.

    Args:
        xy: skills x 2.
        a: half of one axis of each 90 % region.
        b: half of the other.
        angle: of the first to the x axis, in radians.
    """
    parts = [
        _kernels(xy[rows], a[rows], b[rows], angle[rows])
        for rows in np.array_split(np.arange(len(xy)), -(-len(xy) // _AT_ONCE) or 1)
    ]
    return np.concatenate(parts)


def _kernels(xy: Floats, a: Floats, b: Floats, angle: Floats) -> npt.NDArray[np.float32]:
    """Return the densities of a few skills, as they need many times the room of what is kept."""
    at = np.linspace(-WIDE, WIDE, SIDE + 1)
    middle = (at[1:] + at[:-1]) / 2
    along, across = a**2 / _NINETY + BANDWIDTH**2, b**2 / _NINETY + BANDWIDTH**2
    cos, sin = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
    dx = middle[None, None, :] - xy[:, 0, None, None]
    dy = middle[None, :, None] - xy[:, 1, None, None]
    u, v = dx * cos + dy * sin, dy * cos - dx * sin
    far = u**2 / along[:, None, None] + v**2 / across[:, None, None]
    # Beside the nearest cell, so that a skill far outside the square still has a kernel.
    near = far - far.min(axis=(1, 2), keepdims=True)
    dense = np.exp(-near / 2).reshape(len(xy), -1)
    found: npt.NDArray[np.float32] = (dense / dense.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


def densities(weights: Floats, kernel: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return groups x 64 x 64, each summing to 1; row 0 is the lowest y.

    Args:
        weights: groups x skills, shares.
        kernel: as ``kernels`` makes it.
    """
    whole = np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
    # One thread: how a product is shared among threads decides its last digits.
    with threadpool_limits(1):
        found = (weights / whole).astype(np.float32) @ kernel
    found /= np.maximum(found.sum(axis=1, keepdims=True), np.float32(1e-12))
    return np.ascontiguousarray(found.reshape(-1, SIDE, SIDE), np.float32)


def apart(first: npt.NDArray[np.float32], second: npt.NDArray[np.float32]) -> float:
    """Return the total variation between two surfaces: 0 where alike, 1 where they never meet."""
    return float(np.abs(first.astype(np.float64) - second).sum() / 2)
