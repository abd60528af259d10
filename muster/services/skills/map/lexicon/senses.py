"""Which names may be taken for a skill: rules and rows of ``senses.toml``, which people can read.

A list of skills is written for people who know the sense meant. In an advert, *terms* are those of
the employment, *principles* are anybody's, and *go* is no language. A name is ``plain`` (taken for
the skill wherever it stands), ``exact case`` (only as written: a product, an acronym), ``needs
context`` (only near words that show the sense), or ``never``.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from muster.services.skills.map.lexicon.folding import key

_FILE = Path(__file__).parent / "senses.toml"
_NAME = re.compile(r"[A-Z].*[A-Z0-9+#.]|[A-Z][+#]+")
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")


@dataclass(frozen=True)
class Senses:
    """The table, read.

    Args:
        rows: folded label to its sense and, if it needs one, the name of its context.
        contexts: name of a context to the expression that must stand near the label.
        not_before: what must not follow a label of that context.
        not_in: what a sentence must not hold for a label of that context.
        apart: folded label and folded first name of a skill that it does not mean.
        added: names that the lists lack: folded preferred label to further labels.
    """

    rows: Mapping[str, tuple[str, str | None]]
    contexts: Mapping[str, re.Pattern[str]]
    not_before: Mapping[str, re.Pattern[str]]
    not_in: Mapping[str, re.Pattern[str]]
    apart: frozenset[tuple[str, str]]
    added: Mapping[str, tuple[str, ...]]


@cache
def senses() -> Senses:
    """Return the table that ships."""
    said = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    rows: dict[str, tuple[str, str | None]] = {}
    for group in said["row"]:
        for label in group["labels"]:
            rows[key(label)] = (group["sense"], group.get("context"))
    contexts = said["context"]
    return Senses(
        rows,
        {name: re.compile(one["near"]) for name, one in contexts.items()},
        _patterns(contexts, "not_before"),
        _patterns(contexts, "not_in"),
        frozenset((key(label), key(first)) for one in said["not"] for label, first in one["pairs"]),
        {key(one["skill"]): tuple(one["labels"]) for one in said["added"]},
    )


def _patterns(contexts: Mapping[str, Any], name: str) -> dict[str, re.Pattern[str]]:
    return {
        context: re.compile(one[name], re.IGNORECASE if name == "not_in" else 0)
        for context, one in contexts.items()
        if name in one
    }


def without_brackets(label: str) -> str:
    """Return a label without the remark in brackets that tells its sense: *Java (programming)*."""
    return _BRACKETS.sub("", label).strip() or label


def with_senses(labels: pl.DataFrame, skills: pl.DataFrame) -> pl.DataFrame:
    """Return labels with ``sense`` and ``context``, the first rule that holds deciding.

    Args:
        labels: ``skill``, ``label``, ``preferred``, ``key`` (the folded label).
        skills: ``skill``, ``kind``.
    """
    kinds = dict(skills.select("skill", "kind").iter_rows())
    first = dict(labels.filter(pl.col("preferred")).select("skill", "key").iter_rows())
    apart = senses().apart
    told = [
        ("never", None)
        if (form, first[skill]) in apart
        else sense_of(label, kind=kinds[skill], preferred=preferred, first=first[skill])
        for skill, label, preferred, form in labels.select(
            "skill", "label", "preferred", "key"
        ).iter_rows()
    ]
    return labels.with_columns(
        sense=pl.Series([sense for sense, _ in told], dtype=pl.String),
        context=pl.Series([context for _, context in told], dtype=pl.String),
    )


def sense_of(label: str, *, kind: str, preferred: bool, first: str = "") -> tuple[str, str | None]:
    """Return sense and context of a label.

    Args:
        label: as listed.
        kind: of its skill.
        preferred: whether it is the skill's first name.
        first: that first name, folded.
    """
    form = key(label)
    row = senses().rows.get(form)
    if row is not None:
        return row
    if label.endswith(")") and (bare := without_brackets(label)) != label:
        return senses().rows.get(key(bare), ("needs context", "technical"))
    if " " in form:
        return "plain", None
    if kind == "language":
        return "needs context", "language"
    if kind == "framework":
        return "needs context", "asked"
    return _single(label, form, preferred, first)


def _single(label: str, form: str, preferred: bool, first: str) -> tuple[str, str | None]:
    """Return the sense of a single word: names as written; other second names never."""
    if _NAME.fullmatch(label):
        # Two letters of an acronym mean too many things; a first name of so few is a product.
        return ("exact case", None) if preferred or len(label) > 2 else ("never", None)
    if preferred:
        return ("exact case" if label[0].isupper() else "plain"), None
    same = " " not in first and form[:5] == first[:5] and len(form) > 5
    return ("plain" if same else "never"), None
