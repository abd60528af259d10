"""Every agreement within reach, and those that end soon."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from muster.gates.access import may_ever
from muster.hub.agreements import queries, warnings
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.pagekit.jinja import short_day
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, table
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.agreements.pages.home import left_words
from muster.services.agreements.wording import last_day, names_of, party_words, state_cell

_LEFT = {90: "blue", 30: "yellow", 7: "red", 0: "red"}


@page("see agreements")
@require_safe
def agreements(request: PageRequest) -> HttpResponse:
    """Show every agreement within reach, and how each stands."""
    own = within(request, "see agreements")
    found = queries.agreements(on=legal_day(SYSTEM_CLOCK.now()), employer=own)
    waiting, names = queries.proposals(employer=own), names_of(found)
    shown = table(
        request,
        caption=_("Agreements"),
        columns=[
            Column(_("Agreement")),
            Column(_("From")),
            Column(_("To")),
            Column(_("What flows")),
            Column(_("State")),
            Column(_("Last day")),
        ],
        rows=[
            (
                Cell(
                    one.terms.title,
                    reverse("agreements:agreement", args=[one.code]),
                    note=_("New terms wait for signatures") if one.code in waiting else "",
                ),
                Cell(party_words(one.sender, names), note=_system(one.sender)),
                Cell(party_words(one.receiver, names), note=_system(one.receiver)),
                one.contract.title if one.contract else one.terms.contract,
                state_cell(one),
                last_day(one.ends),
            )
            for one in found
        ],
        empty=_("There is no agreement yet, so nothing flows."),
    )
    context = {
        "said": take_notice(request),
        "agreements": shown,
        "may_draft": may_ever(request.actor, "draft agreements"),
    }
    return render(request, "agreements/agreements.html", context)


@page("see agreements")
@require_safe
def expiring(request: PageRequest) -> HttpResponse:
    """Show the agreements that end within 90 days, and those that ended lately."""
    own = within(request, "see agreements")
    found = warnings.expiring(on=legal_day(SYSTEM_CLOCK.now()), employer=own)
    names = names_of(one.agreement for one in found)
    shown = table(
        request,
        caption=_("Agreements that end soon"),
        columns=[
            Column(_("Agreement")),
            Column(_("From")),
            Column(_("To")),
            Column(_("Last day")),
            Column(_("Time left")),
            Column(_("Both sides were warned")),
        ],
        rows=[
            (
                Cell(
                    one.agreement.terms.title,
                    reverse("agreements:agreement", args=[one.agreement.code]),
                ),
                party_words(one.agreement.sender, names),
                party_words(one.agreement.receiver, names),
                last_day(one.ends),
                Cell(left_words(one), tag=_LEFT[one.level]),
                _warned(one),
            )
            for one in found
        ],
        empty=_("No agreement ends within 90 days."),
    )
    return render(request, "agreements/expiring.html", {"expiring": shown})


def _system(one: queries.Party) -> str:
    """Return what the system of an employer is called; others are named by their system."""
    return one.title if one.employer else ""


def _warned(one: warnings.Expiry) -> str:
    said = [
        ngettext(
            "%(count)s day before: %(day)s", "%(count)s days before: %(day)s", days
        ) % {"count": days, "day": short_day(localtime(at))}
        for days, at in one.warned
    ]  # fmt: skip
    return "; ".join(said) or _("Not yet")
