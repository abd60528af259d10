"""The parts of the linker: reading, letters, maps, ranks and calibration, each by itself."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from muster.services.skills.map.linking.calibrating import calibration_error
from muster.services.skills.map.linking.characters import Characters
from muster.services.skills.map.linking.encoder import LONGEST, WIDE, Encoder, shipped_encoder
from muster.services.skills.map.linking.fusing import (
    TOGETHER,
    choose,
    precision,
    reciprocal_rank,
    windows,
)
from muster.services.skills.map.linking.learned import (
    SHIPPED,
    Learned,
    read_learned,
    ridge,
    shipped_learned,
)

TEXTS = ["Manage the budget of a large team.", "manage budgets", "operate a crane", "Budget"]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return shipped_encoder()


def test_a_text_reads_the_same_in_any_company_and_with_any_threads(encoder: Encoder) -> None:
    alone = np.stack([encoder.vectors([text])[0] for text in TEXTS])
    assert np.array_equal(alone, encoder.vectors(TEXTS, threads=1))
    assert np.array_equal(alone[::-1], encoder.vectors(TEXTS[::-1], threads=3))


def test_texts_read_together_have_every_number_that_they_have_alone(encoder: Encoder) -> None:
    # Of one to forty words, several of each length, so that some are read at once.
    words = ["plan", "rotas", "budget", "staff", "report"]
    texts = [
        " ".join(words[(first + at) % 5] for at in range(count))
        for count in (1, 2, 3, 7, 16, 40)
        for first in range(5)
    ]
    together = encoder.read_all([*texts, *texts[::-1], "word " * 400, ""])
    for text, one, again in zip(texts, together, together[2 * len(texts) - 1 :: -1], strict=False):
        alone = encoder.read(text)
        for read in (one, again):
            assert np.array_equal(read.tokens, alone.tokens)
            assert np.array_equal(read.whole, alone.whole)
            assert read.places == alone.places


def test_vectors_are_of_length_one_and_alike_where_texts_are(encoder: Encoder) -> None:
    vectors = encoder.vectors(TEXTS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_tokens_stand_where_their_letters_do(encoder: Encoder) -> None:
    text = "Café staff plan rotas 🙂 daily"
    read = encoder.read(text)
    assert len(read.tokens) == len(read.places)
    assert "".join(text[a:b] for a, b in read.places).startswith("Caféstaffplanrotas")


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "word " * 5_000, "🙂" * 50])
def test_no_text_is_too_strange_to_read(encoder: Encoder, text: str) -> None:
    read = encoder.read(text)
    assert len(read.tokens) <= LONGEST
    assert np.isfinite(read.whole).all()
    assert windows(read)[0].shape[1] == WIDE


def test_windows_are_means_of_tokens_that_follow_each_other(encoder: Encoder) -> None:
    for text in ("plan", "plan rotas", "plan rotas for a busy ward"):
        read = encoder.read(text)
        sizes = sorted({min(size, len(read.tokens)) for size in TOGETHER})
        plain = [(at, at + wide) for wide in sizes for at in range(len(read.tokens) - wide + 1)]
        means = [read.tokens[begin:end].mean(axis=0) for begin, end in plain]
        found, places = windows(read)
        assert [tuple(one) for one in places.tolist()] == plain
        assert np.allclose(found, [one / np.linalg.norm(one) for one in means], atol=1e-5)


def test_letters_of_further_names_count_as_the_likest_of_each_skill() -> None:
    first = ["manage budgets", "operate cranes", "speak Welsh"]
    others = pl.DataFrame(
        {"skill": [0, 2, 0], "label": ["budget management", "Welsh speaking", "control spending"]},
        schema={"skill": pl.UInt32, "label": pl.String},
    )
    letters = Characters(first, others)
    written = letters.weighed(["budget management", "cranes", "controlling spending"])
    every = np.arange(3)
    like = np.stack([letters.like_others(written, row, every) for row in range(3)])
    alone = Characters(first, others.clear())
    for row, text in enumerate(["budget management", "cranes", "controlling spending"]):
        for skill in range(3):
            names = others.filter(pl.col("skill") == skill)["label"].to_list()
            both = alone.weighed([text, *names]).pieces
            scores = (both[[0]] @ both[1:].T).toarray()[0] if names else np.zeros(1)
            assert like[row, skill] == pytest.approx(float(max(scores)), abs=1e-6)
    assert not alone.like_others(written, 0, every).any()
    named = letters.weighed(first)
    for row in range(3):
        plainly = (named.pieces[[row]] @ named.pieces.T).toarray()[0]
        assert named.first[row] == pytest.approx(plainly)
        assert plainly[row] == pytest.approx(1)


def test_a_ridge_leaves_alone_what_it_has_no_examples_of() -> None:
    chance = np.random.default_rng(5)
    x = chance.normal(size=(400, 6)).astype(np.float32)
    turn = np.linalg.qr(chance.normal(size=(6, 6)))[0].astype(np.float32)
    assert np.allclose(ridge(x, x @ turn, 1e-6), turn, atol=1e-3)
    assert np.allclose(ridge(x, x @ turn, 1e9), np.eye(6), atol=1e-3)
    x[:, 3:] = 0
    assert np.allclose(ridge(x, x @ turn, 1.0)[3:], np.eye(6)[3:], atol=1e-3)


def test_what_was_learned_comes_back_as_it_was_written(tmp_path: Path) -> None:
    shipped_learned().save(tmp_path / "once.npz")
    again = read_learned(tmp_path / "once.npz")
    again.save(tmp_path / "twice.npz")
    assert (tmp_path / "once.npz").read_bytes() == (tmp_path / "twice.npz").read_bytes()
    for name in Learned.__dataclass_fields__:
        assert np.array_equal(getattr(again, name), getattr(shipped_learned(), name))
    assert SHIPPED.stat().st_size < 1_500_000


@pytest.mark.parametrize(
    ("ranked", "wanted", "at_2", "reciprocal"),
    [
        ([4, 7, 9], {4}, 1.0, 1.0),
        ([4, 7, 9], {7}, 1.0, 0.5),
        ([4, 7, 9], {9}, 0.0, 1 / 3),
        ([4, 7, 9], {4, 9}, 0.5, 1.0),
        ([4, 7, 9], {4, 7, 9}, 1.0, 1.0),
        ([4, 7, 9], {1}, 0.0, 0.0),
        ([], {1}, 0.0, 0.0),
    ],
)
def test_ranks_are_marked_as_published(
    ranked: list[int], wanted: set[int], at_2: float, reciprocal: float
) -> None:
    order = np.array(ranked, dtype=np.int64)
    assert precision(order, wanted, 2) == at_2
    assert reciprocal_rank(order, wanted) == pytest.approx(reciprocal)


def test_weights_are_chosen_for_what_ranks_right() -> None:
    skills = np.array([0, 1], dtype=np.int64)
    # Words prefer the wrong skill a little; how the first name is written knows better.
    like = np.array([[0.50, 0, 0.0, 0], [0.40, 0, 0.3, 0]], dtype=np.float32)
    weights = choose([(skills, like)], [frozenset({1})])
    assert weights[0] == 1
    assert weights[2] * 0.3 > 0.1
    # A sentence that asks for nothing has no say.
    assert np.array_equal(choose([(skills, like)] * 2, [frozenset({1}), frozenset()]), weights)


@pytest.mark.parametrize(
    ("probability", "right", "error"),
    [
        ([], [], 0.0),
        ([1.0, 1.0], [True, True], 0.0),
        ([1.0, 1.0], [True, False], 0.5),
        ([0.25] * 4, [True, False, False, False], 0.0),
        ([0.05, 0.95], [True, True], 0.5),
        ([0.05, 0.95], [False, True], 0.05),
    ],
)
def test_calibration_error_is_what_bins_are_out_by(
    probability: list[float], right: list[bool], error: float
) -> None:
    found = calibration_error(np.array(probability), np.array(right, dtype=np.bool_))
    assert found == pytest.approx(error)
