"""Whatever people do to a workbook before it comes back, no line of it is lost in silence.

Cells are cleared, lines sorted, copied, inserted and deleted, columns moved, renamed and added.
Then every line with content is a row with its reference, or is named, but for the one line that
names the columns; and each cell is read from the column that was handed out under its name. Where
that cannot be, the workbook is refused. What should be found is told from the plain grid.
"""

import re
import uuid
from contextlib import suppress
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.connectors.contract import Offer
from muster.hub.mending.lines import Given, Line, in_ranges, sheets_back
from muster.hub.mending.references import Reference, read_reference, written
from muster.hub.reading import read
from muster.kernel.errors import BadInput
from tests.workbooks import ods_of, xlsx_of

OURS = ("Reference", "What is wrong")
COLUMNS = ("Employee ID", "Date of Birth", "Worker Type")
KNOWN = {re.sub(r"\W", "", name).lower(): name for name in COLUMNS}
LANDING = uuid.UUID(int=7)
TEXTS = st.sampled_from(["", "0012", "31/03/1980", "Agency", "Worker Type", " ", "?"])
NAMES = st.sampled_from(["", "Comment", "?", "worker type", "Employee ID"])
SHEET = "Rows"


@dataclass
class Grid:
    """A sheet as somebody edits it; ``columns`` keeps what each column was when handed out."""

    lines: list[list[str]]
    columns: list[str]

    def place(self, number: int) -> int:
        return number % len(self.columns)

    def at(self, number: int) -> int:
        return number % len(self.lines)


class Edits:
    """What people do to a sheet: each takes a grid, two numbers and a text."""

    @staticmethod
    def clear_a_cell(grid: Grid, line: int, column: int, text: str) -> None:
        grid.lines[grid.at(line)][grid.place(column)] = ""

    @staticmethod
    def type_in_a_cell(grid: Grid, line: int, column: int, text: str) -> None:
        grid.lines[grid.at(line)][grid.place(column)] = text

    @staticmethod
    def rename_a_column(grid: Grid, line: int, column: int, text: str) -> None:
        grid.lines[0][grid.place(column)] = text

    @staticmethod
    def clear_a_line(grid: Grid, line: int, column: int, text: str) -> None:
        grid.lines[grid.at(line)] = [""] * len(grid.columns)

    @staticmethod
    def delete_a_line(grid: Grid, line: int, column: int, text: str) -> None:
        if len(grid.lines) > 1:
            del grid.lines[grid.at(line)]

    @staticmethod
    def copy_a_line(grid: Grid, line: int, column: int, text: str) -> None:
        grid.lines.insert(grid.at(column), list(grid.lines[grid.at(line)]))

    @staticmethod
    def insert_a_line(grid: Grid, line: int, column: int, text: str) -> None:
        grid.lines.insert(grid.at(line), [text] * len(grid.columns))

    @staticmethod
    def sort_everything(grid: Grid, line: int, column: int, text: str) -> None:
        grid.lines.sort(key=lambda cells: cells[grid.place(column)])

    @staticmethod
    def move_a_column(grid: Grid, line: int, column: int, text: str) -> None:
        for cells in (*grid.lines, grid.columns):
            cells.insert(grid.place(line), cells.pop(grid.place(column)))

    @staticmethod
    def add_a_column(grid: Grid, line: int, column: int, text: str) -> None:
        place = grid.place(column)
        grid.columns.insert(place, "")
        for number, cells in enumerate(grid.lines):
            cells.insert(place, "Comment" if number == 0 else text)

    @staticmethod
    def delete_a_column(grid: Grid, line: int, column: int, text: str) -> None:
        if len(grid.columns) > 1:
            place = grid.place(column)
            for cells in (*grid.lines, grid.columns):
                del cells[place]

    @staticmethod
    def damage_a_reference(grid: Grid, line: int, column: int, text: str) -> None:
        cells = grid.lines[grid.at(line)]
        cells[:] = [cell[:-1] if len(cell) == 40 else cell for cell in cells]


