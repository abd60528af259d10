"""Waiting rows go out as a workbook, are edited in a spreadsheet, and come back.

The workbooks are edited by another program than the one that wrote them.
"""

import io
import threading
import uuid
from collections.abc import Callable

import openpyxl
import pytest
from django.db import connection
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from muster.connectors.contract import Offer
from muster.hub import queries
from muster.hub.mending import correcting
from muster.hub.mending.handing import HandedOut, hand_out
from muster.hub.mending.references import Reference, written
from muster.hub.mending.returned import Fate, Returned, bring_back
from muster.hub.models import CellFix, Landing
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK as CLOCK
from muster.kernel.errors import BadInput, NotFound
from muster.register.people.models import Assignment, Identifier
from muster.services.exchange.pages.workbooks import own_texts
from muster.services.exchange.pages.workbooks import written as as_file
from tests.integration.loads import everything, file_of, junior, load
from tests.integration.mending_files import (
    CAUSE,
    ODD,
    believed,
    causes_of,
    counts,
    enrol_all,
    report,
    row,
    sent,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
BY, OTHER = "persona:test", "persona:other"
BORN, WORKER, NUMBER = "Date of Birth", "Worker Type", "Employee ID"
Edit = Callable[[Worksheet], None]


@pytest.fixture(autouse=True)
def _employers(fresh_home: object) -> None:
    enrol_all()


@pytest.fixture
def landing() -> uuid.UUID:
    """Load a report of which three rows wait: two for a contract type, one for a birth date."""
    return sent(
        report(
            row("0001"),
            row("0002", worker=ODD),
            row("0003", born="31/31/1980"),
            row("0004", worker=ODD, grade="@HEO"),
        )
    )


def handed(**asked: object) -> HandedOut:
    return hand_out(words=lambda problem: f"{problem['field']}: {problem['reason']}", **asked)  # type: ignore[arg-type]


def taken(**asked: object) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(as_file(handed(**asked))))


def back(book: Workbook, *, by: str = BY, employer: uuid.UUID | None = None) -> Returned:
    content = io.BytesIO()
    book.save(content)
    offer = Offer("rows.xlsx", content.getvalue())
    return bring_back(
        offer, reason="r", employer=employer, by=by, read=read, clock=CLOCK, ours=own_texts()
    )


def column(sheet: Worksheet, header: str) -> int:
    return [cell.value for cell in sheet[1]].index(header) + 1


def put(sheet: Worksheet, line: int, header: str, value: object) -> None:
    sheet.cell(line, column(sheet, header)).value = value  # type: ignore[assignment]


def fates(came: Returned) -> dict[str, int]:
    return {str(fate): len(came.of(fate)) for fate in Fate if came.of(fate)}


def test_what_goes_out_says_what_is_wrong_in_the_cells_themselves(landing: uuid.UUID) -> None:
    book = taken()
    assert book.sheetnames[1:] == ["Workday report of people"]
    sheet = book.worksheets[1]
    assert [cell.value for cell in sheet[1]][:4] == [
        "Reference", "What is wrong", NUMBER, "Legal Name",
    ]  # fmt: skip
    assert [sheet.cell(line, 3).value for line in (2, 3, 4)] == ["0002", "0003", "0004"]
    marked = {
        (cell.row, sheet.cell(1, cell.column or 1).value): cell.comment.text
        for line in sheet.iter_rows(min_row=2)
        for cell in line
        if cell.comment
    }
    assert set(marked) == {(2, WORKER), (3, BORN), (4, WORKER)}
    assert "not in the code list" in marked[2, WORKER]
    grade = sheet.cell(4, column(sheet, "Compensation Grade"))
    assert (grade.value, grade.data_type) == ("@HEO", "s")


def test_a_cause_or_a_feed_goes_out_by_itself(landing: uuid.UUID) -> None:
    other = sent(report(row("0009", worker=ODD)), day="2026-09-30")
    assert taken(cause=CAUSE).worksheets[1].max_row == 1 + 3
    assert handed(landing=other).rows == {other: [2]}
    with pytest.raises(NotFound):
        handed(cause="nothing of the kind")
    with pytest.raises(BadInput, match="4 rows wait, and a workbook takes 3"):
        handed(most=3)


def test_corrected_rows_go_on_and_the_rest_is_told(landing: uuid.UUID) -> None:
    book = taken()
    sheet = book.worksheets[1]
    put(sheet, 2, WORKER, "Employee - Permanent")
    put(sheet, 3, BORN, "1980-31-12")
    came = back(book)
    assert fates(came) == {"went on": 1, "still wrong": 1, "unchanged": 1}
    (wrong,) = came.of(Fate.STILL_WRONG)
    assert (wrong.place, wrong.said) == ("row 4", "Birth date: no such day in the calendar")
    assert counts(landing) == (4, 2, 2)
    (made,) = correcting.row_of(landing, 3).corrections
    assert (made.was, made.now, made.by, made.reason) == (ODD, "Employee - Permanent", BY, "r")


