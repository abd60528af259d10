"""Loading published organograms, from bytes to a register that can be asked.

Muster lands the zip (exact bytes encrypted, evidence in the ledger), maps and checks whole
columns, resolves employers and grades, and stores facts, quarantine and landings. The peer does
the usual thing, and less: it reads each row, validates it with jsonschema-rs against the same
contract, and stores it with ``bulk_create(1000)`` into the same tables; no bytes kept, no
evidence, no quarantine, names and grades looked up in the same indexes once for each spelling.

Every round runs in a process and a home of its own and reports its own seconds, start-up not
counted. The zip is that of the shared data folder; without it, the samples of this repository.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import django

from bench.apart import ROOT, in_turns, one_round, timed
from bench.figures import MOST_ROUNDS, ROUNDS, Figure
from tools.throwaway_postgres import NoPostgres, running_postgres

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
    yield from in_turns(
        f"load {place.name} on {store}",
        "rows/s",
        lambda: _one("subject", url, place),
        peer=PEER,
        peer_round=lambda: _one("peer", url, place),
        bar=BAR,
        most_megabytes=MOST_MEGABYTES,
        most_rounds=most,
    )


def _one(which: str, url: str, place: Path) -> dict[str, float]:
    if url:
        _empty(url)
    return one_round(["-m", "bench.load", which, str(place)], env={"MUSTER_DATABASE_URL": url})


def _empty(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def load_with_muster(place: Path) -> int:
    """Load as ``muster load`` does; return the rows."""

    from muster.hub.actions import begin_intake, take_in
    from muster.hub.reading import dropped, read
    from muster.kernel.clock import SYSTEM_CLOCK

    intake = begin_intake(name=place.name, by="bench", clock=SYSTEM_CLOCK)
    taken = take_in(dropped(place), read, intake=intake, by="bench", clock=SYSTEM_CLOCK)
    return taken.intake.rows_done


def load_row_by_row(place: Path) -> int:
    """Load as a plain Django program would; return the rows."""
    from bench.peers.row_by_row import RowByRow
    from muster.connectors.contract import Offer
    from muster.hub.reading import dropped

    loader = RowByRow()
    for found in dropped(place).pull():
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
    load = load_with_muster if which == "subject" else load_row_by_row
    timed(lambda: load(place))


if __name__ == "__main__":
    main()
