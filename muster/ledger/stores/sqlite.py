"""Logs in SQLite: WAL, one writer at a time by the database itself.

A write transaction begins with ``BEGIN IMMEDIATE`` (see the Django settings), so whoever reaches
the head already holds the only write lock. Readers never wait; writers wait for the busy
timeout at most.
"""

from collections.abc import Sequence

from django.db import connection

from muster.ledger.merkle import Frontier
from muster.ledger.port import LOG_NUMBERS, Checkpoint, LogName, Row
from muster.ledger.stores.portable import PortableStore

_INSERT = (
    "INSERT INTO ledger_entry (address, recorded, type, subject, key_id, leaf, sealed)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)


class SqliteStore(PortableStore):
    """The SQLite store."""

    def lock_head(self, log: LogName) -> Frontier:
        number = LOG_NUMBERS[log]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ledger_head (log, size, peaks) VALUES (%s, 0, x'')"
                " ON CONFLICT DO NOTHING",
                [number],
            )
        return self.read_head(log)

    def write(
        self,
        log: LogName,
        rows: Sequence[Row],
        tiles: Sequence[tuple[int, int, bytes]],
        frontier: Frontier,
        checkpoint: Checkpoint,
    ) -> None:
        # The driver's own connection: Django's cursor would rewrite the statement for each call.
        connection.ensure_connection()
        with connection.wrap_database_errors:
            connection.connection.executemany(_INSERT, rows)
        self.write_head(log, tiles, frontier, checkpoint)
