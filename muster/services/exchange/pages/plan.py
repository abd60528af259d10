"""What is planned for a source: when its feeds are due, who answers, and bulk changes to come."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import Actor, Subject, Verb, may, purpose_of
from muster.hub import approval
from muster.hub.alarms import LateFeed, Plan, expect, plan_of
from muster.hub.approval import Announcement, announcements
from muster.hub.expected import Rhythm
from muster.hub.routes import RouteView, route, routes
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound
from muster.pagekit.jinja import day, moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, require, within
from muster.services.exchange.pages.feed_forms import Announce, PlanFeeds
from muster.services.exchange.wording import of_records

_EVERY = {
    "day": gettext_lazy("Every day"),
    "week": gettext_lazy("Every week"),
    "month": gettext_lazy("Every month"),
    "quarter": gettext_lazy("Every quarter"),
}


@page("see feeds")
@require_safe
def plans(request: PageRequest) -> HttpResponse:
    """Show every source within reach: when its next feed is due, and which are late."""
    rows = []
    for found in routes(employer=within(request, "see feeds")):
        planned = plan_of(found.code, clock=SYSTEM_CLOCK)
        rows.append(
            (
                Cell(found.source, reverse("exchange:plan", args=[found.code]), note=found.code),
                _rhythm_words(planned.rhythm),
                _awaited(planned),
                _late_cell(planned.late),
                planned.owner or _("Nobody named"),
            )
        )
    shown = table(
        request,
        caption=_("Sources and their next feeds"),
        columns=[
            Column(_("Source")),
            Column(_("Due")),
            Column(_("Next feed")),
            Column(_("Late")),
            Column(_("Owner")),
        ],
        rows=rows,
        empty=_("No system may send feeds yet. An agreement opens its route."),
    )
    return render(request, "exchange/plans.html", {"plans": shown})


@page("see feeds")
@require_safe
def plan(request: PageRequest, code: str) -> HttpResponse:
    """Show what is planned for one source, what is late and what was announced."""
    found = _within(request, "see feeds", code)
    planned = plan_of(code, clock=SYSTEM_CLOCK)
    may_plan = _may(request.actor, "plan feeds", found)
    context = {
        "said": take_notice(request),
        "route": found,
        "facts": plan_facts(planned),
        "late": late_table(request, planned.late) if planned.late else None,
        "announced": _announced(request, code, announcements(code), may_plan=may_plan),
        "may_plan": may_plan,
        "may_see_agreement": _may(request.actor, "see agreements", found),
    }
    return render(request, "exchange/plan.html", context)


@page("plan feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def due(request: PageRequest, code: str) -> HttpResponse:
    """Ask when feeds of a source are due and who answers for them, and declare it."""
    found = _within(request, "plan feeds", code)
    planned = plan_of(code, clock=SYSTEM_CLOCK)
    rhythm = planned.rhythm
    now = {"owner": planned.owner, "approver": planned.approver} | (
        {
            "period": rhythm.period,
            "days": rhythm.days,
            "since": rhythm.since,
            "until": rhythm.until,
        }
        if rhythm
        else {}
    )
    form = PlanFeeds(
        request.POST if request.method == "POST" else None, initial=now, own_id=request.actor.id
    )
    if form.is_bound and form.is_valid():
        expect(
            route=code,
            rhythm=form.rhythm,
            owner=form.cleaned_data["owner"],
            approver=form.cleaned_data["approver"],
            by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )
        leave_notice(request, _("What is due is declared. Late feeds raise an alarm."))
        return redirect("exchange:plan", code)
    return render(request, "exchange/due.html", {"route": found, "form": form})


@page("plan feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: PageRequest, code: str) -> HttpResponse:
    """Ask what is going to happen, and announce it."""
    found = _within(request, "plan feeds", code)
    records = of_records(found.contract)
    form = Announce(request.POST if request.method == "POST" else None, records=records)
    if form.is_bound and form.is_valid():
        approval.announce(route=code, **form.cleaned_data, by=request.actor.id, clock=SYSTEM_CLOCK)
        leave_notice(
            request,
            _("The change is announced. A feed with it that somebody else sends is not held."),
        )
        return redirect("exchange:plan", code)
    return render(
        request, "exchange/announce.html", {"route": found, "form": form, "records": records}
    )


@page("plan feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: PageRequest, code: str, announcement: uuid.UUID) -> HttpResponse:
    """Ask once more, then take an announcement back."""
    found = _within(request, "plan feeds", code)
    one = next((one for one in announcements(code) if one.id == announcement), None)
    if one is None:
        raise no_such("announcement in force")
    if request.method == "POST":
        approval.take_back(announcement=one.id, by=request.actor.id, clock=SYSTEM_CLOCK)
        leave_notice(request, _("The announcement is taken back. A feed with the change waits."))
        return redirect("exchange:plan", code)
    records = of_records(found.contract)
    facts = [
        (_("Days"), _days(one)),
        (_("Records that go at most") if records else _("People who end at most"), one.ending),
        (_("Records that change at most") if records else _("People who change at most"),
         one.changed),
        (_("What is going to happen"), one.reason),
        (_("Announced by"), one.announced_by),
    ]  # fmt: skip
    return render(request, "exchange/take_back.html", {"route": found, "facts": facts})


def plan_facts(planned: Plan) -> list[tuple[str, str]]:
    """Return what is planned for a source as facts, for its pages."""
    return [
        (_("Feeds are due"), _rhythm_words(planned.rhythm)),
        (_("Next feed"), _awaited(planned)),
        (_("Owner, told of late feeds"), planned.owner or _("Nobody named")),
        (
            _("Approver of unusual feeds"),
            planned.approver or _("Nobody named: whoever may approve feeds here"),
        ),
    ]


def late_table(request: PageRequest, late: tuple[LateFeed, ...]) -> Table:
    """Return the feeds that are late, the longest first."""
    return table(
        request,
        caption=_("Late feeds"),
        columns=[Column(_("As at")), Column(_("Was due by")), Column(_("Alarm raised"))],
        rows=[(day(one.as_at), day(one.due), moment(one.raised_at)) for one in late],
        empty="",
    )


def _announced(
    request: PageRequest, code: str, found: tuple[Announcement, ...], *, may_plan: bool
) -> Table:
    return table(
        request,
        caption=_("Bulk changes announced"),
        columns=[
            Column(_("Days")),
            Column(_("End at most"), numeric=True),
            Column(_("Change at most"), numeric=True),
            Column(_("What is going to happen")),
            Column(_("Take back") if may_plan else _("Announced by")),
        ],
        rows=[
            (
                _days(one),
                one.ending,
                one.changed,
                Cell(one.reason, note=f"{one.announced_by}, {moment(one.announced_at)}"),
                Cell(
                    _("Take back"),
                    reverse("exchange:take-back", args=[code, one.id]),
                    unseen=_days(one),
                )
                if may_plan
                else one.announced_by,
            )
            for one in found
        ],
        empty=_("No bulk change is announced. A feed that changes unusually much waits."),
    )


def _within(request: PageRequest, verb: Verb, code: str) -> RouteView:
    """Return a source's route; one out of reach is answered like one that is not there."""
    try:
        found = route(code)
    except NotFound:
        raise no_such("source") from None
    require(request, verb, Subject("source", found.employer))
    return found


