"""PostgreSQL as a receiver: rows go in by COPY, which costs a fifteenth of inserting them.

COPY takes CSV, in which every text stands in quotation marks and nothing else does: so an empty
text differs from no value, and no text is taken for an end of data.
"""

import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, cast

import polars as pl
import psycopg
from polars import selectors as cs
from psycopg.conninfo import conninfo_to_dict

from muster.connectors.sql_table.store import INBOX, Row, Store, last_of_each, replacing
from muster.connectors.sql_table.target import Target, quoted

_MINDED = """
SELECT relkind IN ('r', 'p', 'f') AND NOT row_security_active(oid),
       EXISTS (SELECT FROM pg_constraint WHERE condeferrable AND conrelid = to_regclass(?))
FROM pg_class WHERE oid = to_regclass(?)
"""
_ARRIVING = "pg_temp.muster_arriving"
# A worker that stopped in the middle must not hold the inbox for longer than this.
_SESSION = (
    "SET lock_timeout = '10s'",
    "SET statement_timeout = '5min'",
    "SET idle_in_transaction_session_timeout = '2min'",
    "SET DateStyle = 'ISO, YMD'",
    "SET TimeZone = 'UTC'",
    # What is acknowledged must have reached the disk, whatever this user's default is.
    (
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'"
    ),
)
_DEFAULTS = {"connect_timeout": "10", "application_name": "muster", "tcp_user_timeout": "30000"}


def connect(url: str) -> psycopg.Connection:
    """Return a connection that speaks UTF-8, ISO dates and UTC, and waits for nothing for ever.

    Raises:
        psycopg.Error: if there is none.
    """
    said = {**_DEFAULTS, **conninfo_to_dict(url), "client_encoding": "UTF8"}
    connection = psycopg.connect(**cast(dict[str, Any], said), autocommit=True)
    for statement in _SESSION:
        connection.execute(statement)
    return connection


class PostgresStore(Store):
    """A table in a PostgreSQL database."""

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self._connection: psycopg.Connection | None = None
        self._careful = self._checked_late = False
        self._direct = True
        self._arriving: tuple[str, ...] | None = None

    @property
    def is_open(self) -> bool:
        """Whether a connection is held."""
        return self._connection is not None

    def open(self) -> None:
        """Connect, and see what must be minded in writing to the table.

        COPY goes only to tables proper, and to none with policies for its rows; and some have rules
        that are looked at only on commit.
        """
        self._connection = connect(self.target.url)
        self._arriving = None
        found = self.run(_MINDED, (self.table, self.table))
        self._direct, self._checked_late = found[0] if found else (True, False)

    def close(self) -> None:
        """Let the connection go."""
        held, self._connection = self._connection, None
        if held is not None:
            with suppress(psycopg.Error):
                held.close()

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run one statement."""
        assert self._connection is not None
        done = self._connection.execute(placed(sql) if values else sql, values or None)
        return done.fetchall() if done.description else []

    def run_many(self, sql: str, rows: Iterable[Row]) -> None:
        """Run one statement for each row."""
        assert self._connection is not None
        with self._connection.cursor() as cursor:
            cursor.executemany(placed(sql), rows)

    def begin(self) -> None:
        """Begin; each statement sees what others committed before it, as the lock needs."""
        self._careful = False
        self.run("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")

    def lock_row(self, route: str, shard: int) -> Row | None:
        """Return ``INBOX`` of a shard, its row locked."""
        asked = f"SELECT {INBOX} FROM {self.inbox} WHERE route = ? AND shard = ? FOR UPDATE"
        rows = self.run(asked, (route, shard))
        return rows[0] if rows else None

    def has_inbox(self) -> bool:
        """Tell whether all inbox tables are there."""
        names = (self.inbox, self.again, self.refused)
        asked = "SELECT " + ", ".join("to_regclass(?) IS NOT NULL" for _ in names)
        return all(self.run(asked, names)[0])

    def make_inbox(self) -> None:
        """Make the inbox tables where they are missing; one process after the other."""
        if self.has_inbox():
            return
        self.begin()
        self.run("SELECT pg_advisory_xact_lock(hashtext('muster_inbox'))")
        for statement in self.inbox_tables():
            self.run(statement)
        self.commit()

    def ready(self, data: pl.DataFrame) -> pl.DataFrame:
        """Return rows as COPY can be given them: durations and bytes as PostgreSQL writes them.

        A temporary table is made for them where they cannot go straight to the target.
        """
        if not self._straight:
            self._make_arriving(data.columns)
        octets = [
            (pl.lit("\\x") + pl.col(name).bin.encode("hex")).alias(name)
            for name, dtype in data.schema.items()
            if dtype == pl.Binary
        ]
        return data.with_columns(cs.duration().dt.to_string("iso"), *octets)

    def write(self, rows: pl.DataFrame) -> int:
        """Write rows: straight into the table, or by way of a temporary one to replace others."""
        self.look_at_keys(rows)
        columns = ", ".join(quoted(name) for name in rows.columns)
        if self._straight:
            stored = self._copy(self.table, columns, rows)
        else:
            if self.target.mode == "upsert":
                rows = last_of_each(rows, self.target.keys)
            self._copy(_ARRIVING, columns, rows)
            stored = self._move(rows.columns, columns)
            if self._careful:
                self.run(f"DELETE FROM {_ARRIVING}")
        if self._checked_late:
            self.run("SET CONSTRAINTS ALL IMMEDIATE")
        return stored

    def roll_back(self) -> None:
        """Undo everything. The table may have changed since the temporary one was made like it."""
        super().roll_back()
        self._arriving = None

    def take_care(self) -> None:
        """Empty the temporary table after each ``write``, which always looks at once."""
        self._careful = True

    @property
    def cut(self) -> bool:
        """Whether the connection that is held has died."""
        return self._connection is not None and self._connection.closed

    def _copy(self, table: str, columns: str, rows: pl.DataFrame) -> int:
        assert self._connection is not None
        content = io.BytesIO()
        rows.write_csv(content, include_header=False, quote_style="non_numeric")
        sql = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)"
        with self._connection.cursor() as cursor:
            with cursor.copy(sql) as copy:
                copy.write(content.getvalue())
            return cursor.rowcount

    @property
    def _straight(self) -> bool:
        return self._direct and self.target.mode == "append"

    def _make_arriving(self, names: Sequence[str]) -> None:
        if self._arriving == tuple(names):
            return
        columns = ", ".join(quoted(name) for name in names)
        self.run(f"DROP TABLE IF EXISTS {_ARRIVING}")
        self.run(
            f"CREATE TEMPORARY TABLE {_ARRIVING.partition('.')[2]} ON COMMIT DELETE ROWS"
            f" AS SELECT {columns} FROM {self.table} WITH NO DATA"
        )
        self._arriving = tuple(names)

    def _move(self, names: Sequence[str], columns: str) -> int:
        """Move the rows that arrived into the target."""
        assert self._connection is not None
        sql = f"INSERT INTO {self.table} ({columns}) SELECT {columns} FROM {_ARRIVING}"
        if self.target.mode == "upsert":
            sql += replacing(names, self.target.keys)
        return self._connection.execute(sql).rowcount


def placed(sql: str) -> str:
    """Return a statement with psycopg's marks for values; names may hold either sign."""
    outside = sql.split('"')
    outside[::2] = [part.replace("?", "%s") for part in outside[::2]]
    return '"'.join(part.replace("%", "%%") if at % 2 else part for at, part in enumerate(outside))
