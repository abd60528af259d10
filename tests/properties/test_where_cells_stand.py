"""The bytes that are said to hold a cell read as that cell, by means of their own.

Files are drawn, written in every encoding and kind, read by their readers, and each cell is looked
for: what stands at its place in the exact bytes is decoded here, with what Python brings along.
"""

import csv
import io
import zipfile
from collections.abc import Sequence
from unittest import mock
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from muster.connectors import text as texts
from muster.connectors.contract import Offer, Sheet
from muster.connectors.csv_drop.reader import read as read_delimited
from muster.connectors.csv_drop.where import Rows
from muster.connectors.fixed_width.reader import read as read_lines
from muster.connectors.fixed_width.where import line_at
from muster.connectors.text import Span
from muster.connectors.workbook.reader import read as read_workbook
from muster.connectors.workbook.where import Element, cells_at
from muster.connectors.xml.reader import read as read_xml
from muster.connectors.xml.where import values_at
from muster.kernel.errors import BadInput
from tests.workbooks import Grid, ods_by_hand, ods_of, xlsx_by_hand, xlsx_of

# Each name of a way to write text, and how what stands somewhere in it is read.
WRITTEN = {
    "utf-8": "utf-8", "utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be", "cp1252": "cp1252",
}  # fmt: skip
_SIGNS = ["a", "Zoë", "€", "Ŵyn", "😀", " ", "07", "-", "x y", "£", "'"]
_ODD = [*_SIGNS, '"', '""', '"a, b"', ",", ";", "\n", "\r\n", "\r"]
_SIZES = st.sampled_from([5, 40, 300, texts.BLOCK_BYTES])


