"""The pages of messages: what each role sees and may do, what is logged, what is never shown."""

import base64
import csv
import io
import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from muster.gates.access import Actor
from muster.gates.personas import Persona
from muster.hub.models import Endpoint, Message, Parked, Replay, Route, System
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from muster.ledger.proving import check_proof
from tests.integration.hub_world import AGREED, World

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
SignIn = Callable[[str], Client]
MILL, WEIR, NOBODY = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)
STRICT = "hours integer CHECK (hours < 50)"


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    """Return a world of two employers; payroll gets no bank accounts."""
    world = World(tmp_path)
    world.build()
    System.objects.filter(code=world.sender).update(employer=MILL, title="Mill HR")
    System.objects.filter(code=world.receiver).update(employer=WEIR, title="Weir payroll")
    return world


@pytest.fixture
def as_(client: Client, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """Return a function that signs in an integrator of an employer, or a persona of all."""
    people = {"mill": MILL, "weir": WEIR, "nobody": NOBODY}
    offered = [
        Persona(slug, Actor(f"persona:{slug}", slug, frozenset({"integrator"}), employer), "")
        for slug, employer in people.items()
    ]
    monkeypatch.setattr("muster.gates.personas._of_rooms", lambda: iter(offered))

    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


def carried() -> None:
    carrier = Carrier(SYSTEM_CLOCK)
    carrier.drain()
    carrier.stop()


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    found = re.search("<main.*</main>", answer.content.decode(), re.DOTALL)
    assert found is not None
    return " ".join(re.sub("<[^>]+>", " ", found[0]).split())


def parked(world: World) -> Parked:
    """Let three people's messages fail for one cause, and one more wait behind."""
    world.remake(world.columns.replace("hours integer", STRICT))
    raws = [world.message(str(n), hours=55, surname="Mole") for n in range(3)]
    world.send(*raws, world.message("1", hours=20))
    carried()
    return Parked.objects.order_by("position")[0]


def cause_page(world: World) -> str:
    one = Parked.objects.filter(state="parked").first()
    assert one is not None
    asked = {"route": one.route.code, "stage": one.stage, "cause": one.cause}
    return f"/messages/parked/cause?{urlencode(asked)}"


def code() -> str:
    return Route.objects.get().code


def access() -> list[dict[str, object]]:
    return [json.loads(entry.body or b"{}") for entry in ledger().read("access")]


def test_routes_show_lag_rate_and_what_is_parked(as_: SignIn, world: World) -> None:
    world.send(world.message("8"), world.message("9"))
    text = text_of(as_("mill"), "/messages/")
    assert "Mill HR to Weir payroll" in text
    assert re.search(r"Behind .* 2 \d+ seconds? 0 0 0", text)
    carried()
    parked(world)
    text = text_of(as_("operator"), f"/messages/routes/{code()}")
    assert "Parked subjects 3" in text
    assert "Handed over in the last hour 2" in text
    assert "Bank account" not in text
    assert "Staff number" in text


def test_one_message_from_the_door_to_its_receiver(as_: SignIn, world: World) -> None:
    (answer,) = world.send(world.message("1", surname="Mole", bank_account="99", correlation="c1"))
    (reply,) = world.send(world.message("2", correlation="c1"))
    carried()
    text = text_of(as_("mill"), f"/messages/all/{answer.position}")
    for words in (
        "Handed over", "Not signed", f"{code()} , version 1".replace(" ,", ","), "Weir payroll",
        "The same case", f"{reply.position}",
    ):  # fmt: skip
        assert words in text
    assert "Mole" not in text
    assert access() == []


def test_what_a_message_holds_is_recorded_and_reduced_for_its_receiver(
    as_: SignIn, world: World
) -> None:
    (answer,) = world.send(world.message("1", surname="Möle", bank_account="998877"))
    address = f"/messages/all/{answer.position}/content"
    assert "Möle" not in text_of(as_("weir"), address), "it was not handed over yet"
    carried()
    mill = text_of(as_("mill"), address)
    assert "Möle" in mill
    assert "998877" in mill
    weir = text_of(as_("weir"), address)
    assert "Möle" in weir
    assert "998877" not in weir
    assert [one["what"] for one in access()] == ["message"] * 3
    assert access()[-1]["position"] == answer.position
    assert access()[-1]["purpose"] == "integration"
    assert "Möle" not in json.dumps(access())
    assert as_("operator").get(address).status_code == 403
    assert as_("nobody").get(address).status_code == 404
    proof = f"/messages/all/{answer.position}/proof"
    assert as_("weir").get(proof).status_code == 403
    shown = as_("mill").get(proof)
    keys = [ledger().keys.public_key(one.id) for one in ledger().keys.all()
            if one.purpose == "signing"]  # fmt: skip
    assert check_proof(shown.content.decode(), trusted=keys).log == "exchange"


def test_bytes_that_are_named_are_where_the_value_stands(as_: SignIn, world: World) -> None:
    raw = world.message("1", surname="Möle", hours=37)
    (answer,) = world.send(raw)
    text = text_of(as_("mill"), f"/messages/all/{answer.position}/content")
    found = re.search(r"Möle Yes (\d+)–(\d+)", text)
    assert found is not None
    assert raw[int(found[1]) : int(found[2])] == '"Möle"'.encode()


def test_messages_are_found_and_lists_hold_no_content(as_: SignIn, world: World) -> None:
    (answer,) = world.send(world.message("1", surname="Mole", id="find-me", correlation="c9"))
    world.send(world.message("2", grade="Baron"))
    client = as_("mill")
    for words in ("find-me", "employment:hr:mill:1", f"{answer.position}", "c9"):
        text = text_of(client, f"/messages/all/?{urlencode({'q': words})}")
        assert "find-me" in text, words
        assert "employment:hr:mill:2" not in text
        assert "Mole" not in text
    text = text_of(client, "/messages/all/?refused=on")
    assert "employment:hr:mill:2" in text
    assert "find-me" not in text
    assert "No message fits." in text_of(client, "/messages/all/?q=nothing")
    assert "employment:hr:mill:2" not in text_of(as_("weir"), "/messages/all/")
    assert "No message fits." in text_of(as_("nobody"), "/messages/all/")


def test_out_of_reach_is_as_not_there(as_: SignIn, world: World) -> None:
    (answer,) = world.send(world.message("1"))
    client = as_("nobody")
    pairs = [
        (f"/messages/all/{answer.position}", "/messages/all/999999"),
        (f"/messages/all/{answer.position}", f"/messages/all/{10**30}"),
        (f"/messages/routes/{code()}", "/messages/routes/none"),
        (f"/messages/routes/{code()}/pause", "/messages/routes/none/pause"),
        (f"/messages/routes/{code()}/replay", "/messages/routes/none/replay"),
        (f"/messages/systems/{world.sender}", "/messages/systems/none"),
        (f"/messages/systems/{world.sender}/keys/add", "/messages/systems/none/keys/add"),
    ]
    for there, nowhere in pairs:
        assert text_of(client, there, 404) == text_of(client, nowhere, 404)


def test_one_line_for_each_cause_at_home_and_on_its_page(as_: SignIn, world: World) -> None:
    parked(world)
    for slug in ("mill", "weir", "operator"):
        text = text_of(as_(slug), "/")
        assert text.count("Weir payroll:") == 1
        assert "4 messages" in text
    text = text_of(as_("weir"), "/messages/parked/")
    assert re.search(r"The receiver 3 1 3 ", text)
    assert "Mole" not in text
    assert "Weir payroll:" not in text_of(as_("nobody"), "/")


def test_causes_as_csv_name_nobody(as_: SignIn, world: World) -> None:
    parked(world)
    answer = as_("mill").get("/messages/parked/?as=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][4:7] == ["3", "1", "3"]
    assert "Mole" not in answer.content.decode()
    assert "employment:" not in answer.content.decode()


def test_a_cause_is_released_with_a_reason(as_: SignIn, world: World) -> None:
    parked(world)
    world.remake(world.columns.replace(STRICT, "hours integer"))
    client, address = as_("weir"), cause_page(world)
    assert "Release all" in text_of(client, address)
    assert "Enter the reason" in client.post(address, {"reason": ""}).content.decode()
    answer = client.post(address, {"reason": "the check is gone"}, follow=True)
    assert "4 messages" in answer.content.decode()
    carried()
    assert [row["hours"] for row in world.received()] == [55, 55, 55, 20]
    decided = json.loads(ledger().read("decisions")[-1].body or b"{}")
    assert (decided["messages"], decided["by"]) == (4, "persona:weir")
    text_of(client, address, 404)


def test_who_may_not_release_sees_no_form_and_cannot(as_: SignIn, world: World) -> None:
    one = parked(world)
    client, address = as_("governance"), cause_page(world)
    assert "Release all" not in text_of(client, address)
    assert client.post(address, {"reason": "x"}).status_code == 403
    assert client.get(f"/messages/parked/{one.id}/release").status_code == 403
    assert Parked.objects.filter(state="parked").count() == 3


def test_one_subject_is_released(as_: SignIn, world: World) -> None:
    one = parked(world)
    world.remake(world.columns.replace(STRICT, "hours integer"))
    client = as_("mill")
    answer = client.post(f"/messages/parked/{one.id}/release", {"reason": "y"}, follow=True)
    assert "1 message" in answer.content.decode()
    carried()
    assert len(world.received()) == 1
    assert client.get(f"/messages/parked/{one.id}/release").status_code == 409


def test_discarding_asks_twice(as_: SignIn, world: World) -> None:
    parked(world)
    one = Parked.objects.get(subject__endswith=":1", state="parked")
    client, address = as_("mill"), f"/messages/parked/{one.id}/discard"
    asked = client.post(address, {"reason": "typed wrongly"})
    assert "for good?" in asked.content.decode()
    assert Parked.objects.get(id=one.id).state == "parked"
    done = client.post(address, {"reason": "typed wrongly", "sure": "yes"}, follow=True)
    assert "Discarded" in done.content.decode()
    carried()
    assert [row["hours"] for row in world.received()] == [20]
    assert client.post(address, {"reason": "a", "sure": "yes"}).status_code == 409
    text = text_of(client, f"/messages/all/{one.position}")
    assert "typed wrongly" in text


def test_a_route_is_paused_and_goes_on(as_: SignIn, world: World) -> None:
    client = as_("mill")
    address = f"/messages/routes/{code()}"
    client.post(f"{address}/pause", {"reason": "payroll closes"})
    world.send(world.message("1"))
    carried()
    assert world.received() == []
    assert "Paused: payroll closes" in text_of(client, address)
    assert "Mill HR to Weir payroll" in text_of(client, "/")
    (position,) = Message.objects.values_list("position", flat=True)
    assert "Waiting for its turn payroll closes" in text_of(client, f"/messages/all/{position}")
    assert client.get(f"{address}/pause").status_code == 409
    client.post(f"{address}/resume", {"reason": "it is open again"})
    carried()
    assert len(world.received()) == 1
    assert client.get(f"{address}/resume").status_code == 409
    assert as_("caseworker").get(f"{address}/pause").status_code == 403


def test_a_replay_is_shown_before_it_is_asked_for(as_: SignIn, world: World) -> None:
    answers = world.send(*(world.message(str(n)) for n in range(3)))
    carried()
    client, address = as_("weir"), f"/messages/routes/{code()}/replay"
    assert "Enter positions" in client.post(address, {"reason": "x"}).content.decode()
    wrong = {"first": 5, "last": 2, "reason": "x"}
    assert "comes before the first" in client.post(address, wrong).content.decode()
    nothing = {"first": 10**6, "reason": "x"}
    assert "was handed over" in client.post(address, nothing).content.decode()
    given = {"first": answers[1].position, "reason": "lost on Friday"}
    shown = client.post(address, given).content.decode()
    assert "2 messages" in shown
    assert not Replay.objects.exists()
    client.post(address, given | {"sure": "yes"})
    carried()
    assert [row["staff_number"] for row in world.received()] == ["0", "1", "2", "1", "2"]
    text = text_of(client, f"/messages/routes/{code()}")
    assert "lost on Friday 2 0 Done" in text
    text = text_of(client, f"/messages/all/{answers[2].position}")
    assert "Handed over once more" in text


def test_keys_are_registered_and_revoked(as_: SignIn, world: World) -> None:
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    given = {"name": "mill-1", "public": base64.b64encode(public).decode()}
    client, address = as_("mill"), f"/messages/systems/{world.sender}"
    assert "This is its first key" in text_of(client, f"{address}/keys/add")
    wrong = client.post(f"{address}/keys/add", given | {"public": "x"}).content.decode()
    assert "no Ed25519 public key" in wrong
    client.post(f"{address}/keys/add", given)
    assert "mill-1" in text_of(client, address)
    assert "It must sign each request" in text_of(client, address)
    taken = client.post(f"{address}/keys/add", given).content.decode()
    assert "A key of this name is known" in taken
    client.post(f"{address}/keys/mill-1/revoke", {"reason": "it was lost"})
    assert "Revoked" in text_of(client, address)
    assert client.get(f"{address}/keys/mill-1/revoke").status_code == 404
    assert as_("weir").get(f"{address}/keys/add").status_code == 404
    assert as_("governance").get(f"{address}/keys/add").status_code == 403


def test_a_system_is_asked_whether_it_answers(as_: SignIn, world: World) -> None:
    client, address = as_("weir"), f"/messages/systems/{world.receiver}"
    assert "Never asked" in text_of(client, address)
    client.post(f"{address}/check")
    assert Endpoint.objects.get().ready is True
    Endpoint.objects.update(kind="unknown")
    client.post(f"{address}/check")
    assert "No such connector" in text_of(client, address)
    assert client.get(f"{address}/check").status_code == 405
    assert "Never asked" not in text_of(client, "/messages/systems/")
    assert "Mill HR" not in text_of(client, "/messages/systems/")


def test_the_interfaces_of_the_own_routes(as_: SignIn, world: World) -> None:
    text = text_of(as_("weir"), "/messages/interfaces")
    assert f"{world.receiver} gets" in text
    assert "Bank account" not in text
    made = json.loads(as_("weir").get("/messages/interfaces?as=json").content)
    assert f"route.{code()}" in made["channels"]
    shown = made["components"]["messages"][f"route.{code()}"]["payload"]["properties"]["data"]
    assert set(shown["properties"]) == set(AGREED)
    assert json.loads(as_("nobody").get("/messages/interfaces?as=json").content)["channels"] == {}
