"""The inbox in the browser: tasks taken, undone and handed over; cover without scripts."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Axe, Muster, PageAs, done, sound


@pytest.fixture(scope="module")
def stage(muster: Muster, pretend_service: None) -> None:
    done(muster(module="tests.journeys.inbox_stage"))


def test_tasks_are_found_taken_undone_and_handed_over(
    stage: None, page_as: PageAs, axe: Axe
) -> None:
    page = page_as("caseworker")
    page.goto("/inbox/")
    sound(page, axe)
    page.get_by_role("link", name="My team’s").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Late by")
    page.get_by_label("Words", exact=True).fill("nothing like it")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_text("No task of your team waits")).to_be_visible()
    page.get_by_role("link", name="Clear filters").click()
    sound(page, axe)
    for box in page.get_by_role("checkbox").all()[:2]:
        box.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Take", exact=True).click()
    sound(page, axe)
    page.get_by_role("button", name="Take these tasks").click()
    expect(page.get_by_text("You have taken 2 tasks.")).to_be_visible()
    sound(page, axe)
    page.get_by_role("button", name="Undo what you just did").click()
    expect(page.get_by_text("2 tasks are as they were.")).to_be_visible()
    page.get_by_role("link", name="My team’s").click()
    page.get_by_role("link", name="State the terms").first.click()
    sound(page, axe)
    page.get_by_role("button", name="Take this task").click()
    page.get_by_role("link", name="Hand it over to a colleague").click()
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    sound(page, axe)


def test_cover_calendar_and_notices_without_scripts(
    stage: None, no_javascript_page: PageAs, page_as: PageAs, axe: Axe
) -> None:
    page = no_javascript_page("caseworker")
    page.goto("/inbox/cover")
    page.get_by_role("group", name="Who covers?").get_by_role("radio").first.check()
    last = page.get_by_role("group", name="Last day away")
    for name, value in (("Day", "1"), ("Month", "2"), ("Year", "2027")):
        last.get_by_label(name).fill(value)
    page.get_by_role("button", name="Set this cover").click()
    expect(page.get_by_text("Set. Your colleague is told.")).to_be_visible()
    page.goto("/inbox/calendar")
    page.get_by_role("button", name="Make an address").click()
    expect(page.get_by_text(".ics")).to_be_visible()
    page.goto("/inbox/notices/choose")
    page.get_by_role("group", name="A deadline that is near").get_by_label("Gathered").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("From now on we tell you as you chose.")).to_be_visible()
    second = page_as("caseworker-second")
    for address in ("cover", "calendar", "notices", "notices/choose", "mailbox", "?shelf=covered"):
        second.goto(f"/inbox/{address}")
        sound(second, axe)
    second.goto("/inbox/notices")
    expect(second.get_by_text("You cover for a colleague").first).to_be_visible()
