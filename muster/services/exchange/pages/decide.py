"""Feeds that were held as unusual: what each would do, and somebody's decision."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import Actor
from muster.hub.alarms import plan_of
from muster.hub.approval import APPROVAL, allow, bar_to, feeds_to_decide, refuse
from muster.hub.queries import LandingView
from muster.hub.unusual import CHANGED_SHARE, usual_endings
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict, NotPermitted
from muster.pagekit.jinja import moment, short_day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.exchange.pages.feed_forms import Decision
from muster.services.exchange.reach import feed_within, may_with
from muster.services.exchange.wording import effect_words, of_records, short_name


@page("see feeds")
@require_safe
def undecided(request: PageRequest) -> HttpResponse:
    """Show every feed within reach that waits for a decision, the oldest first."""
    found = feeds_to_decide(employer=within(request, "see feeds"))
    shown = table(
        request,
        caption=_("Feeds that wait for a decision"),
        columns=[
            Column(_("File")),
            Column(_("As at")),
            Column(_("What it would do")),
            Column(_("Who decides")),
            Column(_("Received")),
        ],
        rows=[
            (
                Cell(feed.name, reverse("exchange:decide", args=[feed.id]), note=feed.source),
                short_day(feed.as_at),
                effect_words(feed),
                _who(request.actor, feed, plan_of(feed.route, clock=SYSTEM_CLOCK).approver),
                short_day(localtime(feed.received_at)),
            )
            for feed in found
        ],
        empty=_("No feed waits for a decision. Feeds that would change unusually much wait here."),
    )
    context = {"feeds": shown, "said": take_notice(request)}
    return render(request, "exchange/undecided.html", context)


@page("see feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: PageRequest, landing: uuid.UUID) -> HttpResponse:
    """Show what a held feed would do; approve or refuse it, for a reason."""
    found = feed_within(request, "see feeds", landing)
    if (found.state, found.waits_for) != ("held", APPROVAL):
        raise Conflict(
            _("This feed does not wait for a decision"), fix=_("See the page of the feed")
        )
    approver = plan_of(found.route, clock=SYSTEM_CLOCK).approver
    why_not = why_not_decide(request.actor, found, approver)
    form = Decision(request.POST if request.method == "POST" else None)
    if form.is_bound and why_not:
        raise NotPermitted(why_not, fix=_("Ask somebody who may"))
    if form.is_bound and form.is_valid():
        return _decided(request, found, form)
    context = {
        "form": form,
        "feed": found,
        "title": short_name(found.name),
        "why_not": why_not,
        "figures": _figures(request, found),
        "records": of_records(found.contract),
        "facts": [
            (_("Source"), found.source),
            (_("Handed in by"), found.received_by),
            (_("Received"), moment(found.received_at)),
            (_("Approver"), approver or _("Nobody named: whoever may approve feeds here")),
        ],
    }
    return render(request, "exchange/decide.html", context)


def _decided(request: PageRequest, found: LandingView, form: Decision) -> HttpResponse:
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["decision"] == "approve":
        allow(landing=found.id, reason=reason, by=request.actor.id)
        leave_notice(request, _("The feed is approved. Its rows go on in a moment."))
    else:
        refuse(landing=found.id, reason=reason, by=request.actor.id)
        leave_notice(request, _("The feed is refused. Nothing was changed."))
    return redirect("exchange:feed", found.id)


def why_not_decide(actor: Actor, feed: LandingView, approver: str) -> str:
    """Return why somebody may not decide on a feed; empty if they may."""
    if not may_with(actor, "approve feeds", feed):
        return _("Your role does not let you approve feeds of this source.")
    match bar_to(senders=feed.senders, approver=approver, by=actor.id):
        case "handed it in":
            return _("You handed this feed in, so somebody else decides on it.")
        case "another is named":
            return _("%(who)s is named to decide on feeds of this source.") % {"who": approver}
    return ""


def _who(actor: Actor, feed: LandingView, approver: str) -> Cell:
    """Return who decides, as a cell: the reader, or somebody else and why."""
    why_not = why_not_decide(actor, feed, approver)
    return Cell(_("Somebody else"), note=why_not) if why_not else Cell(_("You"))


def _figures(request: PageRequest, feed: LandingView) -> Table:
    """Return what a feed would do beside what goes on without anybody being asked."""
    effect = feed.effect
    changing = int(CHANGED_SHARE * effect.get("rows", 0)) if feed.full else _("Any number")
    return table(
        request,
        caption=_("What this feed would do"),
        columns=[
            Column(_("Records") if of_records(feed.contract) else _("People")),
            Column(_("This feed"), numeric=True),
            Column(_("Goes on unasked up to"), numeric=True),
        ],
        rows=[
            (_("Known of this source now"), effect.get("covered", 0), ""),
            (
                _("Would end"),
                effect.get("ending", 0),
                usual_endings(effect.get("covered", 0)),
            ),
            (_("Would join"), effect.get("joining", 0), _("Any number")),
            (_("Would change"), effect.get("changed", 0), changing),
            (_("Rows in the feed"), effect.get("rows", 0), ""),
        ],
        empty="",
    )
