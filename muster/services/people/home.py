"""What the people service puts on the home page: pairs of records that wait for a decision."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.gates.access import Actor, purpose_of, reach_of
from muster.gates.people import viewer_of
from muster.pagekit.navigation import CardLine
from muster.register.people.matching import queries

_MOST = 100


def match_lines(actor: Actor) -> list[CardLine]:
    """Return how many pairs within reach wait for somebody, or for a second person."""
    purpose = purpose_of(actor, "match people")
    reach = reach_of(actor, "match people", purpose) if purpose else None
    if reach not in ("all", "own employer"):
        return []
    own, viewer = None if reach == "all" else actor.employer, viewer_of(actor)
    to_decide = queries.pairs("open", employer=own, viewer=viewer, limit=0).total
    waiting = queries.pairs("second", employer=own, viewer=viewer, limit=_MOST).pairs
    to_confirm = sum(one.by != actor.id for one in waiting)
    address = reverse("people:matches")
    lines = []
    if to_decide:
        lines.append(CardLine(_("To decide"), address, _pairs(to_decide), "yellow"))
    if to_confirm:
        words = _("Wait for a second person")
        lines.append(CardLine(words, f"{address}?shown=second", _pairs(to_confirm), "yellow"))
    return lines


def _pairs(count: int) -> str:
    return ngettext("%(count)s pair", "%(count)s pairs", count) % {"count": f"{count:,}"}
