"""Bank details: the code that confirms them, and stopping them, with or without signing in."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.running import settings
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, open_page, page, render
from muster.register.told import actions, queries
from muster.services.myself.forms import Code, StopCode
from muster.services.myself.pages.telling import own_person
from muster.services.myself.wording import CHANNELS, CODES


@page("tell own changes")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: PageRequest, one: uuid.UUID) -> HttpResponse:
    """Ask for the code that was sent; the right one confirms the change."""
    person = own_person(request, "tell own changes")
    found = queries.change(one, person=person)
    form = Code(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        outcome = actions.confirm_bank_change(
            change=one, person=person, code=form.cleaned_data["code"], by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
        if outcome == "confirmed":
            leave_notice(request, _("It is confirmed. We have told every contact we know of you."))
            return redirect("myself:change", one)
        form.add_error("code", str(CODES[outcome]))
        found = queries.change(one, person=person)
    context = {
        "change": found, "form": form, "waits": found.state == "asked",
        "channel": CHANNELS.get(found.channel, ""), "outbox": not settings().in_production,
    }  # fmt: skip
    return render(request, "myself/code.html", context)


@page("tell own changes")
@require_POST
def stop(request: PageRequest, one: uuid.UUID) -> HttpResponse:
    """Stop a change of bank details."""
    person = own_person(request, "tell own changes")
    actions.stop_bank_change(change=one, person=person, by=request.actor.id, clock=SYSTEM_CLOCK)
    leave_notice(request, _("It is stopped. Your pay goes where it went before."))
    return redirect("myself:change", one)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def stop_by_code(request: HttpRequest) -> HttpResponse:
    """Let whoever got a notice stop the change it tells of, without signing in."""
    form, stopped = StopCode(request.POST if request.method == "POST" else None), False
    if form.is_bound and form.is_valid():
        stopped = actions.stop_by_code(code=form.cleaned_data["code"], clock=SYSTEM_CLOCK)
        if not stopped:
            form.add_error("code", _("No change waits that has this code. Check it"))
    return render(request, "myself/stop.html", {"form": form, "stopped": stopped})
