"""What waits behind a parked message goes on once nothing of its subject stands before it."""

import datetime as dt
import uuid
from collections.abc import Sequence, Set

from muster.hub.models import Attempt, Parked, ParkedState, Route
from muster.kernel.ids import new_id

OPEN = (
    ParkedState.PARKED, ParkedState.BEHIND, ParkedState.DOUBTFUL, ParkedState.RELEASED,
)  # fmt: skip
_AT_ONCE = 500


def hold_decisions(route: uuid.UUID) -> None:
    """Keep people's decisions on what is parked of a route away until the transaction ends."""
    Route.objects.select_for_update(of=("self",), no_key=True).get(id=route)


def release_subjects(
    route: uuid.UUID, subjects: Sequence[str], *, reason: str, by: str
) -> tuple[uuid.UUID, list[int]]:
    """Let all that waits of some subjects be handed over again, as one release.

    Returns the release, and the positions of what goes.
    """
    again, positions = new_id(), list[int]()
    for place in range(0, len(subjects), _AT_ONCE):
        waiting = Parked.objects.filter(
            route=route, subject__in=subjects[place : place + _AT_ONCE], state__in=OPEN
        ).exclude(state=ParkedState.RELEASED)
        positions += waiting.values_list("position", flat=True)
        waiting.update(
            state=ParkedState.RELEASED, again=again, due_at=None, reason=reason, settled_by=by
        )
    for place in range(0, len(positions), _AT_ONCE):
        # Whoever releases a doubtful message says that the receiver does not have it.
        some = positions[place : place + _AT_ONCE]
        Attempt.objects.filter(route=route, position__in=some).delete()
    return again, sorted(positions)


def let_follow(route: uuid.UUID, subjects: Set[str], *, due_at: dt.datetime | None = None) -> None:
    """Release what waits behind, of subjects of which nothing else waits; to go from ``due_at``."""
    open_rows = Parked.objects.filter(route=route, subject__in=subjects, state__in=OPEN)
    stuck = set(open_rows.exclude(state=ParkedState.BEHIND).values_list("subject", flat=True))
    open_rows.filter(subject__in=subjects - stuck).update(
        state=ParkedState.RELEASED, again=new_id(), due_at=due_at
    )
