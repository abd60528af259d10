"""What is done by itself, by and by: rooms say what and how often, a worker does it.

A room registers its chores in its ``apps.py``. Every chore looks at the database for what is due,
and doing it twice does no harm, so several workers need not know of each other.
"""

import datetime as dt
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from muster.kernel.clock import Clock

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chore:
    """Something to be done by and by.

    Args:
        name: as logs call it.
        every: how long after it was done it is looked at again.
        do: dotted path of what does it, with the clock as keyword argument; imported when due.
    """

    name: str
    every: dt.timedelta
    do: str


_chores: dict[str, Chore] = {}


def register_chore(chore: Chore) -> None:
    """Let workers do a chore."""
    _chores[chore.name] = chore


def registered() -> tuple[Chore, ...]:
    """Return all chores, in the order they were registered."""
    return tuple(_chores.values())


class Round:
    """One worker's turns over all chores.

    Args:
        clock: given to every chore.
        waited: how many seconds have passed since some moment; for tests.
    """

    def __init__(self, clock: Clock, waited: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._waited = clock, waited
        self._done: dict[str, float] = {}

    def run(self, stopped: Callable[[], bool], *, pause: float = 0.5) -> None:
        """Take turns until told to stop, with a pause of so many seconds after each."""
        while not stopped():
            self.turn()
            time.sleep(pause)

    def turn(self) -> None:
        """Do what is due. A chore that fails keeps no other from being done, and is tried again."""
        for chore in registered():
            now = self._waited()
            if now - self._done.get(chore.name, -math.inf) < chore.every.total_seconds():
                continue
            self._done[chore.name] = now
            try:
                _found(chore.do)(clock=self._clock)
            except Exception:
                _log.exception("not done: %s", chore.name)


def _found(path: str) -> Callable[..., object]:
    module, _, name = path.rpartition(".")
    found: Callable[..., object] = getattr(import_module(module), name)
    return found
