"""Receivers to hold the conformance suite of outlets against: the real ones and their fakes."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from muster.connectors.http_json.connector import HttpJson
from muster.connectors.http_json.fake import FakeHttpJson, FakeSystem
from muster.connectors.outlets import Outlet
from muster.connectors.sql_table.connector import SqlTable
from muster.connectors.sql_table.fake import FakeSqlTable, FakeTable
from tests.databases import Database, database
from tests.http_receiver import HttpReceiver, running_receiver

REFUSED = "nobody may be called this"
"""The name that every receiver refuses."""


class Receiver(ABC):
    """One receiving system, which outlives the outlets that speak to it."""

    transactional = False

    @abstractmethod
    def outlet(self) -> Outlet:
        """Return a new outlet, as a worker has that has just started."""

    @abstractmethod
    def unreachable(self) -> Outlet:
        """Return an outlet that cannot reach the system."""

    @abstractmethod
    def names(self) -> list[tuple[str, str]]:
        """Return subject and name of each message that took effect, in order of arrival."""


class SqlReceiver(Receiver):
    transactional = True

    def __init__(self, place: Database) -> None:
        self._place = place
        counted = "integer" if place.kind == "sqlite" else "bigserial"
        place.run(
            f"CREATE TABLE {place.table('people')} (arrival {counted} PRIMARY KEY, number bigint,"
            f" subject text, name text CONSTRAINT fit CHECK (name <> '{REFUSED}'))"
        )

    def outlet(self) -> SqlTable:
        return SqlTable({"url": self._place.url, "table": self._place.table("people")})

    def unreachable(self) -> SqlTable:
        nowhere = {
            "sqlite": "sqlite:////nowhere/receiver.sqlite3",
            "postgresql": "postgresql://127.0.0.1:1/nowhere",
        }
        return SqlTable({"url": nowhere[self._place.kind], "table": "people"})

    def names(self) -> list[tuple[str, str]]:
        table = self._place.table("people")
        rows = self._place.run(f"SELECT subject, name FROM {table} ORDER BY arrival")
        return [(str(subject), str(name)) for subject, name in rows]


class FakeSqlReceiver(Receiver):
    transactional = True

    def __init__(self) -> None:
        self._table = FakeTable(refuse=lambda row: "fit" if row["name"] == REFUSED else "")

    def outlet(self) -> FakeSqlTable:
        return FakeSqlTable(self._table)

    def unreachable(self) -> FakeSqlTable:
        return FakeSqlTable(replace(self._table, reachable=False))

    def names(self) -> list[tuple[str, str]]:
        return [(row["subject"], row["name"]) for row in self._table.rows]


class RealHttpReceiver(Receiver):
    def __init__(self, receiver: HttpReceiver, form: str) -> None:
        self._receiver, self._form = receiver, form
        receiver.refuse = lambda data: f"not {data['name']}" if data["name"] == REFUSED else ""

    def outlet(self) -> HttpJson:
        return HttpJson({"url": self._receiver.url, "local": "yes", "form": self._form})

    def unreachable(self) -> HttpJson:
        return HttpJson({"url": "http://127.0.0.1:1/events", "local": "yes", "form": self._form})

    def names(self) -> list[tuple[str, str]]:
        return [(row["subject"], row["name"]) for row in self._receiver.messages.values()]


class FakeHttpReceiver(Receiver):
    def __init__(self) -> None:
        self._system = FakeSystem(refuse=lambda row: "no" if row["name"] == REFUSED else "")

    def outlet(self) -> FakeHttpJson:
        return FakeHttpJson(self._system)

    def unreachable(self) -> FakeHttpJson:
        return FakeHttpJson(replace(self._system, reachable=False))

    def names(self) -> list[tuple[str, str]]:
        return [(row["subject"], row["name"]) for row in self._system.messages.values()]


CASES = ("sqlite", "postgresql", "fake sql_table", "http batch", "http single", "fake http_json")


@contextmanager
def receiver(case: str, folder: Path) -> Iterator[Receiver]:
    """Make one of ``CASES``."""
    if case in ("sqlite", "postgresql"):
        with database(case, folder) as place:
            yield SqlReceiver(place)
    elif case.startswith("http"):
        with running_receiver() as served:
            yield RealHttpReceiver(served, case.split()[1])
    else:
        yield FakeSqlReceiver() if case == "fake sql_table" else FakeHttpReceiver()
