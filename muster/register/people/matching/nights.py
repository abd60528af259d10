"""The nightly run: once a day, by one worker, however many there are.

A row of the database says for which day it was begun and done. Whoever changes it from what it said
runs; nobody else does. A worker that is killed meanwhile loses its claim after a while, and another
one runs for that day. What a run would change beyond what is usual waits for a person, as always.
"""

import datetime as dt
import uuid

from django.db.models import Q
from django.utils.timezone import localtime

from muster.kernel.clock import Clock
from muster.register.people.matching import actions
from muster.register.people.matching.models import Night

BY = "worker:nightly"
_LONGEST = dt.timedelta(hours=6)
_ONLY = 1


def run_tonight(*, hour: int | None, worker: str, clock: Clock) -> uuid.UUID | None:
    """Run if the hour has come and nobody has run today; return the run, or None.

    A register that is new waits for the next night. Where no worker was there at the hour, the
    first one that is runs.

    Args:
        hour: from which hour of the day on, as clocks in the United Kingdom show it; None: never.
        worker: names who runs.
        clock: tells what time it is.
    """
    now = clock.now()
    today = localtime(now).date()
    if hour is None or localtime(now).hour < hour or not _claimed(today, worker, now):
        return None
    run = actions.run(by=BY, clock=clock)
    Night.objects.filter(id=_ONLY, worker=worker).update(done=today, until=None)
    return run


def _claimed(today: dt.date, worker: str, now: dt.datetime) -> bool:
    """Tell whether this worker, and no other, runs for today."""
    free = Night.objects.filter(id=_ONLY).exclude(done__gte=today)
    free = free.filter(Q(begun__isnull=True) | Q(begun__lt=today) | Q(until__lt=now))
    if not free.exists():
        Night.objects.get_or_create(id=_ONLY, defaults={"begun": today, "done": today})
        return False
    claim = {"begun": today, "worker": worker[:100], "until": now + _LONGEST}
    return free.update(**claim) == 1
