"""Handing messages over once more: which, why, what that would be, and only then the asking."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muster.hub.delivering import replaying
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, page, render
from muster.services.messages.forms import AskReplay
from muster.services.messages.reach import route_within
from muster.services.messages.wording import messages_words

_WHICH = ("first", "last", "subject", "correlation")


@page("replay messages")
@require_http_methods(["GET", "HEAD", "POST"])
def replay(request: PageRequest, code: str) -> HttpResponse:
    """Ask which messages and why, show what that is, then ask for the replay."""
    found = route_within(request, "replay messages", code)
    begun = {name: request.GET[name] for name in _WHICH if name in request.GET}
    form = AskReplay(request.POST if request.method == "POST" else None, initial=begun)
    context: dict[str, Any] = {"route": found, "form": form}
    if form.is_bound and form.is_valid():
        which = {name: form.cleaned_data[name] for name in _WHICH}
        try:
            planned = replaying.plan(code, **which)
        except BadInput as problem:
            form.add_error(None, f"{problem.what}. {problem.fix}.")
            return render(request, "messages/replay.html", context)
        if request.POST.get("sure") == "yes":
            replaying.replay(
                code, **which, reason=form.cleaned_data["reason"], by=request.actor.id,
                clock=SYSTEM_CLOCK,
            )  # fmt: skip
            leave_notice(request, _("The replay is asked for. It begins at once."))
            return redirect("messages:route", code)
        context["facts"] = [
            (_("Messages"), messages_words(planned.messages)),
            (_("First position"), planned.first),
            (_("Last position"), planned.last),
            (_("Only of this subject"), which["subject"] or _("Any")),
            (_("Only of this case"), which["correlation"] or _("Any")),
            (_("Reason"), form.cleaned_data["reason"]),
        ]
        context["given"] = [(name, request.POST.get(name, "")) for name in (*_WHICH, "reason")]
    return render(request, "messages/replay.html", context)
