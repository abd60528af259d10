"""What the rights service puts on the home page: requests by deadline, and runs that wait."""

from django.urls import reverse
from django.utils.translation import gettext as _

from muster.gates.access import Actor
from muster.gates.people import viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.pagekit.jinja import short_day
from muster.pagekit.navigation import CardLine
from muster.register.keeping import queries
from muster.services.rights import wording

_MOST = 5


def request_lines(actor: Actor) -> list[CardLine]:
    """Return the requests that wait for an answer, the most urgent first."""
    today = legal_day(SYSTEM_CLOCK.now())
    found = [
        one
        for one in queries.requests(viewer=viewer_of(actor))
        if one.state in ("asked", "checked") or (one.objected_at and not one.reviewed_at)
    ]
    return [
        CardLine(
            str(wording.KINDS[one.kind]),
            reverse("rights:request", args=[one.id]),
            _("Due %(day)s") % {"day": short_day(one.due)},
            "red" if one.late(today) else "yellow",
        )
        for one in found[:_MOST]
    ]


def retention_lines(actor: Actor) -> list[CardLine]:
    """Return the runs that somebody else proposed, those that run, and holds to look at again."""
    lines = [
        CardLine(
            _("Retention as at %(day)s") % {"day": short_day(one.as_at)},
            reverse("rights:run", args=[one.id]),
            *wording.RUNS[one.state],
        )
        for one in queries.runs(limit=20)
        if (one.state == "proposed" and one.proposed_by != actor.id) or one.state == "approved"
    ]
    today = legal_day(SYSTEM_CLOCK.now())
    held = queries.holds(viewer=viewer_of(actor))
    late = [one for one in held if one.review_on <= today]
    if late:
        lines.append(CardLine(_("Holds to look at again"), reverse("rights:holds"), str(len(late))))
    return lines[:_MOST]
