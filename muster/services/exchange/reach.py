"""A feed as access is asked about it."""

import uuid

from django.utils.translation import gettext as _

from muster.gates.access import Actor, Subject, Verb, may, purpose_of
from muster.gates.people import feed_is_hidden
from muster.hub import queries
from muster.hub.queries import LandingView
from muster.kernel.errors import NotFound, NotPermitted
from muster.pagekit.views import PageRequest, no_such, require


def feed_within(request: PageRequest, verb: Verb, landing: uuid.UUID) -> LandingView:
    """Return a feed to which the actor may do ``verb``.

    Raises:
        NotFound: if there is none, or it is out of reach, in the same words.
        NotPermitted: if the role gives the verb for another purpose only.
    """
    try:
        found = queries.landing(landing)
    except NotFound:
        raise no_such("feed") from None
    require(request, verb, subject_of(request.actor, found))
    return found


def shown_whole(request: PageRequest, landing: uuid.UUID) -> None:
    """Refuse the exact bytes of a feed that speaks of somebody of whom the actor may not know.

    Bytes cannot be shown in part. What is said names nobody, and not how many there are.

    Raises:
        NotPermitted: if so.
    """
    if feed_is_hidden(request.actor, landing):
        raise NotPermitted(
            _("This file holds records of which not everybody may know"),
            fix=_("Ask your information-governance officer for what you need of it"),
        )


def subject_of(actor: Actor, feed: LandingView) -> Subject:
    """Return whose a feed is: its system's employer's, or its sender's while no route took it."""
    unclaimed = not feed.route and feed.received_by == actor.id
    return Subject("feed", actor.employer if unclaimed else feed.employer)


def may_with(actor: Actor, verb: Verb, feed: LandingView) -> bool:
    """Tell whether the actor may do something else with a feed, for that verb's own purpose."""
    purpose = purpose_of(actor, verb)
    return purpose is not None and may(actor, verb, subject_of(actor, feed), purpose).allowed
