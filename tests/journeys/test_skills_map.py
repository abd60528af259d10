"""The skills map in the browser: pointed at, zoomed, searched, read without scripts, reported."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Axe, Muster, PageAs, done, evaluated, sound

FIGURE = "[data-skills-map]"
CANVAS = ".muster-skills__canvas"
MANY = 15_000
# Of forty skills near the edge, at how many the map is of a dot's colour, not of the pale ground.
_COLOURED = """fetch("/skills/points.json").then((it) => it.json()).then(({ skills }) => {
    const map = document.querySelector(".muster-skills__canvas");
    const fine = map.width / map.clientWidth;
    const scale = (Math.min(map.clientWidth, map.clientHeight) / 2 / 1.1 / 10000) * fine;
    let coloured = 0;
    for (let at = skills.x.length - 400; at < skills.x.length - 360; at += 1) {
        const left = map.width / 2 + skills.x[at] * scale;
        const top = map.height / 2 - skills.y[at] * scale;
        const found = map.getContext("2d").getImageData(left - 1, top - 1, 3, 3).data;
        if (Math.min(...found) < 130) coloured += 1;
    }
    return coloured;
})"""


@pytest.fixture(scope="module", autouse=True)
def many_skills(muster: Muster, server: str) -> None:
    done(muster(str(MANY), module="tests.journeys.skills_world"))


def opened(page: Page, address: str = "/skills/") -> Locator:
    """Open the map and wait until it is drawn."""
    page.goto(address)
    figure = page.locator(FIGURE)
    expect(figure).to_have_attribute("data-drawn", re.compile(r"\d"))
    figure.scroll_into_view_if_needed()
    return figure


def zoom_of(page: Page) -> float:
    return float(page.locator(FIGURE).get_attribute("data-zoom") or 0)


def place_of(page: Page, place: int) -> tuple[float, float]:
    """Return where on the screen a skill of the whole map is drawn."""
    told = evaluated(page, f"fetch('/skills/points.json').then((it) => it.json()).then((it) => "
                           f"[it.skills.x[{place}], it.skills.y[{place}]])")  # fmt: skip
    page.locator(CANVAS).evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    box = page.locator(CANVAS).bounding_box()
    assert box is not None
    scale = min(box["width"], box["height"]) / 2 / 1.1 / 10_000
    return (box["x"] + box["width"] / 2 + told[0] * scale,
            box["y"] + box["height"] / 2 - told[1] * scale)  # fmt: skip


def test_it_draws_fifteen_thousand_skills_and_answers_a_search(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    figure = opened(page)
    expect(figure).to_have_attribute("data-drawn", str(MANY))
    sound(page, axe)
    search = page.get_by_role("combobox", name="Find a skill")
    search.fill("work with lantern la")
    offered = page.get_by_role("listbox").get_by_role("option")
    expect(offered.first).to_contain_text("lantern law")
    axe(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(search).to_have_value(re.compile("^lantern law"))
    expect(page.locator(".muster-skills__card")).to_contain_text("lantern law")
    expect(page.locator("#results").get_by_role("link", name=re.compile("^lantern law")).first
           ).to_be_visible()  # fmt: skip
    expect(figure).to_have_attribute("data-zoom", "4.00")
    axe(page)


@pytest.mark.parametrize("fineness", [1, 2])
def test_dots_stand_where_they_are_pointed_at_on_fine_screens_too(
    visit: Callable[..., Page], fineness: int
) -> None:
    page = visit(device_scale_factor=fineness)
    page.goto("/sign-in")
    page.locator("form[action='/sign-in/as/leader'] button").click()
    page.wait_for_url("**/")
    figure = opened(page)
    expect(figure).to_have_attribute("data-drawn", str(MANY))
    figure.locator(CANVAS).evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    assert evaluated(page, _COLOURED) >= 36


def test_it_is_pointed_at_zoomed_and_opened(page_as: PageAs) -> None:
    page = page_as("civil-servant")
    figure = opened(page)
    x, y = place_of(page, 40)
    page.mouse.move(x, y)
    card = page.locator(".muster-skills__card")
    expect(card).to_contain_text("adverts ask for it")
    expect(card).to_contain_text("Nearest:")
    name = card.get_by_role("link").inner_text()
    page.mouse.wheel(0, -240)
    expect(figure).not_to_have_attribute("data-zoom", "1.00")
    deeper = zoom_of(page)
    assert deeper > 1.2
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Whole map").click()
    expect(figure).to_have_attribute("data-zoom", "1.00")
    page.locator(CANVAS).evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    page.mouse.click(*place_of(page, 40))
    expect(page.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()


def test_two_fingers_zoom_and_one_shows_a_skill_before_it_opens_it(
    visit: Callable[..., Page],
) -> None:
    page = visit(has_touch=True)
    page.goto("/sign-in")
    page.locator("form[action='/sign-in/as/leader'] button").click()
    page.wait_for_url("**/")
    figure = opened(page)
    x, y = place_of(page, 40)
    screen = page.context.new_cdp_session(page)

    def touch(what: str, *apart: int) -> None:
        fingers = [{"x": x + far, "y": y, "id": at} for at, far in enumerate(apart)]
        screen.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": fingers})

    touch("touchStart", -30)
    touch("touchStart", -30, 30)
    for far in (40, 50, 60):
        touch("touchMove", -far, far)
    touch("touchEnd")
    expect(figure).to_have_attribute("data-zoom", "2.00")
    page.touchscreen.tap(x, y)
    name = page.locator(".muster-skills__card").get_by_role("link").inner_text()
    expect(page).to_have_url(re.compile("/skills/$"))
    page.touchscreen.tap(x, y)
    expect(page.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()


def test_it_is_moved_and_opened_by_keys_alone(page_as: PageAs) -> None:
    page = page_as("manager")
    figure = opened(page)
    page.locator(CANVAS).focus()
    for key in ("+", "+", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    expect(figure).to_have_attribute("data-zoom", "2.56")
    said = page.locator("[data-skills-said]")
    expect(said).to_contain_text("Press Enter to open its page")
    name = page.locator(".muster-skills__card").get_by_role("link").inner_text()
    page.keyboard.press("0")
    expect(figure).to_have_attribute("data-zoom", "1.00")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()


def test_a_choice_dims_the_others_and_leaves_as_a_picture(page_as: PageAs, axe: Axe) -> None:
    page = page_as("analyst")
    figure = opened(page)
    page.get_by_label("Asked for by").select_option(label="Bell Commission")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(figure).to_have_attribute("data-lit", re.compile(r"^[1-9]"))
    expect(page.locator(".muster-skills__lit")).to_contain_text("Bell Commission asks for")
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as image").click()
    content = download.value.path().read_bytes()
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20]) == 1920
    assert int.from_bytes(content[20:24]) == 1080


def test_without_scripts_it_is_a_picture_and_a_table(no_javascript_page: PageAs) -> None:
    page = no_javascript_page("leader")
    page.goto("/skills/")
    expect(page.get_by_role("img", name=re.compile("Map of skills"))).to_be_visible()
    assert page.locator(CANVAS).is_hidden()
    page.get_by_label("Find a skill").fill("lantern law 2")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("link", name="lantern law 2", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="lantern law 2")).to_be_visible()
    page.get_by_role("link", name="Report a wrong skill or a missing name").click()
    page.get_by_label("It has another name that is missing").check()
    page.get_by_label("The words").fill("lamp statutes")
    page.get_by_role("button", name="Report").click()
    expect(page.get_by_text("An analyst will look at it")).to_be_visible()


def test_each_page_is_sound_and_a_report_is_decided(page_as: PageAs, axe: Axe) -> None:
    page = page_as("leader")
    slug = "esco-00000000-0000-0000-0000-000000000001"
    page.goto(f"/skills/skill/{slug}/report/")
    sound(page, axe)
    page.get_by_role("button", name="Report").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what is wrong")
    axe(page)
    page.get_by_label("Adverts are taken to ask for it").check()
    page.get_by_label("The words").fill("tides of change")
    page.get_by_role("button", name="Report").click()
    sound(page, axe)
    sides = "one=organisation:Bell+Commission&other=year:2025"
    for address in ("/skills/record/", "/skills/compare/", f"/skills/compare/?{sides}"):
        page.goto(address)
        sound(page, axe)
    page.get_by_role("button", name="Sign out").click()
    analyst = page_as("analyst")
    for address in ("/skills/builds/", "/skills/releases/1/withdraw/"):
        analyst.goto(address)
        sound(analyst, axe)
    analyst.get_by_role("link", name="Builds and releases").click()
    analyst.get_by_role("table").get_by_role("link").first.click()
    sound(analyst, axe)
    analyst.goto("/skills/reports/")
    sound(analyst, axe)
    analyst.get_by_role("row", name=re.compile("tides of change")).get_by_role("link").click()
    sound(analyst, axe)
    analyst.get_by_role("radio", name=re.compile("^Accept")).check()
    analyst.get_by_label("Reason").fill("It means something else")
    analyst.get_by_role("button", name="Decide").click()
    expect(analyst.get_by_text("The next map is learned with it")).to_be_visible()
