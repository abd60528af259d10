"""Reads ODS, the spreadsheet of OpenDocument: one part holds all sheets, styles first."""

import re
from dataclasses import dataclass, field

import polars as pl

from muster.connectors.contract import Sheet
from muster.connectors.workbook.grid import (
    LAST_COLUMN,
    LAST_ROW,
    Grid,
    Room,
    check_merged,
)
from muster.connectors.workbook.package import (
    MEGABYTE,
    Attributes,
    Package,
    damaged,
    parsing,
    place,
    too_large,
)
from muster.connectors.workbook.pieces import CellText
from muster.connectors.workbook.stated import cell_text, is_unworked
from muster.connectors.workbook.values import NoNumber, unworked_note
from muster.kernel.errors import BadInput

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_PREFIXES = {
    f"{_NS}table:1.0": "table",
    f"{_NS}office:1.0": "office",
    f"{_NS}text:1.0": "text",
    f"{_NS}style:1.0": "style",
    f"{_NS}drawing:1.0": "draw",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext",
}
_CELL = ("table:table-cell", "table:covered-table-cell")
# What stands among the cells and is none of their text: comments, drawings, deleted cells.
_ASIDE = (
    "office:annotation",
    "office:forms",
    "table:shapes",
    "table:tracked-changes",
    "table:named-expressions",
    "text:ruby-text",
    "text:note",
)
# The cells of another file that a formula refers to, kept beside the sheets.
_LINKED_STYLE = "ta_extref"
_MOST_SPACES = 32_767
_MOST_NAMES = 10_000
# Cells, and characters, that are gathered before they become part of the table.
_BLOCK, _BLOCK_TEXT, _MOST_ROW_TEXT = 50_000, 4 * MEGABYTE, 64 * MEGABYTE
_SPACES = re.compile(r"[ \t\r\n]+")
# Spaces, tabs and line ends that are meant stand as elements; until their paragraph ends they are
# kept as characters that XML cannot hold.
_MEANT = {"text:s": "\x01", "text:tab": "\x02", "text:line-break": "\x03"}
_AS_MEANT = str.maketrans({"\x01": " ", "\x02": "\t", "\x03": "\n"})


def is_encrypted(package: Package) -> bool:
    """Return whether a document opens only with a password."""
    manifest = "META-INF/manifest.xml"
    return "encrypted-package" in package or (
        manifest in package and b"encryption-data" in package.small(manifest)
    )


def read_ods(package: Package) -> tuple[Sheet, ...]:
    """Return the sheets of a document.

    Raises:
        BadInput: if it cannot be read; it names the sheet where one is known.
    """
    notes = ("macros were not read",) if package.has_folder("Basic") else ()
    document = Document(notes)
    try:
        for _ in parsing(
            package.chunks("content.xml"),
            start=document.start,
            end=document.end,
            text=document.text,
        ):
            pass
    except BadInput as problem:
        with place(sheet=document.name):
            raise problem from None
    return tuple(document.sheets)


@dataclass
class _Cell:
    """A cell while it is read: its attributes, its paragraphs, and the one that is open."""

    attributes: Attributes
    paragraphs: list[str] = field(default_factory=list)
    text: CellText = field(default_factory=CellText)


class Document:
    """Gathers sheets from the events of an XML parser."""

    def __init__(self, notes: tuple[str, ...]) -> None:
        self.sheets: list[Sheet] = []
        self.name: str | None = None
        self._notes, self._room = notes, Room()
        self._names: dict[str, str] = {}
        self._style, self._hidden_styles = "", set[str]()
        self._aside = 0
        self._sheet: _Sheet | None = None
        self._cell: _Cell | None = None

    @property
    def cell(self) -> _Cell | None:
        """The cell that is being read."""
        return self._cell

    @property
    def sheet(self) -> "_Sheet | None":
        """The sheet that is being read."""
        return self._sheet

    def start(self, name: str, attributes: Attributes) -> None:
        name = self._plain(name)
        if self._aside:
            self._aside += 1
        elif name in _ASIDE or name.startswith("draw:"):
            self._aside = 1
        elif self._cell is not None:
            self._within(self._cell, name, attributes)
        elif name in _CELL:
            plain = {self._plain(key): value for key, value in attributes.items()}
            self._cell = _Cell(plain)
        elif name == "table:table-row" and self._sheet is not None:
            self._sheet.begin_row(_times(self._attribute(attributes, "table:number-rows-repeated")))
        elif name == "table:table":
            self._begin_sheet(attributes)
        elif name == "style:style":
            self._style = self._attribute(attributes, "style:name")
        elif (
            name == "style:table-properties"
            and self._attribute(attributes, "table:display") == "false"
        ):
            self._hidden_styles.add(self._style)

    def text(self, piece: str) -> None:
        cell = self._cell
        if cell is not None and not self._aside:
            cell.text.add(_SPACES.sub(" ", piece))

    def end(self, name: str) -> None:
        if self._aside:
            self._aside -= 1
            return
        name = self._plain(name)
        if self._cell is not None:
            if name == "text:p":
                self._cell.paragraphs.append(_paragraph(self._cell.text.take()))
            elif name in _CELL:
                cell, self._cell = self._cell, None
                if self._sheet is not None:
                    self._sheet.take(cell.attributes, cell.paragraphs)
        elif self._sheet is not None and name == "table:table-row":
            self._sheet.end_row()
        elif self._sheet is not None and name == "table:table":
            self.sheets.append(self._sheet.finish(self._notes))
            self._sheet = self.name = None

    def _within(self, cell: _Cell, name: str, attributes: Attributes) -> None:
        if name == "table:table":
            # A table within a cell is shown there, and is no part of the sheet.
            self._aside = 1
        elif name == "text:p":
            cell.text.take()
        elif name in _MEANT:
            count = _times(self._attribute(attributes, "text:c")) if name == "text:s" else 1
            cell.text.add(_MEANT[name] * min(count, _MOST_SPACES))

    def _begin_sheet(self, attributes: Attributes) -> None:
        style = self._attribute(attributes, "table:style-name")
        if self._sheet is not None or style == _LINKED_STYLE:
            self._aside = 1
            return
        self.name = self._attribute(attributes, "table:name")
        self._sheet = _Sheet(self.name, style in self._hidden_styles, self._room)

    def _attribute(self, attributes: Attributes, name: str) -> str:
        return next((attributes[key] for key in attributes if self._plain(key) == name), "")

    def _plain(self, name: str) -> str:
        """Return a name with the prefix that it usually has."""
        known = self._names.get(name)
        if known is None:
            if len(self._names) > _MOST_NAMES:
                raise damaged("The document has far more kinds of elements than any")
            space, _, local = name.rpartition(" ")
            known = self._names[name] = f"{_PREFIXES.get(space, '')}:{local}"
        return known


