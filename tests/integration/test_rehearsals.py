"""Rehearsals at real receivers: what stays behind, and what a receiver that heeds no mark gets."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from muster.connectors.http_json.connector import HttpJson
from muster.connectors.outlets import Unreachable
from muster.connectors.sql_table.connector import SqlTable
from tests.databases import KINDS, Database, database, people
from tests.http_receiver import running_receiver
from tests.shipments import shipment

ADA = [(3, "s:1", "Ada")]


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request.param, tmp_path) as made:
        yield made


def tables(place: Database) -> set[str]:
    asked = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if place.kind == "sqlite"
        else f"SELECT tablename FROM pg_tables WHERE schemaname = '{place.schema}'"
    )
    return {str(name) for (name,) in place.run(asked)}


def test_not_even_an_inbox_stays_at_a_database(place: Database) -> None:
    outlet = SqlTable({"url": place.url, "table": people(place)})
    before = tables(place)
    assert "1 of 1" in outlet.rehearse(shipment(ADA)).said
    assert tables(place) == before
    outlet.deliver(shipment(ADA))
    assert "1 of 1" in outlet.rehearse(shipment([(9, "s:2", "Ben")])).said
    assert outlet.deliver(shipment([(9, "s:2", "Ben")])).had == 0
    outlet.close()


def test_an_upsert_is_undone_as_well(place: Database) -> None:
    table = people(place, "number bigint PRIMARY KEY, subject text, name text")
    told = {"url": place.url, "table": table, "mode": "upsert", "keys": "number"}
    outlet = SqlTable(told)
    outlet.deliver(shipment(ADA))
    outlet.rehearse(shipment([(3, "s:1", "Ben")]))
    assert place.run(f"SELECT name FROM {table}") == [("Ada",)]
    outlet.close()


def test_a_table_that_is_not_as_the_settings_say_is_told(place: Database) -> None:
    outlet = SqlTable({"url": place.url, "table": people(place, "number bigint, name text")})
    with pytest.raises(Unreachable, match="not as the settings say"):
        outlet.rehearse(shipment(ADA))


@pytest.mark.parametrize("form", ["batch", "single"])
def test_a_receiver_that_heeds_no_mark_still_gets_the_real_one(form: str) -> None:
    with running_receiver(heeds=False) as served:
        outlet = HttpJson({"url": served.url, "local": "yes", "form": form})
        outlet.rehearse(shipment(ADA))
        (trial,) = (one for one in served.asked if one.method == "POST")
        assert trial.header("Muster-Trial") == "true"
        events = json.loads(trial.body)
        event = events[0] if isinstance(events, list) else events
        assert (event["trial"], event["data"]["name"]) == (True, "Ada")
        assert event["id"].startswith("trial-")
        assert outlet.deliver(shipment(ADA)).had == 0
        assert len(served.messages) == 2
        real = served.asked[-1]
        assert real.header("Muster-Trial") == ""
        assert "trial" not in json.loads(real.body if form == "single" else real.body[1:-1])
        outlet.close()
