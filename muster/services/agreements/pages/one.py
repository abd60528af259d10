"""One agreement: how it stands, what is agreed, who signed, who stopped it, what flows by it."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.hub.agreements import queries
from muster.hub.agreements.processors import chain
from muster.hub.agreements.queries import AgreementView, SuspensionView, VersionView
from muster.hub.agreements.rules import Side, stands_for
from muster.hub.agreements.stored import REGISTER
from muster.hub.agreements.terms import Terms
from muster.hub.routes import route
from muster.pagekit.jinja import day, moment, short_day
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.agreements.pages.reach import agreement_within, may_with
from muster.services.agreements.wording import (
    SIDES,
    VERSIONS,
    acting_words,
    names_of,
    party_words,
    state_cell,
    system_words,
    terms_facts,
    weak_words,
)


@page("see agreements")
@require_safe
def agreement(request: PageRequest, code: str) -> HttpResponse:
    """Show one agreement in full, and what its reader can do."""
    found = agreement_within(request, "see agreements", code)
    known, stopped = queries.versions(found.code), queries.suspensions(found.code)
    waiting = next((one for one in known if one.state == "proposed"), None)
    context = {
        "said": take_notice(request),
        "agreement": found,
        "state": state_cell(found),
        "waiting": waiting,
        "sides": sides_table(request, found, known),
        "facts": terms_facts(found.terms, found.contract),
        "processors": processors_table(request, found.terms),
        "routes": _routes(request, found),
        "versions": _versions(request, found, known) if known else None,
        "suspensions": _suspensions(request, stopped) if stopped else None,
        "may": _may(request, found, waiting, stopped),
    }
    return render(request, "agreements/agreement.html", context)


@page("see agreements")
@require_safe
def version(request: PageRequest, code: str, number: int) -> HttpResponse:
    """Show the terms of one version, as they were proposed or signed."""
    found = agreement_within(request, "see agreements", code)
    one = next((one for one in queries.versions(found.code) if one.number == number), None)
    if one is None:
        raise no_such("version of this agreement")
    words, colour = VERSIONS[one.state]
    context = {
        "agreement": found,
        "version": one,
        "state": Cell(words, tag=colour),
        "facts": [*terms_facts(one.terms, found.contract), *version_facts(one)],
        "processors": processors_table(request, one.terms),
    }
    return render(request, "agreements/version.html", context)


def sides_table(
    request: PageRequest, found: AgreementView, known: tuple[VersionView, ...]
) -> Table:
    """Return both sides, and who of them signed what is in force and what is proposed."""
    names = names_of([found])
    shown = [one for one in reversed(known) if one.state in ("in force", "proposed")]
    if not found.both_sign:
        shown = [one for one in shown if one.state == "proposed"]
    return table(
        request,
        caption=_("The two sides"),
        columns=[
            Column(_("Side")),
            Column(_("Who")),
            Column(_("System")),
            *(Column(_("Signed version %(number)s") % {"number": one.number}) for one in shown),
        ],
        rows=[
            (
                str(SIDES[party.side]),
                party_words(party, names),
                Cell(system_words(party), note=party.system),
                *(_signature(one, party.side) for one in shown),
            )
            for party in found.parties
        ],
        empty="",
    )


def _signature(one: VersionView, side: Side) -> Cell:
    for signed in one.signatures:
        if signed.side == side:
            return Cell(signed.capacity, note=f"{signed.by}, {moment(signed.at)}")
    return Cell(_("Not signed"), tag="yellow")


def version_facts(one: VersionView) -> list[tuple[str, str]]:
    """Return how a version came about."""
    signed = "; ".join(
        f"{SIDES[each.side]}: {each.capacity} ({each.by}, {moment(each.at)})"
        for each in one.signatures
    )
    return [
        (_("Why the terms change"), one.reason or _("Not stated")),
        (_("Proposed by"), f"{one.drafted_by or _('Not known')}, {moment(one.drafted_at)}"),
        (_("Signed"), signed or _("By nobody here")),
        (_("In force since"), moment(one.in_force_at) or _("Never")),
        (_("Digest of the terms (SHA-256)"), one.digest),
    ]


def processors_table(request: PageRequest, terms: Terms) -> Table:
    """Return the chain of processors, with what is weak about each."""
    return table(
        request,
        caption=_("Processors"),
        columns=[
            Column(_("Processor")),
            Column(_("Acts for")),
            Column(_("Country")),
            Column(_("What it does")),
            Column(_("Safeguard")),
            Column(_("Weak")),
        ],
        rows=[
            (
                Cell(
                    link.processor.name,
                    note=_("Sub-processor") if link.depth > 1 or link.processor.sub else "",
                ),
                acting_words(link.processor),
                link.processor.country or _("Not stated"),
                link.processor.does or _("Not stated"),
                link.processor.safeguard or _("Not stated"),
                Cell(weak_words(link), tag="red") if weak_words(link) else _("Nothing"),
            )
            for link in chain(terms.processors)
        ],
        empty=_("No processor is named: each side processes the data itself."),
    )


def _routes(request: PageRequest, found: AgreementView) -> Table:
    return table(
        request,
        caption=_("Routes under this agreement"),
        columns=[
            Column(_("Route")),
            Column(_("Where it leads")),
            Column(_("Feeds"), numeric=True),
            Column(_("State")),
        ],
        rows=[
            (
                one.code
                if one.to_register
                else Cell(one.code, reverse("messages:route", args=[one.code])),
                *(
                    _to_register(one.code)
                    if one.to_register
                    else (system_words(found.receiver), "")
                ),
                Cell(_("Open"), tag="green") if one.enabled else Cell(_("Closed"), tag="grey"),
            )
            for one in found.routes
        ],
        empty=_("No route is open under it yet."),
    )


def _to_register(code: str) -> tuple[Cell, int]:
    """Return where the feeds of a route lead, of which days they speak, and how many there are."""
    feeds, span = route(code), ""
    if feeds.first is not None:
        days = {"first": day(feeds.first), "last": day(feeds.last)}
        span = _("They speak of %(first)s to %(last)s") % days
    address = reverse("exchange:plan", args=[code])
    return Cell(_("To the register: when its feeds are due"), address, note=span), feeds.feeds


def _versions(request: PageRequest, found: AgreementView, known: tuple[VersionView, ...]) -> Table:
    return table(
        request,
        caption=_("Versions of the terms"),
        columns=[
            Column(_("Version")),
            Column(_("State")),
            Column(_("In force since")),
            Column(_("Proposed by")),
        ],
        rows=[
            (
                Cell(
                    _("Version %(number)s") % {"number": one.number},
                    reverse("agreements:version", args=[found.code, one.number]),
                    note=one.reason,
                ),
                Cell(VERSIONS[one.state][0], tag=VERSIONS[one.state][1]),
                moment(one.in_force_at) or _("Never"),
                Cell(one.drafted_by or _("Not known"), note=short_day(localtime(one.drafted_at))),
            )
            for one in known
        ],
        empty="",
    )


def _suspensions(request: PageRequest, stopped: tuple[SuspensionView, ...]) -> Table:
    return table(
        request,
        caption=_("Suspensions"),
        columns=[
            Column(_("Who stopped it")),
            Column(_("Why")),
            Column(_("Since")),
            Column(_("Lifted")),
        ],
        rows=[
            (
                Cell(SIDES[one.side], note=one.began_by),
                one.reason,
                moment(one.began_at),
                Cell(moment(one.lifted_at), note=one.lifted_by)
                if one.lifted_at
                else Cell(_("Not lifted"), tag="red"),
            )
            for one in stopped
        ],
        empty="",
    )


def _may(
    request: PageRequest,
    found: AgreementView,
    waiting: VersionView | None,
    stopped: tuple[SuspensionView, ...],
) -> dict[str, Any]:
    """Return what the reader can do here and now; the verbs ask again."""
    actor, side = request.actor, found.side_of(request.actor.employer)
    own = [one for one in stopped if one.side == side and one.lifted_at is None]
    # What the columns alone say was stopped by the service.
    own_stop = bool(own) or (side == "service" and found.suspended_by == ("service",))
    stops = may_with(actor, "suspend agreements", found) and side is not None
    drafts = may_with(actor, "draft agreements", found) and side is not None
    signed = {one.side: one.by for one in waiting.signatures} if waiting else {}
    signs = may_with(actor, "sign agreements", found) and actor.id not in signed.values()
    over = found.ended_on is not None
    return {
        "suspend": stops and not own_stop and found.state != "ended",
        "resume": stops and own_stop,
        "end": stops and not over,
        "amend": drafts and not over,
        "route": may_with(actor, "manage systems", found) and not over
        and found.receiver.system != REGISTER,
        "withdraw": drafts and waiting is not None,
        "sign": [
            one.side
            for one in found.parties
            if signs and waiting and one.side not in signed
            and stands_for(one.employer, actor.employer)
        ][:1],
    }  # fmt: skip
