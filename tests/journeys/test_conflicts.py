"""A disagreement settled by keys, a record on another day, and who looked at one's own."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, Muster, PageAs, done

pytestmark = pytest.mark.usefixtures("pretend_service")


@pytest.fixture(scope="module")
def disputed(muster: Muster, pretend_service: None) -> None:
    """Bring in somebody of whom two employers know different birth dates."""
    done(muster(module="tests.journeys.conflict_world"))


def shown(page: Page, day: int, month: int, year: int, legend: str) -> None:
    """Fill the three boxes of a date."""
    group = page.get_by_role("group", name=legend)
    for part, value in (("Day", day), ("Month", month), ("Year", year)):
        group.get_by_label(part).fill(str(value))


def test_an_officer_settles_a_birth_date_by_keys(disputed: None, page_as: PageAs, axe: Axe) -> None:
    page = page_as("governance")
    page.get_by_role("navigation").get_by_role("link", name="Register").click()
    page.get_by_role("navigation", name="Register").get_by_role("link", name="Conflicts").click()
    axe(page)
    page.get_by_label("What", exact=True).select_option(label="Birth date")
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile("field=birth_date"))
    page.get_by_role("link", name=re.compile("Birth date Martha")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Birth date: which is right?")
    expect(page.get_by_role("region", name="What each source states")).to_contain_text("Dale")
    axe(page)
    page.keyboard.press("1")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.get_by_label("Reason").fill("The passport says so")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("1")
    expect(page.get_by_text("once another person has confirmed it")).to_be_visible()
    page.goto("/register/conflicts/?shown=second")
    page.get_by_role("link", name=re.compile("Birth date Martha")).click()
    expect(page.get_by_text("Not yet: another person confirms it")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm that this is right")).to_have_count(0)
    axe(page)
    page.get_by_role("link", name="Undo this decision").click()
    page.get_by_label("Reason").fill("It was a copy")
    axe(page)
    page.get_by_role("button", name="Undo this decision").click()
    expect(page.get_by_text("The sources disagree again.")).to_be_visible()


def test_a_record_is_seen_on_another_day_and_beside_it(page_as: PageAs, axe: Axe) -> None:
    page = page_as("caseworker-orchards")
    page.goto("/register/people/?q=llewellyn")
    page.get_by_role("link", name=re.compile("Siân Llewellyn")).click()
    shown(page, 1, 9, 2026, "Compare with")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("What differs between the two days").first).to_be_visible()
    values = page.get_by_role("region", name=re.compile("^What counts on"))
    expect(values).to_contain_text("Legal name")
    axe(page)
    values.get_by_role("link", name=re.compile("^Row ")).first.click()
    expect(page.get_by_role("heading", name="Where this came from")).to_be_visible()


def test_one_sees_what_is_held_from_where_and_who_looked(
    no_javascript_page: PageAs, page_as: PageAs, axe: Axe
) -> None:
    page = page_as("civil-servant")
    page.goto("/register/me/")
    expect(page.get_by_role("region", name="Records that were matched to you")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^This is wrong")).first).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Everybody who has looked at your record").click()
    axe(page)
    plain = no_javascript_page("civil-servant")
    plain.goto("/register/me/looks")
    shown(plain, 1, 1, 2020, "To")
    plain.get_by_role("button", name="Apply filters").click()
    expect(plain.get_by_text("Nobody has looked at your record.")).to_be_visible()
