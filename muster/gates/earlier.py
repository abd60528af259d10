"""What was released before of the same table: for telling when a figure was restated."""

import datetime as dt
import uuid
from dataclasses import dataclass

from muster.gates.models import SHUT, Release
from muster.gates.release import ReleasedTable

_LOOKED_AT = 50


@dataclass(frozen=True)
class Earlier:
    """A release of a table from data as they stood earlier, or by another definition."""

    release: uuid.UUID
    released_at: dt.datetime
    redefined: bool


def restated(table: ReleasedTable) -> Earlier | None:
    """Return the latest earlier release of a table for the same audience that told other figures.

    None where every earlier release told the same, and where there is none that may be read.
    """
    now = Release.objects.get(id=table.release)
    before = Release.objects.filter(
        metric=now.metric, dimensions=now.dimensions, as_at=now.as_at, audience=now.audience,
        snapshot__lt=now.snapshot,
    ).exclude(state__in=SHUT)  # fmt: skip
    for one in before.order_by("-snapshot")[:_LOOKED_AT]:
        if one.content["cells"] != now.content["cells"]:
            return Earlier(one.id, one.released_at, one.fingerprint != now.fingerprint)
    return None
