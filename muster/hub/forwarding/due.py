"""Which files a route has yet to carry on.

A full feed says everything, so only the latest of a system has to go on. Of deltas each has to, in
the order of their dates, from the latest full feed on.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import F, Q

from muster.hub.models import Cursor, Forward, Landing, LandingState, Route


@dataclass(frozen=True)
class Due:
    """A landing that a route has yet to carry on, as it stands: ``parts`` counts its releases."""

    cursor: int
    route: uuid.UUID
    landing: uuid.UUID
    parts: int


def due_forwards(now: dt.datetime) -> list[Due]:
    """Return the next landing of each route that leads on from a system that sends files."""
    found = []
    cursors = Cursor.objects.filter(
        Q(retry_at__isnull=True) | Q(retry_at__lte=now),
        shard=0, route__receiver__isnull=False, route__enabled=True, route__paused="",
        route__source__routes__receiver__isnull=True,
        route__source__routes__contract=F("route__contract"),
        route__source__routes__landings__state=LandingState.ACCEPTED,
    )  # fmt: skip
    for cursor in cursors.select_related("route").distinct().order_by("id"):
        landing = next_landing(cursor.route)
        if landing is not None:
            found.append(Due(cursor.pk, cursor.route_id, landing.id, landing.parts))
    return found


def next_landing(route: Route) -> Landing | None:
    """Return the file that a route has to carry on next; None if it is up to date."""
    accepted = Landing.objects.filter(
        route__source=route.source_id, route__contract=route.contract,
        route__receiver__isnull=True, state=LandingState.ACCEPTED,
    )  # fmt: skip
    latest = accepted.filter(full=True).order_by("-as_at", "-received_at").first()
    deltas = accepted.filter(full=False)
    if latest is not None and latest.as_at is not None:
        deltas = deltas.filter(as_at__gte=latest.as_at)
    wanted = [latest] if latest is not None else []
    wanted += list(deltas.order_by("as_at", "received_at"))
    done = set(
        Forward.objects.filter(
            route=route, done_at__isnull=False, landing__in=[one.id for one in wanted],
            translation_version=route.translation_version,
        ).values_list("landing", "parts")
    )  # fmt: skip
    return next((one for one in wanted if (one.id, one.parts) not in done), None)
