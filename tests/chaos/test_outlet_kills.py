"""Killed at any moment, a worker that hands messages to a table loses none and doubles none.

A child process hands shipments over and keeps how far it got in a file, which it writes only after
the outlet's answer; it is killed without warning (SIGKILL) again and again. ``CHAOS_KILLS`` sets
how often, 10 by default.
"""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from muster.connectors.sql_table.connector import SqlTable
from tests.databases import KINDS, Database, database
from tests.shipments import shipment

SEED = 20261122
BATCH = 40
REFUSED = 7


def child(url: str, table: str, kept: Path) -> None:
    """Hand messages over until killed, each time from where the file says."""
    outlet = SqlTable({"url": url, "table": table})
    chance = random.Random(kept.read_text())
    while True:
        after = int(kept.read_text() or -1)
        rows = [(at, f"s:{at % 11}", f"{at}") for at in range(after + 1, after + 1 + BATCH)]
        cut = chance.randrange(1, BATCH + 1)
        receipt = outlet.deliver(shipment(rows[:cut]))
        told = kept.with_suffix(".told")
        with told.open("a") as file:
            file.writelines(f"{at} {what}\n" for at, what, _ in receipt.results.rows())
        aside = kept.with_suffix(".new")
        aside.write_text(str(after + cut))
        os.replace(aside, kept)
        sys.stdout.write("handed over\n")
        sys.stdout.flush()


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request.param, tmp_path) as made:
        yield made


def run_and_kill(chance: random.Random, *words: str) -> None:
    """Start a child and kill it at a random moment after its first shipment."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.test_outlet_kills", *words],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        threading.Timer(chance.uniform(0, 0.1), process.send_signal, [signal.SIGKILL]).start()
        process.stdout.read()
    assert process.returncode == -signal.SIGKILL


def test_a_killed_worker_loses_and_doubles_nothing(place: Database, tmp_path: Path) -> None:
    table, kept = place.table("people"), tmp_path / "after"
    arrival = "integer" if place.kind == "sqlite" else "bigserial"
    place.run(
        f"CREATE TABLE {table} (arrival {arrival} PRIMARY KEY, number bigint, subject text,"
        f" name text, CONSTRAINT fit CHECK (number % 100 <> {REFUSED}))"
    )
    kept.write_text("")
    chance = random.Random(SEED)
    for _ in range(int(os.environ.get("CHAOS_KILLS", "10"))):
        run_and_kill(chance, place.url, table, str(kept))
    reached = int(kept.read_text())
    outlet = SqlTable({"url": place.url, "table": table})
    last = shipment([(at, f"s:{at % 11}", f"{at}") for at in range(reached + 1, reached + BATCH)])
    for at, what, _ in outlet.deliver(last).results.rows():
        with kept.with_suffix(".told").open("a") as file:
            file.write(f"{at} {what}\n")
    lines = kept.with_suffix(".told").read_text().splitlines()
    told = {int(line.split()[0]): line.split()[1] for line in lines}
    stored = [int(at) for (at,) in place.run(f"SELECT number FROM {table} ORDER BY arrival")]
    assert stored == sorted(set(stored))
    assert not set(stored) & set(told)
    # Stored or told of, every one: even where the answer was lost with the worker.
    assert sorted([*stored, *told]) == list(range(reached + BATCH))
    assert {at for at, what in told.items() if what == "rejected"} == {
        at for at in range(reached + BATCH) if at % 100 == REFUSED
    }


if __name__ == "__main__":
    child(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
