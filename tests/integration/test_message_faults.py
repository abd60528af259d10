"""Bad input of messages, from the door to the message's page: each has its outcome, none is lost.

What the door itself turns away (large and compressed bodies, deep nesting, wrong types, signatures)
is held to its answers in ``test_messages_api`` and ``test_message_signatures``.
"""

import datetime as dt
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from muster.hub.connecting.endpoints import set_endpoint
from muster.hub.models import Agreement, Cursor, Message, Parked
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from tests.http_receiver import Asked, HttpReceiver, Reply, running_receiver
from tests.integration.hub_world import CHANGED, World
from tests.integration.test_message_pages import as_, carried, text_of, world
from tests.integration.test_messages_api import EVENTS, client_of, send

__all__ = ["as_", "world"]

pytestmark = pytest.mark.django_db
PAGE = Reply(200, {"Content-Type": "text/html"}, b"<h1>Sorry, Mole: something went wrong</h1>")


def ended() -> None:
    Agreement.objects.update(ends=dt.date(2021, 1, 1))


KEPT: dict[str, tuple[dict[str, Any], dict[bytes, bytes], Any, str]] = {
    "an unknown contract": (
        {}, {CHANGED.encode(): b"muster.people.unheard.of.v1"}, None, "No contract",
    ),
    "another version": ({}, {CHANGED.encode(): CHANGED[:-1].encode() + b"9"}, None, "No contract"),
    "an agreement that has ended": ({}, {}, ended, "ended"),
    "what the contract does not know": ({"Mole": "Mole"}, {}, None, "field"),
    "a value of another kind": ({"hours": "Mole"}, {}, None, "Hours"),
    "too long a name": ({"surname": "Mole" * 30}, {}, None, "Surname"),
    "a grade that is none": ({"grade": "mole"}, {}, None, "Grade"),
    "no number": ({"hours": float(10**300)}, {}, None, "Hours"),
}  # fmt: skip


@pytest.mark.parametrize("case", KEPT)
def test_what_may_go_nowhere_is_kept_with_its_reason(world: World, as_: Any, case: str) -> None:
    said, written, before, words = KEPT[case]
    raw = world.message("1", **said)
    for old, new in written.items():
        raw = raw.replace(old, new)
    if before is not None:
        before()
    answer = send(client_of(world.sender), raw)
    (result,) = answer.json()
    assert (answer.status_code, result["outcome"]) == (202, "refused")
    assert ledger().bodies("exchange", [result["position"]]) == [raw], "nothing is lost"
    text = text_of(as_("mill"), f"/messages/all/{result['position']}")
    assert words.casefold() in text.casefold()
    carried()
    assert world.received() == []
    stored = json.dumps([*Message.objects.values_list("refused", flat=True)])
    if case != "what the contract does not know":
        assert "Mole" not in stored
        assert "Mole" not in text


def test_a_refused_message_comes_again_only_under_another_id(world: World) -> None:
    client = client_of(world.sender)
    raw = world.message("1", hours="x")
    assert send(client, raw).json()[0]["outcome"] == "refused"
    assert send(client, raw).json()[0]["outcome"] == "known"
    mended = raw.replace(b'"x"', b"7")
    answer = send(client, mended)
    assert answer.status_code == 409
    assert "under an id of its own" in json.dumps(answer.json())
    assert Message.objects.count() == 1


def test_a_batch_of_good_and_bad_ones_keeps_each_apart(world: World) -> None:
    client = client_of(world.sender)
    good, bad = world.message("1"), world.message("2", hours=99)
    stranger = world.message("3").replace(b"/systems/hr:mill", b"/systems/hr:toad")
    body = b"[" + b",".join((good, bad, stranger, b"7", good)) + b"]"
    answer = client.post(EVENTS, body, "application/cloudevents-batch+json")
    assert [one["outcome"] for one in answer.json()] == [
        "accepted", "refused", "malformed", "malformed", "known",
    ]  # fmt: skip
    carried()
    assert [row["staff_number"] for row in world.received()] == ["1"]


@contextmanager
def subscriber(world: World, **behaviour: Any) -> Iterator[HttpReceiver]:
    """Let a real web server be the receiver."""
    effect = behaviour.pop("effect", "idempotent")
    with running_receiver(**behaviour) as receiver:
        settings = {"url": f"{receiver.url}/events", "local": "yes", "timeout": "1",
                    "effect": effect, "look": f"{receiver.url}/events/{{id}}"}  # fmt: skip
        set_endpoint(
            system=world.receiver, kind="http_json", settings=settings, secrets={}, by="test",
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
        yield receiver


def tried_again() -> None:
    """Let the receiver be tried again at once."""
    Cursor.objects.update(retry_at=None)
    Parked.objects.update(due_at=None)
    carried()


@pytest.mark.parametrize("effect", ["idempotent", "confirm"])
@pytest.mark.parametrize(
    "fault", ["an error page", "nothing", "half an answer", "an error page late"]
)
def test_whatever_a_subscriber_answers_the_message_counts_once(
    world: World, as_: Any, effect: str, fault: str
) -> None:
    """It says 200 with an error page, closes the line, or does so after it took the message."""
    replies = {
        "an error page": PAGE, "nothing": Reply(cut=True), "an error page late": PAGE,
        "half an answer": Reply(cut=True, body=b"HTTP/1.1 200 OK\r\nContent-Le"),
    }  # fmt: skip
    left = [replies[fault]]

    def before(asked: Asked) -> Reply | None:
        if first in asked.body:
            return None
        if asked.method == "GET":
            mark = "#" + asked.path.rpartition("/")[2]
            there = any(key.endswith(mark) for key in receiver.messages)
            return HttpReceiver.json(200 if there else 404, {})
        return None if fault.endswith("late") else after(asked)

    def after(asked: Asked) -> Reply | None:
        return left.pop() if left and first not in asked.body else None

    first, worker = b"employment:hr:mill:0", Carrier(SYSTEM_CLOCK)
    with subscriber(world, effect=effect, replies=before, replies_after=after) as receiver:
        # The worker that meets the fault has noted all that it handed over before.
        send(client_of(world.sender), world.message("0"))
        worker.drain()
        (result,) = send(client_of(world.sender), world.message("1")).json()
        worker.drain()
        page = f"/messages/all/{result['position']}"
        text = text_of(as_("mill"), page)
        assert "Mole" not in text, "an answer's words are not shown"
        assert not left, "it was asked"
        worker.stop()
        tried_again()
        tried_again()
        state = client_of(world.sender).get(f"{EVENTS}/{result['position']}").json()["routes"][0]
        handed = state["state"] == "delivered"
        assert len(receiver.messages) == (2 if handed else 1), state
        if not handed:
            # Nobody can tell what became of it: a person is asked, with the reason.
            assert effect == "confirm"
            assert Parked.objects.get().state in ("doubtful", "parked")
            assert state["because"]
            assert state["because"] in text_of(as_("mill"), page)


def test_an_answer_that_comes_after_the_retry_counts_once(world: World, as_: Any) -> None:
    slow = [True]

    def late(asked: Asked) -> Reply | None:
        if slow and asked.method == "POST":
            slow.pop()
            time.sleep(1.3)
        return None

    with subscriber(world, replies_after=late) as receiver:
        (result,) = send(client_of(world.sender), world.message("1")).json()
        carried()
        page = f"/messages/all/{result['position']}"
        state = client_of(world.sender).get(f"{EVENTS}/{result['position']}").json()["routes"][0]
        assert state["state"] != "delivered"
        tried_again()
        assert len(receiver.messages) == 1
        assert "Handed over" in text_of(as_("mill"), page)
