"""Where cells stand in the bytes of a workbook: in which part, and which of its unpacked bytes.

For whoever follows one value back. A workbook is a zip: its parts are XML that is unpacked piece
by piece. Cells are counted as for reading, and only those that are asked for are kept. Text that
an XLSX keeps apart from its cells, each once, has a place of its own.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from muster.connectors.text import Span
from muster.connectors.workbook.grid import place_of
from muster.connectors.workbook.ods import Document
from muster.connectors.workbook.package import Attributes, Package, plain
from muster.connectors.workbook.xlsx import book_of, main_part

_LONGEST_END = 64  # bytes in which the end tag of an element is closed
_OPENING = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_WIDE = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Element:
    """An element of a part: where its bytes stand in the part once it is unpacked, and they."""

    part: str
    span: Span
    written: bytes


@dataclass(frozen=True)
class CellPlace:
    """A cell: its element, and that of its text where this stands apart."""

    cell: Element
    text: Element | None = None


def cells_at(
    content: bytes, sheet: str, row: int, columns: Collection[int]
) -> Mapping[int, CellPlace]:
    """Return where cells of a row stand, by column; without those that have no element.

    A workbook that is no zip (XLS) has none that could be shown.

    Args:
        content: the workbook, which was read before.
        sheet: its name.
        row: the cells', from 1.
        columns: the cells', from 0.
    """
    if not content.startswith(b"PK"):
        return {}
    package = Package(content)
    main = main_part(package)
    if main is None:
        elements = _found(package, "content.xml", _OdsCells(sheet, row, columns))
        return {column: CellPlace(one) for column, one in elements.items()}
    related = package.related(main)
    listed = {one.name: one.part for one in book_of(package.elements(main), related).sheets}
    seeker = _XlsxCells(row, columns)
    cells = _found(package, listed.get(sheet, ""), seeker)
    strings = dict(related.values()).get("sharedStrings", "")
    texts = _found(package, strings, _Strings(set(seeker.shared.values())))
    return {
        column: CellPlace(one, texts.get(seeker.shared.get(column, -1)))
        for column, one in cells.items()
    }


class _Seeker:
    """Goes along the elements of a part.

    ``places`` are where the start tag and the end tag of each wanted element begin; of one without
    content, the second is where it ends. ``done`` tells that no further element is wanted.
    """

    def __init__(self) -> None:
        self.places: dict[int, tuple[int, int]] = {}
        self.done = False

    def start(self, name: str, attributes: Attributes, at: int) -> None:
        raise NotImplementedError

    def end(self, name: str, at: int) -> None:
        raise NotImplementedError

    def text(self, piece: str) -> None:
        """Take text between tags."""


class _XlsxCells(_Seeker):
    """Cells of a sheet. ``shared`` are the places of their texts among those kept apart."""

    def __init__(self, row: int, columns: Collection[int]) -> None:
        super().__init__()
        self.shared: dict[int, int] = {}
        self._wanted, self._columns = row, columns
        self._row, self._column, self._begun = 0, -1, -1
        self._kind = self._value = ""
        self._in_value = False

    def start(self, name: str, attributes: Attributes, at: int) -> None:
        name = plain(name)
        if name == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = -1
            self.done = self._row > self._wanted
        elif name == "c":
            place = place_of(attributes["r"]) if "r" in attributes else None
            self._row, self._column = place or (self._row, self._column + 1)
            if self._row == self._wanted and self._column in self._columns:
                self._begun, self._kind, self._value = at, attributes.get("t", ""), ""
        self._in_value = self._begun >= 0 and name == "v"

    def text(self, piece: str) -> None:
        if self._in_value:
            self._value += piece

    def end(self, name: str, at: int) -> None:
        self._in_value = False
        if self._begun >= 0 and plain(name) == "c":
            self.places[self._column] = (self._begun, at)
            self._begun = -1
            if self._kind == "s" and self._value.strip().isdigit():
                self.shared[self._column] = int(self._value)


class _Strings(_Seeker):
    """Texts that are kept apart from their cells, by their places."""

    def __init__(self, wanted: set[int]) -> None:
        super().__init__()
        self._wanted, self._place, self._begun = wanted, -1, -1
        self.done = not wanted

    def start(self, name: str, attributes: Attributes, at: int) -> None:
        if plain(name) == "si":
            self._place, self._begun = self._place + 1, at

    def end(self, name: str, at: int) -> None:
        if plain(name) == "si" and self._place in self._wanted:
            self.places[self._place] = (self._begun, at)
            self.done = len(self.places) == len(self._wanted)


class _OdsCells(_Seeker):
    """Cells of an OpenDocument sheet; one element may stand for many that are alike."""

    def __init__(self, sheet: str, row: int, columns: Collection[int]) -> None:
        super().__init__()
        self._document = Document(())
        self._sheet, self._row, self._columns = sheet, row, columns
        self._begun = -1

    def start(self, name: str, attributes: Attributes, at: int) -> None:
        outside = self._document.cell is None
        self._document.start(name, attributes)
        if outside and self._document.cell is not None:
            self._begun = at

    def text(self, piece: str) -> None:
        self._document.text(piece)

    def end(self, name: str, at: int) -> None:
        document, sheet = self._document, self._document.sheet
        first = sheet.column if sheet is not None else 0
        within = document.cell is not None
        document.end(name)
        if sheet is None or not within or document.cell is not None:
            return
        if document.name == self._sheet:
            self.done = sheet.row > self._row
            if sheet.row <= self._row < sheet.row + sheet.times:
                for column in set(range(first, sheet.column)).intersection(self._columns):
                    self.places[column] = (self._begun, at)


def _found(package: Package, part: str, seeker: _Seeker) -> dict[int, Element]:
    """Return the elements that a seeker finds in a part."""
    if part not in package or seeker.done:
        return {}
    _walk(package, part, seeker)
    written = {place: bytearray() for place in seeker.places}
    last = max((end for _, end in seeker.places.values()), default=-1) + _LONGEST_END
    at = 0
    for chunk in package.chunks(part) if written else ():
        for place, (start, end) in seeker.places.items():
            stop = max(end + _LONGEST_END - at, 0)
            written[place] += chunk[max(start - at, 0) : stop]
        at += len(chunk)
        if at >= last:
            break
    return {
        place: _element(part, *seeker.places[place], bytes(piece))
        for place, piece in written.items()
    }


def _element(part: str, start: int, end: int, written: bytes) -> Element:
    """Return an element; ``written`` begins with it and goes on behind the start of its end tag."""
    size = end - start
    opening = _OPENING.match(written)
    if opening is None or opening.end() != size or not opening[0].endswith(b"/>"):
        size = written.index(b">", size) + 1
    return Element(part, Span(start, start + size), written[:size])


def _walk(package: Package, part: str, seeker: _Seeker) -> None:
    """Parse a part until the seeker is done; a part in UTF-16 is not looked into."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def told(tell: Callable[..., None]) -> Callable[..., None]:
        def handler(*said: Any) -> None:
            if not seeker.done:
                tell(*said, parser.CurrentByteIndex)

        return handler

    parser.StartElementHandler, parser.EndElementHandler = told(seeker.start), told(seeker.end)
    parser.CharacterDataHandler = seeker.text
    for number, chunk in enumerate(package.chunks(part)):
        if not number and chunk.startswith(_WIDE):
            return
        parser.Parse(chunk, False)
        if seeker.done:
            return
