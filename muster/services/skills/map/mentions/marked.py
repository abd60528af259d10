"""Sentences in which people marked what is asked for: read from public benchmark files.

For fitting and measuring only; the sentences do not ship.
"""

import csv
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Marked:
    """A sentence in tokens and the spans that ask for a skill or knowledge, as token ranges.

    ``source`` and ``advert`` say where it stood, if that is known.
    """

    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    source: str = ""
    advert: int = 0

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
            yield Marked(tuple(said["tokens"]), outermost(marked), said["source"], said["idx"])


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


def same(text: str) -> str:
    """Return what two files share of a sentence that each spaces and stops in its own way."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def whole_adverts(
    marked: Sequence[Marked], labels: Mapping[str, object], apart: Collection[str]
) -> list[Marked]:
    """Return the sentences of adverts of which every marked sentence is labelled.

    Of such an advert it is known which skills each sentence asks for: those it is labelled with,
    and none where nothing is marked.

    Args:
        marked: sentences with their spans.
        labels: by ``same`` of a sentence.
        apart: ``same`` of sentences that are left out.
    """
    partly = {
        (one.source, one.advert) for one in marked if one.spans and same(one.text) not in labels
    }
    return [
        one
        for one in marked
        if (one.source, one.advert) not in partly and same(one.text) not in apart
    ]


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
