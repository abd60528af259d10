"""Neighbourhoods of the map, about as many as a person can read, each with a name.

Clusters are dense parts of the map itself, so that what a page colours alike lies together. A
cluster is called by the skills most typical of it: asked for often, and near its other skills. Who
found "Nursing care, patient records" in the last release finds it in the next: a cluster that holds
about the same skills keeps its number and its name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree
from sklearn.cluster import HDBSCAN

from muster.services.skills.map.release.shapes import TABLES

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

# About so many clusters are readable, where there are skills enough for them.
FEWEST: Final = 15
MOST: Final = 40
_EACH: Final = 12
# A cluster is one of the last release's where at least half of both is the same.
_SAME: Final = 0.5
# A branch names a cluster where so much of the cluster is of it, and twice as much as of the map.
_OF_BRANCH: Final = 0.6
_LONGEST: Final = 32
_WORDS_OF_NOTHING: Final = frozenset(
    {"a", "an", "and", "or", "of", "the", "to", "for", "in", "on", "with"}
    | {"use", "using", "manage", "perform", "provide"}
)


@dataclass(frozen=True, eq=False)
class Clusters:
    """``of`` is each skill's cluster, -1 for none; ``table`` is ``clusters`` of a release."""

    of: Numbers
    table: pl.DataFrame


