"""The ledger beside the plainest durable write of the same bytes, on both stores.

An append of the ledger encrypts each body, hashes it into the tree, signs a checkpoint and keeps
it outside the database. The peer does nothing but store the same 510-byte messages in the same
batches, as fast as the database takes them: COPY on PostgreSQL, ``executemany`` on SQLite. Both
commit every 500 messages and wait for the disk.

Each store is measured in a process of its own, because Django knows one default database.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Protocol

import django
import psycopg
from django.conf import settings as django_settings
from django.core.management import call_command

from bench.figures import Figure, alone, beside_peer, milliseconds_each
from muster.kernel.running import settings
from muster.ledger.current import ledger
from muster.ledger.port import NewEntry
from muster.ledger.verification import verify
from tools.throwaway_postgres import NoPostgres, running_postgres

MESSAGE_BYTES = 510
BATCH = 500
BATCHES, BATCHES_IN_FULL = 40, 400
PAGE = 1000
PROOFS = 200
BAR = 0.20


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the ledger's figures on SQLite, then on PostgreSQL."""
    for store in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="muster-bench-"))
            url = ""
            if store == "PostgreSQL":
                try:
                    url = stack.enter_context(running_postgres())
                except NoPostgres as reason:
                    yield Figure(f"append on PostgreSQL (not measured: {reason})", None, "")
                    return
            yield from _in_a_process(store, full, {"MUSTER_HOME": home, "MUSTER_DATABASE_URL": url})


def _in_a_process(store: str, full: bool, environment: dict[str, str]) -> Iterator[Figure]:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.ledger", store, "full" if full else "sample"],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, **environment, "MUSTER_ENV": "development"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout or ():
            yield Figure(**json.loads(line))
    if process.returncode:
        raise RuntimeError(f"the benchmark of the ledger on {store} failed")


class Base(Protocol):
    """The plain table that a store is compared with."""

    name: str

    def write(self, batches: int) -> Callable[[], int]:
        """Prepare batches of messages; return what stores them and says how many."""
        ...

    def read(self) -> int:
        """Read all messages, a page at a time; return how many."""
        ...


class SqliteBase:
    """One table in a file of its own, with the settings of the ledger's."""

    name = "executemany of 500 per transaction, WAL, synchronous=FULL"

    def __init__(self, home: Path) -> None:
        self._db = sqlite3.connect(home / "base.sqlite3", isolation_level=None)
        for setting in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
            self._db.execute(f"PRAGMA {setting}")
        self._db.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, body BLOB)")
        self._numbers = count()

    def write(self, batches: int) -> Callable[[], int]:
        rows = [[(next(self._numbers), message(i)) for i in range(BATCH)] for _ in range(batches)]

        def store() -> int:
            for batch in rows:
                self._db.execute("BEGIN IMMEDIATE")
                self._db.executemany("INSERT INTO message VALUES (?, ?)", batch)
                self._db.execute("COMMIT")
            return batches * BATCH

        return store

    def read(self) -> int:
        seen = 0
        while page := self._db.execute(
            "SELECT id, body FROM message WHERE id >= ? ORDER BY id LIMIT ?", (seen, PAGE)
        ).fetchall():
            seen += len(page)
        return seen


class PostgresBase:
    """One table beside the ledger's, filled by COPY."""

    name = "COPY of 500 per transaction into a table with a primary key"

    def __init__(self, url: str) -> None:
        self._db = psycopg.connect(url)
        self._db.execute("CREATE TABLE bench_message (id bigint PRIMARY KEY, body text)")
        self._db.commit()
        self._numbers = count()

    def write(self, batches: int) -> Callable[[], int]:
        rows = [
            b"".join(b"%d\t%s\n" % (next(self._numbers), message(i)) for i in range(BATCH))
            for _ in range(batches)
        ]

        def store() -> int:
            for batch in rows:
                with self._db.cursor().copy("COPY bench_message FROM STDIN") as copy:
                    copy.write(batch)
                self._db.commit()
            return batches * BATCH

        return store

    def read(self) -> int:
        seen = 0
        while page := self._db.execute(
            "SELECT id, body FROM bench_message WHERE id >= %s ORDER BY id LIMIT %s", (seen, PAGE)
        ).fetchall():
            seen += len(page)
        self._db.commit()
        return seen


class Subject:
    """What the ledger is asked to do, as the hub would ask: one scope for a landing."""

    def __init__(self) -> None:
        self.ledger = ledger()
        self._landings = count()

    def append(self, batches: int) -> Callable[[], int]:
        scope = f"landing:{next(self._landings)}"
        entries = [
            [
                NewEntry(
                    "muster.hub.message.landed.v1", f"employment:hr:{n}.{i}", message(i), scope
                )
                for i in range(BATCH)
            ]
            for n in range(batches)
        ]

        def store() -> int:
            for batch in entries:
                self.ledger.append("exchange", batch)
            return batches * BATCH

        return store

    def read(self) -> int:
        return sum(1 for _ in self.ledger.follow("exchange", batch=PAGE))

    def prove(self) -> int:
        size = self.ledger.size("exchange")
        for place in range(PROOFS):
            self.ledger.inclusion("exchange", place * 7919 % size)
        return PROOFS

    def verify(self) -> int:
        report = verify(self.ledger, "exchange")
        if not report.sound:
            raise RuntimeError(f"the log does not verify: {report.faults}")
        return report.entries


def message(number: int) -> bytes:
    """Return one message of 510 bytes, the size of a typical event with its envelope."""
    return (b'{"id":"%012d","data":"' % number).ljust(MESSAGE_BYTES - 2, b"x") + b'"}'


def _figures(store: str, batches: int) -> Iterator[Figure]:
    """Yield the figures of the store that this process is set up for."""
    in_force, subject = settings(), Subject()
    base: Base = (
        PostgresBase(in_force.database_url) if store == "PostgreSQL" else SqliteBase(in_force.home)
    )
    yield from beside_peer(
        f"append on {store}",
        "messages/s",
        lambda: subject.append(batches),
        peer=base.name,
        peer_work=lambda: base.write(batches),
        bar=BAR,
    )
    yield from beside_peer(
        f"read on {store}",
        "messages/s",
        lambda: subject.read,
        peer="plain SELECT, 1,000 rows a page",
        peer_work=lambda: base.read,
    )
    yield milliseconds_each(f"inclusion proof on {store}", lambda: subject.prove)
    yield alone(f"verify on {store}", "entries/s", lambda: subject.verify)


def _child(store: str, extent: str) -> None:
    """Set Django up with the ledger alone and write the figures to standard output."""
    databases = import_module("muster.settings").DATABASES
    django_settings.configure(DATABASES=databases, INSTALLED_APPS=["muster.ledger"], USE_TZ=True)
    django.setup()
    call_command("migrate", verbosity=0)
    for figure in _figures(store, BATCHES_IN_FULL if extent == "full" else BATCHES):
        sys.stdout.write(json.dumps(asdict(figure)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _child(sys.argv[1], sys.argv[2])
