"""A stranger's first day: a workbook that no layout knows is mapped, taken in, and known again.

The time of each step is printed (``pytest -s``), and never asserted on.
"""

import io
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, Muster, PageAs, done, no_wider

pytestmark = pytest.mark.usefixtures("pretend_service")
HEADER = (
    "Payroll Ref", "Full name", "D.O.B.", "Joined", "Basis of contract", "W.T.E.", "Role",
    "Home phone",
)  # fmt: skip
PEOPLE = (
    ("0070101", "Ames, Ann", "17/02/1980", "01/04/2019", "Permanent", 1, "Analyst", "020 794 18"),
    ("0070102", "Banik, Bo", "30/11/1975", "05/10/2020", "Permanent", 0.6, "Clerk", "020 794 19"),
    ("0070103", "Crewe, Cy", "23/06/1991", "04/01/2021", "ZZ", 0.8, "Clerk", "020 794 20"),
    ("0070104", "Dunn, Di", "31/02/1988", "07/08/2022", "Agency", 1, "Porter", "020 794 21"),
)  # fmt: skip


def workbook(path: Path, *, code: str = "ZZ") -> Path:
    """Write a workbook as somebody made it: titles above, a total and a note below.

    ``code`` is what stands for the engagement that only this office knows.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet("About").write(0, 0, "Made by hand")
        sheet = book.add_worksheet("Staff")
        sheet.write(0, 0, "Staff in post")
        sheet.write(1, 0, "31 October 2026")
        for row, cells in enumerate((HEADER, *PEOPLE), start=3):
            sheet.write_row(row, 0, [code if cell == "ZZ" else cell for cell in cells])
        sheet.write(8, 0, "Total")
        sheet.write(8, 5, 3.4)
        sheet.write(9, 0, "Source: our own list")
    path.write_bytes(target.getvalue())
    return path


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say how long a step took."""
    began = time.monotonic()
    yield
    sys.stdout.write(f"{name}: {time.monotonic() - began:.1f} s\n")


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def choose_file(page: Page, path: Path) -> None:
    page.goto("/exchange/layouts/")
    page.get_by_role("button", name="Map a file").click()
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Continue").click()
    heading(page, "Check the columns")


def send(page: Page, path: Path) -> None:
    """Hand a file in, as one does every month."""
    page.goto("/exchange/upload")
    page.get_by_label("Files", exact=True).set_input_files(path)
    route = "hr-harbours-and-lighthouses"
    page.get_by_label("Which system sent them").select_option(value=route)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile("/intakes/"))


def answer(page: Page) -> None:
    """Answer that the day comes first, and what the unknown code means."""
    page.get_by_role("radio", name=re.compile("^The day")).check()
    page.get_by_label(re.compile("Engagement “ZZ”")).select_option("contractor")
    page.get_by_role("button", name="Continue").click()
    heading(page, "See what would become of the rows")


def say_that_both_are_meant(page: Page, axe: Axe) -> None:
    """Take one column for two fields, be asked about it, and say that it is meant."""
    page.get_by_label("Column for Place").select_option(label="Role")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Post title and Place are to come from")
    axe(page)
    page.get_by_role("checkbox", name="Yes, “Role” holds Post title and Place").check()
    page.get_by_role("button", name="Continue").click()
    heading(page, "What the file does not tell")
    page.get_by_role("link", name="Check the columns").click()
    expect(page.get_by_role("checkbox", name=re.compile("^Yes, “Role”"))).to_be_checked()


