"""The pages on which people decide on many messages at once, and see what replays could not do."""

import datetime as dt
import re
import uuid
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client

from muster.gates.access import Actor
from muster.gates.personas import Persona
from muster.hub.delivering import breaker
from muster.hub.delivering.replaying import replay
from muster.hub.models import (
    Agreement,
    HeldMessages,
    Message,
    Parked,
    Route,
    System,
    SystemToken,
)
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from tests.integration.hub_world import World

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
MILL = uuid.UUID(int=1)
STRICT = "hours integer CHECK (hours < 50)"


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.build()
    System.objects.filter(code=world.sender).update(employer=MILL, title="Mill HR")
    System.objects.filter(code=world.receiver).update(title="Weir payroll")
    return world


@pytest.fixture
def hr(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return a client of somebody in HR of the sender."""
    actor = Actor("persona:hr", "HR", frozenset({"HR caseworker"}), MILL)
    monkeypatch.setattr("muster.gates.personas._of_rooms", lambda: iter([Persona("hr", actor, "")]))
    client.post("/sign-in/as/hr")
    return client


def carried() -> None:
    breaker._watches.of.clear()
    carrier = Carrier(SYSTEM_CLOCK)
    carrier.drain()
    carrier.stop()


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    found = re.search("<main.*</main>", answer.content.decode(), re.DOTALL)
    assert found is not None
    return " ".join(re.sub("<[^>]+>", " ", found[0]).split())


def held(world: World) -> str:
    """Let a route stop by itself; return the address of its page."""
    world.send(*(world.message(f"{n}") for n in range(60)))
    carried()
    Message.objects.update(received_at=SYSTEM_CLOCK.now() - dt.timedelta(days=1))
    world.send(*(world.message(f"{n}", hours=2) for n in range(51)))
    carried()
    return f"/messages/routes/{Route.objects.get(receiver__isnull=False).code}"


def test_an_approver_lets_go_what_a_route_stopped_for(world: World, hr: Client) -> None:
    page = held(world)
    text = text_of(hr, page)
    assert "Waits for its approver" in text
    assert "be about 51 of the 60 subjects" in text
    assert "Waits for its approver" in text_of(hr, "/messages/")
    assert "Waits for its approver" in text_of(hr, "/")
    assert hr.post(f"{page}/held/let-go", {"reason": ""}).status_code == 200
    assert hr.post(f"{page}/held/let-go", {"reason": "a pay rise"}).status_code == 302
    assert "Let go: 51 messages" in text_of(hr, page)
    carried()
    assert len(world.received()) == 111
    assert hr.get(f"{page}/held/let-go").status_code == 404


def test_an_approver_discards_and_undoes_it(world: World, hr: Client) -> None:
    page = held(world)
    assert "Discard these messages" in text_of(hr, f"{page}/held/discard")
    hr.post(f"{page}/held/discard", {"reason": "a broken export"})
    text = text_of(hr, page)
    assert "It is decided to discard them: a broken export" in text
    assert "Takes effect" in text_of(hr, f"{page}/held/undo")
    hr.post(f"{page}/held/undo")
    assert HeldMessages.objects.get().decision == ""
    assert "Let these messages go" in text_of(hr, page)


def test_an_approver_sets_limits(world: World, hr: Client) -> None:
    page = f"/messages/routes/{Route.objects.get().code}"
    hr.post(f"{page}/limits", {"touched": "1000", "ending": "", "reason": "swipes"})
    assert Route.objects.get().most_touched == 1000
    assert "About: 1,000. Ending: as usual." in text_of(hr, page)
    assert hr.post(f"{page}/limits", {"touched": "-1", "reason": "x"}).status_code == 200


def test_whoever_may_not_decide_does_not_find_the_pages(world: World, client: Client) -> None:
    page = held(world)
    for verb in ("let-go", "discard", "undo"):
        assert client.get(f"{page}/held/{verb}").status_code in (302, 403, 404)
    assert client.get(f"{page}/limits").status_code in (302, 403, 404)


@pytest.mark.parametrize("named", [True, False])
def test_who_may_not_decide_is_told_why_before_typing_a_reason(
    world: World, hr: Client, *, named: bool
) -> None:
    page = held(world)
    route = Route.objects.get()
    why = "You speak for the sender"
    if named:
        Route.objects.update(approver="person:named")
        why = "person:named is named to decide on this route"
    else:
        SystemToken.objects.create(
            system=route.source, title="x", hashed="x", made_by="persona:hr",
            made_at=SYSTEM_CLOCK.now(),
        )  # fmt: skip
    text = text_of(hr, page)
    assert why in text
    assert "Let these messages go" not in text
    for address in (f"{page}/held/let-go", f"{page}/held/discard", f"{page}/limits"):
        text = text_of(hr, address)
        assert why in text
        assert "Do not name people" not in text
        assert hr.post(address, {"reason": "x"}).status_code == 200
    assert HeldMessages.objects.get().decision == ""
    assert Route.objects.get().most_touched is None


def test_a_route_whose_agreement_is_not_in_force_says_so(world: World, hr: Client) -> None:
    page = f"/messages/routes/{Route.objects.get().code}"
    said = "Its agreement is not in force today"
    assert said not in text_of(hr, page)
    Agreement.objects.update(suspended_at=SYSTEM_CLOCK.now())
    assert said in text_of(hr, page)


def test_all_of_a_cause_are_discarded_and_it_is_undone(world: World, hr: Client) -> None:
    world.remake(world.columns.replace("hours integer", STRICT))
    world.send(*(world.message(f"{n}", hours=55) for n in range(3)))
    carried()
    one = Parked.objects.filter(state="parked")[0]
    asked = urlencode({"route": one.route.code, "stage": one.stage, "cause": one.cause})
    assert "Discard all of them" in text_of(hr, f"/messages/parked/cause?{asked}")
    hr.post(f"/messages/parked/cause/discard?{asked}", {"reason": "typed wrongly"})
    text = text_of(hr, "/messages/parked/")
    assert "Discarded: 3 messages" in text
    assert "Discarded in the last day" in text
    one.refresh_from_db()
    undo = f"/messages/routes/{one.route.code}/discarded/{one.decision}"
    assert "Undo the discarding" in text_of(hr, undo)
    hr.post(undo)
    assert "They wait again: 3 messages" in text_of(hr, "/messages/parked/")
    assert hr.get(undo).status_code == 404


def test_what_a_replay_could_not_hand_over_stands_on_its_page_and_the_message_s(
    world: World, hr: Client
) -> None:
    world.send(world.message("1", hours=55))
    carried()
    world.remake(world.columns.replace("hours integer", STRICT))
    code = Route.objects.get().code
    made = replay(code, first=0, reason="lost", by="hr:ann", clock=SYSTEM_CLOCK)
    carried()
    text = text_of(hr, f"/messages/routes/{code}/replays/{made}")
    assert "Could not be handed over 1" in text
    assert "The receiver" in text
    assert "55" not in text
    assert "What a replay could not hand over" in text_of(
        hr, f"/messages/all/{Message.objects.get().position}"
    )
    assert hr.get(f"/messages/routes/{code}/replays/{uuid.uuid4()}").status_code == 404
