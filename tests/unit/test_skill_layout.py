"""Neighbours stay neighbours and the general lie in the middle, on any number of threads."""

import os
import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

from muster.kernel.errors import BadInput
from muster.services.skills.map.asked import Asked
from muster.services.skills.map.association import Association, associate
from muster.services.skills.map.layout import Layout, aligned, begun, lay_out, laying, quality
from muster.services.skills.map.layout.aligning import HOLD
from muster.services.skills.map.layout.objective import Pulls, affinities_of, order_of
from muster.services.skills.map.layout.quality import neighbours_shared
from tests.unit.test_skill_association import of_blocks

IN_A_PROCESS = """
import hashlib, sys
from muster.services.skills.map.association import associate
from muster.services.skills.map.generality import families, specialism
from muster.services.skills.map.layout import lay_out
from tests.unit.test_skill_association import of_blocks
told = of_blocks(blocks=8, each=20, adverts=600, everywhere=10)
association = associate(told, names=[f"skill {row % 17}" for row in range(170)])
kinds = families([f"kind{row % 8} grade{row % 5}" for row in range(600)], told)
special = specialism(told, kinds, [str(row % 7) for row in range(600)], association)
first = lay_out(association, special, seed=int(sys.argv[1]))
then = lay_out(association, special, start=first.xy, hold=0.5)
for part in (association.vectors, kinds, special, first.xy, then.xy):
    print(hashlib.sha256(part.tobytes()).hexdigest())
"""


def with_threads(threads: int, seed: int = 0) -> list[str]:
    named = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")
    done = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS, str(seed)],
        env={**os.environ, **dict.fromkeys(named, str(threads))},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


def mapped(*, everywhere: int = 8, adverts: int = 500) -> tuple[Association, NDArray[np.float64]]:
    """Kinds of skills, some asked for everywhere, which are the least special."""
    association = associate(of_blocks(adverts=adverts, everywhere=everywhere, blocks=6))
    special = np.random.default_rng(2).random(len(association)) + 1
    special[:everywhere] = np.linspace(0, 0.5, everywhere)
    return association, special


def figures(laid: Layout) -> tuple[float, float, float]:
    told = laid.quality
    assert told is not None
    assert told.trust15 is not None
    assert told.recall15 is not None
    assert told.radius_rho is not None
    return told.trust15, told.recall15, told.radius_rho


def test_the_same_bytes_on_any_number_of_threads() -> None:
    one, two = with_threads(1), with_threads(2)
    assert len(one) == 5
    assert one == two


def test_another_seed_is_another_layout() -> None:
    association, special = mapped()
    first, again, other = (
        lay_out(association, special, seed=seed, measured=False).xy for seed in (0, 0, 1)
    )
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_both_hold_at_once() -> None:
    association, special = mapped()
    laid, free = lay_out(association, special), lay_out(association, special, weight=0.0)
    (trust, _, order), (free_trust, _, free_order) = (figures(one) for one in (laid, free))
    assert order > max(free_order + 0.2, 0.5)
    assert trust > free_trust - 0.06
    assert np.linalg.norm(laid.xy, axis=1).max() <= 1.081


def test_quality_is_that_of_scikit_learn() -> None:
    chance = np.random.default_rng(4)
    vectors = chance.normal(size=(200, 6))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    xy = vectors[:, :2] + chance.normal(size=(200, 2)) * 0.1
    told = quality(xy, vectors, chance.random(200))
    assert told.trust15 == pytest.approx(trustworthiness(vectors, xy, n_neighbors=15))
    near, on_map = (
        NearestNeighbors(n_neighbors=15).fit(places).kneighbors(return_distance=False)
        for places in (vectors, xy)
    )
    kept = np.mean([len(set(a) & set(b)) / 15 for a, b in zip(near, on_map, strict=True)])
    assert told.recall15 == pytest.approx(kept)
    assert quality(vectors, vectors[:, :2], np.arange(200.0)).recall15 != 1.0


def test_a_layout_that_keeps_everything_is_perfect() -> None:
    angle = np.linspace(0, 1.5, 80) ** 1.3
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    told = quality(circle, circle, np.linalg.norm(circle - circle.mean(axis=0), axis=1))
    assert (told.trust15, told.recall15, told.radius_rho) == pytest.approx((1.0, 1.0, 1.0))


def test_the_gradient_is_that_of_the_penalties() -> None:
    """A second derivation: differences of the penalties that the module states."""
    chance = np.random.default_rng(3)
    xy, held = chance.normal(size=(30, 2)), chance.normal(size=(30, 2))
    held[4] = np.nan
    pulls = Pulls(order_of(chance.random(30)), 2.0, held_at=held, hold=3.0)
    reach = np.percentile(np.linalg.norm(xy, axis=1), 95)

    def lost(at: NDArray[np.float64]) -> float:
        radius = np.linalg.norm(at, axis=1)
        away = np.nansum((at - held) ** 2)
        order = ((radius - np.sqrt(pulls.order) * reach) ** 2).sum()
        return float(0.01 / 30 * (2.0 * order + 3.0 * away))

    pulled = pulls._radial(xy, 2.0) + pulls._holding(xy)
    for row, axis in [(0, 0), (4, 1), (17, 0), (29, 1)]:
        step = np.zeros_like(xy)
        step[row, axis] = 1e-6
        slope = (lost(xy + step) - lost(xy - step)) / 2e-6
        assert pulled[row, axis] == pytest.approx(slope, abs=1e-6)


