"""A leader explores figures in the browser, with and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, PageAs

pytestmark = pytest.mark.usefixtures("published_samples")


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).select_option(label=option)


def explore(page: Page) -> None:
    page.goto("/grid/?metric=posts")
    choose(page, "Figure", "Full-time equivalents (FTE)")
    choose(page, "Broken down by", "Employer")
    choose(page, "As at", "30 September 2011")
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_role("heading", name="by employer, 30 September 2011")).to_be_visible()
    row = page.get_by_role("row", name=re.compile("HM Treasury"))
    expect(row).to_contain_text("1,1")


def test_a_leader_asks_and_sees_why(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    explore(page)
    axe(page)
    page.get_by_role("row", name=re.compile("HM Treasury")).get_by_role("link").click()
    expect(page.get_by_role("heading", name="Why this figure?")).to_be_visible()
    expect(page.get_by_text("hm_treasury/2011-09-30-senior.csv").first).to_be_visible()
    axe(page)


def test_it_works_without_scripts(no_javascript_page: PageAs) -> None:
    explore(no_javascript_page("leader"))


def test_a_date_without_a_return_is_a_gap(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    page.goto("/grid/?metric=posts")
    choose(page, "Figure", "Full-time equivalents (FTE)")
    choose(page, "Broken down by", "Nothing: the total alone")
    choose(page, "Since", "31 March 2011")
    choose(page, "Employer", "HM Treasury")
    page.get_by_role("button", name="Show figures").click()
    row = page.get_by_role("row", name=re.compile("31 March 2011"))
    expect(row).to_contain_text("No return")
    axe(page)


def test_figures_leave_as_csv(page_as: PageAs) -> None:
    page = page_as("analyst")
    page.goto("/grid/?metric=posts&by=grade&as_at=2011-09-30")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("metric,as_at,broken_down_by")
    assert "definition" in text


def test_an_analyst_compares_employers_over_dates_and_cites_what_is_shown(
    page_as: PageAs, axe: Axe
) -> None:
    page = page_as("analyst")
    page.goto("/grid/?metric=fte&by=none&from=2011-03-31")
    choose(page, "Employer", "HM Land Registry")
    page.get_by_text("Compare employers").click()
    page.get_by_label("UK Sport").check()
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_role("columnheader", name="UK Sport")).to_be_visible()
    expect(page.get_by_role("img", name="Full-time equivalents (FTE) by date")).to_be_visible()
    axe(page)
    row = page.get_by_role("row", name=re.compile("30 September 2011"))
    shown = re.findall(r"\d[\d,]*\.\d+", row.inner_text())
    assert len(shown) == 2
    page.get_by_role("link", name=re.compile(r"^http.*release=")).click()
    expect(page.get_by_text("These figures stand as they were released")).to_be_visible()
    again = page.get_by_role("row", name=re.compile("30 September 2011")).inner_text()
    assert re.findall(r"\d[\d,]*\.\d+", again) == shown
    axe(page)


def test_it_says_what_changed_and_why(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    page.goto("/grid/?metric=fte&as_at=2011-09-30")
    page.get_by_role("link", name="What changed since the date before, and why").click()
    expect(page.get_by_role("heading", name="What changed, and why")).to_be_visible()
    expect(page.get_by_text("Returned for the later date only")).to_contain_text("HM Treasury")
    axe(page)


def test_a_figure_is_found_among_many_with_the_keyboard(page_as: PageAs, axe: Axe) -> None:
    page = page_as("analyst")
    page.goto("/grid/")
    page.get_by_role("link", name="Search all figures").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Words in the name, the definition or a breakdown").fill("senior posts")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("figure")
    page.get_by_role("link", name="Senior posts", exact=True).focus()
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("heading", name=re.compile("^Senior posts by employer"))
    ).to_be_visible()
    axe(page)


def test_what_contradicts_itself_is_said_beside_its_box(page_as: PageAs, axe: Axe) -> None:
    page = page_as("analyst")
    page.goto("/grid/?metric=fte&as_at=2011-03-31")
    choose(page, "Since", "30 September 2011")
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a first date that is before")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Since")).to_be_focused()
    axe(page)
