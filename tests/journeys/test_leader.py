"""A leader goes from a brief to what stands behind it, asks a question, and cites the answer."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, PageAs, sound

pytestmark = pytest.mark.usefixtures("pretend_service")
QUESTION = "How many staff does each department have at each grade?"


def go(page: Page, name: str) -> None:
    """Follow a link below the bar: another page of figures."""
    page.get_by_role("navigation", name="Pages of Figures").get_by_role(
        "link", name=name, exact=True
    ).click()


def test_a_brief_leads_to_what_stands_behind_it(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    sound(page, axe)
    page.get_by_role("link", name=re.compile("^Workforce brief, 31 October 2026")).first.click()
    expect(page.get_by_text("These figures stay as they are").first).to_be_visible()
    sound(page, axe)
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Sign out")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Pages of Figures")).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True))) == 1
    page.emulate_media(media="screen")
    one = page.locator(".muster-figure").filter(
        has=page.get_by_role("heading", name="Headcount", exact=True)
    )
    shown = re.search(r"[\d,]+", one.locator(".muster-figure__number").inner_text())
    assert shown is not None
    one.get_by_role("link", name=re.compile("^Cite")).click()
    expect(page.locator("main table").get_by_text(shown[0], exact=True)).to_be_visible()
    sound(page, axe)


def test_what_changed_where_people_work_and_how_long_hires_take(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    page.get_by_role("main").get_by_role("link", name="Figures", exact=True).click()
    expect(page.get_by_role("heading", name="Headcount by employer, 3")).to_be_visible()
    sound(page, axe)
    page.get_by_role("link", name="What changed since the date before, and why").click()
    flows = page.get_by_role("table", name="Who came, went and moved")
    sound(page, axe)
    flows.get_by_role("link", name=re.compile("^Joiners")).click()
    expect(page.get_by_role("heading", name=re.compile("^Joiners.* by"))).to_be_visible()

    go(page, "Places")
    expect(page.get_by_role("img", name=re.compile("Headcount, all employers"))).to_be_visible()
    told = page.get_by_role("row", name=re.compile("^Scotland")).locator("td").first.inner_text()
    page.get_by_role("link", name="Explore these figures").click()
    expect(page.get_by_role("row", name=re.compile("^Scotland"))).to_contain_text(told)
    page.get_by_role("link", name="Where people work, on a map").click()
    expect(page.get_by_role("heading", name="Places", exact=True)).to_be_visible()

    go(page, "Time to hire")
    expect(page.get_by_role("heading", name="Have I lost people")).to_be_visible()
    sound(page, axe)
    page.get_by_role("paragraph").filter(has_text="Explore these figures").get_by_role(
        "link", name="Hires", exact=True
    ).click()
    page.get_by_role("link", name="How long hires take, step by step").click()
    expect(page.get_by_role("heading", name="Time to hire", exact=True)).to_be_visible()

    go(page, "Attendance")
    page.get_by_role("link", name="Explore these figures").click()
    page.get_by_role("link", name="Attendance against what is expected").click()
    expect(page.get_by_role("heading", name="Attendance in buildings")).to_be_visible()
    go(page, "Movers between employers")
    page.get_by_role("link", name="Explore these figures").click()
    expect(
        page.get_by_role("heading", name=re.compile("^Movers between employers by"))
    ).to_be_visible()


def asked(page: Page) -> None:
    """Ask what was answered before; the answer cites it, and nothing is computed."""
    page.goto("/")
    page.get_by_role("link", name="Ask a question", exact=True).click()
    page.get_by_label("What do you want to know?").fill(QUESTION)
    page.get_by_label("What is it for?").fill("A speech")
    page.get_by_label("For whom?").fill("A committee")
    for part, value in (("Day", "20"), ("Month", "12"), ("Year", "2099")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Look for an answer").click()
    expect(page.get_by_text("This was answered before").first).to_be_visible()
    page.get_by_role("button", name="Answer with this").first.click()
    expect(page.get_by_text("Nothing was computed again")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Headcount by responsibility level")).click()
    expect(page.get_by_text("Cite this page by its address")).to_be_visible()
    assert page.locator("main td").count() > 5


def test_a_question_gets_a_cited_answer(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    asked(page)
    sound(page, axe)
    page.go_back()
    sound(page, axe)


def test_it_works_without_scripts(no_javascript_page: PageAs) -> None:
    page = no_javascript_page("leader")
    page.goto("/grid/")
    page.get_by_label("Figure", exact=True).select_option(label="Leavers")
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_role("heading", name=re.compile("^Leavers by employer"))).to_be_visible()
    page.get_by_role("link", name="What changed since the date before, and why").click()
    expect(page.get_by_role("heading", name="What changed, and why")).to_be_visible()
    for name in ("Places", "Time to hire", "Attendance", "Shared services", "Questions"):
        go(page, name)
        expect(page.get_by_role("main").locator("table").first).to_be_visible()
    asked(page)
