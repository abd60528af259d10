"""Feeds in the browser: finding why rows wait, choosing an employer, handing files in."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from muster.ledger.proving import check_proof
from tests.journeys.conftest import REPOSITORY, Axe, Muster, PageAs, done, no_wider

pytestmark = pytest.mark.usefixtures("published_samples")
WALES = "Organisation: no employer of the register has this name (Wales Office)"
JUNIOR = REPOSITORY / "samples" / "organograms" / "uk_sport" / "2011-03-31-junior.csv"


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def renamed(folder: Path, organisation: str) -> Path:
    """Return a published file in which one organisation has another name."""
    folder.mkdir(parents=True)
    text = JUNIOR.read_text(encoding="utf-8-sig")
    assert "UK Sport" in text
    place = folder / "2012-03-31-junior.csv"
    place.write_text(text.replace("UK Sport", organisation))
    return place


def choose_wales(page: Page, stated: str) -> None:
    """Choose the present Wales Office for a name, by searching for it."""
    page.goto("/exchange/names/")
    page.get_by_role("link", name=stated).click()
    page.get_by_role("textbox", name="Search for another employer").fill(
        "Secretary of State for Wales"
    )
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Office of the Secretary of State for Wales", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    heading(page, "Check your answer")


def test_an_officer_finds_why_rows_wait(page_as: PageAs, axe: Axe) -> None:
    page = page_as("governance")
    page.get_by_role("link", name="Rows in quarantine").click()
    heading(page, "Quarantine")
    axe(page)
    page.get_by_role("link", name=WALES).click()
    heading(page, "Rows that wait")
    expect(page.get_by_role("region", name="2011-03-31-senior.csv")).to_be_visible()
    axe(page)
    page.goto("/exchange/?q=wales_office&waiting=on")
    page.get_by_role("link", name="wales_office/2011-03-31-junior.csv").click()
    counts = page.get_by_role("region", name="In = accepted + in quarantine")
    expect(counts.get_by_role("row", name=re.compile("^Rows"))).to_have_text(
        re.compile(r"Rows\s+37\s+0\s+37")
    )
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download the proof")).first.click()
    assert check_proof(download.value.path().read_text()).log == "exchange"


@pytest.mark.parametrize(
    "address",
    [
        "/exchange/",
        "/exchange/?state=refused&q=nothing-has-this-name",
        "/exchange/agreements/",
        "/exchange/agreements/organograms",
        "/exchange/agreements/organograms/suspend",
        "/exchange/evidence/",
        "/register/employers/",
        "/register/posts/",
    ],
)
def test_an_officers_pages_have_no_violations_and_fit_a_small_screen(
    page_as: PageAs, axe: Axe, address: str
) -> None:
    page = page_as("governance")
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    no_wider(page, 320)
    axe(page)


def test_an_analyst_chooses_an_employer_and_rows_go_on(page_as: PageAs, axe: Axe) -> None:
    page = page_as("analyst")
    page.get_by_role("link", name="Employer names to choose").click()
    axe(page)
    page.get_by_role("link", name="Wales Office", exact=True).click()
    expect(page.get_by_text(re.compile("Likeness 75 of 100"))).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Select the employer that the name means")
    axe(page)
    choose_wales(page, "Wales Office")
    axe(page)
    page.get_by_role("button", name="Remember it and let the rows go on").click()
    expect(page.get_by_role("alert")).to_contain_text("41 rows went on")
    page.get_by_role("link", name="See or withdraw earlier choices").click()
    page.get_by_role("link", name="Withdraw “Wales Office”").click()
    axe(page)
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("alert")).to_contain_text("is withdrawn")
    axe(page)


def test_an_operator_hands_files_in_and_follows_them(
    page_as: PageAs, axe: Axe, muster: Muster, tmp_path: Path
) -> None:
    page = page_as("operator")
    page.get_by_role("link", name="Send files").first.click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a file")
    axe(page)
    page.get_by_label("Files", exact=True).set_input_files(
        renamed(tmp_path / "x", "Office of No Such Thing")
    )
    page.get_by_label("Which system sent them").select_option(
        label="Organograms published on data.gov.uk"
    )
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the publisher")
    page.get_by_label("Files", exact=True).set_input_files(tmp_path / "x" / "2012-03-31-junior.csv")
    page.get_by_label("Publisher").fill("uk_sport")
    page.get_by_role("button", name="Send").click()
    heading(page, "2012-03-31-junior.csv")
    expect(page.get_by_role("status")).to_have_text("Waiting for its turn")
    page.reload()
    expect(page.get_by_role("status")).to_have_text("Waiting for its turn")
    axe(page)
    done(muster("work", "--once"))
    expect(page.get_by_role("status")).to_contain_text("1 file taken in", timeout=10_000)
    page.get_by_role("link", name="uk_sport/2012-03-31-junior.csv").click()
    expect(page.get_by_text("rows of the file wait in quarantine")).to_be_visible()


def test_choosing_works_without_scripts(
    no_javascript_page: PageAs, muster: Muster, tmp_path: Path
) -> None:
    done(muster("load", str(renamed(tmp_path / "museum", "Ministry of Nowhere"))))
    page = no_javascript_page("analyst")
    choose_wales(page, "Ministry of Nowhere")
    page.get_by_role("button", name="Remember it and let the rows go on").click()
    expect(
        page.get_by_text(re.compile(r"“Ministry of Nowhere” means .* rows? went on"))
    ).to_be_visible()


def test_handing_in_works_without_scripts(
    no_javascript_page: PageAs, muster: Muster, tmp_path: Path
) -> None:
    page = no_javascript_page("operator")
    page.goto("/exchange/upload")
    page.get_by_label("Files", exact=True).set_input_files(
        renamed(tmp_path / "y", "Nobody’s Office")
    )
    page.get_by_label("Which system sent them").select_option(label="Tell by folder and headings")
    page.get_by_label("Publisher").fill("nobodys_office")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    done(muster("work", "--once"))
    page.get_by_role("link", name="Check progress again").click()
    expect(page.get_by_role("link", name="nobodys_office/2012-03-31-junior.csv")).to_be_visible()


def test_an_agreement_is_suspended_and_resumed(page_as: PageAs, axe: Axe) -> None:
    page = page_as("governance")
    page.goto("/exchange/agreements/organograms")
    page.get_by_role("button", name="Suspend this agreement").click()
    page.get_by_role("button", name="Suspend", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the reason")
    axe(page)
    page.get_by_label("Reason").fill("The publisher asked us to wait.")
    page.get_by_role("button", name="Suspend", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Suspended")
    axe(page)
    page.get_by_role("button", name="Resume this agreement").click()
    page.get_by_label("Reason").fill("The publisher has answered.")
    page.get_by_role("button", name="Resume", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("In force")
