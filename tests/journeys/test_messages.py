"""Messages in the browser: a cause released, one message's way, keys, pausing, replaying."""

import base64
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, Muster, PageAs, done
from tests.journeys.test_feeds import fits

pytestmark = pytest.mark.usefixtures("pretend_service", "flowing")
ROUTE = "hr-harbours-and-lighthouses-payroll-harbours-and-lighthouses"


@pytest.fixture(scope="module")
def flowing(
    muster: Muster, pretend_service: None, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("receiver")
    done(muster(str(folder), module="tests.journeys.message_world"))
    return folder


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=re.compile(name))).to_be_visible()


def test_a_cause_is_seen_at_home_released_and_its_message_followed(
    no_javascript_page: PageAs, page_as: PageAs, axe: Axe, muster: Muster
) -> None:
    page = page_as("integrator")
    lines = page.get_by_role("link", name=re.compile("Harbours payroll: "))
    expect(lines).to_have_count(1)
    lines.click()
    expect(page.get_by_role("region", name="Messages that wait for it")).to_contain_text(
        "employment:hr:harbours-and-lighthouses:2"
    )
    fits(page, axe)
    page.get_by_role("button", name="Release all").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the reason")
    axe(page)
    page = no_javascript_page("integrator")
    page.get_by_role("link", name=re.compile("Harbours payroll: ")).click()
    page.get_by_label("Reason").fill("The limit is gone.")
    page.get_by_role("button", name="Release all").click()
    expect(page.get_by_role("alert")).to_contain_text("3 messages")
    waiting = page.get_by_role("region", name="Why messages wait")
    expect(waiting).to_contain_text("they are handed over again by themselves")
    expect(waiting.get_by_role("row")).to_have_count(2)
    done(muster("carry", "--once"))
    page.reload()
    expect(page.get_by_text("No message waits for anything but its turn")).to_be_visible()
    page.goto("/messages/all/?q=employment:hr:harbours-and-lighthouses:2")
    page.get_by_role("region", name="Messages").get_by_role("link").first.click()
    heading(page, "Message")
    expect(page.get_by_text("The limit is gone.")).to_be_visible()


def test_one_message_is_followed_and_read_on_the_record(page_as: PageAs, axe: Axe) -> None:
    page = page_as("integrator")
    for address in ("/messages/", "/messages/all/", "/messages/all/?refused=on"):
        page.goto(address)
        fits(page, axe)
    page.goto("/messages/all/?q=first")
    page.get_by_role("region", name="Messages").get_by_role("link").first.click()
    expect(page.get_by_role("region", name="The same case")).to_be_visible()
    expect(page.get_by_text("Mole")).to_have_count(0)
    fits(page, axe)
    page.get_by_role("link", name="Read what it holds").click()
    heading(page, "What it holds")
    expect(page.get_by_role("region", name="What it holds")).to_contain_text("Mole")
    fits(page, axe)


def test_a_route_is_paused_resumed_and_replayed(page_as: PageAs, axe: Axe) -> None:
    page = page_as("operator")
    page.goto(f"/messages/routes/{ROUTE}")
    fits(page, axe)
    page.get_by_role("button", name="Pause this route").click()
    page.get_by_label("Reason").fill("Payroll closes.")
    axe(page)
    page.get_by_role("button", name="Pause this route").click()
    expect(page.get_by_text("Paused: Payroll closes.")).to_be_visible()
    page.get_by_role("button", name="Resume this route").click()
    page.get_by_label("Reason").fill("It is open again.")
    page.get_by_role("button", name="Resume this route").click()
    page.get_by_role("button", name="Replay messages").click()
    fits(page, axe)
    page.get_by_label("Only of this case").fill("case-1")
    page.get_by_label("Reason").fill("It was lost.")
    page.get_by_role("button", name="Continue").click()
    heading(page, "Check this replay")
    fits(page, axe)
    page.get_by_role("button", name="Replay them").click()
    expect(page.get_by_role("region", name="Replays")).to_contain_text("It was lost.")


def test_a_key_is_registered_and_revoked(page_as: PageAs, axe: Axe) -> None:
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    page = page_as("integrator")
    page.goto("/messages/systems/")
    fits(page, axe)
    page.get_by_role("link", name="Harbours payroll").click()
    page.get_by_role("button", name="Ask it now").click()
    expect(page.get_by_role("region", name="How it is spoken to")).to_contain_text("Yes")
    fits(page, axe)
    page.get_by_role("button", name="Register a key").click()
    page.get_by_label("Name of the key").fill("payroll-1")
    page.get_by_label("Public key").fill("no key")
    page.get_by_role("button", name="Register a key").click()
    expect(page.get_by_role("alert")).to_contain_text("no Ed25519 public key")
    fits(page, axe)
    page.get_by_label("Public key").fill(base64.b64encode(public).decode())
    page.get_by_role("button", name="Register a key").click()
    fits(page, axe)
    page.get_by_role("link", name="Revoke payroll-1").click()
    page.get_by_label("Reason").fill("It is replaced.")
    axe(page)
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("region", name="Keys by which it signs")).to_contain_text("Revoked")


def test_what_systems_may_send_and_get_is_listed(page_as: PageAs, axe: Axe) -> None:
    page = page_as("governance")
    page.goto("/messages/interfaces")
    heading(page, "What systems may send and get")
    fits(page, axe)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download the AsyncAPI document").click()
    assert taken.value.suggested_filename == "asyncapi.json"
