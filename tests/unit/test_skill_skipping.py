"""Sentences without a skill are passed over, and hardly any with one."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from muster.kernel.errors import BadInput
from muster.services.skills.map import lexicon
from muster.services.skills.map.linking.characters import Characters
from muster.services.skills.map.linking.encoder import Floats, shipped_encoder
from muster.services.skills.map.linking.skipping import (
    RECALL,
    SEEN,
    Skipper,
    fit,
    opened,
    seen,
    shipped,
)
from synthetic.adverts import adverts_and_truth


@cache
def sentences(seed: int) -> tuple[list[str], list[float]]:
    """Sentences of pretend adverts, each once, and how many skills each asks for."""
    made = adverts_and_truth(250, seed=seed, organisations=12)
    asks = set(made.truth["advert_sentence"]["sentence"])
    plain = {
        line.strip("•-* ")
        for text in made.adverts["description"].to_list()
        if "<" not in text
        for line in text.splitlines()
    }
    texts = sorted(asks | {line for line in plain if line}, key=lambda text: text[::-1])
    return texts, [float(text in asks) for text in texts]


@cache
def names() -> Characters:
    """The names of the shipped lexicon, as written."""
    every = lexicon.shipped()
    return Characters(every.skills.sort("skill")["label"].to_list(), every.labels.clear())


def glanced(texts: Sequence[str]) -> Floats:
    """What is seen of texts."""
    likest = names().weighed(texts).first.max(axis=1, initial=0)
    return seen(*shipped_encoder().glanced(texts), likest)


@cache
def glances(seed: int) -> Floats:
    return glanced(sentences(seed)[0])


def fitted(seed: int, found: Sequence[float]) -> Skipper:
    return fit(glances(seed), found, ["pretend"] * len(found))


@pytest.fixture(scope="module")
def made() -> Skipper:
    return fitted(3, sentences(3)[1])


def test_nearly_all_sentences_with_skills_are_kept_and_most_others_passed_over(
    made: Skipper,
) -> None:
    kept, held = made.keeps(glances(4)), np.array(sentences(4)[1]) > 0
    assert kept[held].mean() >= RECALL - 0.01
    assert kept[~held].mean() < 0.35


def test_what_is_written_is_what_is_opened_to_the_last_score(made: Skipper, tmp_path: Path) -> None:
    made.write(tmp_path / "filter.npz")
    again = opened(tmp_path / "filter.npz")
    assert (again.scores(glances(4)) == made.scores(glances(4))).all()
    assert again.least == made.least
    assert again.provenance == made.provenance


def test_a_sentence_scores_the_same_alone_and_among_others(made: Skipper) -> None:
    texts, whole = sentences(4)[0], made.scores(glances(4))
    assert (made.scores(glances(4)[::-1]) == whole[::-1]).all()
    for row in range(0, len(texts), 97):
        assert made.scores(glanced([texts[row]])) == whole[row]


def test_the_same_sentences_fit_the_same_filter(made: Skipper) -> None:
    again = fitted(3, sentences(3)[1])
    for name in ("inside", "constants", "weights"):
        assert (getattr(again, name) == getattr(made, name)).all()
    assert (again.bias, again.least) == (made.bias, made.least)


def test_text_without_words_is_passed_over_and_no_text_is_no_answer(made: Skipper) -> None:
    assert made.keeps(glanced(["", "  ", "\u200b"])).tolist() == [False] * 3
    assert glanced([]).shape == (0, SEEN)
    assert made.keeps(glanced([])).tolist() == []


def test_a_text_is_seen_as_its_words_in_any_order() -> None:
    one, other = glanced(["manage the budget", "budget the manage"])
    assert one == pytest.approx(other, abs=1e-6)
    assert one[-1] == pytest.approx(np.log1p(3))
    assert glanced(["use spreadsheets software"])[0, -2] == pytest.approx(1, abs=1e-3)


def test_a_sentence_that_holds_most_mentions_is_kept_however_it_reads(made: Skipper) -> None:
    _, found = sentences(3)
    scores = made.scores(glances(3))
    judged = [at for at in range(0, len(found), 4) if found[at]]
    lowest = min(judged, key=lambda at: float(scores[at]))
    assert not made.keeps(glances(3)[[lowest]]).all()
    heavy = [1e6 if at == lowest else one for at, one in enumerate(found)]
    assert fitted(3, heavy).keeps(glances(3)[[lowest]]).all()


@pytest.mark.parametrize("holds", [[], [1.0] * 40, [0.0] * 40])
def test_a_filter_of_one_kind_of_sentence_is_refused(holds: list[float]) -> None:
    with pytest.raises(BadInput, match="sentences with skills and sentences without"):
        fit(glances(3)[: len(holds)], holds, ["one"] * len(holds))


def test_what_is_no_filter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cut.npz").write_bytes(b"PK\x03\x04 and no more")
    for name in ("cut.npz", "none.npz"):
        with pytest.raises(BadInput, match="holds no filter"):
            opened(tmp_path / name)


class TestShipped:
    def test_says_what_it_was_fitted_on_and_keeps_enough_of_each_source(self) -> None:
        told = shipped().provenance["held_out"]
        assert isinstance(told, dict)
        assert set(told) == {"SkillSpan", "SkillSkape", "pretend"}
        count = sum(one["sentences"] for one in told.values())
        assert sum(one["recall"] * one["sentences"] for one in told.values()) / count >= 0.97
        assert shipped().provenance["recall"] == RECALL

    @pytest.mark.parametrize(
        "text",
        [
            "Experience of project management in a large organisation.",
            "You will write Python and SQL every day.",
            "Ability to communicate clearly with senior stakeholders.",
            "Experience of managing budgets and contracts.",
        ],
    )
    def test_keeps_what_plainly_asks_for_a_skill(self, text: str) -> None:
        assert shipped().keeps(glanced([text])).all()

    @pytest.mark.parametrize(
        "text",
        [
            "The salary is £30,000 a year.",
            "The closing date is 11:55pm on 4 March 2026.",
            "Once this job has closed, the advert will no longer be available.",
        ],
    )
    def test_passes_over_what_plainly_asks_for_none(self, text: str) -> None:
        assert not shipped().keeps(glanced([text])).any()
