"""How sure a skill's place is: the map laid out again and again from adverts drawn by chance.

Other adverts of the same service would have given another map. So adverts are drawn with
replacement (each counts as often as a Poisson number around one says), the map is learned from
those, and laid on the first as well as turning, mirroring, growing and shifting allow. Where a
skill comes to lie in these replicates says how sure its place is. Its **90 % region** is an ellipse
around its dot in which another such map would put it, nine times out of ten.

Twenty replicates tell little of one skill's ellipse. Its covariance is therefore drawn towards that
of skills that about as many adverts ask for: towards the edge of the map and along it separately,
as places move differently in these two directions. How wide 90 % is is not taken from a normal
distribution, as skills also jump from one neighbourhood to another: it is read from the replicates,
each judged by regions made of all others. ``coverage`` measures the whole on replicates that
had no part in it.

Which adverts a replicate draws depends on the seed and its number alone, so any number of them can
be made at a time (``replicating`` does).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

REPLICATES: Final = 20
SURE: Final = 0.9
# How many replicates the covariance of like skills counts for, beside a skill's own.
_LIKE: Final = 8.0
# Skills on each side, in the order of their counts, that are like one.
_BESIDE: Final = 40
# No region is smaller than this, in units of the map: a pixel of a large drawing.
_LEAST: Final = 0.002


@dataclass(frozen=True, eq=False)
class Regions:
    """The 90 % region of each skill: half axes ``a >= b``, and the angle of ``a`` to the x axis.

    Angles are in radians, above -pi/2 and up to pi/2. ``places`` is replicates x skills x 2.
    """

    a: Floats
    b: Floats
    angle: Floats
    places: Floats


def drawn_adverts(adverts: int, seed: int, number: int) -> npt.NDArray[np.int64]:
    """Return how often each advert counts in a replicate."""
    return np.random.default_rng([seed, number]).poisson(1.0, adverts)


def laid_on(places: Floats, xy: Floats, counts: Floats) -> Floats:
    """Return places turned, mirrored, scaled and shifted to lie on ``xy`` as well as they can.

    Skills that more adverts ask for are surer, so they say more of how a map is to be laid.
    """
    there = np.isfinite(places).all(axis=1)
    if there.sum() < 3:
        return places.copy()
    weight = np.sqrt(counts[there])[:, None]
    weight = weight / max(float(weight.sum()), 1e-12)
    from_, to = (weight * places[there]).sum(0), (weight * xy[there]).sum(0)
    p, q = places[there] - from_, xy[there] - to
    cross = (weight * p).T @ q
    u, size, vt = np.linalg.svd(cross)
    scale = size.sum() / max(float((weight * p**2).sum()), 1e-12)
    laid: Floats = scale * (places - from_) @ (u @ vt) + to
    return laid


def fitted(xy: Floats, counts: Floats, places: Floats) -> Regions:
    """Return the regions that replicates tell of.

    Args:
        xy: where skills lie, skills x 2.
        counts: how many adverts ask for each.
        places: replicates x skills x 2, laid on ``xy``; NaN where a skill was not drawn.
    """
    turn = _outwards(xy)
    moved = np.einsum("sij,rsj->rsi", turn, places - xy)
    own = np.einsum("rsi,rsj->sij", *(np.nan_to_num(moved),) * 2)
    seen = np.isfinite(moved).all(axis=2).sum(axis=0)
    order = np.argsort(counts, kind="stable")
    inside = _drawn_towards_like(own, seen, order)
    wide = _width(moved, own, seen, order)
    covariance = np.einsum("sji,sjk,skl->sil", turn, inside * wide, turn)
    values, vectors = np.linalg.eigh((covariance + covariance.transpose(0, 2, 1)) / 2)
    half = np.sqrt(np.maximum(values, _LEAST**2))
    angle = np.arctan2(vectors[:, 1, 1], vectors[:, 0, 1])
    angle = np.where(angle <= -np.pi / 2, angle + np.pi, angle)
    angle = np.where(angle > np.pi / 2, angle - np.pi, angle)
    return Regions(half[:, 1], half[:, 0], angle, places)


def inside(regions: Regions, xy: Floats, places: Floats) -> npt.NDArray[np.bool_]:
    """Return whether each place lies in its skill's region, replicates x skills."""
    off = places - xy
    cos, sin = np.cos(regions.angle), np.sin(regions.angle)
    u, v = off[..., 0] * cos + off[..., 1] * sin, off[..., 1] * cos - off[..., 0] * sin
    found: npt.NDArray[np.bool_] = (u / regions.a) ** 2 + (v / regions.b) ** 2 <= 1
    return found


