"""Drafting an agreement, and amending one: the same form, filled in from scratch or from terms."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.hub.agreements import actions, queries
from muster.hub.agreements.processors import Processor
from muster.hub.agreements.terms import Terms
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict
from muster.pagekit.fields import errors_of
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.agreements.forms import Begin, Processors, TermsForm
from muster.services.agreements.pages.reach import agreement_within

_FIELDS = {"fields": "fields_agreed", "ends": "last_day"}
Ask = Callable[[Any], TermsForm]
Act = Callable[[Terms, str], None]


@page("draft agreements")
@require_safe
def new(request: PageRequest) -> HttpResponse:
    """Ask between which systems, and about what, an agreement is to be."""
    form = _begin(request)
    if form.is_bound and form.is_valid():
        return redirect(f"{reverse('agreements:new-terms')}?{request.GET.urlencode()}")
    return render(request, "agreements/new.html", {"form": form, "errors": errors_of(form)})


@page("draft agreements")
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: PageRequest) -> HttpResponse:
    """Ask for the terms of a new agreement, and propose it."""
    begun = _begin(request)
    if not begun.is_valid():
        return redirect("agreements:new")
    contract = next(
        one for one in queries.contracts_on_offer() if one.name == begun.cleaned_data["contract"]
    )

    def act(made: Terms, _reason: str) -> None:
        actions.draft(
            terms=made, by=request.actor.id, employer=request.actor.employer, clock=SYSTEM_CLOCK
        )
        leave_notice(request, _("The agreement is drafted. It is in force once both have signed."))

    context = {
        "heading": _("Draft an agreement"), "back": reverse("agreements:new"),
        "back_text": _("Systems and contract"), "known": begun.cleaned_data,
        "contract": contract, "submit": _("Propose these terms"),
    }  # fmt: skip
    known = dict(begun.cleaned_data)
    return _terms(request, context, known, (), lambda data: TermsForm(data, contract=contract), act)


@page("draft agreements")
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: PageRequest, code: str) -> HttpResponse:
    """Ask for other terms of an agreement, and propose them."""
    found = agreement_within(request, "draft agreements", code)
    if found.contract is None or found.ended_on is not None:
        raise Conflict(_("This agreement cannot be amended"), fix=_("Draft a new one"))
    waiting, contract = queries.proposal(found.code), found.contract
    known = waiting.terms if waiting is not None else found.terms

    def act(made: Terms, reason: str) -> None:
        number = actions.amend(
            terms=made, reason=reason, by=request.actor.id, employer=request.actor.employer,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
        said = _("Version %(number)s is proposed. It takes the place of the terms in force once"
                 " both sides have signed it.")  # fmt: skip
        leave_notice(request, said % {"number": number})

    context = {
        "heading": _("Amend this agreement"), "agreement": found, "known": vars(known),
        "back": reverse("agreements:agreement", args=[found.code]), "back_text": known.title,
        "contract": contract, "submit": _("Propose these terms"),
    }  # fmt: skip
    fixed = {name: getattr(known, name) for name in ("code", "contract", "sender", "receiver")}
    if found.in_force_once:
        fixed["starts"] = known.starts

    def ask(data: Any) -> TermsForm:
        return TermsForm(data, contract=contract, known=known, settled=found.in_force_once)

    return _terms(request, context, fixed, known.processors, ask, act)


def _terms(
    request: PageRequest,
    context: dict[str, Any],
    known: Mapping[str, Any],
    processors: tuple[Processor, ...],
    ask: Ask,
    act: Act,
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form, chained = ask(data), Processors(data, processors)
    errors: list[dict[str, str]] = []
    if data is not None and "more" in data:
        form.not_asked()
        chained.not_asked()
    elif data is not None:
        # Both are asked, so that every mistake is told at once.
        if all([form.is_valid(), chained.valid()]):
            made = form.terms(known, chained.named())
            try:
                act(made, form.cleaned_data.get("reason", ""))
            except BadInput as problem:
                _blame(form, problem)
            else:
                return redirect("agreements:agreement", made.code)
        errors = [*errors_of(form), *chained.errors()]
    context |= {"form": form, "processors": chained, "errors": errors}
    return render(request, "agreements/terms.html", context)


def _blame(form: TermsForm, problem: BadInput) -> None:
    """Tell a mistake that only the hub saw beside the field it is about."""
    named = problem.where.field or ""
    field = _FIELDS.get(named, named)
    form.add_error(field if field in form.fields else None, f"{problem.what}. {problem.fix}.")


def _begin(request: PageRequest) -> Begin:
    """Return the first questions; who keeps to an employer chooses one of its systems."""
    own = within(request, "draft agreements")
    form = Begin(
        request.GET or None,
        systems=queries.systems_on_offer(),
        contracts=queries.contracts_on_offer(),
    )
    if own is not None and form.is_bound and form.is_valid():
        chosen = {form.cleaned_data["sender"], form.cleaned_data["receiver"]}
        theirs = {one.code for one in queries.systems_on_offer() if one.employer == own}
        if not chosen & theirs:
            form.add_error("sender", _("Choose a system of your own employer for one side"))
    return form
