"""A spreadsheet as people keep one: titles above the header, totals and notes below the rows, and
sheets beside the list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from synthetic.forms.form import About, Cell, Cells

TITLES = 3  # rows above the header
_MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # so that bytes repeat


@dataclass(frozen=True)
class Workbook:
    """One list on a sheet named `sheet`. `adds` is the column with a total below it.

    Days become real date cells and numbers real numbers; text stays text. `choices` are the lists
    that stand on a hidden sheet for the drop-downs of the columns they are named for. `last_year`
    puts the rows onto another hidden sheet, as people keep what they no longer look at.
    """

    sheet: str
    adds: str
    money: str
    notes: Sequence[str]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    last_year: bool = False
    suffix: str = ".xlsx"
    first: int = TITLES + 2

    def begin(self, path: Path, header: Sequence[str], about: About) -> "_Writing":
        path.parent.mkdir(parents=True, exist_ok=True)
        return _Writing(self, path, tuple(header), about)


@dataclass
class _Writing:
    """Rows are kept until the end: such lists are short."""

    form: Workbook
    path: Path
    header: tuple[str, ...]
    about: About
    rows: list[Cells] = field(default_factory=list)

    def add(self, rows: Iterable[Cells]) -> None:
        self.rows.extend(rows)

    def finish(self) -> None:
        book = xlsxwriter.Workbook(str(self.path), {"strings_to_numbers": False})
        book.set_properties({"author": "", "created": _MADE})
        self._list(book)
        notes = book.add_worksheet("Notes")
        for place, line in enumerate(self.form.notes):
            notes.write_string(place, 0, line)
        choices = book.add_worksheet("Lists")
        choices.hide()
        for column, (name, words) in enumerate(self.form.choices.items()):
            choices.write_column(0, column * 3, [name, *words])
        if self.form.last_year:
            before = book.add_worksheet("Last year")
            before.hide()
            self._rows(before, 0, {})
        book.close()

    def _list(self, book: Any) -> None:
        sheet, below = book.add_worksheet(self.form.sheet), TITLES + 1 + len(self.rows)
        bold = book.add_format({"bold": True})
        formats = {
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            float: book.add_format({"num_format": "£#,##0.00"}),
        }
        last = len(self.header) - 1
        sheet.merge_range(0, 0, 0, last, f"{self.about.owner}: list of staff", bold)
        sheet.write_string(1, 0, f"As at {self.about.as_at:%d %B %Y}")
        self._rows(sheet, TITLES, formats)
        for name, words in self.form.choices.items():
            column = self.header.index(name)
            chosen = {"validate": "list", "source": list(words), "error_type": "information"}
            sheet.data_validation(TITLES + 1, column, below, column, chosen)
        sheet.write_string(below + 1, 0, "Total staff", bold)
        at = self.header.index(self.form.adds)
        shares = [row[at] for row in self.rows if len(row) > at]
        whole = sum(cell for cell in shares if isinstance(cell, float))
        sheet.write_number(below + 1, at, round(whole, 2), bold)
        sheet.write_string(below + 3, 0, "Notes: pay is shown for full time. Ask HR before use.")

    def _rows(self, sheet: Any, top: int, formats: Mapping[type, Any]) -> None:
        sheet.write_row(top, 0, self.header)
        for place, row in enumerate(self.rows, start=top + 1):
            for column, cell in enumerate(row):
                _write(sheet, place, column, cell, formats, self._money(column))

    def _money(self, column: int) -> bool:
        return column < len(self.header) and self.header[column] == self.form.money


def _write(
    sheet: Any, row: int, column: int, cell: Cell, formats: Mapping[type, Any], money: bool
) -> None:
    if isinstance(cell, str):
        if cell:
            sheet.write_string(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, formats.get(date))
    else:
        sheet.write_number(row, column, cell, formats.get(float) if money else None)