def test_a_workbook_that_was_only_saved_changes_nothing(landing: uuid.UUID) -> None:
    before = everything()
    assert fates(back(taken())) == {"unchanged": 3}
    assert everything() == before


def test_the_same_workbook_twice_changes_nothing(landing: uuid.UUID) -> None:
    book = taken()
    put(book.worksheets[1], 2, WORKER, "Employee - Permanent")
    put(book.worksheets[1], 3, BORN, "1980-31-12")
    back(book)
    before = (everything(), believed())
    assert fates(back(book)) == {"unchanged": 2, "no longer waits": 1}
    assert (everything(), believed()) == before


def test_rows_are_told_by_their_reference_wherever_they_stand(landing: uuid.UUID) -> None:
    book = taken()
    sheet = book.worksheets[1]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)]
    worker = column(sheet, WORKER) - 1
    for line in lines:
        line[worker] = "Employee - Permanent"
    lines[2][column(sheet, "Compensation Grade") - 1] = "'@HEO"
    headers = [cell.value for cell in sheet[1]]
    order = list(reversed(range(len(headers))))
    fresh = openpyxl.Workbook()
    moved = fresh.active
    assert moved is not None
    moved.append(["A note of my own"])
    moved.append([headers[place] for place in order])
    for line in (lines[2], lines[0]):
        moved.append([line[place] for place in order])
    came = back(fresh)
    assert fates(came) == {"went on": 2, "without reference": 1}
    assert [one.workbook for one in came.of(Fate.NO_REFERENCE)] == ["Sheet, row 1"]
    assert causes_of(landing) == ["Birth date: no such day in the calendar"]


def test_what_a_spreadsheet_did_to_cells_is_no_change(landing: uuid.UUID) -> None:
    """A program that counts: staff numbers and dates come back as numbers."""
    book = taken()
    sheet = book.worksheets[1]
    for line in (2, 3, 4):
        put(sheet, line, NUMBER, int(str(sheet.cell(line, 3).value)))
    put(sheet, 2, "Original Hire Date", 44081)
    put(sheet, 2, WORKER, "Employee - Permanent")
    assert fates(back(book)) == {"went on": 1, "unchanged": 2}
    (made,) = correcting.row_of(landing, 3).corrections
    assert made.field == WORKER
    assert counts(landing)[1] == 2


def test_a_date_cell_is_taken_as_its_day(landing: uuid.UUID) -> None:
    import datetime as dt

    book = taken()
    cell = book.worksheets[1].cell(3, column(book.worksheets[1], BORN))
    cell.number_format = "DD/MM/YYYY"
    cell.value = dt.datetime(1980, 12, 4)  # noqa: DTZ001 - a day as a cell holds it
    assert fates(back(book)) == {"went on": 1, "unchanged": 2}
    assert Identifier.objects.filter(kind="birth_date", value="1980-12-04").exists()


def test_somebody_elses_correction_is_not_overwritten(landing: uuid.UUID) -> None:
    book = taken()
    view = correcting.row_of(landing, 4)
    correcting.correct_row(view, {BORN: "1980-31-11"}, reason="r", by=OTHER, read=read, clock=CLOCK)
    put(book.worksheets[1], 3, BORN, "1980-11-30")
    came = back(book)
    assert fates(came) == {"unchanged": 2, "changed meanwhile": 1}
    assert came.of(Fate.CHANGED_MEANWHILE)[0].said == f"{BORN} was corrected by somebody else"
    assert [made.by for made in correcting.row_of(landing, 4).corrections] == [OTHER]


def test_corrections_of_different_cells_come_together(landing: uuid.UUID) -> None:
    book = taken()
    view = correcting.row_of(landing, 4)
    correcting.correct_row(
        view, {"Compensation Grade": "Grade 7"}, reason="r", by=OTHER, read=read, clock=CLOCK
    )
    put(book.worksheets[1], 3, BORN, "1980-11-30")
    assert fates(back(book)) == {"went on": 1, "unchanged": 2}
    assert Assignment.objects.filter(grade="Grade 7").exists()


def test_the_same_row_twice_is_taken_only_if_both_say_the_same(landing: uuid.UUID) -> None:
    book = taken()
    sheet = book.worksheets[1]
    put(sheet, 2, WORKER, "Employee - Permanent")
    sheet.append([cell.value for cell in sheet[2]])
    put(sheet, 5, WORKER, "Contingent Worker - Agency")
    came = back(book)
    assert came.of(Fate.CHANGED_MEANWHILE)[0].said.startswith("it stands twice")
    put(sheet, 5, WORKER, "Employee - Permanent")
    assert fates(back(book)) == {"went on": 1, "unchanged": 2}


