"""What every connector offers: describe, pull, push, health; and rows as it reads them.

The hub keeps the exact bytes of an ``Offer`` before anybody reads them. ``read`` then turns the
bytes into a ``Table`` of text: no value is converted, trimmed or guessed here, because a mapping
must be able to say what stood in the file. Contract tests in ``tests/contract`` hold every
connector, and its fake, to this.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol


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
class Table:
    """Rows of text as they stood in the file.

    ``columns`` holds one list of cells per header, all of the same length: shape (headers, rows).
    Headers differ from each other: one that is repeated is numbered, one without a name is named
    by its place. ``row_numbers`` are the numbers a spreadsheet would show. Rows with too
    few or too many cells are kept, padded or cut to the header, and named in ``ragged`` with
    their true number of cells; the bytes keep what was cut. Lines without any content are not
    rows and are counted in ``blank``.
    """

    headers: tuple[str, ...]
    columns: tuple[list[str], ...]
    row_numbers: list[int]
    ragged: dict[int, int] = field(default_factory=dict)
    blank: int = 0
    read_as: str = ""

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.row_numbers)


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
