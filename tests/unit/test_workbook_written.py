"""What a workbook that is written holds: texts as texts, whatever somebody put into them."""

import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.connectors.contract import Offer
from muster.connectors.places.fake import FakePlace
from muster.connectors.places.leaving import Unwritable
from muster.connectors.workbook import outlet as room
from muster.connectors.workbook.connector import Workbook
from muster.connectors.workbook.fake import FakeWorkbookOutlet
from muster.connectors.workbook.form import LONGEST, read_form
from muster.connectors.workbook.reader import read
from muster.connectors.workbook.writing import book_of, row_of
from muster.kernel.errors import BadInput
from synthetic.payrolls.sheet_cells import day_of, sheets_of
from tests.shipments import shipment, told, with_data

FORM = """
sheet = "Joiners"
above = [["Sent by", "=Weir"], []]
refuse = { taken_back = "takes a joiner back" }

[columns]
"Ref" = { field = "ref", needed = true, longest = 8 }
"Name" = { field = "name" }
"Starts on" = { field = "starts", holds = "date" }
"Salary" = { field = "salary", holds = "number", decimals = 2 }
"Source" = { text = "Muster" }
"""
ROW: dict[str, Any] = {
    "ref": "007", "name": "Mole", "starts": "2026-11-16", "salary": "31250.00", "taken_back": "",
}  # fmt: skip
HOSTILE = (
    "=1+1",
    '=HYPERLINK("https://bank.example","x")',
    "+44 20",
    "-1",
    "@SUM(A1)",
    "007",
    "1E5",
    "https://bank.example",
    "mailto:a@bank.example",
    "internal:Sheet2!A1",
    "<b>&amp;",
    "two\nlines",
    "Møle-Ōno",
    "{=A1}",
    "TRUE",
    "  spaced  ",
    "2026-11-16",
    "\U0001f98a",
)


def written(**more: Any) -> dict[tuple[int, int], Any]:
    """Return the cells of one message, read by a reader that shares no code."""
    form = read_form(FORM)
    content = book_of(form, [row_of(form, {**ROW, **more})], None)
    return sheets_of(content)["Joiners"]


def test_a_row_stands_under_its_headings() -> None:
    cells = written()
    assert (cells[1, 1], cells[1, 2]) == ("Sent by", "=Weir")
    assert [cells[3, at] for at in range(1, 6)] == ["Ref", "Name", "Starts on", "Salary", "Source"]
    assert (cells[4, 1], cells[4, 4], cells[4, 5]) == ("007", 31250.0, "Muster")
    assert day_of(cells[4, 3]) == dt.date(2026, 11, 16)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_the_text_it_was_and_nothing_else(text: str) -> None:
    form = read_form(FORM)
    content = book_of(form, [row_of(form, {**ROW, "name": text})], None)
    assert sheets_of(content)["Joiners"][4, 2] == text
    package = zipfile.ZipFile(io.BytesIO(content))
    sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert not [name for name in package.namelist() if "external" in name.casefold()]


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=40), salary=st.decimals(0, 10**9, places=2))
def test_what_is_written_is_read_back_or_refused(name: str, salary: Decimal) -> None:
    try:
        cells = written(name=name, salary=salary)
    except Unwritable:
        assert not name.isprintable()
        return
    assert cells.get((4, 2), "") == name
    assert Decimal(str(cells[4, 4])) == salary


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"ref": ""}, "ref is empty"),
        ({"ref": "123456789"}, "longer than the 8"),
        ({"name": "x" * (LONGEST + 1)}, "longer"),
        ({"name": "a\x00b"}, "control"),
        ({"name": "a\tb"}, "control"),
        ({"name": "\ud800"}, "control"),
        ({"starts": "16/11/2026"}, "no date"),
        ({"starts": "1900-01-01"}, "do not count alike"),
        ({"salary": "NaN"}, "no number"),
        ({"salary": "1e999999"}, "more digits"),
        ({"salary": "1e-999999"}, "more digits"),
        ({"salary": "=1"}, "no number"),
        ({"salary": "1234567890123456"}, "more digits"),
        ({"name": ["a"]}, "of a kind"),
        ({"taken_back": "yes"}, "takes a joiner back"),
    ],
)
def test_what_a_cell_cannot_hold_is_refused_without_its_value(
    more: dict[str, Any], says: str
) -> None:
    with pytest.raises(Unwritable, match=says) as refused:
        written(**more)
    for value in more.values():
        assert len(str(value)) < 4 or str(value) not in str(refused.value)


