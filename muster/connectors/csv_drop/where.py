"""Where the cells of a row stand in the exact bytes of a delimited file.

For whoever follows one value back. The same rows are found as ``splitting`` finds them, in bytes:
all encodings that are read hold delimiters, quotation marks and line ends as in ASCII. The file is
gone through in blocks, and nothing but the row that is asked for is kept.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from muster.connectors.cells import LONGEST_CELL
from muster.connectors.contract import Offer
from muster.connectors.csv_drop.delimiter import filled, find_delimiter
from muster.connectors.text import Span, Text, decode


@dataclass(frozen=True)
class Row:
    """A row: its number as its sheet gives it, its cells, and where each stands, quotes and all."""

    number: int
    cells: tuple[str, ...]
    spans: tuple[Span, ...]


class Rows:
    """The rows of a delimited file.

    Args:
        offer: the file, which was read before.
    """

    def __init__(self, offer: Offer) -> None:
        self._text: Text = decode(offer)
        self._delimiter = find_delimiter(next(self._text.blocks(), ""))
        mark = re.escape(self._delimiter.encode())
        # A quotation opens a cell or is part of it; what follows its end belongs to the cell.
        cell = rb'(?:"[^"]*+(?:""[^"]*+)*+"[^%b\r\n]*+|(?!")[^%b\r\n]*+)' % (mark, mark)
        self._record = re.compile(rb"(%b(?:%b%b)*+)(?:\r\n|\r|\n|\Z)" % (cell, mark, cell))
        self._cell = re.compile(rb"(?:^|%b)(%b)" % (mark, cell))

    def first(self, count: int) -> Iterator[Row]:
        """Yield the first rows with content."""
        for number, start, record in self._text.records(self._record):
            row = self._row(number, start, record)
            if filled(list(row.cells)):
                yield row
                count -= 1
            if count <= 0:
                return

    def at(self, number: int) -> Row | None:
        """Return the row of a number; None if the file has none."""
        for found, start, record in self._text.records(self._record, since=number):
            return self._row(found, start, record)
        return None

    def _row(self, number: int, start: int, record: bytes) -> Row:
        places = [found.span(1) for found in self._cell.finditer(record)] if record else []
        return Row(
            number,
            tuple(self._shown(record[begin:end]) for begin, end in places),
            tuple(self._text.exact(start + begin, start + end) for begin, end in places),
        )

    def _shown(self, written: bytes) -> str:
        """Return what a cell says as it is written."""
        text = self._text.read(written)
        if not text.startswith('"'):
            return text
        csv.field_size_limit(LONGEST_CELL)
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter))[0]