@pytest.mark.parametrize("size", [1, 2, 3, 11, 12, 40])
def test_few_skills_have_a_map(size: int) -> None:
    table = (np.random.default_rng(size).random((20, size)) < 0.6).astype(np.float32)
    table[0] = 1.0
    told = Asked(csr_array(table), np.arange(size, dtype=np.uint32), np.ones(20))
    special = np.arange(size, dtype=np.float64)
    laid = lay_out(associate(told), special)
    assert laid.xy.shape == (size, 2)
    assert np.isfinite(laid.xy).all()
    assert np.linalg.norm(laid.xy, axis=1).max() <= 1.081
    if 1 < size < 12:
        assert (np.diff(np.linalg.norm(laid.xy, axis=1)) > 0).all()


def test_pieces_that_have_nothing_in_common_are_laid_out() -> None:
    table = np.zeros((300, 60), np.float32)
    chance = np.random.default_rng(0)
    for piece in range(3):
        rows, columns = np.arange(piece, 300, 3), np.arange(20) + 20 * piece
        table[np.ix_(rows, columns)] = chance.random((100, 20)) < 0.3
    told = Asked(csr_array(table), np.arange(60, dtype=np.uint32), np.ones(300))
    laid = lay_out(associate(told), chance.random(60))
    middles = [laid.xy[piece * 20 : piece * 20 + 20].mean(axis=0) for piece in range(3)]
    assert min(np.linalg.norm(middles[a] - middles[b]) for a, b in [(0, 1), (0, 2), (1, 2)]) > 0.2


def test_of_several_small_maps_the_one_that_loses_least_is_returned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    association, special = mapped()
    lost: list[float] = []
    loses = Pulls.lost

    def told(pulls: Pulls, xy: NDArray[np.float64], affinities: csr_matrix) -> float:
        lost.append(loses(pulls, xy, affinities))
        return lost[-1]

    monkeypatch.setattr(Pulls, "lost", told)
    best = lay_out(association, special, measured=False).xy
    assert len(lost) == laying.STARTS
    assert lost[0] > min(lost), "the first is not the best, or this test tells nothing"
    monkeypatch.setattr(laying, "STARTS", 1 + lost.index(min(lost)))
    np.testing.assert_array_equal(lay_out(association, special, measured=False).xy, best)
    monkeypatch.setattr(laying, "STARTS", 1)
    assert not np.array_equal(lay_out(association, special, measured=False).xy, best)
    monkeypatch.setattr(laying, "SKILLS_OF_STARTS", len(special))
    monkeypatch.setattr(laying, "STARTS", 8)
    lost.clear()
    lay_out(association, special, measured=False)
    assert len(lost) == 1, "a large map is laid out once"


def test_no_skill_or_no_number_is_refused() -> None:
    association, special = mapped()
    for given in (special[:-1], np.where(special > 1.5, np.nan, special)):
        with pytest.raises(BadInput, match="at least one skill"):
            lay_out(association, given)


def test_skills_stay_where_people_found_them() -> None:
    before, special = mapped(adverts=900)
    first = lay_out(before, special, measured=False).xy
    after, _ = mapped(adverts=1000)
    names = [f"skill {row}" for row in range(len(special))]
    release = pl.DataFrame({"id": names[:-4], "x": first[:-4, 0], "y": first[:-4, 1]})
    start = begun(names, release)
    assert np.isnan(start[-4:]).all()
    held = aligned(lay_out(after, special, start=start, hold=HOLD).xy, names, release)
    fresh = aligned(lay_out(after, special, seed=9).xy, names, release)
    assert np.isfinite(held).all()
    assert neighbours_shared(first[:-4], held[:-4]) > 0.9
    moved, afresh = (
        np.median(np.linalg.norm(xy[:-4] - first[:-4], axis=1)) for xy in (held, fresh)
    )
    assert moved < 0.15 < afresh


def test_a_new_skill_begins_among_those_most_alike() -> None:
    association, special = mapped()
    first = lay_out(association, special, measured=False).xy
    index, _ = association.near(5)
    start = first.copy()
    start[20] = np.nan
    again = lay_out(association, special, start=start, measured=False).xy
    kin = np.linalg.norm(again[20] - again[index[20]], axis=1).mean()
    assert kin < 0.5 * np.linalg.norm(again[20] - again, axis=1).mean()


def test_neighbours_shared_are_counted() -> None:
    line = np.column_stack([np.arange(30.0), np.zeros(30)])
    assert neighbours_shared(line, line * 3 + 1, k=2) == 1.0
    assert neighbours_shared(line, line[np.random.default_rng(0).permutation(30)], k=2) < 0.4


def test_affinities_are_probabilities() -> None:
    association, _ = mapped()
    found = affinities_of(*association.near(30), 10.0)
    assert found.sum() == pytest.approx(1.0)
    assert abs(found - found.T).max() < 1e-12
