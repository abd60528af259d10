"""Regions hold what they say they hold, however places scatter, and chance depends on its seed."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.services.skills.map.regions import (
    coverage,
    drawn_adverts,
    fitted,
    inside,
    laid_on,
)

Floats = npt.NDArray[np.float64]


def world(seed: int, scatter: str) -> tuple[Floats, Floats, Floats, Floats]:
    """Return places, counts, twenty replicates and a hundred more, scattered as told."""
    random, size = np.random.default_rng(seed), 300
    xy = random.uniform(-1, 1, (size, 2))
    counts = np.exp(random.normal(4, 1.2, size))
    wide = (np.exp(random.normal(0, 0.4, size)) / np.sqrt(counts))[:, None] * np.array([1.0, 0.5])
    moved = random.normal(size=(size, 2)) * wide if scatter == "another place" else 0.0
    shape = (120, size, 2)
    noise = random.standard_t(3, shape) if scatter == "jumps" else random.normal(size=shape)
    places = xy + moved + noise * wide
    return xy, counts, places[:20], places[20:]


@pytest.mark.parametrize("scatter", ["normal", "jumps", "another place"])
@pytest.mark.parametrize("seed", range(3))
def test_nine_in_ten_places_lie_in_a_ninety_per_cent_region(seed: int, scatter: str) -> None:
    xy, counts, places, others = world(seed, scatter)
    assert 0.88 <= inside(fitted(xy, counts, places), xy, others).mean() <= 0.92
    assert 0.88 <= coverage(xy, counts, places) <= 0.92


def test_rare_and_common_skills_are_held_alike() -> None:
    xy, counts, places, others = world(5, "jumps")
    held = inside(fitted(xy, counts, places), xy, others).mean(axis=0)
    rare = counts < np.median(counts)
    assert held[rare].mean() == pytest.approx(held[~rare].mean(), abs=0.03)


def test_rare_skills_have_wide_regions() -> None:
    xy, counts, places, _ = world(2, "normal")
    size = fitted(xy, counts, places).a
    order = np.argsort(counts)
    assert np.median(size[order[:60]]) > 2 * np.median(size[order[-60:]])


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 1000),
    angle=st.floats(0, 6.3),
    scale=st.floats(0.2, 5),
    mirror=st.booleans(),
)
def test_a_map_turned_mirrored_and_grown_is_laid_back(
    seed: int, angle: float, scale: float, mirror: bool
) -> None:
    random = np.random.default_rng(seed)
    xy, counts = random.uniform(-1, 1, (12, 2)), random.uniform(1, 50, 12)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = scale * (xy * [1, -1 if mirror else 1]) @ turn + random.normal(size=2)
    moved[3] = np.nan
    back = laid_on(moved, xy, counts)
    assert np.isnan(back[3]).all()
    np.testing.assert_allclose(np.delete(back, 3, 0), np.delete(xy, 3, 0), atol=1e-8)


def test_a_replicate_depends_on_the_seed_and_its_number_alone() -> None:
    first = drawn_adverts(1000, 7, 3)
    np.testing.assert_array_equal(first, drawn_adverts(1000, 7, 3))
    assert (first != drawn_adverts(1000, 7, 4)).any()
    assert (first != drawn_adverts(1000, 8, 3)).any()
    assert first.mean() == pytest.approx(1, abs=0.15)


def test_the_whole_way_from_adverts() -> None:
    """A map that is the mean of what its adverts say: its regions are known in advance."""
    random = np.random.default_rng(0)
    says = random.normal(size=(400, 60, 2)) + random.uniform(-20, 20, (60, 2))
    xy = says.mean(axis=0)

    places = []
    for number in range(20):
        drawn = drawn_adverts(400, 1, number)
        places.append(laid_on(np.tensordot(drawn / drawn.sum(), says, axes=1), xy, np.ones(60)))
    regions = fitted(xy, np.full(60, 9.0), np.stack(places))
    expected = np.sqrt(4.605 / 400)
    assert np.median(np.sqrt(regions.a * regions.b)) == pytest.approx(expected, rel=0.12)
    assert (regions.a >= regions.b).all()
    assert (np.abs(regions.angle) <= np.pi / 2).all()


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_tiny_map_still_has_regions(size: int) -> None:
    random = np.random.default_rng(size)
    xy, places = random.normal(size=(size, 2)), random.normal(size=(6, size, 2))
    places[0, 0] = np.nan
    regions = fitted(xy, np.ones(size), places)
    assert np.isfinite(regions.a).all()
    assert (regions.b > 0).all()


def test_a_skill_that_was_never_drawn_has_the_region_of_its_like() -> None:
    xy, counts, places, _ = world(1, "normal")
    places = places.copy()
    places[:, 4] = np.nan
    regions = fitted(xy, counts, places)
    beside = np.argsort(np.abs(counts - counts[4]))[1:40]
    assert 0.3 < regions.a[4] / np.median(regions.a[beside]) < 3
