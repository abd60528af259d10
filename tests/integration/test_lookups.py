"""Lookup tables of a route: uploaded, versioned, encrypted, and asked when messages are carried."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from muster.hub.airlock.looking import sides_of
from muster.hub.delivering.routing import routing_of
from muster.hub.models import Cursor, Delivery, LookupTable, Parked, Route, Trial
from muster.hub.pulling.queries import lookups
from muster.hub.translating.kept import (
    KeptLookups,
    keep_lookup,
    lookup_content,
    lookup_table,
    lookups_of,
)
from muster.hub.translating.lookup_files import read_table
from muster.hub.worker import Carrier
from muster.kernel.clock import FixedClock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, EvidenceBroken, NotFound
from muster.ledger.current import ledger
from tests.integration.hub_world import CHANGED, World
from tests.integration.pulling_world import NOW

pytestmark = pytest.mark.django_db
CODES = b"grade,pay_band,site\r\nEO,B1,Leeds\r\nHEO,B2,\r\n"
MAPPING = f"""
[mapping]
name = "bands"
title = "Grades as bands"
from = "{CHANGED}"

[lookups]
bands = "Bands by grade"
"bands.site" = "Sites by grade"

[fields]
staff_number = {{ take = "staff_number" }}
grade = [{{ take = "grade" }}, {{ lookup = "bands", unknown = "park" }}]
surname = [{{ take = "grade" }}, {{ lookup = "bands.site", unknown = "default", default = "HQ" }}]

[[example]]
title = "An executive officer"
lookups = {{ bands = {{ EO = "B1" }}, "bands.site" = {{ EO = "Leeds" }} }}
given = {{ staff_number = "1", grade = "EO" }}
gives = {{ staff_number = "1", grade = "B1", surname = "Leeds" }}
"""


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path, clock: FixedClock) -> World:
    world = World(tmp_path, clock=clock)
    world.build()
    Route.objects.update(translation=MAPPING, translation_version=1)
    return world


def keep(content: bytes, clock: FixedClock, **others: Any) -> int:
    said = {"by": "hr:ann", **others}
    return keep_lookup(Route.objects.get().code, "bands", content, clock=clock, **said)


def carried(clock: FixedClock) -> None:
    Cursor.objects.update(retry_at=None)
    carrier = Carrier(clock)
    carrier.drain()
    carrier.stop()


def got(world: World) -> list[tuple[str, str, str]]:
    return [(row["staff_number"], row["grade"], row["surname"]) for row in world.received()]


def test_what_a_table_says_reaches_the_receiver_and_its_version_stands_with_the_delivery(
    world: World, clock: FixedClock
) -> None:
    assert keep(CODES, clock) == 1
    world.send(world.message("1"), world.message("2", grade="HEO"), world.message("3", grade="G7"))
    carried(clock)
    assert got(world) == [("1", "B1", "Leeds"), ("2", "B2", "HQ")]
    assert Parked.objects.get().stage == "translation"
    assert "not in the table bands" in Parked.objects.get().cause
    assert keep(CODES.replace(b"B1", b"C1"), clock) == 2
    world.send(world.message("4"))
    carried(clock)
    assert got(world)[-1] == ("4", "C1", "Leeds")
    first, second = Delivery.objects.order_by("handed_at", "first")
    assert (first.lookups, second.lookups) == ({"bands": 1}, {"bands": 2})
    bodies = [
        json.loads(entry.body or b"{}") for entry in ledger().read("exchange")
        if entry.type == "muster.hub.message.delivered.v1"
    ]  # fmt: skip
    assert [body["lookups"] for body in bodies] == [{"bands": 1}, {"bands": 2}]


def test_a_table_that_is_not_there_stops_the_route_and_says_which(
    world: World, clock: FixedClock
) -> None:
    world.send(world.message("1"))
    carried(clock)
    assert got(world) == []
    assert "the table bands, which is not there" in Cursor.objects.get().blocked
    assert not Parked.objects.exists()
    keep(CODES, clock)
    carried(clock)
    assert got(world) == [("1", "B1", "Leeds")]


def test_the_same_table_again_is_the_same_version(world: World, clock: FixedClock) -> None:
    assert [keep(CODES, clock), keep(CODES, clock)] == [1, 1]
    assert keep(CODES, clock, personal=["Site"]) == 2
    assert keep(CODES, clock) == 3
    views = lookups(Route.objects.get().code)
    assert [(one.version, one.personal, one.newest) for one in views] == [
        (3, (), True), (2, ("site",), False), (1, (), False),
    ]  # fmt: skip
    kept = [entry for entry in ledger().read("decisions") if "lookup" in entry.type]
    assert len(kept) == 3


def test_it_is_kept_encrypted_and_comes_back_byte_for_byte(world: World, clock: FixedClock) -> None:
    keep(CODES, clock)
    row = LookupTable.objects.get()
    assert b"Leeds" not in bytes(row.content)
    assert lookup_content(row.route.code, "bands", 1) == CODES
    assert lookup_table(row.route.code, "bands", 1).rows[1] == ("HEO", "B2", "")
    with pytest.raises(NotFound):
        lookup_content(row.route.code, "bands", 2)
    # Nor can one row's content be put into another's place.
    keep(CODES.replace(b"B1", b"B9"), clock)
    first, second = LookupTable.objects.order_by("version")
    second.content = first.content
    second.save()
    with pytest.raises(EvidenceBroken):
        lookup_content(row.route.code, "bands", 2)


def test_a_table_that_is_wrong_is_not_kept(world: World, clock: FixedClock) -> None:
    with pytest.raises(BadInput, match="row 3"):
        keep(b"a,b\nx,1\nx,2\n", clock)
    with pytest.raises(BadInput, match="not there"):
        keep(CODES, clock, personal=["salary"])
    with pytest.raises(NotFound):
        keep_lookup("elsewhere", "bands", CODES, by="x", clock=clock)
    with pytest.raises(BadInput, match="no name"):
        keep_lookup(Route.objects.get().code, "Bands!", CODES, by="x", clock=clock)
    assert not LookupTable.objects.exists()


def test_a_route_that_looks_nothing_up_asks_nothing(
    world: World, clock: FixedClock, django_assert_num_queries: Any
) -> None:
    route = Route.objects.get()
    with django_assert_num_queries(0):
        lookups_of(route, None)


def test_what_was_read_once_is_not_decrypted_again(
    world: World, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(CODES, clock)
    route = Route.objects.get()
    routing = routing_of(route.id, legal_day(NOW))
    assert isinstance(routing.lookups, KeptLookups)
    monkeypatch.setattr("muster.hub.translating.kept._opened", lambda row: 1 / 0)
    assert lookups_of(route, routing.mapping).find("bands", ["EO", "no"]) == {"EO": "B1"}


def test_a_trial_looks_up_in_the_same_tables(world: World, clock: FixedClock) -> None:
    keep(CODES, clock)
    route = Route.objects.select_related("agreement").get()
    trial = Trial(translation=MAPPING, against=1, fresh=False)
    live, tried = sides_of(trial, route)
    sides: Sequence[Any] = [live, tried]
    assert all(side.lookups.find("bands", ["EO"]) == {"EO": "B1"} for side in sides)
    assert dataclasses.is_dataclass(tried)


def test_every_cell_of_a_table_is_found_again(world: World, clock: FixedClock) -> None:
    content = 'code;meaning\n"a;b";"say ""hi"""\né;ü\n'.encode("utf-8-sig")
    keep(content, clock)
    assert read_table(content).meanings() == {"meaning": {"a;b": 'say "hi"', "é": "ü"}}
