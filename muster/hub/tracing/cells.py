"""The cells of one row of a file, each with where it stands in the exact bytes.

The table is found as framing finds it, from the layout that is known by now; of large files in
text and XML only the first rows and the one that is asked for are held.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import polars as pl

from muster.connectors.contract import Offer, Sheet
from muster.connectors.csv_drop.where import Row, Rows
from muster.connectors.fixed_width.where import line_at
from muster.connectors.parquet.reader import read as read_parquet
from muster.connectors.text import Span
from muster.connectors.workbook.reader import read as read_workbook
from muster.connectors.workbook.where import cells_at
from muster.connectors.xml.where import values_at
from muster.hub.framing.headers import FirstRows, header_at, whole
from muster.hub.framing.positions import column_letters, ordinal_of
from muster.hub.framing.shapes import Records, Unpivot, matches
from muster.hub.framing.tables import named
from muster.hub.layouts import Layout, header_key
from muster.hub.reading import Kind, kind_of

_SEARCHED = 70  # rows with content among which the header stands, and its own


@dataclass(frozen=True)
class Cell:
    """A cell as it stood in its file.

    Args:
        header: the name of its column, as the file or its layout has it.
        column: the column as a spreadsheet shows it; empty where the file has none.
        row: the row it stands in; of merged cells and names of columns not the one asked for.
        text: what it says.
        span: where it stands, in the exact bytes of the file, or of ``part`` once it is unpacked;
            None where that cannot be shown.
        written: the bytes that stand there.
        part: the part of a workbook.
        apart: in which part, where and as what its text stands that a workbook keeps apart.
    """

    header: str
    text: str
    column: str = ""
    row: int = 0
    span: Span | None = None
    written: bytes = b""
    part: str = ""
    apart: tuple[str, Span, bytes] | None = None


def cells_of(
    offer: Offer,
    layout: Layout,
    number: int,
    *,
    wanted: Collection[str],
    sheets: Sequence[str],
    unpivoted: bool,
) -> dict[str, Cell]:
    """Return the wanted cells of a row by header key, those that the row has.

    Args:
        offer: the file, which was taken in before.
        layout: by which it was read.
        number: the row, as its landing numbers it.
        wanted: header keys.
        sheets: the names of the sheets that the landing was read from.
        unpivoted: whether the landing's rows are cells of them.
    """
    place, row, column = ordinal_of(number, unpivoted=unpivoted)
    records, kind = layout.shape.records, kind_of(offer)
    if kind == "xml":
        return _of_xml(offer, layout, row, place, wanted)
    if records is not None and records.kind == "fixed_width":
        return _of_line(offer, records, row, wanted)
    grid = _grid(offer, kind, sheets[place] if place < len(sheets) else "", row)
    if records is not None:
        at = {header_key(name): span.first - 1 for name, span in records.columns.items()}
        places = {key: (row, at[key], key) for key in wanted if key in at}
    else:
        places = _places(grid.sheet, layout, row, column)
    return grid.cells({key: places[key] for key in wanted if key in places})


Places = Mapping[str, tuple[int, int, str]]  # by header key: row, column from 0, header


class _Grid(Protocol):
    """Rows and columns, and the first rows as a sheet."""

    @property
    def sheet(self) -> Sheet: ...

    def cells(self, places: Places) -> dict[str, Cell]: ...


def _grid(offer: Offer, kind: Kind, name: str, row: int) -> _Grid:
    """Return the rows and columns of a file of a kind."""
    if kind == "parquet":
        return _Parquet(offer)
    return _Workbook(offer, name, row) if kind == "workbook" else _Delimited(offer, row)


def _places(sheet: Sheet, layout: Layout, row: int, column: int) -> dict[str, tuple[int, int, str]]:
    """Return where the cells of a row stand, by the names of their columns."""
    depth, rows = layout.shape.header_rows, FirstRows(sheet)
    fitting = (at for at in range(rows.count) if not layout.missing(rows.keys(at, depth)))
    top = next(fitting, None)
    if top is None:
        return {}
    parts = header_at(sheet, top, depth)
    names = named(list(map(whole, parts)))
    by = layout.shape.unpivot
    if by is not None:
        return _unpivoted(sheet, by, names, top, row, column)
    places: dict[str, tuple[int, int, str]] = {}
    for at, name in enumerate(names):
        if header_key(name) != header_key(layout.shape.headings or " "):
            places.setdefault(header_key(name), (row, at, name))
    return places


def _unpivoted(
    sheet: Sheet, by: Unpivot, names: Sequence[str], top: int, row: int, column: int
) -> dict[str, tuple[int, int, str]]:
    """Return where the cells stand of a row that is one cell of a table."""
    exact = {header_key(pattern) for pattern in by.keep if "*" not in pattern}
    places = {
        header_key(name): (row, at, name)
        for at, name in enumerate(names)
        if matches(name, by.keep) or header_key(name) in exact
    }
    for depth, name in enumerate(by.into):
        at = column - 1
        line = sheet.cells.row(top + depth)
        while at and not line[at].strip():
            at -= 1
        places[header_key(name)] = (sheet.rows[top + depth], at, name)
    places[header_key(by.value)] = (row, column - 1, by.value)
    return places


class _Delimited:
    """Delimited text: the first rows, and any other when it is asked for."""

    def __init__(self, offer: Offer, row: int) -> None:
        self._offer, self._rows = offer, Rows(offer)
        self._found: dict[int, Row | None] = {}

    @cached_property
    def sheet(self) -> Sheet:
        found = list(self._rows.first(_SEARCHED))
        self._found.update({row.number: row for row in found})
        width = max((len(row.cells) for row in found), default=0)
        cells = [[*row.cells, *[""] * (width - len(row.cells))] for row in found]
        schema = {str(at): pl.String for at in range(width)}
        numbers = pl.Series([row.number for row in found], dtype=pl.UInt32)
        return Sheet(pl.DataFrame(cells, schema=schema, orient="row"), numbers)

    def cells(self, places: Places) -> dict[str, Cell]:
        found: dict[str, Cell] = {}
        for key, (number, at, name) in places.items():
            if number not in self._found:
                self._found[number] = self._rows.at(number)
            row = self._found[number]
            if row is not None:
                there = at < len(row.cells)
                found[key] = _cell(
                    self._offer, name, row.cells[at] if there else "",
                    row.spans[at] if there else None, number, column_letters(at + 1),
                )  # fmt: skip
        return found


class _Parquet:
    """A table kept column by column: a cell's text, but no bytes that stand for it alone."""

    def __init__(self, offer: Offer) -> None:
        (self.sheet,) = read_parquet(offer)

    def cells(self, places: Places) -> dict[str, Cell]:
        found: dict[str, Cell] = {}
        for key, (row, at, name) in places.items():
            there = (self.sheet.rows == row).arg_true()
            text = str(self.sheet.cells[str(at)][there[0]]) if len(there) else ""
            found[key] = Cell(name, text, column_letters(at + 1), row)
        return found


