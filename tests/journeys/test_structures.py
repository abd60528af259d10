"""An analyst states a merger, sees what it changes, and undoes it; a leader reads times, flows."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Axe, PageAs

pytestmark = pytest.mark.usefixtures("published_samples")


def test_a_merger_is_stated_and_undone(page_as: PageAs, axe: Axe) -> None:
    page = page_as("analyst")
    page.goto("/grid/structures/")
    axe(page)
    page.get_by_role("link", name="State a merger or a split").click()
    axe(page)
    page.get_by_role("button", name="State it").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    axe(page)
    page.get_by_label("Employer whose functions passed on").fill("HM Land Registry")
    page.get_by_label("Successors", exact=True).fill("HM Treasury")
    page.get_by_label("First day under the successors").fill("2020-04-01")
    page.get_by_label("Source").fill("A pretended order")
    page.get_by_role("button", name="State it").click()
    expect(page.get_by_role("heading", name="HM Land Registry was merged")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Undo this statement").click()
    expect(page.get_by_text("Undone.")).to_be_visible()


def test_times_and_flows_are_pages_for_everybody_who_may_see_figures(
    page_as: PageAs, no_javascript_page: PageAs, axe: Axe
) -> None:
    page = page_as("leader")
    for address, heading in (
        ("/grid/times/", "Time to hire"),
        ("/grid/transfers/", "How transfers go"),
        ("/grid/flows/", "Movers between employers"),
        ("/grid/flows/?form=today", "Movers between employers"),
    ):
        page.goto(address)
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        axe(page)
    plain = no_javascript_page("leader")
    plain.goto("/grid/times/?by=grade")
    expect(plain.get_by_role("heading", name="Time to hire", exact=True)).to_be_visible()
