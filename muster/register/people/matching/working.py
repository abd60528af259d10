"""A worker of matching: looks at what changed as soon as it has, and runs each night.

Any number may work side by side: changes are looked at under a lock, and one runs each night.
"""

import logging
import time
from collections.abc import Callable

import psycopg
from django.db import Error

from muster.hub.working import work_on, worker_name
from muster.kernel.clock import Clock
from muster.register.people.matching.between import look_at_changes
from muster.register.people.matching.nights import run_tonight

BY = "worker:matching"
_PAUSE, _AFTER_A_FAULT, _BETWEEN_NIGHTS = 0.25, 30.0, 30.0
_log = logging.getLogger(__name__)


class Matcher:
    """Matches for as long as it is asked to.

    Args:
        clock: stamps what is done.
        hour: the hour of the nightly run; None for none.
        name: names the worker.
    """

    def __init__(self, clock: Clock, *, hour: int | None, name: str = "") -> None:
        self._clock, self._hour = clock, hour
        self._name = name or worker_name()
        self._asked = -_BETWEEN_NIGHTS

    def turn(self) -> int | None:
        """Look at some of what changed; return at how many records, None if nothing was due."""
        looked = look_at_changes(by=BY, clock=self._clock)
        if looked is not None:
            return looked.records
        if time.monotonic() - self._asked >= _BETWEEN_NIGHTS:
            self._asked = time.monotonic()
            if run_tonight(hour=self._hour, worker=self._name, clock=self._clock) is not None:
                return 0
        return None

    def run(self, stop: Callable[[], bool]) -> None:
        """Match until told to stop; of a fault only its kind is noted, as values are personal."""

        def work() -> None:
            try:
                if self.turn() is None:
                    time.sleep(_PAUSE)
            except (Error, psycopg.Error):
                raise
            except Exception as problem:
                _log.error("matching failed (%s)", type(problem).__name__)
                time.sleep(_AFTER_A_FAULT)

        work_on(work, stop)
