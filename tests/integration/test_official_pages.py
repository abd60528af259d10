"""Official headcounts side by side: exact, never added across sources, each traced to its cell."""

import csv
import io
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import gettext, override

from muster.hub.intakes import intake_for
from muster.hub.reading import read
from muster.hub.withdrawal import withdraw
from muster.register.employers.queries import find
from muster.register.names import choose_employer, waiting_names
from muster.register.statistics.queries import StatedFigure, behind
from muster.services.grid.pages import official
from tests.integration.loads import BY, CLOCK, load, only
from tests.integration.official_files import row, two_sources
from tests.remembered import remembered

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("figures are worked out of what both stores answer elsewhere"),
]
ROWS = (
    row("HM Treasury (excluding agencies)", 2045, 2061, mwmi_name="HMT"),
    row("Home Office", 50655, 50661),
    row("Companies House", 1865, "1866.4"),
    row("HM Land Registry", "", 6900),
    row("Nobody at all", 35, 33),
    row("Total employment", 54600, 61521.4, mwmi_name="manual_total"),
)


@dataclass(frozen=True)
class Told:
    """The download of the page: its lines, by heading."""

    lines: list[dict[str, str]]

    def line(self, name: str) -> dict[str, str]:
        (found,) = (one for one in self.lines if (one["level"], one["name"]) == ("employer", name))
        return found

    def figure(self, name: str, source: str) -> Decimal:
        return Decimal(self.line(name)[source])

    def totals(self, level: str) -> dict[str, Decimal]:
        (found,) = (one for one in self.lines if one["level"] == level)
        known = ("ons", "ons_compiled", "mwmi")
        return {name: Decimal(found[name]) for name in known if found.get(name)}

    def figures(self) -> list[dict[str, str]]:
        """Return what is told of employers and totals, without file names and releases."""
        levels = [one["level"] for one in self.lines]
        return self.lines[: 1 + levels.index("rounded to")]

    def departments(self) -> dict[tuple[str, str], Decimal]:
        """Return departments' figures by name and tenure, where the source publishes one."""
        return {
            (one["name"], one["level"].rpartition(" ")[2]): Decimal(one["ons_departments"])
            for one in self.lines
            if one["level"].startswith("department") and one["ons_departments"]
        }

    def employers(self) -> list[str]:
        return [one["name"] for one in self.lines if one["level"] == "employer"]


def told(client: Client, query: str = "") -> Told:
    response = client.get(f"/grid/official.csv?{query}")
    assert response.status_code == 200
    return Told(list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))))


@pytest.fixture
def analyst(client: Client) -> Client:
    remembered("two sources", lambda: load({"two.csv": two_sources(*ROWS)}))
    client.post("/sign-in/as/analyst")
    return client


def employers_on(page: str) -> list[str]:
    """Return the row headers of the first table."""
    first = page.partition("</table>")[0]
    return [unescape(name).strip() for name in re.findall(r'scope="row"[^>]*>([^<]*)<', first)]


def test_each_source_has_its_column_and_the_difference_is_told(analyst: Client) -> None:
    page = told(analyst)
    treasury = page.line("HM Treasury")
    assert (treasury["ons_compiled"], treasury["mwmi"]) == ("2045", "2061")
    assert (treasury["difference"], treasury["percent"]) == ("16", "0.78")
    assert treasury["verdict"] == "differ"
    assert page.line("Home Office")["verdict"] == "small"
    assert page.line("Companies House")["verdict"] == "rounding"
    assert page.line("Companies House")["mwmi"] == "1866.4"
    alone = page.line("HM Land Registry")
    assert (alone["ons_compiled"], alone["verdict"]) == ("", None)


def test_a_total_is_the_sources_own_and_never_a_sum(analyst: Client) -> None:
    page = told(analyst)
    assert page.totals("source's own total") == {"ons_compiled": 54600, "mwmi": Decimal("61521.4")}
    assert page.totals("sum of the source's bodies") == {
        "ons_compiled": 2045 + 50655 + 1865,
        "mwmi": Decimal("61488.4"),
    }
    assert page.totals("rounded to") == {"ons_compiled": 5}


def test_the_check_waits_for_names_and_then_agrees(analyst: Client) -> None:
    assert "Not yet: rows wait in quarantine" in analyst.get("/grid/official/").content.decode()
    (waiting,) = waiting_names()
    assert (waiting.stated, waiting.rows) == ("Nobody at all", 2)
    chosen = find("uk-export-finance")
    assert chosen is not None
    went_on = choose_employer(
        stated=waiting.stated, employer=chosen[0], by=BY, read=read, clock=CLOCK
    )
    assert went_on == 2
    page = told(analyst)
    assert page.totals("sum of the source's bodies") == page.totals("source's own total")
    text = analyst.get("/grid/official/").content.decode()
    assert "Not yet: rows wait in quarantine" not in text
    assert "Equal" in text


def test_it_can_be_narrowed_to_where_sources_differ(analyst: Client) -> None:
    assert told(analyst, "show=differ").employers() == ["HM Treasury"]
    assert employers_on(analyst.get("/grid/official/?show=differ").content.decode()) == [
        "HM Treasury"
    ]


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("employer", "Companies House"),
        ("-employer", "Home Office"),
        ("-difference", "HM Treasury"),
        ("-percent", "HM Treasury"),
        ("ons_compiled", "Companies House"),
        ("-ons_compiled", "Home Office"),
        ("-mwmi", "Home Office"),
        ("nothing", "Companies House"),
    ],
)
def test_it_sorts_by_any_column(analyst: Client, sort: str, first: str) -> None:
    page = analyst.get(f"/grid/official/?sort={sort}").content.decode()
    assert employers_on(page)[0] == first


