"""Stopping a route by hand, and letting it go on: at once, with a reason, as evidence."""

from django.db import transaction

from muster.hub.models import Cursor, Route
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.ledger.current import ledger

PAUSED, RESUMED = "muster.hub.route.paused.v1", "muster.hub.route.resumed.v1"
LONGEST = 500


@transaction.atomic
def pause(route: str, *, reason: str, by: str, clock: Clock) -> None:
    """Stop a route: what comes waits in order, nothing is lost.

    A shipment on its way is finished.

    Raises:
        BadInput: without a reason, or with one that is too long.
        Conflict: if it is paused already.
        NotFound: if there is no such route.
    """
    said = reason.strip()
    if not 0 < len(said) <= LONGEST:
        raise BadInput(
            "There is no reason, or too long a one", where=Where(field="reason"),
            fix=f"Say why in up to {LONGEST} characters",
        )  # fmt: skip
    found = _route(route)
    if found.paused:
        raise Conflict("The route is paused already", where=Where(thing=route), fix="See its page")
    Route.objects.filter(id=found.id).update(paused=said)
    ledger().append_one("decisions", PAUSED, f"route:hub:{route}", {"reason": said, "by": by})


@transaction.atomic
def resume(route: str, *, reason: str = "", by: str, clock: Clock) -> None:
    """Let a paused route go on, at once.

    Raises:
        Conflict: if it is not paused.
        NotFound: if there is no such route.
    """
    found = _route(route)
    if not found.paused:
        raise Conflict("The route is not paused", where=Where(thing=route), fix="See its page")
    Route.objects.filter(id=found.id).update(paused="")
    Cursor.objects.filter(route=found).update(retry_at=None)
    ledger().append_one("decisions", RESUMED, f"route:hub:{route}", {"reason": reason, "by": by})


def _route(code: str) -> Route:
    """Return a route to another system, locked so that two people decide one after the other."""
    rows = Route.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(code=code, receiver__isnull=False).first()
    if found is None:
        raise NotFound("No such route", where=Where(thing=code), fix="See the routes page")
    return found
