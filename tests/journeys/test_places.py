"""An analyst looks where people work and keeps commitments; a leader looks; scripts on and off."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, PageAs, no_wider

pytestmark = pytest.mark.usefixtures("pretend_service")


def look(page: Page) -> None:
    page.goto("/grid/places/")
    expect(page.get_by_role("heading", name="Places", exact=True)).to_be_visible()
    expect(page.get_by_role("img").first).to_be_visible()
    page.get_by_role("link", name="Scotland").click()
    expect(page.get_by_role("table", name="Towns of Scotland")).to_be_visible()
    expect(page.get_by_role("row", name="Edinburgh")).to_be_visible()


def test_a_leader_looks_where_people_work(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    look(page)
    axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    no_wider(page, 320)


def test_it_works_without_scripts(no_javascript_page: PageAs) -> None:
    page = no_javascript_page("leader")
    look(page)
    page.get_by_label("Figure", exact=True).select_option(label="Hires")
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_role("heading", name="Hires, all employers")).to_be_visible()


def test_an_analyst_enters_a_commitment_and_takes_it_back(page_as: PageAs, axe: Axe) -> None:
    page = page_as("analyst")
    page.goto("/grid/places/")
    page.get_by_role("link", name="Enter or undo commitments").click()
    axe(page)
    page.get_by_label("Employer", exact=True).select_option(index=0)
    for part, value in (("Day", "31"), ("Month", "3"), ("Year", "2037")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("Share outside London, in per cent").fill("75")
    page.get_by_label("Stated by").fill("The board")
    page.get_by_label("Where it stands").fill("Annual report")
    page.get_by_role("button", name="Enter it").click()
    row = page.get_by_role("row", name="31 March 2037")
    expect(row).to_contain_text("75")
    page.goto("/grid/places/")
    expect(page.get_by_role("row", name="31 March 2037")).to_contain_text("75% outside London")
    axe(page)
    page.goto("/grid/places/commitments/")
    page.get_by_role("row", name="31 March 2037").get_by_role("link", name="Undo").click()
    axe(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("row", name="31 March 2037")).to_have_count(0)


def test_an_analyst_says_in_which_town_a_place_is(page_as: PageAs, axe: Axe) -> None:
    page = page_as("analyst")
    page.goto("/grid/places/sites/")
    axe(page)
    page.get_by_label("Name of the place").fill("XYZ99")
    page.locator("#id_employer").select_option(index=0)
    page.get_by_label("Town", exact=True).select_option(label="Truro, South West")
    page.get_by_role("button", name="Say it").click()
    row = page.get_by_role("row", name="XYZ99")
    expect(row).to_contain_text("Truro")
    page.set_viewport_size({"width": 320, "height": 640})
    no_wider(page, 320)
    row.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("row", name="XYZ99")).to_have_count(0)