def _may(actor: Actor, verb: Verb, found: RouteView) -> bool:
    purpose = purpose_of(actor, verb)
    subject = Subject("source", found.employer)
    return purpose is not None and may(actor, verb, subject, purpose).allowed


def _rhythm_words(rhythm: Rhythm | None) -> str:
    if rhythm is None:
        return _("Not declared")
    words = ngettext(
        "%(every)s, up to %(days)s day later", "%(every)s, up to %(days)s days later", rhythm.days
    )
    said = words % {"every": _EVERY[rhythm.period], "days": rhythm.days}
    if rhythm.until is None:
        return _("%(rhythm)s, from %(since)s") % {"rhythm": said, "since": day(rhythm.since)}
    days = {"rhythm": said, "since": day(rhythm.since), "until": day(rhythm.until)}
    return _("%(rhythm)s, from %(since)s and before %(until)s") % days


def _awaited(planned: Plan) -> str:
    if planned.awaited is None:
        return _("None awaited")
    days = {"day": day(planned.awaited.as_at), "by": day(planned.awaited.by)}
    return _("As at %(day)s, by %(by)s") % days


def _late_cell(late: tuple[LateFeed, ...]) -> Cell | str:
    return Cell(f"{len(late):,}", tag="red") if late else _("None")


def _days(one: Announcement) -> str:
    if one.starts == one.ends:
        return day(one.starts)
    days = {"first": day(one.starts), "last": day(one.ends)}
    return _("%(first)s to %(last)s") % days
