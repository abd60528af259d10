"""The layouts that people saved and those that ship: what they say, and retiring one."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import Subject
from muster.hub.contracts import Contract
from muster.hub.intakes import declared_layouts
from muster.hub.saved_layouts import (
    SavedLayoutView,
    declared_texts,
    received_contracts,
    retire_layout,
    saved_layout,
    saved_layouts,
)
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound
from muster.pagekit.downloads import as_file
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, require, within
from muster.services.exchange.forms import Reason
from muster.services.exchange.pages.layout_words import LayoutSaid, said_by


@dataclass(frozen=True)
class _Shown:
    """A layout on its page; ``saved`` is None for one that ships."""

    name: str
    title: str
    contract: str
    toml: str
    saved: SavedLayoutView | None


@page("map layouts")
@require_safe
def saved(request: PageRequest) -> HttpResponse:
    """List the saved layouts and those that ship, and lead to mapping another file."""
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
    context = {
        "layouts": shown,
        "shipped": _shipped(request, contracts),
        "notice_now": take_notice(request),
    }
    return render(request, "exchange/map_layouts.html", context)


def _shipped(request: PageRequest, contracts: dict[str, Contract]) -> Table:
    return table(
        request,
        caption=_("Layouts that come with Muster"),
        columns=[Column(_("Kind of file")), Column(_("What its rows are"))],
        rows=[
            (
                Cell(each.title, reverse("exchange:layout", args=[each.name])),
                contracts[each.contract].title,
            )
            for each in sorted(declared_layouts(), key=lambda each: each.title.casefold())
        ],
        empty="",
    )


@page("map layouts")
@require_safe
def layout(request: PageRequest, name: str) -> HttpResponse:
    """Show one layout as a person reads it, and give it as it is kept (``?as=toml``)."""
    shown = _shown(request, name)
    if request.GET.get("as") == "toml":
        text = HttpResponse(shown.toml, content_type="application/toml; charset=utf-8")
        return as_file(text, f"{name}.toml")
    contract = received_contracts().get(shown.contract)
    said, rows = said_by(shown.toml, contract), contract.title if contract else shown.contract
    context = {
        "view": shown,
        "facts": [(_("What its rows are"), rows), *said.facts],
        "history": _history(shown.saved),
        "fields": _fields(request, said),
        "codes": _codes(request, said) if said.codes else None,
    }
    return render(request, "exchange/map_layout.html", context)


def _shown(request: PageRequest, name: str) -> _Shown:
    """Return a saved layout within reach, or one that ships: that is nobody's secret."""
    shipped = {each.name: each for each in declared_layouts()}
    if name in shipped and name in (texts := declared_texts()):
        found = shipped[name]
        return _Shown(name, found.title, found.contract, texts[name], None)
    view = _within(request, name)
    return _Shown(name, view.title, view.contract, view.toml, view)


def _history(view: SavedLayoutView | None) -> list[tuple[Any, ...]]:
    if view is None:
        return [(_("Made by"), _("It comes with Muster"))]
    return [
        (_("State"), _state(view)),
        (_("Version"), view.version),
        (_("Saved"), moment(view.saved_at)),
        (_("Saved by"), view.saved_by),
        (_("Whose files it reads"), _("One employer’s") if view.employer else _("Everybody’s")),
    ]


def _fields(request: PageRequest, said: LayoutSaid) -> Table:
    return table(
        request,
        caption=_("What it takes from a file"),
        columns=[Column(_("Field")), Column(_("Column of the file")), Column(_("How it is read"))],
        rows=[(one.title, one.source, Cell(one.read, note=one.more)) for one in said.fields],
        empty="",
    )


def _codes(request: PageRequest, said: LayoutSaid) -> Table:
    return table(
        request,
        caption=_("What its codes mean"),
        columns=[Column(_("Field")), Column(_("Code")), Column(_("Meaning"))],
        rows=said.codes,
        empty="",
    )


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
