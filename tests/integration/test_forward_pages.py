"""The pages of files that wait at a receiver, and of doors by which files come in."""

import re
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from muster.cli.forwards import forwards
from muster.cli.routes import routes
from muster.gates.access import Actor
from muster.gates.personas import Persona
from muster.hub.forwarding.letting_go import held_forwards
from muster.hub.models import Forward, Landing, LandingState, Route, System
from tests.integration.carried_files import (
    RECEIVER,
    SENDER,
    building_world,
    carried,
    held,
    sent,
)
from tests.integration.hub_world import World
from tests.integration.test_deciding_pages import text_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
WEIR, MILL, OTHER = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)
MANY = {f"B{number}": number for number in range(1, 21)}
GROWN = {code: many + 100 for code, many in MANY.items()}
ROUTE = f"/messages/routes/to-{RECEIVER}"


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    """Return a world in which a file waits at its receiver."""
    world = building_world(tmp_path)
    System.objects.filter(code=SENDER).update(employer=WEIR)
    System.objects.filter(code=RECEIVER).update(employer=MILL, title="Guide")
    sent("08-31", MANY)
    carried()
    Route.objects.filter(receiver__isnull=False).update(enabled=False)
    sent("09-30", GROWN)
    Route.objects.filter(receiver__isnull=False).update(enabled=True)
    carried()
    return world


def hr_of(employer: uuid.UUID, client: Client, patch: pytest.MonkeyPatch) -> Client:
    """Return a client of somebody in HR of an employer."""
    actor = Actor("persona:hr", "HR", frozenset({"HR caseworker"}), employer)
    patch.setattr("muster.gates.personas._of_rooms", lambda: iter([Persona("hr", actor, "")]))
    client.post("/sign-in/as/hr")
    return client


@pytest.mark.parametrize("employer", [WEIR, MILL])
def test_either_end_sees_what_waits_and_lets_it_go(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch, employer: uuid.UUID
) -> None:
    hr = hr_of(employer, client, monkeypatch)
    [waits] = held_forwards()
    said = "0 of 20 records would go; 0 are new; 20 change"
    assert said in text_of(hr, "/")
    assert said in text_of(hr, "/messages/forwards/")
    page = f"/messages/forwards/{waits.id}"
    text = text_of(hr, page)
    assert "The receiver was told of 20" in text
    assert "Would change 20" in text
    assert (f"/exchange/feeds/{waits.landing}" in hr.get(page).content.decode()) is (
        employer == WEIR
    )
    assert "Waits for a decision" in text_of(hr, ROUTE)
    assert "Enter the reason" in hr.post(page, {"reason": " "}).content.decode()
    assert hr.post(page, {"reason": "desks were counted"}).status_code == 302
    assert "goes on to its receiver" in text_of(hr, ROUTE)
    assert hr.get(page).status_code == 404
    carried()
    assert held(world) == GROWN
    assert "No file waits at a receiver" in text_of(hr, "/messages/forwards/")


def test_whoever_is_at_neither_end_finds_nothing(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hr = hr_of(OTHER, client, monkeypatch)
    [waits] = held_forwards()
    assert "list-2026-09-30" not in text_of(hr, "/messages/forwards/")
    for address in (f"/messages/forwards/{waits.id}", f"{ROUTE}/tell-again",
                    "/messages/routes/buildings"):  # fmt: skip
        assert hr.get(address).status_code == 404
        assert hr.post(address, {"reason": "x"}).status_code in (404, 405)
    assert Forward.objects.get(id=waits.id).let_go_at is None


@pytest.mark.parametrize("named", [True, False])
def test_who_may_not_decide_is_told_why(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch, *, named: bool
) -> None:
    if named:
        Route.objects.filter(receiver__isnull=False).update(approver="person:named")
    else:
        Landing.objects.update(received_by="persona:hr")
    hr = hr_of(WEIR, client, monkeypatch)
    [waits] = held_forwards()
    why = "person:named is named to decide" if named else "You handed this file in"
    assert why in text_of(hr, f"/messages/forwards/{waits.id}")
    assert why in text_of(hr, "/messages/forwards/")
    assert "records would go" not in text_of(hr, "/")
    assert hr.post(f"/messages/forwards/{waits.id}", {"reason": "x"}).status_code == 403


def test_a_receiver_is_told_again(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hr = hr_of(MILL, client, monkeypatch)
    assert "Tell the receiver everything again" in text_of(hr, ROUTE)
    world.remake(world.columns)
    assert held(world) == {}
    assert hr.post(f"{ROUTE}/tell-again", {"reason": ""}).status_code == 200
    assert hr.post(f"{ROUTE}/tell-again", {"reason": "its disk broke"}).status_code == 302
    assert "told everything again" in text_of(hr, ROUTE)
    [waits] = held_forwards()
    hr.post(f"/messages/forwards/{waits.id}", {"reason": "counted"})
    carried()
    assert held(world) == GROWN


def test_a_door_says_what_it_is(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hr = hr_of(WEIR, client, monkeypatch)
    text = text_of(hr, "/messages/")
    assert "Doors: where files come in that only go on" in text
    text = text_of(hr, "/messages/routes/buildings")
    assert "This is a door" in text
    assert "Files that came 2" in text
    assert "Guide to-" in text


def test_a_file_that_only_goes_on_is_spoken_of_in_records(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hr = hr_of(WEIR, client, monkeypatch)
    landing = sent("10-31", {"B1": 1})
    assert landing.state == LandingState.HELD
    assert "Would end 19 of 20 records" in text_of(hr, "/exchange/undecided/")
    text = text_of(hr, f"/exchange/feeds/{landing.id}/decide")
    assert "Records" in text
    assert not re.search("[Pp]eople", text.replace("Do not name people", ""))


def test_what_waits_and_where_files_come_in_is_told_at_the_terminal(world: World) -> None:
    told = CliRunner().invoke(forwards, ["list"]).output
    assert "20 records told before: 0 would go, 20 change, 0 are new" in told
    assert "door           2 files of muster.estates" in CliRunner().invoke(routes, ["list"]).output
