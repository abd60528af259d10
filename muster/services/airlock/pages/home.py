"""What of trials stands on the home page."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.gates.access import Actor, purpose_of, reach_of
from muster.hub.airlock.queries import trials
from muster.pagekit.navigation import CardLine


def trial_lines(actor: Actor) -> list[CardLine]:
    """Return the trials of others that somebody may decide on, and what nobody accepted yet."""
    purpose = purpose_of(actor, "accept mappings")
    if purpose is None:
        return []
    everybody = reach_of(actor, "accept mappings", purpose) == "all"
    running = [
        one
        for one in trials(employer=None if everybody else actor.employer)
        if one.state == "running" and one.began_by != actor.id
    ]
    return [
        CardLine(
            one.route,
            reverse("airlock:trial", args=[one.id]),
            ngettext("%(count)s difference", "%(count)s differences", one.waiting)
            % {"count": one.waiting}
            if one.waiting
            else _("Decide"),
            "blue",
        )
        for one in running[:5]
    ]
