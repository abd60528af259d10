"""Messages by API: every form, every fault of a whole request, and what each leaves."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from muster.hub.messages import taking
from muster.hub.messages.envelope import LARGEST_BATCH, LARGEST_MESSAGE
from muster.hub.messages.pressure import WAIT_SECONDS
from muster.hub.models import Agreement, Cursor, Message, Replay, TakenRequest
from muster.hub.tokens import make_token
from muster.hub.worker import Carrier
from muster.kernel import running
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from tests.integration.hub_world import CHANGED, World

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/events"
ONE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.build()
    return world


def client_of(system: str) -> Client:
    token = make_token(system=system, title="test", by="test", clock=SYSTEM_CLOCK)
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def client(world: World) -> Client:
    """Return the sender, with its token."""
    return client_of(world.sender)


def carried() -> None:
    carrier = Carrier(SYSTEM_CLOCK)
    carrier.drain()
    carrier.stop()


def send(client: Client, body: bytes, kind: str = ONE, **headers: str) -> Any:
    return client.post(EVENTS, body, kind, headers=headers)


def batch(*raws: bytes) -> bytes:
    return b"[" + b", ".join(raws) + b"]"


BINARY = {
    "ce-specversion": "1.0", "ce-id": "b-1", "ce-source": "/systems/hr:mill", "ce-type": CHANGED,
    "ce-subject": "employment:hr:mill:7", "ce-time": "2026-11-22T09:00:00Z",
}  # fmt: skip
RECORD = b'{ "staff_number":"7", "grade": "EO" }'


def test_a_message_is_kept_exactly_and_its_way_can_be_asked(client: Client, world: World) -> None:
    raw = world.message("1", surname="Mole", bank_account="123")
    answer = send(client, raw)
    assert answer.status_code == 202
    (result,) = answer.json()
    assert (result["outcome"], result["status"], result["detail"]) == ("accepted", 202, "")
    assert ledger().bodies("exchange", [result["position"]]) == [raw]
    seen = client.get(f"{EVENTS}/{result['position']}").json()
    assert [leg["state"] for leg in seen["routes"]] == ["waiting"]
    carried()
    seen = client.get(f"{EVENTS}/{result['position']}").json()
    assert seen["sha256"] == hashlib.sha256(raw).hexdigest()
    assert [leg["state"] for leg in seen["routes"]] == ["delivered"]
    assert "Mole" not in json.dumps(seen)


def test_a_batch_tells_what_became_of_each(client: Client, world: World) -> None:
    first = world.message("1", id="x")
    broken = world.message("3").replace(b'"subject"', b'"subjekt"')
    raws = (
        first, first, world.message("2", id="x"), broken, world.message("4", grade="Baron"),
        world.message("5"),
    )  # fmt: skip
    answer = send(client, batch(*raws), BATCH)
    assert answer.status_code == 202
    results = answer.json()
    assert [one["outcome"] for one in results] == [
        "accepted", "known", "conflict", "malformed", "refused", "accepted",
    ]  # fmt: skip
    assert [one["status"] for one in results] == [202, 208, 409, 400, 202, 202]
    assert results[3]["field"] == "subject"
    kept = [one["position"] for one in results if one["position"] is not None]
    assert sorted(set(kept)) == list(Message.objects.values_list("position", flat=True))
    assert ledger().bodies("exchange", [results[0]["position"]]) == [first]


def test_binary_mode_is_rebuilt_the_same_each_time_around_the_exact_body(
    client: Client, world: World
) -> None:
    first = send(client, RECORD, "application/json; charset=utf-8", **BINARY)
    assert [one["outcome"] for one in first.json()] == ["accepted"]
    again = send(client, RECORD, "application/json", **BINARY, traceparent="00-1-2-3")
    assert [one["outcome"] for one in again.json()] == ["known"]
    (raw,) = ledger().bodies("exchange", [first.json()[0]["position"]])
    assert raw is not None
    assert raw.count(RECORD) == 1
    assert json.loads(raw)["bodysha256"] == hashlib.sha256(RECORD).hexdigest()
    other = send(client, RECORD.replace(b"EO", b"G7"), "application/json", **BINARY)
    assert other.status_code == 409
    carried()
    assert [row["staff_number"] for row in world.received()] == ["7"]


@pytest.mark.parametrize(
    ("headers", "body", "status", "field"),
    [
        ({**BINARY, "ce-data": "x"}, RECORD, 400, "ce-data"),
        ({**BINARY, "ce-bodysha256": "x"}, RECORD, 400, "ce-bodysha256"),
        ({**BINARY, "ce-id": "%ff"}, RECORD, 400, "ce-id"),
        (BINARY, b'{}, "extra": {}', 400, None),
        (BINARY, b'{"a": "\xff"}', 400, None),
        (BINARY, b"[1]", 422, "data"),
        ({**BINARY, "ce-source": "/systems/other"}, RECORD, 422, None),
        ({**BINARY, "ce-id": "a%0Ab"}, RECORD, 422, "id"),
    ],
)
def test_binary_mode_that_is_wrong(
    client: Client, headers: dict[str, str], body: bytes, status: int, field: str | None
) -> None:
    answer = send(client, body, "application/json", **headers)
    assert answer.status_code == status
    assert answer.json()["where"].get("field") == field
    assert not Message.objects.exists()


def test_percent_signs_stand_for_what_headers_cannot_hold(client: Client) -> None:
    headers = {**BINARY, "ce-subject": "employment:hr:mill:Caf%C3%A9%20%22x%22"}
    assert send(client, RECORD, "application/json", **headers).status_code == 202
    assert Message.objects.get().subject == 'employment:hr:mill:Café "x"'


DEEP = b'{"a":' * 5000 + b"1" + b"}" * 5000


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{}", "application/json", 415),
        (b"{}", "application/cloudevents+json; charset=utf-16", 415),
        (b"{}", "", 415),
        (b"{}", ONE, 422),
        (b"not json", ONE, 422),
        (DEEP, ONE, 422),
        (b"{}", BATCH, 400),
        (b"[]", BATCH, 400),
        (b"[" * 100_000, BATCH, 400),
        (b"[1", BATCH, 400),
        (b" " * (LARGEST_MESSAGE + 1), ONE, 413),
        (b" " * (LARGEST_BATCH + 1), BATCH, 413),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_request_that_cannot_be_taken_says_why(
    client: Client, body: bytes, kind: str, status: int
) -> None:
    answer = send(client, body, kind)
    assert answer.status_code == status
    said = answer.json()
    assert said.keys() == {"what", "where", "fix"}
    assert said["what"]
    assert said["fix"]
    assert not Message.objects.exists()


def test_a_body_that_says_it_is_large_is_not_read(client: Client) -> None:
    answer = client.post(EVENTS, b"x", ONE, CONTENT_LENGTH=str(50 * 1024 * 1024))
    assert answer.status_code == 413


def test_a_compressed_body_is_not_opened(client: Client) -> None:
    answer = send(client, b"x", ONE, **{"Content-Encoding": "gzip"})
    assert answer.status_code == 415


def test_deep_data_in_a_batch_is_malformed_and_the_others_go(client: Client, world: World) -> None:
    deep = world.message("1").replace(b'"grade":"EO"', b'"grade":' + b"[" * 40 + b"]" * 40)
    answer = send(client, batch(deep, world.message("2")), BATCH)
    assert [one["outcome"] for one in answer.json()] == ["malformed", "accepted"]


def test_without_an_agreement_a_message_is_kept_and_refused_with_the_reason(
    client: Client, world: World
) -> None:
    Agreement.objects.update(suspended_at=SYSTEM_CLOCK.now())
    answer = send(client, world.message("1"))
    (result,) = answer.json()
    assert (answer.status_code, result["outcome"]) == (202, "refused")
    assert "suspended" in result["detail"]
    seen = client.get(f"{EVENTS}/{result['position']}").json()
    assert (seen["refused"], seen["routes"]) == (result["detail"], [])


def test_the_same_request_under_its_name_is_answered_the_same(client: Client, world: World) -> None:
    raw = world.message("1")
    first = send(client, raw, **{"Idempotency-Key": '"abc"'})
    assert first.json()[0]["outcome"] == "accepted"
    again = send(client, raw, **{"Idempotency-Key": "abc"})
    assert (again.status_code, again.json()) == (202, first.json())
    other = send(client, world.message("2"), **{"Idempotency-Key": "abc"})
    assert other.status_code == 422
    assert other.json()["where"] == {"field": "Idempotency-Key"}
    assert Message.objects.count() == 1
    assert send(client, raw).json()[0]["outcome"] == "known"
    assert send(client, raw, **{"Idempotency-Key": ""}).status_code == 400
    stranger = client_of(world.receiver)
    assert send(stranger, raw, **{"Idempotency-Key": "abc"}).status_code == 422
    assert TakenRequest.objects.count() == 2


def test_the_same_request_twice_at_once_is_answered_the_same(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, real, asked = world.message("1"), taking._answered, list[object]()

    def late(*given: Any) -> Any:
        """Find nothing the first time: the other request has not ended yet."""
        asked.append(given)
        return real(*given) if len(asked) > 1 else None

    first = send(client, raw, **{"Idempotency-Key": "abc"})
    monkeypatch.setattr(taking, "_answered", late)
    again = send(client, raw, **{"Idempotency-Key": "abc"})
    assert (again.status_code, again.json()) == (202, first.json())
    assert len(asked) == 2


def test_no_token_and_a_revoked_one(world: World) -> None:
    assert send(Client(), world.message("1")).status_code == 401
    stranger = Client(headers={"Authorization": "Bearer muster_nothing"})
    assert send(stranger, world.message("1")).status_code == 401


def test_a_system_sees_what_it_sent_or_may_have_and_nothing_else(
    client: Client, world: World
) -> None:
    (result,) = send(client, world.message("1")).json()
    address = f"{EVENTS}/{result['position']}"
    other = World(world.folder, receiver="pensions:dell")
    other.build()
    receiver, third = client_of(world.receiver), client_of("pensions:dell")
    assert len(client.get(address).json()["routes"]) == 2
    assert [leg["receiver"] for leg in receiver.get(address).json()["routes"]] == [world.receiver]
    assert [leg["receiver"] for leg in third.get(address).json()["routes"]] == ["pensions:dell"]
    assert [one["receiver"] for one in receiver.get("/api/v1/routes").json()] == [world.receiver]
    alone = World(world.folder, sender="hr:alone", receiver="payroll:alone")
    alone.build()
    nobody = client_of("hr:alone")
    gone = nobody.get(address)
    assert gone.status_code == 404
    assert gone.json() == nobody.get(f"{EVENTS}/999999").json() | {
        "where": {"thing": str(result["position"])}
    }
    code = receiver.get("/api/v1/routes").json()[0]["code"]
    assert nobody.get(f"/api/v1/routes/{code}/parked").status_code == 404


def test_what_is_parked_is_told_by_cause_and_released(client: Client, world: World) -> None:
    world.remake(world.columns.replace("hours integer", "hours integer CHECK (hours < 50)"))
    raws = [world.message(str(n), hours=55, surname="Mole") for n in range(3)]
    send(client, batch(*raws, world.message("1", hours=20)), BATCH)
    carried()
    receiver = client_of(world.receiver)
    (route,) = receiver.get("/api/v1/routes").json()
    assert (route["parked"], route["parked_subjects"], route["behind"]) == (4, 3, 0)
    address = f"/api/v1/routes/{route['code']}"
    (cause,) = receiver.get(f"{address}/parked").json()
    assert (cause["messages"], cause["subjects"], cause["behind"]) == (3, 3, 1)
    assert "Mole" not in json.dumps(cause)
    world.remake(world.columns.replace(" CHECK (hours < 50)", ""))
    wish = {"reason": "mended", "cause": cause["cause"], "stage": cause["stage"]}
    assert receiver.post(
        f"{address}/releases", {"reason": "x"}, "application/json"
    ).status_code == 422  # fmt: skip
    released = receiver.post(f"{address}/releases", wish, "application/json")
    assert released.json() == {"messages": 4}
    carried()
    assert [row["hours"] for row in world.received()] == [55, 55, 55, 20]
    assert receiver.get(f"{address}/parked").json() == []
    assert receiver.post(f"{address}/releases", wish, "application/json").status_code == 404


def test_a_replay_is_asked_for_and_linked(client: Client, world: World) -> None:
    first, second = (send(client, world.message(number)).json()[0] for number in "12")
    carried()
    (route,) = client.get("/api/v1/routes").json()
    address = f"/api/v1/routes/{route['code']}/replays"
    wish = {"reason": "the database was lost", "subject": "employment:hr:mill:2"}
    asked = client.post(address, wish, "application/json")
    assert asked.status_code == 202
    assert asked.json()["messages"] == 1
    assert Replay.objects.get().id.hex == asked.json()["id"].replace("-", "")
    carried()
    assert [row["staff_number"] for row in world.received()] == ["1", "2", "2"]
    legs = client.get(f"{EVENTS}/{second['position']}").json()["routes"]
    assert [one["why"] for one in legs[0]["replays"]] == ["the database was lost"]
    legs = client.get(f"{EVENTS}/{first['position']}").json()["routes"]
    assert legs[0]["replays"] == []
    for wrong in ({"reason": "x"}, {"reason": " ", "first": 0}, {"reason": "x", "first": 10**6}):
        assert client.post(address, wrong, "application/json").status_code == 422


def test_a_sender_waits_while_nobody_can_be_handed_its_messages_fast_enough(
    client: Client, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSTER_MOST_WAITING", "3")
    running.forget()
    first = batch(*(world.message(f"{n}") for n in range(4)))
    named = send(client, first, BATCH, **{"Idempotency-Key": "a"})
    assert named.status_code == 202
    late = world.message("9")
    answer = send(client, late)
    assert (answer.status_code, answer["Retry-After"]) == (429, str(WAIT_SECONDS))
    assert "More than 3 messages" in answer.json()["what"]
    assert Message.objects.count() == 4
    # What was answered once is answered again, and what came is known.
    assert send(client, first, BATCH, **{"Idempotency-Key": "a"}).json() == named.json()
    # One receiver that keeps up is enough: a slow one holds back nobody's messages to the others.
    other = World(tmp_path, receiver="learning:weir")
    quick = other.build()
    Cursor.objects.filter(route=quick).update(position=10**6)
    assert send(client, late).status_code == 202
    quick.delete()
    assert send(client, world.message("10")).status_code == 429
    carried()
    assert send(client, world.message("11")).status_code == 202
    assert [row["staff_number"] for row in world.received()] == ["0", "1", "2", "3", "9"]
