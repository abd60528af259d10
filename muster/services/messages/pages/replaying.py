"""Handing messages over once more: which, why, what that would be, and only then the asking."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.people import hidden_subjects, message_is_hidden
from muster.hub.delivering import replaying
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, NotFound
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.messages.forms import AskReplay
from muster.services.messages.reach import route_within
from muster.services.messages.wording import messages_words, stage_words

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
            planned = replaying.plan(code, **which, without=hidden_subjects(request.actor))
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


@page("see messages")
@require_safe
def replayed(request: PageRequest, code: str, one: uuid.UUID) -> HttpResponse:
    """Show one replay: what was asked, how far it is, and what of it could not be handed over."""
    found = route_within(request, "see messages", code)
    try:
        view = replaying.replay_view(code, one)
    except NotFound:
        raise no_such("replay") from None
    if message_is_hidden(request.actor, view.subject):
        raise no_such("replay")
    paging = Paging.asked(request, total=view.failed)
    failed = replaying.failures(replay=one, start=paging.offset, limit=paging.size)
    context = {
        "route": found,
        "facts": [
            (_("Asked"), Cell(moment(view.asked_at), note=view.asked_by)),
            (_("Reason"), view.reason),
            (_("First position"), view.first),
            (_("Last position"), view.last),
            (_("Only of this subject"), view.subject or _("Any")),
            (_("Only of this case"), view.correlation or _("Any")),
            (_("Handed over"), view.handed),
            (_("Could not be handed over"), view.failed),
            (_("State"), _("Done") if view.done_at else _("Under way")),
        ],
        "failures": failures_table(request, failed),
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "messages/replayed.html", context)


def failures_table(request: PageRequest, failed: tuple[replaying.Failure, ...]) -> Table:
    """Return messages that replays could not hand over, and why."""
    return table(
        request,
        caption=_("What a replay could not hand over"),
        columns=[
            Column(_("Position")), Column(_("Failed at")), Column(_("Cause")), Column(_("When")),
            Column(_("Reason of the replay")),
        ],
        rows=[
            (
                Cell(f"{one.position:,}", reverse("messages:message", args=[one.position])),
                stage_words(one.stage),
                one.cause or _("An earlier message of its subject failed"),
                moment(one.failed_at),
                Cell(one.reason, note=one.by),
            )
            for one in failed
        ],
        empty=_("Everything could be handed over."),
    )  # fmt: skip
