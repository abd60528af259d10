"""The XML of an XLSX sheet as cells, in two ways that must agree.

Half a gigabyte of XML is taken apart piece by piece. Nearly all of it is written in the one way
that spreadsheet programs write: such pieces are split with a regular expression over whole columns
of text, at ten times the speed of a parser. The expression is strict: a piece that it does not
match in full, however little differs, goes through the XML parser instead, and a sheet that is
laid out unlike any program's goes through the parser as a whole.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import polars as pl

from muster.connectors.workbook.grid import (
    LAST_COLUMN,
    LAST_ROW,
    check_merged,
    column_of,
    merged_range,
    place_of,
)
from muster.connectors.workbook.package import Attributes, damaged, parsing, plain
from muster.connectors.workbook.pieces import (
    TEXT,
    CellText,
    head_of,
    whole_elements,
    without_entities,
)

# A cell as it stands: its place, type (``s``, ``n``, ``e``...), style, value, inline text, and
# whether it is a formula: the range of an array formula, ``1`` for another one, null for none.
CELLS = pl.Schema(
    {
        "row": pl.UInt32,
        "column": pl.UInt32,
        "type": pl.String,
        "style": pl.UInt32,
        "value": pl.String,
        "inline": pl.String,
        "formula": pl.String,
    }
)
# Kinds of elements beside rows and cells; each costs memory.
_MOST_OTHERS = 10_000
_OPENING = re.compile(rb"<worksheet[\s>].*?<sheetData\s*/?>")
_CELL = (
    r'^(?P<column>[A-Z]{1,3})(?P<row>[1-9][0-9]{0,6})"(?: s="(?P<style>[0-9]{1,6})")?'
    r'(?: t="(?P<type>[a-zA-Z]{1,9})")?(?: s="(?P<late_style>[0-9]{1,6})")?(?: [cv]m="[0-9]+")*'
    r" ?(?:/>|>(?P<formula><f(?: [^<>]*)?(?:/>|>[^<]*</f>))?"
    rf"(?:<v(?: xml:space=\"preserve\")?>(?P<value>{TEXT})</v>|(?P<empty><v ?/>))?"
    rf"(?:<is><t(?: xml:space=\"preserve\")?>(?P<inline>{TEXT})</t></is>)?</c>)"
    r"(?:</row>|<row(?: [^<>]*)?>)*$"
)
_ROWS_ONLY = re.compile(r"(?:</row>|<row(?: [^<>]*)?>)*\s*")


class SheetXml:
    """One sheet's XML.

    ``merged`` is complete once every block was taken.

    Args:
        chunks: the XML, piece by piece.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.merged: list[tuple[int, int, int, int]] = []

    def parsed(self) -> Iterator[pl.DataFrame]:
        """Yield cells by the XML parser, whatever the layout: the truth of the matter.

        Raises:
            BadInput: if the XML cannot be read.
        """
        handler = _Cells()
        found = parsing(self._chunks, start=handler.start, end=handler.end, text=handler.text)
        for _ in found:
            yield handler.take()
        yield handler.take(last=True)
        self.merged = handler.merged

    def split(self) -> Iterator[pl.DataFrame]:
        """Yield the same cells far faster.

        Raises:
            Unusual: if the sheet must be parsed from its beginning.
            BadInput: if the XML cannot be read.
        """
        head, rest = head_of(self._chunks, _OPENING)
        tail = b"</sheetData></worksheet>"
        for piece, behind in whole_elements(rest, self._chunks, b"</row>", b"</sheetData>"):
            cells = _split(piece)
            if cells is not None:
                yield cells
            else:
                yield from SheetXml(iter((head, piece, tail))).parsed()
            if behind is not None:
                last = SheetXml(chain((head,), behind))
                yield from last.parsed()
                self.merged = last.merged


