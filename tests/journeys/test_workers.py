"""A leader sets employees and contractors beside each other, wide, narrow and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, PageAs, no_wider

pytestmark = pytest.mark.usefixtures("pretend_service")
HEADING = "Employees and contractors"
NARROW = 320


def ask(page: Page, by: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=HEADING, exact=True).first.click()
    expect(page.get_by_role("heading", name=HEADING, exact=True)).to_be_visible()
    page.get_by_label("Broken down by", exact=True).select_option(label=by)
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_text(f"What a year costs, by {by.lower()}").first).to_be_visible()


def test_count_and_cost_stand_beside_each_other(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    ask(page, "Responsibility level")
    axe(page)
    expect(page.get_by_text("Pay bill of employees, a year").first).to_be_visible()
    expect(page.get_by_role("img", name="Cost of employees and of contractors")).to_be_visible()
    page.get_by_role(
        "link", name="Cost of contractors and agency workers: Responsibility level"
    ).click()
    expect(page.get_by_role("heading", name="Cost of contractors").first).to_be_visible()


def test_on_a_narrow_screen_nothing_sticks_out(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    page.set_viewport_size({"width": NARROW, "height": 700})
    page.goto("/grid/workers/?by=profession")
    no_wider(page, NARROW)
    axe(page)


def test_it_works_without_scripts(no_javascript_page: PageAs) -> None:
    page = no_javascript_page("analyst")
    page.goto("/grid/workers/?by=region")
    expect(page.get_by_role("heading", name=HEADING, exact=True)).to_be_visible()
    expect(page.get_by_text("What a year costs, by region").first).to_be_visible()
