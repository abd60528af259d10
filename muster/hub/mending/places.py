"""Which cells of a waiting row a problem is about, and what a row's cells state for a field."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import polars as pl

from muster.hub.contracts import ContractField
from muster.hub.intakes import intake_for
from muster.hub.known import known_layouts
from muster.hub.layouts import FieldMapping, Layout, header_key
from muster.hub.mapping.cells import as_read, stated
from muster.hub.parsers import Parser


def layout_named(name: str) -> Layout | None:
    """Return a layout by name; None if it is offered no more."""
    return next((layout for layout in known_layouts() if layout.name == name), None)


def field_titled(layout: Layout, title: str) -> tuple[ContractField, FieldMapping] | None:
    """Return the field that problems call so, and where it comes from; None if it is no column."""
    for field in intake_for(layout.contract).contract.fields:
        if field.title == title:
            mapping = next((one for one in layout.fields if one.field == field.name), None)
            return None if mapping is None else (field, mapping)
    return None


@lru_cache(maxsize=1000)
def key_of(header: str) -> str:
    """Return a header's key, remembered: the headers of a file are asked for with each row."""
    return header_key(header)


def taken_headers(layout: Layout | None, headers: Sequence[str]) -> tuple[str, ...]:
    """Return those of a row's headers that its layout makes something of, each column once."""
    if layout is None:
        return tuple(headers)
    taken, first = layout.known_columns - layout.ignored, dict[str, str]()
    for header in headers:
        if key_of(header) in taken:
            first.setdefault(key_of(header), header)
    return tuple(first.values())


def headers_of(layout: Layout | None, title: str, headers: Sequence[str]) -> tuple[str, ...]:
    """Return the headers of the cells that a problem with a field is about; none if of no cell."""
    found = field_titled(layout, title) if layout is not None else None
    if found is None:
        return ()
    mapping, keys = found[1], {key_of(header): header for header in reversed(headers)}
    first = next((column for column in mapping.columns if column in keys), None)
    used = [column for column in (first, *mapping.join, mapping.of) if column in keys]
    return tuple(keys[column] for column in dict.fromkeys(used) if column is not None)


class Columns:
    """The columns of rows that one layout reads, worked out once for each set of headers.

    For whoever goes through many rows: see the functions of the same names.
    """

    def __init__(self, layout: Layout | None) -> None:
        self._layout = layout
        self._taken: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._about: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._parsers: dict[tuple[str, ...], dict[str, Parser]] = {}

    def taken(self, headers: tuple[str, ...]) -> tuple[str, ...]:
        """Return those headers that the layout makes something of."""
        if headers not in self._taken:
            self._taken[headers] = taken_headers(self._layout, headers)
        return self._taken[headers]

    def about(self, title: str, headers: tuple[str, ...]) -> tuple[str, ...]:
        """Return the headers of the cells that a problem with a field is about."""
        asked = (title, headers)
        if asked not in self._about:
            self._about[asked] = headers_of(self._layout, title, headers)
        return self._about[asked]

    def parsers(self, headers: tuple[str, ...]) -> dict[str, Parser]:
        """Return by header how the first field that comes from it is read."""
        if headers not in self._parsers:
            found: dict[str, Parser] = {}
            for mapping in self._layout.fields if self._layout is not None else ():
                for header in headers:
                    if key_of(header) in mapping.columns:
                        found.setdefault(header, mapping.parser)
            self._parsers[headers] = found
        return self._parsers[headers]


def text_of(cells: Mapping[str, str], mapping: FieldMapping) -> str | None:
    """Return the text of a field that a row's cells state, as fixes know it; None for nothing."""
    row: dict[str, list[str]] = {}
    for header, cell in cells.items():
        row.setdefault(header_key(header), [cell])
    frame = pl.DataFrame(row, schema=dict.fromkeys(row, pl.String))
    if not row:
        return None
    cell = frame.select(stated(frame, mapping)).item()
    return None if cell is None else as_read(cell, mapping)
