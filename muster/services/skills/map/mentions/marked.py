"""Sentences in which people marked what is asked for: read from public benchmark files.

For fitting and measuring only; the sentences do not ship.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Marked:
    """A sentence in tokens and the spans that ask for a skill or knowledge, as token ranges."""

    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def text(self) -> str:
        """The tokens with single spaces between."""
        return " ".join(self.tokens)

    def places(self) -> tuple[tuple[int, int], ...]:
        """Return where each token lies in the text."""
        found, at = [], 0
        for token in self.tokens:
            found.append((at, at + len(token)))
            at += len(token) + 1
        return tuple(found)


def skillspan(path: Path) -> Iterator[Marked]:
    """Yield the sentences of a SkillSpan file; a knowledge inside a skill is within that skill."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            said = json.loads(line)
            marked = spans_of(said["tags_skill"]) | spans_of(said["tags_knowledge"])
            yield Marked(tuple(said["tokens"]), outermost(marked))


def green(path: Path) -> Iterator[Marked]:
    """Yield the sentences of the set of Green and others, with the spans of skills."""
    tokens: list[str] = []
    tags: list[str] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        parts = line.split()
        if len(parts) >= 2:
            tokens.append(parts[0])
            tags.append(parts[-1] if parts[-1].endswith("-Skill") else "O")
        elif tokens:
            yield Marked(tuple(tokens), outermost(spans_of(tags)))
            tokens, tags = [], []


def labelled(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Return sentence to its marked spans and their labels, of a TECH or HOUSE file."""
    sentences: dict[str, list[tuple[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            sentences.setdefault(row["sentence"], []).append((row["span"], row["label"]))
    return sentences


def spans_of(tags: list[str]) -> set[tuple[int, int]]:
    """Return the token ranges of tags B, I, O (with or without a kind)."""
    spans: set[tuple[int, int]] = set()
    start: int | None = None
    for at, tag in enumerate([*tags, "O"]):
        if start is not None and not tag.startswith("I"):
            spans.add((start, at))
            start = None
        if tag.startswith("B") or (tag.startswith("I") and start is None):
            start = at
    return spans


def outermost(spans: set[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the spans that lie in no other."""
    return tuple(
        sorted(
            one
            for one in spans
            if not any(
                other != one and other[0] <= one[0] and one[1] <= other[1] for other in spans
            )
        )
    )
