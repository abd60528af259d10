"""Splits text into rows of cells, block by block.

Two ways, with one result. Where a block holds no quotation mark, a delimiter is a delimiter and a
line end is a line end, so whole columns are split at once. The same goes where quotation marks
enclose whole cells and nothing else, once they are taken off. Otherwise the block goes through
Python's ``csv``, which defines what quotation means here. A quotation that is open at the end of a
block is carried into the next one.
"""

import csv
import io
from collections.abc import Iterator
from itertools import chain

import polars as pl

from muster.connectors.cells import LONGEST_CELL, SPACES, Cells, numbers
from muster.connectors.csv_drop.delimiter import filled
from muster.connectors.text import split_lines
from muster.kernel.errors import BadInput, Where

# Read as a last line of our own: if the last row begins before it, a quotation is open.
_END = "end of block"
# Stands for a delimiter within quotation marks while a line is split.
_QUOTED = "\ue000"
# A row longer than this, line ends within quotations included, is none.
_LONGEST_ROW = 16 * 1024 * 1024


class Splitter:
    """Splits the blocks of one file.

    Args:
        file: the offer's name, for errors.
        delimiter: what separates the cells.
    """

    def __init__(self, file: str, delimiter: str) -> None:
        self.cells = Cells(file)
        self.blank = 0
        self._file, self._delimiter = file, delimiter
        self._last = 0

    def split(self, blocks: Iterator[str]) -> None:
        """Split all blocks.

        Raises:
            BadInput: if a quotation is never closed, or a cell or row is larger than any.
        """
        carried = ""
        for block in blocks:
            if carried or not self._split_plain(block):
                carried = self._split_quoted(carried + block)
        if carried:
            raise self._never_closed()

    def _split_plain(self, block: str) -> bool:
        """Split a block whose quotation marks enclose whole cells; return False if others do."""
        lines = split_lines(block)
        if lines.str.len_chars().max() > LONGEST_CELL:  # type: ignore[operator]
            return False
        if '"' in block:
            bare = self._without_quotation(lines) if _QUOTED not in block else None
            if bare is None:
                return False
            lines = bare
        first, self._last = self._last + 1, self._last + len(lines)
        rows = pl.int_range(first, self._last + 1, dtype=pl.UInt32, eager=True)
        full = lines.str.strip_chars(SPACES + self._delimiter) != ""
        if not full.all():
            lines, rows = lines.filter(full), rows.filter(full)
            self.blank += len(full) - len(lines)
        if len(lines):
            cells = lines.str.split(self._delimiter)
            widths = cells.list.len()
            self._reserve(rows, widths)
            columns = _columns(cells, widths)
            if '"' in block:
                columns = [self._with_delimiters(column) for column in columns]
            self.cells.add(columns, rows, widths)
        return True

    def _without_quotation(self, lines: pl.Series) -> pl.Series | None:
        """Return lines without the marks around cells; None if marks stand elsewhere.

        A delimiter within marks becomes ``_QUOTED``.
        """
        mark = rf"\x{{{ord(self._delimiter):x}}}"
        simple, whole = _line_of(mark, rf'"[^"{mark}]*"'), _line_of(mark, '"[^"]*"')
        quoted = lines.str.contains('"', literal=True)
        inner = quoted & ~lines.str.contains(simple)
        if not inner.any():
            return lines.str.replace_all('"', "", literal=True)
        others = lines.filter(inner)
        if not others.str.contains(whole).all():
            return None
        parts = pl.DataFrame({"part": others.str.split('"')}).with_row_index("line")
        parts = parts.explode("part").with_columns(
            within=pl.int_range(pl.len()).over("line") % 2 == 1
        )
        told = pl.col("part").str.replace_all(self._delimiter, _QUOTED, literal=True)
        joined = parts.with_columns(
            pl.when("within").then(told).otherwise("part").alias("part")
        ).group_by("line", maintain_order=True).agg(pl.col("part").str.join(""))  # fmt: skip
        bare = lines.str.replace_all('"', "", literal=True)
        return bare.scatter(inner.arg_true(), joined["part"])

    def _with_delimiters(self, cells: pl.Series) -> pl.Series:
        return cells.str.replace_all(_QUOTED, self._delimiter, literal=True)

    def _split_quoted(self, block: str) -> str:
        """Split a block; return the lines of a row whose quotation is still open at its end."""
        lines = list(io.StringIO(block, newline=""))
        reader = csv.reader(chain(lines, [_END]), delimiter=self._delimiter, strict=False)
        csv.field_size_limit(LONGEST_CELL)
        rows: list[list[str]] = []
        begun = ended = 0
        try:
            for row in reader:
                rows.append(row)
                begun, ended = ended, reader.line_num
        except csv.Error:
            raise self._too_large("cell", self._last + len(rows) + 1) from None
        rows.pop()
        self._keep(rows)
        if begun == len(lines):
            return ""
        carried = "".join(lines[begun:])
        if len(carried) > _LONGEST_ROW:
            raise self._too_large("row", self._last + 1)
        return carried

    def _keep(self, rows: list[list[str]]) -> None:
        # Nearly every row begins with a filled cell, which settles it.
        kept = [
            (number, row)
            for number, row in enumerate(rows, start=self._last + 1)
            if (row and row[0] and not row[0].isspace()) or filled(row)
        ]
        self._last += len(rows)
        self.blank += len(rows) - len(kept)
        if not kept:
            return
        widths = numbers([len(row) for _, row in kept])
        found = numbers([number for number, _ in kept])
        self._reserve(found, widths)
        whole = max(len(row) for _, row in kept)
        padded = (row + [""] * (whole - len(row)) if len(row) < whole else row for _, row in kept)
        columns = [pl.Series(cells, dtype=pl.String) for cells in zip(*padded, strict=True)]
        self.cells.add(columns, found, widths)

    def _reserve(self, rows: pl.Series, widths: pl.Series) -> None:
        widest = widths.arg_max() or 0
        self.cells.reserve(len(rows), widths[widest], rows[widest])

    def _never_closed(self) -> BadInput:
        row = self._last + 1
        return BadInput(
            "A quotation is opened and never closed",
            where=Where(file=self._file, row=row),
            fix=f"Close or remove the quotation mark in row {row}",
        )

    def _too_large(self, what: str, row: int) -> BadInput:
        most = LONGEST_CELL if what == "cell" else _LONGEST_ROW
        return BadInput(
            f"A {what} is longer than {most:,} characters",
            where=Where(file=self._file, row=row),
            fix=f"Look for a quotation mark in row {row} that is never closed",
        )


def _line_of(mark: str, quoted: str) -> str:
    """Return the pattern of a line whose cells hold no quotation mark, or are enclosed by two."""
    cell = rf'(?:[^"{mark}]*|{quoted})'
    return rf"^{cell}(?:{mark}{cell})*$"


def _columns(cells: pl.Series, widths: pl.Series) -> list[pl.Series]:
    """Return lists of cells as columns, short rows filled up with empty cells."""
    whole = int(widths.max())  # type: ignore[arg-type]
    if widths.min() == whole:
        flat = cells.explode()
        return [flat.gather_every(whole, place) for place in range(whole)]
    found = (cells.list.get(place, null_on_oob=True) for place in range(whole))
    return [column.fill_null("") for column in found]
