"""Reads delimited bytes as rows of text, without being told encoding or delimiter.

Encoding: a byte order mark decides; otherwise the text is UTF-8 if it is valid UTF-8 (text in
another encoding almost never is) and Windows-1252 if not. Delimiter: the candidate that splits
the header into most cells among those that split the following lines alike.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, count, islice

from muster.connectors.contract import Offer, Table
from muster.kernel.errors import BadInput, Where

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_DELIMITERS = ",;\t|^~\x1f:"
_DELIMITER_NAMES = {"\t": "tab", "\x1f": "unit separator"}
# Within so many lines the header has begun, blank lines and quoted line ends included.
_HEADER_LINES = 10
_CHUNK = 4096
_SAMPLED_ROWS = 50
# A mark that cuts the header once, and fewer rows than this like it, is part of the text.
_LEAST_ALIKE = 0.5
_CELL_LIMIT = 1_000_000
# Read as a last row of our own: if it is swallowed by a cell, a quotation was never closed.
_END = "\x03end of file\x03"


def read(offer: Offer) -> Table:
    """Return the rows of a delimited file.

    Raises:
        BadInput: if the bytes are not text, hold no header, or a quotation never ends.
    """
    text, encoding = _decode(offer)
    delimiter = _delimiter(text)
    csv.field_size_limit(_CELL_LIMIT)
    lines = chain(io.StringIO(text, newline=""), [_END])
    rows = csv.reader(lines, delimiter=delimiter, strict=False)
    try:
        table = _table(enumerate(rows, start=1), offer)
    except csv.Error as problem:
        raise BadInput(
            f"The file cannot be split into cells: {problem}",
            where=Where(file=offer.name, row=rows.line_num),
            fix="Look for a quotation mark that is never closed near that line",
        ) from None
    shown = _DELIMITER_NAMES.get(delimiter, delimiter)
    return replace(table, read_as=f"{encoding}, separated by {shown}")


def _table(rows: Iterator[tuple[int, list[str]]], offer: Offer) -> Table:
    last, header = next(((number, row) for number, row in rows if _filled(row)), (1, [_END]))
    names = _names([] if header == [_END] else header, offer)
    width, blank = len(names), 0
    numbers: list[int] = []
    ragged: dict[int, int] = {}
    columns: tuple[list[str], ...] = tuple([] for _ in names)
    # Most cells repeat others: one text for all of them keeps large files within memory.
    same: dict[str, str] = {}
    chunk: list[list[str]] = []
    for number, row in rows:
        if row == [_END]:
            break
        # Nearly every row begins with a filled cell, which settles it.
        if not (row and row[0] and not row[0].isspace()) and not _filled(row):
            blank += 1
            continue
        if len(row) != width:
            if len(row) < width or _filled(row[width:]):
                ragged[number] = len(row)
            row[:] = (row + [""] * width)[:width]
        numbers.append(last := number)
        chunk.append(row)
        if len(chunk) == _CHUNK:
            _keep(chunk, columns, same)
    else:
        raise BadInput(
            "A quotation is opened and never closed",
            where=Where(file=offer.name, row=last),
            fix=f"Close or remove the quotation mark in row {last}",
        )
    _keep(chunk, columns, same)
    return Table(names, columns, numbers, ragged, blank)


def _keep(chunk: list[list[str]], columns: tuple[list[str], ...], same: dict[str, str]) -> None:
    """Move rows into columns; equal cells become one text."""
    for column, cells in zip(columns, zip(*chunk, strict=True), strict=False):
        column.extend(map(same.setdefault, cells, cells))
    chunk.clear()


def _filled(row: list[str]) -> bool:
    return any(cell and not cell.isspace() for cell in row)


def _decode(offer: Offer) -> tuple[str, str]:
    content = offer.content
    for mark, codec, title in _MARKS:
        if content.startswith(mark):
            try:
                return _text(content.decode(codec), offer), title
            except UnicodeDecodeError:
                raise _not_text(offer) from None
    for codec, title in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return _text(content.decode(codec), offer), title
        except UnicodeDecodeError:
            continue
    raise _not_text(offer)


def _text(text: str, offer: Offer) -> str:
    if "\0" in text:
        raise _not_text(offer)
    return text


def _not_text(offer: Offer) -> BadInput:
    return BadInput(
        "The file is not text in UTF-8, UTF-16 or Windows-1252",
        where=Where(file=offer.name),
        fix="Export it again as CSV; a workbook is not delimited text",
    )


def _delimiter(text: str) -> str:
    sample = list(islice(io.StringIO(text.lstrip("\r\n"), newline=""), _SAMPLED_ROWS + 1))
    best, best_score = ",", (0.0, 0)
    beginning = "".join(sample[:_HEADER_LINES])
    for candidate in _DELIMITERS:
        if candidate not in beginning:
            continue
        try:
            rows = [row for row in csv.reader(sample, delimiter=candidate) if _filled(row)]
        except csv.Error:
            continue
        width = len(rows[0]) if rows else 0
        # Delimiters left over at the end of a row say nothing against a candidate.
        fitting = sum(len(row) >= width and not _filled(row[width:]) for row in rows)
        alike = fitting / max(len(rows), 1)
        # Agreement first in coarse steps, so that one ragged row does not outweigh the header.
        score = (round(alike, 1), width)
        if score > best_score and (width > 2 or (width == 2 and alike > _LEAST_ALIKE)):
            best, best_score = candidate, score
    return best


def _names(header: list[str], offer: Offer) -> tuple[str, ...]:
    names = [" ".join(cell.replace("\u00a0", " ").split()) for cell in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise BadInput(
            "The file has no header",
            where=Where(file=offer.name, row=1),
            fix="Send it with the names of its columns in the first row",
        )
    unique: list[str] = []
    taken: set[str] = set()
    for position, name in enumerate(names, start=1):
        plain = name or f"column {position}"
        numbered = chain((plain,), (f"{plain} ({again})" for again in count(2)))
        unique.append(next(each for each in numbered if each not in taken))
        taken.add(unique[-1])
    return tuple(unique)
