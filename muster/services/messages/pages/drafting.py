"""Drafting a route: the agreement first, then how it is carried. A draft carries nothing."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muster.hub.connecting.drafting import (
    RouteDraft,
    change_draft,
    delete_draft,
    draft_route,
    look_over,
)
from muster.hub.connecting.queries import (
    AgreementChoice,
    DraftView,
    agreement_choices,
    drafted,
    endpoints_of,
)
from muster.hub.messages.systems import system
from muster.hub.populations import CASE, populations
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict, MusterError
from muster.pagekit.notices import leave_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.services.messages.forms import DraftRoute, Reason
from muster.services.messages.reach import may_with, route_within


@page("manage systems")
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: PageRequest) -> HttpResponse:
    """Choose an agreement within reach, then say how its route is carried."""
    choices = agreement_choices(employer=within(request, "manage systems"))
    asked = request.GET.get("agreement", "")
    context: dict[str, Any] = {
        "agreements": _agreements(request, choices),
        "may_agree": may_with(request.actor, "draft agreements", request.actor.employer),
    }
    if not asked:
        return render(request, "messages/choose_agreement.html", context)
    chosen = next((one for one in choices if one.code == asked), None)
    if chosen is None:
        raise no_such("agreement")
    form = _form(request, chosen, None)
    if form is None:
        owner = system(chosen.receiver).employer
        context["may_set_up"] = may_with(request.actor, "manage systems", owner)
        return render(request, "messages/choose_agreement.html", {**context, "missing": chosen})
    return _drafting(request, form, chosen, None)


@page("manage systems")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PageRequest, code: str) -> HttpResponse:
    """Change a draft that has carried nothing."""
    present, chosen = _present(request, code)
    form = _form(request, chosen, present)
    assert form is not None
    return _drafting(request, form, chosen, present)


@page("manage systems")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then take a draft back."""
    present, _chosen = _present(request, code)
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        delete_draft(code=code, reason=form.cleaned_data["reason"], by=request.actor.id,
                     clock=SYSTEM_CLOCK)  # fmt: skip
        leave_notice(request, _("The draft is deleted."))
        return redirect("messages:routes")
    return render(request, "messages/delete_draft.html", {"draft": present, "form": form})


def _present(request: PageRequest, code: str) -> tuple[DraftView, AgreementChoice]:
    route_within(request, "manage systems", code)
    present = drafted(code)
    if present.fixed:
        raise Conflict(
            _("This is no draft that can be changed"),
            fix=_("Change it by a trial, or wait until its trial is over"),
        )
    chosen = next((one for one in agreement_choices() if one.code == present.agreement), None)
    if chosen is None:
        raise no_such("agreement")
    return present, chosen


def _form(
    request: PageRequest, chosen: AgreementChoice, present: DraftView | None
) -> DraftRoute | None:
    """Return the form of a draft; None if nothing is set up to speak to the receiver."""
    endpoints = endpoints_of(chosen.receiver)
    if not endpoints:
        return None
    begun: dict[str, Any] = {}
    if present is not None:
        case = present.population.startswith(CASE)
        begun = {
            "endpoint": str(present.endpoint), "translation": present.translation,
            "population": CASE if case else present.population,
            "case": present.population.removeprefix(CASE) if case else "",
            "shards": present.shards, "from_start": present.from_start,
        }  # fmt: skip
    return DraftRoute(
        request.POST if request.method == "POST" else None, endpoints=endpoints,
        populations=populations(), fixed=present is not None, initial=begun,
    )  # fmt: skip


def _drafting(
    request: PageRequest, form: DraftRoute, chosen: AgreementChoice, present: DraftView | None
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form, "present": present, "agreement": chosen, "facts": _facts(chosen),
    }  # fmt: skip
    if form.is_bound and form.is_valid():
        said = _said(form, chosen, present)
        try:
            if request.POST.get("then") == "check":
                context["held"], context["warned"] = look_over(said)
                context["checked"] = True
            else:
                _keep(request, said, form, present)
                return redirect("messages:try", said.code)
        except MusterError as problem:
            form.refused(problem)
    return render(request, "messages/draft_route.html", context)


def _keep(
    request: PageRequest, said: RouteDraft, form: DraftRoute, present: DraftView | None
) -> None:
    begins: bool = form.cleaned_data["from_start"]
    if present is None:
        draft_route(said, from_start=begins, by=request.actor.id, clock=SYSTEM_CLOCK)
    else:
        change_draft(
            said, from_start=None if begins == present.from_start else begins,
            by=request.actor.id, clock=SYSTEM_CLOCK,
        )  # fmt: skip
    leave_notice(request, _("The draft is kept. It carries nothing yet: try one record on it."))


def _said(form: DraftRoute, chosen: AgreementChoice, present: DraftView | None) -> RouteDraft:
    given = form.cleaned_data
    return RouteDraft(
        code=present.code if present is not None else given["code"],
        contract=chosen.contract,
        source=chosen.sender,
        receiver=chosen.receiver,
        agreement=chosen.code,
        endpoint=UUID(given["endpoint"]) if given.get("endpoint") else None,
        translation=given["translation"],
        population=form.whose,
        shards=given["shards"],
        owner=present.owner if present is not None else "",
    )


def _facts(chosen: AgreementChoice) -> list[tuple[str, object]]:
    return [
        (_("Agreement"), Cell(chosen.title, note=chosen.code)),
        (_("Contract"), chosen.contract),
        (_("From"), chosen.sender),
        (_("To"), chosen.receiver),
        (_("Fields that may leave"), ", ".join(chosen.fields)),
    ]


def _agreements(request: PageRequest, choices: tuple[AgreementChoice, ...]) -> Table:
    return table(
        request,
        caption=_("Under which agreement?"),
        columns=[Column(_("Agreement")), Column(_("From")), Column(_("To")), Column(_("Contract"))],
        rows=[
            (Cell(one.title, f"?agreement={one.code}", note=one.code), one.sender, one.receiver,
             one.contract)
            for one in choices
        ],
        empty=_("There is no agreement between two systems within your reach. Draft one first."),
    )  # fmt: skip
