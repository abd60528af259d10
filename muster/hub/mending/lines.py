"""The lines of a workbook that came back: each is a row that was handed out, or is named.

People clear cells, sort, insert and copy lines, move columns and add sheets. Where a line stands
says nothing: a row is told by its reference, the names of the columns by what they are. A line
that is neither is never left out in silence.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import polars as pl

from muster.connectors.contract import Sheet
from muster.hub.framing.positions import column_letters
from muster.hub.layouts import header_key
from muster.hub.mending.places import key_of
from muster.hub.mending.references import PATTERN, Reference, read_reference
from muster.kernel.errors import BadInput, Where

_NAMED = 3
_PUT_BACK = "Put back the names of the columns as they were downloaded"


class Line(NamedTuple):
    """Where a line stands in the workbook: its sheet, and the number a spreadsheet shows."""

    sheet: str
    row: int


@dataclass(frozen=True)
class Given:
    """A line with a reference: which row it is, its cells, and where each column stands."""

    line: Line
    reference: Reference
    cells: tuple[str, ...]
    places: Mapping[str, int]


@dataclass(frozen=True)
class SheetBack:
    """A sheet that holds references; ``cells`` are its lines with content.

    ``column`` is the place of the references, ``references`` those that can be read, by the
    place of their line.
    """

    name: str
    cells: pl.DataFrame
    rows: Sequence[int]
    column: int
    references: Mapping[int, Reference]

    @property
    def landings(self) -> set[uuid.UUID]:
        """The landings that its references name."""
        return {one.landing for one in self.references.values()}

    def parted(
        self, known: Mapping[str, str], *, ours: Collection[str], file: str
    ) -> tuple[list[Given], list[Line]]:
        """Return the lines with a reference, and those without: all but the names of the columns.

        Args:
            known: the columns that were handed out for the rows named, by header key; none if no
                cell of them is to be read.
            ours: further texts that stand among the names of the columns.
            file: the workbook's name.

        Raises:
            BadInput: if names of columns are missing or stand twice, so that cells that were
                corrected could not be told.
        """
        others = [place for place in range(self.cells.height) if place not in self.references]
        header = self._header(others, known, {*map(key_of, ours)})
        if known and header is None:
            first = self.rows[min(self.references, default=0)]
            raise BadInput(
                "The names of the columns are missing",
                where=Where(file=file, sheet=self.name, row=first), fix=_PUT_BACK,
            )  # fmt: skip
        places = {} if header is None else self._places(header, known, ours, file)
        cells = self.cells.rows()
        given = [
            Given(Line(self.name, self.rows[place]), reference, cells[place], places)
            for place, reference in self.references.items()
        ]
        return given, [Line(self.name, self.rows[place]) for place in others if place != header]

    def _header(
        self, others: Sequence[int], known: Collection[str], ours: Collection[str]
    ) -> int | None:
        """Return the line that names most columns, the first of several; None if none does.

        Of two that name as many, the one with more of ``ours`` counts.
        """
        asked, names = self.cells[others], {*known, *ours} - {""}
        hit = pl.Series([False] * len(others), dtype=pl.Boolean)
        for column in asked.iter_columns():
            hit |= column.is_in([text for text in column.unique() if header_key(text) in names])
        best, most = None, (0, 0)
        for place in hit.arg_true():
            keys = set(map(header_key, asked.row(place))) & names
            named = (len(keys.intersection(known)), len(keys.intersection(ours)))
            if named > most:
                best, most = others[place], named
        return best

    def _places(
        self, header: int, known: Mapping[str, str], ours: Collection[str], file: str
    ) -> dict[str, int]:
        """Return where each column stands that was handed out.

        Cells below no name, of a line with a reference, may have been moved there from their own
        column. A column with another name may be one whose name was changed, if one is missing.
        """
        names, where = self.cells.row(header), Where(file, self.name, self.rows[header])
        places: dict[str, int] = {}
        added = []
        for place, name in enumerate(names):
            key = key_of(name)
            if place == self.column or (name.strip() in ours and key not in known):
                continue
            if not key:
                if self._filled(place):
                    raise BadInput(
                        f"The column {column_letters(place + 1)} has cells and no name",
                        where=where, fix=f"{_PUT_BACK}, and move cells back that were moved",
                    )  # fmt: skip
            elif key not in known:
                added.append(name)
            elif key in places:
                fix = "Delete the one that was added"
                raise BadInput(f"Two columns are named {name}", where=where, fix=fix)
            else:
                places[key] = place
        missing = [name for key, name in known.items() if key not in places]
        if missing and added:
            raise BadInput(
                f"The column {added[0]} was not handed out, and {_some(missing)} missing",
                where=where, fix=f"{_PUT_BACK}, and delete columns that you added",
            )  # fmt: skip
        return places

    def _filled(self, place: int) -> bool:
        """Tell whether a column has content beside any reference."""
        column = self.cells[str(place)].gather(list(self.references))
        return bool((column.str.strip_chars() != "").any())


def sheets_back(
    sheets: Sequence[Sheet], *, ours: Collection[str], file: str
) -> tuple[list[SheetBack], list[list[Line]]]:
    """Return the sheets that hold references, and the lines of all others, by sheet.

    Args:
        sheets: those of the workbook.
        ours: texts that are written into every workbook beside the rows; a line of nothing else
            tells nothing.
        file: the workbook's name.

    Raises:
        BadInput: if no sheet in view holds a reference.
    """
    found, unread = [], []
    for sheet in sheets:
        filled = sheet.cells.select(
            pl.any_horizontal(pl.all().str.strip_chars() != "").alias("filled")
        )["filled"]
        cells, rows = sheet.cells.filter(filled), sheet.rows.filter(filled).to_list()
        column = None if sheet.hidden else _reference_column(cells)
        if column is not None:
            found.append(SheetBack(sheet.name, cells, rows, column, _read(cells, column)))
            continue
        lines = [
            Line(sheet.name, row)
            for row, texts in zip(rows, cells.iter_rows(), strict=True)
            if not {text.strip() for text in texts} <= {"", *ours}
        ]
        if lines:
            unread.append(lines)
    if not found:
        raise BadInput(
            "This is no workbook of rows that wait: it holds none of their references",
            where=Where(file=file),
            fix="Download the rows from quarantine, correct them there, and upload that workbook",
        )
    return found, unread


def in_ranges(lines: Iterable[Line]) -> list[tuple[str, str]]:
    """Return where lines stand, for each sheet such as ``2–5, 9``, in the order of the sheets."""
    by_sheet: dict[str, set[int]] = {}
    for line in lines:
        by_sheet.setdefault(line.sheet, set()).add(line.row)
    return [(sheet, ", ".join(_ranges(sorted(rows)))) for sheet, rows in by_sheet.items()]


def _ranges(rows: Sequence[int]) -> Iterator[str]:
    for _, run in groupby(enumerate(rows), key=lambda one: one[1] - one[0]):
        numbers = [row for _, row in run]
        yield f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else f"{numbers[0]}"


def _reference_column(cells: pl.DataFrame) -> int | None:
    """Return the place of the column with the most references; None if there is none."""
    counts = [
        int(column.str.strip_chars().str.to_uppercase().str.contains(PATTERN).sum())
        for column in cells.iter_columns()
    ]
    return counts.index(max(counts)) if any(counts) else None


def _read(cells: pl.DataFrame, column: int) -> dict[int, Reference]:
    texts = cells[str(column)].to_list()
    read = ((place, read_reference(text)) for place, text in enumerate(texts))
    return {place: reference for place, reference in read if reference is not None}


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    shown = ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{shown} {'is' if len(names) == 1 else 'are'}"
