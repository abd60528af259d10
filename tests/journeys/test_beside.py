"""A leader who is told different numbers of the same people sees where each comes from."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.integration.official_files import row, two_sources
from tests.integration.survey_files import by_year
from tests.journeys.conftest import Axe, Muster, PageAs, done, no_wider

EMPLOYER = "Companies House"


@pytest.fixture(scope="module", autouse=True)
def published(muster: Muster, server: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Load a small file of each publisher."""
    folder: Path = tmp_path_factory.mktemp("beside")
    headcounts, scores = folder / "beside-two-sources.csv", folder / "beside-scores.csv"
    headcounts.write_bytes(two_sources(row(EMPLOYER, 1865, 1900, month="202412")))
    scores.write_bytes(by_year())
    done(muster("load", str(headcounts)))
    done(muster(str(scores), module="tests.journeys.survey_world"))


def choose(page: Page) -> None:
    page.goto("/grid/beside/")
    page.get_by_label("Employer", exact=True).select_option(label=EMPLOYER)
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_role("heading", name=EMPLOYER)).to_be_visible()


def test_a_leader_sees_each_source_and_how_far_apart_two_are(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    page.goto("/grid/beside/")
    axe(page)
    choose(page)
    said = page.get_by_role("table", name="What each source says")
    expect(said.get_by_role("row", name=re.compile("ONS headcount"))).to_contain_text("1,865")
    expect(said).to_contain_text("Withheld by its publisher [c]")
    apart = page.get_by_role("table", name=re.compile("on the same day"))
    expect(apart).to_contain_text("35")
    expect(apart).to_contain_text("Differ")
    axe(page)
    page.set_viewport_size({"width": 320, "height": 800})
    no_wider(page, 320)
    page.get_by_role("link", name="Why? People Survey response rate").click()
    expect(page.get_by_text("beside-scores.csv").first).to_be_visible()
    axe(page)


def test_it_works_without_scripts(no_javascript_page: PageAs) -> None:
    page = no_javascript_page("analyst")
    choose(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert "difference,headcount,2024-12-31,35,,differ,," in text
    page.goto("/grid/beside/")
    page.get_by_label("Employer", exact=True).select_option(label=EMPLOYER)
    page.get_by_role("button", name="Show figures").click()
    page.get_by_role("link", name=re.compile("People Survey response rate: Employer")).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
