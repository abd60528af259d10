"""An information-governance officer decides on tables that tell too much, and proves it."""

import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from muster.ledger import verify_proof
from tests.journeys.conftest import Axe, Muster, PageAs, done, sound
from tests.journeys.governed_world import DAY, WORDS

QUERY = f"metric=headcount&by=age&by=profession&as_at={DAY}"
WHY = "Two tables beside each other told of one person."


@pytest.fixture(scope="module")
def governed(
    muster: Muster, pretend_service: None, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[str]]:
    """Return the numbers of two tables that the audit held, and of a return that is due."""
    folder = tmp_path_factory.mktemp("governed")
    done(muster(str(folder), module="tests.journeys.governed_world"))
    made: dict[str, list[str]] = json.loads((folder / "governed.json").read_text())
    return made


def everywhere(held: str) -> Iterator[str]:
    """Yield every address that would tell a figure of a held table."""
    yield from (f"/grid/?{QUERY}", f"/grid/?{QUERY}&view=chart", f"/grid/?{QUERY}&release={held}")
    yield from (f"/grid/cells.csv?{QUERY}", f"/grid/releases/{held}")
    for kind in ("csv", "xlsx", "ods", "json", "parquet"):
        yield from (f"/grid/taken.{kind}?{QUERY}", f"/grid/releases/{held}.{kind}")


def refused(page: Page, held: str, because: str) -> None:
    """Check that no address tells a figure of a table, and that each says why."""
    for address in everywhere(held):
        answer = page.request.get(address)
        assert answer.status == 403, address
        text = answer.text()
        assert because in text, address
        assert "cell--numeric" not in text, address
        assert "<svg" not in text, address


def decide(page: Page, choice: str) -> None:
    """Decide on the table that is shown, with a reason; without one it is not decided."""
    page.get_by_role("radio", name=re.compile(choice)).check()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the reason")
    page.get_by_label("Reason", exact=True).fill(WHY)
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Decided. It is recorded in the log of decisions.")).to_be_visible()


def test_a_table_that_tells_too_much_is_read_by_nobody_until_it_is_decided(
    governed: dict[str, list[str]], page_as: PageAs, no_javascript_page: PageAs, axe: Axe
) -> None:
    withdrawn, let_out = governed["held"]
    analyst = page_as("analyst")
    refused(analyst, withdrawn, "This table is held")
    analyst.goto(f"/grid/?{QUERY}")
    axe(analyst)

    officer = page_as("governance")
    axe(officer)
    officer.get_by_role("link", name="Headcount by age, profession, 31 Aug 2026").click()
    expect(officer.get_by_text("Nobody can read this table until you have decided")).to_be_visible()
    expect(officer.get_by_text("Found out exactly")).to_be_visible()
    expect(officer.get_by_role("cell", name=re.compile("Age: ")).or_(
        officer.get_by_role("rowheader", name=re.compile("Age: "))
    ).first).to_be_visible()  # fmt: skip
    sound(officer, axe)
    decide(officer, "Withdraw it")
    row = officer.get_by_role("row", name=re.compile("Headcount by age, profession.*Withdrawn"))
    expect(row).to_be_visible()
    axe(officer)
    refused(analyst, withdrawn, "This table was withdrawn")

    plain = no_javascript_page("governance")
    plain.goto(f"/grid/audit/{let_out}")
    decide(plain, "Let it out")
    plain.goto(f"/grid/audit/{let_out}")
    plain.get_by_role("link", name="The figures as they left").click()
    expect(plain.get_by_text("These figures stay as they are")).to_be_visible()
    assert analyst.request.get(f"/grid/releases/{let_out}").status == 200


def checked(proof: Path, key: str) -> "subprocess.CompletedProcess[str]":
    """Check a proof as somebody who has neither Muster nor its database."""
    command = [sys.executable, str(verify_proof.__file__), str(proof), "--key", key]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_decision_is_proved_from_the_log(
    governed: dict[str, list[str]], page_as: PageAs, tmp_path: Path, axe: Axe
) -> None:
    officer = page_as("governance")
    officer.goto(f"/grid/audit/{governed['held'][0]}")
    entries = officer.get_by_role("region", name="Entries in the log of decisions")
    for what in ("Released", "Held by the audit", "Decided"):
        expect(entries.get_by_role("cell", name=what, exact=True)).to_have_count(1)
    axe(officer)
    with officer.expect_download() as download:
        entries.get_by_role("link").last.click()
    proof = tmp_path / "proof.json"
    download.value.save_as(proof)
    held = json.loads(proof.read_text())
    assert WHY in base64.b64decode(held["entry"]["body"]).decode()
    officer.goto("/exchange/evidence/")
    key = officer.locator("main li code").first.inner_text().strip()
    said = checked(proof, key)
    assert said.returncode == 0, said.stdout + said.stderr
    other = base64.b64decode(held["entry"]["body"]).replace(b"withdrawn", b"let out")
    held["entry"]["body"] = base64.b64encode(other).decode()
    proof.write_text(json.dumps(held))
    assert checked(proof, key).returncode != 0


def test_a_return_is_stated_signed_and_released_under_the_same_gate(
    governed: dict[str, int], page_as: PageAs, axe: Axe
) -> None:
    states = page_as("caseworker")
    states.get_by_role("link", name=re.compile("Applications withdrawn, as at")).click()
    expect(states.get_by_role("heading", name=WORDS)).to_be_visible()
    for box in ("applications", "different people behind it"):
        states.get_by_label(f"Application: {box}", exact=True).fill("23")
    states.get_by_label("Where do the figures come from?").fill("The recruitment system")
    states.get_by_role("button", name="State these figures").click()
    axe(states)
    signs = page_as("caseworker-second")
    signs.get_by_role("link", name=re.compile("Applications withdrawn, as at")).click()
    signs.get_by_role("button", name="Sign off").click()
    expect(signs.get_by_text("Signed off.", exact=False).first).to_be_visible()

    analyst = page_as("analyst")
    analyst.goto(f"/returns/returns/{governed['return']}")
    analyst.get_by_role("button", name="Release the figures").click()
    expect(analyst.get_by_text("Released. The question is answered.")).to_be_visible()

    officer = page_as("governance")
    officer.goto(f"/returns/returns/{governed['return']}")
    officer.get_by_role("link", name=WORDS).click()
    axe(officer)
    officer.get_by_role("link", name=re.compile("as stated in returns by last stage")).click()
    cells = officer.locator("main td").all_inner_texts()
    assert "25" in cells
    assert "23" not in cells
    axe(officer)
    officer.get_by_role("link", name="What its audit found").click()
    expect(officer.get_by_text("Not audited yet")).to_be_visible()
    sound(officer, axe)
