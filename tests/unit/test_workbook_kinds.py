"""The same cells in every kind of workbook come back as the same text, in the same rows."""

import datetime as dt
from collections.abc import Callable, Sequence

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from muster.connectors.contract import Offer, Sheet
from muster.connectors.workbook.reader import read
from tests.workbooks import (
    Cell,
    Error,
    Formula,
    Grid,
    as_text,
    ods_by_hand,
    ods_of,
    xls_of,
    xlsx_of,
)

HALF_PAST_TWO = dt.datetime.fromisoformat("2026-03-31T14:30:00")
Write = Callable[[Grid], bytes]
KINDS: dict[str, Write] = {
    "XLSX": xlsx_of,
    "ODS": ods_of,
    "XLS": lambda grid: xls_of({"People": grid}, worked_out=False),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def only(content: bytes) -> Sheet:
    (sheet,) = read(Offer("hmt/2026-03-31-staff.xlsx", content))
    return sheet


def test_every_sort_of_cell_is_written_the_one_way(kind: str) -> None:
    grid: Grid = [
        ["Staff number", "Name"],
        ["0012", "Llewelyn ab Iorwerth"],
        [12, 0.1 + 0.2, 1e22, -3.5, 100.0],
        [dt.date(2026, 3, 31), HALF_PAST_TWO, HALF_PAST_TWO.replace(hour=0, minute=0)],
        [dt.timedelta(hours=37, minutes=30), dt.timedelta(0)],
        [True, False, Error("#N/A"), Error("#REF!"), Error("#DIV/0!"), Formula("A1*2")],
        [],
        [" spaced  out ", "two\nlines", "a\tb", "£5 & <more>", "=not a formula"],
    ]
    sheet = only(KINDS[kind](grid))
    assert [[cell for cell in row if cell] for row in sheet.cells.rows()] == [
        ["Staff number", "Name"],
        ["0012", "Llewelyn ab Iorwerth"],
        ["12", "0.3", "10000000000000000000000", "-3.5", "100"],
        ["2026-03-31", "2026-03-31 14:30:00", "2026-03-31"],
        ["37:30:00", "00:00:00"],
        ["TRUE", "FALSE", "#N/A", "#REF!", "#DIV/0!", "#FORMULA?"],
        [" spaced  out ", "two\nlines", "a\tb", "£5 & <more>", "=not a formula"],
    ]
    assert sheet.rows.to_list() == [1, 2, 3, 4, 5, 6, 8]
    assert (sheet.blank, sheet.name, sheet.hidden) == (1, "People", False)
    assert sheet.read_as == kind
    assert sheet.notes == (
        "1 formula was never worked out: open the workbook in a spreadsheet program and save it",
    )
    assert (sheet.widths, sheet.headers, dict(sheet.stated)) == (None, None, {})


# What a spreadsheet takes as text: no control characters, no halves of characters, no codes of
# characters; a carriage return ends a line in XML, whoever wrote it.
_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\n\t "),
    max_size=10,
).filter(lambda text: not text or text.strip() == text)
_NUMBER = (
    st.integers(-(10**14), 10**14)
    | st.floats(-1e200, 1e200).map(lambda number: float(f"{number:.15g}"))
    | st.decimals(-(10**6), 10**6, places=2).map(float)
)
# A spreadsheet's days and moments are of no time zone.
_AT_FIRST, _AT_LAST = (dt.datetime.fromisoformat(day) for day in ("1900-03-01", "9999-12-30"))
_DAY = st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 30))
_MOMENT = st.datetimes(_AT_FIRST, _AT_LAST).map(lambda moment: moment.replace(microsecond=0))
_HOURS = st.integers(0, 10_000 * 3600).map(lambda seconds: dt.timedelta(seconds=seconds))
_ERROR = st.sampled_from(["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#N/A"]).map(Error)
_CELL: st.SearchStrategy[Cell] = st.one_of(
    st.none(), _TEXT, st.booleans(), _NUMBER, _DAY, _MOMENT, _HOURS, _ERROR, st.just(Formula("A1"))
)
_GRID = st.lists(st.lists(_CELL, max_size=5) | st.just([]), max_size=8)


