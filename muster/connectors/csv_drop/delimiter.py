"""Finds what separates the cells of a delimited file, from its first lines.

Titles may stand above the header and notes below the rows, so no single line tells. For each
candidate, the commonest number of cells is the shape of the table. The best candidate gives most
lines one shape, and gives it early: a mark within the text of the rows (decimal commas, times of
day) usually misses the header.
"""

import csv
import io
import re
from collections import Counter
from itertools import islice, pairwise

_DELIMITERS = ",;\t|^~\x1f"
# Stands in times and titles, so it separates only what nothing else does.
_LAST_RESORT = ":"
_SAMPLED_LINES = 200
_SAMPLED_CHARACTERS = 262_144
# A mark that cuts rows once, and so few of them, is part of the text.
_LEAST_ALIKE = 0.5
# Where so many rows are of one shape, more of them say no more.
_ALIKE = 0.8
# What spreadsheets write above the rows to say it themselves.
_SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)

NAMES = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "vertical bar",
    "^": "circumflex",
    "~": "tilde",
    "\x1f": "unit separator",
    ":": "colon",
}


def find_delimiter(text: str) -> str:
    """Return the delimiter of a text, which may be cut anywhere; a comma if there is none."""
    said = _SAID.match(text)
    if said is not None and said[1] in NAMES:
        return said[1]
    sample = _sample(text)
    for candidates in (_DELIMITERS, _LAST_RESORT):
        scored = [(_score(sample, mark), mark) for mark in candidates]
        likely = [(score, mark) for score, mark in scored if score is not None]
        if likely:
            # Of equals the first candidate, which is the commoner one.
            return max(likely, key=lambda each: each[0])[1]
    return ","


def filled(row: list[str]) -> bool:
    """Return whether any cell of a row has content."""
    return any(cell and not cell.isspace() for cell in row)


def _sample(text: str) -> list[str]:
    """Return the first lines, without one that is cut off."""
    text = text.lstrip("\r\n")
    beginning = text[:_SAMPLED_CHARACTERS]
    lines = list(islice(io.StringIO(beginning, newline=""), _SAMPLED_LINES))
    if len(lines) > 1 and len(lines) < _SAMPLED_LINES and len(beginning) < len(text):
        lines.pop()
    return lines


def _score(sample: list[str], mark: str) -> tuple[float, bool, int, int] | None:
    """Return how well a mark cuts the lines into a table, or None if it does not."""
    try:
        widths = [len(row) for row in csv.reader(sample, delimiter=mark) if filled(row)]
    except csv.Error:
        return None
    times = Counter(width for width in widths if width > 1)
    if not times:
        return None
    shape = max(times, key=lambda width: (times[width], width))
    alike = times[shape] / len(widths)
    if shape == 2 and alike <= _LEAST_ALIKE:
        return None
    # Agreement first, in coarse steps, so that some ragged rows do not outweigh the header.
    return min(round(alike, 1), _ALIKE), shape > 2, -_beginning(widths, shape), shape


def _beginning(widths: list[int], shape: int) -> int:
    """Return after how many lines the table begins: with a line of its shape, and another."""
    for place, (width, following) in enumerate(pairwise(widths)):
        if width == following == shape:
            return place
    return len(widths) - (widths[-1] == shape)
