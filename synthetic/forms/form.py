"""What every way of writing has in common: a file is begun, rows are added, and it is ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol

Cell = str | int | float | date
Cells = Sequence[Cell]


@dataclass(frozen=True)
class About:
    """What a file says of itself: whose it is and of which day.

    `miscounted` and `misadded` are how far its count of records and its control total are off, for
    files that are damaged on purpose.
    """

    owner: str
    as_at: date
    miscounted: int = 0
    misadded: int = 0


class Writing(Protocol):
    """A file that is being written."""

    def add(self, rows: Iterable[Cells]) -> None:
        """Write rows below those that are there."""

    def finish(self) -> None:
        """End the file; nothing can be added afterwards."""


class Form(Protocol):
    """One way of writing.

    `suffix` is how such files end, `first` where the first record stands as a reader counts: the
    line of a text, the row of a sheet, the number of an element.
    """

    @property
    def suffix(self) -> str: ...

    @property
    def first(self) -> int: ...

    def begin(self, path: Path, header: Sequence[str], about: About) -> Writing:
        """Start a file at `path`, replacing any there."""


@dataclass
class Tally:
    """What a file with control totals adds up as rows pass."""

    column: int | None
    count: int = 0
    total: Decimal = Decimal(0)

    def of(self, row: Cells) -> None:
        self.count += 1
        if self.column is not None and row[self.column] != "":
            self.total += Decimal(str(row[self.column]))


def as_text(cell: Cell) -> str:
    """A cell as text: 2026-03-31 for a day, 45000 for a number."""
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if isinstance(cell, str) else f"{cell:.15g}"
