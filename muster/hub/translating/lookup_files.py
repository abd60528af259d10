"""Reading a lookup table from delimited text: codes in the first column, what they mean beside.

Nothing is trimmed or guessed: a table that is wrong in one row is wrong in every message that meets
it, so all that is wrong is told at once, by row, and nothing is kept.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from muster.kernel.errors import BadInput, Where

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 200_000
MOST_PROBLEMS = 100
_LONGEST = 1_000
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with one row, without what stands in it; rows count from 1, headings too."""

    row: int
    column: str
    what: str
    fix: str


@dataclass(frozen=True)
class ReadTable:
    """A table as its file says it: headings, rows of text, and what is wrong with some."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    problems: tuple[RowProblem, ...]

    def meanings(self) -> Mapping[str, Mapping[str, str]]:
        """Return what each code means by each column behind the first; empty cells are left out."""
        return {
            name: {row[0]: row[place] for row in self.rows if row[place]}
            for place, name in enumerate(self.columns[1:], start=1)
        }


def read_table(content: bytes) -> ReadTable:
    """Return the table that a file holds, with all that is wrong with its rows.

    Args:
        content: UTF-8 text; cells are parted by comma, semicolon or tab, as the headings are.

    Raises:
        BadInput: if it is no table at all: too large, no text, or headings that name nothing.
    """
    if len(content) > MOST_BYTES:
        raise _wrong("The file is larger than 10 MB", "Leave out what is not looked up")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong("The file is no text in UTF-8", "Save it as CSV UTF-8") from None
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        cells = [(lines.line_num, tuple(line)) for line in lines if any(line)]
    except csv.Error:
        raise _wrong("The file is not delimited text", "Close every quotation mark") from None
    if len(cells) > MOST_ROWS + 1:
        raise _wrong(f"It has over {MOST_ROWS:,} rows", "Leave out what is not looked up")
    columns = _headings(cells[0][1] if cells else ())
    problems = tuple(_all_problems(columns, cells[1:]))
    if not problems and len(cells) < 2:
        raise _wrong("The table has no rows", "Write one for each code, below the headings")
    return ReadTable(columns, tuple(row for _, row in cells[1:]), problems)


def _headings(cells: Sequence[str]) -> tuple[str, ...]:
    names = tuple(cell.strip() for cell in cells)
    if len(names) < 2 or not all(names):
        raise _wrong("The first line names not at least two columns", "Write code,meaning")
    if len({name.casefold() for name in names}) < len(names):
        raise _wrong("Two columns have one name", "Give them different names")
    if any(len(name) > 100 or not name.isprintable() for name in names):
        raise _wrong("The name of a column cannot be used", "Give it a short plain name")
    return names


def _all_problems(
    columns: Sequence[str], rows: Sequence[tuple[int, tuple[str, ...]]]
) -> Iterator[RowProblem]:
    seen: dict[str, int] = {}
    found = 0
    for number, cells in rows:
        for problem in _problems(columns, number, cells, seen):
            found += 1
            if found > MOST_PROBLEMS:
                return
            yield problem


def _problems(
    columns: Sequence[str], number: int, cells: tuple[str, ...], seen: dict[str, int]
) -> Iterator[RowProblem]:
    if len(cells) != len(columns):
        what = f"It has {len(cells)} cells, and the headings are {len(columns)}"
        yield RowProblem(number, "", what, "Write a cell for each column")
        return
    code, head = cells[0], columns[0]
    if not code.strip():
        yield RowProblem(number, head, "It has no code", "Write the code, or remove the row")
    elif code != code.strip():
        yield RowProblem(number, head, "Spaces stand around the code", "Remove them")
    else:
        earlier = seen.setdefault(code, number)
        if earlier != number:
            what = f"The code stands in row {earlier} as well"
            yield RowProblem(number, head, what, "Keep one of the rows")
    if not any(cells[1:]):
        yield RowProblem(number, "", "The code means nothing", "Fill a cell, or remove the row")
    for name, cell in zip(columns, cells, strict=True):
        if len(cell) > _LONGEST:
            what = f"The cell is longer than {_LONGEST:,} characters"
            yield RowProblem(number, name, what, "Shorten it")
        elif not cell.isprintable():
            what = "The cell holds a line break or control character"
            yield RowProblem(number, name, what, "Remove it")


def _wrong(what: str, fix: str) -> BadInput:
    return BadInput(what, where=Where(field="file"), fix=fix)