def _split(piece: bytes) -> pl.DataFrame | None:
    """Return the cells of a piece, or None if it is not written in the one way in every place."""
    if b't="array"' in piece:
        return None
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        return None
    parts = pl.Series("cell", [text]).str.split('<c r="').explode()
    if not _ROWS_ONLY.fullmatch(parts[0]):
        return None
    if parts.len() == 1:
        return pl.DataFrame(schema=CELLS)
    found = parts[1:].str.extract_groups(_CELL).struct.unnest()
    if found["row"].null_count():
        return None
    letters = found["column"].unique()
    places = letters.map_elements(column_of, return_dtype=pl.UInt32)
    cells = found.select(
        pl.col("row").cast(pl.UInt32),
        pl.col("column").replace_strict(letters, places, return_dtype=pl.UInt32),
        "type",
        pl.coalesce("style", "late_style").cast(pl.UInt32).alias("style"),
        pl.when(pl.col("empty").is_not_null())
        .then(pl.lit(""))
        .otherwise(pl.col("value"))
        .alias("value"),
        "inline",
        pl.when(pl.col("formula").is_not_null()).then(pl.lit("1")).alias("formula"),
    )
    if "&" in text:
        cells = cells.with_columns(without_entities(cells[name]) for name in ("value", "inline"))
    return cells


class _Cells:
    """Gathers cells from the events of an XML parser."""

    def __init__(self) -> None:
        self.merged: list[tuple[int, int, int, int]] = []
        self._found: tuple[list[Any], ...] = tuple([] for _ in CELLS)
        self._whole = 0
        self._row, self._column, self._phonetic = 0, -1, 0
        self._attributes: Attributes | None = None
        self._value: str | None = None
        self._inline: str | None = None
        self._formula: str | None = None
        self._text, self._inside, self._others = CellText(), False, set[str]()

    def start(self, name: str, attributes: Attributes) -> None:
        name = plain(name)
        if name == "c":
            self._begin(attributes)
        elif name in ("v", "t"):
            self._inside = self._attributes is not None
        elif name == "f":
            array = attributes.get("t") == "array"
            self._formula = attributes.get("ref", "1") if array else "1"
        elif name == "row":
            self._whole = len(self._found[0])
            self._row = _whole_number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = -1
        elif name == "rPh":
            self._phonetic += 1
        elif name == "mergeCell":
            corners = merged_range(attributes.get("ref", ""))
            if corners is not None:
                self.merged.append(corners)
                check_merged(len(self.merged))
        else:
            self._others.add(name)
            if len(self._others) > _MOST_OTHERS:
                raise damaged("The sheet has far more kinds of elements than any")

    def text(self, piece: str) -> None:
        if self._inside:
            self._text.add(piece)

    def end(self, name: str) -> None:
        name = plain(name)
        if name == "rPh":
            self._phonetic -= 1
        elif self._attributes is None:
            return
        elif name == "c":
            self._finish(self._attributes)
        elif name in ("v", "t"):
            text, self._inside = self._text.take(), False
            if name == "v":
                self._value = text
            elif not self._phonetic:
                self._inline = (self._inline or "") + text

    def take(self, *, last: bool = False) -> pl.DataFrame:
        """Return the cells of the rows that are complete."""
        size = len(self._found[0]) if last else self._whole
        block = {
            name: pl.Series(values[:size], dtype=dtype)
            for (name, dtype), values in zip(CELLS.items(), self._found, strict=True)
        }
        for values in self._found:
            del values[:size]
        self._whole = 0
        return pl.DataFrame(block)

    def _begin(self, attributes: Attributes) -> None:
        if "r" in attributes:
            place = place_of(attributes["r"])
            if place is None:
                raise damaged("A cell has no place")
            self._row, self._column = place
        else:
            self._column += 1
        if not (0 < self._row <= LAST_ROW and self._column < LAST_COLUMN):
            raise damaged("A cell lies outside of the sheet")
        self._attributes = attributes
        self._value = self._inline = self._formula = None

    def _finish(self, attributes: Attributes) -> None:
        style = attributes.get("s")
        cell = (
            self._row,
            self._column,
            attributes.get("t"),
            None if style is None else _whole_number(style),
            self._value,
            self._inline,
            self._formula,
        )
        for values, value in zip(self._found, cell, strict=True):
            values.append(value)
        self._attributes = None


def _whole_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise damaged()
    return int(text)
