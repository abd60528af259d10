"""What adverts ask for becomes a table; skills asked for together belong together."""

import tracemalloc

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_array
from sklearn.metrics import roc_auc_score

from muster.kernel.errors import BadInput
from muster.services.skills.map.asked import Asked, asked, least_for
from muster.services.skills.map.association import associate, together
from muster.services.skills.map.association.held_out import (
    judged,
    split,
    told_apart,
    weighted_auc,
)
from muster.services.skills.map.reading.corpus import ADVERTS, SENTENCES, Corpus


def corpus(uses: list[tuple[int, int]], adverts: int) -> Corpus:
    rows = pl.DataFrame({"advert": list(range(adverts))}, schema={"advert": ADVERTS["advert"]})
    table = pl.DataFrame(uses, orient="row", schema={"advert": pl.UInt32, "sentence": pl.UInt32})
    return Corpus(rows, pl.DataFrame(schema=SENTENCES), table)


def mentions(rows: list[tuple[int, int, float]]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        orient="row",
        schema={"sentence": pl.UInt32, "skill": pl.UInt32, "probability": pl.Float32},
    )


def of_blocks(
    blocks: int = 4, each: int = 12, adverts: int = 400, seed: int = 0, everywhere: int = 0
) -> Asked:
    """Adverts that each ask for some skills of one block, and for those asked for everywhere."""
    chance = np.random.default_rng(seed)
    block = np.arange(adverts) % blocks
    wanted = np.where(np.arange(blocks * each) // each == block[:, None], 0.3, 0.003)
    wanted = np.hstack([np.full((adverts, everywhere), 0.5), wanted])
    table = (chance.random(wanted.shape) < wanted) * 0.9
    return Asked(
        csr_array(table.astype(np.float32)),
        np.arange(wanted.shape[1], dtype=np.uint32),
        np.ones(adverts),
    )


def test_sentences_count_apart_and_mentions_of_one_sentence_once() -> None:
    told = asked(
        corpus([(0, 0), (0, 1), (1, 1)], 3),
        mentions([(0, 7, 0.5), (0, 7, 0.2), (1, 7, 0.4), (1, 9, 1.0)]),
        least=0,
    )
    assert told.skills.tolist() == [7, 9]
    np.testing.assert_allclose(
        told.matrix.toarray(), [[0.7, 1.0], [0.4, 1.0], [0.0, 0.0]], atol=1e-6
    )
    np.testing.assert_allclose(told.expected, [1.1, 2.0], atol=1e-6)


def test_order_of_mentions_does_not_matter() -> None:
    rows = [(place % 5, place % 3, 0.1 + place / 40) for place in range(30)]
    uses = [(place % 4, place) for place in range(5)] + [(3, 1)]
    one, other = (asked(corpus(uses, 4), mentions(given), least=0) for given in (rows, rows[::-1]))
    assert one.matrix.toarray().tobytes() == other.matrix.toarray().tobytes()


def test_skills_that_too_few_adverts_ask_for_have_no_place() -> None:
    uses = [(advert, advert) for advert in range(10)]
    rows = [(advert, 1, 1.0) for advert in range(10)] + [(0, 2, 1.0), (1, 2, 0.5)]
    assert asked(corpus(uses, 10), mentions(rows)).skills.tolist() == [1]
    assert least_for(20) < least_for(206_000)


def test_nothing_asked_for_is_a_table_without_skills() -> None:
    told = asked(corpus([(0, 0)], 20), mentions([]))
    assert told.matrix.shape == (20, 0)
    with pytest.raises(BadInput, match="No skill is asked for"):
        associate(told)


def test_meetings_are_counted_as_by_hand() -> None:
    told = of_blocks(adverts=30)
    table = told.matrix.toarray().astype(np.float64)
    weights = np.random.default_rng(1).poisson(1, 30).astype(np.float64)
    wanted = (table * weights[:, None]).T @ table
    np.fill_diagonal(wanted, 0)
    np.testing.assert_allclose(together(told, weights=weights).toarray(), wanted)
    certain = (table >= 0.5).astype(np.float64)
    whole = certain.T @ certain
    np.fill_diagonal(whole, 0)
    np.testing.assert_array_equal(together(told, at_least=0.5).toarray(), whole)


def test_skills_of_a_kind_are_near_each_other() -> None:
    association = associate(of_blocks())
    index, similarity = association.near(5)
    kind = np.arange(len(association)) // 12
    assert (kind[index] == kind[:, None]).mean() > 0.95
    assert (np.diff(similarity, axis=1) <= 0).all()
    assert (index != np.arange(len(index))[:, None]).all()


def test_a_pair_never_met_is_scored_by_its_company() -> None:
    told = of_blocks(adverts=600)
    table = told.matrix.toarray()
    table[np.flatnonzero(table[:, 0]), 1] = 0  # the first two of a kind never meet
    apart = Asked(csr_array(table), told.skills, told.weights)
    association = associate(apart)
    assert association.both[0, 1] == 0
    same_kind, other_kind = association.score(np.array([[0, 1], [0, 20]]))
    assert same_kind > other_kind + 0.3


def test_names_alike_say_something_where_adverts_do_not() -> None:
    told = of_blocks(adverts=200)
    table = told.matrix.toarray()
    table[:, :2] = 0
    table[0, 0] = table[1, 1] = 0.9
    rare = Asked(csr_array(table), told.skills, told.weights)
    names = ["plays golf", "play golf", *[f"{chr(97 + row % 26) * 9}" for row in range(46)]]
    pair = np.array([[0, 1]])
    assert associate(rare, names=names).alike(pair) > associate(rare).alike(pair)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_few_skills_have_as_many_neighbours_as_there_are(size: int) -> None:
    told = Asked(
        csr_array(np.full((20, size), 0.8, np.float32)),
        np.arange(size, dtype=np.uint32),
        np.ones(20),
    )
    index, similarity = associate(told).near(10)
    assert index.shape == similarity.shape == (size, size - 1)
    assert np.isfinite(similarity).all()


def test_adverts_that_are_not_drawn_do_not_count() -> None:
    told = of_blocks(adverts=120)
    drawn = np.arange(120) % 3 > 0
    some = np.flatnonzero(drawn)
    fewer = Asked(told.matrix[some], told.skills, told.weights[some])
    one, other = associate(told, weights=drawn.astype(np.float64)), associate(fewer)
    np.testing.assert_allclose(one.both.toarray(), other.both.toarray())
    pairs = np.argwhere(np.triu(np.ones((48, 48)), 1))
    np.testing.assert_allclose(one.alike(pairs), other.alike(pairs), atol=1e-6)


def test_links_of_adverts_held_out_are_foretold() -> None:
    told = of_blocks(adverts=800)
    learned, held = split(told, seed=3)
    assert learned.adverts + held.adverts == 800
    pairs = judged(learned, held)
    kind = pairs.pairs // 12
    assert (kind[pairs.true, 0] == kind[pairs.true, 1]).mean() > 0.9
    overall, _ = told_apart(pairs, associate(learned).score)
    by_chance, _ = told_apart(pairs, lambda of: np.random.default_rng(0).random(len(of)))
    assert overall > 0.9
    assert 0.4 < by_chance < 0.6


def test_true_and_false_pairs_are_as_defined() -> None:
    """Six held-out adverts: skills 0 and 1 meet twice, 0 and 2 never, 0 and 3 once."""
    table = np.zeros((6, 4), np.float32)
    for advert, skills in enumerate([(0, 1), (0, 1), (0, 3), (2,), (2,), (3,)]):
        table[advert, list(skills)] = 0.4
    held = Asked(csr_array(table), np.arange(4, dtype=np.uint32), np.ones(6))
    none = Asked(csr_array(np.zeros((3, 4), np.float32)), held.skills, np.ones(3))
    pairs = judged(none, held)
    told = {tuple(pair): (true, weight) for pair, true, weight in
            zip(pairs.pairs.tolist(), pairs.true, pairs.weights, strict=True)}  # fmt: skip
    assert (0, 3) not in told, "neither: met, but not twice"
    assert (0, 1) not in told, "neither: met twice, but chance alone would have it met once"
    assert told[0, 2] == (False, pytest.approx(3 * 2 / 6))
    assert pairs.unseen.all()
    assert not judged(none, held, at_least=0.5).pairs.size


def test_area_under_the_curve_is_that_of_scikit_learn() -> None:
    chance = np.random.default_rng(5)
    for _ in range(20):
        true = chance.random(60) < 0.4
        scores, weights = chance.integers(0, 9, 60) / 3, chance.random(60)
        wanted = roc_auc_score(true, scores, sample_weight=weights)
        assert weighted_auc(true, scores, weights) == pytest.approx(wanted)
    assert np.isnan(weighted_auc(np.ones(3, bool), np.ones(3), np.ones(3)))


def test_false_pairs_that_are_drawn_give_the_same_area() -> None:
    """Of more skills than are held in memory; here every pair can be looked at beside them."""
    told = of_blocks(adverts=100)
    learned, held = split(told, seed=3)
    score = associate(learned).score
    exact = told_apart(judged(learned, held), score)
    pairs = judged(learned, held, most=10, drawn=200_000)
    assert told_apart(pairs, score) == pytest.approx(exact, abs=0.005)
    every = judged(learned, held)
    assert {tuple(one) for one in pairs.pairs[pairs.true].tolist()} == {
        tuple(one) for one in every.pairs[every.true].tolist()
    }
    new = {tuple(one): new for one, new in zip(every.pairs.tolist(), every.unseen, strict=True)}
    assert all(new[tuple(one)] == at for one, at in
               zip(pairs.pairs[::50].tolist(), pairs.unseen[::50], strict=True))  # fmt: skip
    again = judged(learned, held, most=10, drawn=200_000)
    np.testing.assert_array_equal(pairs.pairs, again.pairs)


def test_many_skills_are_judged_in_little_memory() -> None:
    """14,000 skills have 98 million pairs; a table of them all would take 1.5 GB."""
    chance = np.random.default_rng(0)
    rows, columns = np.repeat(np.arange(600), 20), chance.integers(0, 14_000, 12_000)
    cells = (np.full(12_000, 0.9, np.float32), (rows, columns))
    table = csr_array(cells, shape=(600, 14_000))
    told = Asked(table, np.arange(14_000, dtype=np.uint32), np.ones(600))
    tracemalloc.start()
    pairs = judged(*split(told), drawn=100_000)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2**28
    assert 50_000 < (~pairs.true).sum() <= 100_000


def test_nothing_held_out_is_nothing_judged() -> None:
    none = Asked(
        csr_array(np.zeros((3, 20), np.float32)), np.arange(20, dtype=np.uint32), np.ones(3)
    )
    assert not judged(none, none, most=10).pairs.size
