"""Drafting a contract's revision, letting it come into force, and retiring one."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muster.hub.contract_registry import accept_revision, draft_revision, retire_revision
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, MusterError, NotPermitted
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, page, render
from muster.services.airlock.forms import DraftContract, Reason
from muster.services.airlock.pages.contracts import one_contract, one_revision
from muster.services.airlock.wording import EXAMPLE


@page("manage contracts")
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: PageRequest, name: str = "") -> HttpResponse:
    """Take a contract as pasted or uploaded, and keep it as a draft."""
    found = one_contract(name) if name else None
    start = found.revisions[0].schema if found is not None else ""
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DraftContract(*given, initial={"text": start})
    if form.is_bound and form.is_valid():
        try:
            drafted, _number = draft_revision(
                form.cleaned_data["text"], by=request.actor.id, clock=SYSTEM_CLOCK
            )
        except MusterError as problem:
            form.refused(problem)
        else:
            leave_notice(request, _("It is drafted. Somebody else lets it come into force."))
            return redirect("airlock:contract", drafted)
    context = {"contract": found, "form": form, "example": EXAMPLE}
    return render(request, "airlock/draft.html", context)


@page("manage contracts")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: PageRequest, name: str, number: int) -> HttpResponse:
    """Show what a draft changes and ask for the reason; let it come into force."""
    found, one = one_revision(name, number)
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            accept_revision(
                name, number, by=request.actor.id, reason=form.cleaned_data["reason"],
                clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except (BadInput, Conflict, NotPermitted) as problem:
            form.refused(problem)
        else:
            leave_notice(request, _("It is in force: messages are checked against it from now on."))
            return redirect("airlock:contract", name)
    context = {"contract": found, "revision": one, "form": form}
    return render(request, "airlock/accept.html", context)


@page("manage contracts")
@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: PageRequest, name: str, number: int) -> HttpResponse:
    """Ask why a revision is retired, and retire it."""
    found, one = one_revision(name, number)
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            retire_revision(
                name, number, by=request.actor.id, reason=form.cleaned_data["reason"],
                clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except (BadInput, Conflict) as problem:
            form.refused(problem)
        else:
            leave_notice(request, _("Revision %(number)s is retired.") % {"number": number})
            return redirect("airlock:contract", name)
    context = {"contract": found, "revision": one, "form": form}
    return render(request, "airlock/retire.html", context)
