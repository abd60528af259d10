"""Loading published organograms, from bytes to a register that can be asked.

Muster lands the zip (exact bytes encrypted, evidence in the ledger), maps and checks whole
columns, resolves employers and grades, and stores facts, quarantine and landings. The peer does
the usual thing, and less: it reads each row, validates it with jsonschema-rs against the same
contract, and stores it with ``bulk_create(1000)`` into the same tables; no bytes kept, no
evidence, no quarantine, names and grades looked up in the same indexes once for each spelling.

Every round runs in a process and a home of its own and reports its own seconds, start-up not
counted. The zip is that of the shared data folder; without it, the samples of this repository.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import django

from bench.figures import MOST_ROUNDS, ROUNDS, WIDEST_SPREAD, Figure, Round, spread
from tools.throwaway_postgres import NoPostgres, running_postgres

ROOT = Path(__file__).parent.parent
ZIP = ROOT.parent / "shared" / "data" / "organograms" / "organogram_files.zip"
SAMPLES = ROOT / "samples" / "organograms"
BAR, MOST_MEGABYTES = 3.0, 1000
PEER = "jsonschema-rs row by row with bulk_create(1000) into the same tables"


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield seconds, ratio and memory on SQLite, then on PostgreSQL."""
    place = ZIP if ZIP.exists() else SAMPLES
    for store in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            url = ""
            if store == "PostgreSQL":
                try:
                    url = stack.enter_context(running_postgres())
                except NoPostgres as reason:
                    yield Figure(f"load on PostgreSQL (not measured: {reason})", None, "")
                    return
            yield from _figures(store, url, place, MOST_ROUNDS if full else 2 * ROUNDS)


def _figures(store: str, url: str, place: Path, most: int) -> Iterator[Figure]:
    rounds: list[Round] = []
    seconds: list[float] = []
    megabytes: list[float] = []
    while len(rounds) < most:
        subject, peer = _one("subject", url, place), _one("peer", url, place)
        rounds.append(Round(subject["rows"] / subject["seconds"], peer["rows"] / peer["seconds"]))
        seconds.append(subject["seconds"])
        megabytes.append(subject["megabytes"])
        if len(rounds) >= ROUNDS and spread(rounds[-ROUNDS:]) <= WIDEST_SPREAD:
            break
    kept = rounds[-ROUNDS:]
    name = f"load {place.name} on {store}"
    yield Figure(f"{name}: seconds", round(median(seconds[-ROUNDS:]), 2), "s")
    varied = spread(kept)
    ratio = round(median(one.subject / one.peer for one in kept), 2)
    void = varied > WIDEST_SPREAD
    yield Figure(
        f"{name} (void: the base varied over {WIDEST_SPREAD:.0%})" if void else name,
        None if void else round(median(one.subject for one in kept), 1),
        "rows/s",
        PEER,
        round(median(one.peer for one in kept), 1),
        None if void else ratio,
        BAR,
        None if void else ratio >= BAR,
    )
    yield Figure(f"{name}: spread of the base", round(100 * varied, 1), "%")
    peak = max(megabytes)
    yield Figure(
        f"{name}: peak memory, at most {MOST_MEGABYTES} MB", peak, "MB", met=peak <= MOST_MEGABYTES
    )


def _one(which: str, url: str, place: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as home:
        if url:
            _empty(url)
        done = subprocess.run(
            [sys.executable, "-m", "bench.load", which, str(place)],
            cwd=ROOT,
            env={**os.environ, "MUSTER_HOME": home, "MUSTER_DATABASE_URL": url},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _empty(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def load_with_muster(place: Path) -> int:
    """Load as ``muster load`` does; return the rows."""
    from muster.connectors.csv_drop.connector import CsvDrop
    from muster.connectors.csv_drop.reader import read
    from muster.hub.actions import begin_intake, take_in
    from muster.kernel.clock import SYSTEM_CLOCK

    intake = begin_intake(name=place.name, by="bench", clock=SYSTEM_CLOCK)
    taken = take_in(CsvDrop(place), read, intake=intake, by="bench", clock=SYSTEM_CLOCK)
    return taken.intake.rows_done


def load_row_by_row(place: Path) -> int:
    """Load as a plain Django program would; return the rows."""
    from bench.peers.row_by_row import RowByRow
    from muster.connectors.contract import Offer
    from muster.connectors.csv_drop.connector import CsvDrop

    loader = RowByRow()
    for found in CsvDrop(place).pull():
        if isinstance(found, Offer):
            loader.load(found)
    loader.finish()
    return loader.rows


def main() -> None:
    """Run one round in this process and print what it took."""
    which, place = sys.argv[1], Path(sys.argv[2])
    os.environ["DJANGO_SETTINGS_MODULE"] = "muster.settings"
    django.setup()
    from muster.cli.ready import ready

    ready()
    began = time.perf_counter()
    rows = load_with_muster(place) if which == "subject" else load_row_by_row(place)
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "seconds": took, "megabytes": round(peak, 1)}))


if __name__ == "__main__":
    main()
