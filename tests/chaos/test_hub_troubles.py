"""Full disks and clocks that jump: the hub says so, waits, and loses or doubles nothing."""

import datetime as dt
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from muster.connectors.sql_table.sqlite import SqliteStore
from muster.hub.models import Cursor, Delivery, Message
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK, Clock, FixedClock
from muster.ledger.current import ledger
from muster.ledger.verification import verify
from tests.chaos.hub_stage import Stage
from tests.databases import database
from tests.integration.hub_world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
on_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="about PostgreSQL")
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about SQLite")
BEGAN = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
LONG = "a long surname that fills the page it stands on "


def carried(clock: Clock = SYSTEM_CLOCK) -> int:
    carrier = Carrier(clock, limit=50)
    try:
        return carrier.drain()
    finally:
        carrier.stop()


def messages(world: World, first: int, count: int) -> list[bytes]:
    return [
        world.message(f"{n % 10}", id=f"{n}", surname=LONG, hours=n % 13)
        for n in range(first, first + count)
    ]


def told(world: World) -> str:
    """Return why the route waits; let it go on at once."""
    said = Cursor.objects.get().blocked
    Cursor.objects.update(retry_at=None)
    return said


def received(world: World) -> list[int]:
    return [row["hours"] for row in world.received()]


def in_order(count: int) -> list[int]:
    return [n % 13 for n in range(count)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.build()
    return world


def test_a_receiver_without_space_takes_a_shipment_whole_or_not_at_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(*messages(world, 0, 40))
    carried()
    plain = SqliteStore.open

    def open_full(store: SqliteStore) -> None:
        plain(store)
        [(pages,)] = store.run("PRAGMA page_count")
        store.run(f"PRAGMA max_page_count = {pages}")

    world.send(*messages(world, 40, 400))
    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "open", open_full)
        forget_outlets()
        carried()
        assert "full" in told(world)
        held = len(received(world))
        assert held % 50 in (0, 40)
        assert held < 440
    forget_outlets()
    carried()
    assert received(world) == in_order(440)
    assert sum(Delivery.objects.values_list("messages", flat=True)) == 440


def forget_outlets() -> None:
    from muster.hub.delivering import outlets

    outlets._open.outlets.clear()


def fill(world: World) -> int:
    """Send until the hub has no space; return how many messages it has kept."""
    with pytest.raises(OperationalError, match=r"full|space"):
        for start in range(0, 100_000, 50):
            world.send(*messages(world, start, 50))
    kept = Message.objects.count()
    assert kept % 50 == 0
    with suppress(OperationalError):
        carried()  # whether what was handed over can be noted is a matter of luck
    return kept


def goes_on(world: World, kept: int) -> None:
    """See that with space again all goes on where it stopped."""
    world.send(*messages(world, kept, 50))
    carried()
    assert received(world) == in_order(kept + 50)
    assert sum(Delivery.objects.values_list("messages", flat=True)) == kept + 50
    assert verify(ledger(), "exchange").sound


@on_sqlite
def test_a_hub_without_space_keeps_all_of_what_it_was_sent_or_nothing(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 50}")
        kept = fill(world)
        cursor.execute("PRAGMA max_page_count = 1073741823")
    goes_on(world, kept)


@on_postgres
def test_a_hub_on_postgresql_without_space_keeps_all_of_what_it_was_sent_or_nothing(
    world: World,
) -> None:
    with on_a_tiny_disk("ledger_entry", run_here):
        kept = fill(world)
    goes_on(world, kept)


Run = Callable[[str], list[tuple[Any, ...]]]


