"""Whether receiving systems can be spoken to: asked now, and remembered with what was said."""

from muster.hub.delivering.outlets import outlet_of
from muster.hub.models import Endpoint
from muster.kernel.clock import Clock
from muster.kernel.errors import MusterError

_LONGEST = 500


def check_health(system: str, *, clock: Clock) -> int:
    """Ask every endpoint of a system whether it answers; return how many there are.

    Nothing is delivered. What each said stands on the system's page.
    """
    endpoints = Endpoint.objects.filter(system__code=system)
    for endpoint in endpoints:
        try:
            health = outlet_of(endpoint).health()
            ready, said = health.ready, health.said
        except MusterError as problem:
            ready, said = False, str(problem)
        Endpoint.objects.filter(id=endpoint.id).update(
            tried_at=clock.now(), ready=ready, said=said[:_LONGEST]
        )
    return len(endpoints)
