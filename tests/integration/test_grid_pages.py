"""The GRID pages on the published sample: every figure from the gate, gaps never filled."""

import csv
import io
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from muster.cli.standing import ensure_standing_data
from muster.connectors.csv_drop.connector import CsvDrop
from muster.gates.models import Release
from muster.hub.actions import begin_intake, take_in
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.queries import find
from tests.remembered import remembered

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("figures are worked out of what both stores answer elsewhere"),
]
SAMPLES = Path(__file__).parent.parent.parent / "samples" / "organograms"


def load_samples() -> None:
    ensure_standing_data()
    intake = begin_intake(name="samples", by="test", clock=SYSTEM_CLOCK)
    take_in(CsvDrop(SAMPLES), read, intake=intake, by="test", clock=SYSTEM_CLOCK)


@pytest.fixture
def analyst(client: Client) -> Client:
    remembered("published samples", load_samples)
    client.post("/sign-in/as/analyst")
    return client


def figures(client: Client, query: str) -> dict[str, str]:
    response = client.get(f"/grid/cells.csv?{query}")
    assert response.status_code == 200
    rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    next(rows)
    return {row[4]: row[5] for row in rows if len(row) == 7}


def exact_fte(publisher: str, day: str) -> float:
    total = 0.0
    for kind, column in (("senior", "FTE"), ("junior", "Number of Posts in FTE")):
        with (SAMPLES / publisher / f"{day}-{kind}.csv").open(newline="") as file:
            total += sum(float(row[column] or 0) for row in csv.DictReader(file))
    return round(total, 6)


def test_figures_equal_the_published_files(analyst: Client) -> None:
    shown = figures(analyst, "metric=fte&by=employer&as_at=2011-09-30")
    assert float(shown["HM Treasury"]) == exact_fte("hm_treasury", "2011-09-30")
    assert float(shown["HM Land Registry"]) == exact_fte("land_registry", "2011-09-30")


def test_levels_and_their_total_agree(analyst: Client) -> None:
    shown = figures(analyst, "metric=fte&by=grade&as_at=2011-03-31")
    total = float(shown.pop("Total"))
    assert sum(map(float, shown.values())) == pytest.approx(total)


@pytest.mark.parametrize("by", ["grade", "profession"])
def test_the_total_of_one_employer_is_called_total_and_leads_to_its_rows(
    analyst: Client, by: str
) -> None:
    found = find("hm-treasury")
    assert found is not None
    query = f"metric=fte&as_at=2011-09-30&employer={found[0].hex}"
    shown = figures(analyst, f"{query}&by={by}")
    assert float(shown["Total"]) == exact_fte("hm_treasury", "2011-09-30")
    assert found[1].title not in shown
    page = analyst.get(f"/grid/?{query}&by={by}").content.decode()
    links = [unescape(link) for link in re.findall(r'href="(/grid/why/[^"]*)"', page)]
    assert by not in links[-1]
    behind = analyst.get(links[-1]).content.decode()
    assert "hm_treasury/2011-09-30-junior.csv" in behind


def test_one_employer_among_employers_has_no_total_of_all(analyst: Client) -> None:
    found = find("hm-treasury")
    assert found is not None
    shown = figures(analyst, f"metric=posts&by=employer&as_at=2011-09-30&employer={found[0].hex}")
    assert list(shown) == ["HM Treasury"]


def test_a_date_without_a_return_says_so(analyst: Client) -> None:
    found = find("hm-treasury")
    assert found is not None
    shown = figures(analyst, f"metric=fte&by=date&employer={found[0].hex}")
    assert shown["31 March 2011"] == "No return"
    assert float(shown["30 September 2011"]) == exact_fte("hm_treasury", "2011-09-30")


def test_the_page_states_completeness_definition_and_source(analyst: Client) -> None:
    text = analyst.get("/grid/?metric=posts&by=employer&as_at=2011-03-31").content.decode()
    assert "of 11 publishers made a return for 31 March 2011" in text
    assert "Senior Civil Service or its equivalent" in text
    assert "Open Government Licence" in text


def test_why_leads_to_feeds_and_rows(analyst: Client) -> None:
    page = analyst.get("/grid/why/?metric=posts&as_at=2011-09-30&grade=SCS3")
    text = page.content.decode()
    assert "hm_treasury/2011-09-30-senior.csv" in text
    assert "Senior Civil Service pay band 3: director general" in text
    assert "Published rows" in text


def test_looking_twice_releases_once(analyst: Client) -> None:
    for _ in range(2):
        analyst.get("/grid/?metric=posts&by=employer&as_at=2011-03-31")
    assert Release.objects.count() == 2


@pytest.mark.parametrize(
    "query",
    ["metric=nothing", "metric=fte&by=sex", "metric=fte&as_at=never", "metric=fte&employer=zz"],
)
def test_odd_addresses_never_fail(analyst: Client, query: str) -> None:
    assert analyst.get(f"/grid/?{query}").status_code in (200, 404)
    assert analyst.get(f"/grid/why/?{query}").status_code in (400, 404)


def test_it_is_closed_to_visitors(client: Client) -> None:
    assert client.get("/grid/").status_code == 302
    assert client.get("/grid/cells.csv").status_code == 302


def test_a_release_is_cited_and_taken_along_with_the_same_figures(analyst: Client) -> None:
    shown = figures(analyst, "metric=fte&by=employer&as_at=2011-09-30")
    page = analyst.get("/grid/?metric=fte&by=employer&as_at=2011-09-30").content.decode()
    [address] = set(re.findall(r'href="(/grid/releases/[0-9a-f-]+)"', page))
    cite = analyst.get(address)
    assert cite.status_code == 200
    assert "HM Treasury" in unescape(cite.content.decode())
    taken = analyst.get(f"{address}.json").json()
    assert {row["employer"]: row["value"] for row in taken["rows"]} == {
        name: float(told) for name, told in shown.items() if name != "Total"
    }
    with zipfile.ZipFile(io.BytesIO(analyst.get(f"{address}.csv").content)) as archive:
        assert [name.rpartition(".")[2] for name in archive.namelist()] == ["csv", "json"]
    assert analyst.get(f"{address}.pdf").status_code == 400
    missing = f"/grid/releases/{address[-36:-1]}{'0' if address[-1] != '0' else '1'}"
    assert analyst.get(missing).status_code == 404
