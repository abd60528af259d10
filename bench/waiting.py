"""How long a message waits: from the sender's call until the receiver's table has its row."""

import random
import sqlite3
import time
from collections.abc import Callable
from statistics import quantiles

import psycopg

from bench.exchange import accepted, messages
from bench.figures import Figure
from bench.workers import started

REACHED_MILLISECONDS = 50.0
_TIMES, _LONGEST = 200, 20.0


def resumed(store: str, sink: str, *, most: float) -> Figure:
    """Return the p95 of single messages sent to a worker that waits for them."""
    rows, chance = _counting(sink), random.Random(1)
    worker = started("run")
    try:
        waits = []
        for _ in range(_TIMES + 5):
            time.sleep(chance.uniform(0.005, 0.03))
            [one], before = messages(1), rows()
            began = time.perf_counter()
            accepted([one])
            while rows() == before:
                assert time.perf_counter() - began < _LONGEST, "a message did not arrive"
                time.sleep(0.0002)
            waits.append(1000 * (time.perf_counter() - began))
    finally:
        worker.kill()
        worker.wait()
    p95 = quantiles(waits[5:], n=20)[-1]
    return Figure(
        f"message to resumed receiver on {store}, p95 of {_TIMES}, at most {most:g}",
        round(p95, 1),
        "ms",
        bar=most,
        met=p95 <= most,
    )


def _counting(sink: str) -> Callable[[], int]:
    """Return what tells how far the receiver's table has grown, whatever it holds already."""
    if sink.startswith("postgresql"):
        other = psycopg.connect(sink, autocommit=True)
        other.execute("TRUNCATE pay")
        return lambda: int((other.execute("SELECT count(*) FROM pay").fetchone() or (0,))[0])
    place = sqlite3.connect(sink.removeprefix("sqlite:///"), isolation_level=None)
    return lambda: int(place.execute("SELECT coalesce(max(rowid), 0) FROM pay").fetchone()[0])
