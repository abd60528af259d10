"""Data requests and retention in the browser: a person asks, an officer answers and looks."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, PageAs

pytestmark = pytest.mark.usefixtures("pretend_service")


def test_a_person_asks_for_a_copy_and_an_officer_makes_it(
    page_as: PageAs, visit: Callable[..., Page], axe: Axe, tmp_path: Path
) -> None:
    me = page_as("civil-servant")
    me.get_by_role("main").get_by_role("link", name="My data requests").click()
    axe(me)
    me.get_by_role("link", name="Ask for a copy of your data").click()
    axe(me)
    me.get_by_role("button", name="Send the request").click()
    expect(me.get_by_text("We have received your request.")).to_be_visible()
    axe(me)
    mine = me.url
    officer = page_as("governance")
    officer.goto("/rights/requests")
    axe(officer)
    officer.get_by_role("link", name=re.compile("^A copy of the data")).first.click()
    axe(officer)
    officer.get_by_role("button", name="It is the person").click()
    officer.get_by_role("button", name="Make the copy").click()
    expect(officer.get_by_text("The copy is ready")).to_be_visible()
    axe(officer)
    me.goto(mine)
    axe(me)
    with me.expect_download() as loading:
        me.get_by_role("button", name="Download your data").click()
    saved = tmp_path / "copy.zip"
    loading.value.save_as(saved)
    zipfile.ZipFile(saved).extract("index.html", tmp_path)
    alone = visit()
    alone.goto((tmp_path / "index.html").as_uri())
    expect(alone.get_by_role("heading", name="Your names")).to_be_visible()
    axe(alone)


def test_erasure_is_asked_for_and_answered_without_javascript(
    no_javascript_page: PageAs, axe: Axe, page_as: PageAs
) -> None:
    me = no_javascript_page("civil-servant")
    me.goto("/rights/ask/erasure")
    me.get_by_label("What should be erased").fill("Everything")
    me.get_by_role("button", name="Send the request").click()
    mine = me.url
    officer = no_javascript_page("governance")
    officer.goto(mine.replace("/mine/", "/requests/"))
    officer.get_by_role("button", name="It is the person").click()
    officer.get_by_role("button", name="Decide by the schedule").click()
    expect(officer.get_by_role("region", name="What was decided")).to_contain_text("Article 17(3)")
    me.goto(mine)
    expect(me.get_by_role("region", name="What was decided")).to_contain_text("Still employed")
    me.get_by_label("Why do you object?").fill("I should like to know more")
    me.get_by_role("button", name="Object").click()
    expect(me.get_by_text("We have received your objection.")).to_be_visible()
    seen = page_as("civil-servant")
    seen.goto(mine)
    axe(seen)


def test_an_officer_looks_what_is_past_its_time_and_holds_something(
    page_as: PageAs, axe: Axe
) -> None:
    page = page_as("governance")
    page.goto("/rights/retention")
    axe(page)
    page.get_by_role("button", name="See what is past its time").click()
    expect(page.get_by_text("Nothing is erased yet.")).to_be_visible()
    axe(page)
    page.goto("/rights/retention/holds")
    page.get_by_role("button", name="Place the hold").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the reason")
    axe(page)
    page.get_by_label("What is held", exact=True).select_option("line")
    page.get_by_label("Its identifier, or the code of the line").fill("pay")
    page.get_by_label("Reason").fill("An inquiry")
    for part, value in (("Day", "1"), ("Month", "6"), ("Year", "2030")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Place the hold").click()
    expect(page.get_by_role("region", name="Holds in force")).to_contain_text("An inquiry")
    axe(page)
    page.goto("/rights/retention/schedule")
    axe(page)