def test_another_employers_rows_are_as_unknown_as_invented_ones(landing: uuid.UUID) -> None:
    feed = queries.landing(landing)
    book = taken()
    sheet = book.worksheets[1]
    for line in (2, 3, 4):
        put(sheet, line, WORKER, "Employee - Permanent")
    put(sheet, 3, "Reference", written(Reference(uuid.uuid4(), 4, 0)))
    put(sheet, 4, "Reference", "=1+1")
    before = everything()
    theirs = back(book, employer=uuid.uuid4())
    assert fates(theirs) == {"unknown": 2, "without reference": 1}
    assert {(row.file, row.place, row.said) for row in theirs.rows} == {("", "", "")}
    assert everything() == before
    own = back(book, employer=feed.employer)
    assert fates(own) == {"went on": 1, "unknown": 1, "without reference": 1}


def test_a_forged_row_or_edition_gets_nowhere(landing: uuid.UUID) -> None:
    book = taken()
    sheet = book.worksheets[1]
    put(sheet, 2, "Reference", written(Reference(landing, 2, 0)))
    put(sheet, 3, "Reference", written(Reference(landing, 4, 9)))
    put(sheet, 4, "Reference", written(Reference(landing, 2**31, 0)))
    for line in (2, 3, 4):
        put(sheet, line, WORKER, "Employee - Permanent")
    before = everything()
    assert fates(back(book)) == {"changed meanwhile": 1, "no longer waits": 2}
    assert everything() == before


def test_a_replaced_feeds_rows_are_unknown(landing: uuid.UUID) -> None:
    book = taken()
    put(book.worksheets[1], 2, WORKER, "Employee - Permanent")
    sent(report(*(row(f"000{n}") for n in range(1, 5))))
    assert Landing.objects.get(id=landing).state == "superseded"
    assert fates(back(book)) == {"unknown": 3}
    assert not CellFix.objects.exists()


def test_files_of_one_layout_share_a_sheet_whatever_they_call_their_columns() -> None:
    first = sent(report(row("0001"), row("0002", worker=ODD)), day="2026-08-31")
    shouting = report(row("0001"), row("0002", worker=ODD)).replace(b"Worker Type", b"WORKER TYPE")
    second = sent(shouting, day="2026-09-30")
    book = taken()
    sheet = book.worksheets[1]
    assert [cell.value for cell in sheet[1]].count(WORKER) == 1
    for line in (2, 3):
        put(sheet, line, WORKER, "Employee - Permanent")
    assert fates(back(book)) == {"went on": 2}
    assert (counts(first), counts(second)) == ((2, 2, 0), (2, 2, 0))


def test_published_posts_have_a_sheet_of_their_own(landing: uuid.UUID) -> None:
    load({"hmt/2011-03-31-junior.csv": file_of(junior("1"), junior("half"))})
    book = taken()
    assert len(book.sheetnames) == 3
    (posts,) = [s for s in book.worksheets[1:] if "Grade" in [cell.value for cell in s[1]]]
    put(posts, 2, "Number of Posts in FTE", 0.5)
    assert fates(back(book)) == {"went on": 1, "unchanged": 3}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rows.csv", b"a,b\n1,2\n", "no workbook of rows that wait"),
        ("rows.xlsx", b"a,b\n1,2\n", "workbook"),
        ("rows.xlsx", b"", "workbook|empty"),
    ],
)
def test_what_is_no_such_workbook_is_refused(name: str, content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        bring_back(Offer(name, content), reason="r", employer=None, by=BY, read=read, clock=CLOCK)


def test_a_workbook_without_its_headers_or_with_two_alike_is_refused(landing: uuid.UUID) -> None:
    book = taken()
    book.worksheets[1].delete_rows(1)
    with pytest.raises(BadInput, match="names of the columns are missing"):
        back(book)
    book = taken()
    book.worksheets[1].cell(1, 30).value = "worker type"
    with pytest.raises(BadInput, match="Two columns are named"):
        back(book)


def test_two_workbooks_at_once_lose_nothing() -> None:
    landing = sent(report(*(row(f"{n:04}", worker=ODD if n else "Agency") for n in range(30))))
    books = [taken(), taken()]
    for place, book in enumerate(books):
        for line in range(2 + place, 32, 2):
            put(book.worksheets[1], line, WORKER, "Employee - Permanent")
    came: list[Returned] = []

    def run(book: Workbook) -> None:
        try:
            came.append(back(book))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(book,)) for book in books]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts(landing) == (30, 30, 0)
    assert sum(fates(one).get("went on", 0) for one in came) == 30