@pytest.mark.parametrize("write", KINDS.values(), ids=KINDS)
@settings(max_examples=60, deadline=None)
@given(grid=_GRID)
def test_whatever_is_written_is_what_is_read(write: Write, grid: Sequence[Sequence[Cell]]) -> None:
    expected = {
        (row, column): as_text(cell)
        for row, cells in enumerate(grid, start=1)
        for column, cell in enumerate(cells)
        if as_text(cell)
    }
    assume(expected)
    sheet = only(write(grid))
    found = {
        (row, column): text
        for row, texts in zip(sheet.rows, sheet.cells.rows(), strict=True)
        for column, text in enumerate(texts)
        if text
    }
    assert found == expected
    filled = sorted({row for row, _ in expected})
    assert sheet.rows.to_list() == filled
    assert sheet.blank == filled[-1] - len(filled)
    assert sheet.cells.width == max(column for _, column in expected) + 1
    assert all(type_ == pl.String for type_ in sheet.cells.dtypes)
    assert sum(sheet.cells.null_count().row(0)) == 0


# What only ODS does.


def ods(rows: str, *, around: str = "{}", styles: str = "") -> Sheet:
    table = around.format(f'<table:table table:name="A" table:style-name="t">{rows}</table:table>')
    return only(ods_by_hand(table, styles=styles))


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def ods_cell(attributes: str, shown: str = "") -> str:
    return f"<table:table-cell{attributes}>{shown}</table:table-cell>"


NOTE = "<text:p>a comment</text:p>"
FLOAT = ' office:value-type="float"'
STRING = ' office:value-type="string"'


@pytest.mark.parametrize(
    ("attributes", "shown", "text"),
    [
        (f'{FLOAT} office:value="7.50"', "<text:p>£7.50</text:p>", "7.5"),
        (' office:value-type="percentage" office:value="0.05"', "<text:p>5%</text:p>", "0.05"),
        (' office:value-type="currency" office:value="9"', "<text:p>£9</text:p>", "9"),
        (' office:value-type="boolean" office:boolean-value="true"', "", "TRUE"),
        (f'{STRING} office:string-value="kept"', "<text:p>shown</text:p>", "kept"),
        (STRING, "<text:p>a  b\n c</text:p><text:p/><text:p>d</text:p>", "a b c\n\nd"),
        (STRING, '<text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d</text:p>',
         "a   b\tc\nd"),
        (STRING, "<text:p>see <text:a>the <text:span>page</text:span></text:a></text:p>",
         "see the page"),
        (STRING, f"<office:annotation>{NOTE}</office:annotation><text:p>x</text:p>", "x"),
        (STRING, "<text:p>x</text:p><draw:frame><text:p>drawn</text:p></draw:frame>", "x"),
        (f'{STRING} office:string-value="" calcext:value-type="error"', "<text:p>#N/A</text:p>",
         "#N/A"),
        (f'{FLOAT} office:value="0" table:formula="of:=A9"', "<text:p>#DIV/0!</text:p>", "#DIV/0!"),
        (f'{FLOAT} office:value="0" table:formula="of:=A9"', "<text:p>Err:502</text:p>", "Err:502"),
        (f'{FLOAT} office:value="0" table:formula="of:=A9"', "<text:p>0</text:p>", "0"),
        (' table:formula="of:=A9"', "", "#FORMULA?"),
        (f'{FLOAT} table:formula="of:=A9"', "", "#FORMULA?"),
        (f'{STRING} table:formula="of:=A9"', "", "#FORMULA?"),
        (f'{STRING} table:formula="of:=A9" office:string-value=""', "<text:p/>", ""),
    ],
)  # fmt: skip
def test_ods_cells_hold_what_they_state(attributes: str, shown: str, text: str) -> None:
    beside = ods_cell(f'{FLOAT} office:value="1"')
    found = ods(row(ods_cell(attributes, shown), beside))
    assert found.cells.rows() == [(text, "1")]


