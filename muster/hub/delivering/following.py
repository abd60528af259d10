"""What waits behind a parked message goes on once nothing of its subject stands before it."""

import uuid
from collections.abc import Set

from muster.hub.models import Parked, ParkedState, Route
from muster.kernel.ids import new_id

OPEN = (
    ParkedState.PARKED, ParkedState.BEHIND, ParkedState.DOUBTFUL, ParkedState.RELEASED,
)  # fmt: skip


def hold_decisions(route: uuid.UUID) -> None:
    """Keep people's decisions on what is parked of a route away until the transaction ends."""
    Route.objects.select_for_update(of=("self",), no_key=True).get(id=route)


def let_follow(route: uuid.UUID, subjects: Set[str]) -> None:
    """Release what waits behind, of subjects of which nothing else waits."""
    open_rows = Parked.objects.filter(route=route, subject__in=subjects, state__in=OPEN)
    stuck = set(open_rows.exclude(state=ParkedState.BEHIND).values_list("subject", flat=True))
    open_rows.filter(subject__in=subjects - stuck).update(
        state=ParkedState.RELEASED, again=new_id(), due_at=None
    )