def test_a_field_that_is_not_sent_is_named() -> None:
    with pytest.raises(Unwritable, match="salary is not among"):
        row_of(read_form(FORM), {name: ROW[name] for name in ROW if name != "salary"})


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("sheet = ", "form"),
        ('sheet = "A"\n[columns]', "columns"),
        ('sheet = "A"\n[columns]\n"X" = { text = "y" }', "columns"),
        ('sheet = "A[1]"\n[columns]\n"X" = { field = "y" }', "sheet"),
        ('sheet = "History"\n[columns]\n"X" = { field = "y" }', "sheet"),
        ('sheet = "A"\n[columns]\n"X" = { field = "y", text = "z" }', "columns.X"),
        ('sheet = "A"\n[columns]\n" " = { field = "y" }', "columns. "),
        ('sheet = "A"\n[columns]\n"X" = { field = "y", decimals = 2 }', "columns.X"),
        ('sheet = "A"\n[columns]\n"X" = { field = "y", longest = 99999 }', "columns.X"),
        ('sheet = "A"\n[columns]\n"X" = { field = "y", holds = "formula" }', "form"),
        ('sheet = "A"\n[columns]\n"X" = { field = "y", odd = 1 }', "form"),
    ],
)
def test_a_form_that_cannot_be_used_is_refused_by_its_part(text: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_form(text)
    assert refused.value.where is not None
    assert refused.value.where.field == field


def test_the_same_rows_are_the_same_bytes_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    form = read_form(FORM)
    rows = [row_of(form, ROW)] * 3
    moment = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
    first = book_of(form, rows, moment)
    monkeypatch.setattr("time.time", lambda: 4e9)
    assert book_of(form, rows, moment) == first


def test_what_is_over_the_most_rows_goes_with_the_next_workbook() -> None:
    place = FakePlace()
    outlet = FakeWorkbookOutlet(place)
    assert room.MOST_ROWS == 100_000
    outlet._most = 2
    people = [(number, f"s:{number}", "Ada") for number in range(5)]
    receipt = outlet.deliver(shipment(people))
    assert [row[:2] for row in told(receipt)] == [(2, "retry"), (3, "retry"), (4, "retry")]
    assert "2 rows" in receipt.acknowledged
    [held] = place.files()
    cells = sheets_of(place.read(held.path, 10**6) or b"")["People"]
    assert max(row for row, _ in cells) == 4  # what stands above, the headings, and two


def test_a_message_that_cannot_be_written_holds_back_only_its_own_subject() -> None:
    data = pl.DataFrame({"number": [1, 2, 3], "subject": ["s:1", "s:1", "s:2"],
                         "name": ["x" * 41, "Ada", "Ben"]})  # fmt: skip
    receipt = FakeWorkbookOutlet(FakePlace()).deliver(with_data(data))
    assert [row[:2] for row in told(receipt)] == [(1, "rejected"), (2, "behind")]


def test_the_connector_reads_what_its_outlet_wrote(tmp_path: Path) -> None:
    form = read_form(FORM)
    (tmp_path / "out.xlsx").write_bytes(book_of(form, [row_of(form, ROW)], None))
    [offer] = [found for found in Workbook(tmp_path).pull() if isinstance(found, Offer)]
    [sheet] = read(offer)
    assert "Mole" in str(sheet.cells.rows())


def test_what_looks_like_an_escape_is_the_text_it_was() -> None:
    form = read_form(FORM)
    content = book_of(form, [row_of(form, {**ROW, "name": "_x0041_"})], None)
    [sheet] = read(Offer("out.xlsx", content))
    assert "_x0041_" in [cell for row in sheet.cells.rows() for cell in row]
