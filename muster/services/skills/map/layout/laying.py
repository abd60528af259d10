"""Lays skills out in the plane, from the beginning or from where they were.

The same association, specialism and seed give the same bytes on any number of threads: everything
runs in one. A layout of 2,300 skills takes seconds, one that starts from another about a second.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from muster.kernel.errors import BadInput
from muster.services.skills.map.association import Association
from muster.services.skills.map.layout.objective import (
    Pulls,
    affinities_of,
    descend,
    divergence,
    order_of,
)
from muster.services.skills.map.layout.quality import Quality, quality

WEIGHT = 0.6
PERPLEXITY = 30.0
EARLY, EARLY_STEPS, STEPS = 12.0, 250, 600
STARTS, SKILLS_OF_STARTS = 8, 2_000
STEPS_FROM_START, STEPS_HELD = 100, 300
FEWEST = 12
EDGE = 0.08


@dataclass(frozen=True)
class Layout:
    """Where each skill lies.

    Args:
        xy: float64, a row for each skill, in about the unit disc, its middle at 0.
        quality: how well neighbours and radius are kept; None if it was not to be measured.
    """

    xy: NDArray[np.float64]
    quality: Quality | None


def lay_out(
    association: Association,
    specialism: NDArray[np.float64],
    *,
    start: NDArray[np.float64] | None = None,
    seed: int = 0,
    weight: float = WEIGHT,
    hold: float = 0.0,
    measured: bool = True,
) -> Layout:
    """Return a place for each skill, so that neighbours stay and the general lie in the middle.

    Args:
        association: what is near what.
        specialism: for each skill, larger for more specialist; only its order counts.
        start: where skills were, in about the unit disc; not a number for one that was nowhere,
            which begins among its neighbours. The map changes from there as little as it must.
        seed: of the small differences that a layout from the beginning begins with.
        weight: of the order from middle to edge; 0 for none.
        hold: how strongly skills stay where they were, for the map that follows a release
            (``aligning.HOLD``); needs ``start``.
        measured: whether to measure quality.

    Raises:
        BadInput: if there is no skill, or a value of specialism is not a number.
    """
    size = len(association)
    if not size or len(specialism) != size or not np.isfinite(specialism).all():
        raise BadInput(
            "A map needs at least one skill, and for each a number that says how special it is",
            fix="Build it from adverts that ask for skills",
        )
    with threadpool_limits(1):
        if size < FEWEST:
            xy = _around(association, specialism, seed)
        elif start is None or not np.isfinite(start).all(axis=1).any():
            xy = _from_the_beginning(association, specialism, seed, weight)
        else:
            xy = _from(start, association, specialism, weight, hold)
    placed = in_the_disc(xy) if size >= FEWEST else xy
    told = quality(placed, association.vectors, specialism) if measured else None
    return Layout(placed, told)


def in_the_disc(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the layout about 0, nearly all within radius 1, nothing beyond 1.08.

    What lies furthest out is drawn in along its radius, in the order it had.
    """
    centred = xy - xy.mean(axis=0)
    radius = np.linalg.norm(centred, axis=1)
    unit = float(np.percentile(radius, 98)) if len(radius) else 0.0
    if unit <= 0:
        return np.asarray(centred)
    radius = radius / unit
    drawn_in = np.where(radius > 1, 1 + EDGE * -np.expm1(-(radius - 1) / EDGE), radius)
    return np.asarray(centred / unit * (drawn_in / np.maximum(radius, 1e-12))[:, None])


