"""Figures over HTTP: the gate's tables and nothing else, and of an employer its own rows alone."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from muster.api.urls import api
from muster.gates.disclosure import BAND_TOP
from muster.gates.metrics import metric_named, reader_of
from muster.gates.models import Release
from muster.gates.rows import audience_of
from muster.hub.models import System
from muster.hub.tokens import make_token
from muster.kernel.clock import SYSTEM_CLOCK
from synthetic.make import AS_AT
from tests.integration.people_files import load_service

pytestmark = pytest.mark.django_db
DAY = AS_AT[-1].isoformat()


@pytest.fixture
def systems(fresh_home: Path) -> list[System]:
    """Return the HR systems of a small pretend service whose people are loaded."""
    load_service()
    return list(System.objects.filter(code__startswith="hr:").order_by("code"))


def client_of(system: System) -> Client:
    token = make_token(system=system.code, title="figures", by="test", clock=SYSTEM_CLOCK)
    return Client(headers={"Authorization": f"Bearer {token}"})


def get(client: Client, place: str, **asked: Any) -> Any:
    answer = client.get(f"/api/v1/{place}", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_an_employers_system_gets_figures_of_its_own_rows_alone(systems: list[System]) -> None:
    everybody = {
        cell.key: cell.people
        for cell in reader_of(metric_named("headcount")).cells(("employer", "grade"), AS_AT[-1])
    }
    for system in systems[:2]:
        assert system.employer is not None
        own = system.employer.hex
        told = get(client_of(system), "figures/headcount", by=["employer", "grade"], as_at=DAY)
        assert {cell["key"][0] for cell in told["cells"]} == {own}
        for cell in told["cells"]:
            people = everybody.get(tuple(cell["key"]), 0)
            assert (cell["value"] is None) == (people <= BAND_TOP)
        [total] = get(client_of(system), "figures/headcount", as_at=DAY)["cells"]
        counted = sum(n for (employer, _grade), n in everybody.items() if employer == own)
        assert abs(total["value"] - counted) <= 2


def test_the_rule_stands_in_the_query_and_not_behind_it(
    systems: list[System], monkeypatch: pytest.MonkeyPatch
) -> None:
    from muster.gates.facts import compiling, reading

    asked: list[str] = []

    def noted(*args: Any) -> str:
        asked.append(compiled(*args))
        return asked[-1]

    compiled = compiling.sql_of
    monkeypatch.setattr(reading, "sql_of", noted)
    own = systems[0].employer
    assert own is not None
    reader_of(metric_named("headcount"), audience_of(own)).cells(("grade",), AS_AT[-1])
    assert own.hex in asked[0]


def test_a_release_of_one_employers_rows_is_cited_to_that_employer_alone(
    systems: list[System], client: Client
) -> None:
    mine, other = map(client_of, systems[:2])
    told = get(mine, "figures/headcount", by=["grade"], as_at=DAY)
    place = f"releases/{told['release']}"
    assert get(mine, place) == told
    assert other.get(f"/api/v1/{place}").status_code == 404
    assert other.get(f"/api/v1/{place}/file").status_code == 404
    client.post("/sign-in/as/analyst")
    assert client.get(f"/grid/releases/{told['release']}").status_code == 404


def test_the_same_question_is_cited_and_files_hold_the_same_figures(systems: list[System]) -> None:
    client = client_of(systems[0])
    told = get(client, "figures/headcount", by=["grade"], as_at=DAY)
    assert get(client, "figures/headcount", by=["grade"], as_at=DAY) == told
    assert Release.objects.filter(id=told["release"]).count() == 1
    place = f"/api/v1/releases/{told['release']}/file"
    with zipfile.ZipFile(io.BytesIO(client.get(place, {"format": "csv"}).content)) as packed:
        [name] = [one for one in packed.namelist() if one.endswith(".csv")]
        rows = list(csv.DictReader(io.TextIOWrapper(packed.open(name), "utf-8-sig")))
    assert [row["shown"] for row in rows] == [cell["shown"] for cell in told["cells"]]
    said = json.loads(client.get(place, {"format": "json"}).content)
    assert told["release"] in json.dumps(said)


# What is asked | answered with | told to do
REFUSED = [
    ("figures/wages", {}, 404, "Choose among"),
    ("figures/headcount", {"by": ["sex"]}, 403, "Choose among"),
    ("figures/headcount", {"by": ["grade"], "as_at": "2026-09-15"}, 403, "Choose 2026-09-30"),
    ("figures/headcount", {"by": ["grade", "grade"]}, 403, "each once"),
    ("figures/headcount", {"by": list("abcdefghijk")}, 422, "openapi"),
    ("figures/headcount", {"as_at": "yesterday"}, 422, "openapi"),
    ("figures/headcount", {"grade": "SEO", "not": "HEO"}, 200, ""),
    ("releases/00000000-0000-0000-0000-000000000000", {}, 404, "Check the number"),
]


@pytest.mark.parametrize(("place", "asked", "status", "fix"), REFUSED)
def test_what_is_not_declared_is_refused_and_filters_do_nothing(
    systems: list[System], place: str, asked: dict[str, Any], status: int, fix: str
) -> None:
    answer = client_of(systems[0]).get(f"/api/v1/{place}", asked)
    assert answer.status_code == status
    if status == 200:
        assert len(answer.json()["cells"]) == 1
    else:
        assert fix in answer.json()["fix"]


def test_figures_need_a_token(systems: list[System]) -> None:
    assert Client().get("/api/v1/figures").status_code == 401


def test_figures_are_described_for_programs() -> None:
    assert "/api/v1/figures/{metric}" in api.get_openapi_schema()["paths"]


def test_every_declared_figure_is_listed_with_its_dates(systems: list[System]) -> None:
    client = client_of(systems[0])
    listed = {one["name"]: one for one in get(client, "figures")}
    assert listed["headcount"]["dimensions"][0]["name"] == "employer"
    assert DAY in get(client, "figures/headcount/dates")
