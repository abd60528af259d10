"""What holds of any layout: turned maps are found again, and the order of radii is kept."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from muster.services.skills.map.layout.aligning import onto
from muster.services.skills.map.layout.laying import in_the_disc

seeds = st.integers(0, 2**32 - 1)


def points(seed: int, size: int) -> NDArray[np.float64]:
    chance = np.random.default_rng(seed)
    return chance.normal(size=(size, 2)) * chance.uniform(1e-3, 1e3)


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(3, 60), st.floats(0, 6.28), st.booleans())
def test_a_turned_or_mirrored_map_is_found_again(
    seed: int, size: int, angle: float, mirrored: bool
) -> None:
    before = points(seed, size)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = before @ turn @ np.diag([1.0, -1.0 if mirrored else 1.0])
    scale = np.abs(before).max()
    np.testing.assert_allclose(onto(turned, before), before, atol=1e-9 * scale)
    known = before.copy()
    known[0] = np.nan  # a skill that was nowhere is turned with the others
    np.testing.assert_allclose(onto(turned, known), before, atol=1e-6 * scale)


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(2, 60))
def test_alignment_never_moves_skills_apart_from_each_other(seed: int, size: int) -> None:
    ours, theirs = points(seed, size), points(seed + 1, size)
    moved = onto(ours, theirs)
    np.testing.assert_allclose(
        np.linalg.norm(moved, axis=1), np.linalg.norm(ours, axis=1), rtol=1e-9
    )
    apart = [np.linalg.norm(xy - xy[0], axis=1) for xy in (ours, moved)]
    np.testing.assert_allclose(apart[1], apart[0], rtol=1e-9, atol=1e-9 * np.abs(ours).max())


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(12, 80), st.floats(1, 50))
def test_a_layout_fits_the_disc_in_the_order_it_had(seed: int, size: int, far: float) -> None:
    xy = points(seed, size)
    xy[0] *= far
    placed = in_the_disc(xy)
    before = np.linalg.norm(xy - xy.mean(axis=0), axis=1)
    after = np.linalg.norm(placed, axis=1)
    assert after.max() <= 1.0801
    assert (np.diff(after[np.argsort(before)]) >= -1e-12).all()
