"""What oversight puts on the home page: what a guardian was told, and reading that was unusual."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.gates.access import Actor
from muster.gates.people import viewer_of
from muster.gates.watching import count_alerts
from muster.pagekit.jinja import moment
from muster.pagekit.navigation import CardLine
from muster.register.people.restricting import queries

_MOST = 5


def notice_lines(actor: Actor) -> list[CardLine]:
    """Return who opened restricted records that the reader answers for, not yet reviewed."""
    waiting = queries.notices(viewer_of(actor), waiting=True)
    lines = [
        CardLine(
            _("%(who)s, %(when)s") % {"who": one.name, "when": moment(one.at)},
            reverse("oversight:notice", args=[one.id]),
            _("Review"),
            "red",
        )
        for one in waiting[:_MOST]
    ]
    if len(waiting) > _MOST:
        more = _("%(count)s more") % {"count": f"{len(waiting) - _MOST:,}"}
        lines.append(CardLine(more, reverse("oversight:notices")))
    return lines


def alert_lines(actor: Actor) -> list[CardLine]:
    """Return how much unusual reading waits to be settled."""
    count = count_alerts()
    if not count:
        return []
    words = ngettext("%(count)s alert waits", "%(count)s alerts wait", count)
    shown = words % {"count": f"{count:,}"}
    return [CardLine(shown, reverse("oversight:alerts"), _("Settle"), "yellow")]
