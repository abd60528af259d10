"""Every line of a workbook that comes back is a row that was handed out, or is named.

What people do in a spreadsheet without meaning harm: clear a cell, add a line, hide a sheet.
"""

import io
import random
import uuid
from collections import Counter

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl.workbook import Workbook

from muster.connectors.contract import Offer
from muster.hub.mending import returned
from muster.hub.mending.lines import Line
from muster.hub.mending.returned import Fate, Returned, bring_back
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK as CLOCK
from muster.kernel.errors import BadInput
from muster.services.exchange.pages.workbooks import own_texts
from tests.integration.loads import everything
from tests.integration.mending_files import ODD, counts, enrol_all, report, row, sent
from tests.integration.test_mending_workbooks import (
    BORN,
    BY,
    WORKER,
    back,
    column,
    fates,
    put,
    taken,
)
from tests.remembered import remembered
from tests.workbooks import ods_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
SHEET = "Workday report of people"
ROWS = range(2, 7)


@pytest.fixture
def landing(fresh_home: object) -> uuid.UUID:
    """Load a report of which five rows wait for a contract type."""
    return remembered("five rows wait", send_report)


def send_report() -> uuid.UUID:
    enrol_all()
    return sent(report(*(row(f"000{n}", worker=ODD) for n in ROWS)))


@pytest.fixture
def book(landing: uuid.UUID) -> Workbook:
    """Return the workbook of these rows, all corrected."""
    found = taken()
    for line in ROWS:
        put(found.worksheets[1], line, WORKER, "Employee - Permanent")
    return found


def lines(book: Workbook) -> Counter[tuple[str, int]]:
    """Return every line with content but the names of columns and the instructions."""
    return Counter(
        (sheet.title, number)
        for sheet in book.worksheets[1:]
        for number, cells in enumerate(sheet.iter_rows(), start=1)
        if not (sheet is book.worksheets[1] and number == 1)
        and any(f"{cell.value or ''}".strip() for cell in cells)
    )


def told(came: Returned) -> Counter[tuple[str, int]]:
    found = Counter(tuple(line) for row in came.rows for line in row.lines)
    assert came.lines == found.total()
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("gone", [(2,), (3,), (6,), (2, 3), (2, 3, 4, 5), (3, 4, 5, 6)])
def test_a_line_whose_reference_was_cleared_is_named(
    book: Workbook, landing: uuid.UUID, gone: tuple[int, ...]
) -> None:
    for line in gone:
        put(book.worksheets[1], line, "Reference", None)
    came = back(book)
    assert fates(came) == {"went on": 5 - len(gone), "without reference": 1}
    (named,) = came.of(Fate.NO_REFERENCE)
    assert named.lines == tuple(Line(SHEET, line) for line in gone)
    assert counts(landing) == (5, 5 - len(gone), len(gone))
    assert told(came) == lines(book)


def test_so_it_is_in_an_open_document(book: Workbook, landing: uuid.UUID) -> None:
    put(book.worksheets[1], 2, "Reference", None)
    grid = [[f"{cell.value or ''}" for cell in cells] for cells in book.worksheets[1].iter_rows()]
    came = bring_back(
        Offer("rows.ods", ods_of(grid, SHEET)), reason="r", employer=None, by=BY, read=read,
        clock=CLOCK,
    )  # fmt: skip
    assert fates(came) == {"went on": 4, "without reference": 1}
    assert came.of(Fate.NO_REFERENCE)[0].workbook == f"{SHEET}, row 2"


def test_names_of_columns_may_stand_anywhere(book: Workbook, landing: uuid.UUID) -> None:
    """Sorted with the rest, they end up below it."""
    sheet = book.worksheets[1]
    sheet.append([cell.value for cell in sheet[1]])
    sheet.delete_rows(1)
    put_back = [cell.value for cell in sheet[6]]
    assert WORKER in put_back
    assert fates(back(book)) == {"went on": 5}


@pytest.mark.parametrize(
    ("header", "name", "said"),
    [
        (WORKER, None, r"column \w+ has cells and no name .*sheet Workday.*row 1"),
        (WORKER, "Kind", f"column Kind was not handed out, and {WORKER} is missing"),
        (BORN, WORKER, f"Two columns are named {WORKER}"),
    ],
)
def test_a_name_of_a_column_that_is_gone_stops_it_before_anything_is_lost(
    book: Workbook, header: str, name: str | None, said: str
) -> None:
    put(book.worksheets[1], 1, header, name)
    before = everything()
    with pytest.raises(BadInput, match=said):
        back(book)
    assert everything() == before


def test_all_names_and_the_first_reference_gone_stops_it_too(book: Workbook) -> None:
    put(book.worksheets[1], 2, "Reference", None)
    book.worksheets[1].delete_rows(1)
    with pytest.raises(BadInput, match=r"names of the columns are missing .*row 2"):
        back(book)


