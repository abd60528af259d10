"""Fits the numbers in ``calibration.toml`` from sentences that people marked.

    .venv/bin/python -m muster.services.skills.map.mentions.fitting ../shared/data/skill_benchmarks

``asks`` and ``within`` are fitted on SkillSpan train and dev, ``right`` on the validation sets of
TECH and HOUSE with SkillSkape train and dev beside them; no test set is read here. It is said how
each factor does on a source that had no part in fitting it, which is what to expect of adverts of
another country.

SkillSkape is made up, and its sentences are labelled with the skill they were written for and not
with all that they name. So of its names only those count that are right or whose words are all in
the names of a skill that the sentence is labelled with instead; and it has a constant of its own,
which is not kept. What it tells is by how much one kind of name is surer than another.
"""

import ast
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import minimize

from muster.services.skills.map.lexicon import Lexicon, shipped
from muster.services.skills.map.lexicon.folding import key
from muster.services.skills.map.mentions.calibration import (
    FACTORS,
    described,
    features,
    weighed,
)
from muster.services.skills.map.mentions.lexical import read_places
from muster.services.skills.map.mentions.marked import Marked, labelled, skillspan
from muster.services.skills.map.mentions.scores import calibration_error

_FILE = Path(__file__).parent / "calibration.toml"
_NAMES = "skills_en_label.txt"
LABELLED = ("tech", "house")
_MADE_UP = "skillskape"
# How strongly the weights of a factor are held near nothing; chosen by sources left out.
_HELD = {"asks": 1.0, "within": 3.0, "right": 1.0}
_STEM = 5  # letters by which words are alike

Span = tuple[int, int]


@dataclass(frozen=True)
class Cases:
    """Names of which it is known whether the event of a factor came true.

    Args:
        known: as ``described`` returns it.
        true: whether it did.
        source: where the sentence of each is from.
    """

    known: pl.DataFrame
    true: NDArray[np.bool_]
    source: NDArray[np.str_]

    def among(self, kept: NDArray[np.bool_]) -> "Cases":
        """Return some of the cases."""
        return Cases(self.known.filter(pl.Series(kept)), self.true[kept], self.source[kept])


def sentences_of(texts: Sequence[str]) -> pl.DataFrame:
    """Return texts as sentences."""
    return pl.DataFrame({"text": list(texts)}).with_row_index("sentence")


def marked_places(marked: Sequence[Marked]) -> list[list[Span]]:
    """Return the places in its text of the spans of each sentence."""
    told = []
    for one in marked:
        places = one.places()
        told.append([(places[a][0], places[b - 1][1]) for a, b in one.spans])
    return told


def within(read: pl.DataFrame, spans: Sequence[Sequence[Span]]) -> NDArray[np.bool_]:
    """Return whether each name found lies at least half within a marked span of its sentence."""
    return np.array(
        [
            any(2 * (min(end, b) - max(start, a)) >= end - start for a, b in spans[row])
            for row, start, end in read.select("row", "start", "end").iter_rows()
        ],
        dtype=np.bool_,
    )


def labelled_places(gold: Mapping[str, Sequence[tuple[str, str]]]) -> list[list[Span]]:
    """Return where the labelled spans stand in each sentence, as whole words."""
    return [
        [
            one.span()
            for span in dict.fromkeys(span for span, _ in marks)
            for one in re.finditer(rf"(?<!\w){re.escape(span)}(?!\w)", text)
        ]
        for text, marks in gold.items()
    ]


def right(
    read: pl.DataFrame, lexicon: Lexicon, labels: Sequence[Sequence[str]]
) -> NDArray[np.bool_]:
    """Return whether the skill of each name found is among the labels of its sentence."""
    names = lexicon.skills["label"].str.to_lowercase().to_list()
    wanted = [{label.lower() for label in of_one} for of_one in labels]
    return np.array(
        [names[skill] in wanted[row] for row, skill in read.select("row", "skill").iter_rows()],
        dtype=np.bool_,
    )


def could_be(read: pl.DataFrame, lexicon: Lexicon, data: Path) -> NDArray[np.bool_]:
    """Return which names are of a skill that people could label: one of the published list."""
    listed = {one.lower() for one in (data / _NAMES).read_text(encoding="utf-8").splitlines()}
    names = lexicon.skills["label"].str.to_lowercase().is_in(listed).to_numpy()
    return np.asarray(names[read["skill"].to_numpy()], dtype=np.bool_)


