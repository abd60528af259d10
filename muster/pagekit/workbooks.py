"""Tables as a workbook that people can mend and send back: errors stand marked in their cells.

Text stays text, before and after somebody edits it: no cell becomes a formula, no staff number
loses its zeros. ``muster.connectors.workbook`` reads such a workbook as it was written.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count, islice

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from muster.kernel.errors import BadInput, Where

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | None

# What a spreadsheet can hold at most.
_MOST_ROWS, _LONGEST_TEXT, _LONGEST_NAME, _LONGEST_NOTE = 1_048_575, 32_767, 31, 2_000
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
# Spreadsheets keep this name for themselves.
_RESERVED = "history"
_NARROWEST, _WIDEST, _ROWS_MEASURED = 10, 60, 100
_MARKED = "#FFF2CC"
# Whose notes they are: the program's, and nobody's.
_AUTHOR = "Muster"


@dataclass(frozen=True)
class SheetOut:
    """One sheet of a workbook that is written.

    Args:
        name: what it is called; brought within what spreadsheets allow.
        headers: the first row.
        rows: the rows below it; None leaves a cell empty.
        marks: cells to highlight, each with a note that says why, by (row, column) from 0; row 0
            is the first of ``rows``.
    """

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)


def as_workbook(title: str, sheets: Sequence[SheetOut]) -> bytes:
    """Return an XLSX of some sheets, each with its header bold, in view and ready to filter.

    Args:
        title: what the workbook is, for those who cannot see its file name.
        sheets: at least one.

    Raises:
        BadInput: if a text or a sheet is larger than a spreadsheet can hold. Nothing is cut.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": title, "author": "", "company": ""})
        formats = _Formats(
            header=book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            text=book.add_format({"num_format": "@"}),
            marked=book.add_format({"num_format": "@", "bg_color": _MARKED, "border": 1}),
        )
        names = sheet_names(sheet.name for sheet in sheets)
        for name, sheet in zip(names, sheets, strict=True):
            _write(book.add_worksheet(name), sheet, formats)
    return content.getvalue()


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Return names that spreadsheets allow: short, unlike each other, without odd characters."""
    names: list[str] = []
    taken = {_RESERVED}
    for name in wanted:
        shown = "".join(each for each in name.translate(_FORBIDDEN) if each.isprintable())
        plain = " ".join(shown.split()).strip("' ") or "Sheet"
        numbered = chain((_cut(plain, ""),), (_cut(plain, f" ({number})") for number in count(2)))
        names.append(next(each for each in numbered if each.casefold() not in taken))
        taken.add(names[-1].casefold())
    return names


@dataclass(frozen=True)
class _Formats:
    header: Format
    text: Format
    marked: Format


def _cut(name: str, ending: str) -> str:
    return name[: _LONGEST_NAME - len(ending)].rstrip("' ") + ending


def _write(worksheet: Worksheet, sheet: SheetOut, formats: _Formats) -> None:
    if len(sheet.rows) > _MOST_ROWS:
        raise BadInput(
            f"The sheet has over {_MOST_ROWS:,} rows, more than a workbook can hold",
            where=Where(sheet=worksheet.name),
            fix="Take a part of it, or take it as CSV",
        )
    for column, header in enumerate(sheet.headers):
        width = _width(header, column, sheet.rows)
        # Cells that are still empty are text as well, so that what is typed there stays as typed.
        worksheet.set_column(column, column, width, formats.text)
        _write_text(worksheet, 0, column, header, formats.header)
    for number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            marked = (number, column) in sheet.marks
            _write_cell(worksheet, number + 1, column, cell, formats.marked if marked else None)
    for (number, column), note in sheet.marks.items():
        options = {"author": _AUTHOR, "x_scale": 2, "y_scale": 1.5}
        worksheet.write_comment(number + 1, column, note[:_LONGEST_NOTE], options)
    worksheet.freeze_panes(1, 0)
    if sheet.headers:
        worksheet.autofilter(0, 0, len(sheet.rows), len(sheet.headers) - 1)
    worksheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _write_cell(
    worksheet: Worksheet, row: int, column: int, cell: Cell, format_: Format | None
) -> None:
    if cell is None or cell == "":
        if format_ is not None:
            worksheet.write_blank(row, column, None, format_)
    elif isinstance(cell, str):
        _write_text(worksheet, row, column, cell, format_)
    else:
        worksheet.write_number(row, column, cell, format_)


def _write_text(
    worksheet: Worksheet, row: int, column: int, text: str, format_: Format | None
) -> None:
    if len(text) > _LONGEST_TEXT:
        raise BadInput(
            f"A text has over {_LONGEST_TEXT:,} characters, more than a cell can hold",
            where=Where(sheet=worksheet.name, row=row + 1),
            fix="Take it as CSV",
        )
    # Never ``write``, which would take text for a formula, a link or a number.
    worksheet.write_string(row, column, text, format_)


def _width(header: str, column: int, rows: Sequence[Sequence[Cell]]) -> int:
    seen = (str(row[column]) for row in islice(rows, _ROWS_MEASURED) if column < len(row))
    longest = max(map(len, chain((header,), seen)))
    return min(max(longest + 2, _NARROWEST), _WIDEST)
