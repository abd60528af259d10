"""Routes between systems: how far and how fast each is, what waits on it; pausing and resuming."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.people import hidden_subjects
from muster.hub.agreements.queries import agreement
from muster.hub.connecting.queries import drafted
from muster.hub.delivering import pausing, queries
from muster.hub.delivering.deciding import held
from muster.hub.delivering.queries import RouteView
from muster.hub.delivering.replaying import ReplayView, replays
from muster.hub.forwarding.queries import doors, forwards_of
from muster.hub.messages.where_from import where_from
from muster.hub.subjects import end_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import Conflict, MusterError
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Paging, Sort, Table, pagination, table
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.messages.forms import Reason
from muster.services.messages.pages.deciding import why_not_decide
from muster.services.messages.pages.doors import door_page, doors_table
from muster.services.messages.pages.forwards import forwards_table
from muster.services.messages.pages.parked import causes_table
from muster.services.messages.reach import door_within, may_with, route_within
from muster.services.messages.wording import age, behind_words, connector_title, route_cell

_COLUMNS = (
    Column(gettext_lazy("Route"), sort="route"),
    Column(gettext_lazy("State")),
    Column(gettext_lazy("Behind"), numeric=True, sort="behind"),
    Column(gettext_lazy("Oldest waits")),
    Column(gettext_lazy("In the last hour"), numeric=True),
    Column(gettext_lazy("In the last day"), numeric=True, sort="rate"),
    Column(gettext_lazy("Parked subjects"), numeric=True, sort="parked"),
)
_SORTS = {
    "route": lambda one: one.code,
    "behind": lambda one: one.behind,
    "rate": lambda one: one.last_day,
    "parked": lambda one: one.subjects,
}


@page("see messages")
@require_safe
def routes(request: PageRequest) -> HttpResponse:
    """Show every route within reach: lag, rate, and what is parked."""
    found = list(queries.routes(clock=SYSTEM_CLOCK, employer=within(request, "see messages")))
    order = Sort.asked(request, _COLUMNS, default="route")
    found.sort(key=_SORTS[order.key], reverse=order.descending)
    paging, now = Paging.asked(request, total=len(found)), SYSTEM_CLOCK.now()
    rows = [
        (
            Cell(_ends(one), reverse("messages:route", args=[one.code]), note=one.contract),
            route_cell(one),
            behind_words(one.behind),
            age(one.oldest, now),
            one.last_hour,
            one.last_day,
            one.subjects,
        )
        for one in found[paging.offset : paging.offset + paging.size]
    ]
    shown = table(
        request,
        caption=_("Routes between systems"),
        columns=_COLUMNS,
        rows=rows,
        sort=order,
        empty=_("No message goes from one system to another yet. An agreement opens a route."),
    )
    found_doors = doors(employer=within(request, "see messages"))
    context = {
        "said": take_notice(request),
        "routes": shown,
        "doors": doors_table(request, found_doors) if found_doors else None,
        "may_approve": may_with(request.actor, "approve feeds", request.actor.employer),
        "paging_now": paging,
        "page_links": pagination(request, paging),
        "may_release": may_with(request.actor, "release messages", request.actor.employer),
        "may_manage": may_with(request.actor, "manage systems", request.actor.employer),
    }
    return render(request, "messages/routes.html", context)


@page("see messages")
@require_safe
def route(request: PageRequest, code: str) -> HttpResponse:
    """Show one route: how it is doing, what waits on it, what was replayed; or what a door is."""
    there = door_within(request, "see messages", code)
    if there is not None:
        return door_page(request, there)
    found = route_within(request, "see messages", code)
    ends = (found.sender_employer, found.receiver_employer)
    may_decide = may_with(request.actor, "approve feeds", *ends)
    context = {
        "said": take_notice(request),
        "route": found,
        "ends": _ends(found),
        "state": route_cell(found),
        "not_in_force": _not_in_force(found),
        "facts": _facts(request, found),
        "causes": causes_table(request, queries.causes(route=code)),
        "fields": _fields(request, code),
        "replays": _replays(request, code, _known_of(request, replays(code))),
        "held": held(code),
        "may_decide": may_decide,
        "why_not": why_not_decide(request.actor, found) if may_decide else "",
        "files": _files(request, code, may_decide=may_decide),
        "may_pause": may_with(request.actor, "pause routes", *ends),
        "may_replay": may_with(request.actor, "replay messages", *ends),
        "may_propose": may_with(request.actor, "propose mappings", *ends),
        "may_set_up": may_with(request.actor, "manage systems", *ends),
        "draft": drafted(code),
    }
    return render(request, "messages/route.html", context)


@page("pause routes")
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then stop a route."""
    found = route_within(request, "pause routes", code)
    if found.paused:
        raise Conflict(_("The route is paused already"), fix=_("See its page"))
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        pausing.pause(code, reason=reason, by=request.actor.id, clock=SYSTEM_CLOCK)
        leave_notice(request, _("The route is paused. What comes waits in its order."))
        return redirect("messages:route", code)
    context = {"route": found, "ends": _ends(found), "form": form, "pausing": True}
    return render(request, "messages/pause.html", context)