def logistic(
    table: NDArray[np.float64], true: NDArray[np.bool_], held: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return intercept and weights of a logistic.

    Args:
        table: cases x what is known.
        true: whether the event came true.
        held: how strongly each weight is held near nothing.
    """
    full = np.column_stack([np.ones(len(table)), table])
    signs = np.where(true, 1.0, -1.0)
    firm = np.concatenate(([0.0], held))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (full @ weights)
        slope = firm * weights - full.T @ (signs / (1 + np.exp(margins)))
        return float(np.logaddexp(0, -margins).sum() + (firm * weights) @ weights / 2), slope

    return np.asarray(minimize(loss, np.zeros(full.shape[1]), jac=True, method="L-BFGS-B").x)


def cases(data: Path) -> dict[str, Cases]:
    """Return the cases of each factor."""
    lexicon = shipped()
    marked = [*skillspan(data / "skillspan_train.json"), *skillspan(data / "skillspan_dev.json")]
    read = read_places(sentences_of([one.text for one in marked]), lexicon)
    rows = read["row"].to_list()
    asks = np.array([bool(marked[row].spans) for row in rows])
    spans = Cases(described(read), asks, np.array([marked[row].source for row in rows]))
    inside = Cases(spans.known, within(read, marked_places(marked)), spans.source)
    sets = {name: labelled(data / f"{name}_validation_annotations.csv") for name in LABELLED}
    parts = [_meant(name, gold, lexicon, data) for name, gold in sets.items()]
    parts.append(_made_up(lexicon, data))
    meant = Cases(
        pl.concat([one.known for one in parts]),
        np.concatenate([one.true for one in parts]),
        np.concatenate([one.source for one in parts]),
    )
    return dict(zip(FACTORS, (spans, inside.among(asks), meant), strict=True))


def _meant(
    source: str, gold: Mapping[str, Sequence[tuple[str, str]]], lexicon: Lexicon, data: Path
) -> Cases:
    """Return the names that lie in labelled spans, and whether the label is their skill."""
    read = read_places(sentences_of(list(gold)), lexicon)
    kept = within(read, labelled_places(gold)) & could_be(read, lexicon, data)
    true = right(read, lexicon, [[label for _, label in marks] for marks in gold.values()])
    return Cases(described(read), true, np.full(read.height, source)).among(kept)


def _made_up(lexicon: Lexicon, data: Path) -> Cases:
    """Return the names in made-up sentences of which it is known whether they are right."""
    texts, labels = [], []
    for name in ("skillskape_train.csv", "skillskape_dev.csv"):
        table = pl.read_csv(data / name, infer_schema=False)
        texts += table["sentence"].to_list()
        labels += [ast.literal_eval(skills) for skills in table["skills"]]
    read = read_places(sentences_of(texts), lexicon)
    true = right(read, lexicon, labels)
    instead = _names_of(lexicon, labels)
    twin = np.array(
        [
            any(_words(surface) <= words for words in instead[row])
            for row, surface in read.select("row", "surface").iter_rows()
        ],
        dtype=np.bool_,
    )
    kept = (true | twin) & could_be(read, lexicon, data)
    return Cases(described(read), true, np.full(read.height, _MADE_UP)).among(kept)


def _names_of(lexicon: Lexicon, labels: Sequence[Sequence[str]]) -> list[list[frozenset[str]]]:
    """Return, for each sentence, the words of each name of each skill that it is labelled with."""
    first = lexicon.skills.select("skill", first=pl.col("label").str.to_lowercase())
    names = first.join(lexicon.labels.select("skill", "label"), on="skill")
    known: dict[str, list[frozenset[str]]] = {}
    for label, name in names.select("first", "label").iter_rows():
        known.setdefault(label, []).append(_words(name))
    return [
        [
            words
            for label in of_one
            for words in [_words(label), *known.get(label.lower(), [])]
            if label != "UNK"
        ]
        for of_one in labels
    ]


def _words(name: str) -> frozenset[str]:
    """Return the words of a name as ``_STEM`` letters each."""
    return frozenset(word[:_STEM] for word in key(name).split() if len(word) > 1)


def numbers_of(factor: str, given: Cases) -> dict[str, Any]:
    """Return the numbers of a factor, fitted on cases; what is made up has its own constant."""
    table = given.known.select(features(factor)).to_numpy()
    made_up = given.source == _MADE_UP
    held = np.append(np.full(table.shape[1], _HELD[factor]), 0.0)
    told = logistic(np.column_stack([table, made_up]), given.true, held)
    weights = dict(zip(features(factor), told[1:-1].round(4).tolist(), strict=True))
    return {"intercept": round(float(told[0]), 4), "weights": weights}


def left_out(factor: str, given: Cases) -> dict[str, tuple[int, float, float, float]]:
    """Return how the numbers of the other sources do on each: names, said, true, error."""
    told = {}
    for source in dict.fromkeys(given.source[given.source != _MADE_UP].tolist()):
        numbers = {factor: numbers_of(factor, given.among(given.source != source))}
        these = given.among(given.source == source)
        said = weighed(these.known, factor, numbers).to_numpy()
        error = calibration_error(said, these.true)
        told[source] = (len(said), float(said.mean()), float(these.true.mean()), error)
    return told


def text_of(given: Mapping[str, Cases]) -> str:
    """Return the text of ``calibration.toml``."""
    lines = [
        "# Fitted by fitting.py: asks and within on SkillSpan train and dev, right on the",
        "# validation sets of TECH and HOUSE and, but for the intercept, on SkillSkape train and",
        "# dev. Numbers; no sentence ships.",
    ]
    for factor, these in given.items():
        numbers, real = numbers_of(factor, these), these.source != _MADE_UP
        made_up = "" if real.all() else f"; and {(~real).sum():,} made up"
        lines += [
            "",
            f"[{factor}] # {real.sum():,} names, {these.true[real].mean():.3f} true{made_up}",
            f"intercept = {numbers['intercept']:.4f}",
            f"[{factor}.weights]",
            *(f'"{name}" = {weight:.4f}' for name, weight in numbers["weights"].items()),
        ]
    return "\n".join(lines) + "\n"


def main(data: Path) -> None:
    """Fit, say how sources left out fare, keep."""
    given = cases(data)
    for factor, these in given.items():
        for source, (count, said, true, error) in left_out(factor, these).items():
            sys.stdout.write(
                f"{factor}, {source} left out: {count:,} names, said {said:.3f}, true {true:.3f}, "
                f"error {error:.3f}\n"
            )
    _FILE.write_text(text_of(given), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
