"""Messages that wait: why, and what people do about them.

A message that fails parks its subject on its route, not the route: later messages of the subject
wait behind it, in order, and all others go on. A person releases it (after mending what was wrong)
or discards it, with a reason; both are evidence.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence

import polars as pl
from django.db import connection, transaction

from muster.hub.delivering.following import OPEN, hold_decisions, let_follow, release_subjects
from muster.hub.delivering.noting import state_of
from muster.hub.delivering.recalling import recalled_release
from muster.hub.models import Attempt, Delivery, Parked, ParkedState
from muster.kernel.clock import Clock
from muster.kernel.errors import Conflict, NotFound, Where
from muster.kernel.ids import new_id
from muster.ledger.current import ledger

RELEASED, DISCARDED = "muster.hub.message.released.v1", "muster.hub.message.discarded.v1"
_AT_ONCE = 500
# One look into the index for each subject.
_WAITS = """
WITH asked (subject) AS (VALUES {})
SELECT subject FROM asked WHERE (
    SELECT 1 FROM hub_parked p WHERE p.route_id = %s AND p.subject = asked.subject
       AND p.state IN ('parked', 'behind', 'doubtful', 'released') LIMIT 1) IS NOT NULL
"""
_MOST_ATTEMPTS = 12
_FIRST_WAIT, _LONGEST_WAIT = 5.0, 3600.0


def open_subjects(route: uuid.UUID, subjects: pl.Series) -> list[str]:
    """Return which subjects have messages that wait on a route, however many each has."""
    if not Parked.objects.filter(route=route, state__in=OPEN).exists():
        return []
    asked = subjects.unique().to_list()
    key = route if connection.vendor == "postgresql" else route.hex
    found: list[str] = []
    with connection.cursor() as cursor:
        for place in range(0, len(asked), _AT_ONCE):
            some = asked[place : place + _AT_ONCE]
            cursor.execute(_WAITS.format(", ".join(["(%s)"] * len(some))), [*some, key])
            found += [subject for (subject,) in cursor.fetchall()]
    return sorted(found)


def settle_released(
    route: uuid.UUID, positions: Sequence[int], aside: pl.DataFrame, now: dt.datetime
) -> Callable[[Delivery | None], None]:
    """Record what became of released messages; return what is left to do with the delivery.

    Those that failed again wait as before, unless the receiver has them; where a subject has
    nothing left that failed, what waits behind is released by itself.

    Raises:
        Unreachable: if the receiver must be asked what it has, and cannot.
    """
    aside = recalled_release(route, positions, aside).aside
    # What came of these is known from here on.
    Attempt.objects.filter(route=route, position__in=positions).delete()
    rows = Parked.objects.filter(route=route, state=ParkedState.RELEASED, position__in=positions)
    failed = {
        position: (stage, cause)
        for position, stage, cause in aside.select("position", "stage", "cause").iter_rows()
    }
    again = [row for row in rows if row.position in failed]
    for row in again:
        stage, cause = failed[row.position]
        _wait_again(row, stage, cause or row.cause, now)
    Parked.objects.bulk_update(
        again, ["state", "stage", "cause", "attempts", "due_at", "again"], batch_size=_AT_ONCE
    )
    # The rest of their release, which this batch did not reach, waits behind them as well.
    Parked.objects.filter(
        route=route, state=ParkedState.RELEASED, subject__in={row.subject for row in again}
    ).exclude(position__in=positions).update(state=ParkedState.BEHIND, due_at=None)

    def settle(made: Delivery | None) -> None:
        taken = [one for one in positions if one not in failed]
        done = Parked.objects.filter(route=route, state=ParkedState.RELEASED, position__in=taken)
        subjects = set(done.values_list("subject", flat=True))
        done.update(state=ParkedState.DELIVERED, delivery=made, settled_at=now)
        let_follow(route, subjects)

    return settle


@transaction.atomic
def release(*, parked: uuid.UUID, reason: str, by: str, clock: Clock) -> int:
    """Let a parked message be handed over again, and all that wait behind it; return how many.

    Raises:
        NotFound: if there is no such parked message.
        Conflict: if it was settled already.
    """
    row = _open(parked)
    _, positions = release_subjects(row.route_id, [row.subject], reason=reason, by=by)
    body = {"route": row.route.code, "positions": positions, "reason": reason, "by": by}
    ledger().append_one("decisions", RELEASED, row.subject, body)
    return len(positions)


@transaction.atomic
def discard(*, parked: uuid.UUID, reason: str, by: str, clock: Clock) -> None:
    """Decide that a parked message is not to be handed over; what waits behind it goes on.

    Raises:
        NotFound: if there is no such parked message.
        Conflict: if it was settled already.
    """
    row = _open(parked)
    now = clock.now()
    changed = Parked.objects.filter(id=row.id, state=row.state).update(
        state=ParkedState.DISCARDED, settled_at=now, settled_by=by, reason=reason
    )
    if not changed:
        raise _settled()
    Attempt.objects.filter(route=row.route_id, position=row.position).delete()
    let_follow(row.route_id, {row.subject})
    body = {"route": row.route.code, "position": row.position, "reason": reason, "by": by}
    ledger().append_one("decisions", DISCARDED, row.subject, body)


def _wait_again(row: Parked, stage: str, cause: str, now: dt.datetime) -> None:
    row.stage, row.cause, row.attempts = stage, cause, row.attempts + 1
    row.state = state_of(stage)
    if row.state == ParkedState.RELEASED:
        if row.attempts >= _MOST_ATTEMPTS:
            row.state = ParkedState.PARKED
            return
        seconds = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0**row.attempts)
        row.due_at, row.again = now + dt.timedelta(seconds=seconds), new_id()


def _open(parked: uuid.UUID) -> Parked:
    row = Parked.objects.select_related("route").filter(id=parked).first()
    if row is None:
        raise NotFound(
            "No such message waits", where=Where(thing=str(parked)), fix="See what is parked"
        )
    # Whoever carries this route sees the decision whole or not at all.
    hold_decisions(row.route_id)
    row.refresh_from_db()
    if row.state not in OPEN or row.state == ParkedState.RELEASED:
        raise _settled()
    return row


def _settled() -> Conflict:
    return Conflict("Somebody settled this message already", fix="Load the page again")
