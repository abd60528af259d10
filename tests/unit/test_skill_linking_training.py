"""Training on a folder of a few made sentences: what it writes, and what it asks for."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from muster.kernel.errors import BadInput
from muster.services.skills.map.lexicon import shipped
from muster.services.skills.map.linking import training
from muster.services.skills.map.linking.labelled import annotated, listed, rows_of, tagged
from muster.services.skills.map.linking.learned import digest_of, read_learned

NAMES = ["manage budgets", "operate cranes", "lead a team", "bake bread", "speak Welsh"]
SAID = [
    ("You hold the purse of two units.", "manage budgets"),
    ("You will drive cranes on site.", "operate cranes"),
    ("You head a small group of staff.", "lead a team"),
    ("Loaves are baked by you at dawn.", "bake bread"),
    ("Fluent Welsh, spoken daily, is needed.", "speak Welsh"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "skills_en_label.txt").write_text("\n".join(NAMES) + "\n", encoding="utf-8")
    texts, labels = [one for one, _ in SAID], [one for _, one in SAID]
    lists = pl.DataFrame({"sentence": texts, "skills": [f"['{one}', 'UNK']" for one in labels]})
    for name in training.SENTENCES:
        lists.write_csv(tmp_path / name)
    spans = pl.DataFrame({"sentence": [f"{one} Now." for one in texts], "label": labels})
    nothing = pl.DataFrame({"sentence": ["We are nice."], "label": ["UNDERSPECIFIED"]})
    for name in (*training.VALIDATION, *training.TEST):
        pl.concat([spans, nothing]).write_csv(tmp_path / name)
    lines = []
    for number, one in enumerate(texts):
        words = [*one.split(), "Today", "."]
        asks = ["B" if at > 1 else "O" for at in range(len(words))]
        lines.append({"tokens": words, "tags_skill": asks, "tags_knowledge": ["O"] * len(words)})
        bare = ["Apply", "by", str(number), "May"]
        lines.append({"tokens": bare, "tags_skill": ["O"] * 4, "tags_knowledge": ["O"] * 4})
    for name in (training.TAGGED, training.EMPTY):
        (tmp_path / name).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return tmp_path


def test_training_writes_the_same_numbers_again_and_what_they_were_made_from(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out" / "linker.npz"
    out.parent.mkdir()
    said: list[str] = []
    learned = training.train(folder, out=out, say=said.append)
    first = out.read_bytes()
    training.train(folder, out=out, threads=1)
    assert out.read_bytes() == first
    assert len(said) == 4
    assert np.allclose(read_learned(out).words, learned.words, atol=2e-3)
    provenance = json.loads(out.with_name("provenance.json").read_text(encoding="utf-8"))
    assert provenance["sha256"] == digest_of(out)
    for name in (*training.SENTENCES, *training.VALIDATION, training.TAGGED, training.EMPTY):
        assert provenance["made from"][name] == digest_of(folder / name)
    for text, _ in SAID:
        assert text.encode() not in first


def test_what_is_missing_is_named(folder: Path) -> None:
    (folder / training.VALIDATION[1]).unlink()
    with pytest.raises(BadInput, match=r"house_validation_annotations\.csv"):
        training.train(folder, out=folder / "linker.npz")


def test_labels_outside_the_list_leave_a_sentence_that_asks_for_nothing(folder: Path) -> None:
    lexicon = listed(folder, shipped())
    read = annotated(folder / training.TEST[0], rows_of(lexicon))
    assert dict(zip(read.texts, read.asked, strict=True))["We are nice."] == frozenset()
    assert len(read.asking().texts) == len(SAID)
    assert lexicon.skills["label"].to_list() == NAMES


def test_sentences_that_ask_for_nothing_come_in_no_order_of_their_authors(folder: Path) -> None:
    path = folder / training.EMPTY
    every = training.empty_sentences(path, [], 99)
    assert sorted(every) == sorted(one.text for one in tagged(path) if not any(one.asks))
    assert every == training.empty_sentences(path, [], 99)
    assert training.empty_sentences(path, every[:1], 2) == every[1:3]
