"""Clusters: a readable number, names that no two share, and the same ones in the next release."""

import numpy as np
import polars as pl
import pytest

from muster.services.skills.map.clusters import Clusters, clustered, named


def islands(count: int, each: int, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    angle = 2 * np.pi * np.arange(count) / count
    middle = (
        np.stack([np.cos(angle), np.sin(angle)], 1) * (0.4 + 0.5 * (np.arange(count) % 2))[:, None]
    )
    return np.repeat(middle, each, axis=0) + random.normal(0, 0.02, (count * each, 2))


def skills(count: int, word: str = "craft") -> pl.DataFrame:
    return pl.DataFrame(
        {"id": [f"esco:{row}" for row in range(count)],
         "label": [f"{word}{row} keeping" for row in range(count)]}
    )  # fmt: skip


def first(xy: np.ndarray, **more: object) -> Clusters:
    counts = np.linspace(100, 5, len(xy))
    return named(clustered(xy), skills(len(xy)), xy, counts, **more)  # type: ignore[arg-type]


def test_islands_are_clusters() -> None:
    xy = islands(18, 30)
    found = clustered(xy)
    assert len(set(found.tolist())) == 18
    for island in range(18):
        assert len(set(found[island * 30 : (island + 1) * 30].tolist())) == 1


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 60, 300, 1500])
def test_any_map_has_a_readable_number_of_clusters(count: int) -> None:
    random = np.random.default_rng(count)
    found = clustered(random.normal(0, 0.4, (count, 2)))
    assert len(found) == count
    assert found.max(initial=-1) + 1 <= max(1, min(40, count // 8))
    if count >= 1500:
        assert found.max() + 1 >= 10


def test_no_two_names_are_alike_even_where_labels_are() -> None:
    xy = islands(18, 30)
    alike = skills(len(xy)).with_columns(label=pl.lit("keeping"))
    clusters = named(clustered(xy), alike, xy, np.ones(len(xy)))
    names = clusters.table["name"].to_list()
    assert len({name.casefold() for name in names}) == len(names) == 18


def test_a_name_is_of_skills_in_the_cluster() -> None:
    xy = islands(18, 30)
    clusters = first(xy)
    labels = skills(len(xy))["label"].to_list()
    for number, name in clusters.table.select("cluster", "name").iter_rows():
        inside = {labels[row].casefold() for row in np.flatnonzero(clusters.of == number)}
        assert {part.casefold() for part in name.split(", ")} <= inside


def test_a_branch_names_a_cluster_that_is_of_it() -> None:
    xy = islands(18, 30)
    branches = ["Harbours" if row < 30 else "Hives" for row in range(len(xy))]
    clusters = first(xy, branches=branches)
    names = dict(clusters.table.select("cluster", "name").iter_rows())
    assert names[int(clusters.of[0])].startswith("Harbours, ")
    assert not names[int(clusters.of[40])].startswith("Hives")


def test_clusters_keep_number_and_name() -> None:
    xy = islands(18, 30)
    last = first(xy)
    table = skills(len(xy)).with_columns(cluster=pl.Series(last.of))
    turn = np.random.default_rng(1).permutation(len(xy))
    moved = xy[turn] @ np.array([[0.0, 1.0], [-1.0, 0.0]])
    now = named(
        clustered(moved), skills(len(xy), "other")[turn], moved, np.ones(len(xy)),
        previous=(table, last.table),
    )  # fmt: skip
    assert now.table.select("cluster", "name", "skills").equals(
        last.table.select("cluster", "name", "skills")
    )
    np.testing.assert_array_equal(now.of, last.of[turn])


def test_a_new_cluster_has_a_number_that_was_never_used() -> None:
    old = islands(18, 30)
    last = first(old[:480])
    table = skills(480).with_columns(cluster=pl.Series(last.of))
    now = first(old, previous=(table, last.table))
    new = set(now.of[480:].tolist())
    assert len(new) == 2
    assert min(new) > int(last.table["cluster"].to_numpy().max())
    assert now.of[:480].tolist() == last.of.tolist()


def test_the_same_points_give_the_same_clusters() -> None:
    xy = np.random.default_rng(3).normal(0, 0.4, (700, 2))
    assert first(xy).table.equals(first(xy.copy()).table)
