"""Trials and contracts in the browser: one person proposes, another accepts."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.integration.test_airlock import LOWER, SHORT
from tests.journeys.conftest import Axe, Muster, PageAs, done

STAGE = "tests.journeys.airlock_stage"
ROUTE = "hr-mill-payroll-weir"


@pytest.fixture(scope="module")
def _staged(muster: Muster, server: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Lay out a route with messages in the home that the server serves."""
    done(muster(str(tmp_path_factory.mktemp("receiver")), module=STAGE))


def proposed(page: Page, translation: str) -> str:
    """Propose a translation; return the trial's address."""
    page.goto(f"/airlock/routes/{ROUTE}/try")
    page.get_by_label("Translation (TOML)").fill(translation)
    page.get_by_label("Reason").fill("The receiver writes small letters")
    page.get_by_role("button", name="Begin the trial").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Trial on {ROUTE}")
    return page.url


@pytest.mark.usefixtures("_staged")
def test_a_translation_goes_live_after_another_person_accepted_how_it_differs(
    page_as: PageAs, no_javascript_page: PageAs, axe: Axe
) -> None:
    operator = page_as("operator")
    operator.goto("/airlock/")
    axe(operator)
    operator.get_by_role("link", name=f"Begin one {ROUTE}").click()
    axe(operator)
    operator.get_by_role("button", name="Begin the trial").click()
    expect(operator.get_by_role("alert")).to_contain_text("Enter the reason")
    axe(operator)
    address = proposed(operator, LOWER)
    axe(operator)

    governance = no_javascript_page("governance")
    governance.goto(address)
    governance.get_by_role("link", name="Another value grade").click()
    expect(governance.get_by_role("table")).to_contain_text('"eo"')
    governance.go_back()
    governance.get_by_role("button", name="Decide").or_(
        governance.get_by_role("link", name="Decide")
    ).first.click()
    governance.get_by_label("grade: Another value").check()
    governance.get_by_label("Let it go live now").check()
    governance.get_by_label("Reason").fill("Agreed with the receiver")
    governance.get_by_role("button", name="Record the decision").click()
    expect(governance.get_by_role("main")).to_contain_text("It is live")


@pytest.mark.usefixtures("_staged")
def test_pages_of_a_decision_have_no_accessibility_violation(page_as: PageAs, axe: Axe) -> None:
    operator = page_as("operator")
    address = proposed(operator, SHORT)
    governance = page_as("governance")
    for end in ("/decide", "/withdraw"):
        governance.goto(f"{address}{end}")
        axe(governance)
    governance.get_by_label("Reason").fill("Only looked at")
    governance.get_by_role("button", name="Withdraw").click()
    axe(governance)


@pytest.mark.usefixtures("_staged")
def test_a_contract_is_drafted_and_comes_into_force(
    page_as: PageAs, axe: Axe, tmp_path: Path
) -> None:
    operator = page_as("operator")
    operator.goto("/airlock/contracts/")
    axe(operator)
    operator.get_by_role("link", name="An employment changed").click()
    axe(operator)
    operator.get_by_role("button", name="Draft a revision").click()
    axe(operator)
    box = operator.get_by_label("Contract (JSON Schema)")
    schema: dict[str, Any] = json.loads(box.input_value())
    schema["properties"]["site"] = {"type": "string", "title": "Site"}
    file = tmp_path / "contract.json"
    file.write_text(json.dumps(schema))
    operator.get_by_label("Or choose a file with it").set_input_files(file)
    operator.get_by_role("button", name="Keep as a draft").click()
    operator.get_by_role("link", name="Revision 2").click()
    expect(operator.get_by_role("main")).to_contain_text("field site is new")
    axe(operator)

    governance = page_as("governance")
    governance.goto(operator.url)
    governance.get_by_role("button", name="Let it come into force").click()
    axe(governance)
    governance.get_by_label("Reason").fill("Agreed with all readers")
    governance.get_by_role("button", name="Let it come into force").click()
    expect(governance.get_by_role("main")).to_contain_text("It is in force")
