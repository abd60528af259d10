"""Data-sharing agreements: what may flow, why, until when; suspending and resuming one."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import Subject, Verb, may_ever
from muster.hub.actions import resume_agreement, suspend_agreement
from muster.hub.alarms import plan_of
from muster.hub.routes import RouteView, route, routes
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import ONE_DAY, legal_day
from muster.kernel.errors import Conflict, NotFound
from muster.pagekit.jinja import day, moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, table
from muster.pagekit.views import PageRequest, no_such, page, render, require, within
from muster.services.exchange.forms import Reason
from muster.services.exchange.pages.plan import late_table, plan_facts


@page("see agreements")
@require_safe
def agreements(request: PageRequest) -> HttpResponse:
    """Show every agreement within reach, and what each has brought."""
    today = legal_day(SYSTEM_CLOCK.now())
    shown = table(
        request,
        caption=_("Agreements and their routes"),
        columns=[
            Column(_("Agreement")),
            Column(_("From")),
            Column(_("What flows")),
            Column(_("State")),
            Column(_("Last day")),
            Column(_("Feeds"), numeric=True),
            Column(_("Latest as at")),
        ],
        rows=[
            (
                Cell(found.agreement, reverse("exchange:agreement", args=[found.code])),
                found.source,
                found.contract,
                _state(found, today),
                _last_day(found),
                found.feeds,
                day(found.last),
            )
            for found in routes(employer=within(request, "see agreements"))
        ],
        empty=_("There is no agreement yet, so nothing flows."),
    )
    return render(request, "exchange/agreements.html", {"agreements": shown})


@page("see agreements")
@require_safe
def agreement(request: PageRequest, code: str) -> HttpResponse:
    """Show one agreement in full."""
    found = _within(request, "see agreements", code)
    planned = plan_of(code, clock=SYSTEM_CLOCK)
    context = {
        "said": take_notice(request),
        "route": found,
        "state": _state(found, legal_day(SYSTEM_CLOCK.now())),
        "may_suspend": may_ever(request.actor, "suspend agreements"),
        "planned": plan_facts(planned),
        "late": late_table(request, planned.late) if planned.late else None,
        "facts": [
            (_("From"), found.source),
            (_("To"), _("The register")),
            (_("What flows"), found.contract),
            (_("Personal data"), _("Yes") if found.personal else _("No")),
            (_("Fields"), ", ".join(found.fields)),
            (_("Purpose"), found.purpose),
            (_("Lawful basis"), found.lawful_basis),
            (_("Retention"), found.retention),
            (_("Processors"), ", ".join(found.processors) or _("None")),
            (_("Signed by"), ", ".join(found.signatories) or _("Nobody named")),
            (_("First day"), day(found.starts)),
            (_("Last day"), _last_day(found)),
            (_("Suspended since"), moment(found.suspended_at) or _("Not suspended")),
            (_("Feeds in force"), found.feeds),
            (_("They speak of"), _span(found)),
        ],
    }
    return render(request, "exchange/agreement.html", context)


@page("suspend agreements")
@require_http_methods(["GET", "HEAD", "POST"])
def suspend(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then suspend an agreement at once."""
    found = _within(request, "suspend agreements", code)
    if found.suspended_at is not None:
        raise Conflict(_("This agreement is suspended already"), fix=_("See the agreement"))
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        suspend_agreement(
            code=found.agreement_code,
            reason=form.cleaned_data["reason"],
            by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )
        leave_notice(request, _("The agreement is suspended. Nothing flows under it."))
        return redirect("exchange:agreement", code)
    return render(request, "exchange/suspend.html", {"route": found, "form": form})


@page("suspend agreements")
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then let data flow again under a suspended agreement."""
    found = _within(request, "suspend agreements", code)
    if found.suspended_at is None:
        raise Conflict(_("This agreement is not suspended"), fix=_("See the agreement"))
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        resume_agreement(
            code=found.agreement_code, reason=form.cleaned_data["reason"], by=request.actor.id
        )
        leave_notice(
            request, _("The agreement is in force again. Refused files can be sent again.")
        )
        return redirect("exchange:agreement", code)
    return render(request, "exchange/resume.html", {"route": found, "form": form})


def _within(request: PageRequest, verb: Verb, code: str) -> RouteView:
    """Return an agreement's route; one out of reach is answered like one that is not there."""
    try:
        found = route(code)
    except NotFound:
        raise no_such("agreement") from None
    require(request, verb, Subject("agreement", found.employer))
    return found


def _state(found: RouteView, today: dt.date) -> Cell:
    if found.suspended_at is not None:
        return Cell(_("Suspended"), tag="red")
    if found.starts is None or today < found.starts:
        return Cell(_("Not yet in force"), tag="blue")
    if found.ends is not None and today >= found.ends:
        return Cell(_("Ended"), tag="grey")
    return Cell(_("In force"), tag="green")


def _last_day(found: RouteView) -> str:
    return day(found.ends - ONE_DAY) if found.ends else _("No end stated")


def _span(found: RouteView) -> str:
    if found.first is None:
        return _("No day yet")
    return _("%(first)s to %(last)s") % {"first": day(found.first), "last": day(found.last)}
