"""The questions that are asked most, or of most rows, are answered by an index on both stores."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.hub.delivering import queries
from muster.hub.delivering.leases import Leases
from muster.hub.messages import finding
from muster.hub.messages.queries import journey, messages
from muster.hub.models import Cursor, Delivery, Message, Parked, Replay, Route, System
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.ids import new_id
from tests.remembered import remembered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
NOW = SYSTEM_CLOCK.now()


@pytest.fixture
def route() -> Route:
    """Return a route with some of everything."""
    made = remembered("a route with some of everything", some_of_everything)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a few rows it would always read all; what matters is that it need not.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("ANALYZE hub_parked, hub_message")
    return made


def some_of_everything() -> Route:
    system = System.objects.create(code="hr:1", title="HR", kind="hr")
    made = Route.objects.create(code="r", contract="c", source=system, receiver=system)
    Cursor.objects.create(route=made, shard=0)
    Message.objects.bulk_create(
        Message(
            position=at, contract="c" if at % 10 == 1 else "d", system=system,
            source="/systems/hr:1", event_id=str(at), subject=f"s{at % 97}", shard=0, time="",
            traceparent="", correlation="", digest=b"",
            received_at=NOW, refused="no" if at % 10 == 0 else "",
        )
        for at in range(1000)
    )  # fmt: skip
    states = ("parked", "behind", "released", "delivered", "discarded")
    Parked.objects.bulk_create(
        Parked(
            id=new_id(), route=made, position=at, subject=f"s{at % 97}", shard=0,
            state=states[at % 5], stage="behind" if at % 5 == 1 else "receiver",
            cause=f"c{at % 53}",
            parked_at=NOW, again=new_id(),
        )
        for at in range(1000)
    )  # fmt: skip
    Replay.objects.create(route=made, first=0, last=9, reason="r", asked_at=NOW, asked_by="t",
                          position=-1)  # fmt: skip
    return made


def plans(ask: Callable[[], object], table: str) -> str:
    """Return how the store goes about the queries of a question that read a table."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    found = []
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            if f" {table}" in query["sql"].replace('"', "") and "SELECT" in query["sql"]:
                cursor.execute(explain + query["sql"])
                found += [str(row[0 if connection.vendor == "postgresql" else -1])
                          for row in cursor.fetchall()]  # fmt: skip
    assert found
    return "\n".join(found)


@pytest.mark.parametrize(
    ("ask", "table", "index"),
    [
        (lambda: Leases("w", SYSTEM_CLOCK).due(), "hub_parked", "hub_parked_state"),
        (lambda: journey(21), "hub_parked", "hub_parked_place"),
        (lambda: queries.parked("r", stage="receiver", cause="c7"), "hub_parked",
         "hub_parked_cause"),
        (lambda: queries.parked("r", subject="s3"), "hub_parked", "hub_parked_open"),
        (lambda: queries.causes(route="r"), "hub_parked", "hub_parked_open"),
        (lambda: queries.routes(clock=SYSTEM_CLOCK), "hub_delivery", "hub_delivery_lately"),
        (lambda: messages(words="s3"), "hub_message", "hub_message_subject"),
        (lambda: messages(words="s3"), "hub_message", "hub_message_correlation"),
        (lambda: messages(system="hr:1"), "hub_message", "hub_message_stream"),
        (lambda: messages(refused=True, system="hr:1"), "hub_message", "hub_message_refused"),
        (lambda: list(Message.objects.filter(subject="s3").order_by("position")), "hub_message",
         "hub_message_subject"),
        (lambda: list(Delivery.objects.filter(again=new_id())), "hub_delivery",
         "hub_delivery_again"),
    ],
)  # fmt: skip
def test_the_plan_uses_the_index(
    route: Route, ask: Callable[[], Any], table: str, index: str
) -> None:
    assert index in plans(ask, table)


def test_many_that_wait_are_grouped_without_looking_through_a_route_for_each(route: Route) -> None:
    """On SQLite an index by route and position would be taken for it, and cost minutes."""
    assert "hub_parked_place" not in plans(queries.causes, "hub_parked")


@pytest.mark.parametrize(
    "ask", [lambda: messages(words="s3"), lambda: messages(words="77"),
            lambda: messages(system="hr:1")],
)  # fmt: skip
def test_a_search_of_messages_does_not_go_through_all(
    route: Route, ask: Callable[[], object]
) -> None:
    found = plans(ask, "hub_message")
    # "SEARCH" and "Index Scan" go by a value; these go through everything.
    assert not [line for line in found.split("\n") if re.search("SCAN (hub_message|m)\\b", line)]
    assert "Seq Scan on hub_message" not in found


def test_words_are_not_looked_for_in_the_order_of_positions(route: Route) -> None:
    assert "Backward using hub_message_pkey" not in plans(
        lambda: messages(words="s3"), "hub_message"
    )


def where(check: Callable[[Message], bool]) -> list[int]:
    """Return the positions of messages, the latest first, by reading everything."""
    there = Message.objects.select_related("system").order_by("-position")
    return [one.position for one in there if check(one)]


@pytest.fixture
def mixed(route: Route) -> None:
    """Let two systems have sent messages, some from a part of theirs."""
    other = System.objects.create(code="hr:2", title="HR", kind="hr")
    Message.objects.filter(position__in=(5, 77, 500)).update(system=other)
    Message.objects.filter(position=9).update(correlation="s3", source="/systems/hr:1/part")
    Message.objects.filter(position=8).update(event_id="s3", source="/systems/gone/part")


@pytest.mark.parametrize("words", ["s3", "77", " 500 ", "nothing", "9", ""])
def test_words_find_what_reading_everything_finds(mixed: None, words: str) -> None:
    asked = words.strip()
    wanted = where(
        lambda one: (
            not asked or asked in (one.subject, one.correlation, one.event_id, str(one.position))
        )
    )
    page = messages(words=words, limit=1000)
    assert [one.position for one in page.found] == wanted
    assert page.total == len(wanted)


@pytest.mark.parametrize("most", [100, 1])
@pytest.mark.parametrize("system", ["hr:1", "hr:2", "no"])
def test_a_system_finds_what_reading_everything_finds(
    mixed: None, system: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MANY_CONTRACTS", most)
    wanted = where(lambda one: one.system.code == system)
    page = messages(system=system, start=1, limit=7)
    assert [one.position for one in page.found] == wanted[1:8]
    assert page.total == len(wanted)
    chosen = messages(system=system, contract="c", limit=1000).found
    assert [one.position for one in chosen] == where(
        lambda one: (one.system.code, one.contract) == (system, "c")
    )
