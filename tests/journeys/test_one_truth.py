"""One version of the truth, walked through by everybody who has a part in it.

A pair of records is decided, confirmed and undone; sources that disagree are settled; a person sees
what is held of them, has it put right, and tells a change once; a protected person is opened in an
emergency; a copy is asked for; and what is past its time is erased. Each page is clean for axe and
fits a screen of 320 pixels.
"""

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, Muster, PageAs, done, no_wider

pytestmark = pytest.mark.usefixtures("truth_world")
Look = Callable[[Page], None]
SMALL, LARGE = 320, 1280
BELIEFS = "Everything ever believed"


@pytest.fixture(scope="module")
def truth_world(muster: Muster, pretend_service: None) -> None:
    """Bring in what the journeys need beside the demonstration."""
    done(muster(module="tests.journeys.truth_world"))


@pytest.fixture
def look(axe: Axe) -> Look:
    """Return a function that fails unless a page is accessible and fits a small screen."""

    def looked(page: Page) -> None:
        axe(page)
        page.set_viewport_size({"width": SMALL, "height": 800})
        no_wider(page, SMALL)
        page.set_viewport_size({"width": LARGE, "height": 800})

    return looked


def in_bar(page: Page, area: str, entry: str) -> None:
    """Go where the bar leads: an area of it, and an entry of the area."""
    page.get_by_role("navigation").get_by_role("link", name=area, exact=True).first.click()
    within = page.get_by_role("navigation", name=area)
    within.get_by_role("link", name=entry, exact=True).click()


def out_of_fields(page: Page) -> None:
    """Leave the field one writes in, so that keys are shortcuts again."""
    page.get_by_role("heading", level=1).click()


def filled(page: Page, group: str, day: dt.date) -> None:
    """Fill the three boxes of a date."""
    box = page.get_by_role("group", name=group)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        box.get_by_label(part).fill(str(value))


def found(page: Page, surname: str) -> list[str]:
    """Return the addresses of the people whom a search by surname finds, each of them once."""
    page.goto(f"/register/people/?q={surname}&as_at_day=30&as_at_month=9&as_at_year=2026")
    links = page.locator("#results a[href*='/register/people/']")
    return list(dict.fromkeys(str(one.get_attribute("href")) for one in links.all()))


def held_of(page: Page, surname: str) -> list[str]:
    """Return all that is believed now of the people of a surname, without since when it is."""
    words = []
    for address in found(page, surname):
        page.goto(address)
        rows = page.get_by_role("region", name=BELIEFS).get_by_role("row").all_inner_texts()
        now = [row for row in rows if "In force" in row]
        words += [re.sub(r"\t\d+ \w+ \d{4}, [\d:]+", "", row) for row in now]
    assert words, f"nothing is believed of {surname}"
    return sorted(words)


def test_a_caseworker_decides_a_pair_by_keys_and_undoes_it(page_as: PageAs, look: Look) -> None:
    page = page_as("caseworker-orchards")
    before = held_of(page, "quilter")
    in_bar(page, "Register", "Matches")
    look(page)
    page.get_by_label("Employer", exact=True).select_option(
        label="Department of Orchards and Allotments"
    )
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile("employer="))
    page.locator("#results tbody").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Are these two one person?")
    pair = page.url
    reasons = page.get_by_role("region", name="What speaks for one person, and what against")
    expect(reasons).to_contain_text("Birth date")
    look(page)
    page.keyboard.press("s")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.get_by_label("Reason").fill("One desk, one face")
    out_of_fields(page)
    page.keyboard.press("s")
    expect(page.get_by_text("Decided: same person.")).to_be_visible()
    assert len(found(page, "quilter")) == 1
    page.goto(pair)
    look(page)
    page.get_by_role("link", name="Undo this decision").click()
    page.get_by_label("Reason").fill("Two desks")
    look(page)
    page.get_by_role("button", name="Undo this decision").click()
    expect(page.get_by_text("All is as if it had never been.")).to_be_visible()
    assert held_of(page, "quilter") == before


