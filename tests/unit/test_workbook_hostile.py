"""Files that are no workbooks, or try to do harm: each is refused, with what it is and a fix."""

import contextlib
import io
import json
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from muster.connectors.contract import Offer
from muster.connectors.workbook.reader import read
from muster.kernel.errors import BadInput
from tests.workbooks import (
    MAIN,
    ODS_TYPE,
    compound_file,
    ods_by_hand,
    sheet_xml,
    xls_of,
    xlsx_by_hand,
    xlsx_of,
    zip_of,
)

ROOT = Path(__file__).resolve().parents[2]
ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
FINE = xlsx_of([["A"], [1]])
PAGE = b"\r\n<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table><tr><td>1</td></tr>"


def refused(content: bytes, name: str = "hmt/staff.xlsx") -> str:
    """Return the error for a file; it always names the file."""
    with pytest.raises(BadInput) as problem:
        read(Offer(name, content))
    assert problem.value.where.file == name
    assert problem.value.fix
    return str(problem.value)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "The file is empty"),
        (b" \r\n", "The file is empty"),
        (PAGE, "a web page saved under a workbook's name"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>", "a web page saved under a workbook's name"),
        (PAGE.decode().encode("utf-16"), "a web page saved under a workbook's name"),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook", "a web page saved"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
         "an XML spreadsheet of 2003"),
        (b"<?xml version='1.0'?><rows/>", "a web page or XML"),
        (b"Staff number,Name\r\n0012,Llew\r\n", "plain text, such as CSV"),
        ("Name\tGrade\r\n".encode("utf-16"), "plain text, such as CSV"),
        (b"%PDF-1.7 \n%more", "no workbook, whatever its name says"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0", "no workbook, whatever its name says"),
        (b"\x89PNG\r\n\x1a\n\0\0", "no workbook, whatever its name says"),
        (zip_of({"staff.csv": "A,B"}), "a zip, but no workbook"),
        (zip_of({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
         "a document, but no workbook"),
        (compound_file({"WordDocument": b"x"}), "an Office file, but no workbook"),
        (b"PK\x03\x04", "damaged or cut off"),
        (b"PK\x05\x06" + bytes(18), "a zip, but no workbook"),
        (FINE[: len(FINE) // 2], "damaged or cut off"),
        (FINE[:-40], "damaged or cut off"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an Office file, but no workbook"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_as_what_it_is(content: bytes, what: str) -> None:
    assert what in refused(content, "hmt/staff.xls")


def test_a_web_page_is_refused_with_the_way_out() -> None:
    assert refused(PAGE, "hmt/staff.xls") == (
        "The file is a web page saved under a workbook's name (file hmt/staff.xls). "
        "Open it in a spreadsheet program, save it as a workbook (.xlsx) and send that."
    )


def other_main(main: str) -> bytes:
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    relation = f'<Relationship Id="a" Type="http://names.example/officeDocument" Target="{main}"/>'
    parts = {"_rels/.rels": f'<Relationships xmlns="{package}">{relation}</Relationships>'}
    return zip_of({**parts, main: "<document/>"})


def test_other_office_files_are_refused_as_what_they_are() -> None:
    assert "a binary workbook (.xlsb)" in refused(other_main("xl/workbook.bin"))
    assert "a document or presentation" in refused(other_main("word/document.xml"))


@pytest.mark.parametrize(
    "content",
    [
        compound_file({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}),
        xls_of({"A": [["x"]]}, encrypted=True),
        zip_of({
            "mimetype": ODS_TYPE,
            "content.xml": b"\x8a\x01",
            "META-INF/manifest.xml": "<m><manifest:encryption-data/></m>",
        }),
        zip_of({"mimetype": ODS_TYPE, "encrypted-package": b"\x8a\x01"}),
    ],
    ids=["xlsx", "xls", "ods", "ods 1.4"],
)  # fmt: skip
def test_a_password_is_asked_to_be_taken_off(content: bytes) -> None:
    assert "protected by a password" in refused(content)
    assert "without a password" in refused(content)


def test_a_word_about_passwords_is_none() -> None:
    about = b"in" + "EncryptedPackage\0".encode("utf-16-le")
    content = xls_of({"A": [["x"]]}) + about.ljust(512, b"\0")
    assert read(Offer("a.xls", content))[0].cells.rows() == [("x",)]


def test_a_zip_with_a_password_is_the_same() -> None:
    raw = bytearray(FINE)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + offset] |= 1
    assert "protected by a password" in refused(bytes(raw))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (xlsx_by_hand({}), "no sheet with cells"),
        (xlsx_by_hand({"C": "<chartsheet/>"}, kinds={"C": "chartsheet"}), "no sheet with cells"),
        (xlsx_by_hand({"A": "", "B": '<row r="1"><c r="A1" s="1"/></row>'}), "is empty"),
        (xlsx_of([]), "is empty"),
        (ods_by_hand(""), "no sheet with cells"),
        (ods_by_hand('<table:table table:name="A"/>'), "is empty"),
        (xls_of({"A": []}), "is empty"),
    ],
)
def test_a_workbook_without_content_says_so(content: bytes, what: str) -> None:
    assert what in refused(content)


ENTITIES = (
    '<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row>'
    "</sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        (ENTITIES, "document type or entities"),
        (ENTITIES.replace("<!ENTITY a ", '<!ENTITY a SYSTEM "file:///etc/passwd"> <!ENTITY c '),
         "document type or entities"),
        ('<row r="1"><c r="A1" t="str"><v>&unknown;</v></c></row>', "not well-formed"),
        ('<row r="1"><c r="A1" t="str"><v>&#0;</v></c></row>', "not well-formed"),
        ('<row r="1"><c r="A1" t="str"><v>a\x01</v></c></row>', "not well-formed"),
        ('<row r="1"><c r="A1"><v>1</c></v></row>', "not well-formed"),
        (sheet_xml(ROW)[:-20], "not well-formed|damaged"),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', "outside of the sheet"),
        ('<row r="1048577"><c r="A1048577"><v>1</v></c></row>', "outside of the sheet"),
        ('<row r="2"><c r="A2"><v>1</v></c></row>' + ROW, "not in order"),
        ('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', "not in order"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>', "not in order"),
        ('<row r="1"><c r="1A"><v>1</v></c></row>', "no place"),
        ('<row r="9999999999"><c><v>1</v></c></row>', "damaged"),
    ],
)  # fmt: skip
def test_a_hostile_sheet_is_refused_by_name(rows: str, what: str) -> None:
    content = xlsx_by_hand({"Fine": ROW, "Bad one": rows})
    with pytest.raises(BadInput, match=what) as problem:
        read(Offer("hmt/staff.xlsx", content))
    assert (problem.value.where.file, problem.value.where.sheet) == ("hmt/staff.xlsx", "Bad one")


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("<v>12,5</v>", "holds a number or date, and holds none"),
        ("<v>NaN</v>", "holds a number or date, and holds none"),
        ("T<v>9</v>", "of a type that no workbook knows"),
        ("S<v>1</v>", "a text that the workbook lacks"),
        ("S<v>-1</v>", "a text that the workbook lacks"),
        ("S<v>99999999999</v>", "a text that the workbook lacks"),
        ("D<v>yesterday</v>", "holds a number or date, and holds none"),
        ("B<v>maybe</v>", "holds a number or date, and holds none"),
    ],
)
def test_a_cell_that_contradicts_itself_is_named_by_its_row(cell: str, what: str) -> None:
    types = {"T": "x", "S": "s", "D": "d", "B": "b"}
    attribute = f' t="{types[cell[0]]}"' if cell[0] in types else ""
    rows = ROW + f'<row r="7"><c r="A7"{attribute}>{cell.lstrip("TSDB")}</c></row>'
    said = refused(xlsx_by_hand({"A": rows}, strings=["<t>x</t>"]))
    assert what in said
    assert "sheet A, row 7" in said
    assert "yesterday" not in said


def test_parts_that_leave_the_workbook_or_stand_twice_are_refused() -> None:
    for name in ("../evil.xml", "xl/../../evil.xml", "C:/evil.xml", "..\\evil.xml"):
        parts: dict[str, str | bytes] = {name: "x"}
        assert "a name that leaves it" in refused(xlsx_by_hand({"A": ROW}, parts=parts))
    twice = xlsx_by_hand({"A": ROW}, parts={"XL/Workbook.xml": "<workbook/>"})
    assert "two parts of one name" in refused(twice)


def test_references_out_of_the_workbook_lead_nowhere() -> None:
    link = (
        '<Relationship Id="rId1" Type="http://n.example/worksheet" Target="../../../etc/passwd"/>'
    )
    relations = f'<Relationships xmlns="http://names.example">{link}</Relationships>'
    content = xlsx_by_hand({"A": ROW}, parts={"xl/_rels/workbook.xml.rels": relations})
    assert "A part of the workbook is missing" in refused(content)


def test_names_written_by_other_systems_are_understood() -> None:
    archive = zipfile.ZipFile(io.BytesIO(xlsx_by_hand({"A": ROW})))
    renamed = zip_of({
        name.replace("/", "\\").replace("sheet1", "Sheet1"): archive.read(name)
        for name in archive.namelist()
    })  # fmt: skip
    assert [sheet.height for sheet in read(Offer("a.xlsx", renamed))] == [1]


def test_a_sheet_may_claim_any_size_and_be_small() -> None:
    xml = sheet_xml(ROW + '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>')
    xml = xml.replace('ref="A1"', 'ref="A1:XFD1048576"')
    (sheet,) = read(Offer("a.xlsx", xlsx_by_hand({"A": xml})))
    assert sheet.cells.shape == (2, 16_384)
    assert sheet.rows.to_list() == [1, 1_048_576]
    assert (sheet.cells["0"][0], sheet.cells["16383"][1]) == ("1", "2")


def test_a_sheet_may_be_full_from_top_to_bottom() -> None:
    rows = "".join(
        f'<row r="{at}"><c r="A{at}"><v>{at}</v></c></row>' for at in range(1, 1_048_577)
    )
    (sheet,) = read(Offer("a.xlsx", xlsx_by_hand({"A": rows})))
    assert sheet.cells.shape == (1_048_576, 1)
    assert sheet.cells["0"].cast(int).equals(sheet.rows.cast(int), check_names=False)


def test_a_damaged_xls_is_refused_whatever_goes_wrong() -> None:
    fine = xls_of({"A": [["x", 1.5, True]] * 20})
    stream = fine.index(struct.pack("<HH", 0x0809, 16))
    for cut in (600, stream + 2, stream + 40, stream + 200, len(fine) // 2):
        refused(fine[:cut], "a.xls")
    for at in range(stream, stream + 240, 3):
        broken = fine[:at] + b"\xff\xff" + fine[at + 2 :]
        # What is broken may be of no consequence; nothing but a clear refusal comes of it.
        with contextlib.suppress(BadInput):
            read(Offer("a.xls", broken))


# What would fill the memory. All are made and read in one process, whose memory is measured.


def sparse() -> bytes:
    rows = "".join(f'<row r="{at}"><c r="XFD{at}"><v>1</v></c></row>' for at in range(1, 20_001))
    return xlsx_by_hand({"A": rows})


def repeated_text() -> bytes:
    rows = "".join(
        f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(1, 60_001)
    )
    return xlsx_by_hand({"A": rows}, strings=[f"<t>{'x' * 10_000}</t>"])


def repeated_cells(rows: int, columns: int, text: str) -> bytes:
    return ods_by_hand(
        f'<table:table table:name="A"><table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">'
        f"<text:p>{text}</text:p></table:table-cell></table:table-row></table:table>"
    )


def stated_size(size: int) -> bytes:
    """Return a workbook that states another size of its sheet than it has."""
    content = xlsx_by_hand({"A": sheet_xml(ROW + " " * 1_234_567)})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        true = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return content.replace(struct.pack("<I", true), struct.pack("<I", size))


def spaces() -> bytes:
    spaced = '<text:s text:c="999999999"/>' * 1_000
    return repeated_cells(1, 1, spaced)


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a sheet of zeros": (
        lambda: xlsx_by_hand({"A": sheet_xml("0" * 60_000_000)}),
        "over 200 times its size",
    ),
    "shared strings of zeros": (
        lambda: xlsx_by_hand({"A": ROW}, strings=["<t>" + "0" * 60_000_000]),
        "over 200 times its size",
    ),
    "a stated size of gigabytes": (lambda: stated_size(4_000_000_000), "unpacks to over"),
    "a stated size of nothing": (lambda: stated_size(7), "damaged"),
    "a part for every file": (
        lambda: xlsx_by_hand({"A": ROW}, parts={f"x/{number}": "" for number in range(10_001)}),
        "parts",
    ),
    "a cell at the end of every row": (sparse, "million cells"),
    "one text for every cell": (repeated_text, "MB of text"),
    "a text longer than any": (
        lambda: xlsx_by_hand({"A": ROW.replace("<v>1", "<f>1</f><v>" + "1" * 5_000_000)}),
        "more text than any cell|holds none",
    ),
    "a tag larger than any": (
        lambda: xlsx_by_hand({"A": sheet_xml(ROW).replace("<dim", f"<dim a='{'1' * 30_000_000}'")}),
        "a tag larger than any",
    ),
    "a row without end": (
        lambda: xlsx_by_hand({"A": sheet_xml('<row r="1">' + "<c/>" * 7_000_000)}),
        "outside of the sheet|damaged|well-formed",
    ),
    "one ODS cell for every place": (
        lambda: repeated_cells(1_048_576, 16_384, "1"),
        "million cells",
    ),
    "one ODS text for every cell": (
        lambda: repeated_cells(1_000_000, 20, "x" * 32_000),
        "MB of text",
    ),
    "one ODS row of long texts": (
        lambda: repeated_cells(1, 16_384, "x" * 32_000),
        "more text than any row",
    ),
    "ODS spaces without end": (spaces, "more text than any cell"),
    "a style for every cell": (
        lambda: xlsx_by_hand({"A": ROW}, parts={"xl/styles.xml": f"<a>{'<xf/>' * 1_500_000}</a>"}),
        "should be small",
    ),
}


def said_of_bombs() -> None:
    """Make and read every bomb; print what was said and the memory it took, in MB."""
    said = {}
    for name, (make, _) in BOMBS.items():
        try:
            read(Offer("hmt/staff.xlsx", make()))
            said[name] = "read"
        except BadInput as problem:
            said[name] = str(problem)
    # Not what ``getrusage`` says: that begins with the most that the process it was started by had.
    status = Path("/proc/self/status").read_text()
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024  # type: ignore[index]
    sys.stdout.write(json.dumps({"said": said, "peak": peak}))


def test_nothing_fills_the_memory() -> None:
    code = "from tests.unit.test_workbook_hostile import said_of_bombs; said_of_bombs()"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = json.loads(run.stdout)
    for name, (_, what) in BOMBS.items():
        assert re.search(what, found["said"][name]), (name, found["said"][name])
        assert "hmt/staff.xlsx" in found["said"][name]
    assert found["peak"] < 1_000
