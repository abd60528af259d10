"""An agreement of two employers in the browser: draft, sign, amend, suspend, and its papers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, Muster, PageAs, done, no_wider

pytestmark = pytest.mark.usefixtures("pretend_service", "published_samples")
BASE = "/exchange/agreements/"
HERE = f"{BASE}harbours-orchards-hr"
PAGES = ("", "new", "expiring", "record", "processors", "harbours-orchards-hr",
         "harbours-orchards-hr/impact", "harbours-orchards-hr/versions/1",
         "harbours-orchards-hr/amend", "harbours-orchards-hr/suspend",
         "harbours-orchards-hr/end")  # fmt: skip


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def fits(page: Page, axe: Axe) -> None:
    """Check that a page fits a small screen and is accessible."""
    page.set_viewport_size({"width": 320, "height": 800})
    no_wider(page, 320)
    axe(page)


def date(page: Page, group: str, *parts: str) -> None:
    for name, text in zip(("Day", "Month", "Year"), parts, strict=True):
        page.get_by_role("group", name=group).get_by_label(name).fill(text)


def draft(page: Page) -> None:
    """Draft an agreement that Harbours' HR records go to Orchards' recruitment system."""
    page.goto(BASE)
    page.get_by_role("button", name="Draft an agreement").click()
    page.get_by_label("Which system sends").select_option(value="hr:harbours-and-lighthouses")
    page.get_by_label("Which system receives").select_option(value="ats:orchards-and-allotments")
    page.get_by_label("What it sends").select_option(value="muster.people.hr_record.v1")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Short name").fill("harbours-orchards-hr")
    page.get_by_label("Title", exact=True).fill("People who move to Orchards")
    page.get_by_label("Staff number (personal)").check()
    page.get_by_label("Purpose").fill("Hiring people who move")
    page.get_by_label("(e) A public task").check()
    page.get_by_label("The law or duty relied on").fill("Civil service management code")
    page.get_by_label("Retention").fill("One year")
    date(page, "First day", "1", "11", "2026")
    page.get_by_label("Who answers for it at the sender").fill("HR Director")
    page.get_by_label("Who answers for it at the receiver").fill("Head of Recruitment")
    first = page.get_by_role("group", name="Processor 1")
    first.get_by_label("Name").fill("Hireco")
    page.get_by_role("button", name="Add another processor").click()
    expect(page.get_by_role("group", name="Processor 2")).to_be_visible()
    page.get_by_role("button", name="Propose these terms").click()


def sign(page: Page, office: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="People who move to Orchards").first.click()
    heading(page, "Sign these terms")
    page.get_by_label("In what capacity do you sign?").fill(office)
    page.get_by_label("I have read these terms").check()
    page.get_by_role("button", name="Sign", exact=True).click()


def test_two_employers_come_to_an_agreement_without_scripts(
    no_javascript_page: PageAs, page_as: PageAs, axe: Axe, muster: Muster
) -> None:
    page = no_javascript_page("caseworker")
    draft(page)
    expect(page.get_by_role("alert")).to_contain_text("Say for whom “Hireco” acts")
    page.get_by_role("group", name="Processor 1").get_by_label("Acts for").select_option("receiver")
    page.get_by_role("button", name="Propose these terms").click()
    heading(page, "Not signed")
    sign(page, "HR Director")
    expect(page.get_by_text("once the other side has signed")).to_be_visible()
    other = no_javascript_page("caseworker-orchards")
    sign(other, "Head of Recruitment")
    heading(other, "In force")
    officer = page_as("governance")
    for address in PAGES:
        officer.goto(f"{BASE}{address}")
        expect(officer.get_by_role("heading", level=1)).to_be_visible()
        fits(officer, axe)
    amend(other)
    shown = page_as("caseworker")
    shown.goto(f"{HERE}/sign/sender")
    expect(shown.get_by_role("region", name="What would change")).to_contain_text("Six months")
    fits(shown, axe)
    shown.goto(f"{HERE}/withdraw")
    fits(shown, axe)
    suspend_and_resume(other)
    taken_away(officer)
    done(muster("work", "--once"))


def amend(page: Page) -> None:
    page.get_by_role("button", name="Amend this agreement").click()
    page.get_by_label("Retention").fill("Six months")
    page.get_by_role("button", name="Propose these terms").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the reason")
    page.get_by_label("Why the terms change").fill("Less is enough")
    page.get_by_role("button", name="Propose these terms").click()
    expect(page.get_by_text("Version 2 is proposed")).to_be_visible()
    heading(page, "In force")


def suspend_and_resume(page: Page) -> None:
    for verb, state in (("Suspend", "Suspended"), ("Resume", "In force")):
        page.get_by_role("button", name=f"{verb} this agreement").click()
        page.get_by_label("Reason").fill("The other side knows why.")
        page.get_by_role("button", name=verb, exact=True).click()
        heading(page, state)


def taken_away(page: Page) -> None:
    for name, words in (("record", "Hiring people who move"), ("processors", "Hireco")):
        page.goto(f"{BASE}{name}")
        for kind in ("CSV", "JSON"):
            with page.expect_download() as download:
                page.get_by_role("link", name=kind).click()
            assert words in download.value.path().read_text("utf-8-sig")
            assert re.search(r"\.(csv|json)$", download.value.suggested_filename)