def test_a_link_that_bears_pay_is_confirmed_by_a_second_officer(
    page_as: PageAs, look: Look
) -> None:
    first, second = page_as("governance"), page_as("governance-second")
    page = page_as("caseworker-orchards")
    before = held_of(page, "vetch")
    first.goto("/register/matches/")
    row = first.get_by_role("row").filter(has_text="Ferry")
    expect(row).to_contain_text("Yes")
    row.get_by_role("link").click()
    pair = first.url
    first.get_by_label("Reason").fill("Moved in September")
    first.get_by_role("button", name="Same person", exact=False).first.click()
    expect(first.get_by_text("Pay hangs on it: another person confirms it.")).to_be_visible()
    first.goto(pair)
    expect(first.get_by_role("button", name="Confirm that they are one person")).to_have_count(0)
    second.goto("/register/matches/?shown=second")
    look(second)
    second.get_by_role("row").filter(has_text="Ferry").get_by_role("link").click()
    look(second)
    second.get_by_role("button", name="Confirm that they are one person").click()
    expect(second.get_by_text("Both records are of one person now.")).to_be_visible()
    second.get_by_role("link", name="Undo this decision").click()
    second.get_by_label("Reason").fill("Two passports")
    second.get_by_role("button", name="Undo this decision").click()
    expect(second.get_by_text("All is as if it had never been.")).to_be_visible()
    assert held_of(page, "vetch") == before


def test_a_conflict_is_settled_by_a_caseworker_and_confirmed(page_as: PageAs, look: Look) -> None:
    worker, officer = page_as("caseworker-orchards"), page_as("governance")
    in_bar(worker, "Register", "Conflicts")
    look(worker)
    worker.get_by_role("link", name=re.compile("Birth date Orla")).click()
    expect(worker.get_by_role("main")).to_contain_text("Another employer says otherwise")
    expect(worker.get_by_role("main")).not_to_contain_text("3 February 1981")
    look(worker)
    here = worker.url
    worker.get_by_label("Reason").fill("The passport says so")
    worker.get_by_role("button", name="2 March 1981 is right").click()
    expect(worker.get_by_text("once another person has confirmed it")).to_be_visible()
    officer.goto("/register/conflicts/?shown=second")
    officer.get_by_role("link", name=re.compile("Birth date Orla")).click()
    expect(officer.get_by_role("main")).to_contain_text("3 February 1981")
    look(officer)
    officer.get_by_role("button", name="Confirm that this is right").click()
    expect(officer.get_by_text("It counts from now on.")).to_be_visible()
    worker.goto(here)
    expect(worker.get_by_text("Confirmed by")).to_be_visible()


def test_one_sees_what_is_held_and_has_it_put_right(page_as: PageAs, look: Look) -> None:
    worker, me = page_as("caseworker-orchards"), page_as("civil-servant")
    worker.goto(found(worker, "llewellyn")[0])
    in_bar(me, "My record", "My record")
    look(me)
    looks = me.get_by_role("region", name="Who has looked at your record")
    expect(looks).to_contain_text("HR caseworker, Department of Orchards and Allotments")
    expect(looks).to_contain_text("Casework")
    filled(me, "As it is on", dt.date(2026, 9, 1))
    me.get_by_role("button", name="Show").click()
    values = me.get_by_role("region", name="What counts on 1 September 2026")
    expect(values).to_contain_text("Margaret")
    look(me)
    values.get_by_role("link", name=re.compile("^Row ")).first.click()
    expect(me.get_by_text("Exact bytes").first).to_be_visible()
    look(me)
    with me.expect_download() as proof:
        me.get_by_role("link", name=re.compile("^Download the proof")).first.click()
    assert proof.value.suggested_filename.endswith(".json")
    wrong = asked_for(me, look)
    answered(worker, look)
    me.goto(wrong)
    expect(me.get_by_role("main")).to_contain_text("The post is graded so")
    expect(me.get_by_role("main")).to_contain_text("Information Commissioner")
    look(me)


