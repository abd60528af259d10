"""What a layout is: a header, a way of saying one record in cells, and a form for the file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from synthetic.forms.form import About, Cell, Form, Writing
from synthetic.names import Name
from synthetic.people import Post


class Row(NamedTuple):
    """One record as an HR system knows it, before any layout.

    `leaving_date` is the last day employed. `nino` is nine characters or nothing. Working time is
    in hundredths of full time. Pay is annual, full-time, in pence, and None for people paid by
    somebody else, with the day it holds since. `temporary_grade`, `absence` and `leaving_reason`
    are keys, of circumstances that few layouts state. `change` is why a list of changes names the
    record. `day_rate_pence` is what a full day of a contractor or agency worker costs. `habit`
    fixes which of several spellings the record uses, month after month. `fault` names a damaged
    cell, a key of the layout's `faults`.
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
    salary_from: date | None = None
    temporary_grade: str | None = None
    absence: str | None = None
    leaving_reason: str | None = None
    change: str = ""
    day_rate_pence: int | None = None


# What the cells of a column are, so that damage strikes where it strikes in life. A column that is
# in no list is a text of a known kind (an address) or says who somebody is (a title).
ROLES = ("number", "identifier", "date", "hours", "share", "money", "code", "text")


@dataclass(frozen=True)
class Layout:
    """A file format. `cells` gives a row's values in the order of `header`.

    `faults` says, for each kind of typing error, which column it strikes and what stands there
    instead. `roles` says of columns what their cells are, one of `ROLES`: numbers that are names
    (`number`, with noughts in front), other identifiers, and so on. `day` is how a day is
    written as text. `states` are the optional fields of a record that the layout has a place for.
    """

    key: str
    header: tuple[str, ...]
    cells: Callable[[Row], list[Cell]]
    faults: Mapping[str, tuple[str, str]]
    form: Form
    roles: Mapping[str, tuple[str, ...]]
    day: str
    states: frozenset[str] = frozenset()

    def write(self, path: Path, rows: Iterable[Row], about: About) -> None:
        """A whole file at `path`, replacing any there."""
        writing = self.begin(path, about)
        writing.add(map(self.said, rows))
        writing.finish()

    def begin(self, path: Path, about: About) -> Writing:
        """Start a file."""
        return self.form.begin(path, self.header, about)

    def said(self, row: Row) -> list[Cell]:
        """The row's cells, with its fault."""
        cells = self.cells(row)
        if row.fault:
            column, value = self.faults[row.fault]
            cells[self.header.index(column)] = value
        return cells


STATES_ALL = frozenset(("salary_from", "temporary_grade", "absence", "leaving_reason"))
STATES_RATE = frozenset(("day_rate",))


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
