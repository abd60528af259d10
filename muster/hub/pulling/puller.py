"""Turns the wheel: asks each inlet when it is due, for as long as it is asked to.

Any number may run, on one host or many: an inlet is asked by one at a time.
"""

import time
from collections.abc import Callable

from muster.hub import reading
from muster.hub.landing import Read
from muster.hub.pulling.pulling import pull_due
from muster.hub.working import work_on, worker_name
from muster.kernel.clock import Clock

_PAUSE = 0.5


class Puller:
    """Asks inlets.

    Args:
        clock: tells what is due, and stamps what comes.
        name: names the worker; no two alive share a name.
        read: reads files as rows.
    """

    def __init__(self, clock: Clock, *, name: str = "", read: Read = reading.read) -> None:
        self._clock, self._name, self._read = clock, name or worker_name(), read

    def turn(self) -> int | None:
        """Ask the inlet that is due next; return how much came, None if none is due."""
        return pull_due(self._clock, owner=self._name, read=self._read)

    def run(self, stop: Callable[[], bool]) -> None:
        """Ask until told to stop, waiting where nothing is due."""

        def work() -> None:
            if self.turn() is None:
                time.sleep(_PAUSE)

        work_on(work, stop)
