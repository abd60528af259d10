"""Fits the numbers that the linker reads with, from published labelled sentences.

``train(folder)`` reads ``folder`` and writes ``trained/linker.npz`` and, beside it, what it was
made from. Maps are fitted on synthetic sentences (SkillSkape train and dev); which tokens ask for a
skill on tagged adverts (SkillSpan train); weights and calibration on the validation files (TECH,
HOUSE), with sentences of adverts that ask for nothing (SkillSpan dev). Test files are never opened
but to leave out of training what also stands in them.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from muster.services.skills.map.lexicon import shipped
from muster.services.skills.map.linking.calibrating import fit
from muster.services.skills.map.linking.encoder import WIDE, Encoded, Floats
from muster.services.skills.map.linking.fusing import LIKENESSES, Candidates, choose, windows
from muster.services.skills.map.linking.labelled import (
    NAMES,
    Labelled,
    Tagged,
    annotated,
    listed,
    rows_of,
    synthetic,
    tagged,
    together,
)
from muster.services.skills.map.linking.learned import SHIPPED, Learned, digest_of, ridge
from muster.services.skills.map.linking.linker import Linker

SENTENCES = ("skillskape_train.csv", "skillskape_dev.csv")
TAGGED, EMPTY = "skillspan_train.json", "skillspan_dev.json"
VALIDATION = ("tech_validation_annotations.csv", "house_validation_annotations.csv")
TEST = ("tech_test_annotations.csv", "house_test_annotations.csv")
STRENGTH, ROUNDS = 30.0, 2
# Of the sentences of the documents that the validation files were taken from, 178 hold a span of a
# skill and 535 hold none (the published description of the sets).
EMPTY_FOR_EACH = 3.0

Say = Callable[[str], None]


def train(
    folder: Path,
    *,
    out: Path = SHIPPED,
    cache: Path | None = None,
    threads: int = 2,
    say: Say = lambda said: None,
) -> Learned:
    """Fit and write the numbers; return them. Takes about five minutes on two cores.

    Args:
        folder: holds the published files.
        out: where the numbers go; what they were made from goes beside it.
        cache: where vectors of names are kept.
        threads: texts read at once; the result is the same for any number.
        say: told of each step.

    Raises:
        BadInput: if a file is not there, or the language model is not installed.
    """
    lexicon = listed(folder, shipped())
    linker = Linker.load(lexicon, cache=cache, threads=threads, learned=nothing())
    rows = rows_of(lexicon)
    with threadpool_limits(1):
        say("maps from sentences to names of skills")
        given = together([synthetic(folder / name, rows).asking() for name in SENTENCES])
        words, sentence = maps(linker, given)
        say("which words ask for a skill")
        asks = words_that_ask(linker, _tagged_apart(folder, given))
        say("weights")
        learned = replace(linker.scorer.learned, words=words, sentence=sentence, asks=asks)
        learned = _fused(linker, learned, folder, say)
    learned.save(out)
    out.with_name("provenance.json").write_text(_provenance(folder, out), encoding="utf-8")
    return learned


def nothing() -> Learned:
    """Return what the linker would know without training."""
    same = np.eye(WIDE, dtype=np.float32)
    weights = np.array([1.0, 0.4, 0.6, 0.1], dtype=np.float32)
    flat = np.zeros((3, len(LIKENESSES) + 7), dtype=np.float32)
    flat[1] = 1
    return Learned(same, same, np.zeros(WIDE + 1, dtype=np.float32), weights, flat)


def maps(linker: Linker, given: Labelled) -> tuple[Floats, Floats]:
    """Return the map of a few words and that of whole sentences.

    Which words of a sentence ask for which of its skills nobody says: it is taken to be those that
    are likest to its name, first as the language model has it, then as fitted.
    """
    read = list(linker.encoder.each(given.texts))
    pairs = [(at, skill) for at, asked in enumerate(given.asked) for skill in sorted(asked)]
    names = linker.scorer.names[[skill for _, skill in pairs]]
    whole = np.stack([read[at].whole for at, _ in pairs])
    cut = [windows(one)[0] for one in read]
    fitted = np.eye(WIDE, dtype=np.float32)
    for _ in range(ROUNDS):
        likest = np.stack(
            [
                cut[at][np.argmax(cut[at] @ (fitted @ name))]
                for (at, _), name in zip(pairs, names, strict=True)
            ]
        )
        fitted = ridge(likest, names, STRENGTH)
    return fitted, ridge(whole, names, STRENGTH)


def words_that_ask(linker: Linker, given: Sequence[Tagged]) -> Floats:
    """Return how much each number of a token tells that it asks for a skill; last the constant."""
    tokens, asks = [], []
    every = linker.encoder.each([one.text for one in given])
    for one, read in zip(given, every, strict=True):
        tokens.append(read.tokens)
        asks += [one.asks[word] for word in _words_of(one, read)]
    x, y = np.vstack(tokens), np.array(asks)
    model = LogisticRegression(C=0.01, max_iter=100).fit(x - x.mean(axis=0), y)
    constant = model.intercept_[0] - model.coef_[0] @ x.mean(axis=0)
    return np.append(model.coef_[0], constant).astype(np.float32)


def _words_of(one: Tagged, read: Encoded) -> list[int]:
    """Return of which word each token is a piece."""
    begins = np.cumsum([0, *(len(word) + 1 for word in one.words[:-1])])
    places = np.array([begin for begin, _ in read.places], dtype=np.int64)
    return [int(at) for at in np.searchsorted(begins, places, side="right") - 1]


def _tagged_apart(folder: Path, given: Labelled) -> list[Tagged]:
    """Return tagged sentences that stand in no other file."""
    others = set(given.texts)
    for name in (*VALIDATION, *TEST):
        others.update(annotated(folder / name, {}).texts)
    return [one for one in tagged(folder / TAGGED) if one.text not in others]


def _fused(linker: Linker, learned: Learned, folder: Path, say: Say) -> Learned:
    """Return the numbers with weights and calibration."""
    rows = {
        label: row
        for row, label in enumerate((folder / NAMES).read_text(encoding="utf-8").splitlines())
    }
    sets = [annotated(folder / name, rows) for name in VALIDATION]
    texts = [text for one in sets for text in one.texts]
    asked = [skills for one in sets for skills in one.asked]
    found = _candidates(linker, learned, texts)
    weights = choose([(one.skills, one.likenesses) for one in found], asked)
    learned = replace(learned, weights=weights)
    say("probabilities")
    empty = empty_sentences(folder / EMPTY, texts, int(EMPTY_FOR_EACH * len(texts)))
    found = _candidates(linker, learned, [*texts, *empty])
    none: list[frozenset[int]] = [frozenset()] * len(empty)
    return replace(learned, calibration=fit(found, [*asked, *none]))


def empty_sentences(path: Path, apart: Sequence[str], most: int) -> list[str]:
    """Return tagged sentences without any skill, in an order that no author chose.

    Args:
        path: a file of tagged sentences.
        apart: sentences that are not wanted.
        most: how many at most.
    """
    texts = {one.text for one in tagged(path) if not any(one.asks)} - set(apart)
    return sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest())[:most]


def _candidates(linker: Linker, learned: Learned, texts: Sequence[str]) -> list[Candidates]:
    """Return the candidates of sentences by other numbers than the linker's own."""
    other = replace(linker, scorer=replace(linker.scorer, learned=learned))
    return list(other.candidates(texts))


def _provenance(folder: Path, out: Path) -> str:
    """Return what the numbers were made from and how to make them again, as JSON."""
    used = (*SENTENCES, TAGGED, EMPTY, *VALIDATION, NAMES)
    left_out = {name: digest_of(folder / name) for name in TEST}
    said = {
        "file": out.name,
        "sha256": digest_of(out),
        "made from": {name: digest_of(folder / name) for name in used},
        "sentences left out of training because they stand in": left_out,
        "licences": {
            "SkillSkape, SkillSpan, TECH, HOUSE": "CC BY 4.0 or MIT; no sentence of them ships",
            "names of skills": "ESCO, European Union, reuse with attribution",
        },
        "made by": "muster.services.skills.map.linking.training.train(folder)",
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"
