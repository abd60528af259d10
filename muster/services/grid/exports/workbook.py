"""Released figures as a workbook that people with assistive technology can read.

A cover sheet, the notes, and one table in one sheet, as the Analysis Function asks of accessible
spreadsheets: no merged or empty cells, a marked up table, words instead of colours.
"""

import io
from decimal import Decimal

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from muster.services.grid.exports.contents import Contents

SHEETS = ("Cover", "Notes", "Figures")
NOT_TOLD = "[c]"
"""Stands where a figure is not told more exactly: confidential, as official statistics mark it."""
_WIDE, _USUAL = 90, 24


def as_xlsx(contents: Contents) -> dict[str, bytes]:
    """Return a workbook in the format of current spreadsheets."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": contents.title, "comments": contents.release})
    heading = book.add_format({"bold": True, "font_size": 14})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    cover = book.add_worksheet(SHEETS[0])
    cover.set_column(0, 0, _WIDE, wrapped)
    cover.write_string(0, 0, contents.title, heading)
    for at, line in enumerate(cover_lines(contents), start=1):
        cover.write_string(at, 0, line)
    notes = book.add_worksheet(SHEETS[1])
    notes.set_column(0, 0, _USUAL, wrapped)
    notes.set_column(1, 1, _WIDE, wrapped)
    notes.add_table(
        0, 0, len(contents.notes), 1,
        {"name": "Notes", "columns": [{"header": "About"}, {"header": "Note"}],
         "data": [list(note) for note in contents.notes], "style": None},
    )  # fmt: skip
    _figures(book.add_worksheet(SHEETS[2]), contents, heading)
    book.close()
    return {f"{contents.name}.xlsx": out.getvalue()}


def cover_lines(contents: Contents) -> tuple[str, ...]:
    """Return what the cover says below the title."""
    return (
        f"Release {contents.release}.",
        f"The sheet {SHEETS[1]} says what the figures mean and where they come from.",
        f"The sheet {SHEETS[2]} holds one table of {len(contents.rows):,} figures.",
        f"{NOT_TOLD} stands where a figure is told no more exactly than the column beside it says.",
    )


def _figures(
    sheet: Worksheet,
    contents: Contents,
    heading: Format,
) -> None:
    sheet.write_string(0, 0, contents.title, heading)
    first, last = 1, 1 + max(len(contents.rows), 1)
    sheet.add_table(
        first, 0, last, len(contents.columns) - 1,
        {"name": "Figures", "columns": [{"header": one.title} for one in contents.columns],
         "style": None},
    )  # fmt: skip
    sheet.set_column(0, len(contents.columns) - 1, _USUAL)
    for at, row in enumerate(contents.rows, start=first + 1):
        for place, value in enumerate(row):
            if isinstance(value, Decimal):
                sheet.write_number(at, place, float(value))
            else:
                sheet.write_string(at, place, NOT_TOLD if value is None else value)
    sheet.freeze_panes(first + 1, 0)
