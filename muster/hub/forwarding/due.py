"""Which files a route has yet to carry on.

A full feed says everything, so only the latest of a system has to go on. Of deltas, and of files
that are one part among others, each has to, in the order of their dates, from that feed on.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Max, Q

from muster.hub.models import Cursor, Forward, Landing, LandingState, Route

# A file that speaks for all its system knows covers a day; one part among others names itself.
_A_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


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
    """Return the file that a route has to carry on next; None if it is up to date, or waits."""
    wanted = _wanted(route)
    landing = _next_of(wanted, _done(route, wanted))
    if landing is None:
        return None
    held = Forward.objects.filter(
        route=route, landing=landing, parts=landing.parts, done_at__isnull=True,
        translation_version=route.translation_version,
    ).exclude(held="")  # fmt: skip
    last = held.order_by("-number").first()
    # A held file that others have overtaken, and that stands again, is looked at anew.
    waits = last is not None and last.let_go_at is None and is_last(last)
    return None if waits else landing


def says_everything(landing: Landing) -> bool:
    """Tell whether absence from a file says that its system knows a record no more."""
    return landing.full and landing.covers == f"{landing.as_at}"


def is_last(forward: Forward) -> bool:
    """Tell whether nothing was carried on the route since."""
    return not Forward.objects.filter(route=forward.route_id, number__gt=forward.number).exists()


def _wanted(route: Route) -> list[Landing]:
    """Return the files that together say what the receiver should hold, in their order."""
    accepted = Landing.objects.filter(
        route__source=route.source_id, route__contract=route.contract,
        route__receiver__isnull=True, state=LandingState.ACCEPTED,
    )  # fmt: skip
    everything = Q(full=True, covers__regex=_A_DAY)
    latest = accepted.filter(everything).order_by("-as_at", "-received_at").first()
    deltas = accepted.exclude(everything)
    if latest is not None and latest.as_at is not None:
        deltas = deltas.filter(as_at__gte=latest.as_at)
    wanted = [latest] if latest is not None else []
    return wanted + list(deltas.order_by("as_at", "received_at"))


def _done(route: Route, wanted: Sequence[Landing]) -> list[tuple[uuid.UUID, int]]:
    """Return what was carried on last: from the latest time on that the first file was."""
    done = Forward.objects.filter(
        route=route, done_at__isnull=False, forgotten_at__isnull=True,
        translation_version=route.translation_version,
    )  # fmt: skip
    if not wanted:
        return []
    began = done.filter(landing=wanted[0]).aggregate(number=Max("number"))["number"]
    if began is None:
        return []
    since = done.filter(number__gte=began).order_by("number")
    return list(since.values_list("landing", "parts"))


def _next_of(wanted: Sequence[Landing], done: Sequence[tuple[uuid.UUID, int]]) -> Landing | None:
    """Return the file that comes next.

    A receiver is right if what it was told last are the wanted files in their order. If others
    came between, which were withdrawn or replaced since, or rows of an earlier one were released
    after a later one went, all of them are told again from the first, which tells what differs.
    """
    if not wanted:
        return None
    order = [(one.id, one.parts) for one in wanted]
    told = len(done)
    if list(done) == order[:told]:
        return wanted[told] if told < len(wanted) else None
    # Only the last one has more rows by now: nothing came after it that it could undo.
    last = told - 1
    if told <= len(order) and list(done[:last]) == order[:last] and done[last][0] == order[last][0]:
        return wanted[last]
    return wanted[0]
