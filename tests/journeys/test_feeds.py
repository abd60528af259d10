"""Running feeds in the browser: sending, deciding, withdrawing, planning, tokens."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.integration.test_people_feeds import MOLE, sheet
from tests.journeys.conftest import REPOSITORY, Axe, Muster, PageAs, done, no_wider

pytestmark = pytest.mark.usefixtures("pretend_service", "published_samples")
JUNIOR = REPOSITORY / "samples" / "organograms" / "uk_sport" / "2011-03-31-junior.csv"
PLAN = "/exchange/plan/hr-harbours-and-lighthouses"
NARROW = {"width": 320, "height": 800}


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def fits(page: Page, axe: Axe) -> None:
    """Check that a page fits a small screen and is accessible."""
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    no_wider(page, 320)
    axe(page)


def send(page: Page, file: Path, route: str, publisher: str = "") -> None:
    """Choose a file and the system that sent it, and send it."""
    page.goto("/exchange/upload")
    page.get_by_label("Files", exact=True).set_input_files(file)
    page.get_by_label("Which system sent them").select_option(value=route)
    if publisher:
        page.get_by_label("Publisher").fill(publisher)
    page.get_by_role("button", name="Send").click()


def half(folder: Path) -> Path:
    """Return a full feed of a large employer with one person in it."""
    place = folder / "2026-11-30-journey.csv"
    place.write_bytes(sheet(MOLE))
    return place


def published(folder: Path, month: str) -> Path:
    """Return a published file under another month."""
    place = folder / f"{month}-junior.csv"
    place.write_bytes(JUNIOR.read_bytes())
    return place


def test_a_feed_that_lost_nearly_everybody_waits_for_somebody_else(
    page_as: PageAs, axe: Axe, muster: Muster, tmp_path: Path
) -> None:
    page = page_as("integrator")
    send(page, half(tmp_path), "hr-harbours-and-lighthouses")
    heading(page, "2026-11-30-journey.csv")
    done(muster("work", "--once"))
    expect(page.get_by_role("status")).to_contain_text("1 file is held", timeout=10_000)
    files = page.get_by_role("region", name="What became of each file")
    expect(files).to_contain_text("It would end")
    fits(page, axe)
    files.get_by_role("link", name=re.compile("See what it would do")).click()
    expect(page.get_by_text("You handed this feed in")).to_be_visible()
    axe(page)
    page = page_as("governance")
    page.get_by_role("link", name=re.compile("2026-11-30-journey.csv .* Would end")).click()
    heading(page, "Decide on this feed")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the reason")
    fits(page, axe)
    page.get_by_label("Refuse it").check()
    page.get_by_label("Reason").fill("One person is not the whole employer.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert")).to_contain_text("The feed is refused")
    expect(page.get_by_role("heading", level=3, name="Refused")).to_be_visible()
    fits(page, axe)
    page.goto("/exchange/undecided/")
    expect(page.get_by_text("No feed waits for a decision")).to_be_visible()
    fits(page, axe)


def test_a_file_that_nobody_mapped_leads_to_its_mapping_without_scripts(
    no_javascript_page: PageAs, muster: Muster, tmp_path: Path
) -> None:
    page = no_javascript_page("caseworker")
    place = tmp_path / "2026-10-31-otters.csv"
    place.write_bytes(b"Otter,Born,Grade\nAda,1990-01-02,HEO\nBen,1991-02-03,SEO\n")
    send(page, place, "hr-harbours-and-lighthouses")
    done(muster("work", "--once"))
    page.get_by_role("link", name="Check progress again").click()
    expect(page.get_by_role("status")).to_contain_text("1 file waits for a mapping")
    page.get_by_role("link", name="Map this layout").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/map" in page.url


def test_a_feed_is_withdrawn_without_scripts(
    no_javascript_page: PageAs, muster: Muster, tmp_path: Path
) -> None:
    page = no_javascript_page("operator")
    send(page, published(tmp_path, "2014-09-30"), "?", "journey_withdrawn")
    done(muster("work", "--once"))
    page.get_by_role("link", name="Check progress again").click()
    page.get_by_role("link", name="journey_withdrawn/2014-09-30-junior.csv").click()
    page.get_by_role("button", name="Withdraw this feed").click()
    expect(page.get_by_text("so none stands again")).to_be_visible()
    page.get_by_label("Reason").fill("It is the file of another year.")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_text("Nothing of it counts any more")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Withdrawn")


def test_the_withdrawal_page_is_accessible_and_fits(
    page_as: PageAs, axe: Axe, muster: Muster, tmp_path: Path
) -> None:
    place = tmp_path / "journey_kept"
    place.mkdir()
    done(muster("load", str(published(place, "2014-03-31"))))
    page = page_as("operator")
    page.goto("/exchange/?q=journey_kept")
    page.get_by_role("link", name="journey_kept/2014-03-31-junior.csv").click()
    axe(page)
    page.get_by_role("button", name="Withdraw this feed").click()
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the reason")
    fits(page, axe)


def _held_back(asked: Route, answers: list[Route]) -> None:
    """Keep what is posted waiting for its answer; let everything else through."""
    if asked.request.method == "POST":
        answers.append(asked)
    else:
        asked.continue_()


def test_sending_shows_how_much_is_sent_and_a_broken_line_loses_no_choice(
    page_as: PageAs, axe: Axe, tmp_path: Path
) -> None:
    page = page_as("operator")
    page.goto("/exchange/upload")
    expect(page.get_by_text(re.compile("Each file may have up to 200 MB"))).to_be_visible()
    answers: list[Route] = []
    page.route("**/exchange/upload", lambda asked: _held_back(asked, answers))
    send(page, published(tmp_path, "2015-03-31"), "?", "journey_sent")
    expect(page.get_by_role("progressbar", name="Sent so far")).to_be_visible()
    expect(page.get_by_role("status")).to_be_visible()
    axe(page)
    answers[0].fulfill(status=413, content_type="text/plain", body="Too large")
    expect(page.get_by_role("alert")).to_contain_text("The files could not be sent")
    fits(page, axe)
    page.unroute("**/exchange/upload")
    page.wait_for_timeout(1100)  # the button takes no second click within a second
    page.get_by_role("button", name="Send").click()
    heading(page, "2015-03-31-junior.csv")
    page.goto("/exchange/upload")
    expect(page.get_by_role("link", name="2015-03-31-junior.csv")).to_be_visible()
    fits(page, axe)


def test_the_bar_follows_what_is_really_sent(page_as: PageAs, tmp_path: Path) -> None:
    page = page_as("operator")
    large = tmp_path / "2015-12-31-large.csv"
    large.write_bytes(JUNIOR.read_bytes() + b"\n" * 3_000_000)
    line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 1_000_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)
    send(page, large, "?", "journey_large")
    page.wait_for_function(
        "() => { const { value } = document.querySelector('[data-upload-progress] progress');"
        " return value > 10 && value < 90; }"
    )
    heading(page, "2015-12-31-large.csv")


def test_a_file_over_the_limit_is_named_before_it_is_sent(page_as: PageAs, tmp_path: Path) -> None:
    page = page_as("operator")
    page.goto("/exchange/upload")
    page.evaluate("document.querySelector('[data-upload]').dataset.mostBytes = 1000")
    small = tmp_path / "small.csv"
    small.write_text("a,b\n")
    large = published(tmp_path, "2015-09-30")
    page.get_by_label("Files", exact=True).set_input_files([small, large])
    page.get_by_role("button", name="Send").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("2015-09-30-junior.csv")
    expect(alert).not_to_contain_text("small.csv")


def test_feeds_are_planned_and_a_bulk_change_is_announced(page_as: PageAs, axe: Axe) -> None:
    page = page_as("integrator")
    page.get_by_role("link", name="When feeds are due").click()
    fits(page, axe)
    page.goto(PLAN)
    axe(page)
    page.get_by_role("button", name="Say when feeds are due").click()
    page.get_by_label("Days it may still come").fill("")
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    fits(page, axe)
    page.get_by_label("Every month").check()
    page.get_by_label("Days it may still come").fill("10")
    since = page.get_by_role("group", name="First day this holds for")
    for part, value in (("Day", "1"), ("Month", "11"), ("Year", "2099")):
        since.get_by_label(part).fill(value)
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_role("alert")).to_contain_text("What is due is declared")
    page.get_by_role("button", name="Announce a bulk change").click()
    page.get_by_role("button", name="Announce", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Enter what is going to happen")
    fits(page, axe)
    for name in ("First day that a feed", "Last day that a feed"):
        group = page.get_by_role("group", name=name)
        for part, value in (("Day", "31"), ("Month", "12"), ("Year", "2099")):
            group.get_by_label(part).fill(value)
    page.get_by_label("How many people change").fill("100")
    page.get_by_label("What is going to happen").fill("A pay award for everybody.")
    page.get_by_role("button", name="Announce", exact=True).click()
    expect(page.get_by_role("region", name="Bulk changes announced")).to_contain_text("A pay award")
    fits(page, axe)
    page.get_by_role("link", name="Take back").click()
    fits(page, axe)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("No bulk change is announced")).to_be_visible()


def test_a_token_is_made_shown_once_and_revoked(page_as: PageAs, axe: Axe) -> None:
    page = page_as("integrator")
    page.get_by_role("link", name="Tokens of systems").click()
    fits(page, axe)
    page.get_by_label("System", exact=True).select_option(value="hr:harbours-and-lighthouses")
    page.get_by_label("What it is for").fill("Nightly export")
    page.get_by_role("button", name="Make a token").click()
    token = page.locator("#token").inner_text()
    assert token.startswith("muster_")
    fits(page, axe)
    page.goto("/exchange/tokens/")
    expect(page.get_by_text(token)).to_have_count(0)
    page.get_by_role("link", name="Revoke").click()
    fits(page, axe)
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("alert")).to_contain_text("The token is revoked")
    axe(page)
