"""pgqueuer: a queue in PostgreSQL whose jobs are taken in batches and deleted when done.

Runs in the environment of ``bench-hub``. The work of a job is nothing at all, so that only the
queue itself is measured: ``URL COUNT BYTES``.
"""

import asyncio
import json
import sys
import time
from datetime import timedelta

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

BATCH, AT_ONCE = 100, 1000


async def drain(url: str, count: int, size: int) -> float:
    """Enqueue jobs, untimed; return how many seconds it took to do them."""
    connection = await asyncpg.connect(url)
    queries = Queries(AsyncpgDriver(connection))
    if not await queries.has_table("pgqueuer"):
        await queries.install()
    for _ in range(0, count, AT_ONCE):
        await queries.enqueue(["deliver"] * AT_ONCE, [b"x" * size] * AT_ONCE, [0] * AT_ONCE)
    queue, done = PgQueuer(AsyncpgDriver(connection)), 0

    @queue.entrypoint("deliver")
    async def deliver(job: object) -> None:
        nonlocal done
        done += 1

    began = time.perf_counter()
    await queue.run(
        batch_size=BATCH, mode=QueueExecutionMode.drain, dequeue_timeout=timedelta(seconds=1)
    )
    took = time.perf_counter() - began
    assert done == count, done
    await connection.close()
    return took


if __name__ == "__main__":
    _url, _count, _size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    print(json.dumps({"count": _count, "seconds": asyncio.run(drain(_url, _count, _size))}))
