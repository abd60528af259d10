"""A small world for tests of messages: a sender, a receiver with a real database, an agreement."""

import datetime as dt
import json
import sqlite3
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muster.hub.delivering.outlets import seal_secrets
from muster.hub.messages.acceptance import Answer, accept
from muster.hub.messages.envelope import Envelope, source_of, write_message
from muster.hub.models import Agreement, ContractRevision, Cursor, Endpoint, Route, System
from muster.kernel.clock import SYSTEM_CLOCK, Clock

CHANGED = "muster.people.employment.changed.v1"
SCHEMA = {
    "$id": CHANGED,
    "title": "An employment changed",
    "type": "object",
    "additionalProperties": False,
    "required": ["staff_number", "grade"],
    "properties": {
        "staff_number": {"type": "string", "title": "Staff number", "maxLength": 20,
                         "x-personal": True},
        "surname": {"type": "string", "title": "Surname", "maxLength": 50, "x-personal": True},
        "grade": {"type": "string", "title": "Grade", "enum": ["AO", "EO", "HEO", "SEO", "G7"]},
        "hours": {"type": "integer", "title": "Hours", "minimum": 0, "maximum": 60},
        "start": {"type": "string", "format": "date", "title": "Start"},
        "bank_account": {"type": "string", "title": "Bank account", "x-personal": True},
    },
}  # fmt: skip
AGREED = ("staff_number", "surname", "grade", "hours", "start")


@dataclass
class World:
    """Everything between an HR system and a payroll database."""

    folder: Path
    clock: Clock = SYSTEM_CLOCK
    sender: str = "hr:mill"
    receiver: str = "payroll:weir"
    sent: int = 0
    columns: str = "staff_number text, surname text, grade text, hours integer, start text"
    settings: dict[str, Any] = field(default_factory=lambda: {"table": "pay", "mode": "append"})

    @property
    def target(self) -> Path:
        """The receiver's own database."""
        return self.folder / f"{self.receiver.replace(':', '-')}.sqlite3"

    def build(self, *, shards: int = 1, fields: tuple[str, ...] = AGREED) -> Route:
        """Make systems, contract, agreement, endpoint and route."""
        systems = [
            System.objects.get_or_create(code=code, defaults={"title": code, "kind": "http_json"})[
                0
            ]
            for code in (self.sender, self.receiver)
        ]
        now = self.clock.now()
        ContractRevision.objects.get_or_create(
            name=CHANGED, revision=1,
            defaults={"schema": json.dumps(SCHEMA), "kind": "first", "drafted_at": now,
                      "drafted_by": "test", "accepted_at": now, "accepted_by": "test"},
        )  # fmt: skip
        code = f"{self.sender}-{self.receiver}".replace(":", "-")
        agreement = Agreement.objects.create(
            code=code, title=code, contract=CHANGED, sender=systems[0], receiver=self.receiver,
            fields=list(fields), purpose="pay people", lawful_basis="contract", retention="7 years",
            starts=dt.date(2020, 1, 1),
        )  # fmt: skip
        endpoint = Endpoint(system=systems[1], kind="sql_table", settings=self.settings)
        endpoint.sealed = seal_secrets(endpoint, {"url": self.url()})
        endpoint.save()
        route = Route.objects.create(
            code=code, contract=CHANGED, source=systems[0], agreement=agreement,
            receiver=systems[1], endpoint=endpoint, shards=shards,
        )  # fmt: skip
        for shard in range(shards):
            Cursor.objects.create(route=route, shard=shard)
        return route

    def url(self) -> str:
        """Make the receiver's table; return the address of its database."""
        with sqlite3.connect(self.target) as database:
            database.execute(f"CREATE TABLE IF NOT EXISTS pay ({self.columns})")
        return f"sqlite:///{self.target}"

    def remake(self, columns: str) -> None:
        """Give the receiver's table other columns."""
        self.columns = columns
        with sqlite3.connect(self.target) as database:
            database.execute("DROP TABLE pay")
        self.url()

    def message(self, number: str, **said: Any) -> bytes:
        """Return a message about one member of staff."""
        self.sent += 1
        attributes: dict[str, str] = {
            name: str(said.pop(name)) for name in ("id", "correlation", "subject") if name in said
        }
        said_of: dict[str, str] = {
            "id": f"{self.sent}", "subject": f"employment:{self.sender}:{number}",
            "source": source_of(self.sender), "type": CHANGED, "time": "2026-11-22T09:00:00Z",
            **attributes,
        }  # fmt: skip
        envelope = Envelope(**said_of)
        return write_message(envelope, {"staff_number": number, "grade": "EO", **said})

    def send(self, *raws: bytes) -> tuple[Answer, ...]:
        """Let the sender send messages."""
        return accept(raws, system=self.sender, clock=self.clock)

    def received(self) -> list[dict[str, Any]]:
        """Return what the receiver's database holds, in the order it came."""
        database = sqlite3.connect(self.target)
        database.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in database.execute("SELECT * FROM pay ORDER BY rowid")]
        finally:
            database.close()


def unique() -> str:
    """Return a name that nothing else has."""
    return uuid.uuid4().hex[:8]
