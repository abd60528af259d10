"""Restricting, opening in an emergency, reviewing and asking who looked, in the browser."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, PageAs

pytestmark = pytest.mark.usefixtures("pretend_service")
WORDS = "Somebody rang whose pay has not come"


def found(worker: Page, words: str) -> str:
    """Return the identifier of the first person that a search finds; empty if there is none."""
    worker.goto(f"/register/people/?q={words}")
    links = worker.locator("#results a[href*='/register/people/']")
    if not links.count():
        return ""
    address = links.first.get_attribute("href") or ""
    return re.sub(r".*/people/([0-9a-f-]+).*", r"\1", address)


def test_a_record_is_restricted_opened_reviewed_and_asked_about(page_as: PageAs, axe: Axe) -> None:
    worker, officer = page_as("caseworker-orchards"), page_as("governance")
    person = found(worker, "an")
    name = worker.locator("#results tbody th a").first.inner_text()
    officer.get_by_role("navigation").get_by_role("link", name="Assurance").click()
    officer.goto("/oversight/restrictions/")
    axe(officer)
    officer.get_by_role("button", name="Restrict a record").click()
    axe(officer)
    officer.get_by_role("button", name="Restrict", exact=True).click()
    expect(officer.get_by_role("alert")).to_contain_text("Enter a staff number or an identifier")
    axe(officer)
    officer.get_by_label("Or the identifier of the record").fill(person)
    officer.get_by_label("Protected person").check()
    officer.get_by_label("Advice of the police").check()
    officer.get_by_role("button", name="Restrict", exact=True).click()
    expect(officer.get_by_text("Restricted from this moment on.")).to_be_visible()
    axe(officer)
    answer = worker.goto(f"/register/people/{person}")
    assert answer is not None
    assert answer.status == 404

    open_in_an_emergency(worker, axe, person)
    expect(worker.get_by_role("heading", name=name)).to_be_visible()

    officer.goto("/")
    officer.get_by_role("link", name=re.compile("HR caseworker")).click()
    expect(officer.get_by_text(WORDS)).to_be_visible()
    axe(officer)
    officer.get_by_label("Justified", exact=True).check()
    officer.get_by_label("In your own words").fill("The ticket is there")
    officer.get_by_role("button", name="Keep the review").click()
    expect(officer.get_by_text("Reviewed. The entry stands")).to_be_visible()
    axe(officer)
    ask_who_looked(officer, axe, person)
    officer.goto("/oversight/alerts/")
    axe(officer)


def open_in_an_emergency(worker: Page, axe: Axe, person: str) -> None:
    """Say why a record cannot wait, and see it."""
    worker.goto("/oversight/emergency/")
    axe(worker)
    worker.get_by_label("Or the identifier of the record").fill(person)
    worker.get_by_label("Pay has stopped, or would").check()
    worker.get_by_label("In your own words").fill(WORDS)
    worker.get_by_role("button", name="Open the record").click()
    expect(worker.get_by_text("The guardian of this record was told.")).to_be_visible()
    axe(worker)


def ask_who_looked(officer: Page, axe: Axe, person: str) -> None:
    """Ask who looked at a person today, and see the caseworker's looks marked."""
    officer.goto("/oversight/inquiries/")
    axe(officer)
    officer.get_by_role("link", name="Who saw this person?").click()
    axe(officer)
    officer.get_by_label("Or the identifier of the record").fill(person)
    today = dt.datetime.now(dt.UTC).date()
    for group in ("From", "To and including"):
        box = officer.get_by_role("group", name=group)
        box.get_by_label("Day").fill(str(today.day))
        box.get_by_label("Month").fill(str(today.month))
        box.get_by_label("Year").fill(str(today.year))
    officer.get_by_label("Audit").check()
    officer.get_by_label("In your own words").fill("A check of every emergency")
    officer.get_by_role("button", name="Ask", exact=True).click()
    looks = officer.get_by_role("region", name="Looks, the latest first")
    expect(looks).to_contain_text("In an emergency: Pay has stopped, or would")
    axe(officer)
