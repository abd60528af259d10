"""Deciding on many messages at once: those a route stopped for, and those of one cause."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from muster.gates.access import Actor
from muster.hub.approval import bar_to
from muster.hub.delivering import deciding, queries, releasing
from muster.hub.delivering.queries import RouteView
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice
from muster.pagekit.tables import Cell
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.messages.forms import Reason
from muster.services.messages.reach import route_within
from muster.services.messages.wording import cause_words, messages_words, stage_words

_MOST = deciding.MOST


class AskLimits(Reason):
    """An approver's own limits of a route; empty ones leave it to the usual rule."""

    touched = forms.IntegerField(
        label=gettext_lazy("Subjects carried before that messages of one hour may be about"),
        help_text=gettext_lazy("Leave it empty for 50, or 20 in 100 of those carried before."),
        required=False, min_value=0, max_value=_MOST,
    )  # fmt: skip
    ending = forms.IntegerField(
        label=gettext_lazy("Subjects carried before that messages of one hour may end"),
        help_text=gettext_lazy("Leave it empty for 5, or as many as a file may end."),
        required=False, min_value=0, max_value=_MOST,
    )  # fmt: skip
    field_order = ("touched", "ending", "reason")


@page("approve feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def let_go(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then let exactly the messages go that a route stopped for."""
    return _held(
        request, code, "",
        heading=_("Let these messages go"),
        meant=_("Exactly these are handed over, in their order; what came since is looked at."),
        do=lambda reason: _("Let go: %(messages)s.") % {"messages": messages_words(
            deciding.let_go(code, reason=reason, by=request.actor.id, clock=SYSTEM_CLOCK)
        )},
    )  # fmt: skip


@page("approve feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then discard the messages that a route stopped for, after a while."""
    return _held(
        request, code, "",
        heading=_("Discard these messages"),
        meant=_("None of them is ever handed over. You can undo this for ten minutes; until then"
                " the route stands still."),
        do=lambda reason: _("They are discarded at %(moment)s. Until then it can be undone.") % {
            "moment": moment(deciding.discard(
                code, reason=reason, by=request.actor.id, clock=SYSTEM_CLOCK))
        },
        warning=True,
    )  # fmt: skip


@page("approve feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: PageRequest, code: str) -> HttpResponse:
    """Take a discarding back while it has not taken effect."""

    def do(_reason: str) -> str:
        deciding.undo(code, by=request.actor.id, clock=SYSTEM_CLOCK)
        return _("They wait again for a decision.")

    return _held(
        request, code, "discarded", heading=_("Undo the discarding"),
        meant=_("The messages wait again for somebody to let them go or discard them."), do=do,
        form=forms.Form,
    )  # fmt: skip


@page("approve feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: PageRequest, code: str) -> HttpResponse:
    """Ask of how many subjects messages may come within an hour, and set it."""
    found = route_within(request, "approve feeds", code)
    why_not = why_not_decide(request.actor, found)
    form = AskLimits(
        request.POST if request.method == "POST" else None,
        initial={"touched": found.most_touched, "ending": found.most_ending},
    )
    if form.is_bound and form.is_valid() and not why_not:
        deciding.set_limits(
            code, touched=form.cleaned_data["touched"], ending=form.cleaned_data["ending"],
            reason=form.cleaned_data["reason"], by=request.actor.id, clock=SYSTEM_CLOCK,
        )  # fmt: skip
        leave_notice(request, _("The limits are set."))
        return redirect("messages:route", code)
    return _render(
        request, form, _back_to(found), heading=_("Set the limits of this route"),
        meant=_("What goes beyond them within an hour stops the route before any of it goes."),
        facts=[(_("Route"), found.code)], why_not=why_not,
    )  # fmt: skip


@page("release messages")
@require_http_methods(["GET", "HEAD", "POST"])
def discard_cause(request: PageRequest) -> HttpResponse:
    """Ask for the reason, then discard all messages that wait for one cause."""
    asked = {name: request.GET.get(name, "") for name in ("route", "stage", "cause")}
    found = route_within(request, "release messages", asked["route"])
    of = next(
        (one for one in queries.causes(route=found.code) if not one.retrying
         and (one.stage, one.cause) == (asked["stage"], asked["cause"])),
        None,
    )  # fmt: skip
    if of is None or not of.cause:
        raise no_such("cause")
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        _decision, count = releasing.discard_all(
            found.code, stage=of.stage, cause=of.cause, reason=form.cleaned_data["reason"],
            by=request.actor.id, clock=SYSTEM_CLOCK,
        )  # fmt: skip
        leave_notice(request, _("Discarded: %(messages)s.") % {"messages": messages_words(count)})
        return redirect("messages:parked")
    return _render(
        request, form, (_("Messages that wait for somebody"), reverse("messages:parked")),
        heading=_("Discard all of them"),
        meant=_("They are kept as evidence and never handed over on this route. What waits behind"
                " them goes on in ten minutes; until then it can be undone."),
        facts=[
            (_("To"), Cell(of.receiver, note=of.route)), (_("Cause"), cause_words(of.cause)),
            (_("Failed at"), stage_words(of.stage)), (_("Messages"), of.messages),
            (_("Waiting behind them"), of.behind),
        ],
        warning=True,
    )  # fmt: skip


@page("release messages")
@require_http_methods(["GET", "HEAD", "POST"])
def undo_cause(request: PageRequest, code: str, decision: uuid.UUID) -> HttpResponse:
    """Let messages that were discarded for one cause wait again."""
    found = route_within(request, "release messages", code)
    one = next((one for one in releasing.discardings([found.code], clock=SYSTEM_CLOCK)
                if one.id == decision), None)  # fmt: skip
    if one is None:
        raise no_such("discarding")
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        count = releasing.undo_discard(decision, by=request.actor.id, clock=SYSTEM_CLOCK)
        words = {"messages": messages_words(count)}
        leave_notice(request, _("They wait again: %(messages)s.") % words)
        return redirect("messages:parked")
    return _render(
        request, form, (_("Messages that wait for somebody"), reverse("messages:parked")),
        heading=_("Undo the discarding"),
        meant=_("They wait again, but for those of whose subject something newer has gone on."),
        facts=[(_("Route"), one.route), (_("Cause"), one.cause), (_("Messages"), one.messages),
               (_("Decided"), Cell(one.reason, note=one.by))],
    )  # fmt: skip


def why_not_decide(actor: Actor, found: RouteView) -> str:
    """Return why somebody may not decide on messages of a route; empty if they may."""
    match bar_to(senders={f"system:{found.sender}"}, approver=found.approver, by=actor.id):
        case "handed it in":
            return _("You speak for the sender: you made a token of its system. So somebody else"
                     " decides.")  # fmt: skip
        case "another is named":
            return _("%(who)s is named to decide on this route.") % {"who": found.approver}
    return ""


def _held(
    request: PageRequest, code: str, decision: str, *, heading: str, meant: str,
    do: Callable[[str], str], form: type[forms.Form] = Reason, warning: bool = False,
) -> HttpResponse:  # fmt: skip
    found = route_within(request, "approve feeds", code)
    held = deciding.held(code)
    if held is None or held.decision != decision:
        raise no_such("held messages")
    why_not = why_not_decide(request.actor, found)
    asked = form(request.POST if request.method == "POST" else None)
    if asked.is_bound and asked.is_valid() and not why_not:
        leave_notice(request, do(asked.cleaned_data.get("reason", "")))
        return redirect("messages:route", code)
    facts: list[tuple[str, object]] = [
        (_("Why they wait"), held.said), (_("Messages"), held.messages),
        (_("First position"), held.first), (_("Last position"), held.last),
        (_("Subjects carried before"), held.known), (_("Of these they are about"), held.touched),
        (_("Of these they end"), held.ending), (_("Since"), moment(held.raised_at)),
    ]  # fmt: skip
    if held.decision:
        facts.append((_("Decided"), Cell(held.reason, note=held.decided_by)))
        facts.append((_("Takes effect"), moment(held.due_at)))
    return _render(
        request, asked, _back_to(found), heading=heading, meant=meant, facts=facts,
        warning=warning, why_not=why_not,
    )  # fmt: skip


def _render(
    request: PageRequest, form: forms.Form, back: tuple[str, str], **context: Any
) -> HttpResponse:
    return render(request, "messages/decide.html", {"form": form, "back": back, **context})


def _back_to(found: RouteView) -> tuple[str, str]:
    words = {"sender": found.sender_title, "receiver": found.receiver_title}
    return _("%(sender)s to %(receiver)s") % words, reverse("messages:route", args=[found.code])
