"""The processes of a campaign: senders, workers, and a person who settles what is parked.

Each may be killed at any moment, by others or by itself at a named point; ``Cue`` says which.
"""

import datetime as dt
import os
import random
import signal
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.management import call_command
from django.db import Error, connection

from tests.chaos.hub_script import Cue, Part, get, put
from tests.chaos.hub_stage import Stage

from muster.connectors.sql_table.store import Store  # isort: skip
from muster.hub.delivering import carrying, leases, noting  # isort: skip
from muster.hub.delivering.following import OPEN  # isort: skip
from muster.hub.delivering.parking import discard, release  # isort: skip
from muster.hub.worker import Carrier  # isort: skip
from muster.hub.messages import acceptance  # isort: skip
from muster.hub.models import Cursor, Delivery, Message, Parked, ParkedState  # isort: skip
from muster.kernel.clock import SYSTEM_CLOCK  # isort: skip
from muster.kernel.errors import MusterError  # isort: skip
from muster.ledger.current import ledger  # isort: skip
from muster.ledger.port import LogName  # isort: skip
from muster.ledger.verification import verify  # isort: skip


_PATIENCE = 90.0


def build(part: Part, shards: int) -> None:
    """Make the hub's tables, its keys, systems, agreement and route."""
    call_command("migrate", verbosity=0)
    for purpose in ("encryption", "signing"):
        ledger().keys.current(purpose)
    _stage(part).build(shards=shards)


def send(part: Part, cue: Cue) -> None:
    """Send this sender's messages, as far as is allowed now, until all are kept.

    How far it got is written down only after the hub's answer: whatever was in doubt is sent again.
    """
    _arm(cue)
    stage, chance = _stage(part), random.Random(part.seed)
    kept, allowed = part.folder / f"kept-{part.number}", part.folder / "allowed"
    at = int(get(kept, 0))
    while at < part.each:
        some = min(chance.randrange(1, part.limit), int(get(allowed, 0)) - at)
        if some <= 0:
            time.sleep(0.005)
            continue
        raws = [stage.numbered(part.number, number) for number in range(at, at + some)]
        try:
            answers = stage.send(*raws)
        except Error as problem:
            _trouble(part, "sending", problem)
            continue
        wrong = [one for one in answers if one.outcome not in ("accepted", "known")]
        if wrong:
            raise AssertionError(f"a message was not kept: {wrong[0]}")
        at += some
        put(kept, at)


def carry(part: Part, cue: Cue) -> None:
    """Carry messages until told to stop."""
    _arm(cue)
    leases.LEASE = dt.timedelta(seconds=part.lease)
    stop = part.folder / "stop"
    Carrier(SYSTEM_CLOCK, limit=part.limit).run(stop.exists)


def settle(part: Part, cue: Cue) -> None:
    """Discard what the receiver refused; now and then have it tried again instead."""
    _arm(cue)
    chance, stop = random.Random(part.seed), part.folder / "stop"
    while not stop.exists():
        try:
            _settle_some(chance)
        except Error as problem:
            _trouble(part, "settling", problem)
        time.sleep(chance.uniform(0, 0.05))


def _settle_some(chance: random.Random) -> None:
    parked = Parked.objects.filter(state=ParkedState.PARKED).values_list("id", flat=True)[:20]
    for one in list(parked):
        act: Callable[..., Any] = release if chance.random() < 0.2 else discard
        try:
            act(parked=one, reason="refused by the receiver", by="hr:test", clock=SYSTEM_CLOCK)
        except MusterError:
            continue  # an earlier life of this process settled it


def watch(part: Part, senders: int) -> None:
    """Wait until nothing is on its way any more; write down how the hub stands."""
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        sent = [get(part.folder / f"kept-{n}", 0) >= part.each for n in range(senders)]
        try:
            if all(sent) and not _open():
                break
        except Error as problem:
            _trouble(part, "watching", problem)
        time.sleep(0.1)
    deliveries = Delivery.objects.values_list("messages", "had")
    logs: tuple[LogName, ...] = ("exchange", "decisions")
    faults = [str(one) for log in logs for one in verify(ledger(), log).faults]
    put(
        part.folder / "looked",
        {
            "open": _open(),
            "stuck": [str(one) for one in _parked().values_list("state", "stage", "subject")[:3]],
            "blocked": list(Cursor.objects.exclude(blocked="").values_list("blocked", flat=True)),
            "kept": Message.objects.count(),
            "refused": Message.objects.exclude(refused="").count(),
            "deliveries": len(deliveries),
            "had": sum(had for _, had in deliveries),
            "evidence_faults": len(faults),
            "evidence": faults[:3],
        },
    )


def _open() -> int:
    """Return how many messages wait, and how many parts of the route have not got to the end."""
    return int(_parked().count()) + sum(map(_waiting, Cursor.objects.select_related("route")))


def _parked() -> Any:
    return Parked.objects.filter(state__in=OPEN)


def _waiting(cursor: Cursor) -> bool:
    ahead = Message.objects.filter(position__gt=cursor.position, refused="")
    shards = cursor.route.shards
    return any(one % shards == cursor.shard for one in ahead.values_list("shard", flat=True))


def _stage(part: Part) -> Stage:
    return Stage(part.folder, place=part.place)


def _trouble(part: Part, what: str, problem: Exception) -> None:
    """Write down that the database could not be asked, and go on."""
    with (part.folder / "troubles").open("a") as file:
        file.write(f"{what}: {type(problem).__name__}: {problem}\n")
    connection.close()
    time.sleep(0.1)


def _arm(cue: Cue) -> None:
    """Let this process die, or sleep, at a point."""
    if not cue.point:
        return
    passes = 0

    def pass_by() -> None:
        nonlocal passes
        passes += 1
        if passes == cue.nth and cue.sleeps:
            time.sleep(cue.sleeps)
        elif passes == cue.nth:
            os.kill(os.getpid(), signal.SIGKILL)

    owner, name, before = _PLACES[cue.point]
    setattr(owner, name, _passing(getattr(owner, name), pass_by, before=before))


def _passing(
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


# What stands at each point, and whether the point lies before it.
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
