"""The questions that are asked most, or of most rows, are answered by an index on both stores."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.hub.delivering import queries
from muster.hub.delivering.leases import Leases
from muster.hub.messages.queries import journey, messages
from muster.hub.models import Cursor, Delivery, Message, Parked, Replay, Route, System
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.ids import new_id

pytestmark = pytest.mark.django_db
NOW = SYSTEM_CLOCK.now()


@pytest.fixture
def route() -> Route:
    """Return a route with some of everything."""
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
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a few rows it would always read all; what matters is that it need not.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("ANALYZE hub_parked, hub_message")
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
