"""A question answered at once, and a return that its employer answers, with and without scripts."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, PageAs, no_wider

pytestmark = pytest.mark.usefixtures("pretend_service")
HIRED = "How many people were hired at each grade in the last 12 months?"
TWO_MINUTES = 120


def ask(page: Page, words: str) -> None:
    page.goto("/returns/ask")
    page.get_by_label("What do you want to know?").fill(words)
    page.get_by_label("What is it for?").fill("A speech")
    page.get_by_label("For whom?").fill("A committee")
    for part, value in (("Day", "20"), ("Month", "12"), ("Year", "2099")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Look for an answer").click()
    expect(page.get_by_role("heading", name=words)).to_be_visible()


def test_a_leader_is_answered_at_once_and_the_next_one_gets_the_same_figures(
    page_as: PageAs, axe: Axe
) -> None:
    page = page_as("leader")
    ask(page, "How many people left us, by age?")
    axe(page)
    page.get_by_role("button", name="Answer with this").first.click()
    link = page.get_by_role("link", name="Leavers by age")
    expect(link).to_be_visible()
    first = link.get_attribute("href")
    axe(page)
    ask(page, "How many people are leaving, by age?")
    expect(page.get_by_text("This was answered before")).to_be_visible()
    page.get_by_role("button", name="Answer with this").first.click()
    expect(page.get_by_text("Nothing was computed again")).to_be_visible()
    assert page.get_by_role("link", name="Leavers by age").get_attribute("href") == first
    page.goto("/returns/?words=leaving")
    axe(page)
    page.goto("/returns/saved/")
    axe(page)


def test_a_metric_is_asked_for_in_two_minutes(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    began = time.monotonic()
    page.goto("/returns/metrics/new")
    axe(page)
    page.get_by_label("What is it called?").fill("Staff with a caring passport")
    page.get_by_label("What counts, and what does not?").fill("Staff who agreed one")
    page.get_by_role("button", name="Send to its owner").click()
    expect(page.get_by_text("Sent to its owner")).to_be_visible()
    assert time.monotonic() - began < TWO_MINUTES
    owner = page_as("analyst")
    owner.get_by_role("link", name="Staff with a caring passport").click()
    owner.get_by_label("Approve it").check()
    owner.get_by_role("button", name="Send").click()
    expect(owner.get_by_text("It is not live yet")).to_be_visible()
    axe(owner)


def test_two_officers_answer_a_return_without_scripts(
    no_javascript_page: PageAs, page_as: PageAs, axe: Axe
) -> None:
    officer = no_javascript_page("caseworker")
    card = officer.get_by_role("link", name=re.compile("Hires, Applications"))
    card.click()
    expect(officer.get_by_role("heading", name=HIRED)).to_be_visible()
    no_wider(officer, 1280)
    officer.get_by_label("Executive Officer: people hired", exact=True).fill("twelve")
    officer.get_by_label("Where do the figures come from?").fill("The recruitment system")
    officer.get_by_role("button", name="State these figures").click()
    expect(officer.get_by_text("Is not a number").first).to_be_visible()
    officer.get_by_label("Executive Officer: people hired", exact=True).fill("12")
    officer.get_by_role("button", name="State these figures").click()
    expect(officer.get_by_text("Stated. A colleague has to sign it off.")).to_be_visible()
    expect(officer.get_by_role("button", name="Sign off")).to_have_count(0)

    second = page_as("caseworker-second")
    second.get_by_role("link", name=re.compile("Hires, Applications")).click()
    axe(second)
    second.get_by_role("button", name="Sign off").click()
    expect(second.get_by_text("Signed off.", exact=False).first).to_be_visible()
    axe(second)

    analyst = page_as("analyst")
    analyst.get_by_role("link", name=HIRED).click()
    axe(analyst)
    expect(analyst.get_by_text("Signed off").first).to_be_visible()
    expect(analyst.get_by_role("button", name="Release the figures")).to_have_count(0)
