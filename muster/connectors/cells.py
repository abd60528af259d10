"""Gathers the cells of a sheet piece by piece, and refuses what would fill the memory.

A sheet is as wide as its widest row, so a single wide row among millions of short ones would make
billions of cells. Both bounds hold before anything of that width is made.
"""

import polars as pl

from muster.kernel.errors import BadInput, Where

MOST_COLUMNS = 2_000
MOST_CELLS = 40_000_000
LONGEST_CELL = 1_000_000
# Every character that Python calls a space. Spelled out, because other definitions differ.
SPACES = "".join(sign for sign in map(chr, range(0x10000)) if sign.isspace())


class Cells:
    """The rows of one sheet so far.

    Args:
        file: the offer's name, for errors.
        sheet: the sheet's name, if it has one.
    """

    def __init__(self, file: str, sheet: str | None = None) -> None:
        self._file, self._sheet = file, sheet
        self._pieces: list[list[pl.Series]] = []
        self._rows: list[pl.Series] = []
        self._widths: list[pl.Series] = []
        self._height = self._width = 0

    def reserve(self, height: int, width: int, widest_row: int | None = None) -> None:
        """Check that a piece fits, before it is made.

        Args:
            height: how many rows it has.
            width: how many cells its widest row has.
            widest_row: the number of that row, where it is known.

        Raises:
            BadInput: if the sheet would have too many columns or cells.
        """
        if width > MOST_COLUMNS:
            raise BadInput(
                f"A row has {width:,} cells, and {MOST_COLUMNS:,} is the most that is read",
                where=Where(file=self._file, sheet=self._sheet, row=widest_row),
                fix="Send only the columns that are needed",
            )
        cells = (self._height + height) * max(self._width, width)
        if cells > MOST_CELLS:
            raise BadInput(
                f"Its rows and columns make over {MOST_CELLS:,} cells",
                where=Where(file=self._file, sheet=self._sheet),
                fix="Send it in several files, or without columns that are not needed",
            )

    def add(
        self, columns: list[pl.Series], rows: pl.Series, widths: pl.Series | None = None
    ) -> None:
        """Add the next rows.

        Args:
            columns: text, all of the height of ``rows``; those of one piece may be fewer than
                those of another.
            rows: the number of each row.
            widths: how many cells each row truly has, in every piece or in none.
        """
        self._pieces.append(columns)
        self._rows.append(rows)
        if widths is not None:
            self._widths.append(widths)
        self._height += len(rows)
        self._width = max(self._width, len(columns))

    def frame(self, width: int = 0) -> pl.DataFrame:
        """Return all cells, at least so many columns wide, and let go of the pieces.

        The frame keeps the pieces as its chunks: made into one they would stand in memory twice.
        """
        pieces, heights = self._pieces, [len(rows) for rows in self._rows]
        made: dict[str, pl.Series] = {}
        for place in range(max(self._width, width)):
            parts = [_taken(*piece, place) for piece in zip(pieces, heights, strict=True)]
            made[str(place)] = pl.concat(parts, rechunk=False) if parts else _blank(0)
        self._pieces = []
        return pl.DataFrame(made)

    def rows(self) -> pl.Series:
        """Return the number of each row; unsigned 32-bit."""
        return _joined(self._rows, "row")

    def widths(self) -> pl.Series:
        """Return how many cells each row truly has; unsigned 32-bit."""
        return _joined(self._widths, "width")


def numbers(values: list[int]) -> pl.Series:
    """Return row numbers or widths as a series."""
    return pl.Series(values, dtype=pl.UInt32)


def _taken(columns: list[pl.Series], height: int, place: int) -> pl.Series:
    """Return one column of a piece, which gives it up: the frame keeps the only copy."""
    if place >= len(columns):
        return _blank(height)
    column, columns[place] = columns[place], pl.Series(dtype=pl.String)
    return column.rename("")


def _blank(height: int) -> pl.Series:
    return pl.repeat("", height, dtype=pl.String, eager=True).rename("")


def _joined(parts: list[pl.Series], name: str) -> pl.Series:
    whole = pl.concat(parts, rechunk=True) if parts else pl.Series(dtype=pl.UInt32)
    return whole.rename(name)
