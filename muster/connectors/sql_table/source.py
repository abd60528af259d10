"""A table as it is read: one connection, and what the two databases tell differently."""

import datetime as dt
import json
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl
import psycopg

from muster.connectors.sql_table import postgres, sqlite
from muster.connectors.sql_table.refusals import FAILURES
from muster.connectors.sql_table.target import quoted, read_names, read_url, wrong

Row = tuple[Any, ...]

_OWN = {int, float, bool, str, bytes, dt.date, dt.datetime, dt.time, dt.timedelta, Decimal}
_OVERLAP = 1_000
_MOST_OVERLAP = 1_000_000


@dataclass
class Source(ABC):
    """One table to read.

    Args:
        url: the database, with its password; never shown.
        table: the table's name, quoted.
        keys: the columns that name a row.
        rising: the column that only rises; empty if there is none.
        overlap: how many rows are read again each time.
    """

    url: str = field(repr=False)
    table: str
    keys: tuple[str, ...]
    rising: str
    overlap: int

    @abstractmethod
    def open(self) -> None:
        """Connect, to read only."""

    @abstractmethod
    def close(self) -> None:
        """Let the connection go. Never raises."""

    @abstractmethod
    def ask(self, sql: str, values: Sequence[Any] = ()) -> tuple[list[str], list[Row]]:
        """Return the names of columns and the rows of a query with ``?`` for each value."""

    @abstractmethod
    def unfinished(self) -> frozenset[str]:
        """Return a name for each transaction of others that may still write."""

    @abstractmethod
    def pieces(self, sql: str, most: int) -> Iterator[tuple[list[str], list[Row]]]:
        """Yield the rows of a query piece by piece, at least one, as they were at one moment."""

    @property
    @abstractmethod
    def as_kept(self) -> str:
        """How the rising column of table ``t`` is asked for so that JSON can keep its value."""

    def look(self) -> None:
        """See that table and columns are there."""
        named = dict.fromkeys((*self.keys, *filter(None, [self.rising])))
        columns = ", ".join(quoted(name) for name in named)
        self.ask(f"SELECT {columns} FROM {self.table} LIMIT 0")


class PostgresSource(Source):
    """A table in PostgreSQL."""

    _connection: psycopg.Connection | None = None

    def open(self) -> None:
        """Connect; a replica tells nothing of transactions on its primary."""
        self._connection = postgres.connect(self.url)
        self._connection.execute("SET default_transaction_read_only = on")
        if self.rising and self.ask("SELECT pg_is_in_recovery()")[1][0][0]:
            fix = "Name the primary, or no rising column"
            raise wrong("url", "By a rising column only the primary can be read", fix)

    def close(self) -> None:
        """Let the connection go."""
        held, self._connection = self._connection, None
        if held is not None:
            with suppress(*FAILURES):
                held.close()

    def ask(self, sql: str, values: Sequence[Any] = ()) -> tuple[list[str], list[Row]]:
        """Run one query."""
        assert self._connection is not None
        done = self._connection.execute(postgres.placed(sql) if values else sql, values or None)
        return [column.name for column in done.description or ()], done.fetchall()

    def unfinished(self) -> frozenset[str]:
        """Return every transaction there is, but for our own: which of them will write, none says.

        Each holds a lock on its own number from its beginning to its end, whether it has written
        or not; one that is prepared holds only that on the number it writes under.
        """
        found = self.ask(
            "SELECT coalesce(virtualxid, virtualtransaction || ' ' || transactionid::text)"
            " FROM pg_locks WHERE pid IS DISTINCT FROM pg_backend_pid() AND (locktype ="
            " 'virtualxid' OR locktype = 'transactionid' AND pid IS NULL)"
        )[1]
        return frozenset(str(name) for (name,) in found)

    def pieces(self, sql: str, most: int) -> Iterator[tuple[list[str], list[Row]]]:
        """Yield rows through a cursor on the server."""
        assert self._connection is not None
        with self._connection.transaction(), self._connection.cursor("muster") as cursor:
            cursor.execute(sql)
            names = [column.name for column in cursor.description or ()]
            yield names, cursor.fetchmany(most)
            while rows := cursor.fetchmany(most):
                yield names, rows

    @property
    def as_kept(self) -> str:
        """As text, from which the database reads exactly the same value."""
        return f"t.{quoted(self.rising)}::text"


class SqliteSource(Source):
    """A table in SQLite, where one transaction writes at a time."""

    _connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Connect."""
        self._connection = sqlite.connect(self.url, change=False)

    def close(self) -> None:
        """Let the connection go."""
        held, self._connection = self._connection, None
        if held is not None:
            with suppress(*FAILURES):
                held.close()

    def ask(self, sql: str, values: Sequence[Any] = ()) -> tuple[list[str], list[Row]]:
        """Run one query."""
        assert self._connection is not None
        done = self._connection.execute(sql, values)
        return [column[0] for column in done.description or ()], done.fetchall()

    def unfinished(self) -> frozenset[str]:
        """Return none: a second writer begins only after the first has ended."""
        return frozenset()

    def pieces(self, sql: str, most: int) -> Iterator[tuple[list[str], list[Row]]]:
        """Yield rows; writers wait no longer than it takes to read them."""
        assert self._connection is not None
        done = self._connection.execute(sql)
        names = [column[0] for column in done.description]
        yield names, done.fetchmany(most)
        while rows := done.fetchmany(most):
            yield names, rows

    @property
    def as_kept(self) -> str:
        """As it is; numbers and text are kept apart."""
        return f"t.{quoted(self.rising)}"


def read_source(settings: Mapping[str, str]) -> Source:
    """Return the table that settings name.

    Raises:
        BadInput: naming the setting that is missing or cannot be used.
    """
    url, kind = read_url(settings)
    table = read_names(settings, "table", ".")
    keys = read_names(settings, "keys", ",")
    rising = read_names(settings, "rising", ",")
    if not 1 <= len(table) <= 2:
        raise wrong("table", "The table is not named", "Write table, or schema.table")
    if not keys:
        raise wrong("keys", "No key column is named", "Name the columns that name one row")
    if len(rising) > 1:
        raise wrong("rising", "More than one column is named", "Name one, or none")
    said = settings.get("overlap", "").strip() or str(_OVERLAP)
    if not (said.isascii() and said.isdigit() and int(said[:9]) <= _MOST_OVERLAP):
        raise wrong("overlap", "The number cannot be used", f"Write one up to {_MOST_OVERLAP}")
    made = PostgresSource if kind == "postgresql" else SqliteSource
    return made(url, quoted(*table), keys, rising[0] if rising else "", int(said))


def typed(names: Sequence[str], rows: Sequence[Row]) -> pl.DataFrame:
    """Return rows as a table.

    Each column is in its own type where all its values are of one, else it is text.
    """
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pl.DataFrame([_column(*pair) for pair in zip(names, columns, strict=True)])


def as_text(value: Any) -> str:
    """Return a value as text: JSON as JSON, all else as Python writes it."""
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)


def _column(name: str, values: Sequence[Any]) -> pl.Series:
    kinds = {type(value) for value in values} - {type(None)}
    if len(kinds) == 1 and kinds <= _OWN:
        with suppress(pl.exceptions.PolarsError, OverflowError, TypeError):
            return pl.Series(name, values, strict=True)
    text = [None if value is None else as_text(value) for value in values]
    return pl.Series(name, text, pl.String)
