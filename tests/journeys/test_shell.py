"""The shell in a browser: sign in, find one's way, change language, with and without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from muster.gates.personas import BUILT_IN
from tests.journeys.conftest import Axe, PageAs, no_wider

Visit = Callable[..., Page]


@pytest.mark.parametrize("slug", [persona.slug for persona in BUILT_IN])
def test_it_signs_in_and_shows_home_without_violations(
    slug: str, page_as: PageAs, axe: Axe
) -> None:
    page = page_as(slug)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    axe(page)


def test_the_sign_in_page_has_no_violations(visit: Visit, axe: Axe) -> None:
    page = visit()
    page.goto("/sign-in")
    axe(page)


def test_a_page_that_is_not_there_says_so_without_violations(page_as: PageAs, axe: Axe) -> None:
    page = page_as("analyst")
    answer = page.goto("/nowhere")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    axe(page)


def test_the_keyboard_skips_to_the_content(page_as: PageAs) -> None:
    page = page_as("leader")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()


def test_it_works_without_scripts(no_javascript_page: PageAs) -> None:
    page = no_javascript_page("operator")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hello")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_it_speaks_welsh_and_stays_where_it_was(page_as: PageAs, axe: Axe) -> None:
    page = page_as("civil-servant")
    page.get_by_role("link", name="Cymraeg").click()
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    expect(page.get_by_role("button", name="Allgofnodi")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_nothing_comes_from_another_host_and_no_font_is_asked_for(visit: Visit) -> None:
    page, asked = visit(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/sign-in")
    page.wait_for_load_state("networkidle")
    origin = page.url.split("/sign-in")[0]
    assert all(url.startswith((origin, "data:")) for url in asked), asked
    assert not [url for url in asked if "font" in url], asked
    family = page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
    assert family.lower().startswith("arial")


def test_the_page_fits_a_small_screen(visit: Visit) -> None:
    page = visit(viewport={"width": 320, "height": 640})
    page.goto("/sign-in")
    no_wider(page, 320)
