"""Routes, messages and systems as access is asked about them.

A route, and what it carries, is of both its ends' employers; a door is of all who get its files.
"""

from uuid import UUID

from muster.gates.access import Actor, Purpose, Verb, purpose_of, reach_of
from muster.gates.people import hidden_subjects, message_is_hidden
from muster.hub.delivering import queries as delivering
from muster.hub.delivering.queries import ParkedMessage, RouteView
from muster.hub.forwarding import queries as forwarding
from muster.hub.forwarding.letting_go import HeldForward, held_forwards
from muster.hub.forwarding.queries import DoorView
from muster.hub.messages import queries, systems
from muster.hub.messages.queries import Journey
from muster.hub.messages.systems import SystemView
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound
from muster.pagekit.views import PageRequest, no_such, within


def route_within(request: PageRequest, verb: Verb, code: str) -> RouteView:
    """Return a route to which the actor may do ``verb``; see ``views.no_such`` for the others."""
    own = within(request, verb)
    try:
        found = delivering.route(code, clock=SYSTEM_CLOCK)
    except NotFound:
        raise no_such("route") from None
    if own is not None and own not in (found.sender_employer, found.receiver_employer):
        raise no_such("route")
    return found


def door_within(request: PageRequest, verb: Verb, code: str) -> DoorView | None:
    """Return a route of files without a receiver to which the actor may do ``verb``, if it is."""
    own = within(request, verb)
    try:
        found = forwarding.door(code)
    except NotFound:
        return None
    return found if own is None or own in forwarding.employers_of(found) else None


def held_forwards_of(employer: UUID | None) -> tuple[HeldForward, ...]:
    """Return the files that wait at receivers; of an employer those it sent or would get."""
    return tuple(
        one for one in held_forwards()
        if employer is None or employer in (one.sender_employer, one.receiver_employer)
    )  # fmt: skip


def journey_within(request: PageRequest, verb: Verb, position: int) -> Journey:
    """Return a message to which the actor may do ``verb``, as far as the actor may see it.

    One about somebody of whom they may not know is not there.
    """
    own, hidden = within(request, verb), hidden_subjects(request.actor)
    try:
        return queries.journey(position, employer=own, without=hidden)
    except NotFound:
        raise no_such("message") from None


def whole_within(request: PageRequest, position: int) -> bool:
    """Tell whether the actor may know all of a message: as its sender, or of all employers."""
    own = within(request, "see messages")
    return own is None or not queries.sent_by_others(position, employer=own)


def parked_within(request: PageRequest, verb: Verb, parked: UUID) -> ParkedMessage:
    """Return a parked message on a route to which the actor may do ``verb``."""
    try:
        found = delivering.parked_message(parked)
        route_within(request, verb, found.route)
    except NotFound:
        raise no_such("parked message") from None
    if message_is_hidden(request.actor, found.subject):
        raise no_such("parked message")
    return found


def system_within(request: PageRequest, verb: Verb, code: str) -> SystemView:
    """Return a system to which the actor may do ``verb``."""
    own = within(request, verb)
    try:
        found = systems.system(code)
    except NotFound:
        raise no_such("system") from None
    if own is not None and own != found.employer:
        raise no_such("system")
    return found


def may_with(actor: Actor, verb: Verb, *employers: UUID | None) -> bool:
    """Tell whether the actor may do something with what belongs to these employers."""
    purpose: Purpose | None = purpose_of(actor, verb)
    reach = reach_of(actor, verb, purpose) if purpose is not None else None
    own = actor.employer is not None and actor.employer in employers
    return reach == "all" or (reach == "own employer" and own)
