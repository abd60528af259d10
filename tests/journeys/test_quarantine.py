"""A caseworker mends what waits: a value once for all, a row in place, many in a workbook."""

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.integration.mending_files import ODD, ORCHARDS, report, row
from tests.journeys.conftest import Axe, Muster, PageAs, done, no_wider

pytestmark = pytest.mark.usefixtures("pretend_service")
ME = "caseworker-orchards"
_days = (f"2025-{month:02}-28" for month in range(1, 13))


@pytest.fixture
def day() -> str:
    """Return a day of which no other journey's report speaks."""
    return next(_days)


@pytest.fixture
def waiting(muster: Muster, tmp_path: Path, day: str) -> str:
    """Load a report with rows that wait for a value of their own; return that value."""
    odd = f"{ODD} of {day}"
    folder = tmp_path / ORCHARDS
    folder.mkdir()
    rows = [row(f"J{n}", worker=odd if n < 4 else "Employee - Permanent") for n in range(1, 6)]
    rows.append(row("J9", born="31/31/1980"))
    (folder / f"{day}-hr.csv").write_bytes(report(*rows))
    done(muster("load", str(tmp_path)))
    return odd


def heading(page: Page, name: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def open_cause(page: Page, cause: str) -> None:
    page.goto("/exchange/quarantine/")
    page.get_by_role("link", name=cause).first.click()
    heading(page, "Rows that wait")


def test_a_value_is_given_its_meaning_once_and_that_is_undone(
    page_as: PageAs, axe: Axe, waiting: str
) -> None:
    page = page_as(ME)
    page.get_by_role("link", name="Rows in quarantine").click()
    axe(page)
    open_cause(page, waiting)
    axe(page)
    page.get_by_role("button", name=f"Say once what “{waiting}” means").click()
    axe(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Select what the value means")
    axe(page)
    page.get_by_label("fixed term").check()
    page.get_by_label("Reason").fill("Apprentices have a fixed term")
    page.get_by_role("button", name="Continue").click()
    heading(page, "Check your answer")
    axe(page)
    page.get_by_role("button", name="Remember it and let the rows go on").click()
    expect(page.get_by_role("alert")).to_contain_text("3 rows went on")
    axe(page)
    page.get_by_role("link", name="Undo this meaning").click()
    axe(page)
    page.get_by_role("button", name="Undo it").click()
    page.get_by_role("link", name=re.compile("Take it again")).click()
    axe(page)
    page.get_by_label("Reason").fill("It was the wrong meaning")
    page.get_by_role("button", name="Take it again").click()
    expect(page.get_by_text("4 rows wait in quarantine")).to_be_visible()


def test_a_row_is_corrected_in_its_place(page_as: PageAs, axe: Axe, waiting: str, day: str) -> None:
    page = page_as(ME)
    page.goto(f"/exchange/?q={day}&waiting=on")
    page.get_by_role("link", name=f"{ORCHARDS}/{day}-hr.csv").first.click()
    page.get_by_role("link", name="Birth date: no such day in the calendar").click()
    page.get_by_role("link", name="Row 7").click()
    expect(page.get_by_role("alert")).to_contain_text("no such day in the calendar")
    axe(page)
    page.get_by_label("Date of Birth").fill("1980-12-31")
    page.get_by_role("button", name="See what becomes of it").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the reason for the correction")
    axe(page)
    page.get_by_label("Reason for the correction").fill("Typed wrongly")
    page.get_by_role("button", name="See what becomes of it").click()
    heading(page, "Check the correction")
    expect(page.get_by_text("With this correction the row goes on")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Keep the correction").click()
    expect(page.get_by_role("alert")).to_contain_text("The row was corrected and went on")
    expect(page.get_by_role("row", name="31/31/1980 1980-12-31")).to_be_visible()
    axe(page)


def test_rows_are_corrected_in_a_workbook_without_scripts(
    no_javascript_page: PageAs, waiting: str, tmp_path: Path
) -> None:
    page = no_javascript_page(ME)
    open_cause(page, waiting)
    with page.expect_download() as download:
        page.get_by_role("link", name="as a workbook to correct").click()
    place = tmp_path / "corrected.xlsx"
    download.value.save_as(place)
    book = openpyxl.load_workbook(place)
    sheet = book.worksheets[1]
    worker = [cell.value for cell in sheet[1]].index("Worker Type") + 1
    sheet.cell(2, worker).value = "Employee - Permanent"
    sheet.cell(3, worker).value = "Employee - Vicar"
    book.save(place)
    page.get_by_role("link", name="Upload a corrected workbook").click()
    page.get_by_label("The corrected workbook").set_input_files(place)
    page.get_by_label("Reason for the corrections").fill("Typed wrongly")
    page.get_by_role("button", name="Upload").click()
    heading(page, "What became of the workbook")
    for words in ("Went on: 1", "Still wrong: 1", "Not changed: 1"):
        expect(page.get_by_role("heading", name=words)).to_be_visible()


@pytest.mark.parametrize(
    "address",
    [
        "/exchange/quarantine/",
        "/exchange/quarantine/rows",
        "/exchange/quarantine/upload",
        "/exchange/quarantine/meanings/",
        "/exchange/quarantine/meanings/?undone=yes",
    ],
)
def test_pages_have_no_violations_and_fit_a_small_screen(
    page_as: PageAs, axe: Axe, waiting: str, address: str
) -> None:
    page = page_as(ME)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    no_wider(page, 320)
    axe(page)
