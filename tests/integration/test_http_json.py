"""Messages posted to a real server: what is written, and what becomes of every misbehaviour."""

import base64
import datetime as dt
import gzip
import hashlib
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal

import polars as pl
import pytest

from muster.connectors.http_json.connector import HttpJson
from muster.connectors.outlets import Receipt, Shipment, Unreachable
from tests.http_receiver import Asked, HttpReceiver, Reply, running_receiver
from tests.shipments import shipment, with_data

PEOPLE = [(1, "s:1", "Ada"), (2, "s:2", "Ben"), (3, "s:3", "Cy")]
PAGE = Reply(200, {"Content-Type": "text/html"}, b"<h1>Please sign in</h1>")


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with running_receiver() as made:
        yield made


def outlet_on(receiver: HttpReceiver, **others: str) -> HttpJson:
    return HttpJson({"url": receiver.url, "local": "yes", **others})


def confirming(receiver: HttpReceiver, **others: str) -> HttpJson:
    look = receiver.url + "/{key}"
    return outlet_on(receiver, effect="confirm", look=look, **others)


def told(receipt: Receipt) -> list[tuple[int, str]]:
    return receipt.results.select("position", "outcome").rows()


def first_only(reply: Reply) -> Callable[[Asked], Reply | None]:
    """Answer the first request so, and later ones as usual."""
    left = [reply]
    return lambda asked: left.pop() if left else None


# What is written.


def test_one_request_holds_a_batch_of_cloudevents(receiver: HttpReceiver) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    sent = shipment(PEOPLE)
    envelopes = sent.envelopes.with_columns(
        traceparent=pl.Series([trace, "", "x\r\nEvil: 1"]), subject=pl.Series(["s:1", "", None])
    )
    outlet_on(receiver).deliver(Shipment("moves", 0, 1, "", envelopes, sent.data))
    (asked,) = receiver.asked
    assert asked.header("Content-Type") == "application/cloudevents-batch+json"
    digest = base64.b64encode(hashlib.sha256(asked.body).digest()).decode()
    assert asked.header("Content-Digest") == f"sha-256=:{digest}:"
    assert asked.header("Idempotency-Key").strip('"').isalnum()
    assert asked.header("Signature") == ""
    first, second, third = json.loads(asked.body)
    assert first == {
        "specversion": "1.0",
        "id": "event-1",
        "source": "urn:example:hr",
        "type": "muster.people.moved.v1",
        "subject": "s:1",
        "time": "2026-11-20T09:00:00Z",
        "datacontenttype": "application/json",
        "traceparent": trace,
        "idempotencykey": "moves--1",
        "data": {"number": 1, "subject": "s:1", "name": "Ada"},
    }
    assert "subject" not in second
    assert "traceparent" not in second
    assert third["id"] == "event-3"


def test_one_by_one_each_request_has_its_own_key_and_trace(receiver: HttpReceiver) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    sent = shipment(PEOPLE)
    envelopes = sent.envelopes.with_columns(traceparent=pl.lit(trace))
    outlet = outlet_on(receiver, form="single", token="secret-token")
    outlet.deliver(Shipment("moves", 0, 1, "", envelopes, sent.data))
    assert [asked.header("Idempotency-Key") for asked in receiver.asked] == [
        '"moves--1"',
        '"moves--2"',
        '"moves--3"',
    ]
    assert {asked.header("traceparent") for asked in receiver.asked} == {trace}
    assert {asked.header("Authorization") for asked in receiver.asked} == {"Bearer secret-token"}
    assert {asked.header("Content-Type") for asked in receiver.asked} == {
        "application/cloudevents+json"
    }
    assert "secret-token" not in repr(outlet._receiver)


def test_values_are_written_exactly_and_missing_ones_not_at_all(receiver: HttpReceiver) -> None:
    moment = dt.datetime.fromisoformat("2026-03-29T01:30:00.250000")
    row = {
        "number": 2**60,
        "subject": 'é"\\\n\u2028😀',
        "share": Decimal("0.100000000000000001"),
        "rate": 0.1,
        "yes": False,
        "day": dt.date(2026, 2, 28),
        "moment": moment,
        "instant": moment.replace(tzinfo=dt.UTC),
        "hour": dt.time(9, 30),
        "nothing": None,
    }
    outlet_on(receiver).deliver(with_data(pl.DataFrame([row])))
    (event,) = json.loads(receiver.asked[0].body, parse_float=str)
    assert event["data"] == {
        "number": 2**60,
        "subject": 'é"\\\n\u2028😀',
        "share": "0.100000000000000001",
        "rate": "0.1",
        "yes": False,
        "day": "2026-02-28",
        "moment": "2026-03-29T01:30:00.250000",
        "instant": "2026-03-29T01:30:00.250000Z",
        "hour": "09:30:00",
    }


