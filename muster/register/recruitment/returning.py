"""Which employers' recruitment systems told of which day: how complete a date is."""

import datetime as dt
import uuid
from collections.abc import Mapping

from muster.kernel.metrics import Returns
from muster.register.employers.queries import titles
from muster.register.employers.succession_queries import awaited
from muster.register.recruitment.models import Statement


def dates_told() -> tuple[dt.date, ...]:
    """Return the days that standing extracts speak of, in order."""
    standing = Statement.objects.filter(recorded_to__isnull=True)
    return tuple(standing.order_by("as_at").values_list("as_at", flat=True).distinct())


def employers_told(as_at: dt.date) -> Mapping[str, str]:
    """Return the employers whose systems told of a day, by title: hexadecimal id and title."""
    told = Statement.objects.filter(recorded_to__isnull=True, as_at=as_at)
    named = titles(list(told.values_list("employer", flat=True).distinct()))
    return {one.hex: title for one, title in sorted(named.items(), key=lambda pair: pair[1])}


def missing_at(as_at: dt.date) -> tuple[uuid.UUID, ...]:
    """Return the employers whose systems had told of an earlier day and did not of this one."""
    standing = Statement.objects.filter(recorded_to__isnull=True)
    told = standing.filter(as_at=as_at).values("employer")
    before = standing.filter(as_at__lt=as_at).exclude(employer__in=told)
    return tuple(before.values_list("employer", flat=True).distinct())


def returns(as_at: dt.date) -> Returns:
    """Return how many employers told of a day, of those that ever told anything and still would."""
    standing = Statement.objects.filter(recorded_to__isnull=True)
    known = titles(list(standing.values_list("employer", flat=True).distinct()))
    told = employers_told(as_at)
    silent = sorted(known.items(), key=lambda pair: pair[1])
    missing = awaited([(one, title) for one, title in silent if one.hex not in told], as_at)
    sent = standing.filter(as_at=as_at).values_list("landing", "employer").distinct()
    feeds = sorted(((landing, known[employer]) for landing, employer in sent),
                   key=lambda feed: (feed[1], feed[0]))  # fmt: skip
    return Returns(len(told), len(told) + len(missing), missing, tuple(feeds))