EDITS = [name for name in vars(Edits) if not name.startswith("_")]


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Sheets that were handed out and edited."""
    header = [*OURS, *COLUMNS]
    lines = [header] + [
        [written(Reference(LANDING, row, 0)), "wrong", *(draw(TEXTS) for _ in COLUMNS)]
        for row in range(2, 2 + draw(st.integers(1, 6)))
    ]
    grid = Grid(lines, list(header))
    numbers = st.integers(0, 11)
    for edit in draw(st.lists(st.sampled_from(EDITS), max_size=8)):
        text = draw(NAMES if edit == "rename_a_column" else TEXTS)
        getattr(Edits, edit)(grid, draw(numbers), draw(numbers), text)
    return grid


def key(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


def brought(grid: Grid, kind: str) -> tuple[list[Given], list[Line]]:
    content = (xlsx_of if kind == "xlsx" else ods_of)(grid.lines, SHEET)
    (sheet,), unread = sheets_back(read(Offer(f"rows.{kind}", content)), ours=OURS, file="rows")
    assert unread == []
    return sheet.parted(KNOWN if sheet.references else {}, ours=OURS, file="rows")


def reference_column(grid: Grid) -> int | None:
    counts = [
        sum(bool(re.fullmatch("R[A-Z2-7]{39}", cells[place])) for cells in grid.lines)
        for place in range(len(grid.columns))
    ]
    return counts.index(max(counts)) if any(counts) else None


def intact(grid: Grid, column: int) -> bool:
    """Tell whether the columns are named as they were handed out, so that nothing is to refuse.

    Each is there once, and columns that were added have names of their own; so it is in every
    line that names them all.
    """
    if sorted(filter(None, grid.columns)) != sorted([*OURS, *COLUMNS]):
        return False
    naming = [
        cells
        for cells in grid.lines
        if read_reference(cells[column]) is None and set(map(key, cells)) >= KNOWN.keys()
    ]
    return bool(naming) and all(
        cells[place] == name if name else key(cells[place]) not in {"", *KNOWN}
        for cells in naming
        for place, name in enumerate(grid.columns)
        if place != column
    )


@settings(max_examples=200, deadline=None)
@given(grids(), st.sampled_from(["xlsx", "ods"]))
def test_every_line_is_a_row_or_is_named(grid: Grid, kind: str) -> None:
    column = reference_column(grid)
    if column is None or not intact(grid, column):
        with suppress(BadInput):
            nothing_is_lost(grid, column, *brought(grid, kind))
    else:
        nothing_is_lost(grid, column, *brought(grid, kind))


def nothing_is_lost(grid: Grid, column: int | None, rows: list[Given], others: list[Line]) -> None:
    assert column is not None
    filled = {n: cells for n, cells in enumerate(grid.lines, 1) if any(map(str.strip, cells))}
    found = [one.line.row for one in rows] + [line.row for line in others]
    assert len(found) == len(set(found)), "no line is told twice"
    left = filled.keys() - set(found)
    assert set(found) <= filled.keys()
    assert len(left) <= 1
    assert all({key(cell) for cell in filled[n]} & {*KNOWN, *map(key, OURS)} for n in left)
    referenced = {n: read_reference(cells[column]) for n, cells in filled.items()}
    assert {one.line.row: one.reference for one in rows} == {
        n: reference for n, reference in referenced.items() if reference is not None
    }
    assert all(line.sheet == SHEET for line in others)
    if rows:
        read_from_their_columns(grid, rows, column)


def read_from_their_columns(grid: Grid, rows: list[Given], column: int) -> None:
    """Each column that is still there is read as itself, and no other in its place.

    One that is empty from its name down is as good as deleted.
    """
    places = rows[0].places
    assert all(one.places == places for one in rows)
    for place, name in enumerate(grid.columns):
        empty = not any(key(one.cells[place]) for one in rows if place < len(one.cells))
        if name in COLUMNS and place != column and places.get(key(name)) != place and not empty:
            # Somebody gave its name to another column, or it that of another: none can be told.
            renamed = any(key(cells[place]) in KNOWN for cells in grid.lines)
            assert renamed or key(name) in places
    width = len(grid.columns)
    for one in rows:
        cells = one.cells + ("",) * (width - len(one.cells))
        wanted = grid.lines[one.line.row - 1]
        assert [cell.strip() for cell in cells[:width]] == [cell.strip() for cell in wanted]


@given(st.lists(st.integers(1, 40), unique=True))
def test_ranges_name_each_line_once(rows: list[int]) -> None:
    told = in_ranges(Line(SHEET, row) for row in rows)
    named: list[int] = []
    for _sheet, words in told:
        for part in words.split(", "):
            first, _, last = part.partition("–")
            named += range(int(first), int(last or first) + 1)
    assert named == sorted(rows)