class _Sheet:
    """One sheet while it is read."""

    def __init__(self, name: str, hidden: bool, room: Room) -> None:
        self._name, self._hidden, self._room = name, hidden, room
        self._grid = Grid(room)
        self._row, self._times = 1, 1
        self._column = self._size = self._gathered = 0
        self._filled: list[tuple[int, str]] = []
        self._cells: tuple[list[int], list[int], list[str]] = ([], [], [])
        self._merged: list[tuple[int, int, int, int]] = []
        self._unworked = 0

    @property
    def row(self) -> int:
        """The number of the row that is being read, from 1."""
        return self._row

    @property
    def times(self) -> int:
        """How many rows it stands for."""
        return self._times

    @property
    def column(self) -> int:
        """The place of the next cell in it, from 0."""
        return self._column

    def begin_row(self, times: int) -> None:
        self._column, self._times, self._size = 0, times, 0
        self._filled.clear()

    def take(self, attributes: Attributes, paragraphs: list[str]) -> None:
        """Take the next cell, or as many alike as it stands for."""
        times = _times(attributes.get("table:number-columns-repeated", ""))
        try:
            text = cell_text(attributes, paragraphs)
        except NoNumber:
            raise damaged("A cell says that it holds a value, and holds none", self._row) from None
        if text:
            if self._column + times > LAST_COLUMN:
                raise damaged("A cell lies outside of the sheet", self._row)
            self._size += len(text) * times
            if self._size > _MOST_ROW_TEXT:
                raise too_large("A row holds more text than any row")
            self._filled.extend((self._column + each, text) for each in range(times))
            self._unworked += is_unworked(text)
        across = _times(attributes.get("table:number-columns-spanned", ""))
        down = _times(attributes.get("table:number-rows-spanned", ""))
        if across > 1 or down > 1:
            last = (self._row + down - 1, self._column + across - 1)
            self._merged.append((self._row, self._column, *last))
            check_merged(len(self._merged))
        self._column += times

    def end_row(self) -> None:
        if self._filled:
            if self._row + self._times - 1 > LAST_ROW:
                raise damaged("A cell lies outside of the sheet", self._row)
            self._room.check(self._times, self._filled[-1][0] + 1)
            for row in range(self._row, self._row + self._times):
                self._keep(row)
        self._row += self._times

    def _keep(self, row: int) -> None:
        rows, columns, texts = self._cells
        for column, text in self._filled:
            rows.append(row)
            columns.append(column)
            texts.append(text)
        self._gathered += self._size
        if len(rows) > _BLOCK or self._gathered > _BLOCK_TEXT:
            self._hand_over()

    def _hand_over(self) -> None:
        rows, columns, texts = self._cells
        self._grid.add(
            pl.Series(rows, dtype=pl.UInt32),
            pl.Series(columns, dtype=pl.UInt32),
            pl.Series(texts, dtype=pl.String),
        )
        for each in self._cells:
            each.clear()
        self._gathered = 0

    def finish(self, notes: tuple[str, ...]) -> Sheet:
        self._hand_over()
        cells, rows, blank = self._grid.finish()
        return Sheet(
            cells,
            rows,
            name=self._name,
            hidden=self._hidden,
            merged=tuple(each for each in self._merged if each[2] <= LAST_ROW),
            blank=blank,
            read_as="ODS",
            notes=(*notes, *unworked_note(self._unworked)),
        )


def _paragraph(written: str) -> str:
    return _SPACES.sub(" ", written).strip(" ").translate(_AS_MEANT)


def _times(stated: str) -> int:
    """Return how often something is repeated; once where nothing is said."""
    if not stated:
        return 1
    if not (stated.isascii() and stated.isdigit() and len(stated) <= 9):
        raise damaged()
    return max(int(stated), 1)