@page("pause routes")
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then let a route go on."""
    found = route_within(request, "pause routes", code)
    if not found.paused:
        raise Conflict(_("The route is not paused"), fix=_("See its page"))
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        pausing.resume(code, reason=reason, by=request.actor.id, clock=SYSTEM_CLOCK)
        leave_notice(request, _("The route goes on."))
        return redirect("messages:route", code)
    context = {"route": found, "ends": _ends(found), "form": form, "pausing": False}
    return render(request, "messages/pause.html", context)


def _not_in_force(found: RouteView) -> str:
    """Return that the agreement lets nothing go now; empty if it does."""
    if not found.enabled or not found.agreement:
        return ""
    agreed = agreement(found.agreement, on=legal_day(SYSTEM_CLOCK.now()))
    if agreed.state == "in force":
        return ""
    return _("Its agreement is not in force today, so nothing goes by this route.")


def _files(request: PageRequest, code: str, *, may_decide: bool) -> Table | None:
    """Return the files that went on by a route, if any did."""
    found = forwards_of(code)
    waits = next((one for one in found if one.state == "held"), None)
    decide = waits is not None and may_decide
    held = reverse("messages:let-forward-go", args=[waits.id]) if decide and waits else ""
    return forwards_table(request, found, held) if found else None


def _ends(found: RouteView) -> str:
    words = {"sender": found.sender_title, "receiver": found.receiver_title}
    return _("%(sender)s to %(receiver)s") % words


def _facts(request: PageRequest, found: RouteView) -> list[tuple[str, object]]:
    now = SYSTEM_CLOCK.now()
    ends = (found.sender_employer, found.receiver_employer)
    may_read = found.agreement and may_with(request.actor, "see agreements", *ends)
    agreed = reverse("agreements:agreement", args=[found.agreement]) if may_read else ""

    def system(code: str, employer: UUID | None) -> str:
        may = may_with(request.actor, "see messages", employer)
        return reverse("messages:system", args=[code]) if may else ""

    facts: list[tuple[str, object]] = [
        (_("Contract"), found.contract),
        (_("From"), Cell(found.sender_title, system(found.sender, found.sender_employer),
                         note=found.sender)),
        (_("To"), Cell(found.receiver_title, system(found.receiver, found.receiver_employer),
                       note=found.receiver)),
        (_("Agreement"), Cell(found.agreement_title or _("None"), agreed,
                              note=found.agreement)),
        (_("Spoken to by"), connector_title(found.kind) or _("Nothing is set up yet")),
        (_("Translation"), _translation(found)),
        (_("Owner"), found.owner or _("Nobody named")),
        (_("Waiting for their turn"), behind_words(found.behind)),
        (_("The oldest waits"), age(found.oldest, now) or _("None waits")),
        (_("Handed over in the last hour"), found.last_hour),
        (_("Handed over in the last day"), found.last_day),
        (_("Parked subjects"), found.subjects),
        (_("Handed over again by themselves"), found.retrying),
        (_("Position reached"), found.position if found.position >= 0 else _("None yet")),
    ]  # fmt: skip
    if found.approver:
        facts.append((_("Approver"), found.approver))
    if found.most_touched is not None or found.most_ending is not None:
        facts.append((_("Own limits of an hour"), _limits(found)))
    if found.state == "blocked":
        facts.append((_("Why it does not move"), found.blocked))
        facts.append((_("Tried in vain"), found.attempts))
        facts.append((_("Tried again"), moment(found.retry_at) or _("At once")))
    return facts


def _limits(found: RouteView) -> str:
    usual = _("as usual")
    words = {
        "touched": usual if found.most_touched is None else f"{found.most_touched:,}",
        "ending": usual if found.most_ending is None else f"{found.most_ending:,}",
    }
    return _("About: %(touched)s. Ending: %(ending)s.") % words


def _translation(found: RouteView) -> str:
    if not found.translation_version:
        return _("None: messages go as they are")
    return _("Version %(number)s") % {"number": found.translation_version}


def _fields(request: PageRequest, code: str) -> Table | None:
    """Return what the receiver gets, and of which of the sender's fields each is made."""
    try:
        made = where_from(code)
    except MusterError:
        # A translation that cannot be read blocks the route, which says so itself.
        return None
    return table(
        request,
        caption=_("What the receiver gets"),
        columns=[Column(_("Field")), Column(_("Made of"))],
        rows=[
            (Cell(one.title, note=one.name), ", ".join(one.made_of) or _("Nothing: it is fixed"))
            for one in made
        ],
        empty=_("Nothing: the agreement names no field."),
    )


def _known_of(request: PageRequest, found: tuple[ReplayView, ...]) -> tuple[ReplayView, ...]:
    """Return replays without those of a subject of whom the actor may not know."""
    hidden = hidden_subjects(request.actor)
    return tuple(one for one in found if end_of(one.subject) not in hidden)


def _replays(request: PageRequest, code: str, found: tuple[ReplayView, ...]) -> Table:
    return table(
        request,
        caption=_("Replays"),
        columns=[
            Column(_("Asked")),
            Column(_("Messages")),
            Column(_("Reason")),
            Column(_("Handed over"), numeric=True),
            Column(_("Could not be"), numeric=True),
            Column(_("State")),
        ],
        rows=[
            (
                Cell(moment(one.asked_at), note=one.asked_by),
                Cell(
                    _span(one),
                    reverse("messages:replayed", args=[code, one.id]),
                    note=one.subject or one.correlation,
                ),
                one.reason,
                one.handed,
                one.failed,
                Cell(_("Done"), tag="green") if one.done_at else Cell(_("Under way"), tag="blue"),
            )
            for one in found
        ],
        empty=_("Nothing of this route was replayed."),
    )


def _span(one: ReplayView) -> str:
    if one.first == one.last:
        return _("Position %(first)s") % {"first": f"{one.first:,}"}
    words = {"first": f"{one.first:,}", "last": f"{one.last:,}"}
    return _("Positions %(first)s to %(last)s") % words