def test_an_employer_without_a_figure_stands_last_both_ways(analyst: Client) -> None:
    for sort in ("ons_compiled", "-ons_compiled"):
        page = analyst.get(f"/grid/official/?sort={sort}").content.decode()
        assert employers_on(page)[-1] == "HM Land Registry"


def test_why_leads_to_file_row_and_the_publishers_own_name(analyst: Client) -> None:
    page = analyst.get("/grid/official/?show=differ").content.decode()
    link = next(unescape(one) for one in re.findall(r'href="(/grid/official/why/[^"]*)"', page))
    text = unescape(analyst.get(link).content.decode())
    assert "two.csv" in text
    assert "Cell F2" in text
    assert "Cell G2" in text
    assert "published as “HMT”" in text
    assert "To the nearest 5" in text
    assert "Not rounded" in text


@pytest.mark.parametrize(
    ("tenure", "words"),
    [("permanent", "Permanent employees"), ("temporary", "Temporary or casual employees")],
)
def test_of_which_employees_a_figure_is_stands_in_the_readers_language(
    analyst: Client, monkeypatch: pytest.MonkeyPatch, tenure: str, words: str
) -> None:
    """A code of the contract is no word of any language."""

    def of_some(*asked: Any) -> list[StatedFigure]:
        return [replace(figure, tenure=tenure) for figure in behind(*asked)]

    monkeypatch.setattr("muster.services.grid.pages.official.behind", of_some)
    page = analyst.get("/grid/official/?show=differ").content.decode()
    link = next(unescape(one) for one in re.findall(r'href="(/grid/official/why/[^"]*)"', page))
    assert words in analyst.get(link).content.decode()
    with override("cy"):
        welsh = gettext(words)
    analyst.get("/language/cy")
    shown = " ".join(re.sub("<[^>]+>", " ", unescape(analyst.get(link).content.decode())).split())
    assert welsh in shown
    assert tenure not in shown.replace(welsh, "")


def test_every_tenure_of_the_contract_has_words() -> None:
    field = intake_for("muster.statistics.figure.v1").contract.field("tenure")
    assert set(field.rules["enum"]) == {"all", *official._TENURES}


def test_a_later_release_counts_and_the_earlier_one_is_still_shown(analyst: Client) -> None:
    revised = row("Home Office", 50700, 50661), row("Home Office", 50800, 50900, month="202504")
    load({"three.csv": two_sources(*revised)})
    page = told(analyst, "period=2025-03-31")
    assert page.employers() == ["Home Office"]
    assert page.figure("Home Office", "ons_compiled") == 50700
    office = find("home-office")
    assert office is not None
    query = f"measure=headcount&period=2025-03-31&employer={office[0].hex}"
    text = analyst.get(f"/grid/official/why/?{query}").content.decode()
    assert "Revised by a later release" in text
    assert "50,655" in text


def test_what_was_withdrawn_is_as_if_it_had_never_come(analyst: Client) -> None:
    before = told(analyst).figures()
    again = only(load({"two.csv": two_sources(row("Home Office", 1, 2))}))
    assert told(analyst).figure("Home Office", "ons_compiled") == 1
    stands = withdraw(landing=again.id, reason="wrong file", by=BY, clock=CLOCK)
    assert stands is not None
    assert told(analyst).figures() == before
    withdraw(landing=stands, reason="wrong as well", by=BY, clock=CLOCK)
    assert "No official figures have come in yet" in analyst.get("/grid/official/").content.decode()


def test_a_figure_stated_twice_in_one_file_counts_not_at_all(client: Client) -> None:
    taken = load({"two.csv": two_sources(row("Home Office", 5), row("Home Office", 5))})
    landing = only(taken)
    assert (landing.accepted, landing.quarantined) == (0, 2)
    reason = landing.quarantine.values_list("reason", flat=True)[0]
    assert "more than once" in reason


def test_explore_tells_the_sources_total_and_leads_to_the_same_evidence(analyst: Client) -> None:
    metric = "official_headcount_ons_compiled"
    query = f"metric={metric}&by=employer&as_at=2025-03-31"
    page = analyst.get(f"/grid/?{query}").content.decode()
    assert "54,600" in page
    why = analyst.get(f"/grid/why/?metric={metric}&as_at=2025-03-31")
    assert why.status_code == 302
    assert "Total employment" in analyst.get(why.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    "query", ["", "measure=nothing", "period=never", "show=odd", "sort=odd", "measure=fte"]
)
def test_odd_addresses_never_fail(analyst: Client, query: str) -> None:
    assert analyst.get(f"/grid/official/?{query}").status_code == 200
    assert analyst.get(f"/grid/official.csv?{query}").status_code == 200
    assert analyst.get(f"/grid/official/why/?{query}").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["measure=fte", "measure=fte&period=2025-03-31&employer=zz", "period=2025-03-31"],
)
def test_why_says_what_is_wrong_with_an_address(analyst: Client, query: str) -> None:
    assert analyst.get(f"/grid/official/why/?{query}").status_code == 400


def test_an_empty_register_says_what_to_do(client: Client) -> None:
    load({})
    client.post("/sign-in/as/analyst")
    assert "No official figures have come in yet" in client.get("/grid/official/").content.decode()


def test_it_is_closed_to_visitors(client: Client) -> None:
    for address in ("official/", "official.csv", "official/why/"):
        assert client.get(f"/grid/{address}").status_code == 302
