"""Framing: where tables begin and end in files as people send them, and what is set aside."""

import datetime as dt

import pytest

from muster.connectors.contract import Offer, Sheet
from muster.connectors.fixed_width.reader import read as read_fixed_width
from muster.hub.framing.frame import Framed, frame_file
from muster.hub.framing.positions import in_words
from muster.hub.framing.tables import Table, day_spoken_of
from muster.hub.layouts import Layout, load_layout
from muster.kernel.errors import BadInput
from tests.sheets import sheet_of

HEAD = """
[layout]
name = "staff"
title = "staff list"
contract = "people"
recognise = ["Staff no", "Name", "Grade"]
"""
FIELDS = """
[fields.staff_number]
from = "Staff no"
"""


def layout(more: str = "", head: str = HEAD) -> Layout:
    return load_layout(head + more + FIELDS)


def framed(*sheets: Sheet, by: Layout | None = None) -> Framed:
    return frame_file(sheets, [by or layout()], file="staff.xlsx")


def table_of(*sheets: Sheet, by: Layout | None = None) -> Table:
    ((_, table),) = framed(*sheets, by=by).found
    return table


def test_a_clean_list_is_taken_as_it_stands() -> None:
    table = table_of(sheet_of("Staff no|Name|Grade\n1|Ann|EO\n2|Bo|AO"))
    assert table.headers == ("Staff no", "Name", "Grade")
    assert table.frame.rows() == [("1", "Ann", "EO"), ("2", "Bo", "AO")]
    assert table.rows.to_list() == [2, 3]
    assert table.aside == {}


def test_titles_above_and_totals_and_notes_below_are_set_aside_and_counted() -> None:
    text = """
Department of Examples|
Staff list as at 31 March 2026|

Staff no|Name|Grade|FTE
1|Ann|EO|1
2|Bo|AO|0.5

Total|||1.5
Source: HR system|
Figures are provisional until the end of the month|"""
    table = table_of(sheet_of(text))
    assert table.frame.rows() == [("1", "Ann", "EO", "1"), ("2", "Bo", "AO", "0.5")]
    assert table.aside == {"title": 2, "total or note": 3}
    assert table.rows.to_list() == [5, 6]


def test_a_person_called_total_and_a_sparse_row_in_the_middle_stay_rows() -> None:
    text = "Staff no|Name|Grade|FTE\n1|Ann|EO|1\n|Total|EO|1\n3||||\n4|Cy|EO|1"
    assert table_of(sheet_of(text)).height == 4


def test_a_last_row_that_is_merely_half_empty_stays_a_row() -> None:
    text = "Staff no|Name|Grade|FTE\n1|Ann|EO|1\n2|Bo||"
    assert table_of(sheet_of(text)).height == 2


def test_a_header_repeated_on_each_printed_page_is_no_row() -> None:
    table = table_of(sheet_of("Staff no|Name|Grade\n1|Ann|EO\nStaff no|Name|Grade\n2|Bo|AO"))
    assert table.height == 2
    assert table.aside == {"repeated header": 1}


def test_declared_ends_totals_headings_and_spacers() -> None:
    by = layout(
        '[sheet]\nends = ["Source*"]\ntotals = ["All staff*"]\nheadings = "unit"\n'
        'needs = ["Staff no"]\n'
    )
    text = """
Staff no|Name|Grade
North
1|Ann|EO
|subtotal of nobody|
South
2|Bo|AO
All staff|2|
Source: HR
9|Zed|EO"""
    table = table_of(sheet_of(text), by=by)
    assert table.headers[-1] == "unit"
    assert table.frame.rows() == [("1", "Ann", "EO", "North"), ("2", "Bo", "AO", "South")]
    assert table.aside == {"note": 2, "total": 1, "heading": 2, "spacer": 1}


def test_rows_of_text_with_other_widths_are_named_and_kept() -> None:
    text = "Staff no|Name|Grade\n1|Ann\n2|Bo|AO||\n3|Cy|AO|x\n4|Di|EO"
    table = table_of(sheet_of(text, grid=False))
    assert table.height == 4
    assert table.ragged == {2: 2, 4: 4}


def test_a_merged_cell_counts_for_every_row_it_covers() -> None:
    text = "Staff no|Name|Grade\n1|Ann|EO\n2|Bo|\n3|Cy|AO"
    table = table_of(sheet_of(text, merged=((2, 2, 3, 2),)))
    assert [row[2] for row in table.frame.rows()] == ["EO", "EO", "AO"]