def clustered(xy: Floats) -> Numbers:
    """Return each skill's cluster, 0 and up, -1 for none.

    Of several sizes that a least cluster may have, the one that leaves fewest skills outside is
    taken among those that give a readable number of clusters.
    """
    count = len(xy)
    most = min(MOST, count // _EACH)
    if most < 2:
        return np.zeros(count, np.int64) if count >= 3 else np.full(count, -1)
    fewest = min(FEWEST, max(2, most // 2))
    best: tuple[float, Numbers] | None = None
    for least in sorted({max(3, round(count / part)) for part in (25, 35, 50, 70, 100, 140, 200)}):
        for way in ("eom", "leaf"):
            found = HDBSCAN(
                min_cluster_size=least, min_samples=3, cluster_selection_method=way, copy=True
            ).fit_predict(xy)
            number = int(found.max()) + 1
            if number == 0:
                continue
            joined = _joined(xy, found.astype(np.int64))
            off = max(0, fewest - number, number - most) / most
            largest = np.bincount(joined[joined >= 0]).max() / count
            cost = 10 * off + float((joined < 0).mean()) + largest
            if best is None or cost < best[0]:
                best = (cost, joined)
    return np.zeros(count, np.int64) if best is None else best[1]


def _joined(xy: Floats, found: Numbers) -> Numbers:
    """Return clusters with skills beside them taken in: those that lie as close as members do."""
    inside = np.flatnonzero(found >= 0)
    tree = cKDTree(xy[inside])
    apart = np.asarray(tree.query(xy[inside], k=[min(4, len(inside))])[0])
    close = 2 * float(np.median(apart))
    outside = np.flatnonzero(found < 0)
    if len(outside) == 0:
        return found
    far, which = tree.query(xy[outside])
    joined = found.copy()
    joined[outside] = np.where(far <= close, found[inside[which]], -1)
    return joined


def named(
    found: Numbers,
    skills: pl.DataFrame,
    xy: Floats,
    counts: Floats,
    *,
    vectors: Floats | None = None,
    branches: Sequence[str | None] | None = None,
    previous: tuple[pl.DataFrame, pl.DataFrame] | None = None,
) -> Clusters:
    """Return clusters with numbers and names.

    Args:
        found: each skill's cluster as ``clustered`` says.
        skills: ``id, label`` in the same order.
        xy: where they lie.
        counts: how many adverts ask for each.
        vectors: what each is like, skills x any; places where None.
        branches: the readable name of the branch of each, where it is known.
        previous: tables ``skills`` and ``clusters`` of the last release.
    """
    count = int(found.max(initial=-1)) + 1
    members = [np.flatnonzero(found == one) for one in range(count)]
    kept = _carried(members, skills["id"].to_list(), previous)
    labels = skills["label"].to_list()
    numbers, names = [-1] * count, [""] * count
    for one, (number, name) in kept.items():
        numbers[one], names[one] = number, name
    fresh = _first_free(previous)
    used = {name.casefold() for name in names if name}
    # Large clusters choose their names first.
    for one in sorted(range(count), key=lambda one: (-float(counts[members[one]].sum()), one)):
        if one in kept:
            continue
        best = members[one][_typical(members[one], counts, xy if vectors is None else vectors)]
        names[one] = _name([labels[row] for row in best], _branch(members[one], branches), used)
        numbers[one], fresh = fresh, fresh + 1
        used.add(names[one].casefold())
    turned = np.array([*numbers, -1], np.int64)[found]
    weight = np.sqrt(np.maximum(counts, 1e-9))
    middle = [np.average(xy[rows], axis=0, weights=weight[rows]) for rows in members]
    table = pl.DataFrame(
        {
            "cluster": pl.Series(numbers, dtype=pl.Int32),
            "name": pl.Series(names, dtype=pl.String),
            "x": pl.Series([float(one[0]) for one in middle], dtype=pl.Float64),
            "y": pl.Series([float(one[1]) for one in middle], dtype=pl.Float64),
            "skills": pl.Series([len(rows) for rows in members], dtype=pl.UInt32),
        },
        schema_overrides=TABLES["clusters"],
    ).sort("cluster")
    return Clusters(turned, table)


def _first_free(previous: tuple[pl.DataFrame, pl.DataFrame] | None) -> int:
    """Return the first number that the last release does not use."""
    if previous is None or previous[1].is_empty():
        return 0
    return int(previous[1]["cluster"].to_numpy().max()) + 1


def _carried(
    members: list[Numbers], ids: list[str], previous: tuple[pl.DataFrame, pl.DataFrame] | None
) -> dict[int, tuple[int, str]]:
    """Return number and name of clusters that hold about the same skills as one of the last."""
    if previous is None or not members or previous[1].is_empty():
        return {}
    of_id = dict(previous[0].select("id", "cluster").iter_rows())
    olds: list[tuple[int, str]] = list(previous[1].select("cluster", "name").iter_rows())
    rows_of = {number: row for row, (number, _) in enumerate(olds)}
    alike = np.zeros((len(members), len(olds)))
    sizes = np.zeros(len(olds))
    for one in ids:
        if of_id.get(one, -1) in rows_of:
            sizes[rows_of[of_id[one]]] += 1
    for cluster, rows in enumerate(members):
        known = [of_id[ids[row]] for row in rows if ids[row] in of_id]
        for number in known:
            if number in rows_of:
                alike[cluster, rows_of[number]] += 1
        alike[cluster] = 2 * alike[cluster] / np.maximum(sizes + len(known), 1)
    new, old = linear_sum_assignment(-alike)
    return {
        int(one): olds[other]
        for one, other in zip(new, old, strict=True)
        if alike[one, other] >= _SAME
    }


def _typical(rows: Numbers, counts: Floats, vectors: Floats) -> Numbers:
    """Return the members of a cluster, the most typical first."""
    own = vectors[rows]
    apart = np.linalg.norm(own - own.mean(axis=0), axis=1)
    near = np.exp(-((apart / max(float(np.median(apart)), 1e-9)) ** 2) / 2)
    return np.argsort(-near * np.sqrt(np.maximum(counts[rows], 0)), kind="stable")


def _branch(rows: Numbers, branches: Sequence[str | None] | None) -> str | None:
    """Return the branch that most of a cluster is of, if the map as a whole is not."""
    if branches is None:
        return None
    known = [one for one in (branches[row] for row in rows) if one]
    if len(known) * 2 < len(rows):
        return None
    first = max(sorted(set(known)), key=known.count)
    of_all = sum(one == first for one in branches) / max(1, sum(bool(one) for one in branches))
    share = known.count(first) / len(known)
    fits = share >= max(_OF_BRANCH, 2 * of_all) and len(first) <= _LONGEST
    return first if fits else None


def _name(labels: list[str], branch: str | None, used: set[str]) -> str:
    """Return a name that no other cluster has, of the most typical labels that differ in words."""
    for start in range(len(labels)):
        first = labels[start]
        others = [one for one in labels if one != first and not (_words(one) & _words(first))]
        said = [branch] if branch and branch.casefold() != first.casefold() else []
        for second in [*others[:3], None]:
            parts = [*said, first, *([second] if second and not said else [])]
            name = ", ".join(parts)
            name = name[:1].upper() + name[1:]
            if name.casefold() not in used:
                return name
    number = 2
    while f"{labels[0]} {number}".casefold() in used:
        number += 1
    return f"{labels[0]} {number}"


def _words(label: str) -> set[str]:
    """Return the words of a label that say what it is about."""
    return set(label.casefold().replace("-", " ").split()) - _WORDS_OF_NOTHING