def coverage(xy: Floats, counts: Floats, places: Floats, *, held_out: int = 5) -> float:
    """Return which part of held-out places lies in regions made of the other replicates.

    Regions of ``SURE`` are right where it is 0.9; each fold of ``held_out`` replicates is left out
    once, and no replicate ever judges a region that it helped to make.
    """
    folds = [
        np.arange(start, min(start + held_out, len(places)))
        for start in range(0, len(places), held_out)
    ]
    hit, of = 0, 0
    for fold in folds:
        rest = np.delete(places, fold, axis=0)
        if len(rest) < 3:
            continue
        there = np.isfinite(places[fold]).all(axis=2)
        hit += int((inside(fitted(xy, counts, rest), xy, places[fold]) & there).sum())
        of += int(there.sum())
    return hit / max(1, of)


def _outwards(xy: Floats) -> Floats:
    """Return for each skill the rotation whose first axis points away from the middle."""
    angle = np.arctan2(xy[:, 1], xy[:, 0])
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], axis=1)


def _drawn_towards_like(
    own: Floats, seen: npt.NDArray[np.int64], order: npt.NDArray[np.int64]
) -> Floats:
    """Return covariances drawn towards the median of skills of like count.

    Args:
        own: sums of products over replicates, skills x 2 x 2, outwards and along the edge.
        seen: how many replicates each is of.
        order: skills by count.
    """
    each = own[order] / np.maximum(seen[order], 1)[:, None, None]
    count = len(order)
    like = np.zeros_like(own)
    starts = np.clip(np.arange(count) - _BESIDE, 0, max(0, count - 2 * _BESIDE - 1))
    wide = min(count, 2 * _BESIDE + 1)
    for axis in (0, 1):
        windows = np.lib.stride_tricks.sliding_window_view(each[:, axis, axis], wide)
        like[order, axis, axis] = np.maximum(np.mean(windows, axis=1)[starts], _LEAST**2 / 4)
    drawn: Floats = (own + _LIKE * like) / (seen + _LIKE)[:, None, None]
    return drawn


def _width(
    moved: Floats,
    own: Floats,
    seen: npt.NDArray[np.int64],
    order: npt.NDArray[np.int64],
) -> Floats:
    """Return by how much covariances are widened to hold 90 % of places, skills x 1 x 1.

    Every replicate is judged by covariances made of all others, and the width is what holds nine
    in ten of them: for skills of like count, so that rare and common ones are held alike.
    """
    far = np.full(moved.shape[:2], np.nan)
    there = np.asarray(np.isfinite(moved).all(axis=2))
    for number, one in enumerate(moved):
        left = own - np.einsum("si,sj->sij", *(np.nan_to_num(one),) * 2)
        covariance = _drawn_towards_like(left, seen - there[number], order)
        far[number] = np.einsum("si,sij,sj->s", one, np.linalg.inv(covariance), one)
    parts = np.array_split(order, max(1, min(8, len(order) // 50)))
    wide = np.ones(len(order))
    for part in parts:
        some = far[:, part][there[:, part]]
        wide[part] = np.quantile(some, SURE) if len(some) else 1.0
    return wide[:, None, None]
