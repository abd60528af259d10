"""XLSX as programs write it, each trap by hand; and two ways of reading it that must agree."""

from collections.abc import Callable, Iterator

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.connectors.contract import Offer, Sheet
from muster.connectors.workbook.grid import Grid, Room
from muster.connectors.workbook.pieces import Unusual
from muster.connectors.workbook.reader import read
from muster.connectors.workbook.strings import shared_strings
from muster.connectors.workbook.tokens import CELLS, SheetXml
from muster.kernel.errors import BadInput
from tests.workbooks import MAIN, sheet_xml, xlsx_by_hand

STRINGS = (
    "<t>zero</t>",
    "<t>A &amp; B</t>",
    '<t xml:space="preserve"> two </t>',
    "<r><t>rich </t></r><r><rPr><b/></rPr><t>text</t></r>",
    "<t>name</t><rPh sb='0' eb='1'><t>said</t></rPh>",
    "<t>line_x000D_\nend</t>",
    "<t>_x005F_x000D_</t>",
    "<t/>",
    "<t>_x0000_ _xD800_</t>",
)
ARRAY = '<c r="{}" t="str"><f t="array" ref="{}">A1:A2</f>{}</c>'


def only(rows: str, **more: object) -> Sheet:
    """Return the sheet of these rows, read as XLSX."""
    content = xlsx_by_hand({"People": rows}, strings=STRINGS, **more)  # type: ignore[arg-type]
    (sheet,) = read(Offer("hmt/staff.xlsx", content))
    return sheet


def cell(inside: str, attributes: str = "") -> str:
    """Return what a cell beside another one comes back as."""
    found = only(f'<row r="1"><c r="A1"{attributes}>{inside}</c><c r="B1"><v>1</v></c></row>')
    return str(found.cells["0"][0]) if "0" in found.cells.columns else ""


@pytest.mark.parametrize(
    ("attributes", "inside", "text"),
    [
        (' t="s"', "<v>0</v>", "zero"),
        (' t="s"', "<v>1</v>", "A & B"),
        (' t="s"', "<v>2</v>", " two "),
        (' t="s"', "<v>3</v>", "rich text"),
        (' t="s"', "<v>4</v>", "name"),
        (' t="s"', "<v>5</v>", "line\r\nend"),
        (' t="s"', "<v>6</v>", "_x000D_"),
        (' t="s"', "<v>7</v>", ""),
        (' t="s"', "<v>8</v>", "_x0000_ _xD800_"),
        (' t="s"', "", ""),
        (' t="inlineStr"', "<is><t>0012</t></is>", "0012"),
        (' t="inlineStr"', "<is><r><t>a</t></r><r><t>b</t></r></is>", "ab"),
        (' t="inlineStr"', "<is><t>&#163;5 &lt;b&gt; &#xe9;</t></is>", "£5 <b> é"),
        (' t="str"', "<f>A2&amp;B2</f><v>ab</v>", "ab"),
        ("", "<v>1.0</v>", "1"),
        ("", "<v>1.23E+07</v>", "12300000"),
        (' t="n"', "<v>7</v>", "7"),
        (' s="1"', "<v>43921</v>", "2020-03-31"),
        (' s="1" t="n"', "<v>60</v>", "1900-02-29"),
        (' t="n" s="2"', "<v>43921.5</v>", "2020-03-31 12:00:00"),
        (' s="3"', "<v>1.5625</v>", "37:30:00"),
        (' s="4"', "<v>0.25</v>", "06:00:00"),
        (' s="99"', "<v>43921</v>", "43921"),
        (' t="b"', "<v>1</v>", "TRUE"),
        (' t="b"', "<v>0</v>", "FALSE"),
        (' t="e"', "<v>#N/A</v>", "#N/A"),
        (' t="e"', "<f>A9</f><v>#REF!</v>", "#REF!"),
        (' t="e" vm="1"', "<v>#VALUE!</v>", "#VALUE!"),
        (' t="e"', "", "#ERROR?"),
        (' t="d"', "<v>2020-03-31T00:00:00</v>", "2020-03-31"),
        (' s="1"', "", ""),
    ],
)
def test_every_type_of_cell_comes_through(attributes: str, inside: str, text: str) -> None:
    assert cell(inside, attributes) == text


