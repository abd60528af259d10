"""A file that would change too much at one receiver waits there for a person."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli.forwards import forwards
from muster.connectors.outlets import Shipment, Unreachable
from muster.connectors.sql_table.connector import SqlTable
from muster.hub.approval import announce, approve
from muster.hub.forwarding import forward as forwarding
from muster.hub.forwarding.letting_go import held_forwards, let_go, tell_again
from muster.hub.models import Agreement, Cursor, Forward, Landing, LandingState, Route
from muster.hub.reading import read
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted
from tests.integration.carried_files import (
    BUILDING,
    DECIDES,
    RECEIVER,
    SENT,
    building_world,
    carried,
    held,
    sent,
)
from tests.integration.hub_world import World

pytestmark = pytest.mark.django_db
MANY = {f"B{number}": number for number in range(1, 41)}
GROWN = {code: many + 100 for code, many in MANY.items()}
TRANSLATION = f"""
[mapping]
name = "buildings-shown"
title = "Buildings as the guide shows them"
from = "{BUILDING}"
[fields]
code = {{ take = "code" }}
name = [{{ take = "name" }}, {{ upper = true }}]
desks = {{ take = "desks" }}
[[example]]
given = {{ code = "B1", name = "Mill", desks = 1 }}
gives = {{ code = "B1", name = "MILL", desks = 1 }}
"""


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = building_world(tmp_path)
    sent("08-31", MANY)
    carried()
    return world


def passes_the_door(day: str, desks: dict[str, int]) -> Landing:
    """Send a file that is accepted before the receiver was told what it will be compared with."""
    Route.objects.filter(receiver__isnull=False).update(enabled=False)
    landing = sent(day, desks)
    Route.objects.filter(receiver__isnull=False).update(enabled=True)
    assert landing.state == LandingState.ACCEPTED
    return landing


def test_it_waits_with_the_reason_and_goes_once_a_person_lets_it(world: World) -> None:
    passes_the_door("09-30", GROWN)
    carried()
    assert held(world) == MANY
    [waits] = held_forwards()
    assert waits.said == f"At Guide {RECEIVER}: it would change 40 of 40 rows"
    assert waits.effect["changed"] == 40
    carried()
    assert Forward.objects.count() == 2
    assert Cursor.objects.get().blocked == ""
    let_go(forward=waits.id, reason="desks were counted", by=DECIDES, clock=SYSTEM_CLOCK)
    assert held_forwards() == ()
    carried()
    assert held(world) == GROWN
    with pytest.raises(NotFound):
        let_go(forward=waits.id, reason="again", by=DECIDES, clock=SYSTEM_CLOCK)


def test_nobody_lets_go_what_they_handed_in_or_what_another_is_named_for(world: World) -> None:
    passes_the_door("09-30", GROWN)
    carried()
    [waits] = held_forwards()
    with pytest.raises(NotPermitted):
        let_go(forward=waits.id, reason="mine", by=SENT, clock=SYSTEM_CLOCK)
    with pytest.raises(BadInput):
        let_go(forward=waits.id, reason=" ", by=DECIDES, clock=SYSTEM_CLOCK)
    Route.objects.filter(receiver__isnull=False).update(approver="person:named")
    with pytest.raises(NotPermitted):
        let_go(forward=waits.id, reason="not mine", by=DECIDES, clock=SYSTEM_CLOCK)
    let_go(forward=waits.id, reason="it is right", by="person:named", clock=SYSTEM_CLOCK)


def test_the_next_file_takes_its_place(world: World) -> None:
    passes_the_door("09-30", GROWN)
    carried()
    [waits] = held_forwards()
    passes_the_door("10-31", {**MANY, "B1": 7})
    carried()
    assert held(world) == {**MANY, "B1": 7}
    assert held_forwards() == ()
    with pytest.raises(Conflict):
        let_go(forward=waits.id, reason="late", by=DECIDES, clock=SYSTEM_CLOCK)


def test_one_that_was_withdrawn_waits_no_more(world: World) -> None:
    landing = passes_the_door("09-30", GROWN)
    carried()
    withdraw(landing=landing.id, reason="wrong", by=SENT, clock=SYSTEM_CLOCK)
    carried()
    assert held(world) == MANY
    assert held_forwards() == ()


def test_what_the_approver_of_the_file_saw_is_not_asked_about_again(world: World) -> None:
    landing = sent("09-30", GROWN)
    assert landing.state == LandingState.HELD
    approve(landing=landing.id, reason="counted", by=DECIDES, read=read, clock=SYSTEM_CLOCK)
    carried()
    assert held(world) == GROWN


@pytest.mark.parametrize(("by", "waits"), [(DECIDES, False), (SENT, True)])
def test_what_another_than_the_sender_announced_goes_on(world: World, by: str, waits: bool) -> None:
    day = Landing.objects.get().as_at
    assert day is not None
    announce(
        route=f"to-{RECEIVER}", starts=day, ends=day.replace(month=12), ending=0, changed=40,
        reason="all desks are counted", by=by, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    passes_the_door("09-30", GROWN)
    carried()
    assert bool(held_forwards()) is waits
    assert (held(world) == MANY) is waits


def test_a_new_translation_may_change_everything_and_end_nothing_unasked(world: World) -> None:
    Route.objects.filter(receiver__isnull=False).update(
        translation=TRANSLATION, translation_version=1
    )
    carried()
    assert world.received()[0]["name"] == "HOUSE B1"
    Route.objects.filter(receiver__isnull=False).update(translation_version=2)
    passes_the_door("09-30", {"B1": 1})
    carried()
    [waits] = held_forwards()
    assert "end 39 of the 40 records it covers" in waits.said


def test_each_receiver_is_asked_about_by_itself(world: World) -> None:
    Agreement.objects.update(fields=["code", "name", "opened"])
    carried()
    passes_the_door("09-30", {**MANY, "B41": 1})
    carried()
    [waits] = held_forwards()
    assert "change 40 of 41 rows" in waits.said


def test_what_it_is_not_known_whether_the_receiver_took_is_told_with_the_next_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {**MANY, **{f"B{number}": 500 for number in range(1, 9)}}
    monkeypatch.setattr(forwarding, "SLICE", 4)
    slices, deliver = [], SqlTable.deliver

    def breaks_off(outlet: SqlTable, shipment: Shipment) -> object:
        slices.append(shipment)
        if len(slices) > 1:
            raise Unreachable("gone")
        return deliver(outlet, shipment)

    passes_the_door("09-30", few)
    monkeypatch.setattr(SqlTable, "deliver", breaks_off)
    carried()
    assert held(world) == {**MANY, **{f"B{number}": 500 for number in range(1, 5)}}
    monkeypatch.setattr(SqlTable, "deliver", deliver)
    Cursor.objects.update(retry_at=None)
    # The next file says of all of them what the receiver was told at first.
    passes_the_door("10-31", MANY)
    carried()
    assert held(world) == MANY
    assert Forward.objects.order_by("-number")[0].sent == 8


def test_one_that_was_broken_off_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {**MANY, **{f"B{number}": 500 for number in range(1, 9)}}
    monkeypatch.setattr(forwarding, "SLICE", 4)
    deliver = SqlTable.deliver

    def takes_and_is_gone(outlet: SqlTable, shipment: Shipment) -> object:
        deliver(outlet, shipment)
        raise Unreachable("gone")

    passes_the_door("09-30", few)
    monkeypatch.setattr(SqlTable, "deliver", takes_and_is_gone)
    carried()
    monkeypatch.setattr(SqlTable, "deliver", deliver)
    Cursor.objects.update(retry_at=None)
    with sqlite3.connect(world.target) as database:
        database.execute("UPDATE pay SET name = 'kept' WHERE code = 'B1'")
    carried()
    assert held(world) == few
    # The rows it had were not written again.
    assert world.received()[0]["name"] == "kept"
    assert Forward.objects.count() == 2


def test_one_that_was_broken_off_and_overtaken_is_told_whole_when_it_stands_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {**MANY, **{f"B{number}": 500 for number in range(1, 9)}}
    deliver = SqlTable.deliver

    def takes_and_is_gone(outlet: SqlTable, shipment: Shipment) -> object:
        deliver(outlet, shipment)
        raise Unreachable("gone")

    passes_the_door("09-30", few)
    monkeypatch.setattr(SqlTable, "deliver", takes_and_is_gone)
    carried()
    monkeypatch.setattr(SqlTable, "deliver", deliver)
    Cursor.objects.update(retry_at=None)
    overtakes = passes_the_door("10-31", MANY)
    carried()
    withdraw(landing=overtakes.id, reason="wrong", by=SENT, clock=SYSTEM_CLOCK)
    carried()
    assert held(world) == few


def test_to_be_told_again_a_receiver_must_have_been_told(world: World) -> None:
    with pytest.raises(NotFound):
        tell_again(route="no-such", reason="lost", by=DECIDES, clock=SYSTEM_CLOCK)
    with pytest.raises(BadInput):
        tell_again(route=f"to-{RECEIVER}", reason="", by=DECIDES, clock=SYSTEM_CLOCK)


def test_operators_see_what_waits_and_let_it_go(world: World) -> None:
    passes_the_door("09-30", GROWN)
    carried()
    asked = CliRunner()
    shown = asked.invoke(forwards, ["list"], catch_exceptions=False).output
    assert "it would change 40 of 40 rows (approver nobody named)" in shown
    [waits] = json.loads(asked.invoke(forwards, ["list", "--json"]).output)["forwards"]
    done = asked.invoke(forwards, ["let-go", waits["id"], "--reason", "counted"])
    assert done.output == "It goes on with the next worker\n"
    carried()
    assert held(world) == GROWN
    assert asked.invoke(forwards, ["list"]).output == "No file waits at a receiver\n"
    asked.invoke(forwards, ["tell-again", f"to-{RECEIVER}", "--reason", "lost"])
    world.remake(world.columns)
    carried()
    assert held(world) == GROWN
