"""``muster serve``, ``muster work`` and ``muster carry``: the web server, and its workers.

``work`` takes uploads in; ``carry`` hands messages and files over to other systems.
"""

import logging
import math
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

import click

from muster.cli.ready import ready
from muster.kernel.chores import Round
from muster.kernel.clock import SYSTEM_CLOCK

_PAUSE_SECONDS = 0.5
_MENDING_SECONDS = 10.0
_MENDED_SECONDS = 60.0
_log = logging.getLogger(__name__)


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
    """Serve until stopped, with workers beside the server that never outlive it."""
    # The web server raises the signal that stopped it once more when it is done. By default that
    # would end this process before the workers are told.
    signal.signal(signal.SIGTERM, _stop)
    workers = [subprocess.Popen([sys.argv[0], verb]) for verb in ("work", "carry")]  # noqa: S603
    try:
        run_server(host, port)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
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
    """Take in what was uploaded, match records that changed, do what is due by and by."""
    ready()
    if not once:
        match_people()
        beside("chores", Round(SYSTEM_CLOCK).run)

    from muster.hub.approval import go_on
    from muster.hub.reading import dropped, read
    from muster.hub.uploads import take_next

    mended = -math.inf
    try:
        while True:
            took = take_next(dropped, read, clock=SYSTEM_CLOCK)
            took = go_on(read, clock=SYSTEM_CLOCK) or took
            if time.monotonic() - mended >= _MENDED_SECONDS:
                took = let_mended_rows_go_on() or took
                mended = time.monotonic()
            if not took and once:
                Round(SYSTEM_CLOCK).turn()
                return
            if not took:
                time.sleep(_PAUSE_SECONDS)
    except KeyboardInterrupt:
        return


@click.command()
@click.option("--once", is_flag=True, help="Stop when nothing is left to carry.")
def carry(once: bool) -> None:
    """Ask systems for what is new; hand messages and files over to those that subscribe to them."""
    ready()

    from muster.hub.pulling.puller import Puller
    from muster.hub.reading import read
    from muster.hub.worker import Carrier

    carrier, puller = Carrier(SYSTEM_CLOCK, read=read), Puller(SYSTEM_CLOCK, read=read)
    if once:
        try:
            while puller.turn() is not None:
                pass
            click.echo(f"{carrier.drain():,} messages and rows handed over, parked or passed by")
        finally:
            carrier.stop()
        return
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    signal.signal(signal.SIGINT, lambda number, _frame: stopped.append(number))
    # A system that is slow to answer keeps nothing waiting that is to be handed over.
    threading.Thread(
        target=puller.run, args=(lambda: bool(stopped),), name="pulling", daemon=True
    ).start()
    carrier.run(lambda: bool(stopped))


def match_people() -> None:
    """Let records that change be matched beside all other work, and all of them each night."""
    from muster.kernel.running import settings
    from muster.register.people.matching.working import Matcher

    beside("matching", Matcher(SYSTEM_CLOCK, hour=settings().matching_hour).run)


def beside(name: str, run: Callable[[Callable[[], bool]], None]) -> None:
    """Let something run beside the worker, which keeps no upload waiting, until the worker ends."""
    threading.Thread(target=run, args=(lambda: False,), name=name, daemon=True).start()


def let_mended_rows_go_on() -> bool:
    """Let rows go on that wait for a value somebody explained; a page does not wait for all."""
    from muster.hub.mending.fixing import carry_on
    from muster.hub.reading import read

    try:
        return carry_on(read, clock=SYSTEM_CLOCK, seconds=_MENDING_SECONDS) > 0
    except Exception:
        _log.exception("mended rows could not go on")
        return False
