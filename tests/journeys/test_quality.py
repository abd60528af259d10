"""Data quality in the browser: a caseworker finds what to mend, a leader reads the league."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, PageAs

pytestmark = pytest.mark.usefixtures("pretend_service")
HARBOURS = re.compile("Harbours and Lighthouses")


def find_harbours(page: Page) -> None:
    """Narrow the league down to one employer and open it."""
    page.goto("/quality/")
    page.get_by_label("Employer or system").fill("harbours")
    page.get_by_label("Kind of data").select_option(label="HR record")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_role("row", name=HARBOURS)).to_have_count(1)
    expect(page.get_by_role("row", name=re.compile("Orchards"))).to_have_count(0)
    page.get_by_role("link", name=HARBOURS).click()
    expect(page.get_by_role("heading", name=HARBOURS).first).to_be_visible()


def test_a_caseworker_sees_what_to_do_next(page_as: PageAs, axe: Axe) -> None:
    page = page_as("caseworker")
    page.get_by_role("link", name="Data quality").first.click()
    expect(page.get_by_role("heading", name=HARBOURS).first).to_be_visible()
    expect(page.get_by_role("heading", name="What to do next").first).to_be_visible()
    expect(page.get_by_text("On time").first).to_be_visible()
    drawn = page.get_by_role("img", name=re.compile("What is wrong, in per cent"))
    expect(drawn.first).to_be_visible()
    axe(page)


def test_a_leader_reads_the_league_in_bands(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    page.goto("/quality/")
    axe(page)
    find_harbours(page)
    axe(page)
    main = page.locator("main")
    expect(main.get_by_text(re.compile(r"\d+ of [\d,]+ \("))).to_have_count(0)
    expect(main.locator("a[href^='/exchange/']")).to_have_count(0)


def test_it_works_without_scripts(no_javascript_page: PageAs) -> None:
    find_harbours(no_javascript_page("governance"))


def test_the_league_leaves_as_csv(page_as: PageAs) -> None:
    page = page_as("analyst")
    page.goto("/quality/?sort=supplier")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download this league as CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("Employer,System,Kind of data,Latest feed")
    assert "Department for Harbours and Lighthouses" in text
