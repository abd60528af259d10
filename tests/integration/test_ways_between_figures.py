"""From one page of figures to the next: what is offered first, to whom, and what proves it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from muster.gates.metrics import declared
from muster.gates.models import Release
from muster.gates.release import ReleasedTable, release
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound
from muster.ledger.current import ledger
from muster.services.grid.evidence import noted_of, proof_of
from muster.services.grid.explore.known import known_of
from muster.services.grid.explore.themes import by_theme, offered, theme_of
from tests.integration.people_files import load_service
from tests.integration.test_grid_pages import load_samples
from tests.remembered import remembered

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("figures are worked out of what both stores answer elsewhere"),
]


@pytest.fixture
def both(client: Client) -> Client:
    """Return a client beside HR files of this year and posts published years ago."""
    load_service()
    remembered("published samples", load_samples)
    return client


def links(client: Client, slug: str, address: str) -> dict[str, str]:
    """Return the links of a page by their words, as somebody sees them."""
    client.post(f"/sign-in/as/{slug}")
    answered = client.get(address)
    assert answered.status_code == 200, address
    found = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>([^<]*)</a>', answered.content.decode())
    return {unescape(words).strip(): unescape(href) for href, words in found}


def test_figures_of_today_are_shown_before_those_of_years_ago(both: Client) -> None:
    both.post("/sign-in/as/leader")
    text = both.get("/grid/").content.decode()
    assert '<option value="headcount" selected>' in text
    assert "employers made a return for" in text
    assert "publishers made a return for" in both.get("/grid/?metric=posts").content.decode()


def test_what_returns_stated_is_offered_only_where_it_is_chosen(both: Client) -> None:
    metrics = declared()
    for chosen in (metrics["headcount"], metrics["stated_headcount"]):
        listed = [one for held in offered(metrics.values(), chosen).values() for one in held]
        stated = [one.name for one in listed if theme_of(one) == "returns"]
        assert stated == [name for name in [chosen.name] if name.startswith("stated_")]
    everything = [one for held in by_theme(metrics.values()).values() for one in held]
    assert len(everything) == len(metrics), "whoever searches finds them all"
    both.post("/sign-in/as/analyst")
    for address in ("/grid/", "/grid/changes/?metric=headcount"):
        assert "stated_" not in both.get(address).content.decode()
    assert "stated_headcount" in both.get("/grid/metrics/").content.decode()


def test_only_who_builds_dashboards_may_pin_and_the_question_goes_along(both: Client) -> None:
    asked = "/grid/?metric=headcount&by=grade"
    pin = links(both, "analyst", asked)["Pin this to a dashboard"]
    assert parse_qs(urlsplit(pin).query)["by"] == ["grade"]
    assert both.get(pin).status_code == 200
    assert "Pin this to a dashboard" not in links(both, "governance", asked)


@pytest.mark.parametrize(
    ("address", "words", "back"),
    [
        ("/grid/places/", "Explore these figures", "Where people work, on a map"),
        ("/grid/flows/", "Explore these figures", "Who moves from which employer to which, as"),
    ],
)
def test_a_page_leads_to_explore_and_explore_leads_back(
    both: Client, address: str, words: str, back: str
) -> None:
    explored = links(both, "leader", address)[words]
    found = links(both, "leader", explored)
    assert [href for said, href in found.items() if said.startswith(back)] == [address]


def table(*dimensions: str) -> ReleasedTable:
    as_at = known_of(declared()["headcount"]).dates[-1]
    return release(
        "headcount", dimensions, as_at, audience="signed-in users", purpose="p", by="x",
        clock=SYSTEM_CLOCK,
    )  # fmt: skip


def test_what_the_log_holds_of_a_table_is_found_among_many_entries(both: Client) -> None:
    first = table("grade")
    for n in range(40):
        ledger().append_one("decisions", "muster.test.done.v1", f"test:{n}", {})
    second = table("age")
    for one in (first, second):
        kept = Release.objects.get(id=one.release)
        (noted,) = noted_of(one.release, (kept.released_at, None, None))
        assert noted.what == "released"
        assert str(one.release) in proof_of(one.release, noted.position)
        other = second if one is first else first
        with pytest.raises(NotFound):
            proof_of(other.release, noted.position)


def test_an_officer_is_told_at_home_of_tables_that_are_held(both: Client) -> None:
    one = table("age")
    assert "Tables that are held" not in links(both, "governance", "/")
    Release.objects.filter(id=one.release).update(state="held")
    found = links(both, "governance", "/")
    line = next(href for words, href in found.items() if words.startswith("Headcount by age"))
    assert both.get(line).status_code == 200
    assert "Tables that are held" not in links(both, "analyst", "/")
