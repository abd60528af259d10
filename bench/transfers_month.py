"""The same moves through all of Muster: a database, its diagrams, people's tasks, unlike payrolls.

``through_process`` is a seam of ``bench.transfers``. Every move is drafted, offered, accepted,
stated, released, settled, signed and booked by the people whose tasks these are, at the moments
its papers say; what Muster refuses or finds to differ is put right after the time that takes, and
stated again. Time is one clock that goes from event to event: tasks, timers, cut-offs, pay days.

Employers that are joined are shared out among two processes, each with a database of its own, so
that each payroll stands in one place. Nothing here looks at which fault a move has.

python -m bench.transfers_month MOVES SEED         one process on SQLite; says what came of it
python -m bench.transfers_month MOVES SEED both    as ``through_process`` does it
python -m bench.transfers_month work IN OUT        takes one share through; for this module
"""

import datetime as dt
import heapq
import os
import pickle
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from synthetic.payrolls.calendar import LONDON
from synthetic.transfers.judging import Handled
from synthetic.transfers.transfer import PretendTransfer
from tools.throwaway_postgres import NoPostgres, running_postgres

ROOT = Path(__file__).parent.parent
PROCESSES = 2
_SAID_EVERY = 250
_DAWN = dt.time(6)
_LAST_DAYS = dt.timedelta(days=45)
_DAY = dt.timedelta(days=1)


