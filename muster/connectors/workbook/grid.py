"""Cells become a table: rows without content left out, rows and columns at their places.

Cells come in blocks, in the order in which they stand. Each block becomes a small table at once,
so that the cells of a large sheet are never held one by one.
"""

import polars as pl

from muster.connectors.workbook.package import MEGABYTE, damaged, too_large
from muster.connectors.workbook.pieces import MOST_IN_CELL

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
# What a worker with 1 GB can hold as a table: 16 bytes for each cell and the texts themselves.
_MOST_CELLS = 24_000_000
_MOST_TEXT = 512 * MEGABYTE
_MOST_MERGED = 100_000
# What a column costs before it holds anything, in cells: a sheet may be wide and nearly empty.
_COLUMN_COSTS = 64


class Room:
    """How much one workbook may still hold, all its sheets together."""

    def __init__(self) -> None:
        self.cells, self.text = _MOST_CELLS, _MOST_TEXT

    def take_text(self, size: int) -> None:
        """Count texts of so many bytes.

        Raises:
            BadInput: if that is more than a workbook may hold.
        """
        self.text -= size
        if self.text < 0:
            raise too_large(f"The workbook holds over {_MOST_TEXT // MEGABYTE:,} MB of text")

    def check(self, rows: int, width: int) -> None:
        """See to it that a table of this shape still fits.

        Raises:
            BadInput: if not.
        """
        if (rows + _COLUMN_COSTS) * width > self.cells:
            raise too_large(
                f"The sheets span over {_MOST_CELLS // 1_000_000} million cells, "
                "empty ones between others included"
            )

    def take_cells(self, rows: int, width: int) -> None:
        """Count a table as kept."""
        self.check(rows, width)
        self.cells -= (rows + _COLUMN_COSTS) * width


class Grid:
    """The cells of one sheet.

    Args:
        room: what the workbook may still hold.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._blocks: list[pl.DataFrame] = []
        self._rows: list[pl.Series] = []
        self._height = self._width = 0
        self._last = -1

    def add(self, rows: pl.Series, columns: pl.Series, texts: pl.Series) -> None:
        """Take a block of whole rows.

        Args:
            rows: the number of each cell's row, from 1; unsigned 32-bit.
            columns: the place of each cell in its row, from 0; unsigned 32-bit.
            texts: what each cell holds.

        Raises:
            BadInput: if cells lie outside a sheet, or not in order, or are too many.
        """
        self._check_places(rows, columns)
        sizes = texts.str.len_bytes()
        if (sizes > MOST_IN_CELL).any():
            raise damaged("A cell holds more text than any cell may")
        self._room.take_text(int(sizes.sum() or 0))
        cells = pl.DataFrame({"row": rows, "column": columns, "text": texts})
        cells = cells.filter(pl.col("text") != "")
        shown = cells["text"].str.contains(r"\S")
        if not shown.all():
            filled = cells.filter(shown)["row"].unique()
            cells = cells.filter(pl.col("row").is_in(filled.implode()))
        if cells.height:
            self._place(cells)

    def finish(self) -> tuple[pl.DataFrame, pl.Series, int]:
        """Return cells, row numbers and the count of rows without content between others."""
        if not self._blocks:
            return pl.DataFrame(), pl.Series("row", [], dtype=pl.UInt32), 0
        self._room.take_cells(self._height, self._width)
        names = [str(place) for place in range(self._width)]
        found = pl.concat(self._blocks, how="diagonal")
        self._blocks.clear()
        seen = set(found.columns)
        cells = found.select(
            pl.col(name).fill_null("") if name in seen else pl.lit("").alias(name) for name in names
        )
        rows = pl.concat(self._rows)
        return cells, rows, int(rows[-1]) - rows.len()

    def _check_places(self, rows: pl.Series, columns: pl.Series) -> None:
        if not rows.len():
            return
        places = rows.cast(pl.Int64) * LAST_COLUMN + columns.cast(pl.Int64)
        if int(rows.max()) > LAST_ROW or int(columns.max()) >= LAST_COLUMN:  # type: ignore[arg-type]
            raise damaged("A cell lies outside of the sheet")
        # A block holds whole rows, so the next one begins with another row.
        row_before = self._last // LAST_COLUMN
        if int(rows[0]) <= row_before or not (places.diff().drop_nulls() > 0).all():
            raise damaged("The cells of the sheet are not in order")
        self._last = int(places[-1])

    def _place(self, cells: pl.DataFrame) -> None:
        rows, columns = cells["row"], cells["column"]
        self._width = max(self._width, int(columns.max()) + 1)  # type: ignore[arg-type]
        numbers = rows.unique(maintain_order=True)
        height = numbers.len()
        self._height += height
        self._room.check(self._height, self._width)
        present = columns.unique().sort()
        at = columns.replace_strict(present, pl.int_range(present.len(), eager=True))
        # Where each cell of the block's table finds its text; 0 is the empty text.
        flat = at.cast(pl.UInt32) * height + rows.rle_id().cast(pl.UInt32)
        source = pl.zeros(height * present.len(), dtype=pl.UInt32, eager=True)
        source.scatter(flat, pl.int_range(1, cells.height + 1, dtype=pl.UInt32, eager=True))
        texts = pl.concat([pl.Series([""]), cells["text"].alias("")]).gather(source)
        self._rows.append(numbers)
        self._blocks.append(
            pl.DataFrame(
                {
                    str(place): texts.slice(number * height, height)
                    for number, place in enumerate(present)
                }
            )
        )


def merged_range(reference: str) -> tuple[int, int, int, int] | None:
    """Return the corners of a range such as ``B2:D4``; None if it is no range within a sheet."""
    first, _, last = reference.partition(":")
    begin, end = place_of(first), place_of(last)
    if begin is None or end is None:
        return None
    corners = (*begin, *end)
    inside = 1 <= begin[0] <= end[0] <= LAST_ROW and 0 <= begin[1] <= end[1] < LAST_COLUMN
    return corners if inside and begin != end else None


def check_merged(count: int) -> None:
    """See to it that there are not too many merged ranges.

    Raises:
        BadInput: if there are.
    """
    if count > _MOST_MERGED:
        raise too_large(f"The sheet has over {_MOST_MERGED:,} merged ranges")


def place_of(reference: str) -> tuple[int, int] | None:
    """Return row (from 1) and column (from 0) of a reference such as ``B2``; None if it is none."""
    letters = reference.rstrip("0123456789")
    digits = reference[len(letters) :]
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3 and 0 < len(digits) <= 7):
        return None
    return int(digits), column_of(letters.upper())


def column_of(letters: str) -> int:
    """Return the place of a column from 0: ``A`` is 0, ``AA`` is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
