"""A leader looks at attendance and shared services, and declares what is expected."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, PageAs, no_wider

pytestmark = pytest.mark.usefixtures("pretend_service")
HARBOURS = "Department for Harbours and Lighthouses"


def look(page: Page) -> None:
    page.goto("/grid/attendance/")
    page.get_by_label("Month", exact=True).select_option(label="September 2026")
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_role("heading", name=re.compile("All employers, weeks"))).to_be_visible()
    page.get_by_role("table").get_by_role("link", name=HARBOURS).click()
    expect(page.get_by_role("row", name=re.compile("All buildings"))).to_be_visible()
    expect(page.get_by_text("of the people based there came").first).to_be_visible()


def test_a_leader_sees_attendance_against_what_is_expected(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    look(page)
    axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    no_wider(page, 320)


def test_it_works_without_scripts(no_javascript_page: PageAs) -> None:
    look(no_javascript_page("leader"))


def test_a_leader_declares_an_expectation_and_takes_it_back(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    page.goto("/grid/attendance/")
    page.get_by_role("link", name="Declare what is expected").click()
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter a share, such as 60")
    axe(page)
    page.get_by_label("Employer", exact=True).select_option(label=HARBOURS)
    page.get_by_label("Share of working time in the office, in per cent").fill("45")
    for part, value in (("Day", "1"), ("Month", "2"), ("Year", "2030")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Declare").click()
    row = page.get_by_role("row", name="1 February 2030")
    expect(row).to_contain_text("45%")
    row.get_by_role("link").click()
    axe(page)
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(page.get_by_text("1 February 2030")).to_have_count(0)


def test_a_leader_reads_whether_sharing_pays(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    page.goto("/grid/shared-services/")
    expect(page.get_by_role("row", name=re.compile("Five shared service centres"))).to_contain_text(
        "£255m"
    )
    axe(page)
    page.get_by_role("link", name="Tideway Transactions").first.click()
    expect(page.get_by_role("row", name=re.compile("Procurement"))).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    no_wider(page, 320)
