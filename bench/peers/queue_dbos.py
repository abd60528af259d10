"""DBOS: workflows without steps, enqueued and waited for; each is a few rows in PostgreSQL.

Runs in the environment of ``bench-hub``. From the first enqueued to the last done: ``URL COUNT
BYTES``.
"""

import json
import sys
import time

from dbos import DBOS, DBOSConfig

POLLED = 0.05


def main(url: str, count: int, size: int) -> float:
    """Return how many seconds it took to enqueue and do workflows."""
    config: DBOSConfig = {"name": "bench", "system_database_url": url, "log_level": "ERROR"}
    DBOS(config=config)

    @DBOS.workflow()
    def deliver(body: str) -> int:
        return len(body)

    DBOS.launch()
    DBOS.register_queue("deliver", polling_interval_sec=POLLED)
    for handle in [DBOS.enqueue_workflow("deliver", deliver, "x" * size) for _ in range(5)]:
        handle.get_result()
    began = time.perf_counter()
    handles = [DBOS.enqueue_workflow("deliver", deliver, "x" * size) for _ in range(count)]
    assert all(handle.get_result() == size for handle in handles)
    took = time.perf_counter() - began
    DBOS.destroy()
    return took


if __name__ == "__main__":
    _count = int(sys.argv[2])
    _took = main(sys.argv[1], _count, int(sys.argv[3]))
    print(json.dumps({"count": _count, "seconds": _took}))