def _from_the_beginning(
    association: Association, specialism: NDArray[np.float64], seed: int, weight: float
) -> NDArray[np.float64]:
    """Return a layout from principal directions: neighbourhoods first, then the order as well.

    Few skills fall into place in many ways, some of them much worse than others. So a small map is
    laid out several times, and the one that loses least is returned.
    """
    flat, affinities, order = _flat(association), _affinities(association), order_of(specialism)
    best, least = flat, np.inf
    for number in range(max(1, min(STARTS, SKILLS_OF_STARTS // len(flat)))):
        aside = np.random.default_rng([seed, number] if number else seed)
        begun = 1e-4 * (flat + aside.normal(0, 0.01, flat.shape))
        pulls = Pulls(order, weight, grows_over=STEPS // 2, at_work=False)
        formed = descend(begun, affinities, pulls, steps=EARLY_STEPS, exaggeration=EARLY)
        pulls.at_work = True
        laid = descend(formed, affinities, pulls, steps=STEPS)
        lost = pulls.lost(laid, affinities)
        if lost < least:
            best, least = laid, lost
    return best


def _flat(association: Association) -> NDArray[np.float64]:
    """Return where skills lie along the two principal directions, about 1 in the first."""
    centred = association.vectors - association.vectors.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    main = vectors[:, np.argsort(-values, kind="stable")[:2]]
    flat = centred @ (main * np.where((main**3).sum(axis=0) < 0, -1.0, 1.0))
    return np.asarray(flat / max(float(flat[:, 0].std()), 1e-12))


def _from(
    start: NDArray[np.float64],
    association: Association,
    specialism: NDArray[np.float64],
    weight: float,
    hold: float,
) -> NDArray[np.float64]:
    """Return a layout a short way on from another, at the size that suits the objective."""
    affinities = _affinities(association)
    known = np.asarray(np.isfinite(start).all(axis=1), dtype=np.bool_)
    whole = _among_neighbours(start, known, association)
    order = order_of(specialism)
    size = _best_size(whole, affinities)
    held_at = np.where(known[:, None], start * size, np.nan)
    pulls = Pulls(order, weight, held_at=held_at, hold=hold)
    steps = STEPS_HELD if hold else STEPS_FROM_START
    return descend(whole * size, affinities, pulls, steps=steps)


def _affinities(association: Association) -> csr_matrix:
    size = len(association)
    perplexity = min(PERPLEXITY, (size - 1) / 3)
    index, similarity = association.near(min(size - 1, int(3 * perplexity)))
    return affinities_of(index, similarity, perplexity)


def _best_size(xy: NDArray[np.float64], affinities: csr_matrix) -> float:
    """Return by how much to enlarge a layout that was drawn in a disc, so that it is at rest."""
    sizes = np.sqrt(len(xy)) * 2.0 ** np.linspace(-2, 2, 9)
    lost = [divergence(xy * size, affinities) for size in sizes]
    return float(sizes[int(np.argmin(lost))])


def _among_neighbours(
    start: NDArray[np.float64], known: NDArray[np.bool_], association: Association
) -> NDArray[np.float64]:
    """Return the start with each new skill at the middle of those most alike that have a place."""
    placed = start.copy()
    old = np.flatnonzero(known)
    for new in np.flatnonzero(~known):
        alike = association.vectors[old] @ association.vectors[new]
        nearest = np.argsort(-alike, kind="stable")[:5]
        share = np.maximum(alike[nearest], 1e-3)
        angle = 2.4 * new
        aside = 0.01 * np.array([np.cos(angle), np.sin(angle)])
        placed[new] = (share[:, None] * start[old[nearest]]).sum(axis=0) / share.sum() + aside
    return placed


def _around(
    association: Association, specialism: NDArray[np.float64], seed: int
) -> NDArray[np.float64]:
    """Return a few skills around the middle: angles by likeness, distance by specialism.

    With so few there is no neighbourhood to keep; what is most alike stands side by side.
    """
    size = len(association)
    left, chain = set(range(1, size)), [0]
    while left:
        alike = association.vectors @ association.vectors[chain[-1]]
        chain.append(max(sorted(left), key=lambda other: float(alike[other])))
        left.remove(chain[-1])
    turned = np.random.default_rng(seed).uniform(0, 2 * np.pi) if seed else 0.0
    angle = np.empty(size)
    angle[chain] = turned + 2 * np.pi * np.arange(size) / size
    radius = np.sqrt(order_of(specialism)) if size > 1 else np.zeros(size)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
