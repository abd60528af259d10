"""What benchmarks of messages share: a sender, a receiver's table, a route, and what they cost.

Messages are CloudEvents of 510 bytes about 2,000 members of staff. The route reduces six fields to
the five that were agreed, translates one by a code list, and hands rows to a table in another
database.
"""

import datetime as dt
import json
import os
import resource
import sqlite3
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import psycopg

MESSAGE_BYTES, SUBJECTS, AT_ONCE = 510, 2000, 500
CONTRACT, SENDER, RECEIVER = "muster.bench.employment.changed.v1", "hr:bench", "payroll:bench"
AGREED = ("staff_number", "surname", "grade", "hours", "start")
COLUMNS = "staff_number text, name text, grade text, hours bigint, start date"
TRANSLATION = f"""
[mapping]
name = "bench"
title = "Bench"
from = "{CONTRACT}"
[codes.grades]
AO = "1"
EO = "2"
HEO = "3"
[fields]
staff_number = {{ take = "staff_number" }}
name = {{ take = "surname" }}
grade = [{{ take = "grade" }}, {{ codes = "grades" }}]
hours = {{ take = "hours" }}
start = {{ take = "start" }}
[[example]]
given = {{}}
gives = {{}}
"""
_SCHEMA = {
    "$id": CONTRACT,
    "title": "An employment changed",
    "type": "object",
    "additionalProperties": False,
    "required": ["staff_number", "grade"],
    "properties": {
        "staff_number": {"type": "string", "title": "Staff number", "maxLength": 20},
        "surname": {"type": "string", "title": "Surname", "maxLength": 50},
        "grade": {"type": "string", "title": "Grade", "enum": ["AO", "EO", "HEO"]},
        "hours": {"type": "integer", "title": "Hours", "minimum": 0, "maximum": 60},
        "start": {"type": "string", "format": "date", "title": "Start"},
        "note": {"type": "string", "title": "Note", "maxLength": 500},
    },
}
_numbers = count()


def build(sink: str, *, shards: int = 1) -> None:
    """Make the hub's tables, systems, agreement and route, and the receiver's table.

    Args:
        sink: the address of the receiver's database.
        shards: how many workers may share the route.
    """
    from django.core.management import call_command

    from muster.hub.delivering.outlets import seal_secrets
    from muster.hub.models import Agreement, ContractRevision, Cursor, Endpoint, Route, System

    call_command("migrate", verbosity=0)
    make_table(sink)
    sender, receiver = (
        System.objects.create(code=code, title=code, kind="http_json")
        for code in (SENDER, RECEIVER)
    )
    now = dt.datetime.now(dt.UTC)
    ContractRevision.objects.create(
        name=CONTRACT, revision=1, schema=json.dumps(_SCHEMA), kind="first", drafted_at=now,
        drafted_by="bench", accepted_at=now, accepted_by="bench",
    )  # fmt: skip
    agreement = Agreement.objects.create(
        code="bench", title="bench", contract=CONTRACT, sender=sender, receiver=RECEIVER,
        fields=list(AGREED), purpose="bench", lawful_basis="bench", retention="bench",
        starts=dt.date(2020, 1, 1),
    )  # fmt: skip
    endpoint = Endpoint(system=receiver, kind="sql_table", settings={"table": "pay"})
    endpoint.sealed = seal_secrets(endpoint, {"url": sink})
    endpoint.save()
    route = Route.objects.create(
        code="bench", contract=CONTRACT, source=sender, agreement=agreement, receiver=receiver,
        endpoint=endpoint, translation=TRANSLATION, shards=shards,
    )  # fmt: skip
    for shard in range(shards):
        Cursor.objects.create(route=route, shard=shard)


def make_table(sink: str) -> None:
    """Make the receiver's table."""
    sql = f"CREATE TABLE pay ({COLUMNS})"
    if sink.startswith("postgresql"):
        with psycopg.connect(sink) as database:
            database.execute(sql)
        return
    with sqlite3.connect(sink.removeprefix("sqlite:///")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute(sql)


def messages(number: int) -> list[bytes]:
    """Return new messages of 510 bytes each."""
    return [_message(next(_numbers)) for _ in range(number)]


def _message(at: int) -> bytes:
    subject = at % SUBJECTS
    start = (
        f'{{"specversion":"1.0","id":"{os.getpid()}-{at}","source":"/systems/{SENDER}",'
        f'"type":"{CONTRACT}","subject":"employment:{SENDER}:{subject}",'
        '"time":"2026-11-22T09:00:00Z","datacontenttype":"application/json","data":{'
        f'"staff_number":"{subject}","surname":"Surname {at % 977}",'
        f'"grade":"{("AO", "EO", "HEO")[at % 3]}","hours":{at % 60},"start":"2026-04-01","note":"'
    )
    return f"{start}{'x' * (MESSAGE_BYTES - len(start) - 3)}".encode() + b'"}}'


def accepted(some: Sequence[bytes]) -> int:
    """Let the hub take messages, 500 at a time; return how many."""
    from muster.hub.messages.acceptance import accept
    from muster.kernel.clock import SYSTEM_CLOCK

    for start in range(0, len(some), AT_ONCE):
        answers = accept(some[start : start + AT_ONCE], system=SENDER, clock=SYSTEM_CLOCK)
        assert all(answer.outcome == "accepted" for answer in answers), answers[0]
    return len(some)


def drained() -> int:
    """Let a worker of this process deliver all there is; return how many messages."""
    from muster.hub.worker import Carrier
    from muster.kernel.clock import SYSTEM_CLOCK

    carrier = Carrier(SYSTEM_CLOCK)
    try:
        return carrier.drain()
    finally:
        carrier.stop()


class Processors:
    """The processor time of this process and, on PostgreSQL, of all the server's processes.

    Args:
        url: of the server; empty if there is none.
    """

    def __init__(self, url: str) -> None:
        self._server: int | None = None
        if url:
            with psycopg.connect(url) as connection:
                [data] = connection.execute("SHOW data_directory").fetchone() or ("",)
            self._server = int((Path(data) / "postmaster.pid").read_text().splitlines()[0])

    def seconds(self) -> float:
        """Return the seconds computed so far."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime + self._of_the_server()

    def _of_the_server(self) -> float:
        ticks = 0
        for place in Path("/proc").glob("[0-9]*") if self._server else ():
            try:
                said = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has just ended
            if int(said[1]) == self._server:
                ticks += int(said[11]) + int(said[12])
        return ticks / os.sysconf("SC_CLK_TCK")
