"""The layouts that people saved: which there are, what they say, and retiring one."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import Subject
from muster.hub.layouts import load_layout
from muster.hub.saved_layouts import (
    SavedLayoutView,
    received_contracts,
    retire_layout,
    saved_layout,
    saved_layouts,
)
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, table
from muster.pagekit.views import PageRequest, no_such, page, render, require, within
from muster.services.exchange.forms import Reason


@page("map layouts")
@require_safe
def saved(request: PageRequest) -> HttpResponse:
    """List the saved layouts, and lead to mapping another file."""
    found = saved_layouts(employer=within(request, "map layouts"))
    contracts = received_contracts()
    shown = table(
        request,
        caption=_("Saved layouts"),
        columns=[
            Column(_("Kind of file")),
            Column(_("What its rows are")),
            Column(_("State")),
            Column(_("Saved")),
        ],
        rows=[
            (
                Cell(view.title, reverse("exchange:layout", args=[view.name])),
                contracts[view.contract].title if view.contract in contracts else view.contract,
                _state(view),
                moment(view.saved_at),
            )
            for view in found
        ],
        empty=_("No layout is saved yet. Map a file that Muster does not recognise."),
    )
    context = {"layouts": shown, "notice_now": take_notice(request)}
    return render(request, "exchange/map_layouts.html", context)


@page("map layouts")
@require_safe
def layout(request: PageRequest, name: str) -> HttpResponse:
    """Show one saved layout."""
    view = _within(request, name)
    known = load_layout(view.toml)
    facts = [
        (_("State"), _state(view)),
        (_("Version"), view.version),
        (_("Saved"), moment(view.saved_at)),
        (_("Saved by"), view.saved_by),
        (_("Whose files it reads"), _("One employer’s") if view.employer else _("Everybody’s")),
        (_("What a file is"), _("A full list") if known.full else _("Changes only")),
    ]
    context = {"view": view, "facts": facts}
    return render(request, "exchange/map_layout.html", context)


@page("map layouts")
@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: PageRequest, name: str) -> HttpResponse:
    """Ask why a layout is to be used no more, and retire it."""
    view = _within(request, name)
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        retire_layout(
            name=name,
            reason=form.cleaned_data["reason"],
            by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )
        leave_notice(request, _("“%(title)s” is retired.") % {"title": view.title})
        return redirect("exchange:layouts")
    return render(request, "exchange/map_retire.html", {"view": view, "form": form})


def _within(request: PageRequest, name: str) -> SavedLayoutView:
    try:
        view = saved_layout(name)
    except NotFound:
        raise no_such("layout") from None
    require(request, "map layouts", Subject("layout", view.employer))
    return view


def _state(view: SavedLayoutView) -> Cell:
    return Cell(_("Retired"), tag="grey") if view.retired_at else Cell(_("In use"), tag="green")
