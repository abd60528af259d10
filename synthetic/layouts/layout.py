"""What a layout is: a header, a way of writing one row, and the bytes around them."""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from synthetic.employers import Employer
from synthetic.names import Name, without_accents
from synthetic.people import Post


class Row(NamedTuple):
    """One record as an HR system knows it, before any layout.

    `leaving_date` is the last day employed. `nino` is nine characters or nothing. Working time is
    in hundredths of full time. Pay is annual, full-time, in pence, and None for people paid by
    somebody else. `habit` fixes which of several spellings the record uses, month after month.
    `fault` names a damaged cell, a key of the layout's `faults`.
    """

    staff_number: str
    name: Name
    birth_date: date
    nino: str
    start_date: date
    leaving_date: date | None
    engagement: str
    fte_hundredths: int
    salary_pence: int | None
    post: Post
    email: str
    habit: int
    fault: str | None


def _nearest_letter(error: UnicodeError) -> tuple[str, int]:
    """What an old system does with a letter its code page lacks: it keeps the plain letter."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return without_accents(error.object[error.start : error.end]), error.end


codecs.register_error("nearest-letter", _nearest_letter)


@dataclass(frozen=True)
class Layout:
    """A file format. `cells` gives a row's values in the order of `header`.

    `faults` says, for each kind of damage, which column it strikes and what stands there instead.
    `bom` writes a byte order mark; `blank_rows` empty rows follow the last one.
    """

    key: str
    header: tuple[str, ...]
    cells: Callable[[Row], list[str]]
    faults: Mapping[str, tuple[str, str]]
    delimiter: str
    encoding: str
    line_end: str
    bom: bool = False
    blank_rows: int = 0

    def write(self, path: Path, rows: Iterable[Row], employer: Employer) -> None:
        """A whole file at `path`, replacing any there."""
        self.begin(path)
        self.append(path, rows, employer)
        self.finish(path)

    def begin(self, path: Path) -> None:
        """Start a file with its header."""
        path.parent.mkdir(parents=True, exist_ok=True)
        mark = codecs.BOM_UTF8 if self.bom else b""
        path.write_bytes(mark + self._bytes([self.header]))

    def append(self, path: Path, rows: Iterable[Row], employer: Employer) -> None:
        """Add rows to a file begun earlier. ValueError if the employer uses another layout."""
        if employer.layout != self.key:
            raise ValueError(f"{employer.name} sends {employer.layout} files, not {self.key}")
        with path.open("ab") as file:
            file.write(
                self._bytes(self._damaged(row) if row.fault else self.cells(row) for row in rows)
            )

    def finish(self, path: Path) -> None:
        """End a file with the blank rows the system leaves."""
        if self.blank_rows:
            with path.open("ab") as file:
                file.write(self._bytes([[""] * len(self.header)] * self.blank_rows))

    def _damaged(self, row: Row) -> list[str]:
        cells = self.cells(row)
        column, value = self.faults[row.fault or ""]
        cells[self.header.index(column)] = value
        return cells

    def _bytes(self, rows: Iterable[Iterable[str]]) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=self.delimiter, lineterminator=self.line_end).writerows(rows)
        return text.getvalue().encode(self.encoding, errors="nearest-letter")


# ---------------------------------------------------------------------------------------------
# Ways of writing dates and numbers that more than one layout uses. Few different dates occur, so
# each is written once.

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@cache
def day_month_name_year(day: date) -> str:
    """31-AUG-2026"""
    return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year}"


@cache
def day_month_year(day: date, separator: str) -> str:
    """31/08/2026, or with another separator."""
    return f"{day.day:02d}{separator}{day.month:02d}{separator}{day.year}"


def pounds(pence: int | None) -> str:
    """31250.00; nothing for None."""
    return "" if pence is None else f"{pence // 100}.{pence % 100:02d}"


def pounds_in_words(pence: int | None, sign: str = "£") -> str:
    """£31,250.00; nothing for None."""
    return "" if pence is None else f"{sign}{pence // 100:,}.{pence % 100:02d}"
