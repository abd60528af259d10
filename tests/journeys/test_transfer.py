"""A transfer from offer to paid right, by the people of both employers and the person."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, Muster, PageAs, done, sound

Stage = Callable[[str], None]
TERMS = {
    "new_grade": "SEO", "new_salary": "£39,000", "new_fte": "1",
}  # fmt: skip
RECORD = {"tax_code": "1257L", "ni_letter": "A"}
CHOSEN = {"sex": "F", "tax_basis": "cumulative", "pension_scheme": "alpha"}


@pytest.fixture(scope="module")
def stage(muster: Muster, pretend_service: None, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder: Path = tmp_path_factory.mktemp("transfer")

    def play(act: str) -> None:
        done(muster(str(folder), act, module="tests.journeys.transfer_stage"))

    play("begin")
    play.story = json.loads((folder / "story.json").read_text("utf-8"))  # type: ignore[attr-defined]
    return play


def _unseen(page: Page) -> None:
    """What checks a page needs scripts; this one has none, and is checked with them later."""


def fill(page: Page, said: Mapping[str, str]) -> None:
    for name, text in said.items():
        page.locator(f"#id_{name}").fill(text)


def fill_day(page: Page, name: str, day: dt.date) -> None:
    for part, number in zip(("day", "month", "year"), (day.day, day.month, day.year), strict=True):
        page.locator(f"[name={name}_{part}]").fill(str(number))


def begin_task(page: Page, at: str, title: str, axe: Axe) -> None:
    page.goto(at)
    sound(page, axe)
    page.get_by_role("link", name=title, exact=True).click()
    sound(page, axe)


def finish(page: Page, submit: str, axe: Axe, *, checked: bool = True) -> None:
    if checked:
        page.get_by_role("button", name="Check your answers").click()
        expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
        axe(page)
    page.get_by_role("button", name=submit).click()
    expect(page.get_by_text("Done: ")).to_be_visible()


def offered(page: Page, story: Mapping[str, str], axe: Axe) -> str:
    """Let the manager draft and offer; return where the transfer is."""
    page.goto("/transfers/")
    sound(page, axe)
    page.get_by_role("button", name="Offer somebody a post").click()
    page.get_by_role("button", name="Check your answers").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    sound(page, axe)
    page.get_by_label("Which employer do they leave?").select_option(label=story["exporter"])
    fill(page, {name: story[name] for name in ("staff_number", "surname")})
    fill(page, {"post": "Harbour analyst"})
    page.get_by_label("Permanent move").check()
    fill_day(page, "first_day", dt.date.fromisoformat(story["first_day"]))
    page.get_by_role("button", name="Check your answers").click()
    sound(page, axe)
    page.get_by_role("button", name="Draft the transfer").click()
    expect(page.get_by_text("The transfer is drafted.")).to_be_visible()
    at = page.url
    begin_task(page, at, "Offer the move", axe)
    fill(page, TERMS)
    finish(page, "Offer the post", axe)
    return at


def released(page: Page, at: str, story: Mapping[str, str], axe: Axe) -> None:
    """Let the HR officer of the employer left release the record, once it is right."""
    first_day = dt.date.fromisoformat(story["first_day"])
    begin_task(page, at, "Release the record", axe)
    fill(page, RECORD | {"tax_code": "nonsense"})
    for name, value in CHOSEN.items():
        page.locator(f"#id_{name}").select_option(value)
    page.get_by_label("None", exact=True).check()
    expect(page.locator("#id_surname")).to_have_value(story["surname"])
    for part in ("day", "month", "year"):
        started = page.locator(f"[name=employment_started_{part}]").input_value()
        page.locator(f"[name=continuous_service_from_{part}]").fill(started)
    fill_day(page, "paid_to", first_day - dt.timedelta(days=1))
    page.get_by_role("button", name="Check your answers").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    axe(page)
    fill(page, {"tax_code": "1257L"})
    finish(page, "Sign and release the record", axe)


def test_from_offer_to_paid_right_as_five_people(
    stage: Stage, page_as: PageAs, no_javascript_page: PageAs, axe: Axe
) -> None:
    story: Mapping[str, str] = stage.story  # type: ignore[attr-defined]
    manager = page_as("manager")
    at = offered(manager, story, axe)
    person = no_javascript_page("civil-servant")
    person.goto("/transfers/mine")
    person.get_by_role("link", name="Accept or decline").click()
    person.get_by_label("Yes, I accept").check()
    finish(person, "Confirm your answer", _unseen)
    person.goto(at)
    person.get_by_role("link", name="State your details", exact=True).click()
    fill(person, {"known_as": "Siân"})
    finish(person, "Send my details", _unseen)
    person = page_as("civil-servant")
    person.goto("/transfers/mine")
    sound(person, axe)
    joining, leaving = page_as("caseworker"), page_as("caseworker-orchards")
    begin_task(joining, at, "State the terms", axe)
    fill(joining, TERMS | {"new_staff_number": "HL/7701"})
    finish(joining, "Send the terms", axe)
    released(leaving, at, story, axe)
    joining.goto(at)
    if joining.get_by_role("link", name="Settle the differences").is_visible():
        settled(joining, at, axe)
    for page, title in ((leaving, "Sign the date (leaving)"), (joining, "Sign the date (joining)")):
        begin_task(page, at, title, axe)
        finish(page, "Sign the day", axe, checked=False)
    expect(joining.get_by_role("heading", level=1)).to_contain_text("Scheduled")
    person.goto(at)
    expect(person.get_by_role("table", name="First pay from")).to_contain_text("Gross pay")
    axe(person)
    for slug, title, submit in (
        ("payroll", "Confirm the leaver", "Confirm the leaver"),
        ("payroll-harbours", "Confirm the starter", "Confirm the starter"),
    ):  # fmt: skip
        page = page_as(slug)
        begin_task(page, at, title, axe)
        finish(page, submit, axe)
    stage("move")
    begin_task(manager, at, "See to the first week", axe)
    finish(manager, "The first week is seen to", axe)
    begin_task(joining, at, "File the record", axe)
    finish(joining, "The record is filed", axe)
    stage("pay")
    person.goto(at)
    expect(person.get_by_role("heading", level=1)).to_contain_text("Paid right")
    axe(person)
    joining.goto("/transfers/?state=all")
    expect(joining.get_by_role("table")).to_contain_text("Paid right")
    sound(joining, axe)


def settled(page: Page, at: str, axe: Axe) -> None:
    """Let the HR officer of the employer joined settle what differs, as it was released."""
    begin_task(page, at, "Settle the differences", axe)
    for box in page.locator("input[type=radio][value=stated]").all():
        box.check()
    fill(page, {"why": "By the latest payslip"})
    finish(page, "Settle the differences", axe)
