"""Where a row stands in its file, as one number: sheet, row and, for unpivoted tables, column.

A number is what a spreadsheet shows for a row of the first sheet, so that most people never meet
anything else. Rows of later sheets, and cells of tables that are read cell by cell, are numbered
so that the number still tells where to look.
"""

from collections.abc import Sequence

import polars as pl

_ROWS = 2_000_000  # a sheet holds at most 1,048,576
_COLUMNS = 1_000
_CELLS = 100_000_000  # an unpivoted sheet holds at most 99,999 rows of 999 columns
LAST_UNPIVOTED_ROW, LAST_UNPIVOTED_COLUMN = _CELLS // _COLUMNS - 1, _COLUMNS - 1
MOST_SHEETS = 20


def numbered(rows: pl.Series, *, sheet: int) -> pl.Series:
    """Return the numbers of rows of the sheet at a place, counted from 0."""
    return rows.cast(pl.Int64) + sheet * _ROWS


def numbered_cells(row: pl.Expr, column: pl.Expr, *, sheet: int) -> pl.Expr:
    """Return the numbers of cells: ``row`` as a spreadsheet shows it, ``column`` from 1."""
    return row.cast(pl.Int64) * _COLUMNS + column.cast(pl.Int64) + sheet * _CELLS


def place_of(number: int, sheets: Sequence[str], *, unpivoted: bool) -> tuple[str, int, str]:
    """Return sheet name ("" if the file has none), row, and column letters ("" for a whole row)."""
    sheet, row, column = ordinal_of(number, unpivoted=unpivoted)
    name = sheets[sheet] if sheet < len(sheets) else ""
    return name, row, column_letters(column)


def ordinal_of(number: int, *, unpivoted: bool) -> tuple[int, int, int]:
    """Return the place of the sheet from 0, the row, and the column from 1 (0 for a whole row)."""
    sheet, within = divmod(number, _CELLS if unpivoted else _ROWS)
    return (sheet, *divmod(within, _COLUMNS)) if unpivoted else (sheet, within, 0)


def in_words(number: int, sheets: Sequence[str], *, unpivoted: bool) -> str:
    """Return where a row stands, such as ``row 12``, ``North, row 12`` or ``row 7, column C``."""
    name, row, column = place_of(number, sheets, unpivoted=unpivoted)
    words = f"row {row}, column {column}" if column else f"row {row}"
    return f"{name}, {words}" if name else words


def column_letters(column: int) -> str:
    """Return what a spreadsheet calls a column counted from 1: 3 is ``C``, 27 is ``AA``."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
