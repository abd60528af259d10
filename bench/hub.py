"""Messages from one system's door to another system's database, beside what others do.

Delivering is all of it: read, decrypt, check against the contract, reduce to the agreed fields,
translate, write to the receiver's database exactly once, note cursor and evidence. Its base on
PostgreSQL is COPY of the same messages in batches of 500, which does nothing else. The hub and the
receiver have a database each. Messages are accepted before a round begins; that is not counted.

A file that goes on to another system, beside dlt, is measured in ``files_on``.

Each store is measured in a process of its own, because Django knows one default database.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import django
import psycopg

from bench import files_on
from bench.apart import environment, one_round
from bench.exchange import AT_ONCE, MESSAGE_BYTES, Processors, accepted, build, drained, messages
from bench.figures import Figure, Work, alone, beside_peer
from bench.waiting import REACHED_MILLISECONDS, resumed
from bench.workers import Workers
from tools.throwaway_postgres import NoPostgres, running_postgres

MESSAGES, IN_FULL, COPIED, QUEUED, WORKFLOWS = 20_000, 60_000, 3, 10_000, 200
COPY_BAR, TWO_BAR, PGQUEUER_BAR, DBOS_BAR = 0.10, 1.5, 3.0, 100.0
MOST_MICROSECONDS = {"PostgreSQL": 50.0, "SQLite": 30.0}
MOST_DEARER = 1.25
_COPY = f"COPY of the same messages, {AT_ONCE} per transaction"
_PGQUEUER = "pgqueuer, 100 jobs at a time that do nothing"
_DBOS = "DBOS, workflows without steps, end to end"


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the figures on PostgreSQL, then on SQLite."""
    for store in ("PostgreSQL", "SQLite"):
        with ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="muster-bench-")))
            # Whoever receives has a place of its own: none leads into what Muster keeps.
            other = stack.enter_context(tempfile.TemporaryDirectory(prefix="muster-receiver-"))
            url, sink = "", f"sqlite:///{other}/receiver.sqlite3"
            if store == "PostgreSQL":
                try:
                    url = stack.enter_context(running_postgres())
                except NoPostgres as reason:
                    yield Figure(f"deliver on PostgreSQL (not measured: {reason})", None, "")
                    continue
                sink = _another(url, "receiver")
            environ = {"MUSTER_HOME": str(home), "MUSTER_DATABASE_URL": url}
            yield from _in_a_process(store, sink, full, environ)
    yield from files_on.measure(full=full)


def _another(url: str, name: str) -> str:
    """Make another database on the server; return its address."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _in_a_process(store: str, sink: str, full: bool, environ: dict[str, str]) -> Iterator[Figure]:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.hub", store, sink, "full" if full else "sample"],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, **environ, "MUSTER_ENV": "development"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout or ():
            yield Figure(**json.loads(line))
    if process.returncode:
        raise RuntimeError(f"the benchmark of the hub on {store} failed")


class Delivering:
    """Rounds in which all there is, is delivered; what each cost is kept."""

    def __init__(self, number: int, work: Callable[[], int], seconds: Callable[[], float]) -> None:
        self._number, self._work, self._seconds = number, work, seconds
        self.microseconds: list[float] = []

    def round(self) -> Callable[[], int]:
        """Accept messages; return what delivers them."""
        wanted = accepted(messages(self._number))

        def deliver() -> int:
            before = self._seconds()
            done = self._work()
            assert done == wanted, f"{done} of {wanted} were delivered"
            self.microseconds.append((self._seconds() - before) / done * 1e6)
            return done

        return deliver

    def cost(self) -> float:
        """Return the processor microseconds of a message, as the median of the last rounds."""
        return median(self.microseconds[-5:])


def _cost(store: str, what: str, microseconds: float) -> Figure:
    most = MOST_MICROSECONDS[store]
    return Figure(
        f"deliver on {store}: processor time of a message, {what}, at most {most:g}",
        round(microseconds, 1),
        "microseconds",
        bar=most,
        met=microseconds <= most,
    )


def _figures(store: str, sink: str, number: int) -> Iterator[Figure]:
    url = os.environ["MUSTER_DATABASE_URL"]
    processors = Processors(url)
    one = Delivering(number, drained, processors.seconds)
    if store == "SQLite":
        yield alone("deliver on SQLite, one worker", "messages/s", one.round)
        yield _cost(store, "one process does all", one.cost())
    else:
        yield from beside_peer(
            "deliver on PostgreSQL, one worker", "messages/s", one.round,
            peer=_COPY, peer_work=_copying(sink, COPIED * number), bar=COPY_BAR,
        )  # fmt: skip
        yield _cost(store, "worker and server together", one.cost())
        yield from _beside_queues(url, one)
        yield from _two_workers(processors, number)
    yield resumed(store, sink, most=REACHED_MILLISECONDS)


def _copying(sink: str, number: int) -> Work:
    """Return rounds of COPY into a table of the receiver's database."""
    database = psycopg.connect(sink)
    database.execute("CREATE TABLE copied (id bigserial PRIMARY KEY, body text)")
    database.commit()

    def prepare() -> Callable[[], int]:
        some = messages(number)
        batches = [
            b"".join(body + b"\n" for body in some[at : at + AT_ONCE])
            for at in range(0, number, AT_ONCE)
        ]

        def store() -> int:
            for batch in batches:
                with database.cursor().copy("COPY copied (body) FROM STDIN") as copy:
                    copy.write(batch)
                database.commit()
            return number

        return store

    return prepare


