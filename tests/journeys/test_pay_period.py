"""A payroll lead reads the pay period, one that is frozen, and settles a pay that differs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Axe, Muster, PageAs, done, muster_in, no_wider, served


@pytest.fixture(scope="module")
def muster(tmp_path_factory: pytest.TempPathFactory) -> Muster:
    """A home of its own: elsewhere the demonstration keeps the same employer's calendar."""
    return muster_in(tmp_path_factory.mktemp("pay-period-home"))


@pytest.fixture(scope="module")
def server(muster: Muster) -> Iterator[str]:
    yield from served(muster)


@pytest.fixture(scope="module")
def pay(muster: Muster, server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("payroll")
    done(muster(str(folder), module="tests.journeys.pay_period_world"))
    return (folder / "starts").read_text(encoding="utf-8")


def test_a_payroll_lead_sees_what_this_period_holds(page_as: PageAs, axe: Axe, pay: str) -> None:
    page = page_as("payroll")
    page.goto("/transfers/pay-period")
    expect(page.get_by_role("heading", name="This pay period")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Vole")).to_be_visible()
    axe(page)
    no_wider(page, 1280)
    page.goto(f"/transfers/pay-period/from/{pay}")
    expect(page.get_by_text("This list is frozen")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Differs").click()
    expect(page.get_by_text("1091.67")).to_be_visible()
    axe(page)
    page.get_by_label("How was it settled?").fill("The rest is paid by hand")
    page.get_by_role("button", name="Settle the difference").click()
    expect(page.get_by_text("The difference is settled.")).to_be_visible()
    axe(page)