def asked_for(me: Page, look: Look) -> str:
    """Say that one's grade is wrong; return the address of the request."""
    me.goto("/register/me/")
    me.get_by_role("link", name="This is wrong Grade as stated").first.click()
    look(me)
    me.get_by_role("button", name="Ask for it").click()
    expect(me.get_by_role("alert")).to_contain_text("Enter what it should say")
    look(me)
    me.get_by_label("What should it say?").fill("Grade 7")
    me.get_by_role("button", name="Ask for it").click()
    expect(me.get_by_text("Until it is answered the fact is disputed.")).to_be_visible()
    expect(me.get_by_text("Answer by")).to_be_visible()
    look(me)
    request = me.url
    me.goto("/register/me/")
    values = me.get_by_role("region", name=re.compile("^What counts on"))
    expect(values).to_contain_text("You dispute this")
    return request


def answered(worker: Page, look: Look) -> None:
    """Answer the request as HR of the employer, with a reason."""
    in_bar(worker, "Register", "Corrections")
    look(worker)
    worker.get_by_role("region", name="Corrections to answer").get_by_role("link").first.click()
    expect(worker.get_by_role("main")).to_contain_text("Grade 7")
    look(worker)
    worker.get_by_label("It is refused").check()
    worker.get_by_role("button", name="Answer").click()
    expect(worker.get_by_role("alert")).to_be_visible()
    worker.get_by_label("Reason").fill("The post is graded so")
    worker.get_by_role("button", name="Answer").click()
    expect(worker.get_by_text("It is answered. The person has been told.")).to_be_visible()


def test_a_change_is_told_once_and_every_system_has_it(
    page_as: PageAs, no_javascript_page: PageAs, look: Look, muster: Muster
) -> None:
    me = no_javascript_page("civil-servant")
    told(me, "Home address", {"Address line 1": "7 Orchard Row", "Town or city": "Hereford",
                              "Postcode": "HR1 2AA"})  # fmt: skip
    told(me, "Name", {"First names": "Siân", "Last name": "Llewellyn", "Name you go by": "Sha"})
    mine = me.url
    done(muster("carry", "--once"))
    seen = page_as("civil-servant")
    seen.goto("/myself/")
    look(seen)
    seen.get_by_role("link", name="What you told, and which systems have it").click()
    look(seen)
    seen.goto(mine)
    systems = seen.get_by_role("region", name="Which systems have it")
    for name in ("payroll:", "Staff directory of"):
        row = systems.get_by_role("row").filter(has_text=name)
        expect(row).to_contain_text("Acknowledged")
    look(seen)


def told(page: Page, what: str, said: dict[str, str]) -> None:
    """Tell a change, look at the answers again, and send it."""
    page.goto("/myself/")
    page.get_by_label(what, exact=True).check()
    page.get_by_role("button", name="Continue").click()
    for label, value in said.items():
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Continue").click()
    today = dt.datetime.now(dt.UTC).date()
    for part, number in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        page.get_by_label(part, exact=True).fill(str(number))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    for value in said.values():
        expect(page.get_by_text(value, exact=True).first).to_be_visible()
    page.get_by_role("button", name="Tell them").click()
    expect(page.get_by_text("You have told us")).to_be_visible()


def test_a_protected_person_is_found_by_nobody_and_opened_in_an_emergency(
    page_as: PageAs, look: Look
) -> None:
    me, worker, guardian = (
        page_as(slug) for slug in ("civil-servant", "caseworker-orchards", "governance")
    )
    (address,) = found(worker, "llewellyn")
    person = re.sub(r".*/people/([0-9a-f-]+).*", r"\1", address)
    in_bar(guardian, "Assurance", "Restrictions")
    guardian.get_by_role("button", name="Restrict a record").click()
    look(guardian)
    guardian.get_by_label("Or the identifier of the record").fill(person)
    guardian.get_by_label("Protected person").check()
    guardian.get_by_label("Risk assessment").check()
    guardian.get_by_role("button", name="Restrict", exact=True).click()
    expect(guardian.get_by_text("Restricted from this moment on.")).to_be_visible()
    restriction = guardian.url
    try:
        assert found(worker, "llewellyn") == []
        expect(worker.get_by_text("Nobody of your employer")).to_be_visible()
        opened(worker, look, person)
        guardian.goto("/")
        guardian.get_by_role("link", name=re.compile("^HR caseworker")).first.click()
        expect(guardian.get_by_text("Her pay has not come")).to_be_visible()
        look(guardian)
        guardian.get_by_label("Justified", exact=True).check()
        guardian.get_by_label("In your own words").fill("The ticket is there")
        guardian.get_by_role("button", name="Keep the review").click()
        expect(guardian.get_by_text("Reviewed. The entry stands")).to_be_visible()
        me.goto("/register/me/")
        looks = me.get_by_role("region", name="Who has looked at your record")
        expect(looks).to_contain_text("emergency")
        look(me)
    finally:
        lifted(guardian, page_as("governance-second"), restriction, look)
    assert len(found(worker, "llewellyn")) == 1