def _written(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8")


def _read_or_not(content: bytes) -> tuple[Sheet, ...]:
    try:
        return read_delimited(Offer("f.csv", content))
    except BadInput:
        return ()


def _said(content: bytes, span: Span, encoding: str) -> str:
    return content[span.start : span.end].decode(encoding)


@given(
    st.lists(st.sampled_from(_ODD), max_size=60), st.sampled_from([*WRITTEN]), _SIZES
)  # fmt: skip
@settings(max_examples=300, deadline=None)
@example(["a", ",", '"x\r\n""y""', '"', ",", "€", "\n"], "utf-16", 5)
def test_a_cell_of_delimited_text(signs: list[str], encoding: str, size: int) -> None:
    content = _written("Name,Grade,Note\n" + "".join(signs), encoding)
    codec = WRITTEN[encoding] if content == _strictly(signs, encoding) else "utf-8"
    with mock.patch.object(texts, "BLOCK_BYTES", size):
        sheets = _read_or_not(content)
        assume(sheets)
        rows, (sheet,) = Rows(Offer("f.csv", content)), sheets
        for place, number in enumerate(sheet.rows):
            row = rows.at(number)
            assert row is not None
            assert sheet.widths is not None
            assert list(row.cells) == list(sheet.cells.row(place))[: sheet.widths[place]]
            for cell, span in zip(row.cells, row.spans, strict=True):
                assert _unquoted(_said(content, span, codec), sheet.read_as) == cell
        first = [row.number for row in rows.first(4)]
    assert first == sheet.rows.to_list()[:4]


def _strictly(signs: list[str], encoding: str) -> bytes | None:
    try:
        return ("Name,Grade,Note\n" + "".join(signs)).encode(encoding)
    except UnicodeEncodeError:
        return None


def _unquoted(written: str, read_as: str) -> str:
    mark = {"comma": ",", "semicolon": ";", "tab": "\t"}.get(read_as.rpartition(" ")[2], ",")
    rows = list(csv.reader(io.StringIO(written, newline=""), delimiter=mark))
    return rows[0][0] if rows and rows[0] else ""


@given(st.lists(st.sampled_from([b"Zo\xeb", "Zoë".encode(), b"a", b",", b"\n"]), max_size=40))
@settings(max_examples=100, deadline=None)
def test_a_cell_of_text_in_two_encodings(pieces: list[bytes]) -> None:
    content = b"Name,Grade\n" + b"".join(pieces) + "\nŴ,€\n".encode() + b"\xa3,1\n"
    (sheet,) = read_delimited(Offer("f.csv", content))
    rows = Rows(Offer("f.csv", content))
    for place, number in enumerate(sheet.rows):
        row = rows.at(number)
        assert row is not None
        for cell, span in zip(sheet.cells.row(place), row.spans, strict=False):
            stood = content[span.start : span.end]
            assert stood.replace("Zoë".encode(), b"Zo\xeb") in (
                cell.encode("cp1252", "ignore"), cell.encode()
            )  # fmt: skip


@given(
    st.lists(st.lists(st.sampled_from(_SIGNS), max_size=8), min_size=1, max_size=8),
    st.sampled_from([*WRITTEN]), st.integers(1, 12), st.integers(1, 9), _SIZES,
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_a_part_of_a_line(
    lines: list[list[str]], encoding: str, first: int, length: int, size: int
) -> None:
    text = "\r\n".join(map("".join, lines)) + "\nlast line"
    content = _written(text, encoding)
    codec = WRITTEN[encoding]
    assume(content.decode(codec, "replace").removeprefix("\ufeff") == text)
    with mock.patch.object(texts, "BLOCK_BYTES", size):
        try:
            (sheet,) = read_lines(Offer("f.txt", content))
        except BadInput:
            assume(condition=False)
        for shown, number in zip(sheet.cells["0"], sheet.rows, strict=True):
            line = line_at(Offer("f.txt", content), number)
            assert line is not None
            part, span = line.cut(first, length)
            assert part == shown[first - 1 : first - 1 + length].rstrip(" ")
            assert _said(content, span, codec) == part
            cut, span = line.cut(first, length, in_bytes=True)
            assert _said(content, span, codec) == cut
            whole = shown.encode()[first - 1 : first - 1 + length]
            assert cut.encode() in whole or not cut or "�" in whole.decode(errors="replace")


_VALUES = st.sampled_from(["a", "", " ", "Zoë & <co>", 'say "hi"', "it's", "2026-03-31", "x\ny"])


@given(
    st.lists(st.tuples(_VALUES, _VALUES, _VALUES, _VALUES), min_size=2, max_size=5),
    st.sampled_from(["utf-8", "utf-16", "iso-8859-1", "windows-1252", "utf-8-sig"]),
    st.sampled_from(["", "\n  "]), st.booleans(),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_a_value_of_xml(
    records: list[tuple[str, ...]], encoding: str, between: str, grouped: bool
) -> None:
    rows = "".join(
        f"{between}<w:W code={quoteattr(a)} w:mark={quoteattr(b)}><Name>{escape(c)}</Name>"
        f"<Job a='1'><Title ><![CDATA[{d}]]></Title></Job><None/></w:W>"
        for a, b, c, d in records
    )
    rows = f"<D n='Ops &amp; Pol'><Unit>North</Unit>{rows * 25}</D><D n='x'/>" if grouped else rows
    stated = "utf-8" if encoding == "utf-8-sig" else encoding
    xml = f'<?xml version="1.0" encoding="{stated}"?><R xmlns:w="urn:w">{rows}</R>'
    content = (b"" if encoding.startswith("utf-") else b" \n") + xml.encode(encoding)
    offer = Offer("f.xml", content)
    codec = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    fits = [sheet for sheet in read_xml(offer) if "Name" in (sheet.headers or ())]
    assume(fits)
    (sheet,) = fits
    seen = sorted({0, len(sheet.rows) - 1})
    for place in seen:
        found = values_at(offer, sheet.rows[place], fits=lambda names: "Name" in names)
        assert found is not None
        assert tuple(one.header for one in found) == sheet.headers
        assert tuple(one.text for one in found) == sheet.cells.row(place)
        for one in found:
            assert one.span is not None or not one.text, one.header
            if one.span is not None:
                said = _said(content, one.span, codec)
                if "@" not in one.header:
                    read = ElementTree.fromstring(f"<x>{said}</x>").text or ""
                    assert read == one.text or not one.text.strip()
                else:
                    quoted = said.replace('"', "&quot;")
                    assert ElementTree.fromstring(f'<x a="{quoted}"/>').get("a") == one.text


_CELLS = st.one_of(
    st.none(), st.sampled_from(["Zoë", "a & b", "x", "07", "x\ny", "  pad "]), st.integers(0, 999)
)
_GRIDS = st.lists(st.lists(_CELLS, min_size=2, max_size=4), min_size=2, max_size=6)


@given(_GRIDS, st.sampled_from(["xlsx", "ods"]))
@settings(max_examples=80, deadline=None)
def test_a_cell_of_a_workbook(grid: Grid, kind: str) -> None:
    grid = [["Staff", "Name"], *grid]
    content = xlsx_of(grid) if kind == "xlsx" else ods_of(grid)
    (sheet,) = read_workbook(Offer(f"f.{kind}", content))
    _all_cells_stand_there(content, sheet)


def _all_cells_stand_there(content: bytes, sheet: Sheet) -> None:
    archive = zipfile.ZipFile(io.BytesIO(content))
    parts = {name.casefold(): archive.read(name) for name in archive.namelist()}
    for place, number in enumerate(sheet.rows):
        found = cells_at(content, sheet.name, number, range(sheet.cells.width))
        for column, text in enumerate(sheet.cells.row(place)):
            if not text:
                continue
            stood = found[column]
            for one in filter(None, (stood.cell, stood.text)):
                assert parts[one.part.casefold()][one.span.start : one.span.end] == one.written
            assert _shown(stood.text or stood.cell) == text


def _shown(element: Element) -> str:
    """Return the text of an element of a workbook, read as a fragment of its own."""
    spaces = "".join(f' xmlns:{p}="{p}"' for p in ("table", "office", "text", "calcext", "xml2"))
    (found,) = ElementTree.fromstring(f"<x{spaces}>{element.written.decode()}</x>")
    value = found.get("{office}value")
    if value is not None:
        return value
    if found.tag == "{table}table-cell":
        return "\n".join(_paragraph(one) for one in found.iter("{text}p"))
    return "".join(one.text or "" for one in found.iter() if one.tag in ("v", "t"))


def _paragraph(found: ElementTree.Element) -> str:
    said = found.text or ""
    for one in found:
        said += " " * int(one.get("{text}c", "1")) + (one.tail or "")
    return said


def test_cells_without_addresses_rows_that_repeat_and_texts_kept_apart() -> None:
    rows = (
        '<row><c t="s"><v>1</v></c><c><v>7</v></c></row><row r="4"/>'
        '<row><c t="inlineStr"><is><t>in</t></is></c><c t="s"><v>0</v></c><c/></row>'
    )
    strings = ("<t>zero</t>", "<r><t>on</t></r><r><t>e</t></r>")
    _same(xlsx_by_hand({"Other": "<row/>", "People": rows}, strings=strings), "People")
    table = (
        '<table:table table:name="People"><table:table-row table:number-rows-repeated="3">'
        '<table:table-cell table:number-columns-repeated="2" office:value-type="string">'
        "<office:annotation><text:p>note</text:p></office:annotation><text:p>x</text:p>"
        "</table:table-cell><table:covered-table-cell/></table:table-row></table:table>"
    )
    content = ods_by_hand(table)
    (sheet,) = read_workbook(Offer("f.ods", content))
    for number in sheet.rows:
        found = cells_at(content, "People", number, (0, 1, 2))
        assert {*found} == {0, 1, 2}
        assert found[0] == found[1] != found[2]
        assert b"<text:p>x</text:p>" in found[0].cell.written
        assert found[2].cell.written == b"<table:covered-table-cell/>"


def _same(content: bytes, name: str) -> None:
    sheets: Sequence[Sheet] = read_workbook(Offer("f.xlsx", content))
    _all_cells_stand_there(content, next(one for one in sheets if one.name == name))
