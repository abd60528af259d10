"""What became of the files of an intake, counted: for whoever sent them and comes back to look."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from muster.hub.models import Landing, LandingState

# What a refused file waits for that nobody has said yet how to read.
LAYOUT = "layout"


@dataclass(frozen=True)
class Fates:
    """How many files of an intake came to what; ``accepted`` and ``waiting`` are rows.

    A file of several tables counts once for each fate that its tables have.
    """

    taken: int = 0
    accepted: int = 0
    waiting: int = 0
    unmapped: int = 0
    undecided: int = 0
    held: int = 0
    refused: int = 0
    worked_on: int = 0
    superseded: int = 0
    withdrawn: int = 0


_NAMES = {
    LandingState.ACCEPTED: "taken",
    LandingState.HELD: "held",
    LandingState.REFUSED: "refused",
    LandingState.RECEIVED: "worked_on",
    LandingState.SUPERSEDED: "superseded",
    LandingState.WITHDRAWN: "withdrawn",
}


def fates_of(
    intakes: Collection[uuid.UUID], *, employer: uuid.UUID | None = None, by: str = ""
) -> dict[uuid.UUID, Fates]:
    """Return what became of the files of each intake.

    Args:
        intakes: which.
        employer: only files of systems that this employer owns,
        by: and files without a route that this actor sent.
    """
    found = Landing.objects.filter(intake__in=list(intakes))
    if employer is not None:
        unclaimed = Q(route__isnull=True, received_by=by) if by else Q(pk__in=[])
        found = found.filter(Q(route__source__employer=employer) | unclaimed)
    grouped = (
        found.order_by()
        .values("intake", "state", "waits_for")
        .annotate(files=Count("name", distinct=True), went_on=Sum("accepted"))
        .annotate(wait=Sum("quarantined"))
    )
    counts: dict[uuid.UUID, dict[str, int]] = {one: defaultdict(int) for one in intakes}
    for row in grouped:
        count, state = counts[row["intake"]], LandingState(row["state"])
        name = _name(state, row["waits_for"])
        count[name] += row["files"]
        if state == LandingState.ACCEPTED:
            count["accepted"] += row["went_on"]
            count["waiting"] += row["wait"]
    return {intake: Fates(**count) for intake, count in counts.items()}


def _name(state: LandingState, waits_for: str) -> str:
    if (state, waits_for) == (LandingState.REFUSED, LAYOUT):
        return "unmapped"
    if (state, waits_for) == (LandingState.HELD, "approval"):
        return "undecided"
    return _NAMES[state]