def test_a_number_that_json_cannot_write_is_refused_and_not_sent(receiver: HttpReceiver) -> None:
    data = shipment([*PEOPLE, (4, "s:2", "Ben")]).data
    data = data.with_columns(rate=pl.Series([1.0, float("nan"), float("inf"), 2.0]))
    receipt = outlet_on(receiver).deliver(with_data(data))
    assert told(receipt) == [(2, "rejected"), (3, "rejected"), (4, "behind")]
    assert "rate" in receipt.results["said"][0]
    assert len(json.loads(receiver.asked[0].body)) == 1


def test_no_request_holds_two_of_one_subject_nor_of_one_id(receiver: HttpReceiver) -> None:
    rows = [(at, f"s:{at % 3}" if at % 5 else "", "x") for at in range(20)]
    sent = shipment(rows)
    ids = pl.Series([f"event-{at % 7}" for at in range(20)])
    envelopes = sent.envelopes.with_columns(id=ids)
    receipt = outlet_on(receiver, most="4").deliver(
        Shipment("moves", 0, 1, "", envelopes, sent.data)
    )
    assert told(receipt) == []
    order: dict[str, list[int]] = {}
    for asked in receiver.asked:
        events = json.loads(asked.body)
        subjects = [event["subject"] for event in events if "subject" in event]
        assert len(set(subjects)) == len(subjects)
        assert len({event["id"] for event in events}) == len(events) <= 4
        for event in events:
            order.setdefault(event.get("subject", ""), []).append(event["data"]["number"])
    assert sorted(itertools.chain(*order.values())) == list(range(20))
    assert all(numbers == sorted(numbers) for subject, numbers in order.items() if subject)


# What comes back.


