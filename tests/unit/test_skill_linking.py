"""The hybrid linker on a small lexicon, as a build meets it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from muster.services.skills.map.lexicon import Correction, Lexicon
from muster.services.skills.map.lexicon.lexicon import make
from muster.services.skills.map.linking.fusing import windows
from muster.services.skills.map.linking.linker import LEAST, MENTIONS, MOST, Linker
from muster.services.skills.map.linking.skipping import shipped

NAMES = {
    "manage budgets": "budget management", "operate cranes": "crane driving",
    "lead a team": "team leadership", "provide first aid": "first aid",
    "write reports": "report writing", "analyse data": "data analysis",
    "bake bread": "bread baking", "teach mathematics": "maths teaching",
    "give advice on tax": "tax advice", "play the piano": "piano playing",
}  # fmt: skip
ASKING = [
    "You will be responsible for managing the budgets of three departments.",
    "Experience of leading a team of engineers and of writing reports for the board.",
    "You must be able to analyse large sets of data and advise clients on their tax.",
]
NOTHING = "Closing date: 12 May. We reserve the right to close this vacancy early."


def small() -> Lexicon:
    skills = pl.DataFrame(
        {"skill": range(len(NAMES)), "id": [f"s:{at}" for at in range(len(NAMES))],
         "label": list(NAMES), "kind": "skill", "branch": None, "uri": None}
    )  # fmt: skip
    names = [(at, name, True) for at, name in enumerate(NAMES)]
    names += [(at, name, False) for at, name in enumerate(NAMES.values())]
    labels = pl.DataFrame(names, schema=["skill", "label", "preferred"], orient="row")
    return make(skills, labels, name="small", version="1")


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker.load(small())


def frame(texts: Sequence[str], **columns: list[bool] | list[str]) -> pl.DataFrame:
    table = pl.DataFrame({"sentence": range(len(texts)), "text": texts}, strict=False)
    table = table.cast({"sentence": pl.UInt32, "text": pl.String})
    return table.with_columns(**{name: pl.Series(values) for name, values in columns.items()})


def named(mentions: pl.DataFrame) -> set[tuple[int, str]]:
    names = list(NAMES)
    return {(row["sentence"], names[row["skill"]]) for row in mentions.iter_rows(named=True)}


def test_sentences_are_linked_to_what_they_ask_for(linker: Linker) -> None:
    found = linker.link(frame([*ASKING, NOTHING]))
    assert named(found) >= {
        (0, "manage budgets"), (1, "lead a team"), (1, "write reports"), (2, "analyse data"),
    }  # fmt: skip
    assert not named(found) & {(row, "bake bread") for row in range(4)}
    assert 3 not in found["sentence"]


def test_likenesses_are_those_of_the_likest_words(linker: Linker) -> None:
    scorer = linker.scorer
    for text, found in zip(ASKING, linker.candidates(ASKING), strict=True):
        read = linker.encoder.read(text)
        mapped = windows(read)[0] @ scorer.learned.words
        mapped /= np.linalg.norm(mapped, axis=1, keepdims=True)
        plain = (mapped @ scorer.names.T).max(axis=0)
        assert sorted(found.skills) == list(range(len(NAMES)))
        assert np.allclose(found.likenesses[:, 0], plain[found.skills], atol=1e-5)
        assert np.allclose(found.score, found.likenesses @ scorer.learned.weights, atol=1e-5)
        assert list(found.score) == sorted(found.score, reverse=True)


def test_a_mention_says_which_words_it_was_seen_in(linker: Linker) -> None:
    found = linker.link(frame(ASKING))
    assert found.schema == pl.Schema(MENTIONS)
    for row in found.iter_rows(named=True):
        assert ASKING[row["sentence"]][row["start"] : row["end"]] == row["surface"] != ""
        assert row["surface"].split()[-1] not in {"for", "of", "the", "to"}
        assert LEAST <= row["probability"] <= 1
        assert row["by"] == "linked"
    assert max(found.group_by("sentence").len()["len"].to_list()) <= MOST
    budgets = found.filter((pl.col("sentence") == 0) & (pl.col("skill") == 0))
    assert "budget" in budgets["surface"][0]


def test_the_result_is_the_same_for_any_threads_order_and_company(linker: Linker) -> None:
    texts = [*ASKING, NOTHING, *(f"{one} Grade {n}." for n, one in enumerate(ASKING * 5))]
    once = linker.link(frame(texts), threads=1)
    assert once.equals(linker.link(frame(texts), threads=3))
    alone = [linker.link(frame(texts).filter(pl.col("sentence") == at)) for at in range(4)]
    assert pl.concat(alone).equals(once.filter(pl.col("sentence") < 4))
    turned = linker.link(frame(texts).reverse())
    assert once.equals(turned)


def test_a_text_that_stands_twice_is_read_once_and_told_twice(linker: Linker) -> None:
    told: list[tuple[int, int]] = []
    found = linker.link(frame([ASKING[0]] * 3), progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 1)]
    parts = found.partition_by("sentence")
    assert len(parts) == 3
    assert all(one.drop("sentence").equals(parts[0].drop("sentence")) for one in parts)


def test_what_is_no_skill_text_welsh_or_not_worth_it_is_passed_over(linker: Linker) -> None:
    texts = [ASKING[0]] * 2 + [ASKING[1]]
    table = frame(texts, skill_text=[True, False, True], language=["en", "en", "cy"])
    assert set(linker.link(table)["sentence"]) == {0}
    every, none = (replace(shipped(), least=least) for least in (-np.inf, np.inf))
    assert linker.link(frame(texts), skipper=none).is_empty()
    assert linker.link(frame(texts), skipper=every).equals(linker.link(frame(texts)))
    scores = shipped().scores(linker.glanced(texts))
    between = replace(shipped(), least=float(scores.max()))
    kept = scores == scores.max()
    assert 0 < kept.sum() < len(texts)
    found = linker.link(frame(texts), skipper=between)
    assert set(found["sentence"]) == set(np.flatnonzero(kept).tolist())


@pytest.mark.parametrize("text", ["", " ", "?!", "\u200b", "🙂🙂", "a", "word " * 3_000])
def test_strange_sentences_are_read_and_nothing_breaks(linker: Linker, text: str) -> None:
    assert linker.link(frame([text])).schema == pl.Schema(MENTIONS)


def test_no_sentences_give_no_mentions(linker: Linker) -> None:
    assert linker.link(frame([])).schema == pl.Schema(MENTIONS)
    assert linker.link(frame([])).is_empty()


def test_what_people_refused_is_not_said_again() -> None:
    refused = small().corrected([Correction("not this", "s:0", "budgets")])
    assert (0, "manage budgets") not in named(Linker.load(refused).link(frame(ASKING)))
    assert (1, "lead a team") in named(Linker.load(refused).link(frame(ASKING)))


@pytest.mark.parametrize("name", ["manage budgets", "budget management"])
def test_a_name_of_the_list_that_people_refused_is_not_said_again(name: str) -> None:
    asking = frame([f"You must {name} or have shown {name} in a large organisation."])
    assert 0 in set(Linker.load(small()).link(asking)["skill"])
    refused = small().corrected([Correction("not this", "s:0", name)])
    assert 0 not in set(Linker.load(refused).link(asking)["skill"])


def test_a_synonym_that_people_added_is_read() -> None:
    text = ["Minding the kitty, week in, week out."]
    before = Linker.load(small())
    added = Linker.load(small().corrected([Correction("synonym", "s:0", "minding the kitty")]))
    first = next(iter(before.candidates(text)))
    second = next(iter(added.candidates(text)))
    score = [one.score[list(one.skills).index(0)] for one in (first, second)]
    assert score[1] > score[0] + 0.1
    assert second.skills[0] == 0


def test_names_are_read_once_and_kept(tmp_path: Path) -> None:
    first = Linker.load(small(), cache=tmp_path / "names")
    (kept,) = (tmp_path / "names").iterdir()
    marked = np.zeros_like(np.load(kept))
    np.save(kept, marked)
    assert not Linker.load(small(), cache=tmp_path / "names").scorer.names.any()
    other = small().skills.with_columns(label=pl.col("label").str.to_uppercase())
    lexicon = make(other, small().labels, name="other", version="1")
    again = Linker.load(lexicon, cache=tmp_path / "names")
    assert again.scorer.names.any()
    assert first.scorer.names.shape == again.scorer.names.shape
    assert len(list((tmp_path / "names").iterdir())) == 2
