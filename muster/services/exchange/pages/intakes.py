"""One intake: how far it is, what became of each of its files, and what to do about each."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.hub import queries
from muster.hub.alarms import plan_of
from muster.hub.approval import APPROVAL
from muster.hub.fates import fates_of
from muster.hub.queries import LandingView
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound
from muster.pagekit.jinja import short_day
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.exchange.pages.decide import why_not_decide
from muster.services.exchange.reach import may_with
from muster.services.exchange.wording import (
    STATED,
    became,
    progress_words,
    short_name,
    state_cell,
    unmapped,
)


@page("see feeds")
@require_safe
def intake(request: PageRequest, intake: uuid.UUID) -> HttpResponse:
    """Show an intake while it runs and afterwards; only one's own within an employer."""
    own = within(request, "see feeds")
    found = queries.intake(intake)
    if own is not None and found.started_by != request.actor.id:
        raise NotFound(_("There is no such intake"), fix=_("See the list of feeds"))
    asked: dict[str, Any] = {"intake": intake, "employer": own, "by": request.actor.id}
    paging = Paging.asked(request, total=queries.landings(**asked, limit=0).total)
    feeds = queries.landings(**asked, start=paging.offset, limit=paging.size).found
    fates = fates_of([intake], employer=own, by=request.actor.id)[intake]
    context = {
        "intake": found,
        "words": progress_words(found, fates),
        "feeds": _table(request, feeds) if feeds else None,
        "known": found.files_known,
        "paging_now": paging,
        "page_links": pagination(request, paging),
        "skipped": table(
            request,
            caption=_("Not taken in"),
            columns=[Column(_("File")), Column(_("Why"))],
            rows=[(item["name"], item["why"]) for item in found.skipped],
            empty="",
        )
        if found.skipped
        else None,
    }
    return render(request, "exchange/intake.html", context)


def _table(request: PageRequest, feeds: tuple[LandingView, ...]) -> Table:
    """Return what became of each file, and where the next thing about it is done."""
    return table(
        request,
        caption=_("What became of each file"),
        columns=[
            Column(_("File")),
            Column(_("What became of it")),
            Column(_("What to do next")),
            Column(_("State")),
        ],
        rows=[_row(request, feed) for feed in feeds],
        empty="",
    )


def _row(request: PageRequest, feed: LandingView) -> tuple[Cell, ...]:
    approver = ""
    if (feed.state, feed.waits_for) == ("held", APPROVAL):
        approver = plan_of(feed.route, clock=SYSTEM_CLOCK).approver
    said = feed.said if feed.state in ("held", "refused") else ""
    return (
        Cell(feed.name, reverse("exchange:feed", args=[feed.id]), note=_of(feed)),
        Cell(became(feed, approver), note=said),
        _next(request, feed, approver),
        state_cell(feed),
    )


def _of(feed: LandingView) -> str:
    """Return whose a file is and which day it speaks of, as far as that is known."""
    parts = (feed.source, short_day(feed.as_at) if feed.as_at else "")
    return ", ".join(filter(None, parts))


def _next(request: PageRequest, feed: LandingView, approver: str) -> Cell:
    """Return what to do next about a file: where it is done, or who does it."""
    actor, name = request.actor, short_name(feed.name)
    match feed.state:
        case "accepted" if feed.quarantined and may_with(actor, "see quarantined rows", feed):
            address = f"{reverse('exchange:rows')}?{urlencode({'feed': str(feed.id)})}"
            return Cell(_("See the rows that wait"), address, unseen=name)
        case "accepted" if feed.quarantined:
            return Cell(_("Somebody of its employer mends the rows that wait"))
        case "held" if feed.waits_for == APPROVAL:
            address, why_not = _decide(feed), why_not_decide(actor, feed, approver)
            words = _("See what it would do") if why_not else _("See what it would do, and decide")
            return Cell(words, address, unseen=name, note=why_not)
        case "refused" if unmapped(feed):
            return _mapped(request, feed)
        case "held" | "refused":
            return _sent_again(request, feed)
    return Cell(_("Nothing"))


def _decide(feed: LandingView) -> str:
    return reverse("exchange:decide", args=[feed.id])


def _mapped(request: PageRequest, feed: LandingView) -> Cell:
    """Return where a file is mapped, for who may map it and see what stands in it."""
    if all(may_with(request.actor, verb, feed) for verb in ("map layouts", "see quarantined rows")):
        address = reverse("exchange:map-feed", args=[feed.id])
        return Cell(_("Map this layout"), address, unseen=short_name(feed.name))
    return Cell(_("A caseworker or integrator of its employer maps it"))


def _sent_again(request: PageRequest, feed: LandingView) -> Cell:
    """Return where a file is sent again, and which field of the form it lacked."""
    field = STATED.get(feed.waits_for)
    words = _("Fill in “%(field)s”") % {"field": field} if field else ""
    if not may_with(request.actor, "load feeds", feed):
        return Cell(_("Its sender sends it again"), note=words)
    address = reverse("exchange:upload")
    return Cell(_("Send it again"), address, unseen=short_name(feed.name), note=words)