def test_ods_rows_and_cells_may_stand_for_many() -> None:
    one, two = (f'{FLOAT} office:value="{number}"' for number in (1, 2))
    rows = (
        row(ods_cell(' table:number-columns-repeated="2"'),
            ods_cell(one + ' table:number-columns-repeated="2"'))
        + row(ods_cell(""), more=' table:number-rows-repeated="3"')
        + row(ods_cell(two), more=' table:number-rows-repeated="2"')
        + row(ods_cell(' table:number-columns-repeated="16384"'),
              more=' table:number-rows-repeated="1048570"')
    )  # fmt: skip
    sheet = ods(rows)
    assert sheet.cells.rows() == [("", "", "1", "1"), ("2", "", "", ""), ("2", "", "", "")]
    assert sheet.rows.to_list() == [1, 5, 6]
    assert sheet.blank == 3


def test_ods_sheets_may_be_hidden_merged_grouped_and_linked() -> None:
    styles = (
        '<style:style style:name="t" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    wide = ' table:number-columns-spanned="2" table:number-rows-spanned="2"'
    rows = (
        "<table:table-header-rows>"
        + row(ods_cell(f"{STRING}{wide}", "<text:p>title</text:p>"), "<table:covered-table-cell/>")
        + "</table:table-header-rows><table:table-row-group>"
        + row("<table:covered-table-cell/>", ods_cell(f'{FLOAT} office:value="1"'))
        + "</table:table-row-group>"
    )
    tracked = (
        "<table:tracked-changes><table:cell-content-change>"
        f"{ods_cell(STRING, '<text:p>old</text:p>')}</table:cell-content-change>"
        "</table:tracked-changes>{}"
        '<table:table table:name="\'file:///x.ods\'#A" table:style-name="ta_extref">'
        f"{row(ods_cell(FLOAT + ' office:value=' + chr(34) + '9' + chr(34)))}</table:table>"
    )
    sheet = ods(rows, around=tracked, styles=styles)
    assert sheet.hidden
    assert sheet.merged == ((1, 0, 2, 1),)
    assert sheet.cells.rows() == [("title", ""), ("", "1")]


# What only XLS does.


def test_xls_sheets_come_with_their_names_merges_and_notes() -> None:
    content = xls_of(
        {"Staff": [["Title"], ["Name"]], "Lists": [["a"]], "Empty": []},
        hidden=["Lists"],
        merged=[(0, 0, 0, 2)],
        charts=1,
        more_streams=["_VBA_PROJECT_CUR"],
    )
    sheets = read(Offer("hmt/staff.xls", content))
    assert [(sheet.name, sheet.hidden, sheet.height) for sheet in sheets] == [
        ("Staff", False, 2),
        ("Lists", True, 1),
        ("Empty", False, 0),
    ]
    assert sheets[0].merged == ((1, 0, 1, 2),)
    assert sheets[0].notes == (
        "macros were not read",
        "1 sheet without cells, such as charts, not read",
    )


def test_xls_days_may_be_counted_from_1904() -> None:
    (sheet,) = read(Offer("a.xls", xls_of({"A": [[dt.date(2020, 3, 31)]]}, from_1904=True)))
    assert sheet.cells.rows() == [("2024-04-01",)]
    assert sheet.read_as == "XLS, days counted from 1904"


def test_xls_formulas_give_their_results_where_a_program_worked_them_out() -> None:
    grid: Grid = [[Formula("A", ""), Formula("A", 0.0), Formula("A", "text"), Formula("A", 2.5)]]
    (kept,) = read(Offer("a.xls", xls_of({"A": grid}, worked_out=True)))
    assert kept.cells.rows() == [("", "0", "text", "2.5")]
    (never,) = read(Offer("a.xls", xls_of({"A": grid}, worked_out=False)))
    assert never.cells.rows() == [("#FORMULA?", "#FORMULA?", "text", "2.5")]
