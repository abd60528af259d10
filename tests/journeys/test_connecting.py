"""Setting up a system in the browser, from 'register a system' to one record that is tried."""

import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, Muster, PageAs, done
from tests.journeys.test_feeds import fits

pytestmark = pytest.mark.usefixtures("pretend_service", "setting_up")
AGREEMENT = "journey-of-setting-up"
RECORD = '{"staff_number": "1", "grade": "EO", "surname": "Mole", "bank_account": "998877"}'


@pytest.fixture(scope="module")
def setting_up(
    muster: Muster, pretend_service: None, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("setting-up")
    done(muster(str(folder), module="tests.journeys.connecting_world"))
    return folder


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=re.compile(name))).to_be_visible()


def test_from_a_new_system_to_one_record_that_is_tried(
    no_javascript_page: PageAs, page_as: PageAs, axe: Axe, muster: Muster, setting_up: Path
) -> None:
    page = page_as("integrator")
    page.goto("/messages/systems/")
    page.get_by_role("button", name="Register a system").click()
    fits(page, axe)
    page.get_by_role("button", name="Register it").click()
    axe(page)
    page.get_by_label("Code").fill("pay:journey")
    page.get_by_label("What people call it").fill("Journey payroll")
    page.get_by_label("What it is").fill("payroll")
    page.get_by_role("button", name="Register it").click()
    expect(page.get_by_text("The system is registered.")).to_be_visible()
    page.get_by_role("link", name="Say how it is spoken to").click()
    page.get_by_role("button", name="Say how it is spoken to").click()
    fits(page, axe)
    page.get_by_label("A table in a PostgreSQL or SQLite database").check()
    page.get_by_role("button", name="Continue").click()
    fits(page, axe)
    page.get_by_label("Address of the database").fill(f"sqlite:///{setting_up}/pay.sqlite3")
    page.get_by_role("button", name="Keep it, and ask the system").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter “Table”")
    expect(page.get_by_label("Address of the database")).to_have_value("")
    axe(page)
    asked(page, setting_up)
    expect(page.get_by_role("alert")).to_contain_text("It lies on this machine")
    address = page.url
    page = page_as("operator")
    page.goto(address)
    asked(page, setting_up)
    expect(page.get_by_text("It answers: the table can be read")).to_be_visible()
    expect(page.get_by_text("Set; never shown")).to_be_visible()
    fits(page, axe)
    done(muster(str(setting_up), "agree", module="tests.journeys.connecting_world"))
    drafted(page_as("integrator"), axe)
    page = no_javascript_page("integrator")
    page.goto("/messages/routes/journey-to-payroll/try")
    page.get_by_label("Record (JSON)").fill(RECORD)
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("It would go to the receiver")).to_be_visible()
    with sqlite3.connect(setting_up / "pay.sqlite3") as database:
        assert database.execute("SELECT * FROM pay").fetchall() == []


def asked(page: Page, folder: Path) -> None:
    """Say where the receiver's table is."""
    page.get_by_label("Address of the database").fill(f"sqlite:///{folder}/pay.sqlite3")
    page.get_by_label("Table", exact=True).fill("pay")
    page.get_by_role("button", name="Keep it, and ask the system").click()


def drafted(page: Page, axe: Axe) -> None:
    """Draft the route, and try one record on it."""
    page.goto("/messages/")
    page.get_by_role("button", name="Draft a route").click()
    fits(page, axe)
    page.get_by_role("link", name=re.compile("Setting up")).click()
    page.get_by_label("Code of the route").fill("journey-to-payroll")
    page.get_by_role("button", name="Only check it").click()
    expect(page.get_by_text("the agreed fields go as they are.", exact=False)).to_be_visible()
    fits(page, axe)
    page.get_by_role("button", name="Keep the draft").click()
    heading(page, "Try one record")
    fits(page, axe)
    page.get_by_label("Record (JSON)").fill(RECORD)
    page.get_by_role("button", name="Try it").click()
    gets = page.get_by_role("region", name="3. What the receiver would get")
    expect(gets).to_contain_text("Mole")
    expect(gets).not_to_contain_text("998877")
    fits(page, axe)
    page.get_by_role("button", name="Hand it over as a rehearsal").click()
    expect(page.get_by_text("1 of 1 rows could be stored")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Begin its trial").click()
    heading(page, "Begin a trial")
