"""Many at once around one hub: no delivery runs twice, no late commit is missed, nobody stalls.

Real threads, connections and commits, on the store of this run. What must not wait is given no
time to wait in, so that waiting is an error.
"""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from muster.hub.delivering.leases import Leases
from muster.hub.delivering.stream import next_messages
from muster.hub.messages.acceptance import Answer
from muster.hub.models import Cursor, Delivery, Message, Route
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from tests.chaos.hub_costs import HeldSnapshot, dearer, pages_looked_at, seconds_computed
from tests.chaos.hub_stage import Stage
from tests.databases import database
from tests.integration.hub_world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
CEILING = 60.0
on_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="about PostgreSQL")
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about SQLite")


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.build(shards=2)
    return world


@pytest.fixture
def start() -> Iterator[Callable[[Callable[[], Any]], "Future[Any]"]]:
    """Return what runs a function beside the test, on a connection of its own."""
    with ThreadPoolExecutor(8) as pool:

        def beside(work: Callable[[], Any]) -> Any:
            try:
                return work()
            finally:
                connection.close()

        yield lambda work: pool.submit(beside, work)


def carried(limit: int = 2000) -> int:
    carrier = Carrier(SYSTEM_CLOCK, limit=limit)
    try:
        return carrier.drain()
    finally:
        carrier.stop()


def send(world: World, count: int, subjects: int = 20) -> tuple[Answer, ...]:
    return world.send(*(world.message(f"{n % subjects}", hours=n % 50) for n in range(count)))


Start = Callable[[Callable[[], Any]], "Future[Any]"]


def test_workers_at_once_never_run_the_same_delivery_twice(world: World, start: Start) -> None:
    for turn in range(1, 6):
        send(world, 200)
        barrier = Barrier(4)

        def work(meeting: Barrier = barrier) -> int:
            meeting.wait(CEILING)
            return carried(limit=25)

        counts = [one.result(CEILING) for one in [start(work) for _ in range(4)]]
        carried()  # what nobody had the lease of when all the others looked
        assert sum(counts) <= 200
        assert len(world.received()) == 200 * turn
    deliveries = list(Delivery.objects.order_by("shard", "first"))
    assert sum(one.messages for one in deliveries) == Message.objects.count() == 1000
    assert sum(one.had for one in deliveries) == 0
    for one, after in pairwise(deliveries):
        assert one.shard != after.shard or one.last < after.first
    # A lease was given to one worker at a time: each delivery stands under a fence of its own time.
    for shard in (0, 1):
        fences = [one.fence for one in deliveries if one.shard == shard]
        assert fences == sorted(fences)


def test_a_reader_never_misses_a_message_that_is_committed_late(world: World, start: Start) -> None:
    appended, release = Event(), Event()

    def late() -> None:
        with transaction.atomic():
            send(world, 3, subjects=1)
            appended.set()
            assert release.wait(CEILING)

    slow = start(late)
    assert appended.wait(CEILING)
    other = World(world.folder, sent=1000)
    quick = start(lambda: send(other, 3, subjects=1))
    try:
        for _ in range(10):
            # Nothing is there to carry yet, and looking waits for nobody.
            assert Leases("reader", SYSTEM_CLOCK).due() is None
            assert not quick.done()
            Event().wait(0.01)
    finally:
        release.set()
    slow.result(CEILING)
    quick.result(CEILING)
    assert carried() == 6
    assert [row["hours"] for row in world.received()] == [0, 1, 2, 0, 1, 2]
    assert not Message.objects.filter(position__gt=max_reached()).exists()


def max_reached() -> int:
    return max(Cursor.objects.values_list("position", flat=True))


@pytest.fixture
def stranger() -> Iterator[psycopg.Connection]:
    """A connection that has nothing to do with the hub, in the hub's own database."""
    with psycopg.connect(address()) as other:
        other.execute("CREATE TABLE unrelated (number integer)")
        other.commit()
        yield other
        other.rollback()
        other.execute("DROP TABLE unrelated")
        other.commit()


