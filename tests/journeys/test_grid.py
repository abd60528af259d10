"""A leader explores figures in the browser, with and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, PageAs

pytestmark = pytest.mark.usefixtures("published_samples")


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).select_option(label=option)


def explore(page: Page) -> None:
    page.goto("/grid/")
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
    page.goto("/grid/")
    choose(page, "Figure", "Full-time equivalents (FTE)")
    choose(page, "Broken down by", "Date")
    choose(page, "Employer", "HM Treasury")
    page.get_by_role("button", name="Show figures").click()
    row = page.get_by_role("row", name=re.compile("31 March 2011"))
    expect(row).to_contain_text("No return")
    axe(page)


def test_figures_leave_as_csv(page_as: PageAs) -> None:
    page = page_as("analyst")
    page.goto("/grid/?metric=posts&by=grade&as_at=2011-09-30")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("metric,as_at,broken_down_by")
    assert "definition" in text
