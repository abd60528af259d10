"""Wherever a message fails, its personal values stand nowhere but in its own sealed bytes.

Each way to fail meets a message whose personal fields hold marks; then everything that the hub
wrote is searched: its tables, the evidence, the decisions, and the log of the program.
"""

import json
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from muster.hub.connecting.endpoints import set_endpoint
from muster.hub.connecting.trying import try_record
from muster.hub.delivering.replaying import replay
from muster.hub.models import Cursor, Message, Parked, Route
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from tests.http_receiver import running_receiver
from tests.integration.hub_world import AGREED, CHANGED, World

pytestmark = pytest.mark.django_db
MARKS = ("Zzmole", "9988776655")
MAPPING = """
[mapping]
name = "pay"
title = "Pay"
from = "{contract}"
[fields]
staff_number = {{ take = "staff_number" }}
grade = {{ take = "grade" }}
surname = [{{ take = "surname" }}, {verb}]
[[example]]
given = {{}}
gives = {{}}
"""


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    made = World(tmp_path)
    made.build(fields=AGREED)
    return made


def carried() -> None:
    carrier = Carrier(SYSTEM_CLOCK)
    carrier.drain()
    carrier.stop()


def sql(statement: str) -> Callable[[World], None]:
    def run(world: World) -> None:
        with sqlite3.connect(world.target) as database:
            database.execute(statement)

    return run


def mapped(verb: str) -> Callable[[World], None]:
    text = MAPPING.format(contract=CHANGED, verb=verb)

    def change(world: World) -> None:
        Route.objects.update(translation=text)

    return change


FAULTS: dict[str, Callable[[World], None]] = {
    "nothing": lambda world: None,
    "a code list that does not know it": mapped('{ codes = { Toad = "T" } }'),
    "a number that it is not": mapped('{ read = "integer" }'),
    "longer than a form allows": mapped("{ pad = 3 }"),
    "a receiver that quotes it": sql(
        "CREATE TRIGGER quotes BEFORE INSERT ON pay BEGIN"
        " SELECT RAISE(ABORT, 'Zzmole is refused'); END"
    ),
    "a receiver that holds it": sql(
        "CREATE UNIQUE INDEX one ON pay (surname) WHERE surname IS NOT NULL"
    ),
    "a receiver that has no such table": sql("DROP TABLE pay"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_personal_value_stands_anywhere(
    world: World, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    FAULTS[fault](world)
    said = {"surname": "Zzmole", "bank_account": "9988776655"}
    world.send(world.message("1", **said), world.message("2", **said))
    # And some that break the contract, one of them in a field that is not agreed.
    world.send(
        world.message("3", surname="Zzmole" * 20), world.message("4", hours="Zzmole"),
        world.message("5", bank_account=[9988776655]), world.message("6", start="Zzmole"),
    )  # fmt: skip
    carried()
    if not Parked.objects.exists() and fault == "nothing":
        route = Route.objects.get()
        replay(route.code, first=0, reason="lost", by="hr:ann", clock=SYSTEM_CLOCK)
        mapped('{ codes = { Toad = "T" } }')(world)
        carried()
    causes = [*Parked.objects.values_list("cause", flat=True),
              *Cursor.objects.values_list("blocked", flat=True)]  # fmt: skip
    assert not any(one.startswith("Unknown word") for one in causes)
    assert any(causes) == (fault != "nothing")
    assert_unseen(world, caplog)


def test_a_receiver_s_words_about_it_are_not_kept(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def refuse(row: dict[str, Any]) -> str:
        return f"surname {row['surname']} (staff {row['staff_number']}) is odd"

    with running_receiver(refuse=refuse) as receiver:
        set_endpoint(
            system=world.receiver, kind="http_json", secrets={}, by="x", clock=SYSTEM_CLOCK,
            settings={"url": f"{receiver.url}/events", "local": "yes"},
        )  # fmt: skip
        world.send(world.message("1", surname="Zzmole", bank_account="9988776655"))
        carried()
        sent = b"".join(asked.body for asked in receiver.asked)
    assert b"9988776655" not in sent, "it is not agreed"
    assert "is odd" in Parked.objects.get().cause
    assert_unseen(world, caplog)


def test_what_is_tried_says_nothing_that_it_does_not_show(world: World) -> None:
    mapped('{ codes = { Toad = "T" } }')(world)
    (raw,) = [world.message("1", surname="Zzmole", bank_account="9988776655")]
    tried = try_record(Route.objects.get().code, raw, clock=SYSTEM_CLOCK)
    assert tried.wrong
    assert not [mark for mark in MARKS if mark in repr(tried)]
    assert {one.name for one in tried.fields if not one.agreed} == {"bank_account"}
    assert not Message.objects.exists()


def assert_unseen(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Search every table of the hub, each entry that is no message, and the program's log."""
    found: list[str] = []
    for model in apps.get_app_config("hub").get_models():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            rows = repr(cursor.fetchall())
        found += [f"{model.__name__}: {mark}" for mark in MARKS if mark in rows]
    for log in ("exchange", "decisions", "access"):
        for entry in ledger().read(log, limit=10_000):
            if entry.type != CHANGED:
                said = f"{entry.type} {entry.subject} {json.dumps(str(entry.body))}"
                found += [f"{entry.type}: {mark}" for mark in MARKS if mark in said]
    found += [f"log: {mark}" for mark in MARKS if mark in caplog.text]
    assert not found
    if world.target.exists():
        held = world.target.read_bytes()
        assert b"9988776655" not in held, "a field that is not agreed never leaves"