@pytest.mark.parametrize(
    "reply",
    [
        PAGE,
        Reply(500),
        Reply(503),
        Reply(401),
        Reply(302, {"Location": "/elsewhere"}),
        Reply(cut=True),
        Reply(cut=True, body=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"),
        Reply(cut=True, body=b"nonsense\r\n\r\n"),
        Reply(200, {"Content-Type": "application/json"}, b"[" * 5_000_000),
        Reply(
            200,
            {"Content-Type": "application/json", "Content-Encoding": "gzip"},
            gzip.compress(b"[]"),
        ),
    ],
    ids=["page", "500", "503", "401", "302", "cut", "half", "nonsense", "endless", "packed"],
)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_where_in_doubt_it_is_handed_over_again_and_counts_once(
    receiver: HttpReceiver, reply: Reply, after: bool
) -> None:
    if after:
        receiver.replies_after = first_only(reply)
    else:
        receiver.replies = first_only(reply)
    outlet = outlet_on(receiver)
    with pytest.raises(Unreachable) as raised:
        outlet.deliver(shipment(PEOPLE))
    assert "sign in" not in raised.value.said
    receipt = outlet.deliver(shipment(PEOPLE))
    assert (told(receipt), receipt.had) == ([], 3 if after else 0)
    assert [row["name"] for row in receiver.messages.values()] == ["Ada", "Ben", "Cy"]
    keys = {asked.header("Idempotency-Key") for asked in receiver.asked if asked.method == "POST"}
    assert len(keys) == 1


def test_a_receiver_that_asks_to_be_left_alone_is(receiver: HttpReceiver) -> None:
    receiver.replies = first_only(Reply(429, {"Retry-After": "17"}))
    with pytest.raises(Unreachable) as raised:
        outlet_on(receiver).deliver(shipment(PEOPLE))
    assert raised.value.retry_after == 17


def test_a_receiver_that_takes_only_so_many_at_a_time_gets_all_in_the_end(
    receiver: HttpReceiver,
) -> None:
    """Each attempt goes on where the last one was turned away, instead of beginning anew."""
    turns = iter(range(1000))
    receiver.replies = lambda asked: Reply(429) if next(turns) % 3 == 2 else None
    outlet, attempts = outlet_on(receiver, most="1"), 0
    while True:
        attempts += 1
        try:
            receipt = outlet.deliver(shipment([(at, f"s:{at}", "x") for at in range(9)]))
            break
        except Unreachable:
            assert attempts < 10
    assert told(receipt) == []
    assert len(receiver.asked) == 9 + attempts - 1
    assert outlet._answered == {}


def test_an_answer_after_the_retry_counts_once(receiver: HttpReceiver) -> None:
    """The first request is slow, not lost: both arrive, and it takes effect once."""
    slow = threading.Event()

    def wait(asked: Asked) -> None:
        if not slow.is_set():
            slow.set()
            time.sleep(1.5)

    receiver.replies = wait
    outlet = outlet_on(receiver, timeout="1")
    with pytest.raises(Unreachable, match="no answer in time"):
        outlet.deliver(shipment(PEOPLE))
    assert told(outlet.deliver(shipment(PEOPLE))) == []
    time.sleep(0.8)
    assert len(receiver.asked) == 2
    assert len(receiver.messages) == 3


def test_one_bad_message_refused_with_its_whole_batch_is_found(receiver: HttpReceiver) -> None:
    def refuse(asked: Asked) -> Reply | None:
        names = [event["data"]["name"] for event in json.loads(asked.body)]
        said = {"title": "Cannot be", "detail": "Person 7 Bad Name\nis\u202e unknown"}
        return HttpReceiver.json(422, said) if "Bad Name" in names else None

    receiver.replies = refuse
    rows = [(at, f"s:{at}", "Bad Name" if at == 7 else "x") for at in range(20)]
    receipt = outlet_on(receiver).deliver(shipment(rows))
    assert receipt.results.rows() == [
        (7, "rejected", "answered 422: Cannot be: Person 7 […] is unknown")
    ]
    assert len(receiver.messages) == 19


@pytest.mark.parametrize(("effect", "outcome"), [("idempotent", "retry"), ("confirm", "rejected")])
def test_a_receiver_at_work_on_the_same_message(
    receiver: HttpReceiver, effect: str, outcome: str
) -> None:
    receiver.replies = first_only(Reply(409))
    made = confirming if effect == "confirm" else outlet_on
    assert told(made(receiver, form="single").deliver(shipment(PEOPLE))) == [(1, outcome)]


def test_messages_an_answer_passes_over_are_not_taken_for_taken(receiver: HttpReceiver) -> None:
    rows = [{"id": "event-1", "status": 200}, {"id": "event-2", "status": 503}]
    receiver.replies_after = first_only(HttpReceiver.json(207, rows))
    assert told(outlet_on(receiver).deliver(shipment(PEOPLE))) == [(2, "retry"), (3, "retry")]


# Where nothing tells one message from its repetition.


def test_what_is_in_doubt_is_not_repeated_but_asked_for(receiver: HttpReceiver) -> None:
    receiver.replies_after = first_only(Reply(cut=True))
    receipt = confirming(receiver).deliver(shipment(PEOPLE))
    assert told(receipt) == [(1, "unknown"), (2, "retry"), (3, "retry")]
    assert [asked.method for asked in receiver.asked] == ["POST"]
    found = confirming(receiver).look(shipment(PEOPLE).envelopes)
    assert found.rows() == [(1, True), (2, False), (3, False)]


@pytest.mark.parametrize("reply", [PAGE, Reply(500), Reply(504), Reply(cut=True)])
def test_every_doubt_is_one(receiver: HttpReceiver, reply: Reply) -> None:
    receiver.replies = first_only(reply)
    assert told(confirming(receiver).deliver(shipment(PEOPLE[:1]))) == [(1, "unknown")]


@pytest.mark.parametrize("reply", [Reply(503), Reply(401), Reply(302)])
def test_where_nothing_went_over_all_may_be_tried_again(
    receiver: HttpReceiver, reply: Reply
) -> None:
    receiver.replies = first_only(reply)
    with pytest.raises(Unreachable):
        confirming(receiver).deliver(shipment(PEOPLE))
    receiver.replies = lambda asked: reply if b"Ben" in asked.body else None
    receipt = confirming(receiver).deliver(shipment(PEOPLE))
    assert told(receipt) == [(2, "retry"), (3, "retry")], "the first is not handed over again"


def test_looking_believes_the_receiver_alone(receiver: HttpReceiver) -> None:
    asked = shipment(PEOPLE[:1]).envelopes
    for reply in (
        PAGE,
        Reply(404, {"Content-Type": "text/html"}, b"<h1>Not found</h1>"),
        Reply(500),
        Reply(cut=True),
    ):
        receiver.replies = first_only(reply)
        assert confirming(receiver).look(asked)["present"].to_list() == [None]
    assert outlet_on(receiver).look(asked)["present"].to_list() == [None]
    odd = asked.with_columns(key=pl.lit("../é?x#"))
    confirming(receiver).look(odd)
    assert receiver.asked[-1].path == "/events/..%2F%C3%A9%3Fx%23"