def test_columns_without_a_name_are_named_by_their_place_and_empty_ones_left_out() -> None:
    table = table_of(sheet_of("Staff no||Name|Grade|\n1||Ann|EO|x"))
    assert table.headers == ("Staff no", "Name", "Grade", "column 5")


def test_the_sheets_of_one_layout_are_one_table_and_rows_say_where_they_stand() -> None:
    north = sheet_of("Staff no|Name|Grade\n1|Ann|EO", name="North")
    south = sheet_of("Title\n\nGrade|Staff no|Name|Town\nAO|2|Bo|Ayr", name="South")
    table = table_of(north, south)
    assert table.headers == ("Staff no", "Name", "Grade", "Town")
    assert table.frame.rows() == [("1", "Ann", "EO", ""), ("2", "Bo", "AO", "Ayr")]
    places = [in_words(row, table.sheets, unpivoted=False) for row in table.rows]
    assert places == ["North, row 2", "South, row 4"]


def test_hidden_sheets_are_never_taken() -> None:
    old = sheet_of("Staff no|Name|Grade\n9|Old|EO", name="2019", hidden=True)
    new = sheet_of("Staff no|Name|Grade\n1|Ann|EO", name="2026")
    found = framed(old, new)
    assert [sheet.name for sheet in found.untaken] == ["2019"]
    assert found.found[0][1].height == 1


def test_nothing_that_fits_names_the_nearest_layout_and_what_it_lacks() -> None:
    with pytest.raises(BadInput, match="staff list, also needs of sheet 'People': grade"):
        framed(sheet_of("Staff no|Name\n1|Ann", name="People"))
    with pytest.raises(BadInput, match="No layout is known"):
        framed(sheet_of("A|B\n1|2"))
    with pytest.raises(BadInput, match="no header"):
        framed(sheet_of(""))


WIDE = """
Civil service by department||||
|March 2025|||December 2024|
|Headcount|FTE||Headcount|Change on quarter
Justice|||||
Prisons|10|9||8|2
Courts|5|..||4|1
Total|15|||12|3
Source: a publisher|
"""
UNPIVOT = """
[sheet]
header_rows = 2
ends = ["Source*"]
totals = ["Total*"]
headings = "department"

[unpivot]
keep = ["column 1", "department"]
into = ["period", "measure"]
value = "value"
leave = ["Change*"]
absent = ["", ".."]
"""
WIDE_HEAD = """
[layout]
name = "wide"
title = "wide table"
contract = "figures"
recognise = ["column 1", "* / Headcount"]
as_at = {column = "period", form = "MMMM YYYY"}
"""


def test_a_wide_table_becomes_a_row_for_each_cell() -> None:
    table = table_of(sheet_of(WIDE, name="9"), by=layout(UNPIVOT, WIDE_HEAD))
    assert table.headers == ("column 1", "department", "period", "measure", "value")
    assert table.frame.rows() == [
        ("Prisons", "Justice", "March 2025", "Headcount", "10"),
        ("Prisons", "Justice", "March 2025", "FTE", "9"),
        ("Prisons", "Justice", "December 2024", "Headcount", "8"),
        ("Courts", "Justice", "March 2025", "Headcount", "5"),
        ("Courts", "Justice", "December 2024", "Headcount", "4"),
    ]
    assert table.aside == {"title": 1, "note": 1, "total": 1, "heading": 1, "no value": 1}
    places = [in_words(row, table.sheets, unpivoted=True) for row in table.rows]
    assert places[:3] == ["9, row 5, column B", "9, row 5, column C", "9, row 5, column E"]


def test_the_latest_date_of_a_column_is_the_day_a_file_speaks_of() -> None:
    by = layout(UNPIVOT, WIDE_HEAD)
    table = table_of(sheet_of(WIDE), by=by)
    assert by.shape.as_at is not None
    assert day_spoken_of(table, by.shape.as_at, file="x") == dt.date(2025, 3, 31)


def test_a_column_without_any_text_parts_what_stands_on_both_sides() -> None:
    text = "|Male|||All\n|Full|Part||Total\nX|1|2||3"
    by = layout(UNPIVOT.replace('ends = ["Source*"]', ""), WIDE_HEAD.replace("Headcount", "Part"))
    table = table_of(sheet_of(text, merged=((1, 1, 1, 2),)), by=by)
    assert [row[1:3] for row in table.frame.rows()] == [
        ("Male", "Full"), ("Male", "Part"), ("All", "Total"),
    ] or [row[2:4] for row in table.frame.rows()] == [
        ("Male", "Full"), ("Male", "Part"), ("All", "Total"),
    ]  # fmt: skip


