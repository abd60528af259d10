"""A worker: takes parts of routes that have something to carry, one batch each in turn.

Any number may run, on one host or many. A worker that stops gives its leases back; one that is
killed loses them after a while, and nothing else.
"""

from collections.abc import Callable
from contextlib import closing

from muster.hub.airlock.looking import look_on
from muster.hub.delivering.carrying import BATCH, carry
from muster.hub.delivering.leases import Leases, LostLease
from muster.hub.delivering.wakeup import waiting
from muster.hub.forwarding.due import due_forwards
from muster.hub.forwarding.forward import forward
from muster.hub.landing import Read
from muster.hub.working import work_on, worker_name
from muster.kernel.clock import Clock


class Carrier:
    """Carries messages for as long as it is asked to.

    Args:
        clock: stamps what is done.
        name: names the worker.
        limit: the most messages of one batch.
        read: reads files as rows; without it files are not carried on.
    """

    def __init__(
        self, clock: Clock, *, name: str = "", limit: int = BATCH, read: Read | None = None
    ) -> None:
        self._clock, self._limit, self._read = clock, limit, read
        self._leases = Leases(name or worker_name(), clock)
        self._had_turn: frozenset[int] = frozenset()

    def turn(self) -> int | None:
        """Carry one batch of the next route; return how many messages, None if no route has any.

        Each route gets one batch before any gets a second.
        """
        lease = self._leases.due(avoiding=self._had_turn)
        if lease is None and self._had_turn:
            self._had_turn = frozenset()
            lease = self._leases.due()
        if lease is None:
            done = self._forward()
            if done is None:
                look_on(clock=self._clock)
            return done
        self._had_turn |= {lease.cursor}
        try:
            done = carry(lease, clock=self._clock, limit=lease.most(self._limit))
            if done:
                look_on(clock=self._clock, route=lease.route)
            return done
        except LostLease:
            self._leases.forget(lease)
            return 0

    def _forward(self) -> int | None:
        """Carry the next file on to a route that leads on from its system; None if none waits."""
        if self._read is None:
            return None
        for due in due_forwards(self._clock.now()):
            lease = self._leases.hold(due.cursor)
            if lease is None:
                continue
            try:
                return forward(lease, due, self._read, clock=self._clock)
            except LostLease:
                self._leases.forget(lease)
                return 0
        return None

    def drain(self) -> int:
        """Carry until no route has anything that can go now; return how many messages."""
        carried = 0
        while (done := self.turn()) is not None:
            carried += done
        return carried

    def run(self, stop: Callable[[], bool]) -> None:
        """Carry until told to stop, waiting where there is nothing to carry."""

        def work() -> None:
            with closing(waiting()) as news:
                while not stop():
                    if self.turn() is None:
                        news.wait()

        work_on(work, stop)
        self.stop()

    def stop(self) -> None:
        """Give the leases back."""
        self._leases.let_go()
