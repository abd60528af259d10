"""Systems that are asked, in the browser: one is set up, tried, asked, paused and removed."""

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Axe, PageAs
from tests.journeys.test_feeds import fits

pytestmark = pytest.mark.usefixtures("pretend_service")
SYSTEM = "hr:harbours-and-lighthouses"
TYPED = {
    "Code": "harbour-staff",
    "Table or view": "staff",
    "Key columns": "staff_number",
    "Contract of the messages": "muster.people.hr_record.v1",
    "What a row is about": "employment",
    "Column that only rises (optional)": "number",
    "Columns and their fields (optional)": "grade = grade_code",
}


def test_a_table_is_set_up_tried_asked_paused_and_removed(
    page_as: PageAs, axe: Axe, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "hr.sqlite3") as database:
        database.execute("CREATE TABLE staff (number int, staff_number text, grade_code text)")
        database.execute("INSERT INTO staff VALUES (1, 'A1', 'EO')")
    page = page_as("operator")
    page.goto("/messages/")
    page.get_by_role("link", name="See systems that are asked for what is new").click()
    page.get_by_role("button", name="Set one up").click()
    fits(page, axe)
    page.get_by_label("Which system is asked?").select_option(SYSTEM)
    page.get_by_label("A table or view in a PostgreSQL or SQLite database").check()
    page.get_by_role("button", name="Continue").click()
    fits(page, axe)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    axe(page)
    for label, value in TYPED.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Address", exact=True).fill(f"sqlite:///{tmp_path / 'hr.sqlite3'}")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Try it with one record, or ask it now.")).to_be_visible()
    expect(page.get_by_text("Set; never shown")).to_be_visible()
    fits(page, axe)
    page.get_by_role("link", name="Try it with one record").click()
    expect(page.get_by_text("It would not go on:").first).to_be_visible()
    expect(page.get_by_role("region", name="What would be sent")).not_to_contain_text("A1")
    fits(page, axe)
    page.goto("/messages/inlets/harbour-staff")
    page.get_by_role("link", name="Ask it no more").click()
    page.get_by_label("Reason").fill("Their system is upgraded.")
    fits(page, axe)
    page.get_by_role("button", name="Ask it no more").click()
    expect(page.get_by_text("Paused: Their system is upgraded.")).to_be_visible()
    page.goto("/messages/inlets/")
    expect(page.get_by_role("region", name="Systems that are asked")).to_contain_text("Paused")
    fits(page, axe)
    page.goto("/messages/inlets/harbour-staff")
    page.get_by_role("link", name="Remove it").click()
    page.get_by_label("Reason").fill("It was a trial.")
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("It is removed.")).to_be_visible()
