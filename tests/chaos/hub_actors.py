"""The processes of a campaign: senders, workers, and a person who settles what is parked.

Each may be killed at any moment, by others or by itself at a named point; ``Cue`` says which.
"""

import datetime as dt
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from django.db import Error, close_old_connections, connection

from muster.connectors.sql_table.store import Store
from muster.hub.delivering import carrying, leases, noting
from muster.hub.delivering.parking import discard, release
from muster.hub.delivering.worker import Carrier
from muster.hub.messages import acceptance
from muster.hub.models import Parked, ParkedState
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError
from muster.ledger.current import ledger
from tests.chaos.hub_stage import Stage, get, put
from tests.databases import Database

SENDING = ("before the log's commit", "after the log's commit")
CARRYING = (
    "before the sink's transaction",
    "before the sink's commit",
    "after the sink's commit",
    "before the hub's note",
    "before the hub's commit",
    "after the hub's note",
)
_REFUSED_BY_RACE = (MusterError,)


@dataclass(frozen=True)
class Cue:
    """What a process does to itself: at the ``nth`` pass of a point it dies, or sleeps."""

    point: str = ""
    nth: int = 1
    sleeps: float = 0.0


@dataclass(frozen=True)
class Part:
    """What one process is to do.

    Args:
        folder: where the campaign keeps what outlasts its processes.
        place: the receiver's database.
        number: of the sender, or of the worker's start.
        each: how many messages a sender has in all.
        limit: the most messages of a batch.
        lease: seconds after which a worker that says nothing may be taken over from.
        seed: of the process's own chances.
    """

    folder: Path
    place: Database
    number: int
    each: int = 0
    limit: int = 60
    lease: float = 0.3
    seed: int = 0

    def stage(self) -> Stage:
        """Return the stage as this process sees it."""
        return Stage(self.folder, place=self.place)


def build(part: Part, shards: int) -> None:
    """Make the hub's tables, its keys, systems, agreement and route."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for purpose in ("encryption", "signing"):
        ledger().keys.current(purpose)
    part.stage().build(shards=shards)


def send(part: Part, cue: Cue) -> None:
    """Send this sender's messages, as far as is allowed now, until all are kept.

    How far it got is written down only after the hub's answer: whatever was in doubt is sent again.
    """
    _arm(cue)
    stage, chance = part.stage(), random.Random(part.seed)
    kept, allowed = part.folder / f"kept-{part.number}", part.folder / "allowed"
    at = int(get(kept, 0))
    while at < part.each:
        some = min(chance.randrange(1, part.limit), int(get(allowed, 0)) - at, part.each - at)
        if some <= 0:
            time.sleep(0.005)
            continue
        raws = [stage.numbered(part.number, number) for number in range(at, at + some)]
        try:
            answers = stage.send(*raws)
        except Error as problem:
            trouble(part, "sending", problem)
            continue
        wrong = [one for one in answers if one.outcome not in ("accepted", "known")]
        if wrong:
            raise AssertionError(f"a message was not kept: {wrong[0]}")
        at += some
        put(kept, at)


def carry(part: Part, cue: Cue) -> None:
    """Carry messages until told to stop."""
    _arm(cue)
    _shorten_leases(part.lease)
    stop = part.folder / "stop"
    Carrier(SYSTEM_CLOCK, limit=part.limit).run(stop.exists)


def settle(part: Part, cue: Cue) -> None:
    """Discard what the receiver refused; now and then try it again instead."""
    _arm(cue)
    chance, stop = random.Random(part.seed), part.folder / "stop"
    while not stop.exists():
        try:
            settle_some(chance, often=0.2)
        except Error as problem:
            trouble(part, "settling", problem)
        time.sleep(chance.uniform(0, 0.05))


def settle_some(chance: random.Random, *, often: float) -> int:
    """Settle what is parked now; return how many there were."""
    parked = list(
        Parked.objects.filter(state=ParkedState.PARKED).values_list("id", flat=True)[:20]
    )
    for one in parked:
        act: Callable[..., Any] = release if chance.random() < often else discard
        try:
            act(parked=one, reason="refused by the receiver", by="hr:test", clock=SYSTEM_CLOCK)
        except _REFUSED_BY_RACE:
            continue  # somebody, or an earlier life of this process, settled it
    return len(parked)


def trouble(part: Part, what: str, problem: Exception) -> None:
    """Write down that the database could not be asked, and go on."""
    with (part.folder / "troubles").open("a") as file:
        file.write(f"{what}: {type(problem).__name__}: {problem}\n")
    close_old_connections()
    connection.close()
    time.sleep(0.1)


def _shorten_leases(seconds: float) -> None:
    leases.LEASE = dt.timedelta(seconds=seconds)


def _arm(cue: Cue) -> None:
    """Let this process die, or sleep, at a point."""
    if not cue.point:
        return
    passes = iter(range(1, cue.nth + 1))

    def pass_by() -> None:
        if next(passes, 0) != cue.nth:
            return
        if cue.sleeps:
            time.sleep(cue.sleeps)
        else:
            os.kill(os.getpid(), signal.SIGKILL)

    owner, name, before = _PLACES[cue.point]
    setattr(owner, name, _with(getattr(owner, name), pass_by, before=before))


def _with(
    plain: Callable[..., Any], pass_by: Callable[[], None], *, before: bool
) -> Callable[..., Any]:
    @wraps(plain)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if before:
            pass_by()
        made = plain(*args, **kwargs)
        if not before:
            pass_by()
        return made

    return wrapped


# What stands at each point, and whether the point lies before or after it.
_PLACES: dict[str, tuple[Any, str, bool]] = {
    "before the log's commit": (acceptance, "_keep", False),
    "after the log's commit": (Stage, "send", False),
    "before the sink's transaction": (carrying, "hand_over", True),
    "before the sink's commit": (Store, "commit", True),
    "after the sink's commit": (Store, "commit", False),
    "before the hub's note": (carrying, "note", True),
    "before the hub's commit": (noting, "evidence", False),
    "after the hub's note": (carrying, "note", False),
}
