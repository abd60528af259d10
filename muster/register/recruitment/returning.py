"""Which employers' recruitment systems told of which day: how complete a date is."""

import datetime as dt
from collections.abc import Mapping

from muster.kernel.metrics import Returns
from muster.register.employers.queries import titles
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


def returns(as_at: dt.date) -> Returns:
    """Return how many employers told of a day, of those that ever told anything."""
    standing = Statement.objects.filter(recorded_to__isnull=True)
    known = titles(list(standing.values_list("employer", flat=True).distinct()))
    told = employers_told(as_at)
    missing = tuple(sorted(title for one, title in known.items() if one.hex not in told))
    sent = standing.filter(as_at=as_at).values_list("landing", "employer").distinct()
    feeds = sorted(((landing, known[employer]) for landing, employer in sent),
                   key=lambda feed: (feed[1], feed[0]))  # fmt: skip
    return Returns(len(told), len(known), missing, tuple(feeds))
