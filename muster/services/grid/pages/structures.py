"""Employers that merged and split: what is stated, what it changes, stating one and undoing it."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import Subject, may, purpose_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, NotPermitted
from muster.pagekit.jinja import day, moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.register.employers import succession_queries as queries
from muster.register.employers.succession_actions import state_succession, withdraw_succession
from muster.register.employers.succession_queries import Stated
from muster.services.grid.structure_forms import StateSuccession
from muster.services.grid.structures import Effect, effects

_PAGE = 25


@page("see figures")
@require_safe
def structures(request: PageRequest) -> HttpResponse:
    """List the successions in force, and what the public list says only half."""
    hints = queries.hints()
    paging = Paging.asked(request, total=len(hints), size=_PAGE)
    context = {
        "said": take_notice(request),
        "may_state": _may_state(request),
        "listed": _listed(request, queries.listed()),
        "hints": _hints(request, hints[paging.offset : paging.offset + paging.size]),
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "grid/structures.html", context)


@page("state structures")
@require_http_methods(["GET", "HEAD", "POST"])
def state(request: PageRequest) -> HttpResponse:
    """Ask to whom functions passed, and state it."""
    posted = request.method == "POST"
    offered = {name: request.GET.get(name, "") for name in ("former", "successors", "day")}
    form = StateSuccession(request.POST if posted else None, initial=offered)
    if posted and form.is_valid():
        try:
            made = state_succession(**form.cleaned_data, by=request.actor.id, clock=SYSTEM_CLOCK)
        except BadInput as refused:
            form.add_error(refused.where.field or None, f"{refused.what}. {refused.fix}")
        else:
            leave_notice(request, _("Stated. Figures restated to today's employers follow it now."))
            return redirect("grid:structure", made)
    return render(request, "grid/state_structure.html", {"form": form})


@page("see figures")
@require_http_methods(["GET", "HEAD", "POST"])
def structure(request: PageRequest, succession: UUID) -> HttpResponse:
    """Show one succession and what it changes; undo it on POST."""
    found = queries.succession(succession)
    if found is None:
        raise no_such("succession")
    if request.method == "POST":
        if not _may_state(request):
            raise NotPermitted(
                "Your role does not let you state structures", fix="Ask an analyst to undo it"
            )
        withdraw_succession(succession=succession, by=request.actor.id, clock=SYSTEM_CLOCK)
        leave_notice(request, _("Undone. Figures are restated as if it had never been stated."))
        return redirect("grid:structures")
    changed = effects(found, purpose=request.purpose, by=request.actor.id, clock=SYSTEM_CLOCK)
    context = {
        "said": take_notice(request),
        "title": _title(found),
        "facts": [
            (_("Employer whose functions passed on"), found.title),
            (_("First day under the successors"), day(found.day)),
            (_("Successors"), ", ".join(title for _id, title in found.successors)),
            (_("Principal successor"), found.successors[0][1]),
            (_("Source"), found.source),
            (_("Stated by"), found.stated_by),
            (_("Stated on"), moment(found.stated_at)),
        ],
        "split": len(found.successors) > 1,
        "effects": _effects(request, changed),
        "may_state": _may_state(request),
    }
    return render(request, "grid/structure.html", context)


def _may_state(request: PageRequest) -> bool:
    purpose = purpose_of(request.actor, "state structures")
    if purpose is None:
        return False
    return may(request.actor, "state structures", Subject("succession"), purpose).allowed


def _title(found: Stated) -> str:
    words = _("%(former)s was split") if len(found.successors) > 1 else _("%(former)s was merged")
    return words % {"former": found.title}


def _listed(request: PageRequest, found: Sequence[Stated]) -> Table:
    return table(
        request,
        caption=_("Employers whose functions passed on"),
        columns=[Column(_("Employer")), Column(_("Since")), Column(_("Successors")),
                 Column(_("Source"))],
        rows=[
            (
                Cell(one.title, href=reverse("grid:structure", args=[one.id])),
                day(one.day),
                Cell(
                    ", ".join(title for _id, title in one.successors),
                    note=_("Principal: %(title)s") % {"title": one.successors[0][1]}
                    if len(one.successors) > 1
                    else "",
                ),
                one.source,
            )
            for one in found
        ],
        empty=_("Nothing has been stated yet."),
    )  # fmt: skip


def _hints(request: PageRequest, found: Sequence[queries.Hint]) -> Table:
    return table(
        request,
        caption=_("Closed employers of the public list of which nothing is stated"),
        columns=[Column(_("Employer")), Column(_("Closed")), Column(_("Successors on the list"))],
        rows=[
            (
                Cell(one.title, href=_stating(one) if _may_state(request) else ""),
                one.closed or _("No day"),
                ", ".join(one.successors),
            )
            for one in found
        ],
        empty=_("There are none."),
    )


def _stating(one: queries.Hint) -> str:
    """Return the address of the form, filled in with what the list says."""
    said = {"former": one.title, "successors": "\n".join(one.successors), "day": one.closed}
    return f"{reverse('grid:state-structure')}?{urlencode(said)}"


def _effects(request: PageRequest, changed: Sequence[Effect]) -> Table:
    return table(
        request,
        caption=_("Headcount in both forms"),
        columns=[
            Column(_("Employer")),
            Column(_("As at")),
            Column(_("As it was"), numeric=True),
            Column(_("Restated to today's employers"), numeric=True),
        ],
        rows=[
            (one.employer, day(one.as_at), one.was or _("No return"), one.restated or _("None"))
            for one in changed
        ],
        empty=_("No employer has sent HR files yet, so there is no figure that it changes."),
    )
