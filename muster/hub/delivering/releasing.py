"""Letting go on, in one decision, all messages of a route that wait for the same cause."""

from django.db import transaction

from muster.hub.delivering.following import OPEN
from muster.hub.delivering.parking import RELEASED
from muster.hub.models import Attempt, Parked, ParkedState, Route
from muster.kernel.clock import Clock
from muster.kernel.errors import NotFound, Where
from muster.kernel.ids import new_id
from muster.ledger.current import ledger

FAILED = (ParkedState.PARKED, ParkedState.DOUBTFUL)
_AT_ONCE = 500
_SPAN = 1000


@transaction.atomic
def release_all(
    route: str, *, stage: str = "", cause: str = "", subject: str = "", reason: str, by: str,
    clock: Clock,
) -> int:  # fmt: skip
    """Let messages be handed over again, with all that wait behind them; return how many.

    Those of a subject go in their order, and before anything newer of it.

    Args:
        route: the route's code.
        stage: only those that failed there; with ``cause``.
        cause: only those that wait for it.
        subject: only those of this subject.
        reason: why they may go now; it is recorded.
        by: who decides.
        clock: of the decision.

    Raises:
        NotFound: if none waits.
    """
    found = Route.objects.select_for_update(of=("self",), no_key=True).filter(code=route).first()
    if found is None:
        raise NotFound("No such route", where=Where(thing=route), fix="See the routes page")
    failed = Parked.objects.filter(route=found, state__in=FAILED)
    if stage or cause:
        failed = failed.filter(stage=stage, cause=cause)
    if subject:
        failed = failed.filter(subject=subject)
    subjects = sorted(set(failed.values_list("subject", flat=True)))
    if not subjects:
        raise NotFound("Nothing waits for this any more", where=Where(thing=route),
                       fix="See what is parked")  # fmt: skip
    again, positions = new_id(), list[int]()
    for place in range(0, len(subjects), _AT_ONCE):
        waiting = Parked.objects.filter(
            route=found, subject__in=subjects[place : place + _AT_ONCE], state__in=OPEN
        ).exclude(state=ParkedState.RELEASED)
        positions += waiting.values_list("position", flat=True)
        waiting.update(
            state=ParkedState.RELEASED, again=again, due_at=None, reason=reason, settled_by=by
        )
    for place in range(0, len(positions), _AT_ONCE):
        # Whoever releases a doubtful message says that the receiver does not have it.
        some = positions[place : place + _AT_ONCE]
        Attempt.objects.filter(route=found, position__in=some).delete()
    body = {
        "route": route, "stage": stage, "cause": cause, "release": str(again),
        "messages": len(positions), "positions": sorted(positions)[:_SPAN],
        "reason": reason, "by": by,
    }  # fmt: skip
    ledger().append_one("decisions", RELEASED, subject or f"route:hub:{route}", body)
    return len(positions)