def through_process(moves: Sequence[PretendTransfer]) -> Iterator[Handled]:
    """Take moves through Muster in two processes; yield what came of each."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="muster-month-")))
        running = []
        for number, share in enumerate(shares(moves, PROCESSES)):
            home = folder / f"home-{number}"
            home.mkdir()
            came, went = folder / f"moves-{number}", folder / f"handled-{number}"
            came.write_bytes(pickle.dumps(share))
            environ = {
                **os.environ, "MUSTER_HOME": str(home), "MUSTER_ENV": "development",
                "MUSTER_DATABASE_URL": _database(stack),
            }  # fmt: skip
            command = [sys.executable, "-m", "bench.transfers_month", "work", str(came), str(went)]
            running.append((subprocess.Popen(command, cwd=ROOT, env=environ), went))
        for process, went in running:
            if process.wait():
                raise RuntimeError("a worker of the month-end failed")
            yield from pickle.loads(went.read_bytes())


def shares(moves: Sequence[PretendTransfer], among: int) -> list[list[PretendTransfer]]:
    """Divide moves so that each employer that is joined is in one share, all about as large."""
    of: dict[str, list[PretendTransfer]] = defaultdict(list)
    for move in moves:
        of[move.importer.code].append(move)
    found: list[list[PretendTransfer]] = [[] for _ in range(min(among, len(of)))]
    for some in sorted(of.values(), key=len, reverse=True):
        min(found, key=len).extend(some)
    return found


def _database(stack: ExitStack) -> str:
    try:
        return stack.enter_context(running_postgres(durable=True))
    except NoPostgres:
        return ""


class Month:
    """Everything that happens to some moves, in the order of time.

    Args:
        moves: at most one for each person.
        said: told now and then how many moves are through.
    """

    def __init__(
        self, moves: Sequence[PretendTransfer], said: Callable[[str], None] = lambda _: None
    ) -> None:
        from bench.transfers_payrolls import Offices
        from muster.kernel.clock import FixedClock

        self._moves, self._said = moves, said
        begins = min(move.offered for move in moves) - _DAY
        self.clock = FixedClock(begins)
        self.offices = Offices(moves, self.clock)
        self._heap: list[tuple[dt.datetime, int, Iterator[dt.datetime]]] = []
        self._turns = count()

    def handled(self) -> Iterator[Handled]:
        """Let it all happen; yield what came of each move."""
        from bench.transfers_people import Life

        lives = [Life(move, self.offices, self.clock) for move in self._moves]
        for life in lives:
            self._soon(life.move.offered, life.steps())
        last = max(life.move.period.pay_day for life in lives) + _LAST_DAYS
        until = dt.datetime.combine(last, _DAWN, LONDON)
        self._soon(self.clock.now(), self._days(until))
        for at, runs in self.offices.runs(until):
            self._soon(at, runs)
        while self._heap:
            at, _, steps = heapq.heappop(self._heap)
            self._fire_until(at)
            self._soon_again(steps)
        for life in lives:
            yield life.handled()
            if life.broke:
                self._said(f"move {life.move.number}, {life.move.fault}: {life.broke}")
        self._said(f"states: {dict(Counter(life.state for life in lives))}")

    def _soon(self, at: dt.datetime, steps: Iterator[dt.datetime]) -> None:
        heapq.heappush(self._heap, (max(at, self.clock.now()), next(self._turns), steps))

    def _soon_again(self, steps: Iterator[dt.datetime]) -> None:
        at = next(steps, None)
        if at is not None:
            self._soon(at, steps)

    def _days(self, until: dt.datetime) -> Iterator[dt.datetime]:
        """What Muster looks after by itself: on mornings after a cut-off or a pay day."""
        from muster.services.transfers.payrolls.due import look_after

        for day in self.offices.days(self.clock.now().date(), until.date()):
            yield dt.datetime.combine(day, _DAWN, LONDON)
            look_after(clock=self.clock)
            self._said(f"{day}: {self.offices.told} bookings of {len(self._moves)} moves")

    def _fire_until(self, at: dt.datetime) -> None:
        """Let timers fire that are due by a moment, each at its own."""
        from muster.casework import actions as cases
        from muster.casework.models import Wait

        waits = Wait.objects.filter(due_at__lte=at, case__state="running").order_by("due_at")
        while (due := waits.values_list("due_at", flat=True).first()) is not None:
            self._go_to(due)
            cases.fire_due(clock=self.clock, limit=100_000)
        self._go_to(at)

    def _go_to(self, at: dt.datetime) -> None:
        self.clock.move(max(at - self.clock.now(), dt.timedelta(0)))


def _work(came: str, went: str) -> None:
    """Take one share through in this process, and write what came of it."""
    moves = pickle.loads(Path(came).read_bytes())
    handled = list(_in_this_process(moves))
    Path(went).write_bytes(pickle.dumps(handled))


def _in_this_process(moves: Sequence[PretendTransfer]) -> Iterable[Handled]:
    import django
    from django.core.management import call_command

    os.environ["DJANGO_SETTINGS_MODULE"] = "muster.settings"
    django.setup()
    from muster.kernel.running import settle

    call_command("migrate", verbosity=0)
    settle()

    def said(words: str) -> None:
        sys.stderr.write(f"[{os.getpid()}] {words}\n")
        sys.stderr.flush()

    return Month(moves, said).handled()


def _try_out(number: str, seed: str, both: str = "") -> None:
    """Run some moves, here or in both processes, and say what came of them."""
    from synthetic.transfers.judging import judge
    from synthetic.transfers.make import make_transfers

    moves = make_transfers(int(number), int(seed))
    handled = list(through_process(moves) if both else _in_this_process(moves))
    verdict = judge(moves, handled)
    of = {move.number: move for move in moves}
    for what in ("wrong", "missed", "held_up"):
        for each, why in getattr(verdict, what).items():
            sys.stdout.write(f"{what} {each} {of[each].fault} {of[each].odd}: {why}\n")
    sys.stdout.write(
        f"{verdict.moves} moves, wrong {len(verdict.wrong)}, raised {verdict.raised}, missed "
        f"{len(verdict.missed)}, by hand {verdict.by_hand}, held up {len(verdict.held_up)} of "
        f"{verdict.clean}, advanced {verdict.advanced}, minutes {verdict.median_minutes}\n"
    )


if __name__ == "__main__":
    if sys.argv[1] == "work":
        _work(*sys.argv[2:])
    else:
        _try_out(*sys.argv[1:])
