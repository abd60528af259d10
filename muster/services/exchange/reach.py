"""A feed as access is asked about it."""

from muster.gates.access import Actor, Subject, Verb, may, purpose_of
from muster.hub.queries import LandingView


def subject_of(actor: Actor, feed: LandingView) -> Subject:
    """Return whose a feed is: its system's employer's, or its sender's while no route took it."""
    unclaimed = not feed.route and feed.received_by == actor.id
    return Subject("feed", actor.employer if unclaimed else feed.employer)


def may_with(actor: Actor, verb: Verb, feed: LandingView) -> bool:
    """Tell whether the actor may do something else with a feed, for that verb's own purpose."""
    purpose = purpose_of(actor, verb)
    return purpose is not None and may(actor, verb, subject_of(actor, feed), purpose).allowed