def _beside_queues(url: str, one: Delivering) -> Iterator[Figure]:
    python, folder = environment("hub"), Path(__file__).parent / "peers"
    peers = (("pgqueuer", _PGQUEUER, QUEUED, PGQUEUER_BAR), ("dbos", _DBOS, WORKFLOWS, DBOS_BAR))
    for name, title, count, bar in peers:
        database = _another(url, name)
        words = [str(folder / f"queue_{name}.py"), database, str(count), str(MESSAGE_BYTES)]
        yield from _against(
            f"deliver on PostgreSQL, beside {name}", one,
            lambda words=words: one_round(words, python=python),  # type: ignore[misc]
            title, bar,
        )  # fmt: skip


def _against(
    figure: str, one: Delivering, round_of_peer: Callable[[], dict[str, float]], title: str,
    bar: float,
) -> Iterator[Figure]:  # fmt: skip
    """Yield a rate beside that of a peer that times itself, being a program of its own."""
    from bench.figures import MOST_ROUNDS, ROUNDS, WIDEST_SPREAD, Round, rate, spread

    rounds: list[Round] = []
    while len(rounds) < MOST_ROUNDS:
        theirs = round_of_peer()
        rounds.append(Round(rate(one.round), theirs["count"] / theirs["seconds"]))
        if len(rounds) > ROUNDS and spread(rounds[-ROUNDS:]) <= WIDEST_SPREAD:
            break
    kept = rounds[-ROUNDS:]
    varied = spread(kept)
    ratio = round(median(each.subject / each.peer for each in kept), 2)
    void = varied > WIDEST_SPREAD
    yield Figure(
        f"{figure} (void: the base varied over {WIDEST_SPREAD:.0%})" if void else figure,
        None if void else round(median(each.subject for each in kept), 1),
        "messages/s",
        title,
        round(median(each.peer for each in kept), 1),
        None if void else ratio,
        bar,
        None if void else ratio >= bar,
    )
    yield Figure(f"{figure}: spread of the base", round(100 * varied, 1), "%")


def _two_workers(processors: Processors, number: int) -> Iterator[Figure]:
    """Yield what two workers do beside one, and what a message costs them."""
    with Workers(2) as workers:

        def seconds() -> float:
            return processors.seconds() + workers.seconds

        alone_one = Delivering(number, lambda: workers.drain(1), seconds)
        together = Delivering(number, lambda: workers.drain(2), seconds)
        rate, varied = beside_peer(
            "deliver on PostgreSQL, two workers", "messages/s", together.round,
            peer="one worker of the same", peer_work=alone_one.round, bar=TWO_BAR,
        )  # fmt: skip
    dearer = round(together.cost() / alone_one.cost(), 2)
    cheap = dearer <= MOST_DEARER
    said = f"{rate.figure} (or a message costs at most {MOST_DEARER} times one worker's)"
    yield replace(rate, figure=said, met=bool(rate.met) or cheap)
    yield varied
    yield Figure(
        "deliver on PostgreSQL, two workers: processor time of a message over one worker's",
        dearer,
        "times",
        bar=MOST_DEARER,
        met=cheap,
    )


def _child(store: str, sink: str, extent: str) -> None:
    """Set Django up and write the figures to standard output."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "muster.settings"
    django.setup()
    build(sink, shards=2 if store == "PostgreSQL" else 1)
    for figure in _figures(store, sink, IN_FULL if extent == "full" else MESSAGES):
        sys.stdout.write(json.dumps(asdict(figure)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _child(sys.argv[1], sys.argv[2], sys.argv[3])