@pytest.mark.parametrize(
    ("attributes", "inside", "text"),
    [
        ("", "<f>1+1</f><v>2</v>", "2"),
        ("", "<f>1+1</f><v></v>", "#FORMULA?"),
        ("", "<f>1+1</f><v/>", "#FORMULA?"),
        ("", "<f>1+1</f>", "#FORMULA?"),
        ("", '<f t="shared" si="0"/>', "#FORMULA?"),
        (' s="1"', "<f>TODAY()</f>", "#FORMULA?"),
        (' t="str"', "<f>A2</f>", "#FORMULA?"),
        (' t="str"', "<f>IF(A2,A2,&quot;&quot;)</f><v></v>", ""),
    ],
)
def test_a_formula_gives_its_result_or_says_that_it_has_none(
    attributes: str, inside: str, text: str
) -> None:
    assert cell(inside, attributes) == text


def test_a_workbook_that_nobody_worked_out_has_no_results_of_zero() -> None:
    rows = (
        '<row r="1"><c r="A1"><f>A2*2</f><v>0</v></c><c r="B1"><f>3</f><v>3</v></c>'
        '<c r="C1"><v>0</v></c></row>'
    )
    behind = '<calcPr calcId="124519" fullCalcOnLoad="1"/>'
    asked = only(rows, settings=behind)
    assert asked.cells.rows() == [("#FORMULA?", "3", "0")]
    assert asked.notes == (
        "1 formula was never worked out: open the workbook in a spreadsheet program and save it",
    )
    assert only(rows).cells.rows() == [("0", "3", "0")]


def test_a_formula_over_several_cells_without_result_is_refused() -> None:
    worked_out = ARRAY.format("A1", "A1:A3", "<v>5</v>")
    assert only(f'<row r="1">{worked_out}</row>').cells.rows() == [("5",)]
    single = ARRAY.format("A1", "A1", "")
    assert only(f'<row r="1">{single}</row>').cells.rows() == [("#FORMULA?",)]
    with pytest.raises(BadInput, match=r"never worked out .*sheet People, row 4"):
        only(f'<row r="4">{ARRAY.format("A4", "A4:A6", "")}</row>')


def test_days_may_be_counted_from_1904() -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>42459</v></c></row>'
    sheet = only(rows, settings='<workbookPr date1904="1"/>')
    assert sheet.cells.rows() == [("2020-03-31",)]
    assert sheet.read_as == "XLSX, days counted from 1904"


def test_rows_keep_their_numbers_and_columns_their_places() -> None:
    rows = (
        '<row r="3"><c r="C3"><v>1</v></c></row><row r="4"/><row r="6"><c r="A6" s="1"/></row>'
        '<row r="9"><c r="A9" t="inlineStr"><is><t> </t></is></c></row>'
        '<row r="10" hidden="1"><c r="AA10"><v>2</v></c></row>'
    )
    sheet = only(rows)
    assert sheet.rows.to_list() == [3, 10]
    assert sheet.rows.dtype == pl.UInt32
    assert sheet.cells.columns == [str(place) for place in range(27)]
    assert [(row[2], row[26]) for row in sheet.cells.rows()] == [("1", ""), ("", "2")]
    assert sheet.cells.null_count().sum_horizontal()[0] == 0
    assert sheet.blank == 8


def test_cells_without_places_follow_each_other() -> None:
    rows = "<row><c><v>1</v></c><c/><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>"
    sheet = only(rows)
    assert sheet.cells.rows() == [("1", "", "2"), ("3", "", "")]
    assert sheet.rows.to_list() == [1, 3]


