"""What every connector offers: describe, pull, push, health; and rows as it reads them.

The hub keeps the exact bytes of an ``Offer`` before anybody reads them. The ``read`` of each kind
then turns the bytes into ``Sheet``s of text: no value is trimmed or guessed here, because a
mapping must be able to say what stood in the file. Contract tests in ``tests/contract`` hold every
connector, and its fake, to this.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl


@dataclass(frozen=True)
class Description:
    """What a connector is, for the page that lists systems.

    Args:
        kind: the connector's name, that of its folder.
        title: what it speaks to, in words.
        pulls: whether ``pull`` is offered.
        pushes: whether ``push`` is offered.
    """

    kind: str
    title: str
    pulls: bool
    pushes: bool


@dataclass(frozen=True)
class Offer:
    """One file or message as a system holds it out: its name within the system, and its bytes.

    No two offers of one pull have the same name, whatever the case of its letters, because a
    later file under a name takes the place of the earlier one.
    """

    name: str
    content: bytes


@dataclass(frozen=True)
class Skipped:
    """Something found beside the offers that is not taken, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Health:
    """Whether a system can be spoken to now, and what it said."""

    ready: bool
    said: str


@dataclass(frozen=True)
class Sheet:
    """Cells of text as they stood: a sheet of a workbook, a delimited file, a list of records.

    Nothing is a header yet: which rows are titles, headers, data, totals or notes is for the hub
    to find, by the layouts it knows. ``cells`` holds text columns named ``"0"``, ``"1"``, ...: a
    cell without content is ``""``, never null. Rows without any content are left out and counted
    in ``blank``; ``rows`` keeps the numbers a spreadsheet would show.

    Cells that are not text in their file are written one way: numbers plainly and with at most 15
    significant digits (``0012`` cannot come from a number), dates ``2026-03-31``, moments
    ``2026-03-31 14:30:00``, durations ``37:30:00``, truth values ``TRUE`` and ``FALSE``, errors
    as shown (``#N/A``), and a formula that was never worked out ``#FORMULA?``.

    Args:
        cells: shape (rows, width), all text.
        rows: the number of each row in its file, rising; unsigned 32-bit.
        widths: how many cells each row truly has where rows can differ (delimited text); None
            where the format itself gives every row all cells.
        headers: the names of the columns where the format itself names them (XML); else None.
        name: the sheet's name, or the record's in XML; empty where a file holds just one.
        hidden: whether its author hid it.
        merged: ranges of cells shown as one, as (first row, first column, last row, last
            column), rows by number and columns from 0; the first cell holds what is shown.
        blank: how many rows had no content.
        read_as: how the bytes were read, in words (``UTF-8, separated by comma``).
        notes: what was noticed and left alone (``macros were not read``).
        stated: what the file says of itself outside its records (XML header and trailer
            elements), by name.
    """

    cells: pl.DataFrame
    rows: pl.Series
    widths: pl.Series | None = None
    headers: tuple[str, ...] | None = None
    name: str = ""
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    blank: int = 0
    read_as: str = ""
    notes: tuple[str, ...] = ()
    stated: Mapping[str, str] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """The number of rows with content."""
        return self.cells.height


class Connector(Protocol):
    """One system, spoken to in its own way."""

    def describe(self) -> Description:
        """Say what this connector is and can do."""
        ...

    def pull(self) -> Iterator[Offer | Skipped]:
        """Yield what the system holds out, in a stable order; each offer once.

        Raises:
            BadInput: if the system as a whole cannot be read.
        """
        ...

    def push(self, offer: Offer) -> None:
        """Hand one file or message to the system; the same name again replaces it.

        Raises:
            BadInput: if this system takes none.
        """
        ...

    def health(self) -> Health:
        """Say whether the system can be spoken to now. Never raises."""
        ...
