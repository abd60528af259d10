"""An analyst holds what official sources publish side by side, with and without scripts."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.integration.official_files import row, two_sources
from tests.journeys.conftest import Axe, Muster, PageAs, done


@pytest.fixture(scope="module", autouse=True)
def official_files(muster: Muster, server: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Load a small file that compares two sources."""
    rows = (
        row("HM Treasury (excluding agencies)", 2045, 2061),
        row("Home Office", 50655, 50661),
        row("HM Land Registry", "", 6900),
        row("Nobody at all", 35, 33),
        row("Total employment", 52735, 59655),
    )
    path: Path = tmp_path_factory.mktemp("official") / "two-sources.csv"
    path.write_bytes(two_sources(*rows))
    done(muster("load", str(path)))


def narrow(page: Page) -> None:
    page.goto("/grid/official/")
    page.get_by_label("Employers", exact=True).select_option(label="Only where sources differ")
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_role("row", name=re.compile("HM Treasury"))).to_contain_text("2,061")
    expect(page.get_by_role("row", name=re.compile("Home Office"))).to_have_count(0)


def test_an_analyst_sees_where_sources_differ_and_why(page_as: PageAs, axe: Axe) -> None:
    page = page_as("analyst")
    page.goto("/grid/official/")
    expect(page.get_by_text("Not yet: rows wait in quarantine").first).to_be_visible()
    axe(page)
    narrow(page)
    page.get_by_role("link", name="Why? HM Treasury").click()
    expect(page.get_by_role("heading", name="Why this figure?")).to_be_visible()
    expect(page.get_by_text("Cell F2")).to_be_visible()
    axe(page)


def test_it_works_without_scripts(no_javascript_page: PageAs) -> None:
    narrow(no_javascript_page("analyst"))


def test_the_same_figures_leave_as_csv(page_as: PageAs) -> None:
    page = page_as("analyst")
    page.goto("/grid/official/?show=differ")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert "employer,HM Treasury,2045,2061,16,0.78,differ" in text
