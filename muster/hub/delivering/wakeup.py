"""Waiting for something to carry without asking the database all the time.

PostgreSQL tells by NOTIFY. SQLite tells nobody, but how often it was written is a number that costs
microseconds to read. Both are only hints: a wait also ends by itself.
"""

import time
from typing import Protocol

import psycopg
from django.db import connection

CHANNEL = "muster_messages"
_LONGEST, _GLANCE = 0.5, 0.003


class Waiting(Protocol):
    """Something that can be waited for."""

    def wait(self) -> None:
        """Return once something may have come, or after half a second."""
        ...

    def close(self) -> None:
        """Let go of what waiting needs."""
        ...


def wake() -> None:
    """Tell waiting workers, once this transaction has committed, that there may be work."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


def waiting() -> Waiting:
    """Return what waits on the store that is in use."""
    connection.ensure_connection()
    return _Told() if connection.vendor == "postgresql" else _Watched()


class _Told:
    """PostgreSQL: listens on a connection of its own, outside any transaction."""

    def __init__(self) -> None:
        own = connection.get_connection_params()
        keep = ("dbname", "host", "port", "user", "password")
        self._own = psycopg.connect(
            **{name: own[name] for name in keep if own.get(name)}, autocommit=True
        )
        self._own.execute(f"LISTEN {CHANNEL}")

    def wait(self) -> None:
        for _ in self._own.notifies(timeout=_LONGEST, stop_after=1):
            return

    def close(self) -> None:
        self._own.close()


class _Watched:
    """SQLite: the number that changes with every commit of another connection."""

    def __init__(self) -> None:
        self._seen = self._version()

    def wait(self) -> None:
        ends = time.monotonic() + _LONGEST
        while time.monotonic() < ends:
            now = self._version()
            if now != self._seen:
                self._seen = now
                return
            time.sleep(_GLANCE)

    def close(self) -> None:
        """Nothing is held."""

    @staticmethod
    def _version() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])