def test_sheets_come_in_order_with_their_names_merges_and_notes() -> None:
    behind = '<mergeCells><mergeCell ref="B2:D3"/><mergeCell ref="A1"/></mergeCells>'
    content = xlsx_by_hand(
        {
            "One & only": sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>', behind),
            "Chart": "<chartsheet/>",
            "Lists": "",
            "Deep": "",
        },
        kinds={"Chart": "chartsheet"},
        states={"Lists": "hidden", "Deep": "veryHidden"},
        parts={"xl/vbaProject.bin": b"macro"},
    )
    sheets = read(Offer("hmt/staff.xlsm", content))
    assert [(sheet.name, sheet.hidden, sheet.height) for sheet in sheets] == [
        ("One & only", False, 1),
        ("Lists", True, 0),
        ("Deep", True, 0),
    ]
    assert sheets[0].merged == ((2, 1, 3, 3),)
    assert "the chart sheet 'Chart' was not read" in sheets[0].notes


def test_macros_are_left_alone_and_noted() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://names.example/relationships/worksheet" '
        'Target="/xl/worksheets/sheet1.xml"/><Relationship Id="rId2" '
        'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        'Target="vbaProject.bin"/><Relationship Id="rId3" Type="http://n.example/externalLinkPath" '
        'Target="file:///c:/budget.xlsx" TargetMode="External"/></Relationships>'
    )
    parts = {"xl/vbaProject.bin": b"macro", "xl/_rels/workbook.xml.rels": relations}
    sheet = only('<row r="1"><c r="A1"><v>1</v></c></row>', parts=parts)
    assert sheet.notes == ("macros were not read",)


def test_locked_cells_drop_downs_and_filters_do_no_harm() -> None:
    behind = (
        '<sheetProtection sheet="1" password="CC1A"/><autoFilter ref="A1:B2"/>'
        '<dataValidations count="1"><dataValidation type="list" sqref="A2"><formula1>"a,b"'
        "</formula1></dataValidation></dataValidations>"
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        "<x14:f>Lists!$A$1</x14:f><x14:v>7</x14:v></ext></extLst>"
    )
    sheet = only(sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>', behind))
    assert (sheet.cells.rows(), sheet.merged, sheet.notes) == ([("1",)], (), ())


ROWS = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="B1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "laid_out",
    [
        sheet_xml(ROWS),
        sheet_xml(ROWS).replace("UTF-8", "utf-8"),
        "\ufeff" + sheet_xml(ROWS),
        sheet_xml(ROWS).replace("><", ">\r\n  <"),
        sheet_xml(ROWS.replace("<v>", "<!-- </row></sheetData> --><v>")),
        sheet_xml(ROWS.replace("x</t>", "<![CDATA[x]]></t>")),
        sheet_xml(ROWS).replace("<sheetData>", "<!-- <sheetData> --><sheetData>"),
        sheet_xml(ROWS.replace('"', "'")),
        sheet_xml(ROWS.replace("<c ", "<c  ").replace("<v>", "<v >")),
        sheet_xml(ROWS).replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>'
        + ROWS.replace("</", "</x:").replace("<r", "<x:r").replace("<c", "<x:c")
        .replace("<is", "<x:is").replace("<t>", "<x:t>").replace("<v>", "<x:v>")
        + "</x:sheetData></x:worksheet>",
    ],
)  # fmt: skip
def test_any_layout_of_the_same_xml_is_the_same_sheet(laid_out: str) -> None:
    wrapped = laid_out if "<worksheet" in laid_out else f"<!--<worksheet-->{laid_out}"
    assert only(wrapped).cells.rows() == [("x", "1")]


def test_a_row_may_not_come_in_two_halves() -> None:
    def place(number: int) -> pl.Series:
        return pl.Series([number], dtype=pl.UInt32)

    grid = Grid(Room())
    grid.add(place(3), place(0), pl.Series(["x"]))
    with pytest.raises(BadInput, match="not in order"):
        grid.add(place(3), place(1), pl.Series(["x"]))


def test_a_sheet_in_utf_16_is_the_same_sheet() -> None:
    coded = sheet_xml(ROWS).replace("UTF-8", "UTF-16").encode("utf-16")
    assert only("", parts={"xl/worksheets/sheet1.xml": coded}).cells.rows() == [("x", "1")]


# The two ways.

