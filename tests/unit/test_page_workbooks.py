"""Workbooks that people take, mend and send back: what is written is what our reader finds."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.connectors.contract import Offer
from muster.connectors.workbook.reader import read
from muster.kernel.errors import BadInput
from muster.pagekit.workbooks import Cell, SheetOut, as_workbook, sheet_names

# Text as it may come from anywhere, NUL and half characters left out.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def rows_of(content: bytes) -> list[list[tuple[str, ...]]]:
    return [sheet.cells.rows() for sheet in read(Offer("hub/errors.xlsx", content))]


def test_what_is_written_is_what_is_read() -> None:
    rows: list[list[Cell]] = [
        ["0012", "=1+1", "+44 20", "http://names.example", "1E5", "  two  ", "a\nb", 7, 0.5, None]
    ]
    headers = ["No", "A", "B", "C", "D", "E", "F", "G", "H", "I"]
    content = as_workbook("Rows to mend", [SheetOut("Staff", headers, rows)])
    assert rows_of(content) == [
        [
            tuple(headers),
            (
                "0012",
                "=1+1",
                "+44 20",
                "http://names.example",
                "1E5",
                "  two  ",
                "a\nb",
                "7",
                "0.5",
                "",
            ),
        ]
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), max_size=5))
def test_any_text_comes_back_as_it_was(rows: list[list[str]]) -> None:
    content = as_workbook("Rows", [SheetOut("Staff", ["Name", "Team"], rows)])
    (sheet,) = read(Offer("hub/errors.xlsx", content))
    kept = [number for number, row in enumerate(rows, start=2) if "".join(row).strip()]
    assert sheet.rows.to_list() == [1, *kept]
    assert sheet.cells.rows()[1:] == [tuple(rows[number - 2]) for number in kept]


def test_marked_cells_are_highlighted_and_say_why() -> None:
    marks = {(1, 1): "Grade: not known. Choose one of the list", (0, 0): "Empty"}
    sheet = SheetOut("Staff", ["No", "Grade"], [[None, "HEO"], ["2", "Band 5"]], marks)
    book = openpyxl.load_workbook(io.BytesIO(as_workbook("Rows", [sheet])))
    cells = book.worksheets[0]
    noted = {each.coordinate: each for row in cells.iter_rows() for each in row if each.comment}
    assert set(noted) == {"A2", "B3"}
    assert noted["B3"].comment is not None
    assert noted["B3"].comment.text == "Grade: not known. Choose one of the list"
    assert {each.fill.fgColor.rgb for each in noted.values()} == {"FFFFF2CC"}
    assert cells["B2"].fill.fill_type is None


def test_the_header_stays_in_view_and_filters_and_cells_stay_text() -> None:
    content = as_workbook("Rows", [SheetOut("Staff", ["No", "Grade"], [["1", "HEO"]])])
    cells = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert cells["A1"].font.b
    assert cells.freeze_panes == "A2"
    assert cells.auto_filter.ref == "A1:B2"
    assert cells["A2"].number_format == "@"
    assert cells.column_dimensions["A"].number_format == "@"


def test_it_names_its_title_and_nobody() -> None:
    content = as_workbook("Rows to mend", [SheetOut("Staff", ["No"], [])])
    properties = openpyxl.load_workbook(io.BytesIO(content)).properties
    assert properties.title == "Rows to mend"
    assert not properties.creator
    assert not properties.lastModifiedBy
    marked = as_workbook("Rows", [SheetOut("Staff", ["No"], [["1"]], {(0, 0): "Why"})])
    with zipfile.ZipFile(io.BytesIO(marked)) as archive:
        assert b"<author>Muster</author>" in archive.read("xl/comments1.xml")


@pytest.mark.parametrize(
    ("wanted", "given_"),
    [
        (["Staff", "staff", "STAFF"], ["Staff", "staff (2)", "STAFF (3)"]),
        (["a/b:c*d?e[f]g\\h"], ["a b c d e f g h"]),
        (["", "  ", "''"], ["Sheet", "Sheet (2)", "Sheet (3)"]),
        (["'quoted'", "History", "x\u202ey\n"], ["quoted", "History (2)", "xy"]),
        (["x" * 40, "x" * 41], ["x" * 31, "x" * 27 + " (2)"]),
    ],
)
def test_sheets_have_names_that_spreadsheets_allow(wanted: list[str], given_: list[str]) -> None:
    assert sheet_names(wanted) == given_


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_names_make_a_workbook(wanted: list[str]) -> None:
    names = sheet_names(wanted)
    assert len({name.casefold() for name in names}) == len(wanted)
    assert all(0 < len(name) <= 31 for name in names)
    content = as_workbook("Rows", [SheetOut(name, ["A"], []) for name in [*names, "Last"]])
    found = [sheet.name for sheet in read(Offer("hub/errors.xlsx", content))]
    assert found[:-1] == names


def test_nothing_is_cut_to_fit() -> None:
    with pytest.raises(BadInput, match=r"sheet Staff, row 2.*as CSV") as problem:
        as_workbook("Rows", [SheetOut("Staff", ["No"], [["x" * 32_768]])])
    assert "xx" not in str(problem.value)
    whole = as_workbook("Rows", [SheetOut("Staff", ["No"], [["x" * 32_767]])])
    assert rows_of(whole) == [[("No",), ("x" * 32_767,)]]
