"""What a run would change and why, and how its model differs from the one before: for its report.

Counts leave out whatever a reader may not know of.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from muster.register.linkage.explaining import level_said
from muster.register.linkage.weighing import weights_from
from muster.register.people.matching.models import MatchingRun, Proposal
from muster.register.people.matching.queries import both_shown
from muster.register.people.restricting.rules import NOBODY, Viewer

TELLS = 1.0
"""Evidence that changed by less than so many bits is not reported."""


@dataclass(frozen=True)
class Cause:
    """How many pairs a run would ``link``, ``ask`` about or ``untie``, for one reason."""

    does: str
    why: str
    pairs: int


@dataclass(frozen=True)
class Drifted:
    """What one level of agreement told in bits by the model before, and tells by this one."""

    field: str
    said: str
    before: float
    now: float


def causes(run: uuid.UUID, *, viewer: Viewer = NOBODY) -> tuple[Cause, ...]:
    """Return what a run proposed, by reason, the most frequent first."""
    found = Proposal.objects.filter(both_shown(viewer), run=run, since__isnull=True)
    counted = found.values("does", "why").annotate(pairs=Count("weight")).order_by()
    made = [Cause(row["does"], row["why"], row["pairs"]) for row in counted]
    return tuple(sorted(made, key=lambda one: (-one.pairs, one.does, one.why)))


def drift_of(run: uuid.UUID) -> tuple[Drifted, ...] | None:
    """Return how a run's model differs from the last accepted one before it; None without one."""
    made = MatchingRun.objects.filter(id=run, learned__isnull=False).first()
    if made is None:
        return None
    earlier = MatchingRun.objects.filter(at__lt=made.at, state="applied", learned__isnull=False)
    before = earlier.order_by("-at", "-id").first()
    return None if before is None else drift(before.learned or {}, made.learned or {})


def drift(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Drifted, ...]:
    """Return what tells more or less than before by ``TELLS`` at least, the most changed first."""
    was, found = _told(before), list[Drifted]()
    for (field, said), bits in _told(now).items():
        earlier = was.get((field, said), 0.0)
        if abs(bits - earlier) >= TELLS:
            found.append(Drifted(field, said, earlier, bits))
    return tuple(sorted(found, key=lambda one: -abs(one.now - one.before)))


def _told(learned: Mapping[str, Any]) -> dict[tuple[str, str], float]:
    weights = weights_from(learned["weights"])
    return {
        (one.field, level_said(level, one.levels)): level.bits
        for one in weights.fields
        for level in one.levels
    }
