"""What people reported of skills: an analyst accepts or refuses it, and can take that back."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.skills import actions, queries
from muster.services.skills.pages.report_forms import DecideForm
from muster.services.skills.rules import ReportSeen
from muster.services.skills.showing import Shown, current_or_none

STATES = {
    "open": (gettext_lazy("Open"), "blue"),
    "accepted": (gettext_lazy("Accepted"), "green"),
    "refused": (gettext_lazy("Refused"), "grey"),
}


@page("decide skill reports")
@require_safe
def reports(request: PageRequest) -> HttpResponse:
    """List what was reported: what is open first."""
    shown = current_or_none()
    context = {
        "said": take_notice(request),
        "open": _table(request, shown, queries.reports(state="open"), _("To decide"),
                       _("Nothing waits to be decided.")),
        "accepted": _table(request, shown, queries.reports(state="accepted"),
                           _("Accepted: every later map is learned with these"),
                           _("Nothing was accepted yet.")),
        "refused": _table(request, shown, queries.reports(state="refused"), _("Refused"),
                          _("Nothing was refused yet.")),
    }  # fmt: skip
    return render(request, "skills/reports.html", context)


@page("decide skill reports")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: PageRequest, report: uuid.UUID) -> HttpResponse:
    """Show one report; decide it, or take the decision back."""
    one = queries.report_seen(report)
    undone = request.method == "POST" and request.POST.get("do") == "undo"
    if undone:
        return _undone(request, one)
    form = DecideForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        accept = form.cleaned_data["decision"] == "accept"
        try:
            actions.decide(
                report=one.id, accept=accept, why=form.cleaned_data["why"], by=request.actor.id,
                clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except Conflict as problem:
            form.add_error(None, f"{problem.what}. {problem.fix}.")
        else:
            leave_notice(request, _("Accepted. The next map is learned with it.") if accept
                         else _("Refused. Nothing changes."))  # fmt: skip
            return redirect("skills:reports")
    shown = current_or_none()
    context = {
        "form": form,
        "report": one,
        "name": _name(shown, one),
        "facts": _facts(shown, one),
        "own": one.reported_by == request.actor.id,
    }
    return render(request, "skills/report.html", context)


def _undone(request: PageRequest, one: ReportSeen) -> HttpResponse:
    try:
        actions.undo_decision(report=one.id, by=request.actor.id, clock=SYSTEM_CLOCK)
        leave_notice(request, _("The decision was taken back: the report is open again."))
    except Conflict as problem:
        leave_notice(request, f"{problem.what}. {problem.fix}.")
    return redirect("skills:report", one.id)


def said(one: ReportSeen) -> str:
    """Return what was reported, in a sentence."""
    if one.kind == "synonym":
        return _("“%(words)s” is another name for it") % {"words": one.words}
    return _("“%(words)s” does not mean it") % {"words": one.words}


def _name(shown: Shown | None, one: ReportSeen) -> str:
    """Return the skill's name, or its identifier where the release in force does not have it."""
    found = shown.by_id.get(one.skill) if shown else None
    return found.label if found else one.skill


def _facts(shown: Shown | None, one: ReportSeen) -> list[tuple[Any, Any]]:
    words, colour = STATES[one.state]
    facts: list[tuple[Any, Any]] = [
        (_("Skill"), _name(shown, one)),
        (_("What was reported"), said(one)),
        (_("Why"), one.why or _("No reason given")),
        (_("Reported"), moment(one.reported_at)),
        (_("Of release"), one.release),
        (_("State"), Cell(str(words), tag=colour)),
    ]
    if one.state != "open":
        facts += [
            (_("Decided by"), one.decided_by),
            (_("Decided on"), moment(one.decided_at)),
            (_("Reason"), one.decided_why),
        ]
    return facts


def _table(
    request: PageRequest, shown: Shown | None, found: tuple[ReportSeen, ...], caption: str,
    empty: str,
) -> Table:  # fmt: skip
    return table(
        request,
        caption=caption,
        columns=[
            Column(_("Skill")), Column(_("What was reported")), Column(_("Reported")),
            Column(_("Decided")),
        ],
        rows=[
            (
                Cell(_name(shown, one), href=reverse("skills:report", args=[one.id])),
                Cell(said(one), note=one.why), moment(one.reported_at),
                Cell(moment(one.decided_at), note=one.decided_why) if one.decided_at else "",
            )
            for one in found
        ],
        empty=empty,
    )  # fmt: skip
