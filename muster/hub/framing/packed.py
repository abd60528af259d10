"""Large tables, packed column by column for the time in which nobody reads them.

Text takes sixteen bytes a cell, and more where it is long: a million rows of twenty columns take
400 MB, and packed 20 MB. A large file is mapped field by field, so its text need not stand in
memory beside the rows that are made of it, judged and stored.
"""

import io
from dataclasses import fields

import polars as pl

from muster.hub.framing.tables import Table

# From so many cells on memory counts for more than the time that packing takes.
LARGE = 4_000_000


def is_large(height: int, width: int) -> bool:
    """Tell whether rows of so many cells are better not held as text, all columns at once."""
    return height * width >= LARGE


def packed(table: Table) -> Table:
    """Return a table, packed if it is large."""
    return PackedTable(table) if is_large(table.height, len(table.headers)) else table


class PackedTable(Table):
    """A table that unpacks a column when it is asked for it; ``frame`` unpacks all of them."""

    _columns: tuple[bytes, ...]

    def __init__(self, table: Table) -> None:
        alike = {one.name: getattr(table, one.name) for one in fields(table) if one.name != "frame"}
        columns = tuple(_packed(table.cells_at(place)) for place in range(len(table.headers)))
        vars(self).update(alike, _columns=columns)

    @property
    def frame(self) -> pl.DataFrame:
        return pl.DataFrame([self.cells_at(place) for place in range(len(self._columns))])

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.rows)

    def cells_at(self, place: int) -> pl.Series:
        """Return the column at a place among the headers."""
        return pl.read_ipc(io.BytesIO(self._columns[place])).to_series()


def _packed(cells: pl.Series) -> bytes:
    out = io.BytesIO()
    cells.to_frame().write_ipc(out, compression="zstd")
    return out.getvalue()
