"""``muster serve`` and ``muster work``: the web server, and the worker that takes uploads in."""

import signal
import subprocess
import sys
import time
from types import FrameType

import click

from muster.cli.ready import ready
from muster.kernel.clock import SYSTEM_CLOCK

_PAUSE_SECONDS = 0.5


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers/--no-workers", default=True, help="Also start a worker.")
def serve(host: str, port: int, workers: bool) -> None:
    """Serve the pages."""
    ready()
    if workers:
        run_with_worker(host, port)
    else:
        run_server(host, port)


def run_with_worker(host: str, port: int) -> None:
    """Serve until stopped, with a worker beside the server that never outlives it."""
    # The web server raises the signal that stopped it once more when it is done. By default that
    # would end this process before the worker is told.
    signal.signal(signal.SIGTERM, _stop)
    worker = subprocess.Popen([sys.argv[0], "work"])  # noqa: S603 - ourselves
    try:
        run_server(host, port)
    finally:
        worker.terminate()
        worker.wait()


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def run_server(host: str, port: int) -> None:
    """Serve until stopped."""
    import uvicorn

    # No access log: query strings may hold names.
    uvicorn.run(
        "muster.web.asgi:application", host=host, port=port, log_level="warning", access_log=False
    )


@click.command()
@click.option("--once", is_flag=True, help="Stop when nothing is left to do.")
def work(once: bool) -> None:
    """Take in what was uploaded, until stopped."""
    ready()
    from muster.connectors.csv_drop.connector import CsvDrop
    from muster.connectors.csv_drop.reader import read
    from muster.hub.uploads import take_next

    try:
        while True:
            took = take_next(CsvDrop, read, clock=SYSTEM_CLOCK)
            if not took and once:
                return
            if not took:
                time.sleep(_PAUSE_SECONDS)
    except KeyboardInterrupt:
        return
