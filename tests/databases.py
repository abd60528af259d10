"""Receiving databases for tests: a SQLite file, or a schema of its own in this run's PostgreSQL."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from muster.connectors.sql_table.connector import SqlTable

KINDS = ("sqlite", "postgresql")


@dataclass
class Database:
    """One database that belongs to somebody else: where it is, and what to call its tables."""

    kind: str
    url: str
    schema: str

    def table(self, name: str) -> str:
        """Return a table's name as settings spell it."""
        return f"{self.schema}.{name}" if self.schema else name

    def connect(self) -> Any:
        """Return a connection of the database's owner, which commits each statement."""
        if self.kind == "sqlite":
            path = self.url.removeprefix("sqlite:///")
            return sqlite3.connect(path, isolation_level=None, timeout=10)
        connection = psycopg.connect(self.url, autocommit=True)
        connection.execute(f"SET search_path TO {self.schema}")
        return connection

    def run(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement as the owner; ``?`` stands for each value."""
        connection = self.connect()
        try:
            if values and self.kind == "postgresql":
                sql = sql.replace("?", "%s")
            done = connection.execute(sql, values) if values else connection.execute(sql)
            return list(done.fetchall()) if done.description else []
        finally:
            connection.close()


@contextmanager
def database(kind: str, folder: Path) -> Iterator[Database]:
    """Make an empty database. Of PostgreSQL there is one only in runs on that store."""
    if kind == "sqlite":
        path = folder / "receiver.sqlite3"
        sqlite3.connect(path).close()
        yield Database(kind, f"sqlite:///{path}", "")
        return
    url = os.environ.get("MUSTER_DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("a PostgreSQL receiver is tested in the run on PostgreSQL")
    schema = f"receiver_{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"CREATE SCHEMA {schema}")
        try:
            yield Database(kind, url, schema)
        finally:
            owner.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give a test an empty database of each kind."""
    with database(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Iterator[Database]:
    """Give a test an empty SQLite database."""
    with database("sqlite", tmp_path) as made:
        yield made


@pytest.fixture
def postgres_place(tmp_path: Path) -> Iterator[Database]:
    """Give a test an empty PostgreSQL database."""
    with database("postgresql", tmp_path) as made:
        yield made


def outlet_on(place: Database, table: str = "", **others: str) -> SqlTable:
    """Return the connector that writes to a table, that of people if none is named."""
    return SqlTable({"url": place.url, "table": table or place.table("people"), **others})


def people(place: Database, columns: str = "number bigint, subject text, name text") -> str:
    """Make a table of people and return its name."""
    table = place.table("people")
    place.run(f"CREATE TABLE {table} ({columns})")
    return table
