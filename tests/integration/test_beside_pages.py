"""Sources side by side: each figure with its day and release, differences only of the same day."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from html import unescape
from uuid import UUID

import pytest
from django.test import Client

from muster.gates.metrics import declared
from muster.gates.release import cited
from muster.register.employers.queries import find, search
from tests.integration.loads import load
from tests.integration.official_files import row, two_sources
from tests.integration.people_files import load_service
from tests.integration.survey_files import by_year, load_scores
from tests.integration.test_grid_pages import load_samples
from tests.remembered import remembered

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("figures are worked out of what both stores answer elsewhere"),
]
OWN = "Harbours and Lighthouses"
BY_PLACE = (
    "organisation,postcode,grade_group,headcount,lat,lng\n"
    "HM Treasury,SW1A 2HQ,Total (all staff),1120,51.5,-0.1\n"
    "HM Treasury,NR7 0HS,Total (all staff),80,52.6,1.3\n"
    "HM Treasury,SW1A 2HQ,SCS,90,51.5,-0.1\n"
)


def published() -> None:
    """Load a little of everything that is published."""
    load_samples()
    rows = (
        row("HM Treasury", 2045, 2061, month="202503"),
        row("HM Treasury", "", 2100, month="202506"),
        row("HM Treasury", 2000, "1999.5", measure="FTE", month="202503"),
        row("HM Treasury", 2010, measure="FTE", month="202506"),
        row("Companies House", 1865, month="202503"),
    )
    load({"two.csv": two_sources(*rows)})
    load({"places-2019.csv": BY_PLACE.encode()})
    load_scores({"scores.csv": by_year()})


@pytest.fixture
def analyst(client: Client) -> Client:
    remembered("a little of everything published", published)
    client.post("/sign-in/as/analyst")
    return client


def code_of(key: str) -> str:
    found = find(key)
    assert found is not None
    return found[0].hex


def lines(client: Client, key: str, as_at: str = "") -> dict[tuple[str, str], dict[str, str]]:
    """Return the lines of the download by source and measure."""
    response = client.get(f"/grid/beside.csv?employer={code_of(key)}&as_at={as_at}")
    assert response.status_code == 200
    text = response.content.decode("utf-8-sig")
    return {(one["source"], one["measure"]): one for one in csv.DictReader(io.StringIO(text))}


def page(client: Client, query: str) -> str:
    response = client.get(f"/grid/beside/?{query}")
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_each_source_tells_its_latest_figure_with_its_day(analyst: Client) -> None:
    said = lines(analyst, "hm-treasury")
    told = {source: (one["figure"], one["as_at"]) for (source, _), one in said.items()}
    assert told["ons"] == ("2045", "2025-03-31")
    assert told["mwmi"] == ("2100", "2025-06-30")
    assert told["place"] == ("1200", "2019-03-31")
    assert told["mwmi_fte"] == ("1999.5", "2025-03-31")
    assert told["index"] == ("70.125", "2024-12-31")
    assert told["rate"] == ("80.5", "2024-12-31")
    assert Decimal(told["posts"][0]) > 0
    assert Decimal(told["posts_fte"][0]) > Decimal(told["posts"][0])
    assert said["own", "headcount"]["state"] == "not stated"


def test_every_figure_is_that_of_the_release_it_names(analyst: Client) -> None:
    code = code_of("hm-treasury")
    for (_, measure), one in lines(analyst, "hm-treasury").items():
        if one["release"]:
            table = cited(UUID(one["release"]), audience="signed-in users")
            (cell,) = table.only("employer", code)
            assert table.metric.name == measure
            assert cell.value == Decimal(one["figure"])
            assert table.as_at == dt.date.fromisoformat(one["as_at"])


def test_a_difference_is_told_of_the_same_day_alone(analyst: Client) -> None:
    said = lines(analyst, "hm-treasury")
    heads, fte = said["difference", "headcount"], said["difference", "fte"]
    assert (heads["as_at"], heads["figure"], heads["state"]) == ("2025-03-31", "16", "differ")
    assert (fte["figure"], fte["state"]) == ("0.5", "rounding")
    assert ("difference", "headcount") not in lines(analyst, "companies-house")
    text = page(analyst, f"employer={code_of('companies-house')}")
    assert "There is no day for which both publishers state this employer." in text


def test_a_day_leaves_out_what_came_after_it(analyst: Client) -> None:
    said = lines(analyst, "hm-treasury", as_at="2019-03-31")
    told = {source: (one["figure"], one["as_at"]) for (source, _), one in said.items()}
    assert told["place"] == ("1200", "2019-03-31")
    assert told["ons"] == told["mwmi"] == ("", "")
    assert told["index"] == ("68", "2013-12-31")


def test_a_withheld_score_is_told_as_withheld(analyst: Client) -> None:
    text = page(analyst, f"employer={code_of('companies-house')}")
    assert "Withheld by its publisher [c]" in text
    said = lines(analyst, "companies-house")
    index = said["index", "survey_engagement_index"]
    assert (index["figure"], index["as_at"], index["state"]) == ("", "2024-12-31", "[c]")
    assert said["rate", "survey_response_rate"]["figure"] == "77"


def test_the_page_says_what_each_source_counts(analyst: Client) -> None:
    text = page(analyst, f"employer={code_of('hm-treasury')}")
    for words in (
        "Posts, not people", "ONS and the Cabinet Office on the same day", "2,045", "2,100",
        "Employee engagement index by year", "People Survey themes, 2024", "82.001", "77.349",
    ):  # fmt: skip
        assert words in text
    links = re.findall(r'href="(/grid/releases/[^"]+)"', text)
    assert len(links) >= 9
    assert analyst.get(links[0]).status_code == 200


def test_nobody_is_chosen_and_nothing_has_come_in(client: Client) -> None:
    client.post("/sign-in/as/analyst")
    assert "No source has come in yet" in page(client, "")
    assert client.get("/grid/beside.csv").status_code == 200


def test_odd_addresses_choose_nobody(analyst: Client) -> None:
    for query in ("", "employer=nobody", f"employer={'0' * 32}", "as_at=9999-99"):
        assert "Choose an employer to see what each source says of it." in page(analyst, query)


def test_who_may_not_see_figures_is_refused(client: Client) -> None:
    for address in ("/grid/beside/", "/grid/beside.csv"):
        assert client.get(address).status_code == 302
    client.post("/sign-in/as/civil-servant")
    for address in ("/grid/beside/", "/grid/beside.csv"):
        assert client.get(address).status_code == 403


def test_the_own_headcount_stands_beside_as_it_is_released(client: Client) -> None:
    load_service()
    client.post("/sign-in/as/analyst")
    ((employer, found),) = search(OWN).found
    said = lines(client, found.key)["own", "headcount"]
    table = cited(UUID(said["release"]), audience="signed-in users")
    (cell,) = table.only("employer", employer.hex)
    assert said["figure"] in (cell.shown, f"{cell.value}")
    assert cell.shown in page(client, f"employer={employer.hex}")


def test_behind_a_score_stands_the_cell_that_states_it(analyst: Client) -> None:
    query = f"metric=survey_engagement_index&as_at=2024-12-31&employer={code_of('hm-treasury')}"
    text = unescape(analyst.get(f"/grid/why/?{query}").content.decode())
    assert "70.125" in text
    assert "Counts" in text
    assert "scores.csv" in text
    withheld = query.replace(code_of("hm-treasury"), code_of("companies-house"))
    assert "[c]" in analyst.get(f"/grid/why/?{withheld}").content.decode()


PUBLIC = [one.name for one in declared().values() if one.profile == "already public"]


@pytest.mark.parametrize("metric", PUBLIC)
def test_every_public_figure_says_what_is_behind_it(analyst: Client, metric: str) -> None:
    for more in ("", f"&employer={code_of('hm-treasury')}", "&employer=", "&theme=mw_ts"):
        response = analyst.get(f"/grid/why/?metric={metric}&as_at=2019-03-31{more}", follow=True)
        assert response.status_code == 200
        assert "Why this figure?" in response.content.decode()
    assert analyst.get(f"/grid/why/?metric={metric}&as_at=never").status_code == 400
