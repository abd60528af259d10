"""Many at once: real threads, real connections, real commits, on the store of this run.

Nothing here asserts how long something takes. What must not wait is given no time to wait in
(``lock_timeout``, a busy timeout of 0), so that waiting is an error; ``CEILING`` only keeps a
broken ledger from hanging the suite.
"""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TypeVar

import psycopg
import pytest
from django.db import OperationalError, connection

from muster.kernel.errors import NotFound
from muster.ledger.logs import Ledger
from muster.ledger.port import LogName, NewEntry
from muster.ledger.verification import verify
from tests.contract.ledgers import database_store, make_ledger

pytestmark = pytest.mark.django_db(transaction=True)

CEILING = 60.0
APPENDERS, BATCHES, READERS = 4, 25, 2
Result = TypeVar("Result")
on_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="about PostgreSQL")
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about SQLite")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = make_ledger(database_store(), tmp_path)
    for purpose in ("encryption", "signing"):
        ledger.keys.current(purpose)
    return ledger


class Threads:
    """Runs functions beside the test, each on a database connection of its own."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def start(self, work: Callable[[], Result]) -> "Future[Result]":
        def closing() -> Result:
            try:
                return work()
            finally:
                connection.close()

        return self._pool.submit(closing)


@pytest.fixture
def threads() -> Iterator[Threads]:
    with ThreadPoolExecutor(max_workers=APPENDERS + READERS + 2) as pool:
        yield Threads(pool)


def batch(name: str, count: int, scope: str = "") -> list[NewEntry]:
    return [
        NewEntry("muster.test.v1", f"s:{name}", f"{name} {i}".encode(), scope) for i in range(count)
    ]


def bodies(ledger: Ledger, log: LogName = "exchange") -> list[bytes | None]:
    return [entry.body for entry in ledger.follow(log)]


def hold_open(
    ledger: Ledger, threads: Threads, name: str, release: Event, log: LogName = "exchange"
) -> "Future[None]":
    """Append in a transaction that commits only once ``release`` is set; return when appended."""
    appended = Event()

    def work() -> None:
        with ledger.store.transaction():
            ledger.append(log, batch(name, 3))
            appended.set()
            assert release.wait(CEILING)

    future = threads.start(work)
    assert appended.wait(CEILING)
    return future


def test_a_reader_never_skips_an_entry_that_commits_late(ledger: Ledger, threads: Threads) -> None:
    release = Event()
    late = hold_open(ledger, threads, "late", release)
    second = threads.start(lambda: ledger.append("exchange", batch("second", 2)))
    try:
        for _ in range(25):
            assert ledger.read("exchange") == []
            assert not second.done()
            Event().wait(0.01)
    finally:
        release.set()
    late.result(CEILING)
    assert second.result(CEILING) == (3, 5)
    assert bodies(ledger) == [b"late 0", b"late 1", b"late 2", b"second 0", b"second 1"]
    assert verify(ledger, "exchange").sound


def test_readers_see_every_entry_once_and_in_order_while_many_append(
    ledger: Ledger, threads: Threads
) -> None:
    sizes = [1 + n % 7 for n in range(BATCHES)]
    total = APPENDERS * sum(sizes)

    def append(name: str) -> None:
        for n, size in enumerate(sizes):
            ledger.append("exchange", batch(f"{name} {n:02}", size))

    def read() -> list[tuple[int, bytes | None]]:
        seen: list[tuple[int, bytes | None]] = []
        while len(seen) < total and not all(work.done() for work in appending):
            seen += [
                (entry.position, entry.body) for entry in ledger.read("exchange", len(seen), 9)
            ]
        seen += [(e.position, e.body) for e in ledger.follow("exchange", len(seen))]
        return seen

    appending = [threads.start(lambda name=name: append(name)) for name in "abcd"]  # type: ignore[misc]
    reading = [threads.start(read) for _ in range(READERS)]
    for work in appending:
        work.result(CEILING)
    for seen in (reader.result(CEILING) for reader in reading):
        assert [position for position, _ in seen] == list(range(total))
        for name in b"abcd":
            own = [body for _, body in seen if body is not None and body[0] == name]
            assert own == sorted(own)
            assert len(own) == sum(sizes)
    report = verify(ledger, "exchange")
    assert (report.faults, report.entries) == ([], total)
    assert report.checkpoints >= APPENDERS * BATCHES


def test_verification_finds_nothing_wrong_while_others_append_and_erase(
    ledger: Ledger, threads: Threads
) -> None:
    ledger.append("exchange", batch("first", 300, "person:0"))

    def append() -> None:
        for n in range(BATCHES):
            ledger.append("exchange", batch(f"{n}", 5, f"person:{n}"))
            ledger.erase(f"person:{n}", reason="test", by="officer:1")

    appending = threads.start(append)
    rounds = 0
    while not appending.done() or rounds == 0:
        report = verify(ledger, "exchange")
        assert report.faults == []
        rounds += 1
    appending.result(CEILING)
    report = verify(ledger, "exchange")
    assert (report.faults, report.erased) == ([], 300 + 5 * BATCHES)


def test_a_row_read_just_before_its_erasure_reads_as_erased(ledger: Ledger) -> None:
    ledger.append("exchange", batch("gone", 2, "person:1"))
    read_rows, before = ledger.store.rows, ledger.store.rows("exchange", 0, 10)
    ledger.erase("person:1", reason="test", by="officer:1")
    answers = iter([before])
    ledger.store.rows = lambda *place: next(answers, None) or read_rows(*place)  # type: ignore[method-assign]
    assert [entry.body for entry in ledger.read("exchange")] == [None, None]
    answers = iter([before])
    assert verify(ledger, "exchange").faults == []


def test_erasing_while_others_append_under_the_scope_leaves_a_sound_log(
    ledger: Ledger, threads: Threads
) -> None:
    def append(name: str) -> None:
        for n in range(BATCHES):
            ledger.append("exchange", batch(f"{name} {n}", 3, "person:1"))
            ledger.append("access", batch(f"{name} {n}", 1, "person:1"))

    def erase() -> int:
        count = 0
        while not all(work.done() for work in appending):
            try:
                erased = ledger.erase("person:1", reason="test", by="officer:1")
            except NotFound:
                continue
            count += sum(erased.values())
        return count

    def read() -> None:
        while not all(work.done() for work in appending):
            assert all(entry.body != b"" for entry in ledger.follow("exchange"))

    appending = [threads.start(lambda name=name: append(name)) for name in "ab"]  # type: ignore[misc]
    reading, erasing = threads.start(read), threads.start(erase)
    for work in (*appending, reading):
        work.result(CEILING)
    erased = erasing.result(CEILING)
    reports = [verify(ledger, log) for log in ("exchange", "access")]
    assert [report.faults for report in reports] == [[], []]
    assert sum(report.erased for report in reports) == erased
    kept = [body for log in ("exchange", "access") for body in bodies(ledger, log)]
    assert sum(body is None for body in kept) == erased


def test_an_erasure_and_an_append_to_several_logs_never_wait_for_each_other(
    ledger: Ledger, threads: Threads
) -> None:
    ledger.append("exchange", batch("old", 2, "person:1"))
    appended, erasing = Event(), Event()

    def append() -> None:
        with ledger.store.transaction():
            ledger.append("exchange", batch("new", 1))
            appended.set()
            assert erasing.wait(CEILING)
            ledger.append("decisions", batch("new", 1))
            ledger.append("access", batch("new", 1))

    appending = threads.start(append)
    assert appended.wait(CEILING)
    erased = threads.start(lambda: ledger.erase("person:1", reason="test", by="officer:1"))
    try:
        wait_until_somebody_waits()
    finally:
        erasing.set()
    appending.result(CEILING)
    assert erased.result(CEILING) == {"exchange": 2}
    assert [ledger.size(log) for log in ("exchange", "decisions", "access")] == [4, 1, 1]


def wait_until_somebody_waits() -> None:
    """Return once a connection waits for a row lock; SQLite waits before it begins, unseen."""
    for _ in range(300):
        if connection.vendor != "postgresql":
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            if cursor.fetchone()[0]:
                return
        Event().wait(0.02)
    raise AssertionError("nobody waited for a lock")


@pytest.fixture
def stranger() -> Iterator[psycopg.Connection]:
    """A connection to the same database that has nothing to do with the ledger."""
    held = connection.settings_dict
    with psycopg.connect(
        dbname=held["NAME"],
        user=held["USER"],
        password=held["PASSWORD"],
        host=held["HOST"],
        port=held["PORT"],
    ) as other:
        other.execute("CREATE TABLE unrelated (number integer)")
        other.commit()
        yield other
        other.rollback()
        other.execute("DROP TABLE unrelated")
        other.commit()


def make_waiting_an_error() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '500ms'")
        cursor.execute("SET statement_timeout = '20s'")


@on_postgres
def test_an_unrelated_open_write_transaction_stalls_nobody(
    ledger: Ledger, stranger: psycopg.Connection
) -> None:
    stranger.execute("INSERT INTO unrelated VALUES (1)")
    (xid,) = stranger.execute("SELECT pg_current_xact_id()::text").fetchone() or (None,)
    assert xid is not None
    make_waiting_an_error()
    for n in range(5):
        ledger.append("exchange", batch(f"{n}", 4))
        assert len(bodies(ledger)) == 4 * (n + 1)
    assert verify(ledger, "exchange").sound
    assert ledger.inclusion("exchange", 0).checkpoint.size == 20


@on_postgres
def test_a_long_snapshot_sees_the_old_log_and_stalls_nobody(
    ledger: Ledger, stranger: psycopg.Connection
) -> None:
    ledger.append("exchange", batch("before", 3))
    stranger.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    count = "SELECT count(*) FROM ledger_entry"
    assert stranger.execute(count).fetchone() == (3,)
    make_waiting_an_error()
    for n in range(60):
        ledger.append("exchange", batch(f"{n}", 10))
    assert stranger.execute(count).fetchone() == (3,)
    assert len(bodies(ledger)) == 603
    assert verify(ledger, "exchange").sound


def set_busy_timeout(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")


@on_sqlite
def test_readers_never_wait_for_a_writer(ledger: Ledger, threads: Threads) -> None:
    ledger.append("exchange", batch("before", 3))
    release = Event()
    writing = hold_open(ledger, threads, "late", release)

    def read() -> list[bytes | None]:
        set_busy_timeout(0)
        assert verify(ledger, "exchange").sound
        assert ledger.inclusion("exchange", 1).checkpoint.size == 3
        return bodies(ledger)

    try:
        assert threads.start(read).result(CEILING) == [b"before 0", b"before 1", b"before 2"]
        fresh = sqlite3.connect(connection.settings_dict["NAME"], timeout=0)
        assert fresh.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
        fresh.close()
    finally:
        release.set()
    writing.result(CEILING)
    assert len(bodies(ledger)) == 6


@on_sqlite
def test_a_writer_that_never_gets_its_turn_is_told_so(ledger: Ledger, threads: Threads) -> None:
    release = Event()
    writing = hold_open(ledger, threads, "first", release)

    def write() -> None:
        set_busy_timeout(100)
        ledger.append("exchange", batch("second", 1))

    try:
        refused = threads.start(write)
        with pytest.raises(OperationalError, match="database is locked"):
            refused.result(CEILING)
    finally:
        release.set()
    writing.result(CEILING)
    assert ledger.append("exchange", batch("third", 1)) == (3, 4)
    assert verify(ledger, "exchange").sound
