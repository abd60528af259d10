"""What an address must be, where requests never go, and how long an answer may keep a worker."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from muster.connectors.http_json.connector import HttpJson
from muster.connectors.http_json.guard import why_barred
from muster.connectors.outlets import Receipt, Unreachable
from muster.kernel.errors import BadInput
from tests.http_receiver import Asked, HttpReceiver, Reply, running_receiver
from tests.shipments import shipment

PEOPLE = [(1, "s:1", "Ada"), (2, "s:2", "Ben"), (3, "s:3", "Cy")]


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with running_receiver() as made:
        yield made


def outlet_on(receiver: HttpReceiver, **others: str) -> HttpJson:
    return HttpJson({"url": receiver.url, "local": "yes", **others})


def told(receipt: Receipt) -> list[tuple[int, str]]:
    return receipt.results.select("position", "outcome").rows()


def first_only(reply: Reply) -> Callable[[Asked], Reply | None]:
    """Answer the first request so, and later ones as usual."""
    left = [reply]
    return lambda asked: left.pop() if left else None


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("url", ""),
        ("url", "http://system.example/events"),
        ("url", "ftp://system.example/events"),
        ("url", "https://"),
        ("url", "https://name@system.example/events"),
        ("url", "https://system.example/events#x"),
        ("form", "both"),
        ("effect", "transactional"),
        ("look", "http://system.example/{key}"),
        ("token", "two words"),
        ("token", "é"),
        ("most", "0"),
        ("most", "many"),
        ("timeout", "601"),
        ("local", "perhaps"),
        ("signing_key", "nonsense"),
    ],
)
def test_settings_that_cannot_be_used_are_named(setting: str, value: str) -> None:
    good = {"url": "https://system.example/events"}
    HttpJson(good)
    with pytest.raises(BadInput) as raised:
        HttpJson({**good, setting: value})
    assert raised.value.where.field == setting
    assert len(value) < 9 or value not in str(raised.value)


def test_whether_a_message_is_there_must_be_asked_somewhere() -> None:
    with pytest.raises(BadInput) as raised:
        HttpJson({"url": "https://system.example/events", "effect": "confirm"})
    assert raised.value.where.field == "look"


def test_an_answer_that_drips_does_not_hold_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        with listener, listener.accept()[0] as peer:
            peer.recv(65_536)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n")
            try:
                for _ in range(100):
                    peer.sendall(b"x")
                    time.sleep(0.1)
            except OSError:
                pass

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    began = time.monotonic()
    with pytest.raises(Unreachable):
        HttpJson({"url": url, "local": "yes", "timeout": "1"}).deliver(shipment(PEOPLE))
    assert time.monotonic() - began < 4
    thread.join()


def test_health_never_raises_and_posts_nothing(
    receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outlet_on(receiver).health().ready
    assert [asked.method for asked in receiver.asked] == ["OPTIONS"]
    receiver.replies = first_only(Reply(502))
    assert not outlet_on(receiver).health().ready

    def fail(*words: Any, **others: Any) -> Any:
        raise ValueError("Ada")

    outlet = outlet_on(receiver)
    monkeypatch.setattr(outlet._client, "stream", fail)
    assert "Ada" not in outlet.health().said


def test_environment_has_no_say(receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert told(outlet_on(receiver).deliver(shipment(PEOPLE))) == []


# Where requests never go.

BARRED = [
    "127.0.0.1",
    "127.9.9.9",
    "::1",
    "0.0.0.0",
    "::",
    "169.254.169.254",
    "169.254.1.1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "100.100.100.200",
    "168.63.129.16",
    "::ffff:169.254.169.254",
    "::ffff:127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
    "240.0.0.1",
]
OPEN = ["10.1.2.3", "172.16.0.1", "192.168.1.1", "51.140.0.1", "2a00:1450::1", "fd12:3456::1"]


@pytest.mark.parametrize("address", BARRED)
def test_no_request_goes_to_this_machine_or_its_platform(address: str) -> None:
    assert why_barred(address, local=False, plain=False)


def test_this_machine_is_meant_by_each_of_its_addresses() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine is on no network")
        own = probe.getsockname()[0]
    assert why_barred(own, local=False, plain=False) == "the address is this machine"
    assert why_barred(own, local=True, plain=True) == ""


@pytest.mark.parametrize("address", OPEN)
def test_networks_of_governments_and_the_world_are_open_to_what_is_encrypted(address: str) -> None:
    assert why_barred(address, local=False, plain=False) == ""
    assert why_barred(address, local=True, plain=True)


def test_this_machine_is_open_where_settings_say_so() -> None:
    assert why_barred("127.0.0.1", local=True, plain=True) == ""
    assert why_barred("::1", local=True, plain=False) == ""
    assert why_barred("169.254.169.254", local=True, plain=False)


@pytest.mark.parametrize(
    "found", [["169.254.169.254"], ["51.140.0.1", "169.254.169.254"], ["127.0.0.1"]]
)
@pytest.mark.parametrize("effect", ["idempotent", "confirm"])
def test_a_name_that_leads_there_is_not_asked(found: list[str], effect: str) -> None:
    settings = {
        "url": "https://system.example/events",
        "effect": effect,
        "look": "https://system.example/events/{key}",
    }
    outlet = HttpJson(settings, resolve=lambda host, port: found)
    with pytest.raises(Unreachable, match="not asked"):
        outlet.deliver(shipment(PEOPLE))
    assert not outlet.health().ready
    assert outlet.look(shipment(PEOPLE).envelopes)["present"].to_list() == [None] * 3


def test_a_name_is_looked_up_once_and_what_was_checked_is_asked(receiver: HttpReceiver) -> None:
    """A name that means something else a moment later leads nowhere else."""
    answers = iter([["127.0.0.1"]])
    url = receiver.url.replace("127.0.0.1", "system.example")
    outlet = HttpJson({"url": url, "local": "yes"}, resolve=lambda host, port: next(answers))
    assert outlet.deliver(shipment(PEOPLE)).results.is_empty()
    assert receiver.asked[0].header("Host") == url.split("/")[2]


def test_of_several_addresses_the_next_is_tried(receiver: HttpReceiver) -> None:
    url = receiver.url.replace("127.0.0.1", "system.example")
    found = ["127.0.0.9", "127.0.0.1"]
    outlet = HttpJson({"url": url, "local": "yes"}, resolve=lambda host, port: found)
    assert outlet.deliver(shipment(PEOPLE)).results.is_empty()


def test_a_name_without_address_is_out_of_reach() -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    outlet = HttpJson({"url": "https://system.example/"}, resolve=nowhere)
    with pytest.raises(Unreachable, match="could not be reached"):
        outlet.deliver(shipment(PEOPLE))
