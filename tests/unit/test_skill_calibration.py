"""Probabilities of names: three factors, what they are fitted on, and how error is told."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from muster.services.skills.map.lexicon.lexicon import make
from muster.services.skills.map.mentions.calibration import (
    FACTORS,
    described,
    features,
    fitted,
    probabilities,
    weighed,
)
from muster.services.skills.map.mentions.fitting import (
    Cases,
    labelled_places,
    left_out,
    marked_places,
    numbers_of,
    right,
    text_of,
    within,
)
from muster.services.skills.map.mentions.marked import Marked, same, skillspan, whole_adverts
from muster.services.skills.map.mentions.scores import (
    calibration_error,
    chance_errors,
    debiased_error,
    shifted,
)


def names(count: int, seed: int) -> pl.DataFrame:
    """Return names found, of which what matters is drawn by chance."""
    random = np.random.default_rng(seed)
    words = ["skills", "You", "must", "our", "Kites", "-", "Köln", "manager", "und", "must-have"]
    texts = [" ".join(random.choice(words, random.integers(1, 40))) for _ in range(count)]
    start = [int(random.integers(0, len(text))) for text in texts]
    return pl.DataFrame(
        {
            "row": np.sort(random.integers(0, count, count)), "text": texts, "start": start,
            "end": [min(at + 5, len(text)) for at, text in zip(start, texts, strict=True)],
            "rank": random.integers(0, 5, count), "words": random.integers(1, 6, count),
            "kind": random.choice(["skill", "knowledge", "language"], count),
            "sense": random.choice(["plain", "exact case", "needs context"], count),
            "shared": random.integers(1, 4, count),
        }
    ).with_columns(text=pl.col("text").first().over("row"))  # fmt: skip


def test_every_factor_has_a_weight_for_all_that_it_looks_at() -> None:
    assert set(fitted()) == set(FACTORS)
    for factor in FACTORS:
        assert set(fitted()[factor]["weights"]) == set(features(factor))


def test_a_mention_is_the_product_of_its_factors_and_twins_share_it() -> None:
    found = names(500, 1)
    known, said = described(found), probabilities(found)
    product = np.prod([weighed(known, factor, fitted()).to_numpy() for factor in FACTORS], axis=0)
    assert said == pytest.approx(product / found["shared"].to_numpy())
    assert (said > 0).all()
    assert (said < 1).all()


def test_a_name_is_described_the_same_whatever_stands_in_other_sentences() -> None:
    found = names(200, 2)
    whole = described(found)
    for row in found["row"].unique().to_list():
        mask = found["row"] == row
        alone = described(found.filter(mask)).to_numpy()
        assert alone == pytest.approx(whole.filter(mask).to_numpy())


def test_nothing_found_has_no_probabilities() -> None:
    assert probabilities(names(3, 3).clear()).shape == (0,)


def test_a_sentence_is_described_once_for_all_its_names() -> None:
    found = names(1, 4)
    twice = described(pl.concat([found, found, found]))
    assert twice["names"].to_list() == pytest.approx([np.log(3)] * 3)
    assert twice["letters"].n_unique() == 1


def cases(seed: int) -> Cases:
    """Return cases that follow known weights, of two sources and one that is made up."""
    random = np.random.default_rng(seed)
    table = random.integers(0, 2, (6000, 3)).astype(np.float64)
    source = np.repeat(["one", "two", "skillskape"], 2000)
    odds = 0.5 + table @ [-1.0, 1.5, 0.0] - 2 * (source == "skillskape")
    true = random.random(6000) < 1 / (1 + np.exp(-odds))
    return Cases(pl.DataFrame(table, schema=list(features("right"))), true, source)


def test_fitting_finds_the_weights_and_what_is_made_up_does_not_move_the_constant() -> None:
    told = numbers_of("right", cases(1))
    assert told["intercept"] == pytest.approx(0.5, abs=0.2)
    assert list(told["weights"].values()) == pytest.approx([-1.0, 1.5, 0.0], abs=0.2)


def test_each_real_source_is_foretold_by_the_others() -> None:
    told = left_out("right", cases(2))
    assert list(told) == ["one", "two"]
    assert all(count == 2000 and error < 0.04 for count, _, _, error in told.values())
    assert "[right.weights]" in text_of({"right": cases(2)})


def test_where_spans_lie_and_which_names_lie_in_them() -> None:
    marked = [Marked(("Fly", "big", "kites", "now"), ((1, 3),))]
    assert marked_places(marked) == [[(4, 13)]]
    gold = {"Javascript and Java": [("Java", "Java (x)"), ("Java", "Y"), ("and", "Z")]}
    assert labelled_places(gold) == [[(15, 19), (11, 14)]]
    found = pl.DataFrame({"row": [0, 0, 0], "start": [4, 9, 0], "end": [8, 18, 8]})
    assert within(found, [[(4, 13)]]).tolist() == [True, False, True]


def test_the_skill_is_right_if_its_first_name_is_a_label_in_any_case() -> None:
    skills = pl.DataFrame(
        {"skill": [0, 1], "id": ["a", "b"], "label": ["Kites", "sea"], "kind": "knowledge",
         "branch": None, "uri": None}
    )  # fmt: skip
    labels = skills.select("skill", "label", preferred=pl.lit(value=True))
    lexicon = make(skills, labels, name="kites", version="1")
    found = pl.DataFrame({"row": [0, 0, 1], "skill": [0, 1, 0]})
    assert right(found, lexicon, [["kites"], []]).tolist() == [True, False, False]


def test_an_advert_counts_only_if_all_its_marked_sentences_are_labelled(tmp_path: Path) -> None:
    lines = [
        {"idx": advert, "source": "tech", "tokens": tokens, "tags_skill": tags,
         "tags_knowledge": ["O"] * len(tags)}
        for advert, tokens, tags in (
            (1, ["Fly", "kites", "!"], ["B", "I", "O"]), (1, ["Apply"], ["O"]),
            (2, ["Fly", "kites"], ["B", "I"]), (2, ["Steer", "them"], ["B", "I"]),
            (3, ["Home"], ["O"]), (3, ["seen"], ["O"]),
        )
    ]  # fmt: skip
    path = tmp_path / "marked.json"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    kept = whole_adverts(list(skillspan(path)), {same("fly kites"): []}, {same("Seen.")})
    assert [one.text for one in kept] == ["Fly kites !", "Apply", "Home"]


def test_chance_shows_in_the_plain_error_and_not_in_the_one_without_it() -> None:
    random = np.random.default_rng(3)
    said = random.uniform(0.2, 0.9, 200)
    plain, without = [], []
    for _ in range(200):
        true = random.random(200) < said
        plain.append(calibration_error(said, true))
        without.append(debiased_error(said, true) ** 2)
    assert np.mean(plain) == pytest.approx(chance_errors(said, seed=1).mean(), abs=0.005)
    assert np.mean(plain) > 0.05
    assert np.mean(without) < 0.002


def test_what_is_wrong_remains_when_chance_is_taken_away() -> None:
    random = np.random.default_rng(4)
    said = np.full(20_000, 0.8)
    true = random.random(20_000) < 0.6
    assert debiased_error(said, true) == pytest.approx(0.2, abs=0.02)
    assert debiased_error(said[:3], true[:3]) == 0


def test_shifted_probabilities_say_as_many_as_are_true_in_the_same_order() -> None:
    random = np.random.default_rng(5)
    said = random.uniform(0.1, 0.9, 300)
    true = random.random(300) < 0.3
    moved = shifted(said, true)
    assert moved.mean() == pytest.approx(true.mean(), abs=1e-6)
    assert (np.argsort(moved) == np.argsort(said)).all()
