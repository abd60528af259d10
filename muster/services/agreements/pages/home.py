"""What agreements put on the home page: those to sign, and those that end soon."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.gates.access import Actor
from muster.hub.agreements.queries import agreement, proposals
from muster.hub.agreements.rules import stands_for
from muster.hub.agreements.warnings import Expiry, expiring
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.pagekit.navigation import CardLine
from muster.services.agreements.pages.reach import employer_to_keep_to

_MOST = 5
_COLOURS = {90: "blue", 30: "yellow", 7: "red", 0: "red"}


def signing_lines(actor: Actor) -> list[CardLine]:
    """Return the agreements whose terms wait for a signature that the reader can give."""
    today = legal_day(SYSTEM_CLOCK.now())
    lines = []
    for code, waiting in proposals(employer=employer_to_keep_to(actor, "sign agreements")).items():
        found = agreement(code, on=today)
        signed = {one.side: one.by for one in waiting.signatures}
        open_sides = [one for one in found.parties if one.side not in signed]
        own = [one for one in open_sides if stands_for(one.employer, actor.employer)]
        if own and actor.id not in signed.values():
            address = reverse("agreements:sign", args=[code, own[0].side])
            lines.append(CardLine(waiting.terms.title, address, _("Sign"), "yellow"))
    return _first(lines, reverse("agreements:agreements"))


def expiring_lines(actor: Actor) -> list[CardLine]:
    """Return the agreements that end soon, the most urgent first."""
    found = expiring(
        on=legal_day(SYSTEM_CLOCK.now()), employer=employer_to_keep_to(actor, "see agreements")
    )
    lines = [
        CardLine(
            one.agreement.terms.title,
            reverse("agreements:agreement", args=[one.agreement.code]),
            left_words(one),
            _COLOURS[one.level],
        )
        for one in found
    ]
    return _first(lines, reverse("agreements:expiring"))


def left_words(one: Expiry) -> str:
    """Return how long an agreement still lasts."""
    if one.left <= 0:
        return _("Has ended")
    words = ngettext("%(count)s day left", "%(count)s days left", one.left)
    return words % {"count": one.left}


def _first(lines: list[CardLine], address: str) -> list[CardLine]:
    if len(lines) <= _MOST:
        return lines
    return [*lines[:_MOST], CardLine(_("%(count)s more") % {"count": len(lines) - _MOST}, address)]
