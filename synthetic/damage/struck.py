"""A file that is being damaged: its lines, and what was done to which of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from synthetic.chance import Chance
from synthetic.forms.form import About, Cell, Cells, Form, as_text

SHARE = 0.08  # of rows, where damage strikes here and there


class Shape(Protocol):
    """What damage must know of a kind of file; a `Layout` is one."""

    @property
    def header(self) -> Sequence[str]: ...

    @property
    def roles(self) -> Mapping[str, tuple[str, ...]]: ...

    @property
    def form(self) -> Form: ...

    @property
    def day(self) -> str: ...


@dataclass
class Line:
    """One line of a file; `number` counts the records that were there, None where it is none."""

    cells: list[Cell]
    number: int | None


@dataclass(frozen=True)
class Hurt:
    """What was done: `row` and `field` are None where the whole file or row was struck."""

    kind: str
    row: int | None
    field: str | None
    original: str | None


@dataclass
class Struck:
    """The file. `about` and `form` may be replaced before it is written; `after` changes bytes."""

    kind: str
    shape: Shape
    chance: Chance
    about: About
    form: Form
    lines: list[Line]
    hurts: list[Hurt] = field(default_factory=list)
    after: Callable[[bytes], bytes] | None = None

    def columns(self, *roles: str) -> list[int]:
        """The places of the columns with these roles."""
        named = [name for role in roles for name in self.shape.roles.get(role, ())]
        return [self.shape.header.index(name) for name in named]

    def some(self) -> Iterator[Line]:
        """A few of the lines; at least one, if there is any."""
        sure = self.chance.below(len(self.lines)) if self.lines else -1
        for place, line in enumerate(self.lines):
            if self.chance.happens(SHARE) or place == sure:
                yield line

    def change(self, line: Line, column: int, cell: Cell) -> None:
        """Put another cell in the place of one, and remember what stood there."""
        before = line.cells[column]
        if type(before) is not type(cell) or before != cell:
            self.note(line.number, self.shape.header[column], as_text(before))
            line.cells[column] = cell

    def note(self, row: int | None, name: str | None = None, original: str | None = None) -> None:
        self.hurts.append(Hurt(self.kind, row, name, original))

    def day_of(self, cell: Cell) -> date | None:
        """The day that a cell states, if it states one."""
        if isinstance(cell, str):
            try:
                # A day has no zone.
                return datetime.strptime(cell, self.shape.day).date()  # noqa: DTZ007
            except ValueError:
                return None
        return cell if isinstance(cell, date) else None

    def written(self, day: date) -> str:
        """A day as the system writes it as text."""
        return day.strftime(self.shape.day).upper()

    def write(self, path: Path) -> None:
        writing = self.form.begin(path, self.shape.header, self.about)
        writing.add(line.cells for line in self.lines)
        writing.finish()
        if self.after is not None:
            path.write_bytes(self.after(path.read_bytes()))


def lines_of(rows: Sequence[Cells]) -> list[Line]:
    return [Line(list(cells), number) for number, cells in enumerate(rows, start=1)]