def run_here(sql: str) -> list[tuple[Any, ...]]:
    """Run a statement in the hub's database."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def on_a_tiny_disk(table: str, run: Run) -> Iterator[None]:
    """Move a table to a disk of half a megabyte, and back at the end."""
    owner = Path(run("SHOW data_directory")[0][0]).owner()
    folder = Path(tempfile.mkdtemp(prefix="muster-tiny-"))
    name = f"tiny_{uuid4().hex}"
    if not mounted(folder):
        folder.rmdir()
        pytest.skip("needs the right to mount a small disk")
    shutil.chown(folder, owner)
    run(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
    run(f"ALTER TABLE {table} SET TABLESPACE {name}")
    try:
        yield
    finally:
        run(f"ALTER TABLE {table} SET TABLESPACE pg_default")
        run(f"DROP TABLESPACE {name}")
        # Only now: no server outlives the loss of a disk it writes to.
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


def mounted(folder: Path) -> bool:
    """Mount a small disk; tell whether that is allowed."""
    command = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(folder)]
    return os.geteuid() == 0 and not subprocess.run(command, capture_output=True).returncode


@on_postgres
def test_a_receiver_on_postgresql_without_space_takes_a_shipment_whole_or_not_at_all(
    tmp_path: Path,
) -> None:
    with database("postgresql", tmp_path) as place:
        stage, count = Stage(tmp_path, place=place), 0
        stage.build()

        def hours() -> list[int]:
            return [n for (n,) in place.run("SELECT hours FROM pay ORDER BY arrival")]

        with on_a_tiny_disk(place.table("pay"), place.run):
            while not Cursor.objects.get().blocked:
                assert count < 100_000
                stage.send(*messages(stage, count, 1000))
                count += 1000
                carried()
            assert "disk full" in told(stage)
            assert len(hours()) % 50 == 0
        carried()
        assert hours() == in_order(count)


class JumpyClock:
    """A clock that is set back and forth by hours all the time, and goes on slowly.

    Args:
        seed: of its jumps.
    """

    def __init__(self, seed: int) -> None:
        self._chance, self._clock = random.Random(seed), FixedClock(BEGAN)

    def now(self) -> dt.datetime:
        self._clock.move(dt.timedelta(seconds=1))
        return self._clock.now() + dt.timedelta(hours=self._chance.uniform(-12, 12))


def test_clocks_that_jump_lose_and_double_nothing(world: World) -> None:
    clocks = [JumpyClock(seed) for seed in range(3)]
    workers = [Carrier(clock, name=f"worker {n}", limit=7) for n, clock in enumerate(clocks)]
    chance = random.Random(1)
    for start in range(0, 300, 30):
        world.clock = chance.choice(clocks)
        world.send(*messages(world, start, 30))
        for _ in range(6):
            chance.choice(workers).turn()
    for _ in range(2000):
        chance.choice(workers).turn()
        if sum(Delivery.objects.values_list("messages", flat=True)) == 300:
            break
    assert received(world) == in_order(300)
    assert sum(Delivery.objects.values_list("had", flat=True)) == 0
    assert verify(ledger(), "exchange").sound


@pytest.mark.parametrize("years", [5, -5])
def test_a_clock_that_was_wrong_for_a_while_keeps_no_route_waiting(
    world: World, years: int
) -> None:
    """A lease, and a wait after failures, that end years ahead count for nothing."""
    world.send(*messages(world, 0, 20))
    clock = FixedClock(BEGAN + dt.timedelta(days=365 * years))
    gone = Carrier(clock, name="gone", limit=7)
    assert gone.turn() == 7
    Cursor.objects.update(retry_at=clock.now() + dt.timedelta(minutes=5), attempts=3)
    other = Carrier(FixedClock(BEGAN), name="other", limit=7)
    assert other.drain() == 13
    assert received(world) == in_order(20)
    # By its own clock the other's lease ended long ago: they take the route from each other.
    for start in range(20, 80, 20):
        world.send(*messages(world, start, 20))
        gone.turn()
        other.turn()
    gone.drain()
    other.drain()
    assert received(world) == in_order(80)
    assert sum(Delivery.objects.values_list("messages", flat=True)) == 80
