"""What transfers put on the home page: the reader's own moves, and what is late."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.gates.access import Actor
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.pagekit.navigation import CardLine
from muster.services.transfers import queries
from muster.services.transfers.reach import told_to_person
from muster.services.transfers.rules import GONE
from muster.services.transfers.showing import Asked, listed
from muster.services.transfers.wording import state_cell


def own_lines(actor: Actor) -> list[CardLine]:
    """Return the reader's own transfers that are not over."""
    if actor.person is None:
        return []
    found = queries.transfers_of(person=actor.person)
    return [
        CardLine(
            _("To %(employer)s") % {"employer": one.importer_title},
            reverse("transfers:transfer", args=[one.id]), *state_cell(one.state),
        )
        for one in found if told_to_person(one) and one.state not in (*GONE, "closed")
    ]  # fmt: skip


def late_lines(actor: Actor) -> list[CardLine]:
    """Return how many transfers of the reader's employer are late; nothing if none is."""
    if actor.employer is None:
        return []
    now = SYSTEM_CLOCK.now()
    late = listed(actor.employer, actor, Asked(late=True), now=now, today=legal_day(now), limit=0)
    if not late.total:
        return []
    words = ngettext("%(count)s transfer is late", "%(count)s transfers are late", late.total)
    return [CardLine(words % {"count": f"{late.total:,}"},
                     f"{reverse('transfers:transfers')}?late=on")]  # fmt: skip
