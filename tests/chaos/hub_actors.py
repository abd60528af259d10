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
from muster.hub.delivering.parking import OPEN, discard, release  # isort: skip
from muster.hub.delivering.worker import Carrier  # isort: skip
from muster.hub.messages import acceptance  # isort: skip
from muster.hub.models import Cursor, Delivery, Message, Parked, ParkedState  # isort: skip
from muster.kernel.clock import SYSTEM_CLOCK  # isort: skip
from muster.kernel.errors import MusterError  # isort: skip
from muster.ledger.current import ledger  # isort: skip
from muster.ledger.verification import verify  # isort: skip


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


def look(part: Part) -> None:
    """Write down how the hub stands: what is open, whether its logs verify."""
    last = Message.objects.order_by("-position").values_list("position", flat=True).first() or -1
    behind = [one for one in Cursor.objects.all() if _waiting(one)]
    waiting = Parked.objects.filter(state__in=OPEN)
    put(
        part.folder / "looked",
        {
            "open": waiting.count() + len(behind),
            "stuck": [str(one) for one in waiting.values_list("state", "stage", "subject")[:3]],
            "blocked": [one.blocked for one in Cursor.objects.exclude(blocked="")],
            "kept": Message.objects.count(),
            "refused": Message.objects.exclude(refused="").count(),
            "deliveries": Delivery.objects.count(),
            "had": sum(Delivery.objects.values_list("had", flat=True)),
            "last": last,
        },
    )


def prove(part: Part) -> None:
    """Write down whether the hub's logs verify."""
    faults = [str(one) for log in ("exchange", "decisions") for one in _faults(log)]
    put(part.folder / "proved", {"evidence_faults": len(faults), "evidence": faults[:3]})


def _faults(log: Any) -> list[Any]:
    return list(verify(ledger(), log).faults)


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