def opened(worker: Page, look: Look, person: str) -> None:
    """Open a record in an emergency, with a reason."""
    in_bar(worker, "Register", "Emergency")
    look(worker)
    worker.get_by_role("button", name="Open the record").click()
    expect(worker.get_by_role("alert")).to_be_visible()
    worker.get_by_label("Or the identifier of the record").fill(person)
    worker.get_by_label("Pay has stopped, or would").check()
    worker.get_by_label("In your own words").fill("Her pay has not come")
    worker.get_by_role("button", name="Open the record").click()
    expect(worker.get_by_role("heading", name="Siân Llewellyn")).to_be_visible()
    look(worker)


def lifted(first: Page, second: Page, restriction: str, look: Look) -> None:
    """Let two officers lift a restriction."""
    for page, link, answer in (
        (first, "Ask for it to be lifted", "The risk has ended"),
        (second, "Agree to lift it", "Yes, lift it now"),
    ):
        page.goto(restriction)
        page.get_by_role("link", name=link).click()
        look(page)
        page.get_by_label(answer).check()
        page.get_by_role("button", name="Continue").click()
    expect(second.get_by_text("The restriction is lifted.")).to_be_visible()


def test_one_asks_for_a_copy_of_everything_and_gets_it(
    page_as: PageAs, look: Look, tmp_path: Path
) -> None:
    me, officer = page_as("civil-servant"), page_as("governance")
    in_bar(me, "My record", "My data requests")
    look(me)
    me.get_by_role("link", name="Ask for a copy of your data").click()
    me.get_by_role("button", name="Send the request").click()
    mine = me.url
    officer.goto(mine.replace("/mine/", "/requests/"))
    look(officer)
    officer.get_by_role("button", name="It is the person").click()
    officer.get_by_role("button", name="Make the copy").click()
    expect(officer.get_by_text("The copy is ready")).to_be_visible()
    me.goto(mine)
    look(me)
    with me.expect_download() as loading:
        me.get_by_role("button", name="Download your data").click()
    saved = tmp_path / "copy.zip"
    loading.value.save_as(saved)
    text = zipfile.ZipFile(saved).read("index.html").decode()
    assert "7 Orchard Row" in text, "what was told once is held too"


def test_what_is_past_its_time_is_erased_once_two_officers_agree(
    page_as: PageAs, look: Look
) -> None:
    first, second = page_as("governance"), page_as("governance-second")
    in_bar(first, "Assurance", "Retention")
    look(first)
    first.get_by_role("button", name="what is past its time").click()
    expect(first.get_by_text("Nothing is erased yet.")).to_be_visible()
    look(first)
    run = first.url
    first.get_by_role("link", name="Look at a few of the people").click()
    expect(first.get_by_role("main")).to_contain_text(re.compile("Tring", re.IGNORECASE))
    look(first)
    first.goto(run)
    first.get_by_label("Reason").fill("Past a hundred years")
    first.get_by_role("button", name="Propose").click()
    expect(first.get_by_text("A colleague decides")).to_be_visible()
    second.goto("/")
    second.get_by_role("link", name=re.compile("^Retention as at")).click()
    expect(second).to_have_url(run)
    look(second)
    second.get_by_label("Yes, it is past its time").check()
    second.get_by_label("Reason").fill("Nothing speaks for keeping it")
    second.get_by_role("button", name="Decide").click()
    second.get_by_role("button", name="Let it get on").click()
    expect(second.get_by_role("link", name="Download the certificate")).to_be_visible()
    look(second)
    with second.expect_download() as certificate:
        second.get_by_role("link", name="Download the certificate").click()
    assert certificate.value.suggested_filename.startswith("certificate-")
