"""Builds workbooks for tests: ordinary ones, odd ones and hostile ones, in every kind that is read.

A grid is rows of cells; a cell is text, a number, a truth value, a day, a moment, hours, an
``Error``, a ``Formula`` or None. The same grid can be written as XLSX (by a library and by hand),
ODS and XLS, so that one test can ask the same of all of them.
"""

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

import openpyxl


@dataclass(frozen=True)
class Error:
    """A cell that shows an error, such as ``#N/A``."""

    text: str


@dataclass(frozen=True)
class Formula:
    """A formula, and the result stored beside it; None where nobody worked it out."""

    text: str
    result: str | float | None = None


Cell = str | int | float | bool | dt.date | dt.datetime | dt.timedelta | Error | Formula | None
Grid = Sequence[Sequence[Cell]]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
# Style 0 is plain, 1 a date, 2 a moment, 3 a duration, 4 a time of day.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" '
    'formatCode="dd/mm/yyyy\\ hh:mm:ss"/></numFmts><cellXfs count="5"><xf numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="46"/><xf numFmtId="21"/></cellXfs>'
    "</styleSheet>"
)


def zip_of(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of named parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def xlsx_by_hand(
    sheets: Mapping[str, str],
    *,
    strings: Sequence[str] = (),
    parts: Mapping[str, str | bytes] | None = None,
    settings: str = "",
    kinds: Mapping[str, str] | None = None,
    states: Mapping[str, str] | None = None,
) -> bytes:
    """Return an XLSX whose sheets are given as XML: the whole part, or only its rows.

    Args:
        sheets: name to XML.
        strings: shared strings as XML, each the inside of its ``si``.
        parts: further parts of the package, or others in the place of its own.
        settings: elements that stand in the workbook before and behind its sheets.
        kinds: the kind of a sheet where it is not ``worksheet``.
        states: ``hidden`` or ``veryHidden``, by sheet.
    """
    listed, relations = "", ""
    made: dict[str, str | bytes] = {"[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>'}
    for number, (name, xml) in enumerate(sheets.items(), start=1):
        state = f' state="{states[name]}"' if states and name in states else ""
        listed += f'<sheet name={quoteattr(name)} sheetId="{number}"{state} r:id="rId{number}"/>'
        kind = (kinds or {}).get(name, "worksheet")
        relations += _relation(number, kind, f"worksheets/sheet{number}.xml")
        made[f"xl/worksheets/sheet{number}.xml"] = xml if "<worksheet" in xml else sheet_xml(xml)
    if strings:
        inside = "".join(f"<si>{text}</si>" for text in strings)
        made["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{inside}</sst>'
        relations += _relation(900, "sharedStrings", "sharedStrings.xml")
    relations += _relation(901, "styles", "styles.xml")
    made["xl/styles.xml"] = STYLES
    made["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">{settings}'
        f"<sheets>{listed}</sheets></workbook>"
    )
    made["xl/_rels/workbook.xml.rels"] = _relations(relations)
    made["_rels/.rels"] = _relations(_relation(1, "officeDocument", "xl/workbook.xml"))
    return zip_of({**made, **(parts or {})})


def sheet_xml(rows: str, behind: str = "") -> str:
    """Return the XML of a sheet from that of its rows, and of what stands behind them."""
    declared = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return (
        f'{declared}\n<worksheet xmlns="{MAIN}"><dimension ref="A1"/>'
        f"<sheetData>{rows}</sheetData>{behind}</worksheet>"
    )


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _relations(inside: str) -> str:
    return f'<Relationships xmlns="{_RELATED}">{inside}</Relationships>'


def xlsx_of(grid: Grid, name: str = "People") -> bytes:
    """Return an XLSX of one sheet as a library writes it; its formulas have no results."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    for row, cells in enumerate(grid, start=1):
        for column, cell in enumerate(cells, start=1):
            if isinstance(cell, Formula):
                sheet.cell(row, column).value = f"={cell.text}"
            elif isinstance(cell, Error):
                sheet.cell(row, column).value = cell.text
            elif isinstance(cell, str):
                place = sheet.cell(row, column)
                place.value, place.data_type = cell, "s"
            elif cell is not None:
                sheet.cell(row, column).value = cell
                if isinstance(cell, dt.timedelta):
                    sheet.cell(row, column).number_format = "[h]:mm:ss"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for prefix, space in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("draw", "drawing"),
    )
)
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"


def ods_by_hand(
    tables: str, *, styles: str = "", parts: Mapping[str, str | bytes] | None = None
) -> bytes:
    """Return an ODS whose tables are given as XML."""
    content = (
        f'<office:document-content {_ODS_NAMES} xmlns:calcext="{_CALC}">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    made: dict[str, str | bytes] = {"mimetype": ODS_TYPE, "content.xml": content}
    return zip_of({**made, **(parts or {})})


def ods_of(grid: Grid, name: str = "People") -> bytes:
    """Return an ODS of one sheet."""
    rows = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, cells)) or '<table:table-cell/>'}"
        "</table:table-row>"
        for cells in grid
    )
    return ods_by_hand(f"<table:table table:name={quoteattr(name)}>{rows}</table:table>")


def _ods_cell(cell: Cell) -> str:
    match cell:
        case None:
            return "<table:table-cell/>"
        case Error():
            return _ods("string", "", cell.text, calc="error")
        case Formula():
            return f'<table:table-cell table:formula="of:={cell.text}"/>'
        case bool():
            return _ods("boolean", f'boolean-value="{str(cell).lower()}"', str(cell).upper())
        case int() | float():
            return _ods("float", f'value="{cell!r}"', "shown otherwise")
        case dt.datetime() | dt.date():
            return _ods("date", f'date-value="{cell.isoformat()}"', "shown otherwise")
        case dt.timedelta():
            seconds = int(cell.total_seconds())
            stated = f"PT{seconds // 3600}H{seconds // 60 % 60}M{seconds % 60}S"
            return _ods("time", f'time-value="{stated}"', "shown otherwise")
        case str():
            paragraphs = "</text:p><text:p>".join(map(_ods_text, cell.split("\n")))
            return _ods("string", "", paragraphs, escaped=True)


def _ods_text(text: str) -> str:
    return escape(text).replace(" ", "<text:s/>").replace("\t", "<text:tab/>")


def _ods(type_: str, stated: str, shown: str, *, calc: str = "", escaped: bool = False) -> str:
    value = f" office:{stated}" if stated else ""
    calc_type = f' calcext:value-type="{calc}"' if calc else ""
    text = shown if escaped else escape(shown)
    return (
        f'<table:table-cell office:value-type="{type_}"{value}{calc_type}>'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


# XLS: records of code, length and content (MS-XLS), in a compound file (MS-CFB).
_XLS_ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#N/A": 42}
_XLS_FORMATS = (0, 14, 164, 46, 21)
_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def xls_of(
    sheets: Mapping[str, Grid],
    *,
    from_1904: bool = False,
    worked_out: bool = True,
    hidden: Sequence[str] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
    encrypted: bool = False,
    charts: int = 0,
    more_streams: Sequence[str] = (),
) -> bytes:
    """Return an XLS as Excel 97 to 2003 write it.

    Args:
        sheets: name to cells.
        from_1904: whether days are counted from 1904.
        worked_out: whether it says that a spreadsheet program worked its formulas out.
        hidden: names of hidden sheets.
        merged: ranges as (first row, last row, first column, last column), all from 0.
        encrypted: whether it says that it is.
        charts: how many chart sheets it lists.
        more_streams: further streams or folders in the file.
    """
    before = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0x0DBB, 0x07CC, 0, 6))
    before += _record(0x002F, bytes(6)) if encrypted else b""
    before += _record(0x0042, struct.pack("<H", 1200)) + _record(0x0022, bytes([from_1904, 0]))
    before += _record(0x041E, struct.pack("<H", 164) + _xls_text("dd/mm/yyyy hh:mm:ss", "<H"))
    for number in _XLS_FORMATS:
        before += _record(0x00E0, struct.pack("<HHHBBBBIIH", 0, number, 1, 0x20, 0, 0, 0, 0, 0, 0))
    before += _record(0x01C1, struct.pack("<HHI", 0x01C1, 0, 191029)) if worked_out else b""
    bodies = {name: _xls_sheet(grid, merged) for name, grid in sheets.items()}
    listed = [(name, body, 0) for name, body in bodies.items()]
    listed += [(f"Chart{number}", _xls_sheet((), ()), 2) for number in range(charts)]
    size = sum(len(_listed(name, 0, 0, 0)) for name, _, _ in listed)
    position, boundaries = len(before) + size + 4, b""
    for name, body, kind in listed:
        boundaries += _listed(name, position, name in hidden, kind)
        position += len(body)
    stream = before + boundaries + _record(0x000A) + b"".join(body for _, body, _ in listed)
    return compound_file({"Workbook": stream, **dict.fromkeys(more_streams, b"x")})


def _listed(name: str, position: int, hidden: int, kind: int) -> bytes:
    return _record(0x0085, struct.pack("<IBB", position, hidden, kind) + _xls_text(name, "<B"))


def _record(code: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", code, len(content)) + content


def _xls_text(text: str, length: str = "<H") -> bytes:
    coded = text.encode("utf-16-le")
    return struct.pack(length, len(coded) // 2) + b"\x01" + coded


def _xls_sheet(grid: Grid, merged: Sequence[tuple[int, int, int, int]]) -> bytes:
    cells = b"".join(
        _xls_cell(row, column, cell)
        for row, found in enumerate(grid)
        for column, cell in enumerate(found)
    )
    ranges = b"".join(struct.pack("<HHHH", *each) for each in merged)
    joined = _record(0x00E5, struct.pack("<H", len(merged)) + ranges) if merged else b""
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0x0DBB, 0x07CC, 0, 6))
    return begin + cells + joined + _record(0x000A)


def _xls_cell(row: int, column: int, cell: Cell) -> bytes:
    def place(style: int = 0) -> bytes:
        return struct.pack("<HHH", row, column, style)

    match cell:
        case None:
            return b""
        case Error():
            return _record(0x0205, place() + bytes([_XLS_ERRORS[cell.text], 1]))
        case Formula():
            return _xls_formula(place(), cell)
        case bool():
            return _record(0x0205, place() + bytes([cell, 0]))
        case int() | float():
            return _record(0x0203, place() + struct.pack("<d", cell))
        case dt.datetime():
            return _record(0x0203, place(2) + struct.pack("<d", serial(cell)))
        case dt.date():
            midnight = dt.datetime.combine(cell, dt.time())
            return _record(0x0203, place(1) + struct.pack("<d", serial(midnight)))
        case dt.timedelta():
            return _record(0x0203, place(3) + struct.pack("<d", cell / dt.timedelta(days=1)))
        case str():
            return _record(0x0204, place() + _xls_text(cell))


def _xls_formula(place: bytes, cell: Formula) -> bytes:
    text, result = b"", b"\x03" + bytes(5) + b"\xff\xff"
    if isinstance(cell.result, str) and cell.result:
        result = bytes(6) + b"\xff\xff"
        text = _record(0x0207, _xls_text(cell.result))
    elif cell.result is not None and not isinstance(cell.result, str):
        result = struct.pack("<d", cell.result)
    tokens = b"\x1e" + struct.pack("<H", 1)
    return _record(0x0006, place + result + bytes(6) + struct.pack("<H", 3) + tokens) + text


def serial(moment: dt.datetime) -> float:
    """Return a moment after February 1900 as the count of days that a spreadsheet stores."""
    return (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)  # noqa: DTZ001


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file of some streams, each padded to the size of large ones."""
    sectors: list[bytes] = [b"", b""]
    table = [_FAT, _END]
    entries = [_entry("Root Entry", 5, 1 if streams else _FREE, _END, 0)]
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    for number, name in enumerate(names, start=1):
        content = streams[name].ljust(8 * _SECTOR, b"\0")
        first, count = len(sectors), -(-len(content) // _SECTOR)
        parts = [content[at : at + _SECTOR] for at in range(0, len(content), _SECTOR)]
        sectors += [part.ljust(_SECTOR, b"\0") for part in parts]
        table += [*range(first + 1, first + count), _END]
        right = number + 1 if number < len(names) else _FREE
        entries.append(_entry(name, 2, right, first, len(content), child=False))
    assert len(table) <= 128, "too large for one sector of places"
    table += [_FREE] * (128 - len(table))
    sectors[0] = struct.pack("<128I", *table)
    sectors[1] = b"".join(entries).ljust(_SECTOR, b"\0")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0
    )
    header += struct.pack("<109I", 0, *([_FREE] * 108))
    return header + b"".join(sectors)


def _entry(name: str, kind: int, link: int, first: int, size: int, *, child: bool = True) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    right, below = (_FREE, link) if child else (link, _FREE)
    return (
        written.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(written), kind, 1, _FREE, right, below)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )


def as_text(cell: Cell) -> str:
    """Return what a cell must come back as: the second statement of ``Sheet``'s promise."""
    match cell:
        case None:
            return ""
        case Error():
            return cell.text
        case Formula():
            return "#FORMULA?"
        case bool():
            return "TRUE" if cell else "FALSE"
        case int() | float():
            number = Decimal(f"{cell:.14e}").normalize()
            return f"{number:f}" if number else "0"
        case dt.datetime():
            return cell.isoformat(" ") if cell.time() != dt.time() else cell.date().isoformat()
        case dt.date():
            return cell.isoformat()
        case dt.timedelta():
            minutes, seconds = divmod(int(cell.total_seconds()), 60)
            return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
        case str():
            return cell
