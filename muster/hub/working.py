"""What every worker of the hub does alike: its name, its patience, and living through outages."""

import logging
import os
import random
import secrets
import socket
import time
from collections.abc import Callable

import psycopg
from django.db import Error, close_old_connections

_PAUSE = 0.5
_log = logging.getLogger(__name__)


def worker_name() -> str:
    """Return a name that no other worker has."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


def work_on(work: Callable[[], None], stop: Callable[[], bool]) -> None:
    """Do some work again and again until told to stop, whatever becomes of the database meanwhile.

    Args:
        work: what is done; it returns now and then.
        stop: tells whether to stop.
    """
    while not stop():
        try:
            work()
        except (Error, psycopg.Error):
            # The database was stopped or failed over. What was not committed is done again.
            _log.warning("the database could not be asked; trying again")
            close_old_connections()
            time.sleep(_PAUSE)


def wait_after(attempts: int, *, first: float, longest: float, asked: float = 0.0) -> float:
    """Return how many seconds to wait after attempts in vain: longer each time, never all at once.

    Args:
        attempts: from 1.
        first: the most to wait after the first of them, in seconds.
        longest: the most to wait of our own accord.
        asked: how many seconds the other side asked to be left alone; at most twice ``longest``
            are granted.
    """
    most = min(longest, first * 2.0 ** min(attempts - 1, 20))
    return max(random.uniform(most / 2, most), min(asked, 2 * longest))  # noqa: S311
