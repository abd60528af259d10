"""A sheet as a form: which cells stand right of and below another, and whose part a row is in."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from muster.connectors.contract import Sheet
from muster.services.transfers.record.fields import Who
from muster.services.transfers.sheets.labels import (
    Meant,
    is_heading,
    is_hint,
    looks_like_label,
    meant_by,
    opens_part,
    side_of,
)

Place = tuple[int, int]
_HELP_REPEATS = 3
_FURTHEST = 8  # columns between a label and its value


@dataclass(frozen=True)
class Heading:
    """A row that opens a part, with the columns at which each side begins."""

    row: int
    sides: dict[int, Who | None]


class Form:
    """The cells of one sheet, by row number and column from 0."""

    def __init__(self, sheet: Sheet) -> None:
        self.name = sheet.name
        self.cells: dict[Place, str] = {}
        for row, cells in zip(sheet.rows.to_list(), sheet.cells.rows(), strict=True):
            for column, cell in enumerate(cells):
                if text := str(cell).strip():
                    self.cells[row, column] = text
        self._ends = {(first, left): (last, right) for first, left, last, right in sheet.merged}
        self.labels: dict[Place, Meant] = {
            place: meant for place, text in self.cells.items() if (meant := meant_by(text))
        }
        often = Counter(text for place, text in self.cells.items() if place not in self.labels)
        # What stands beside line after line says how to fill it in.
        self._repeated = {
            text for text, count in often.items() if count >= _HELP_REPEATS and " " in text
        }
        self._rows: dict[int, list[int]] = {}
        for row, column in sorted(self.cells):
            self._rows.setdefault(row, []).append(column)

    def end(self, place: Place) -> Place:
        """Return the last row and column of a cell, which is larger where cells are merged."""
        return self._ends.get(place, place)

    def is_value(self, place: Place) -> bool:
        """Tell whether a cell can hold a value: no label, no heading, no hint."""
        text = self.cells.get(place, "")
        if not text or place in self.labels or place in self.heading_cells:
            return False
        if text in self._repeated:
            return False
        return not is_hint(text) and not looks_like_label(text)

    def right_of(self, place: Place) -> Place | None:
        """Return the first cell right of a label, if it can hold its value."""
        start = self.end(place)[1]
        for column in self._rows[place[0]]:
            if start < column <= start + _FURTHEST and not is_hint(self.cells[place[0], column]):
                return (place[0], column) if self.is_value((place[0], column)) else None
        return None

    def right_of_any(self, place: Place) -> Place | None:
        """Return the next cell right of a cell, whatever it holds."""
        start = self.end(place)[1]
        found = [column for column in self._rows[place[0]] if start < column <= start + _FURTHEST]
        return (place[0], found[0]) if found else None

    def below(self, place: Place) -> Place | None:
        """Return the cell right below a label, if it can hold its value."""
        row = self.end(place)[0] + 1
        if is_hint(self.cells.get((row, place[1]), "")):
            row += 1
        return (row, place[1]) if self.is_value((row, place[1])) else None

    def across(self, place: Place, columns: list[int]) -> Iterator[tuple[int, Place | None]]:
        """Yield for each column that a heading begins the cell of a label's row that is in it."""
        for number, column in enumerate(columns):
            until = columns[number + 1] if number + 1 < len(columns) else column + _FURTHEST
            found = [
                (place[0], one)
                for one in self._rows[place[0]]
                if column <= one < until and self.is_value((place[0], one))
            ]
            yield column, found[0] if found else None

    def labels_in(self, row: int) -> list[Place]:
        """Return the labels of a row, from left to right."""
        return sorted(place for place in self.labels if place[0] == row)

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """The rows that open parts, from the top."""
        found = []
        numbers = sorted(self._rows)
        for index, row in enumerate(numbers):
            columns = self._rows[row]
            texts = {column: self.cells[row, column] for column in columns}
            sides = {column: side_of(text) for column, text in texts.items()}
            if any((row, column) in self.labels for column in columns):
                continue
            if len(columns) == 1:
                text = texts[columns[0]]
                if sides[columns[0]] or (is_heading(text) and opens_part(text)):
                    found.append(Heading(row, {0: sides[columns[0]]}))
                continue
            named = {column: side for column, side in sides.items() if side}
            below = numbers[index + 1] if index + 1 < len(numbers) else 0
            under = [place[1] for place in self.labels if place[0] == below]
            if len(named) > 1 and any(column in named or column < min(named) for column in under):
                found.append(Heading(row, dict(named)))
        return tuple(found)

    @cached_property
    def heading_cells(self) -> frozenset[Place]:
        """The cells that open parts."""
        rows = {heading.row for heading in self.headings}
        return frozenset(place for place in self.cells if place[0] in rows)

    def heading_of(self, row: int) -> Heading | None:
        """Return the heading a row stands under."""
        above = [heading for heading in self.headings if heading.row < row]
        return above[-1] if above else None

    def side_at(self, place: Place) -> Who | None:
        """Return whose part a label stands in; none where it is not plain."""
        heading = self.heading_of(place[0])
        if heading is None:
            return side_of(self.name, name=True)
        before = [column for column in heading.sides if column <= place[1]]
        return heading.sides[max(before)] if before else None

    def columns_at(self, place: Place) -> dict[int, Who | None]:
        """Return the columns of values where they stand side by side, right of one label."""
        heading = self.heading_of(place[0])
        if heading is None or len(heading.sides) < 2 or place[1] >= min(heading.sides):
            return {}
        return heading.sides
