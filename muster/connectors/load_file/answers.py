"""Reads the receiver's answer: a delimited file that says what became of each row.

``tests/spec/test_load_answers.py`` is the table of it. Only a word that the layout names counts: a
row that is in the file with another word, or not in it, is in doubt and not taken for a success.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from muster.connectors.load_file.layout import Answer, Layout

MOST_BYTES = 64 * 1024 * 1024

Meaning = Literal["taken", "rejected", "unknown"]


@dataclass(frozen=True)
class Told:
    """What an answer says of one record; ``said`` are the receiver's words, not yet cleaned."""

    meaning: Meaning
    said: str = ""


class NoAnswer(Exception):
    """A file is not the answer that was declared. Its text says in what."""


def read_answer(layout: Layout, content: bytes) -> dict[str, list[Told]]:
    """Return what the answer says of each record, row by row, by the id that the record has.

    Raises:
        NoAnswer: if the file is not of the declared form; then nothing in it counts.
    """
    declared = layout.answer
    if declared is None:
        raise NoAnswer("no answer is declared")
    found: dict[str, list[Told]] = {}
    prefixes = {line.prefix for line in layout.lines}
    for row in _rows(declared, content):
        written = row[declared.id].strip()
        # A layout has no prefix that begins another, so one at most fits.
        for prefix in prefixes:
            if written.startswith(prefix):
                found.setdefault(written[len(prefix) :], []).append(_told(declared, row))
    return found


def together(told: Sequence[Told], lines: int) -> Told:
    """Return what became of a record of so many lines: taken if all were, rejected if one was."""
    for meaning in ("rejected", "unknown"):
        for one in told:
            if one.meaning == meaning:
                return one
    if not told:
        return Told("unknown", "it is not in the answer")
    return told[0] if len(told) >= lines else Told("unknown", "not all of its lines are answered")


def _rows(declared: Answer, content: bytes) -> list[dict[str, str]]:
    if len(content) > MOST_BYTES:
        raise NoAnswer("the answer is larger than anybody reads")
    try:
        text = content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=declared.delimiter))
    except (UnicodeDecodeError, csv.Error):
        raise NoAnswer("the answer is not delimited text in UTF-8") from None
    header = [name.strip() for name in rows[0]] if rows else []
    needed = [name for name in (declared.id, declared.status, declared.said) if name]
    if any(header.count(name) != 1 for name in needed):
        raise NoAnswer(f"the answer has not the columns {', '.join(needed)}, each once")
    if any(row and len(row) != len(header) for row in rows):
        raise NoAnswer("the answer has rows of another width: it may be half a file")
    return [dict(zip(header, row, strict=True)) for row in rows[1:] if row]


def _told(declared: Answer, row: Mapping[str, str]) -> Told:
    status = row[declared.status].strip().casefold()
    said = row[declared.said].strip() if declared.said else ""
    if status in {word.casefold() for word in declared.rejected}:
        return Told("rejected", said)
    taken = status in {word.casefold() for word in declared.taken}
    return Told("taken") if taken else Told("unknown", said)
