"""SQLite as a receiver: one file, one writer at a time."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import polars as pl
from polars import selectors as cs

from muster.connectors.sql_table.refusals import Refused
from muster.connectors.sql_table.store import INBOX, Row, Store, last_of_each, replacing
from muster.connectors.sql_table.target import Target, quoted, sqlite_path

_PATIENCE = 10.0


def connect(url: str, *, change: bool) -> sqlite3.Connection:
    """Return a connection to a file that is there; one that is not is never made.

    Raises:
        sqlite3.Error: if there is none.
    """
    name = f"file:{quote(sqlite_path(url))}?mode={'rw' if change else 'ro'}"
    return sqlite3.connect(
        name, uri=True, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
    )


class SqliteStore(Store):
    """A table in a SQLite file."""

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self._connection: sqlite3.Connection | None = None
        self._late: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether a connection is held."""
        return self._connection is not None

    def open(self) -> None:
        """Connect; a commit reaches the disk before it is acknowledged."""
        self._connection = connect(self.target.url, change=True)
        self.run("PRAGMA synchronous = FULL")
        self.run("PRAGMA foreign_keys = ON")

    def close(self) -> None:
        """Let the connection go."""
        held, self._connection, self._late = self._connection, None, None
        if held is not None:
            with suppress(sqlite3.Error):
                held.close()

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run one statement."""
        assert self._connection is not None
        return self._connection.execute(sql, values).fetchall()

    def run_many(self, sql: str, rows: Iterable[Row]) -> None:
        """Run one statement for each row."""
        assert self._connection is not None
        self._connection.executemany(sql, rows)

    def begin(self) -> None:
        """Begin; other writers wait from here on, so none can come between."""
        self._late = None
        self.run("BEGIN IMMEDIATE")

    def lock_row(self, route: str, shard: int) -> Row | None:
        """Return ``INBOX`` of a shard; ``begin`` has locked the file."""
        asked = f"SELECT {INBOX} FROM {self.inbox} WHERE route = ? AND shard = ?"
        rows = self.run(asked, (route, shard))
        return rows[0] if rows else None

    def has_inbox(self) -> bool:
        """Tell whether all inbox tables are there."""
        schema = quoted(*self.target.table[:-1]) or "main"
        asked = f"SELECT count(*) FROM {schema}.sqlite_master WHERE type = 'table' AND name IN "
        there = self.run(asked + "('muster_inbox', 'muster_inbox_again', 'muster_inbox_refused')")
        return int(there[0][0]) == 3

    def make_inbox(self) -> None:
        """Make the inbox tables where they are missing."""
        for statement in () if self.has_inbox() else self.inbox_tables():
            self.run(statement)

    def ready(self, data: pl.DataFrame) -> pl.DataFrame:
        """Return days, moments, durations and decimals as text; the rest SQLite holds itself."""
        return data.with_columns(
            (cs.date() | cs.time() | cs.duration()).dt.to_string("iso"),
            cs.datetime().dt.to_string("iso"),
            (cs.decimal() | cs.categorical() | cs.enum()).cast(pl.String),
        )

    def write(self, rows: pl.DataFrame) -> int:
        """Write rows; ``OR ABORT`` because a table may say that what conflicts is passed over."""
        assert self._connection is not None
        self.look_at_keys(rows)
        columns = ", ".join(quoted(name) for name in rows.columns)
        places = ", ".join("?" * rows.width)
        sql = f"INSERT OR ABORT INTO {self.table} ({columns}) VALUES ({places})"
        if self.target.mode == "upsert":
            rows = last_of_each(rows, self.target.keys)
            sql += replacing(rows.columns, self.target.keys)
        stored = self._connection.executemany(sql, rows.rows()).rowcount
        if self._late is not None and self._unmet() > self._late:
            raise Refused("a constraint (foreign key)")
        return stored

    def roll_back(self) -> None:
        """Undo everything, unless a trigger has done so already."""
        assert self._connection is not None
        self._connection.rollback()

    def take_care(self) -> None:
        """Look after each ``write`` for keys that lead nowhere."""
        self._late = self._unmet()

    def _unmet(self) -> int:
        assert self._connection is not None
        # Its name cannot be qualified where it stands in brackets.
        *schema, table = self.target.table
        before = f"{quoted(*schema)}." if schema else ""
        unmet = self._connection.execute(f"PRAGMA {before}foreign_key_check({quoted(table)})")
        return sum(1 for _ in unmet)
