"""What changed since it was last looked at: a queue in the database, written with the change.

For ``people.actions``, which notes what it told again, and for ``between``, which looks at it. What
is noted is committed with the beliefs that changed, so no crash loses it, and it stands until a
look at it is committed.
"""

import datetime as dt
import uuid
from collections.abc import Collection

from muster.register.people.matching.models import Due, MatchingRun

AT_ONCE = 1_000
"""So many changed records of one delivery are looked at by themselves. Of more only their keys are
brought up to date, so that others find them; whose they are, the next run says."""


def note_changed(records: Collection[str], systems: Collection[str], *, at: dt.datetime) -> None:
    """Note that some records say something else than before.

    Nothing is noted before the first run: it looks at all there is.

    Args:
        records: the records.
        systems: the systems whose deliveries changed them.
        at: when.
    """
    if not records or not MatchingRun.objects.filter(learned__isnull=False).exists():
        return
    if len(records) > AT_ONCE:
        Due.objects.bulk_create(Due(system=one, at=at) for one in sorted(systems))
        return
    Due.objects.bulk_create(
        [Due(record_id=uuid.UUID(hex=one), at=at) for one in sorted(records)], batch_size=500
    )
