"""What both databases do alike: the inbox, its transaction, and what it remembers.

Three tables lie in the target's schema. ``muster_inbox`` holds, for each shard of a route, which
messages it received since the hub last noted how far it is (``noted``; ``brought``, as ``spans``
writes it), and the highest fence seen; locking its row makes writers of one shard take turns. It is
exactly what was received, not how far it reaches: between an interruption and the next attempt
people may let messages go that did not go before.
``muster_inbox_again`` holds which messages each release or replay has brought, since those come
out of order. ``muster_inbox_refused`` holds what was not taken: where the answer to a shipment is
lost and it is handed over again, its refusals must be told again, or they would pass for taken.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from muster.connectors.outlets import Unreachable
from muster.connectors.sql_table.refusals import Refused
from muster.connectors.sql_table.spans import (
    Span,
    beyond,
    joined,
    read_spans,
    spans_of,
    within,
    written,
)
from muster.connectors.sql_table.target import Target, quoted

Row = tuple[Any, ...]

INBOX = "noted, brought, fence"
BEFORE_ALL = -1
"""Lies before every position."""


@dataclass(frozen=True)
class Inbox:
    """What a shard has received: ``brought`` are spans, all after ``noted``, up to which the hub
    sends nothing again."""

    noted: int
    brought: Sequence[Span]
    fence: int

    def since(self, after: int) -> "Inbox":
        """Return it once the hub has noted everything up to a position."""
        if after <= self.noted:
            return self
        return Inbox(after, beyond(self.brought, after), self.fence)

    def and_brought(self, positions: pl.Series) -> "Inbox":
        """Return it with more messages received."""
        return replace(self, brought=joined(self.brought, spans_of(positions)))

    def has(self, positions: pl.Series) -> pl.Series:
        """Tell of each rising position whether it was received."""
        known = within(positions, self.brought)
        return known if positions[0] > self.noted else known | (positions <= self.noted)


class Store(ABC):
    """One database with the target in it, and one connection that is kept open.

    Args:
        target: which table.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.table = quoted(*target.table)
        self.inbox = target.beside("muster_inbox")
        self.again = target.beside("muster_inbox_again")
        self.refused = target.beside("muster_inbox_refused")

    @property
    @abstractmethod
    def is_open(self) -> bool:
        """Whether a connection is held."""

    @abstractmethod
    def open(self) -> None:
        """Connect."""

    @abstractmethod
    def close(self) -> None:
        """Let the connection go, and with it whatever was not committed. Never raises."""

    @abstractmethod
    def run(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run one statement, with ``?`` for each value, and return its rows."""

    @abstractmethod
    def run_many(self, sql: str, rows: Iterable[Row]) -> None:
        """Run one statement for each row of values."""

    @abstractmethod
    def begin(self) -> None:
        """Begin a transaction that is going to write."""

    @abstractmethod
    def lock_row(self, route: str, shard: int) -> Row | None:
        """Return ``INBOX`` of a shard and keep others from it until the end."""

    @abstractmethod
    def has_inbox(self) -> bool:
        """Tell whether all inbox tables are there."""

    @abstractmethod
    def make_inbox(self) -> None:
        """Make the inbox tables where they are missing."""

    @abstractmethod
    def ready(self, data: pl.DataFrame) -> pl.DataFrame:
        """Return rows with each column in a type that the database can be given.

        Asked before the transaction begins, so what it makes outlasts one that is undone.
        """

    @abstractmethod
    def write(self, rows: pl.DataFrame) -> int:
        """Write rows to the target; return how many the database says it stored.

        Raises:
            Refused: if a row can be seen to be one that cannot be written; otherwise the
                database's own error.
        """

    @abstractmethod
    def take_care(self) -> None:
        """From here to the end of the transaction, let each ``write`` stand by itself.

        It leaves nothing behind for the next one, and looks at once for what the database
        otherwise looks at when it commits.
        """

    @property
    def cut(self) -> bool:
        """Whether the connection that is held has died."""
        return False

    def look_at_keys(self, rows: pl.DataFrame) -> None:
        """See that every row says which row it replaces.

        Raises:
            Refused: if one does not.
            Unreachable: if none can, as there is no such field.
        """
        for key in self.target.keys if self.target.mode == "upsert" else ():
            if key not in rows.columns:
                raise Unreachable(f"the messages have no field {key}, which is a key column")
            if rows[key].null_count():
                raise Refused(f"the key column {key} is empty")

    def lock(self, route: str, shard: int) -> Inbox:
        """Return what a shard has received, and keep others from it until the end."""
        row = self.lock_row(route, shard)
        if row is None:
            asked = f"INSERT INTO {self.inbox} (route, shard, {INBOX}) VALUES (?, ?, ?, '', 0)"
            self.run(f"{asked} ON CONFLICT DO NOTHING", (route, shard, BEFORE_ALL))
            row = self.lock_row(route, shard)
        assert row is not None
        noted, brought, fence = int(row[0]), str(row[1]), int(row[2])
        return Inbox(noted, read_spans(brought, noted), fence)

    def reach(self, route: str, shard: int, inbox: Inbox) -> None:
        """Write down what a shard has received, and who brought it."""
        self.run(
            f"UPDATE {self.inbox} SET noted = ?, brought = ?, fence = ?"
            " WHERE route = ? AND shard = ?",
            (inbox.noted, written(inbox.brought, inbox.noted), inbox.fence, route, shard),
        )

    def brought_again(self, route: str, again: str, first: int, last: int) -> set[int]:
        """Return which positions of a range a release or replay has brought."""
        return {
            int(position)
            for (position,) in self.run(
                f"SELECT position FROM {self.again}"
                " WHERE route = ? AND again = ? AND position BETWEEN ? AND ?",
                (route, again, first, last),
            )
        }

    def note_again(self, route: str, again: str, positions: Iterable[int]) -> None:
        """Remember what a release or replay has brought."""
        self.run_many(
            f"INSERT INTO {self.again} (route, again, position) VALUES (?, ?, ?)",
            [(route, again, position) for position in positions],
        )

    def refusals(self, route: str, again: str, first: int, last: int) -> list[Row]:
        """Return what was not taken of a range: position, outcome, what was said."""
        return self.run(
            f"SELECT position, outcome, said FROM {self.refused}"
            " WHERE route = ? AND again = ? AND position BETWEEN ? AND ? ORDER BY position",
            (route, again, first, last),
        )

    def note_refusals(self, route: str, again: str, rows: Iterable[Row]) -> None:
        """Remember what was not taken: position, outcome, what was said."""
        self.run_many(
            f"INSERT INTO {self.refused} (route, again, position, outcome, said)"
            " VALUES (?, ?, ?, ?, ?)",
            [(route, again, *row) for row in rows],
        )

    def commit(self) -> None:
        """Make everything since ``begin`` last."""
        self.run("COMMIT")

    def roll_back(self) -> None:
        """Undo everything since ``begin``."""
        self.run("ROLLBACK")

    def save(self) -> None:
        """Mark where ``undo`` leads back to."""
        self.run("SAVEPOINT muster")

    def keep(self) -> None:
        """Forget the mark."""
        self.run("RELEASE SAVEPOINT muster")

    def undo(self) -> None:
        """Undo everything since the mark, and forget it."""
        self.run("ROLLBACK TO SAVEPOINT muster")
        self.keep()

    def inbox_tables(self) -> tuple[str, ...]:
        """Return the statements that make the inbox tables."""
        return (
            (
                f"CREATE TABLE IF NOT EXISTS {self.inbox} (route text NOT NULL,"
                " shard integer NOT NULL, noted bigint NOT NULL, brought text NOT NULL,"
                " fence bigint NOT NULL, PRIMARY KEY (route, shard))"
            ),
            (
                f"CREATE TABLE IF NOT EXISTS {self.again} (route text NOT NULL,"
                " again text NOT NULL, position bigint NOT NULL,"
                " PRIMARY KEY (route, again, position))"
            ),
            (
                f"CREATE TABLE IF NOT EXISTS {self.refused} (route text NOT NULL,"
                " again text NOT NULL, position bigint NOT NULL, outcome text NOT NULL,"
                " said text NOT NULL, PRIMARY KEY (route, again, position))"
            ),
        )


def last_of_each(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return the last row of each key: what a batch leaves behind."""
    return rows.unique(subset=list(keys), keep="last", maintain_order=True)


def replacing(columns: Sequence[str], keys: Sequence[str]) -> str:
    """Return what stands at the end of INSERT so that the row of the same key is replaced."""
    rest = [quoted(name) for name in columns if name not in keys]
    named = ", ".join(quoted(key) for key in keys)
    changes = ", ".join(f"{name} = excluded.{name}" for name in rest)
    return f" ON CONFLICT ({named}) DO " + (f"UPDATE SET {changes}" if rest else "NOTHING")
