"""One turn of an inlet: what is new is kept, or it is written down why not and when it is tried.

An inlet that fails waits longer each time, a little apart from the others, and stops none of them.
Each cause raises one alarm, which the next good turn clears.
"""

import datetime as dt
import hashlib
import logging
import random
import secrets
from contextlib import suppress

from django.db import Error, transaction

from muster.connectors.outlets import Unreachable
from muster.hub import reading
from muster.hub.landing import Read
from muster.hub.models import Inlet, InletAlarm
from muster.hub.pulling.answers import pull_answers
from muster.hub.pulling.came import Came
from muster.hub.pulling.files import pull_files
from muster.hub.pulling.inlets import made_connector, open_answers, told
from muster.hub.pulling.kinds import kind_named
from muster.hub.pulling.leases import LostLease, Turn, end, take
from muster.hub.pulling.tables import pull_rows
from muster.hub.working import wait_after, worker_name
from muster.kernel.clock import Clock
from muster.kernel.errors import Conflict, MusterError, NotFound, Where
from muster.ledger.current import ledger

FAILING = "muster.hub.inlet.failing.v1"
ANSWERS_EVERY = 300
"""How many seconds lie between two looks for a loader's answers."""
_FIRST_WAIT, _LONGEST_WAIT = 15.0, 3600.0
_PATIENCE = 3
"""So many turns in vain may pass before somebody is told that a system cannot be reached."""
_SAID = 500
_log = logging.getLogger(__name__)
_own_name = worker_name()


def pull_due(clock: Clock, *, owner: str = "", read: Read = reading.read) -> int | None:
    """Ask the inlet that has been due the longest; return how much came, None if none is due.

    Args:
        clock: tells what is due, and stamps what comes.
        owner: names the worker; no two alive share a name.
        read: reads files as rows.
    """
    now = clock.now()
    for row in _due(now):
        turn = take(row, owner or _own_name, now)
        if turn is None:
            continue
        try:
            return _turn(row, turn, read, clock).brought
        except LostLease:
            return 0
    return 0 if open_answers(every=ANSWERS_EVERY, clock=clock) else None


def pull_one(inlet: str, clock: Clock, *, read: Read = reading.read) -> Came:
    """Ask one inlet now, also if it is not due or paused; return what came, or why it failed.

    Raises:
        NotFound: if there is no such inlet.
        Conflict: if a worker is asking it at this moment.
    """
    row = Inlet.objects.select_related("system").filter(code=inlet).first()
    if row is None:
        raise NotFound("No such inlet", where=Where(thing=inlet), fix="See the inlets page")
    turn = take(row, f"{_own_name}:{secrets.token_hex(4)}"[:100], clock.now())
    busy = Conflict(
        "It is being asked at this moment", where=Where(thing=inlet), fix="Look again in a minute"
    )
    if turn is None:
        raise busy
    try:
        return _turn(row, turn, read, clock)
    except LostLease:
        raise busy from None


def _due(now: dt.datetime) -> list[Inlet]:
    """Return the inlets whose turn it is, the longest due first."""
    waiting = Inlet.objects.filter(paused="").select_related("system").order_by("due_at", "id")
    # A clock that was set back must not let an inlet wait for a far future.
    return [
        row for row in waiting
        if row.due_at <= now or row.due_at > now + 2 * dt.timedelta(seconds=row.every + 7200)
    ]  # fmt: skip


def _turn(row: Inlet, turn: Turn, read: Read, clock: Clock) -> Came:
    # What another worker kept before this turn began counts.
    row = Inlet.objects.select_related("system").get(id=row.id)
    try:
        came = _asked(row, turn, read, clock)
    except (LostLease, Error):
        raise
    except Unreachable as problem:
        fix = "It is tried again by itself. If it lasts, check address, access and network"
        return _failed(row, turn, problem.said, fix, clock, patience=_PATIENCE,
                       after=problem.retry_after or 0.0)  # fmt: skip
    except MusterError as problem:
        place = str(problem.where)
        said = f"{problem.what}{f' ({place})' if place else ''}"
        return _failed(row, turn, said, problem.fix, clock)
    except Exception as problem:  # one system's fault must not stop the others
        kind = type(problem).__name__
        _log.warning("the inlet %s failed: %s", row.code, kind)
        said, fix = f"An unforeseen fault ({kind})", "Tell the service operator"
        return _failed(row, turn, said, fix, clock)
    _went(row, turn, came, clock.now())
    return came


def _asked(row: Inlet, turn: Turn, read: Read, clock: Clock) -> Came:
    kind = kind_named(row.kind)
    if kind.brings == "answers":
        return pull_answers(row, turn, clock=clock)
    connector = made_connector(kind, told(row), row.system.code)
    try:
        if kind.brings == "messages":
            return pull_rows(row, turn, connector, clock=clock)
        return pull_files(row, turn, connector, read, clock=clock)
    finally:
        if hasattr(connector, "close"):
            with suppress(Exception):
                connector.close()


@transaction.atomic
def _went(row: Inlet, turn: Turn, came: Came, now: dt.datetime) -> None:
    changes: dict[str, object] = {}
    if came.brought or came.intake:
        changes = {"came_at": now, "came": came.brought}
    # Inlets that were set up together are not asked together for ever.
    every = dt.timedelta(seconds=row.every * random.uniform(0.95, 1.0))  # noqa: S311
    end(turn, attempts=0, said="", fix="", due_at=now + every, asked_at=now, **changes)
    InletAlarm.objects.filter(inlet=row, cleared_at__isnull=True).update(cleared_at=now)


@transaction.atomic
def _failed(
    row: Inlet, turn: Turn, said: str, fix: str, clock: Clock, *, patience: int = 1,
    after: float = 0.0,
) -> Came:  # fmt: skip
    now, attempts = clock.now(), row.attempts + 1
    wait = wait_after(attempts, first=_FIRST_WAIT, longest=_LONGEST_WAIT, asked=after)
    said, fix = said[:_SAID], fix[:_SAID]
    end(
        turn, attempts=attempts, said=said, fix=fix, asked_at=now,
        due_at=now + dt.timedelta(seconds=wait),
    )  # fmt: skip
    if attempts >= patience:
        cause = hashlib.sha256(said.encode()).hexdigest()
        _, raised = InletAlarm.objects.get_or_create(
            inlet=row, cause=cause, cleared_at=None, defaults={"said": said, "raised_at": now}
        )
        if raised:
            body = {"inlet": row.code, "said": said, "fix": fix}
            ledger().append_one("decisions", FAILING, f"inlet:hub:{row.code}", body)
    return Came(said=said, fix=fix)