def test_a_stranger_maps_a_workbook(
    page_as: PageAs, axe: Axe, muster: Muster, tmp_path: Path
) -> None:
    page = page_as("caseworker")
    with step("choose the file"):
        page.goto("/exchange/mapping/")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("alert")).to_contain_text("Choose a file")
        axe(page)
        choose_file(page, workbook(tmp_path / "staff-2026-10-31.xlsx"))
    with step("check the columns"):
        expect(page.get_by_text("The names of the columns stand in row 4.")).to_be_visible()
        expect(page.get_by_label("Column for Surname")).to_have_value("1")
        expect(page.get_by_text("Seems personal")).to_be_visible()
        page.get_by_text("Why, and what is in it: Staff number").click()
        expect(page.get_by_text("“0070101”")).to_be_visible()
        axe(page)
        page.get_by_text("Fields for which no column was found").click()
        axe(page)
        say_that_both_are_meant(page, axe)
        page.get_by_label("Column for Place").select_option(label="No column")
        page.get_by_role("button", name="Continue").click()
        heading(page, "What the file does not tell")
    with step("answer"):
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("alert")).to_contain_text("Select an answer for “Start date”")
        axe(page)
        answer(page)
    with step("see what would wait"):
        expect(page.get_by_text("Of 4 rows 3 would go on and 1 would wait")).to_be_visible()
        expect(page.get_by_role("region", name="Would wait in quarantine")).to_contain_text(
            "no such day in the calendar"
        )
        expect(page.get_by_role("region", name="Would go on")).to_contain_text("2020-10-05")
        mended = page.get_by_role("region", name="Why rows would wait")
        expect(mended.get_by_role("link").first).to_be_visible()
        axe(page)
        page.set_viewport_size({"width": 320, "height": 800})
        no_wider(page, 320)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.get_by_role("button", name="Continue").click()
    with step("save"):
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("Name of this kind of file")
        axe(page)
        page.get_by_label("Name of this kind of file").fill("Staff in post of our office")
        page.get_by_label("Changes only").check()
        page.get_by_role("button", name="Save").click()
        heading(page, "Take the file in")
        axe(page)
    with step("take in"):
        page.get_by_role("button", name="Take this file in now").click()
        done(muster("work", "--once"))
        page.reload()
        page.get_by_role("link", name=re.compile("^harbours.*staff-2026-10-31.xlsx")).click()
        counts = page.get_by_role("region", name="In = accepted + in quarantine")
        expect(counts.get_by_role("row", name=re.compile("^Rows"))).to_have_text(
            re.compile(r"Rows\s+4\s+3\s+1")
        )
    with step("fix a cause once for all"):
        send(page, workbook(tmp_path / "staff-2026-11-15.xlsx", code="QQ"))
        done(muster("work", "--once"))
        page.goto("/exchange/quarantine/")
        page.get_by_role("link", name=re.compile("QQ")).first.click()
        page.get_by_role("button", name="Say once what “QQ” means").click()
        page.get_by_label("contractor").check()
        page.get_by_label("Reason").fill("Our word for contractors")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Remember it and let the rows go on").click()
        expect(page.get_by_role("alert")).to_contain_text("1 row went on")
    with step("load the next file"):
        send(page, workbook(tmp_path / "staff-2026-11-16.xlsx", code="QQ"))
        done(muster("work", "--once"))
        page.reload()
        page.get_by_role("link", name=re.compile("^harbours.*staff-2026-11-16.xlsx")).click()
        counts = page.get_by_role("region", name="In = accepted + in quarantine")
        expect(counts.get_by_role("row", name=re.compile("^Rows"))).to_have_text(
            re.compile(r"Rows\s+4\s+3\s+1")
        )
    with step("know it again"):
        choose_file(page, tmp_path / "staff-2026-10-31.xlsx")
        expect(
            page.get_by_text("reads files like this one already, as “Staff in post of our office”")
        ).to_be_visible()
        page.get_by_role("button", name="Cancel and remove the file").click()
        heading(page, "Layouts")
        axe(page)
        page.get_by_role("link", name="Staff in post of our office").click()
        taken = page.get_by_role("region", name="What it takes from a file")
        expect(taken.get_by_role("row", name=re.compile("^Staff number"))).to_contain_text(
            "“Payroll Ref”"
        )
        axe(page)
        page.get_by_text("As it is kept, for who maintains it").click()
        expect(page.get_by_role("region", name="As it is kept")).to_contain_text("[layout]")
        page.locator("summary", has_text="What its codes mean").click()
        axe(page)


def test_few_rows_at_first_and_a_date_that_has_to_be_given(
    no_javascript_page: PageAs, tmp_path: Path
) -> None:
    page = no_javascript_page("caseworker-orchards")
    rows = [f"{number:06},Ames,Ann,1980-02-17,2019-04-01,Permanent,1" for number in range(1, 31)]
    head = "Payroll Ref,Surname,Forename,DOB,Date joined,Contract type,FTE"
    path = tmp_path / "everybody.csv"
    path.write_text("\n".join([head, *rows, rows[0], ""]))
    choose_file(page, path)
    page.get_by_role("button", name="Continue").click()
    heading(page, "See what would become of the rows")
    expect(page.get_by_text("stands in an earlier row of the file").first).to_be_visible()
    shown = page.get_by_role("region", name="Would go on").get_by_role("row")
    expect(shown).to_have_count(21)
    page.get_by_role("link", name="Show more rows").click()
    expect(shown).to_have_count(31)
    page.get_by_role("link", name="Check the column of Staff number").click()
    expect(page).to_have_url(re.compile("columns#field-staff_number$"))
    page.go_back()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name of this kind of file").fill("Everybody of ours")
    system = page.get_by_label("Which system sends such files")
    system.select_option(value="hr-orchards-and-allotments")
    page.get_by_label("Changes only").check()
    page.get_by_role("button", name="Save").click()
    heading(page, "Take the file in")
    page.get_by_role("button", name="Take this file in now").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the date the file speaks of")


def test_mapping_works_without_scripts_and_with_a_keyboard(
    no_javascript_page: PageAs, tmp_path: Path
) -> None:
    page = no_javascript_page("caseworker-orchards")
    choose_file(page, workbook(tmp_path / "list.xlsx"))
    page.get_by_label("Column for Post title").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("How Post title is read")).to_be_focused()
    page.get_by_role("button", name="Propose again").click()
    heading(page, "Check the columns")
    page.get_by_role("button", name="Continue").click()
    answer(page)
    page.get_by_role("link", name="Change the answers").click()
    expect(page.get_by_role("radio", name=re.compile("^The day"))).to_be_checked()
    page.get_by_role("link", name="Check the columns").click()
    expect(page.get_by_text("Chosen by you").first).to_be_visible()
