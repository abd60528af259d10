"""Reads XLS (Excel 97 to 2003, and 5 to 95) with ``xlrd``."""

import io
import struct
from collections.abc import Iterator
from itertools import islice

import polars as pl
import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.book import Book
from xlrd.sheet import Sheet as XlrdSheet

from muster.connectors.contract import Sheet
from muster.connectors.workbook.grid import Grid, Room
from muster.connectors.workbook.package import MEGABYTE, damaged, place, protected, too_large
from muster.connectors.workbook.values import (
    ERROR_WITHOUT_NAME,
    UNWORKED,
    NoNumber,
    kind_of_format,
    serial_text,
    unworked_note,
)
from muster.kernel.errors import BadInput

# A full sheet of 65,536 rows and 20 columns has 20 MB; ``xlrd`` holds it at several times that.
_MOST = 64 * MEGABYTE
_BLOCK_ROWS = 4096
_OLDEST = 50
_EOF, _BOF, _RECALC_ID = 0x0A, 0x0809, 0x01C1
_FORMULAS = (0x0006, 0x0206, 0x0406)
_CELL_HEAD = struct.Struct("<HHH8s")
# What stands in place of a result: nothing, or the number 0.
_EMPTY_RESULT, _NOT_A_NUMBER, _ZERO = b"\x03", b"\xff\xff", bytes(8)


class _Silent(io.TextIOBase):
    """Takes the library's remarks, which may quote a cell, and keeps none."""

    def write(self, said: str) -> int:
        return len(said)


def read_xls(content: bytes, *, macros: bool) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook.

    Args:
        content: its bytes.
        macros: whether it holds macros, which are not read.

    Raises:
        BadInput: if it cannot be read; it names the sheet where one is known.
    """
    if len(content) > _MOST:
        raise too_large(f"The workbook is an .xls of over {_MOST // MEGABYTE} MB")
    try:
        book = xlrd.open_workbook(
            file_contents=content,
            logfile=_Silent(),
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
        )
        return tuple(_sheets(book, ["macros were not read"] if macros else []))
    except BadInput:
        raise
    except Exception as problem:
        # A damaged or hostile file makes the library fail in any way whatever.
        if "encrypted" in str(problem):
            raise protected() from None
        raise damaged() from None


def _sheets(book: Book, notes: list[str]) -> Iterator[Sheet]:
    if book.biff_version < _OLDEST:
        raise BadInput(
            "The workbook is of a kind older than 1993",
            fix="Open it in a spreadsheet program, save it as a workbook (.xlsx) and send that",
        )
    without_cells = vars(book).get("_all_sheets_map", []).count(-1)
    if without_cells:
        sheets = "1 sheet" if without_cells == 1 else f"{without_cells} sheets"
        notes.append(f"{sheets} without cells, such as charts, not read")
    kinds = {number: each.format_str for number, each in book.format_map.items()}
    styles = [kind_of_format(each.format_key, kinds) for each in book.xf_list]
    unsaved = all(code != _RECALC_ID for code, _ in _records(book, book.base))
    room = Room()
    for number, name in enumerate(book.sheet_names()):
        with place(sheet=name):
            found = book.sheet_by_index(number)
            unworked = _unworked(book, number) if unsaved else frozenset()
            yield _sheet(found, _Cells(found, styles, book.datemode == 1, unworked), room, notes)
        book.unload_sheet(number)


def _sheet(found: XlrdSheet, cells: "_Cells", room: Room, notes: list[str]) -> Sheet:
    grid, rows = Grid(room), iter(range(found.nrows))
    while block := list(islice(rows, _BLOCK_ROWS)):
        grid.add(*cells.of(block))
    table, numbers, blank = grid.finish()
    ranges = ((r1 + 1, c1, r2, c2 - 1) for r1, r2, c1, c2 in found.merged_cells)
    return Sheet(
        table,
        numbers,
        name=found.name,
        hidden=found.visibility != 0,
        merged=tuple(each for each in ranges if each[:2] != each[2:]),
        blank=blank,
        read_as="XLS, days counted from 1904" if cells.from_1904 else "XLS",
        notes=(*notes, *unworked_note(len(cells.unworked))),
    )


class _Cells:
    """The cells of a sheet as texts.

    Args:
        sheet: the sheet as the library holds it.
        styles: what each cell style makes of a number.
        from_1904: whether days are counted from 1904.
        unworked: row and column, from 0, of formulas without a result.
    """

    def __init__(
        self,
        sheet: XlrdSheet,
        styles: list[int],
        from_1904: bool,
        unworked: frozenset[tuple[int, int]],
    ) -> None:
        self._sheet, self._styles = sheet, styles
        self.from_1904, self.unworked = from_1904, unworked
        self._known: dict[tuple[float, int], str] = {}

    def of(self, block: list[int]) -> tuple[pl.Series, pl.Series, pl.Series]:
        """Return row numbers, columns and texts of the cells of some rows."""
        rows, columns, texts = [], [], []
        for row in block:
            types, values = self._sheet.row_types(row), self._sheet.row_values(row)
            for column, (type_, value) in enumerate(zip(types, values, strict=True)):
                text = self._text(row, column, type_, value)
                if text:
                    rows.append(row + 1)
                    columns.append(column)
                    texts.append(text)
        return (
            pl.Series(rows, dtype=pl.UInt32),
            pl.Series(columns, dtype=pl.UInt32),
            pl.Series(texts, dtype=pl.String),
        )

    def _text(self, row: int, column: int, type_: int, value: str | float | int) -> str:
        if (row, column) in self.unworked:
            return UNWORKED
        if type_ in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
            style = self._styles[self._sheet.cell_xf_index(row, column)]
            return self._number(float(value), style, row)
        if type_ == xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if value else "FALSE"
        if type_ == xlrd.XL_CELL_ERROR:
            return error_text_from_code.get(int(value), ERROR_WITHOUT_NAME)
        text = str(value)
        if "\0" in text:
            raise damaged("A cell holds a character that no text may hold", row + 1)
        return text

    def _number(self, value: float, style: int, row: int) -> str:
        known = self._known.get((value, style))
        if known is None:
            try:
                known = serial_text(repr(value), style, self.from_1904)
            except NoNumber:
                raise damaged("A cell holds a number that is none", row + 1) from None
            self._known[value, style] = known
        return known


def _unworked(book: Book, number: int) -> frozenset[tuple[int, int]]:
    """Return the places of a sheet's formulas whose result is 0 or nothing.

    Asked of workbooks that no spreadsheet program has worked out: whatever writes one of those
    leaves such results beside each formula.
    """
    found = set()
    for code, data in _records(book, vars(book)["_sh_abs_posn"][number]):
        if code in _FORMULAS and len(data) >= _CELL_HEAD.size:
            row, column, _, result = _CELL_HEAD.unpack_from(data)
            empty = result[:1] == _EMPTY_RESULT and result[6:] == _NOT_A_NUMBER
            if empty or result == _ZERO:
                found.add((row, column))
    return frozenset(found)


def _records(book: Book, position: int) -> Iterator[tuple[int, bytes]]:
    """Yield code and content of each record from a beginning up to its end."""
    stream, depth = book.mem or b"", 0
    while position + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, position)
        yield code, bytes(stream[position + 4 : position + 4 + length])
        depth += (code == _BOF) - (code == _EOF)
        position += 4 + length
        if depth <= 0:
            return
