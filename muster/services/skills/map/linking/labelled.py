"""Sentences that people labelled with the skills they ask for, as published files hold them.

They are for training and measuring and do not ship.
"""

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from muster.kernel.errors import BadInput, Where
from muster.services.skills.map.lexicon import Lexicon
from muster.services.skills.map.lexicon.lexicon import make

NAMES = "skills_en_label.txt"


@dataclass(frozen=True)
class Labelled:
    """Sentences, each once, and the rows of the skills that each asks for.

    Args:
        texts: sentences.
        asked: of each the skills; none where people found none that is in the list.
    """

    texts: tuple[str, ...]
    asked: tuple[frozenset[int], ...]

    def asking(self) -> "Labelled":
        """Return the sentences that ask for a skill."""
        kept = [at for at, one in enumerate(self.asked) if one]
        return Labelled(tuple(self.texts[at] for at in kept), tuple(self.asked[at] for at in kept))


@dataclass(frozen=True)
class Tagged:
    """A sentence as words, and which of them ask for a skill."""

    words: tuple[str, ...]
    asks: tuple[bool, ...]

    @property
    def text(self) -> str:
        """Return the sentence."""
        return " ".join(self.words)


def listed(folder: Path, lexicon: Lexicon) -> Lexicon:
    """Return the skills of the published list, with the further names a lexicon has for them.

    Args:
        folder: holds ``skills_en_label.txt``, one first name a line.
        lexicon: knows further names.
    """
    lines = _there(folder / NAMES).read_text(encoding="utf-8").splitlines()
    names = pl.DataFrame({"label": lines}).with_row_index("row")
    known = names.join(lexicon.skills, on="label", how="left", maintain_order="left").unique(
        "row", keep="first", maintain_order=True
    )
    skills = known.select(
        pl.col("row").alias("skill"),
        pl.col("id").fill_null(pl.format("listed:{}", "row")),
        "label",
        pl.col("kind").fill_null("skill"),
        "branch",
        "uri",
    )
    fair = lexicon.labels.filter((pl.col("sense") != "never") & ~pl.col("preferred"))
    others = known.select("row", "skill").join(fair, on="skill", maintain_order="left")
    labels = pl.concat(
        [
            skills.select("skill", "label", preferred=pl.lit(value=True)),
            others.select(pl.col("row").alias("skill"), "label", preferred=pl.lit(value=False)),
        ]
    )
    return make(skills, labels, name=lexicon.name, version=lexicon.version)


def rows_of(lexicon: Lexicon) -> dict[str, int]:
    """Return the row of each skill by its first name."""
    return dict(lexicon.skills.select("label", "skill").iter_rows())


def annotated(path: Path, rows: Mapping[str, int]) -> Labelled:
    """Return the sentences of a file with a row for each span: ``sentence``, ``label``."""
    table = pl.read_csv(_there(path), infer_schema=False)
    pairs = table.select("sentence", "label").iter_rows()
    return _gathered(((sentence, [label]) for sentence, label in pairs), rows)


def synthetic(path: Path, rows: Mapping[str, int]) -> Labelled:
    """Return the sentences of a file with a list of labels each: ``sentence``, ``skills``."""
    table = pl.read_csv(_there(path), infer_schema=False)
    pairs = table.select("sentence", "skills").iter_rows()
    return _gathered(((sentence, ast.literal_eval(skills)) for sentence, skills in pairs), rows)


def together(sets: Sequence[Labelled]) -> Labelled:
    """Return several sets as one, each sentence once."""
    found: dict[str, frozenset[int]] = {}
    for one in sets:
        for text, asked in zip(one.texts, one.asked, strict=True):
            found[text] = found.get(text, frozenset()) | asked
    return Labelled(tuple(found), tuple(found.values()))


def tagged(path: Path) -> list[Tagged]:
    """Return the sentences of a file of words and tags, each once."""
    found: dict[tuple[str, ...], Tagged] = {}
    for line in _there(path).read_text(encoding="utf-8").splitlines():
        said: dict[str, Any] = json.loads(line)
        pairs = zip(said["tags_skill"], said["tags_knowledge"], strict=True)
        asks = tuple(skill != "O" or knowledge != "O" for skill, knowledge in pairs)
        words = tuple(said["tokens"])
        found.setdefault(words, Tagged(words, asks))
    return list(found.values())


def _gathered(pairs: Iterator[tuple[str, list[str]]], rows: Mapping[str, int]) -> Labelled:
    """Return sentences, each once, with all labels they have anywhere."""
    found: dict[str, set[int]] = {}
    for sentence, labels in pairs:
        found.setdefault(sentence, set()).update(rows[one] for one in labels if one in rows)
    return Labelled(tuple(found), tuple(frozenset(one) for one in found.values()))


def _there(path: Path) -> Path:
    """Return a path if it is a file.

    Raises:
        BadInput: if it is not.
    """
    if not path.is_file():
        raise BadInput(
            "A file of labelled sentences is not there",
            where=Where(file=path.name),
            fix="Name the folder that holds it",
        )
    return path