def test_columns_can_be_added_and_deleted(book: Workbook) -> None:
    sheet = book.worksheets[1]
    width = sheet.max_column
    sheet.cell(1, width + 1).value = "Asked Ruth"
    sheet.cell(3, width + 1).value = "yes"
    assert fates(back(book)) == {"went on": 5}
    other = taken_again(book)
    other.worksheets[1].delete_cols(column(other.worksheets[1], BORN))
    assert fates(back(other)) == {"no longer waits": 5}


def taken_again(book: Workbook) -> Workbook:
    content = io.BytesIO()
    book.save(content)
    return openpyxl.load_workbook(content)


def test_a_cell_pushed_beyond_the_columns_stops_it(book: Workbook) -> None:
    """An inserted cell moves the others of its row below the wrong names."""
    sheet = book.worksheets[1]
    sheet.cell(4, sheet.max_column + 1).value = "pushed"
    with pytest.raises(BadInput, match="has cells and no name"):
        back(book)


def test_what_stands_on_other_sheets_is_named(book: Workbook) -> None:
    notes = book.create_sheet("Notes")
    for line in (["Asked Ruth"], [], [" "], ["She knows"]):
        notes.append(line)
    hidden = book.copy_worksheet(book.worksheets[1])
    hidden.title, hidden.sheet_state = "Copy", "hidden"
    book.worksheets[0].cell(4, 1).value = "A line of my own"
    came = back(book)
    assert fates(came) == {"went on": 5, "not read": 3}
    assert [row.workbook for row in came.of(Fate.NOT_READ)] == [
        "How to correct these rows, row 4", "Notes, rows 1, 4", "Copy, rows 1–6",
    ]  # fmt: skip


def test_rows_that_a_filter_hides_are_corrected_like_others(book: Workbook) -> None:
    sheet = book.worksheets[1]
    sheet.auto_filter.ref = sheet.dimensions
    sheet.row_dimensions[3].hidden = True
    assert fates(back(book)) == {"went on": 5}


def test_both_lines_of_a_row_that_stands_twice_are_told(book: Workbook) -> None:
    sheet = book.worksheets[1]
    sheet.append([cell.value for cell in sheet[3]])
    came = back(book)
    assert fates(came) == {"went on": 5}
    assert f"{SHEET}, rows 3, 7" in {row.workbook for row in came.of(Fate.WENT_ON)}
    assert told(came) == lines(book)


def test_no_more_rows_than_were_handed_out_are_taken_at_once(
    book: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returned, "MOST_ROWS", 4)
    before = everything()
    with pytest.raises(BadInput, match="holds 5 rows, and 4 are taken at once") as refused:
        back(book)
    assert "second workbook" in refused.value.fix
    assert everything() == before


def test_no_more_cells_are_corrected_at_once_than_a_page_can_wait_for(
    book: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returned, "MOST_CELLS", 4)
    before = everything()
    with pytest.raises(BadInput, match="holds 5 corrected cells, and 4 are taken at once"):
        back(book)
    assert everything() == before


@pytest.mark.parametrize("seed", range(12))
def test_lines_in_are_lines_told(book: Workbook, landing: uuid.UUID, seed: int) -> None:
    """Any mixture: cleared, inserted, copied, deleted and moved lines, and a sheet of notes."""
    chance, sheet = random.Random(seed), book.worksheets[1]
    for _ in range(chance.randint(1, 6)):
        line = chance.randint(2, sheet.max_row)
        match chance.randrange(6):
            case 0:
                put(sheet, line, "Reference", None)
            case 1:
                sheet.insert_rows(line)
                put(sheet, line, WORKER, chance.choice([None, "Agency"]))
            case 2:
                sheet.append([cell.value for cell in sheet[line]])
            case 3:
                sheet.delete_rows(line)
            case 4:
                put(sheet, line, chance.choice([BORN, WORKER, "What is wrong"]), None)
            case _:
                book.create_sheet().append(["A note"])
        if not any(sheet.cell(at, 1).value for at in range(2, sheet.max_row + 1)):
            return
    came = back(book)
    assert told(came) == lines(book)
    assert counts(landing)[0] == 5


def test_the_page_names_every_line(landing: uuid.UUID, book: Workbook, client: Client) -> None:
    client.post("/sign-in/as/caseworker-orchards")
    sheet = book.worksheets[1]
    put(sheet, 2, "Reference", None)
    for _ in range(150):
        sheet.append([cell.value for cell in sheet[3]])
        put(sheet, sheet.max_row, "Reference", "R" * 40)
    book.create_sheet("Notes").append(["Asked Ruth"])
    content = io.BytesIO()
    book.save(content)
    file = SimpleUploadedFile("rows.xlsx", content.getvalue())
    answer = client.post("/exchange/quarantine/upload", {"file": file, "reason": "r"})
    page = answer.content.decode()
    assert "It holds 156 lines beside the names of the columns." in page
    assert f"Sheet {SHEET}, rows 2, 7–156" in page
    assert "Without a reference: 151" in page
    assert "Not read: 1" in page
    assert "Sheet Notes, row 1" in page
    assert "Went on: 4" in page


def test_instructions_are_known_in_every_language() -> None:
    assert {"Reference", "What is wrong", "How to correct these rows"} <= own_texts()
    assert len(own_texts()) > 15