class _Workbook:
    """A sheet of a workbook, by its name; the first in view where it has none."""

    def __init__(self, offer: Offer, name: str, row: int) -> None:
        self._content = offer.content
        seen = [sheet for sheet in read_workbook(offer) if not sheet.hidden]
        self.sheet = next((sheet for sheet in seen if sheet.name == name), seen[0])

    def cells(self, places: Places) -> dict[str, Cell]:
        shown = {key: self._shown(row, at) for key, (row, at, _) in places.items()}
        stood = {
            row: cells_at(
                self._content, self.sheet.name, row, {at for on, at in shown.values() if on == row}
            )
            for row in {row for row, _ in shown.values()}
        }
        found: dict[str, Cell] = {}
        for key, (row, at) in shown.items():
            place = stood[row].get(at)
            cell = Cell(places[key][2], self._text(row, at), column_letters(at + 1), row)
            if place is None:
                found[key] = cell
                continue
            apart = place.text
            found[key] = Cell(
                cell.header, cell.text, cell.column, row,
                place.cell.span, place.cell.written, place.cell.part,
                None if apart is None else (apart.part, apart.span, apart.written),
            )  # fmt: skip
        return found

    def _text(self, row: int, at: int) -> str:
        places = (self.sheet.rows == row).arg_true()
        if not len(places) or at >= self.sheet.cells.width:
            return ""
        return str(self.sheet.cells[str(at)][places[0]])

    def _shown(self, row: int, at: int) -> tuple[int, int]:
        """Return where the text of a cell stands: of merged cells in the uppermost."""
        if not self._text(row, at):
            for top, left, bottom, _ in self.sheet.merged:
                if left == at and top < row <= bottom:
                    return top, left
        return row, at


def _of_xml(
    offer: Offer, layout: Layout, row: int, place: int, wanted: Collection[str]
) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for value in values_at(offer, row, fits=layout.fits, place=place) or ():
        key = header_key(value.header)
        if key in wanted and key not in found:
            found[key] = _cell(offer, value.header, value.text, value.span, row)
    return found


def _of_line(offer: Offer, records: Records, row: int, wanted: Collection[str]) -> dict[str, Cell]:
    line = line_at(offer, row)
    found: dict[str, Cell] = {}
    for header, span in records.columns.items() if line is not None else ():
        key = header_key(header)
        if line is not None and key in wanted and key not in found:
            cut = line.cut(span.first, span.length, in_bytes=records.in_bytes)
            found[key] = _cell(offer, header, *cut, row)
    return found


def _cell(
    offer: Offer, header: str, text: str, span: Span | None, row: int, column: str = ""
) -> Cell:
    written = offer.content[span.start : span.end] if span is not None else b""
    return Cell(header, text, column, row, span, written)
