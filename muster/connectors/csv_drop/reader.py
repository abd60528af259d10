"""Reads delimited bytes as rows of text, without being told encoding or delimiter.

Encoding: a byte order mark decides; otherwise the text is UTF-8 if it is valid UTF-8 (text in
another encoding almost never is) and Windows-1252 if not. Delimiter: the candidate that splits
the header into most cells among those that split the following lines alike.
"""

import codecs
import csv
import io
from itertools import islice

from muster.connectors.contract import Offer, Table
from muster.kernel.errors import BadInput, Where

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_DELIMITERS = ",;\t|^~\x1f:"
_DELIMITER_NAMES = {"\t": "tab", "\x1f": "unit separator"}
_SAMPLED_ROWS = 50
_CELL_LIMIT = 1_000_000


def read(offer: Offer) -> Table:
    """Return the rows of a delimited file.

    Raises:
        BadInput: if the bytes are not text, hold no header, or a quotation never ends.
    """
    text, encoding = _decode(offer)
    delimiter = _delimiter(text)
    csv.field_size_limit(_CELL_LIMIT)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    header: list[str] = []
    try:
        for header in rows:
            if any(cell.strip() for cell in header):
                break
        names = _names(header, offer)
        width, numbers, ragged, blank = len(names), [], {}, 0
        kept: list[list[str]] = []
        for number, row in enumerate(rows, start=2):
            if not any(row) or not any(cell.strip() for cell in row):
                blank += 1
                continue
            if len(row) != width:
                if len(row) > width and not any(cell.strip() for cell in row[width:]):
                    row = row[:width]
                else:
                    ragged[number] = len(row)
                    row = (row + [""] * width)[:width]
            numbers.append(number)
            kept.append(row)
    except csv.Error as problem:
        raise BadInput(
            f"The file cannot be split into cells: {problem}",
            where=Where(file=offer.name, row=rows.line_num),
            fix="Look for a quotation mark that is never closed near that line",
        ) from None
    columns = tuple(list(column) for column in zip(*kept, strict=True)) or tuple([] for _ in names)
    shown = _DELIMITER_NAMES.get(delimiter, delimiter)
    return Table(names, columns, numbers, ragged, blank, f"{encoding}, separated by {shown}")


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
    sample = "".join(islice(io.StringIO(text.lstrip("\r\n"), newline=""), _SAMPLED_ROWS + 1))
    best, best_score = ",", (0.0, 0)
    for candidate in _DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(sample), delimiter=candidate) if row]
        except csv.Error:
            continue
        if not rows or len(rows[0]) < 2:
            continue
        alike = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        # Agreement first in coarse steps, so that one ragged row does not outweigh the header.
        score = (round(alike, 1), len(rows[0]))
        if score > best_score:
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
    seen: dict[str, int] = {}
    unique = []
    for position, name in enumerate(names, start=1):
        name = name or f"column {position}"
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)
