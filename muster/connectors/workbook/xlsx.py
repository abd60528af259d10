"""Reads XLSX and XLSM: which sheets there are, what their styles mean, and their cells."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from muster.connectors.contract import Sheet
from muster.connectors.workbook.grid import Grid, Room
from muster.connectors.workbook.package import Attributes, Package, damaged, place, too_large
from muster.connectors.workbook.pieces import Unusual
from muster.connectors.workbook.strings import shared_strings
from muster.connectors.workbook.texts import Texts
from muster.connectors.workbook.tokens import SheetXml
from muster.connectors.workbook.values import kind_of_format, unworked_note

_MOST_SHEETS = 1_000
_TRUE = ("1", "true")
# Kinds of sheets that hold no cells, in words.
_NO_CELLS = {"chartsheet": "chart", "dialogsheet": "dialog"}
_MACROS = ("xlMacrosheet", "xlIntlMacrosheet")


@dataclass(frozen=True)
class Listed:
    """A sheet as the workbook lists it: its name, whether it is hidden, and its part."""

    name: str
    hidden: bool
    part: str


@dataclass
class Book:
    """What the workbook says of itself."""

    sheets: list[Listed] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    from_1904: bool = False
    unsaved: bool = False


def main_part(package: Package) -> str | None:
    """Return the part that lists the sheets, or None if the package is no workbook."""
    return dict(package.related("").values()).get("officeDocument")


def read_xlsx(package: Package, main: str) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook.

    Args:
        package: the workbook.
        main: the part that lists its sheets.

    Raises:
        BadInput: if it cannot be read; it names the sheet where one is known.
    """
    related = package.related(main)
    book = book_of(package.elements(main), related)
    parts = dict(related.values())
    if "vbaProject" in parts:
        book.notes.append("macros were not read")
    room, shared = Room(), pl.Series([], dtype=pl.String)
    if parts.get("sharedStrings", "") in package:
        shared = shared_strings(lambda: package.chunks(parts["sharedStrings"]), room)
    kinds = [0]
    if parts.get("styles", "") in package:
        kinds = _style_kinds(package.elements(parts["styles"]))
    sheets = []
    for listed in book.sheets:
        texts = Texts(shared, kinds, book.from_1904, book.unsaved)
        with place(sheet=listed.name):
            sheets.append(_sheet(package, listed, texts, room, book))
    return tuple(sheets)


def book_of(
    elements: Sequence[tuple[str, Attributes]], related: dict[str, tuple[str, str]]
) -> Book:
    """Return what the workbook says of itself."""
    book = Book()
    for name, attributes in elements:
        if name == "workbookPr":
            book.from_1904 = attributes.get("date1904") in _TRUE
        elif name == "calcPr":
            book.unsaved = attributes.get("fullCalcOnLoad") in _TRUE
        elif name == "sheet":
            _list(book, attributes, related)
    if len(book.sheets) > _MOST_SHEETS:
        raise too_large(f"The workbook has over {_MOST_SHEETS:,} sheets")
    return book


def _list(book: Book, attributes: Attributes, related: dict[str, tuple[str, str]]) -> None:
    title = attributes.get("name", "")
    kind, part = related.get(attributes.get("id", ""), ("", ""))
    if kind == "worksheet":
        hidden = attributes.get("state", "visible") != "visible"
        book.sheets.append(Listed(title, hidden, part))
    elif kind in _MACROS:
        book.notes.append(f"the macro sheet '{title}' was not read")
    elif kind in _NO_CELLS:
        book.notes.append(f"the {_NO_CELLS[kind]} sheet '{title}' was not read")
    else:
        with place(sheet=title):
            raise damaged("A sheet is listed in the workbook and missing from it")


def _style_kinds(elements: Sequence[tuple[str, Attributes]]) -> list[int]:
    """Return what each cell style makes of a number."""
    codes: dict[int, str] = {}
    kinds: dict[int, int] = {}
    styles: list[int] = []
    inside = ""
    for name, attributes in elements:
        if name == "numFmt" and inside != "dxfs":
            codes[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            inside = name
        elif name == "xf" and inside == "cellXfs":
            number = _whole(attributes.get("numFmtId"))
            if number not in kinds:
                kinds[number] = kind_of_format(number, codes)
            styles.append(kinds[number])
    return styles or [0]


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else 0


def _sheet(package: Package, listed: Listed, texts: Texts, room: Room, book: Book) -> Sheet:
    before = room.text
    try:
        grid, xml = _cells(package, listed.part, texts, room, parsed=False)
    except Unusual:
        room.text, texts.unworked = before, 0
        grid, xml = _cells(package, listed.part, texts, room, parsed=True)
    cells, rows, blank = grid.finish()
    return Sheet(
        cells,
        rows,
        name=listed.name,
        hidden=listed.hidden,
        merged=tuple(xml.merged),
        blank=blank,
        read_as="XLSX, days counted from 1904" if book.from_1904 else "XLSX",
        notes=(*book.notes, *unworked_note(texts.unworked)),
    )


def _cells(
    package: Package, part: str, texts: Texts, room: Room, *, parsed: bool
) -> tuple[Grid, SheetXml]:
    grid, xml = Grid(room), SheetXml(package.chunks(part))
    for cells in xml.parsed() if parsed else xml.split():
        if cells.height:
            grid.add(cells["row"], cells["column"], texts.of(cells))
    return grid, xml
