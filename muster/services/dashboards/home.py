"""What dashboards put on the home page: issues of briefs that the reader has not opened."""

from django.urls import reverse
from django.utils.translation import gettext as _

from muster.gates.access import Actor
from muster.pagekit.jinja import day
from muster.pagekit.navigation import CardLine
from muster.services.dashboards.queries import unread

_MOST = 5


def brief_lines(actor: Actor) -> list[CardLine]:
    """Return the latest issue of each brief that is for the reader and new to them."""
    return [
        CardLine(
            _("%(title)s, %(day)s") % {"title": one.title, "day": day(one.month)},
            reverse("dashboards:issue", args=[one.brief, one.number]),
            _("New"),
            "blue",
        )
        for one in unread(actor, limit=_MOST)
    ]
