"""The columns that one kind of record turns out to have, and its rows so far."""

from collections.abc import Mapping

import polars as pl

from muster.connectors.cells import MOST_COLUMNS, Cells, numbers
from muster.connectors.xml.shape import MOST_REPEATS, Node
from muster.kernel.errors import BadInput, Where

_CHUNK = 4096


class Slot:
    """A place within a record: an element, told from its siblings of one name by number.

    Args:
        header: its path within the record; empty for the record itself.
        node: what stands at this path in all records.
    """

    __slots__ = ("attributes", "children", "column", "header", "node", "seen")

    def __init__(self, header: str, node: Node) -> None:
        self.header, self.node, self.column = header, node, -1
        self.children: dict[str, list[Slot]] = {}
        self.attributes: dict[str, int] = {}
        self.seen: dict[str, int] = {}

    def child(self, name: str) -> "Slot | None":
        """Return the place of the next child of a name, or None if there are too many of them."""
        times = self.seen.get(name, 0)
        self.seen[name] = times + 1
        slots = self.children.get(name)
        if slots is None:
            slots = self.children[name] = []
        if times == len(slots):
            if times == MOST_REPEATS:
                return None
            label = f"{name} ({times + 1})" if times else name
            slots.append(Slot(_joined(self.header, label), self.node.children[name]))
        slot = slots[times]
        if slot.seen:
            slot.seen.clear()
        return slot


class Kind:
    """The records of one path, as rows of a sheet."""

    def __init__(self, node: Node, file: str) -> None:
        self.node, self.slot = node, Slot("", node)
        self.headers: list[str] = []
        self.blank = 0
        self.cells = Cells(file, node.name)
        self._file, self._count = file, 0
        self._rows: list[dict[int, str]] = []
        self._numbers: list[int] = []
        self._groups: dict[str, int] = {}

    @property
    def count(self) -> int:
        """How many records there were, blank ones included."""
        return self._count

    def column(self, header: str) -> int:
        """Return a new column."""
        if len(self.headers) == MOST_COLUMNS:
            raise BadInput(
                f"Records have over {MOST_COLUMNS:,} different values",
                where=Where(file=self._file, sheet=self.node.name),
                fix="Send only the values that are needed",
            )
        again, taken = 2, set(self.headers)
        plain = header
        while header in taken:
            header, again = f"{plain} ({again})", again + 1
        self.headers.append(header)
        return len(self.headers) - 1

    def begin(self, groups: Mapping[str, str]) -> dict[int, str]:
        """Return a new row, with the values of the groups it stands in."""
        row = {}
        for header, value in groups.items():
            if header not in self._groups:
                self._groups[header] = self.column(header)
            row[self._groups[header]] = value
        return row

    def put(self, row: dict[int, str], slot: Slot, value: str) -> None:
        """Write an element's text into a row."""
        if slot.column < 0:
            slot.column = self.column(slot.header or "text()")
        row[slot.column] = value

    def put_attribute(self, row: dict[int, str], slot: Slot, name: str, value: str) -> None:
        """Write an element's attribute into a row."""
        column = slot.attributes.get(name)
        if column is None:
            column = slot.attributes[name] = self.column(_joined(slot.header, f"@{name}"))
        row[column] = value

    def end(self, row: dict[int, str]) -> None:
        """Keep a row that is complete."""
        self._count += 1
        if not any(value and not value.isspace() for value in row.values()):
            self.blank += 1
            return
        self._rows.append(row)
        self._numbers.append(self._count)
        if len(self._rows) == _CHUNK:
            self.flush()

    def flush(self) -> None:
        """Move rows into columns."""
        rows, self._rows = self._rows, []
        found, self._numbers = self._numbers, []
        if not rows:
            return
        width = len(self.headers)
        self.cells.reserve(len(rows), width)
        columns = [
            pl.Series([row.get(place, "") for row in rows], dtype=pl.String)
            for place in range(width)
        ]
        self.cells.add(columns, numbers(found))


def _joined(header: str, label: str) -> str:
    return f"{header}/{label}" if header else label
