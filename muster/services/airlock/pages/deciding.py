"""Deciding on a trial: accepting how it differs, letting it go live, giving it up."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from muster.gates.access import Verb
from muster.hub.airlock import trials
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotPermitted
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, page, render
from muster.services.airlock.forms import Decide, Reason
from muster.services.airlock.reach import may_with, trial_within


@page("accept mappings")
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: PageRequest, one: uuid.UUID) -> HttpResponse:
    """Ask which differences are accepted and what then; do it."""
    found = trial_within(request, "accept mappings", one)
    form = Decide(request.POST if request.method == "POST" else None, trial=found)
    if form.is_bound and form.is_valid():
        try:
            said = _decided(request, one, form)
        except (BadInput, Conflict, NotPermitted) as problem:
            form.refused(problem)
        else:
            leave_notice(request, said)
            return redirect("airlock:trial", one)
    return render(request, "airlock/decide.html", {"trial": found, "form": form})


def _decided(request: PageRequest, one: uuid.UUID, form: Decide) -> str:
    reason, by = form.cleaned_data["reason"], request.actor.id
    if form.cleaned_data["then"] == "live":
        trials.go_live(one, form.accepted, reason=reason, by=by, clock=SYSTEM_CLOCK)
        return _("It is live: messages go this way from now on.")
    left = trials.accept_differences(one, form.accepted, reason=reason, by=by, clock=SYSTEM_CLOCK)
    words = ngettext(
        "Accepted. %(count)s kind of difference still waits.",
        "Accepted. %(count)s kinds of difference still wait.",
        left,
    )
    return words % {"count": left}


@page("see messages")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PageRequest, one: uuid.UUID) -> HttpResponse:
    """Ask why a trial is given up; give it up."""
    found = trial_within(request, "see messages", one)
    verbs: tuple[Verb, ...] = ("propose mappings", "accept mappings")
    if not any(may_with(request.actor, verb, found.employers) for verb in verbs):
        raise NotPermitted(
            _("Your role does not let you withdraw trials"), fix=_("Ask who proposed it")
        )
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            trials.withdraw(one, reason=reason, by=request.actor.id, clock=SYSTEM_CLOCK)
        except Conflict as problem:
            form.refused(problem)
        else:
            leave_notice(request, _("The trial is withdrawn. What is live stays as it is."))
            return redirect("airlock:trial", one)
    return render(request, "airlock/withdraw.html", {"trial": found, "form": form})
