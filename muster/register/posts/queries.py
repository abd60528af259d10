"""Questions about posts. Only statements that were not replaced count, unless asked otherwise."""

import uuid
from collections.abc import Sequence

from django.db.models import Sum

from muster.register.posts.models import PostFact


def fte_of_landings(landings: Sequence[uuid.UUID]) -> int:
    """Return the FTE that the register holds from these landings, in billionths."""
    total = 0
    for start in range(0, len(landings), 500):
        facts = PostFact.objects.filter(statement__landing__in=landings[start : start + 500])
        total += int(facts.aggregate(total=Sum("fte"))["total"] or 0)
    return total
