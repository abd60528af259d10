"""A case and the processes in the browser: drawn and marked, and as a list without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import REPOSITORY, Axe, Muster, PageAs, done, sound

SHIPPED = REPOSITORY / "muster" / "services" / "transfers" / "process" / "transfer_before.bpmn"


@pytest.fixture(scope="module")
def case(muster: Muster, pretend_service: None, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a case that is half way through."""
    folder = tmp_path_factory.mktemp("cases")
    done(muster(str(folder), module="tests.journeys.cases_world"))
    return f"/inbox/cases/{(folder / 'case').read_text(encoding='utf-8')}"


def drawn(page: Page) -> None:
    """Wait until the diagram is drawn."""
    expect(page.locator("figure[data-drawn=yes]")).to_be_visible()


def test_a_case_is_drawn_and_marked(case: str, page_as: PageAs, axe: Axe) -> None:
    page = page_as("caseworker")
    page.goto(case)
    drawn(page)
    assert marked(page, "open") == ["pack"]
    assert marked(page, "done") == ["begin", "invite", "coming"]
    # The mark of those who wrote the viewer is in sight, however far the drawing is scrolled.
    page.locator(".muster-diagram__view").evaluate("one => one.scrollTo(9999, 9999)")
    page.get_by_title("Powered by bpmn.io").scroll_into_view_if_needed()
    expect(page.get_by_title("Powered by bpmn.io")).to_be_in_viewport(ratio=1)
    sound(page, axe)
    it_is_made_larger(page)
    page.get_by_role("navigation", name="Diagrams").get_by_role("link", name="visit").first.click()
    drawn(page)
    assert marked(page, "open") == ["before"]
    page.emulate_media(forced_colors="active", media="print")
    expect(page.get_by_role("list").filter(has_text="Pack a bag").first).to_be_visible()


def marked(page: Page, kind: str) -> list[str]:
    """Return the elements that are marked, in the order of the file."""
    found = page.locator(f".djs-element.muster-{kind}")
    return [one.get_attribute("data-element-id") or "" for one in found.all()]


def it_is_made_larger(page: Page) -> None:
    """Make the drawing larger by its button, and smaller by the keyboard alone."""
    view = page.get_by_role("region", name="Diagram of")
    paper = page.locator(".muster-diagram__paper")

    def width() -> float:
        box = paper.bounding_box()
        assert box is not None
        return box["width"]

    before = width()
    page.get_by_role("button", name="Larger").click()
    assert width() > before * 1.2
    view.focus()
    page.keyboard.press("-")
    assert abs(width() - before) < 3
    page.keyboard.press("0")
    assert width() <= (view.bounding_box() or {"width": 0})["width"] + 1


def test_a_case_is_whole_without_scripts(
    case: str, no_javascript_page: PageAs, page_as: PageAs, axe: Axe
) -> None:
    page = no_javascript_page("civil-servant")
    page.goto(case)
    steps = page.locator(".muster-steps__step")
    expect(steps.filter(has_text="Pack a bag")).to_contain_text("Open now")
    expect(steps.filter(has_text="Invite the guest")).to_contain_text("Done")
    expect(page.get_by_text("The diagram is drawn where scripts run.")).to_be_visible()
    expect(page.get_by_role("button", name="Larger")).to_be_hidden()
    with page.expect_download() as sent:
        page.get_by_role("link", name="Download this diagram").click()
    assert Path(sent.value.path()).read_bytes().startswith(b"<?xml")
    other = page_as("caseworker-orchards")
    assert (other.goto(case) or pytest.fail("no answer")).status == 404
    sound(other, axe)


def test_processes_are_shown_and_tried(page_as: PageAs, axe: Axe, tmp_path: Path) -> None:
    page = page_as("manager")
    page.goto("/inbox/processes/")
    sound(page, axe)
    page.get_by_role("link", name="A transfer from one employer to another").click()
    drawn(page)
    sound(page, axe)
    page.get_by_role("link", name="Before the first day").click()
    drawn(page)
    broken = tmp_path / "mine.bpmn"
    text = SHIPPED.read_text(encoding="utf-8")
    broken.write_text(text.replace('"transfers.ask"', '"transfers.guess"'), encoding="utf-8")
    page.get_by_label("A process file").set_input_files(broken)
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_role("alert")).to_contain_text("element ask “Ask for the record”")
    sound(page, axe)
    page.get_by_label("A process file").set_input_files(SHIPPED)
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_role("status")).to_contain_text("can be run")
    sound(page, axe)
