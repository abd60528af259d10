"""What is past its time: who reported what, and builds that nobody published."""

import datetime as dt
import shutil

from django.db import transaction
from django.db.models import Q

from muster.kernel.clock import Clock
from muster.services.skills.models import Build, Report
from muster.services.skills.storing import build_folder

REPORTS_KEPT = dt.timedelta(days=3 * 365 + 1)
BUILDS_KEPT = dt.timedelta(days=90)
GONE = "gone"
"""Who reported or decided, once that is no longer kept."""


def give_up_old(*, clock: Clock) -> int:
    """Strip old reports, and delete what builds left that were not published; return how many.

    What an accepted report corrects holds on: it names a skill and words, and nobody.
    """
    now = clock.now()
    past = Report.objects.filter(decided_at__lt=now - REPORTS_KEPT).exclude(decided_by=GONE)
    with transaction.atomic():
        stripped = past.update(reported_by="", decided_by=GONE, why="", decided_why="")
    over = Q(ended_at__lt=now - BUILDS_KEPT, published__isnull=True)
    old = list(Build.objects.filter(over).values_list("id", flat=True))
    for build in old:
        shutil.rmtree(build_folder(build), ignore_errors=True)
    Build.objects.filter(id__in=old).delete()
    return stripped + len(old)
