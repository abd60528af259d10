"""The register in the browser: employers, posts, a caseworker's people, one's own record."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Axe, PageAs

pytestmark = pytest.mark.usefixtures("published_samples", "pretend_service")


def test_an_employer_is_found_and_leads_to_its_posts(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    page.get_by_role("navigation").get_by_role("link", name="Register").click()
    expect(page.get_by_role("navigation", name="Register").get_by_role("link")).to_have_text(
        ["Employers", "Posts"]
    )
    page.get_by_label("Name or abbreviation").fill("HM Treasury")
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile("q=HM"))
    axe(page)
    page.get_by_role("link", name="HM Treasury", exact=True).click()
    expect(page.get_by_role("heading", name="Has under it")).to_be_visible()
    expect(page.get_by_text("No return").first).to_be_visible()
    axe(page)
    page.get_by_role("link", name="See its posts on 30 September 2011").click()
    expect(page.get_by_role("region", name="Published posts")).to_contain_text("Row 2")
    axe(page)


def test_a_post_names_its_file_and_row_and_leads_there_for_who_may(page_as: PageAs) -> None:
    page = page_as("governance")
    page.goto("/register/posts/?q=Permanent+Secretary")
    page.get_by_role("link", name=re.compile("^Row ")).first.click()
    expect(page.get_by_role("heading", name="About this file")).to_be_visible()


def test_a_list_with_nothing_says_what_to_do(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    for address in ("/register/employers/?q=zzzz", "/register/posts/?q=zzzz"):
        page.goto(address)
        expect(page.get_by_text("Try fewer or other words")).to_be_visible()
        axe(page)


def test_a_caseworker_finds_somebody_and_the_look_is_shown_to_them(
    page_as: PageAs, axe: Axe
) -> None:
    worker = page_as("caseworker-orchards")
    worker.get_by_role("navigation").get_by_role("link", name="Register").click()
    worker.get_by_role("navigation", name="Register").get_by_role("link", name="People").click()
    axe(worker)
    worker.get_by_label("Name", exact=True).fill("llewellyn sian")
    worker.get_by_role("button", name="Search").click()
    worker.get_by_role("link", name=re.compile("Siân Llewellyn")).click()
    everything = worker.get_by_role("region", name="Everything ever believed")
    expect(everything).to_be_visible()
    axe(worker)
    everything.get_by_role("link", name=re.compile("^Row ")).first.click()
    expect(worker.get_by_role("heading", name="Where this came from")).to_be_visible()
    expect(worker.get_by_text("Exact bytes").first).to_be_visible()
    axe(worker)
    herself = page_as("civil-servant")
    herself.get_by_role("navigation").get_by_role("link", name="My record").click()
    looks = herself.get_by_role("region", name="Who has looked at your record")
    expect(looks).to_contain_text("HR caseworker, Department of Orchards and Allotments")
    expect(looks).to_contain_text("Casework")
    axe(herself)


def test_another_employers_person_is_not_there(page_as: PageAs) -> None:
    worker = page_as("caseworker-orchards")
    worker.goto("/register/people/?q=llewellyn")
    address = worker.get_by_role("link", name=re.compile("Siân Llewellyn")).get_attribute("href")
    assert address is not None
    stranger = page_as("leader")
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 403


def test_a_caseworkers_pages_work_without_scripts(no_javascript_page: PageAs) -> None:
    page = no_javascript_page("caseworker")
    page.goto("/register/people/?q=a")
    expect(page.get_by_text(re.compile("Showing 1 to"))).to_be_visible()
    page.goto("/exchange/quarantine/rows")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rows that wait")
