"""A leader reads a dashboard and prints a brief; an analyst builds them, also without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, PageAs, no_wider

pytestmark = pytest.mark.usefixtures("pretend_service")
WORDS = "Joiners keep pace with leavers, and the plan counts on the rest by the end of the year. "


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def printed(page: Page) -> int:
    """Return on how many pages of A4 a page is printed."""
    return len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True)))


def test_a_leader_reads_what_is_shared(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    page.goto("/dashboards/")
    axe(page)
    page.get_by_role("link", name="The workforce at a glance").click()
    expect(page.get_by_role("heading", name="Headcount", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="Headcount by employer")).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": 360, "height": 800})
    no_wider(page, 360)
    page.get_by_role("link", name=re.compile("^Cite Headcount$")).click()
    expect(page.get_by_text("These figures stay as they are").first).to_be_visible()


def build(page: Page) -> None:
    page.goto("/dashboards/new")
    page.get_by_label("Title").fill("Built by keyboard")
    page.get_by_label("Title").press("Enter")
    for figure, form in (("Joiners", "One number"), ("Leavers", "A line")):
        page.get_by_role("button", name="Add a tile").click()
        page.get_by_label("Figure", exact=True).select_option(label=figure)
        press(page, "Continue")
        page.get_by_role("radio", name=re.compile(form)).check()
        press(page, "Add the tile")
    page.get_by_role("button", name="Move up Leavers").press("Enter")
    first = page.locator(".muster-arranged").first
    expect(first).to_contain_text("Leavers")
    page.get_by_role("button", name="Take away Leavers").press("Enter")
    expect(page.get_by_role("heading", name="Taken away")).to_be_visible()
    page.get_by_role("button", name="Put back Leavers").press("Enter")
    expect(first).to_contain_text("Leavers")
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("heading", name="Leavers over time")).to_be_visible()


def test_an_analyst_builds_one(page_as: PageAs, axe: Axe) -> None:
    page = page_as("analyst")
    build(page)
    axe(page)
    page.get_by_role("link", name="Arrange the tiles").click()
    axe(page)
    page.get_by_role("link", name="Change Leavers").click()
    axe(page)


def test_it_is_built_without_scripts(no_javascript_page: PageAs) -> None:
    build(no_javascript_page("analyst"))


@pytest.fixture
def full_brief(page_as: Callable[[str], Page]) -> Page:
    """Open a brief that is as full as one can be: eight figures, and no more can be said."""
    page = page_as("analyst")
    page.goto("/dashboards/")
    page.get_by_role("link", name="Workforce brief").click()
    page.get_by_role("link", name="Arrange the figures").click()
    while page.locator(".muster-arranged").count() < 8:
        page.get_by_role("button", name="Add a figure").click()
        page.get_by_label("Figure", exact=True).select_option(label="Movers between employers")
        press(page, "Continue")
        page.get_by_label("Heading (optional)").fill(
            "Who moved between two of our employers in the last year, all"
        )
        page.get_by_label("Target (optional)").fill("1200")
        page.locator("[name=due_day]").fill("31")
        page.locator("[name=due_month]").fill("3")
        page.locator("[name=due_year]").fill("2027")
        page.get_by_label("Who set the target").fill(
            "The people plan of every department, as it was agreed in the spring of the year"
        )
        press(page, "Add the figure")
    page.get_by_role("link", name="Done").click()
    page.get_by_role("link", name="Commentary", exact=True).click()
    page.get_by_label("Commentary").fill((WORDS * 20)[:1190])
    press(page, "Save")
    return page


def test_a_full_brief_prints_on_one_page(full_brief: Page, axe: Axe) -> None:
    axe(full_brief)
    assert printed(full_brief) == 1
    press(full_brief, "Make an issue now")
    expect(full_brief.get_by_text("These figures stay as they are").first).to_be_visible()
    axe(full_brief)
    assert printed(full_brief) == 1
    full_brief.set_viewport_size({"width": 360, "height": 800})
    no_wider(full_brief, 360)
