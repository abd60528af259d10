"""The AsyncAPI document: sound by its official schema, and true of contracts and routes."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from click.testing import CliRunner

from muster.cli import main
from muster.hub.messages.asyncapi import document
from muster.hub.models import Agreement, Endpoint, Route
from tests.integration.hub_world import AGREED, CHANGED, World
from tests.repo.repository import ROOT

pytestmark = pytest.mark.django_db
OFFICIAL = ROOT / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"
MAPPING = """
[mapping]
name = "to-pay"
title = "Pay changes"
from = "muster.people.employment.changed.v1"

[fields]
employee = [{ take = "staff_number" }]

[[example]]
given = { staff_number = "1", grade = "EO" }
gives = { employee = "1" }
"""


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.build()
    return world


def made(**more: Any) -> dict[str, Any]:
    return document(address="https://hub.example", **more)


def data_of(found: dict[str, Any], name: str) -> dict[str, Any]:
    schema = found["components"]["messages"][name]["payload"]["properties"]["data"]
    assert isinstance(schema, dict)
    return schema


def sound(found: dict[str, Any]) -> None:
    """Check a document by the official schema, and that its references lead somewhere."""
    if not OFFICIAL.exists():
        pytest.skip("the official schema is not installed: run `npm ci`")
    validator = jsonschema_rs.validator_for(json.loads(OFFICIAL.read_text(encoding="utf-8")))
    assert [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(found)] \
        == []  # fmt: skip
    for reference in references(found):
        place: Any = found
        for word in reference.removeprefix("#/").split("/"):
            assert word in place, reference
            place = place[word]


def references(found: Any) -> list[str]:
    if isinstance(found, dict):
        own = [found["$ref"]] if "$ref" in found else []
        return own + [one for value in found.values() for one in references(value)]
    return [one for value in found for one in references(value)] if isinstance(found, list) else []


def test_a_document_of_nothing_is_sound(fresh_home: Path) -> None:
    found = made()
    sound(found)
    assert found["channels"] == {}


def test_senders_see_the_contract_and_receivers_the_agreed_fields(world: World) -> None:
    found = made()
    sound(found)
    code = Route.objects.get().code
    assert "bank_account" in data_of(found, f"hr-mill.{CHANGED}")["properties"]
    assert set(data_of(found, f"route.{code}")["properties"]) == set(AGREED)
    assert found["operations"][f"hand-route.{code}"]["action"] == "send"
    assert found["operations"][f"take-hr-mill.{CHANGED}"]["action"] == "receive"


def test_the_schema_takes_the_messages_that_the_hub_takes(world: World) -> None:
    payload = made()["components"]["messages"][f"hr-mill.{CHANGED}"]["payload"]
    validator = jsonschema_rs.validator_for(payload)
    assert validator.is_valid(json.loads(world.message("1", hours=37)))
    assert not validator.is_valid(json.loads(world.message("1", hours="many")))
    assert not validator.is_valid(json.loads(world.message("1", colour="red")))


def test_a_translated_route_is_described_as_its_receiver_gets_it(world: World) -> None:
    Route.objects.update(translation=MAPPING, translation_version=3)
    found = made()
    sound(found)
    name = f"route.{Route.objects.get().code}"
    assert list(data_of(found, name)["properties"]) == ["employee"]
    assert found["components"]["messages"][name]["x-revision"] == 3


@pytest.mark.parametrize(
    ("population", "named", "said"),
    [
        ("", "everybody", "Messages of everybody."),
        ("own people", "own people", "Messages of own people."),
        ("case:Ada Cole", "case", "Messages of one named case."),
    ],
)
def test_a_receiver_sees_whose_messages_it_gets_and_how_surely(
    world: World, population: str, named: str, said: str
) -> None:
    Route.objects.update(population=population)
    found = made()
    sound(found)
    operation = found["operations"][f"hand-route.{Route.objects.get().code}"]
    assert (operation["x-population"], operation["x-effect-class"]) == (named, "transactional")
    assert operation["description"].startswith(said)
    assert "Ada" not in json.dumps(found)


def test_a_route_without_a_working_connector_says_that_nothing_is_known(world: World) -> None:
    for kind in ("carrier_pigeon", "http_json"):
        Endpoint.objects.update(kind=kind)
        found = made()
        sound(found)
        operation = found["operations"][f"hand-route.{Route.objects.get().code}"]
        assert operation["x-effect-class"] is None
        assert "not known" in operation["description"]


def test_one_route_that_cannot_be_read_hides_no_other(world: World) -> None:
    World(world.folder, receiver="pensions:dell").build()
    broken = Route.objects.get(receiver__code="pensions:dell")
    Route.objects.filter(id=broken.id).update(translation="[[")
    found = made()
    sound(found)
    assert "cannot be read" in found["channels"][f"route.{broken.code}"]["description"]
    assert sum(one["action"] == "send" for one in found["operations"].values()) == 1


def test_a_route_without_an_agreement_hands_nothing_over(world: World) -> None:
    Route.objects.update(agreement=None)
    Agreement.objects.all().delete()
    found = made()
    sound(found)
    assert data_of(found, f"route.{Route.objects.get().code}")["properties"] == {}


def test_the_command_writes_it(world: World, tmp_path: Path) -> None:
    out = tmp_path / "asyncapi.json"
    run = CliRunner().invoke(main, ["hub", "asyncapi", "--out", str(out)])
    assert run.exit_code == 0, run.output
    assert json.loads(out.read_text())["asyncapi"] == "3.0.0"