TEXT = st.text(st.sampled_from("aB7 &<é\n\t_x000D_'\""), max_size=6)
VALUE = st.sampled_from(["", "0", "1", "2.5", "1E3", "43921", "-7", " 8 "])
ATTRIBUTES = st.lists(
    st.sampled_from([' s="1"', ' t="n"', ' t="str"', ' t="s"', ' t="e"', ' cm="1"']),
    max_size=2,
    unique_by=lambda each: each[:3],
).map("".join)


@st.composite
def rows_of_xml(draw: st.DrawFn) -> str:
    """Draw rows as XML, most of it as programs write it, some of it not."""
    made = ""
    for row in sorted(draw(st.sets(st.integers(1, 400), max_size=8))):
        made += f'<row r="{row}"{draw(st.sampled_from(["", " ht=" + chr(34) + "15" + chr(34)]))}>'
        for column in sorted(draw(st.sets(st.integers(0, 30), max_size=5))):
            letters = ("" if column < 26 else "A") + chr(65 + column % 26)
            inside = draw(cells_inside())
            made += f'<c r="{letters}{row}"{inside}'
        made += "</row>"
    return made


@st.composite
def cells_inside(draw: st.DrawFn) -> str:
    text = draw(TEXT).replace("&", "&amp;").replace("<", "&lt;")
    formula = draw(st.sampled_from(["", "", "<f>A1</f>", "<f/>", '<f t="array" ref="A1">B1</f>']))
    value = draw(st.sampled_from(["", "<v/>", "<v></v>", f"<v>{draw(VALUE)}</v>"]))
    return draw(
        st.sampled_from(
            [
                f"{draw(ATTRIBUTES)}>{formula}{value}</c>",
                f"{draw(ATTRIBUTES)}/>",
                f' t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>',
                f' t="inlineStr"><is><r><t>{text}</t></r><r><t>b</t></r></is></c>',
            ]
        )
    )


def blocks(xml: str, size: int) -> Iterator[bytes]:
    content = xml.encode()
    return iter([content[at : at + size] for at in range(0, len(content), size)])


def gathered(found: Iterator[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=CELLS), *found])


@settings(max_examples=150, deadline=None)
@given(rows_of_xml(), st.integers(40, 5_000))
def test_the_fast_way_and_the_parser_agree(rows: str, size: int) -> None:
    xml = sheet_xml(rows, '<mergeCells><mergeCell ref="B2:D3"/></mergeCells>')
    fast, slow = SheetXml(blocks(xml, size)), SheetXml(blocks(xml, size))
    assert gathered(fast.split()).equals(gathered(slow.parsed()))
    assert fast.merged == slow.merged == [(2, 1, 3, 3)]


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT | st.none(), max_size=12), st.integers(40, 500))
def test_both_ways_of_reading_shared_strings_agree(texts: list[str | None], size: int) -> None:
    inside = "".join(
        "<si><r><t>a</t></r><r><t>b</t></r></si>"
        if text is None
        else f"<si><t>{text.replace('&', '&amp;').replace('<', '&lt;')}</t></si>"
        for text in texts
    )
    written = f'<sst xmlns="{MAIN}" count="1">{inside}</sst>'
    plain = shared_strings(lambda: blocks(written, size), Room())
    parsed = shared_strings(lambda: blocks(f"<!-- -->{written}", size), Room())
    assert plain.equals(parsed)
    assert plain.len() == len(texts)


def test_what_programs_write_takes_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[int] = []
    way: Callable[[SheetXml], Iterator[pl.DataFrame]] = SheetXml.parsed

    def counting(self: SheetXml) -> Iterator[pl.DataFrame]:
        for found in way(self):
            parsed.append(found.height)
            yield found

    monkeypatch.setattr(SheetXml, "parsed", counting)
    assert (
        only(ROWS + '<row r="2" spans="1:2"><c r="A2" s="1" t="s"><v>0</v></c></row>').height == 2
    )
    assert sum(parsed) == 0
    with pytest.raises(Unusual):
        list(SheetXml(iter([b"<worksheet><sheetData></sheetData></worksheet>"])).split())
