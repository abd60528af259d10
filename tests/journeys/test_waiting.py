"""What waits for a decision, in the browser: messages that stopped a route, and a file."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, Muster, PageAs, done
from tests.journeys.test_feeds import fits


@pytest.fixture(scope="module")
def waiting(
    muster: Muster, pretend_service: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Let a route stop, and a file wait at its receiver."""
    folder = tmp_path_factory.mktemp("waiting")
    done(muster(str(folder), module="tests.journeys.waiting_world"))


@pytest.mark.usefixtures("waiting")
def test_messages_and_a_file_that_wait_are_decided_on(page_as: PageAs, axe: Axe) -> None:
    page = page_as("governance")
    page.get_by_role("link", name="HR of the quays to Payroll of the quays").click()
    expect(page.get_by_text("be about 51 of the 60 subjects").first).to_be_visible()
    fits(page, axe)
    messages_are_discarded_let_go_and_limited(page, axe)
    a_file_is_let_go_and_told_again(page, axe)
    page.goto("/messages/")
    page.get_by_role("link", name="Estates", exact=True).click()
    expect(page.get_by_text("This is a door:", exact=False)).to_be_visible()
    expect(page.get_by_role("region", name="Where these files go on to")).to_contain_text("Live")
    fits(page, axe)
    page.goto("/messages/inlets/")
    expect(page.get_by_role("heading", level=1, name="Systems that are asked")).to_be_visible()
    fits(page, axe)


def messages_are_discarded_let_go_and_limited(page: Page, axe: Axe) -> None:
    """Discard what a route stopped for, undo it, let it go, and set limits, from its page."""
    page.get_by_role("button", name="Discard these messages").click()
    page.get_by_role("button", name="Discard these messages").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the reason")
    axe(page)
    page.get_by_label("Reason").fill("A broken export.")
    page.get_by_role("button", name="Discard these messages").click()
    expect(page.get_by_text("It is decided to discard them: A broken export.")).to_be_visible()
    page.get_by_role("button", name="Undo the discarding").click()
    fits(page, axe)
    page.get_by_role("button", name="Undo the discarding").click()
    page.get_by_role("button", name="Let these messages go").click()
    fits(page, axe)
    page.get_by_label("Reason").fill("A pay rise.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Let go: 51 messages.")).to_be_visible()
    page.get_by_role("link", name="Set the limits of this route").click()
    fits(page, axe)
    page.get_by_label("may be about").fill("100")
    page.get_by_label("Reason").fill("Their swipes.")
    page.get_by_role("button", name="Set the limits of this route").click()
    expect(page.get_by_text("About: 100. Ending: as usual.")).to_be_visible()


def a_file_is_let_go_and_told_again(page: Page, axe: Axe) -> None:
    """Let a file go on from the home page, and have its receiver told everything again."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("0 of 20 records would go")).click()
    expect(page.get_by_text("it would change 20 of 20 rows")).to_be_visible()
    fits(page, axe)
    page.get_by_role("link", name="Files that wait at a receiver").click()
    fits(page, axe)
    page.get_by_role("link", name=re.compile("list-2026-09-30.csv")).click()
    page.get_by_label("Reason").fill("Desks were counted.")
    page.get_by_role("button", name="Let this file go on").click()
    expect(page.get_by_text("The file goes on to its receiver in a moment.")).to_be_visible()
    fits(page, axe)
    page.get_by_role("link", name="Tell the receiver everything again").click()
    page.get_by_label("Reason").fill("Their disk broke.")
    fits(page, axe)
    page.get_by_role("button", name="Tell the receiver everything again").click()
    expect(page.get_by_text("The receiver is told everything again")).to_be_visible()
