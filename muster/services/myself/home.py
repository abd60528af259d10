"""What the myself service puts on the home page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from muster.gates.access import Actor
from muster.gates.people import viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.jinja import day, short_day
from muster.pagekit.navigation import CardLine
from muster.register.told import queries
from muster.register.told.queries import CorrectionView

_MOST = 5


def bank_lines(actor: Actor) -> list[CardLine]:
    """Return the person's change of bank details that waits, with the way to stop it."""
    found = queries.waiting_bank_change(actor.person) if actor.person else None
    if found is None:
        return []
    if found.state == "asked":
        return [CardLine(_("Enter the code"), reverse("myself:code", args=[found.id]),
                         _("Waits for its code"), "yellow")]  # fmt: skip
    words = _("They go out on %(day)s. If this was not you, stop it.") % {
        "day": day(found.flows_at)
    }
    return [CardLine(words, reverse("myself:change", args=[found.id]), _("Stop"), "red")]


def correction_lines(actor: Actor) -> list[CardLine]:
    """Return the requests that an employer's HR has yet to answer, those due first."""
    found = waiting_for(actor)
    lines = [
        CardLine(
            one.staff_number or str(one.employer_title), reverse("myself:answer", args=[one.id]),
            _("Overdue") if one.overdue else short_day(one.promised),
            "red" if one.overdue else "grey",
        )
        for one in found[:_MOST]
    ]  # fmt: skip
    if len(found) > _MOST:
        more = _("%(count)s more") % {"count": len(found) - _MOST}
        lines.append(CardLine(more, reverse("myself:queue")))
    return lines


def waiting_for(actor: Actor) -> list[CorrectionView]:
    """Return the requests that wait for the actor's employer, of people of whom they may know."""
    if actor.employer is None:
        return []
    viewer = viewer_of(actor)
    found = queries.corrections_to_answer(actor.employer, viewer=viewer, clock=SYSTEM_CLOCK)
    return list(found)
