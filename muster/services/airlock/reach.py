"""Whose a trial or a route is: of the employers of the two systems between which it lies."""

import uuid
from collections.abc import Set

from muster.gates.access import Actor, Verb, purpose_of, reach_of
from muster.hub.airlock.queries import TrialView, TriedRoute, trial, tried_route
from muster.kernel.errors import NotFound
from muster.pagekit.views import PageRequest, no_such, within


def trial_within(request: PageRequest, verb: Verb, one: uuid.UUID) -> TrialView:
    """Return a trial to which the actor may do ``verb``.

    Raises:
        NotFound: if there is none, or it is out of reach, in the same words.
        NotPermitted: if the role does not give the verb.
    """
    try:
        found = trial(one)
    except NotFound:
        raise no_such("trial") from None
    own = within(request, verb)
    if own is not None and own not in found.employers:
        raise no_such("trial")
    return found


def route_within(request: PageRequest, verb: Verb, code: str) -> TriedRoute:
    """Return a route to which the actor may do ``verb``; raises as ``trial_within``."""
    try:
        found = tried_route(code)
    except NotFound:
        raise no_such("route") from None
    own = within(request, verb)
    if own is not None and own not in found.employers:
        raise no_such("route")
    return found


def may_with(actor: Actor, verb: Verb, employers: Set[uuid.UUID]) -> bool:
    """Tell whether the actor may do something else with what lies between these employers."""
    purpose = purpose_of(actor, verb)
    reach = reach_of(actor, verb, purpose) if purpose is not None else None
    return reach == "all" or (reach == "own employer" and actor.employer in employers)