def address() -> str:
    held = connection.settings_dict
    return (
        f"host={held['HOST']} port={held['PORT']} dbname={held['NAME']} user={held['USER']}"
        f" password={held['PASSWORD'] or 'none'}"
    )


@on_postgres
def test_a_foreign_open_write_transaction_stalls_no_delivery(
    world: World, stranger: psycopg.Connection
) -> None:
    stranger.execute("INSERT INTO unrelated VALUES (1)")
    assert stranger.execute("SELECT pg_current_xact_id()").fetchone()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '500ms'")
        cursor.execute("SET statement_timeout = '20s'")
    for turn in range(1, 6):
        send(world, 20)
        carried()
        assert len(world.received()) == 20 * turn


@on_postgres
def test_an_open_snapshot_makes_messages_hardly_dearer(tmp_path: Path) -> None:
    """What the server does for a message, in the last fifth beside the first.

    ``SNAPSHOT_MESSAGES`` sets how many there are: with many, the time it computes counts as well.
    """
    fifth = int(os.environ.get("SNAPSHOT_MESSAGES", "5000")) // 5
    batch, worker = max(100, fifth // 32), Carrier(SYSTEM_CLOCK)
    with database("postgresql", tmp_path) as place:
        stage = Stage(tmp_path, place=place)
        stage.build()

        def some(start: int) -> tuple[int, float]:
            pages, seconds = pages_looked_at(), seconds_computed()
            for at in range(start, start + fifth, batch):
                stage.send(*(stage.message(f"{n % 100}") for n in range(at, at + batch)))
                worker.drain()
            return pages_looked_at() - pages, seconds_computed() - seconds

        with HeldSnapshot(address(), "hub_cursor"):
            work = [some(start) for start in range(0, 5 * fifth, fifth)]
        assert Message.objects.count() >= 5 * fifth
    pages, seconds = zip(*work, strict=True)
    assert dearer(pages) <= 2, work
    if seconds[0] > 0.5:
        assert dearer(seconds) <= 2, work
    sys.stdout.write(f"last fifth over first: {dearer(pages):.2f} pages, {work}\n")


@on_sqlite
def test_whoever_reads_never_waits_for_whoever_writes(world: World, start: Start) -> None:
    send(world, 10)
    writing, release = Event(), Event()

    def write() -> None:
        with transaction.atomic():
            Route.objects.update(paused="")
            writing.set()
            assert release.wait(CEILING)

    holder = start(write)
    assert writing.wait(CEILING)
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 0")
        lease = Leases("reader", SYSTEM_CLOCK)
        route = Route.objects.get()
        with pytest.raises(OperationalError, match="locked"):
            lease.due()  # the lease itself is written: that, and nothing before it, has to wait
        held = Cursor.objects.get(shard=0)
        assert (held.fence, Message.objects.count()) == (0, 10)
        assert next_messages(route, reading(held), 100).height > 0
    finally:
        release.set()
    holder.result(CEILING)
    assert carried() == 10


def reading(cursor: Cursor) -> Any:
    """Return a lease as a reader sees it."""
    from muster.hub.delivering.leases import Lease

    return Lease(cursor.pk, cursor.route_id, cursor.shard, 2, cursor.position, 0, 0, "reader")


@on_sqlite
def test_whoever_writes_waits_in_bounded_time_and_is_told(world: World, start: Start) -> None:
    writing, release = Event(), Event()

    def write() -> None:
        with transaction.atomic():
            Route.objects.update(paused="")
            writing.set()
            assert release.wait(CEILING)

    def refused() -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 100")
        send(world, 1)

    holder = start(write)
    assert writing.wait(CEILING)
    try:
        with pytest.raises(OperationalError, match="locked"):
            start(refused).result(CEILING)
        waits = start(lambda: send(World(world.folder, sent=100), 5))
        Event().wait(0.2)
        assert not waits.done()
    finally:
        release.set()
    holder.result(CEILING)
    assert {one.outcome for one in waits.result(CEILING)} == {"accepted"}
    assert carried() == 5