def test_a_cell_merged_from_a_title_row_down_into_the_header_counts_there() -> None:
    text = "Title||Change\n|Male|\n|Part|Total\nX|1|2"
    by = layout(UNPIVOT.replace('ends = ["Source*"]', ""), WIDE_HEAD.replace("Headcount", "Part"))
    table = table_of(sheet_of(text, merged=((1, 2, 2, 2),)), by=by)
    assert [row[-1] for row in table.frame.rows()] == ["1"]


RECORDS_HEAD = """
[layout]
name = "flat"
title = "flat extract"
contract = "people"
recognise = ["PERNR"]
as_at = {stated = "Day", form = "YYYYMMDD"}
"""
FIXED = """
[records]
kind = "fixed_width"
header = "H1"
detail = "D"
trailer = "T"
[records.columns]
PERNR = [2, 4]
NAME = [6, 6]
PAY = [12, 5]
[records.stated]
Day = ["header", 3, 8]
Count = ["trailer", 2, 4]
Sum = ["trailer", 6, 8]
[control]
count = "Count"
total = "Sum"
of = "PAY"
"""
GOOD = ["H120260331", "D0001Ann   00100", "D0002Ŵyn   00250", "T000200000350"]


def lines(*text: str) -> Sheet:
    return sheet_of("\n".join(text))


def test_records_of_fixed_width_are_cut_at_their_declared_places() -> None:
    table = table_of(lines(*GOOD), by=layout(FIXED, RECORDS_HEAD))
    assert table.headers == ("PERNR", "NAME", "PAY")
    assert table.frame.rows() == [("0001", "Ann", "00100"), ("0002", "Ŵyn", "00250")]
    assert table.stated == {"Day": "20260331", "Count": "0002", "Sum": "00000350"}
    assert table.aside == {"header": 1, "trailer": 1}


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (GOOD[:3], "trailer record is missing"),
        (GOOD[:2] + GOOD[3:], "says it holds 2 records, and 1 arrived"),
        ([*GOOD[:2], "D0002Wyn   00251", GOOD[3]], "adds up to 350; it adds up to 351"),
        ([*GOOD[:2], "D0002Wyn   0x251", GOOD[3]], "cannot be added up"),
        ([*GOOD[:3], "X what", GOOD[3]], "no record of this layout"),
        ([*GOOD[:3], GOOD[0], GOOD[3]], "header record stands there 2 times"),
        ([*GOOD[:3], "T"], "is not there: Count"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(file: list[str], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        framed(lines(*file), by=layout(FIXED, RECORDS_HEAD))


def test_positions_in_bytes_are_cut_only_where_the_layout_says_so() -> None:
    text = "\n".join([GOOD[0].ljust(16), "D0001Ann   00100", "D0002Ŵyn  00250", GOOD[3].ljust(16)])
    (sheet,) = read_fixed_width(Offer("flat.dat", text.encode()))
    with pytest.raises(BadInput, match="counted in bytes"):
        framed(sheet, by=layout(FIXED, RECORDS_HEAD))
    in_bytes = FIXED.replace('detail = "D"', 'detail = "D"\npositions = "bytes"')
    table = table_of(sheet, by=layout(in_bytes, RECORDS_HEAD))
    assert table.frame.rows() == [("0001", "Ann", "00100"), ("0002", "Ŵyn", "00250")]


DELIMITED = """
[records]
kind = "delimited"
header = "HDR"
detail = "DTL"
trailer = "TRL"
[records.columns]
PERNR = 2
NAME = 3
[records.stated]
Count = ["trailer", 2]
[control]
count = "Count"
"""


def test_delimited_records_are_taken_by_position() -> None:
    sheet = sheet_of("HDR|people|x\nDTL|1|Ann\nDTL|2|Bo\nTRL|2", grid=False)
    table = table_of(sheet, by=layout(DELIMITED, RECORDS_HEAD.replace("as_at", "#")))
    assert table.frame.rows() == [("1", "Ann"), ("2", "Bo")]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("[sheet]\nheader_rows = 9\n", "header_rows"),
        ("[sheet]\nheading = 'x'\n", "unknown words: heading"),
        ("[unpivot]\nkeep = ['a']\ninto = ['x', 'y']\nvalue = 'v'\n", "1 names in into"),
        ("[records]\nkind = 'xls'\n", "needs a kind"),
        ("[records]\nkind='delimited'\ndetail='D'\ncolumns={A=[1,2]}\n", "not a place"),
        ("[control]\ntotal = 'x'\n", "belong together"),
    ],
)
def test_a_shape_written_wrongly_says_where_and_how_to_write_it(said: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        layout(said)
