"""An analyst finds, compares, takes, cites, pins and explains figures, and answers a question."""

import csv
import datetime as dt
import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Download, Page, expect

from tests.journeys.conftest import Axe, Muster, PageAs, done, sound

pytestmark = pytest.mark.usefixtures("pretend_service")
HARBOURS = "Department for Harbours and Lighthouses"
ORCHARDS = "Department of Orchards and Allotments"
NEWCOMERS = "Loom"
ODD = "How many colleagues come by bicycle, and where to?"
# A figure as people read it, by what it is of.
Figures = dict[tuple[str, ...], str]


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).select_option(label=option)


def show(page: Page) -> None:
    with page.expect_response(lambda answer: "/grid/?" in answer.url):
        page.get_by_role("button", name="Show figures").click()


def found(page: Page) -> None:
    """Find a figure by words, from the home page."""
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Figures", exact=True).click()
    page.get_by_role("link", name="Search all figures").click()
    page.get_by_label("Words in the name, the definition or a breakdown").fill("headcount town")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Headcount", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("^Headcount by employer"))).to_be_visible()


def written(day: str) -> str:
    date = dt.date.fromisoformat(day)
    return f"{date.day} {date:%B %Y}"


def on_the_page(page: Page) -> Figures:
    """Return the figures of a table of grades and dates, with an employer in each column."""
    table = page.locator("main table").last
    heads = table.locator("thead th").all_inner_texts()
    shown: Figures = {}
    for row in table.locator("tbody tr").all():
        grade, date, *figures = row.locator("th, td").all_inner_texts()
        for employer, figure in zip(heads[2:4], figures[:2], strict=True):
            # Below a figure stands, unseen, of what it is.
            shown[grade, employer, date] = figure.splitlines()[0]
    return shown


def first_two(page: Page) -> list[list[str]]:
    """Return what stands in the first two columns of the table of figures."""
    rows = page.locator("main table").last.locator("tbody tr").all()
    return [row.locator("th, td").all_inner_texts()[:2] for row in rows]


def in_csv(file: Download) -> Figures:
    lines = csv.DictReader(io.StringIO(file.path().read_text(encoding="utf-8-sig")))
    rows = [line for line in lines if line["kind"]]
    told = {row["label"]: row["value"] for row in rows}
    return {(label,): f"{int(v):,}" if v.isdigit() else v for label, v in told.items()}


def in_workbook(file: Download, folder: Path) -> Figures:
    path = folder / "figures.xlsx"
    file.save_as(path)
    shown: Figures = {}
    for sheet in openpyxl.load_workbook(path).worksheets:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        at = next((n for n, row in enumerate(rows) if row[0] == "As at"), None)
        for row in rows[at + 1 :] if at is not None else ():
            date, _code, grade, _employer, employer, _value, figure, _kind = row
            shown[str(grade), str(employer), written(str(date)[:10])] = str(figure)
    return shown


def test_every_number_of_the_files_is_the_one_on_the_page(
    page_as: PageAs, axe: Axe, tmp_path: Path
) -> None:
    page = page_as("analyst")
    found(page)
    for label, option in (
        ("Broken down by", "Responsibility level"), ("and by", "Age"),
        ("and by a third", "Region or nation"),
    ):  # fmt: skip
        choose(page, label, option)
    show(page)
    expect(page.get_by_role("heading", name=re.compile("responsibility level, age and region"))
           .first).to_be_visible()  # fmt: skip
    sound(page, axe)
    choose(page, "and by", "Nothing more")
    choose(page, "and by a third", "Nothing more")
    choose(page, "Since", "31 August 2026")
    choose(page, "Employer", HARBOURS)
    page.get_by_text("Compare employers").click()
    page.get_by_label(ORCHARDS).check()
    show(page)
    expect(page.get_by_role("columnheader", name=ORCHARDS)).to_be_visible()
    shown = on_the_page(page)
    assert len(shown) > 20
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert in_csv(download.value) == {(", ".join(key),): one for key, one in shown.items()}
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel", exact=True).click()
    assert in_workbook(download.value, tmp_path) == shown
    sound(page, axe)


def test_what_is_cited_stays_and_what_changed_is_explained(
    page_as: PageAs, muster: Muster, axe: Axe
) -> None:
    page = page_as("analyst")
    page.goto("/grid/?metric=headcount&by=employer&as_at=2026-10-31")
    before = first_two(page)
    cited = page.get_by_role("link", name=re.compile(r"^http.*release=")).get_attribute("href")
    done(muster(module="tests.journeys.newcomers_world"))
    page.goto(str(cited))
    assert first_two(page) == before
    expect(page.get_by_role("row", name=NEWCOMERS)).to_have_count(0)
    axe(page)
    page.get_by_role("link", name="See the same figures as they are today").click()
    expect(page.get_by_role("row", name=re.compile(f"^{NEWCOMERS}"))).to_contain_text("40")
    page.get_by_role("link", name="What changed since the date before, and why").click()
    expect(page.get_by_text("Returned for the later date only")).to_contain_text(NEWCOMERS)
    expect(page.get_by_role("link", name="The table as it was released then").first).to_be_visible()
    sound(page, axe)


def test_a_figure_is_pinned_and_one_that_is_missing_is_asked_for(
    no_javascript_page: PageAs,
) -> None:
    page = no_javascript_page("analyst")
    found(page)
    page.get_by_role("link", name="Pin this to a dashboard").click()
    page.get_by_label("Title of the new dashboard").fill("Pinned by an analyst")
    page.get_by_role("button", name="Pin it").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose “A new dashboard” for this title")
    page.get_by_role("radio", name="A new dashboard").check()
    page.get_by_role("button", name="Pin it").click()
    expect(page.get_by_role("heading", name="Pinned by an analyst")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("^Headcount"))).to_be_visible()
    page.goto("/grid/metrics/?q=bicycle")
    expect(page.get_by_text("No figure holds these words")).to_be_visible()
    page.get_by_role("link", name="ask for a new metric").click()
    page.get_by_label("What is it called?").fill("People who come by bicycle")
    page.get_by_label("What counts, and what does not?").fill("People who told so")
    page.get_by_role("button", name="Send to its owner").click()
    expect(page.get_by_text("Sent to its owner")).to_be_visible()


def test_a_question_that_was_handed_on_is_answered(
    page_as: PageAs, no_javascript_page: PageAs, axe: Axe
) -> None:
    leader = no_javascript_page("leader")
    leader.goto("/returns/ask")
    leader.get_by_label("What do you want to know?").fill(ODD)
    leader.get_by_label("What is it for?").fill("A visit")
    leader.get_by_label("For whom?").fill("A committee")
    for part, value in (("Day", "20"), ("Month", "12"), ("Year", "2099")):
        leader.get_by_label(part, exact=True).fill(value)
    leader.get_by_role("button", name="Look for an answer").click()
    leader.get_by_role("button", name="Hand it to the analysts").click()
    page = page_as("analyst")
    sound(page, axe)
    page.get_by_role("link", name=ODD).click()
    page.get_by_role("combobox", name="Another figure").select_option(
        label="Attendance on an average day"
    )
    page.get_by_role("button", name="Look at this figure").click()
    sound(page, axe)
    page.get_by_role("group").filter(has_text="Attendance on an average day").first.get_by_role(
        "button", name="Answer with this"
    ).click()
    leader.goto("/returns/?words=bicycle")
    leader.get_by_role("link", name=ODD).click()
    expect(
        leader.get_by_role("link", name=re.compile("^Attendance on an average day"))
    ).to_be_visible()
