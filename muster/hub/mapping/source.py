"""The sender's rows as mapping takes them: a frame, or files whose columns are asked for by name.

The text of a large file takes far more room than what is made of it. So mapping asks for the
columns of one field after the other, and they need never stand beside each other.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from muster.hub.framing.tables import Table
from muster.hub.layouts import FieldMapping, Layout, header_key

_OURS = ("file", "row")


class Source(Protocol):
    """Text under header keys, beside the ``file`` and ``row`` of each row. A frame is one."""

    @property
    def columns(self) -> list[str]:
        """The names of all columns."""
        ...

    @property
    def height(self) -> int:
        """The number of rows."""
        ...

    def select(self, *names: str) -> pl.DataFrame:
        """Return some columns."""
        ...


@dataclass(frozen=True)
class Sent:
    """The rows of one file: its number in the batch, its table, and the rows that come last."""

    number: int
    table: Table
    last: frozenset[int] = frozenset()


class Gathered:
    """The rows of files, one file after the other; a file without a column has null in it.

    Args:
        files: in their order.
        layout: whose columns are taken; of two columns of one key the first.
    """

    def __init__(self, files: Sequence[Sent], layout: Layout) -> None:
        self._layout = layout
        self._files = [(file, _places(file.table, layout)) for file in files]
        keys = dict.fromkeys(key for _, places in self._files for key in places)
        self.columns = [*_OURS, *keys]
        self.height = sum(file.table.height for file in files)

    def select(self, *names: str) -> pl.DataFrame:
        """Return some columns, made of the files' tables now."""
        wanted = [name for name in names if name not in _OURS]
        return pl.concat(_rows(*each, wanted) for each in self._files).select(names)

    def frame(self) -> pl.DataFrame:
        """Return all columns."""
        return self.select(*self.columns)

    def of_fields(self, fields: Collection[str]) -> pl.DataFrame:
        """Return the columns that some fields of the layout are read from, and ``file``."""
        mappings = [mapping for mapping in self._layout.fields if mapping.field in fields]
        return self.select(*columns_of(mappings, self))


def columns_of(mappings: Sequence[FieldMapping], source: Source) -> list[str]:
    """Return the columns that fields are read from, of those that there are, and ``file``."""
    read = {"file"}
    for mapping in mappings:
        read.update(mapping.columns, mapping.join, filter(None, [mapping.of]))
    return [name for name in source.columns if name in read]


def _places(table: Table, layout: Layout) -> dict[str, int]:
    """Return by key where the columns that a layout knows stand."""
    known, places = layout.known_columns, dict[str, int]()
    for place, header in enumerate(table.headers):
        key = header_key(header)
        if key in known:
            places.setdefault(key, place)
    return places


def _rows(file: Sent, places: dict[str, int], names: Sequence[str]) -> pl.DataFrame:
    """Return file, row and some columns of one file."""
    table = file.table
    there = [table.cells_at(places[name]).alias(name) for name in names if name in places]
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in places]
    number = pl.lit(file.number, dtype=pl.Int64).alias("file")
    frame = pl.DataFrame([table.rows.alias("row"), *there])
    frame = frame.select(number, pl.all(), *absent).select(*_OURS, *names)
    if not file.last:
        return frame
    return frame.sort(pl.col("row").is_in(list(file.last)), maintain_order=True)
