"""Telling once in the browser: an address with and without scripts, bank details, a correction."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, PageAs, no_wider

pytestmark = pytest.mark.usefixtures("pretend_service")
HERE = "/myself/"


def choose(page: Page, what: str) -> None:
    page.goto(HERE)
    page.get_by_label(what, exact=True).check()
    page.get_by_role("button", name="Continue").click()


def address(page: Page) -> None:
    page.get_by_label("Address line 1").fill("1 Orchard Row")
    page.get_by_label("Town or city").fill("Hereford")
    page.get_by_label("Postcode").fill("hr1 2aa")
    page.get_by_role("button", name="Continue").click()


def from_day(page: Page) -> None:
    for name, value in (("Day", "1"), ("Month", "12"), ("Year", "2026")):
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_role("button", name="Continue").click()


def test_an_address_is_told_once_and_the_page_says_which_systems_have_it(
    page_as: PageAs, axe: Axe
) -> None:
    page = page_as("civil-servant")
    page.goto(HERE)
    axe(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Select what has changed")
    axe(page)
    choose(page, "Home address")
    axe(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter “Postcode”")
    axe(page)
    address(page)
    axe(page)
    from_day(page)
    expect(page.get_by_text("HR1 2AA").or_(page.get_by_text("hr1 2aa"))).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Change Address line 1").click()
    expect(page.get_by_label("Address line 1")).to_have_value("1 Orchard Row")
    address(page)
    from_day(page)
    page.get_by_role("button", name="Tell them").click()
    expect(page.get_by_text("You have told us")).to_be_visible()
    expect(page.get_by_role("region", name="Which systems have it")).to_be_visible()
    axe(page)
    page.goto("/myself/changes")
    expect(page.get_by_role("region", name="Everything you ever told")).to_contain_text("HR1 2AA")
    axe(page)


def test_bank_details_without_scripts_are_confirmed_by_a_code_and_stopped(
    no_javascript_page: PageAs,
) -> None:
    page = no_javascript_page("civil-servant")
    choose(page, "Bank details")
    page.get_by_label("Name on the account").fill("S Llewellyn")
    page.get_by_label("Sort code").fill("12-34-56")
    page.get_by_label("Account number").fill("1234567")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label(re.compile("Work email")).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send me a code").click()
    entering = page.url
    page.get_by_role("link", name="What would have been sent").click()
    code = re.search(r"\b[0-9]{6}\b(?= is your code)", page.content())
    assert code is not None
    page.goto(entering)
    page.get_by_label("Code", exact=True).fill(code[0])
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("It is confirmed")).to_be_visible()
    expect(page.get_by_text("First payday at")).to_be_visible()
    page.goto("/")
    expect(page.get_by_text("If this was not you, stop it")).to_be_visible()
    page.goto(entering.removesuffix("/code"))
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_text("It is stopped")).to_be_visible()


@pytest.mark.parametrize(
    "place", ["outbox", "stop", "corrections", "tell/name", "tell/contact", "tell/emergency",
              "tell/bank"],
)  # fmt: skip
def test_each_page_is_accessible_on_a_small_screen(page_as: PageAs, axe: Axe, place: str) -> None:
    page = page_as("civil-servant")
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{HERE}{place}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    no_wider(page, 320)
    axe(page)


def test_hr_sees_what_waits_for_its_answer(page_as: PageAs, axe: Axe) -> None:
    page = page_as("caseworker-orchards")
    page.goto(f"{HERE}queue")
    expect(page.get_by_role("heading", name="Corrections to answer").first).to_be_visible()
    axe(page)
