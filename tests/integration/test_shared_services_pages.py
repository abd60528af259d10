"""The page of shared services: a quarter, the business cases, and what auditors published."""

import datetime as dt
import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from muster.services.grid.pages.shared_services import MINUS
from tests.integration.people_files import truth
from tests.integration.test_shared_services_figures import load_services
from tests.remembered import remembered

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("figures are worked out of what both stores answer elsewhere"),
]
PAGE = "/grid/shared-services/"
PUBLISHED = {
    "Five shared service centres, 2004 to the end of 2010": (
        "£900m", "£1,400m", "£159m", "Net cost alone is stated", "Not stated",
        f"{MINUS}£255m", "Fails", "Fails",
    ),
    "Two independent shared service centres, first two and a half years": (
        "Not stated", "Not stated", "£128m a year", "£90m", "£94m", f"{MINUS}£4m", "Fails",
        "Not met yet",
    ),
    "The same two centres, forecast to 2023-24": (
        "Not stated", "Not stated", "Not stated", "£484m", "£159m", "£325m", "Cannot be told",
        "Cannot be told",
    ),
}  # fmt: skip


@pytest.fixture
def loaded(fresh_home: Path) -> Path:
    return remembered("shared services", load_services)


def rows(client: Client, address: str = PAGE) -> list[tuple[str, tuple[str, ...]]]:
    """Return the rows of every table of a page: what stands first, and the rest."""
    response = client.get(address)
    assert response.status_code == 200
    found = []
    for row in re.findall(r"<tr.*?</tr>", response.content.decode(), re.S):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        plain = [" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in cells]
        found.append((plain[0], tuple(plain[1:])))
    return found


def signed_in(client: Client, slug: str) -> Client:
    client.post(f"/sign-in/as/{slug}")
    return client


def test_published_figures_stand_there_even_before_any_return(
    fresh_home: Path, client: Client
) -> None:
    found = rows(signed_in(client, "leader"))
    for title, cells in PUBLISHED.items():
        [told] = [told for first, told in found if first.startswith(title)]
        assert told == cells
    assert any(first.endswith("2 of 26 customers on the single platform") for first, _told in found)
    text = client.get(PAGE).content.decode()
    assert "No provider has sent a return yet." in text
    assert "No provider has sent a business case yet." in text
    assert "HC 1790" in text


def test_each_case_is_judged_by_both_bars(loaded: Path, client: Client) -> None:
    found = rows(signed_in(client, "leader"))
    case = {name: [cells for first, cells in found if first == name] for name, _cells in found}
    last = truth(loaded, "business_case").filter(year=dt.date(2026, 3, 31))
    share = {
        one["provider"]: f"{100 * one['saving'] / one['baseline']:.1f}%"
        for one in last.iter_rows(named=True)
    }
    for name, net, bars in (
        ("Lantern Shared Services", "£6,000,000", ("Meets", "Meets")),
        ("Quayside Business Centre", "£5,000,000", ("Fails", "Meets")),
        ("Tideway Transactions", f"{MINUS}£26,000,000", ("Fails", "Not met yet")),
    ):
        # The line of the quarter comes first, then that of the case.
        assert case[name][1] == (net, share[name], *bars)
    assert len(case["31 March 2026"]) == 3


def test_one_provider_is_told_by_line_of_service(loaded: Path, client: Client) -> None:
    address = f"{PAGE}?provider=Tideway+Transactions&quarter=2026-03-31"
    found = dict(rows(signed_in(client, "analyst"), address))
    assert {"Payroll", "HR administration", "Finance", "Procurement"} <= found.keys()
    assert "Lantern Shared Services" not in found
    assert found["31 March 2024"] == (
        "£10,000,000", "£14,000,000", "£2,000,000", f"{MINUS}£1,000,000", f"{MINUS}50%",
        f"{MINUS}£15,000,000",
    )  # fmt: skip
    assert found["31 March 2026"][-1] == f"{MINUS}£26,000,000"


def test_every_figure_can_be_cited(loaded: Path, client: Client) -> None:
    text = signed_in(client, "analyst").get(PAGE).content.decode()
    cited = set(re.findall(r"/grid/releases/([0-9a-f-]{36})", text))
    assert len(cited) >= 20
    for one in sorted(cited)[:3]:
        assert client.get(f"/grid/releases/{one}").status_code == 200


def test_who_may_not_see_figures_sees_none(loaded: Path, client: Client) -> None:
    assert signed_in(client, "civil-servant").get(PAGE).status_code == 403


def test_explore_answers_of_audits(fresh_home: Path, client: Client) -> None:
    address = "/grid/?metric=shared_service_audits&by=figure&as_at=2016-05-20"
    assert "484" in signed_in(client, "analyst").get(address).content.decode()
