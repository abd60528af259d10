"""What messages cost a PostgreSQL server, and a snapshot that is held open meanwhile.

The work of a short run is counted in pages looked at, which is the same on a busy machine; that of
a long one also in the time that the server's processes computed.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import psycopg
from django.db import connection


def pages_looked_at() -> int:
    """Return how many pages have been looked at in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def seconds_computed() -> float:
    """Return the processor time so far of the server's processes for this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        processes = [pid for (pid,) in cursor.fetchall()]
    ticks = 0
    for process in processes:
        said = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(said[11]) + int(said[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def dearer(work: Sequence[float]) -> float:
    """Return how many times the work of the last part is that of the first."""
    return work[-1] / work[0]


class HeldSnapshot:
    """A transaction of somebody else that has seen a table once and stays open.

    Args:
        address: of the database.
        table: what it has seen.
    """

    def __init__(self, address: str, table: str) -> None:
        self._address, self._table = address, table

    def __enter__(self) -> None:
        self._held = psycopg.connect(self._address)
        self._held.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        self._held.execute(f"SELECT count(*) FROM {self._table}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._held.close()
