"""Inlets for tests: a table that somebody else keeps, and the settings by which it is read."""

import datetime as dt
from typing import Any

from muster.hub.models import Inlet, Message
from muster.hub.pulling.inlets import set_inlet
from muster.kernel.clock import FixedClock
from muster.ledger.current import ledger
from tests.databases import Database
from tests.integration.hub_world import CHANGED

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
BY = "operator:test"
COLUMNS = "number bigint, staff_number text, grade_code text, hours integer, secret_note text"


class Staff:
    """A table of staff in a system's own database."""

    def __init__(self, place: Database, columns: str = COLUMNS) -> None:
        self.place, self.name = place, place.table("staff")
        place.run(f"CREATE TABLE {self.name} ({columns})")

    def add(
        self, number: int, staff: str | None = None, grade: str = "EO", hours: int = 37
    ) -> None:
        """Add a row."""
        self.place.run(
            f"INSERT INTO {self.name} VALUES (?, ?, ?, ?, 'never leaves')",
            number, staff or f"s{number}", grade, hours,
        )  # fmt: skip

    def change(self, staff: str, grade: str) -> None:
        """Change a row where it stands."""
        self.place.run(
            f"UPDATE {self.name} SET grade_code = ? WHERE staff_number = ?", grade, staff
        )

    def remove(self, staff: str) -> None:
        """Delete a row."""
        self.place.run(f"DELETE FROM {self.name} WHERE staff_number = ?", staff)


def settings_of(staff: Staff, **others: str) -> dict[str, str]:
    """Return the settings of an inlet that reads the table."""
    return {
        "table": staff.name, "keys": "staff_number", "rising": "number", "contract": CHANGED,
        "about": "employment", "columns": "grade = grade_code", **others,
    }  # fmt: skip


def set_up(staff: Staff, code: str = "staff", *, clock: FixedClock, **changes: Any) -> Inlet:
    """Set an inlet up that reads the table."""
    said: dict[str, Any] = {
        "system": "hr:mill", "kind": "sql_table", "settings": settings_of(staff),
        "secrets": {"url": staff.place.url}, "every": 60, "here": True, "by": BY, **changes,
    }  # fmt: skip
    set_inlet(code=code, clock=clock, **said)
    return Inlet.objects.get(code=code)


def kept() -> list[tuple[str, bytes]]:
    """Return what messages are here, by subject, in order."""
    rows = list(Message.objects.order_by("position").values_list("position", "subject"))
    bodies = ledger().bodies("exchange", [position for position, _ in rows])
    return [(subject, body or b"") for (_, subject), body in zip(rows, bodies, strict=True)]


def grades() -> list[tuple[str, str]]:
    """Return number and grade of each message, in order."""
    import json

    said = [json.loads(body)["data"] for _, body in kept()]
    return [(one.get("staff_number", ""), one.get("grade", "")) for one in said]
