"""Files that wait at one receiver because they would change too much there; telling one again."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import Actor
from muster.hub.approval import bar_to
from muster.hub.forwarding import letting_go
from muster.hub.forwarding.letting_go import HeldForward
from muster.hub.forwarding.queries import ForwardView, forwards_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict, NotFound, NotPermitted
from muster.pagekit.jinja import moment, short_day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.services.messages.forms import Reason
from muster.services.messages.reach import held_forwards_of, may_with, route_within
from muster.services.messages.wording import FORWARDS, at_receiver_words


@page("approve feeds")
@require_safe
def waiting(request: PageRequest) -> HttpResponse:
    """Show every file within reach that waits at a receiver, the oldest first."""
    found = held_forwards_of(within(request, "approve feeds"))
    shown = table(
        request,
        caption=_("Files that wait at a receiver"),
        columns=[
            Column(_("File")), Column(_("Receiver")), Column(_("What it would do there")),
            Column(_("Who decides")), Column(_("Since")),
        ],
        rows=[
            (
                Cell(one.name, reverse("messages:let-forward-go", args=[one.id])),
                Cell(one.receiver, reverse("messages:route", args=[one.route]), note=one.route),
                at_receiver_words(one.effect),
                _who(request.actor, one),
                moment(one.since),
            )
            for one in found
        ],
        empty=_("No file waits at a receiver. Those that would change unusually much wait here."),
    )  # fmt: skip
    context = {"said": take_notice(request), "waiting": shown}
    return render(request, "messages/forwards.html", context)


@page("approve feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def let_go(request: PageRequest, forward: UUID) -> HttpResponse:
    """Show what a file would do at its receiver; ask for the reason, then let it go on."""
    there = held_forwards_of(within(request, "approve feeds"))
    found = next((one for one in there if one.id == forward), None)
    if found is None:
        raise no_such("file that waits")
    why_not = _why_not(request.actor, found)
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and why_not:
        raise NotPermitted(why_not, fix=_("Ask somebody who may"))
    if form.is_bound and form.is_valid():
        try:
            letting_go.let_go(
                forward=forward, reason=form.cleaned_data["reason"], by=request.actor.id,
                clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except NotFound:
            raise Conflict(_("Somebody let it go already"), fix=_("See its route")) from None
        leave_notice(request, _("The file goes on to its receiver in a moment."))
        return redirect("messages:route", found.route)
    context = {
        "form": form,
        "file": found.name,
        "said": found.said,
        "why_not": why_not,
        "facts": _facts(request.actor, found),
        "figures": _figures(request, found),
    }
    return render(request, "messages/let_forward_go.html", context)


@page("approve feeds")
@require_http_methods(["GET", "HEAD", "POST"])
def tell_again(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then have a receiver told everything once more."""
    found = route_within(request, "approve feeds", code)
    if not forwards_of(code):
        raise Conflict(_("No file was carried on by this route"), fix=_("See its page"))
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        letting_go.tell_again(
            route=code, reason=form.cleaned_data["reason"], by=request.actor.id, clock=SYSTEM_CLOCK
        )
        leave_notice(request, _("The receiver is told everything again, in a moment."))
        return redirect("messages:route", code)
    words = {"sender": found.sender_title, "receiver": found.receiver_title}
    context: dict[str, object] = {
        "form": form,
        "back": (
            _("%(sender)s to %(receiver)s") % words, reverse("messages:route", args=[code])
        ),
        "heading": _("Tell the receiver everything again"),
        "meant": _("For a receiver that lost what it had. It is handed every record that the files"
                   " in force hold. A table that only appends gets the rows a second time."),
        "facts": [(_("Receiver"), found.receiver_title), (_("Route"), found.code)],
    }  # fmt: skip
    return render(request, "messages/decide.html", context)


def forwards_table(request: PageRequest, found: tuple[ForwardView, ...], held: str) -> Table:
    """Return the files that went on by a route, or are to.

    Args:
        request: whose page it is.
        found: the files.
        held: the address where one that waits is decided on; empty if the reader may not.
    """

    def state(one: ForwardView) -> Cell:
        text, colour = FORWARDS[one.state]
        return Cell(text, tag=colour, note=moment(one.done_at))

    return table(
        request,
        caption=_("Files that go on to this receiver"),
        columns=[
            Column(_("File")), Column(_("As at")), Column(_("State")),
            Column(_("Records told"), numeric=True), Column(_("Records gone"), numeric=True),
            Column(_("Could not be told"), numeric=True),
        ],
        rows=[
            (
                Cell(one.name, held if one.state == "held" else ""), short_day(one.as_at),
                state(one), one.sent, one.gone, one.waiting,
            )
            for one in found
        ],
        empty="",
    )  # fmt: skip


def _facts(actor: Actor, found: HeldForward) -> list[tuple[str, object]]:
    may_look = may_with(actor, "see feeds", found.sender_employer)
    feed = reverse("exchange:feed", args=[found.landing]) if may_look else ""
    return [
        (_("File"), Cell(found.name, feed)),
        (_("As at"), short_day(found.as_at)),
        (_("Receiver"), Cell(found.receiver, reverse("messages:route", args=[found.route]),
                             note=found.route)),
        (_("Waits since"), moment(found.since)),
        (_("Approver"), found.approver or _("Nobody named: whoever may approve feeds here")),
    ]  # fmt: skip


def _figures(request: PageRequest, found: HeldForward) -> Table:
    """Return what a file would do at its receiver, in records."""
    effect = found.effect
    return table(
        request,
        caption=_("What this file would do at the receiver"),
        columns=[Column(_("Records")), Column(_("Number"), numeric=True)],
        rows=[
            (_("The receiver was told of"), effect.get("covered", 0)),
            (_("Would go"), effect.get("ending", 0)),
            (_("Would change"), effect.get("changed", 0)),
            (_("Would be new"), effect.get("joining", 0)),
            (_("Rows in the file"), effect.get("rows", 0)),
        ],
        empty="",
    )


def _who(actor: Actor, found: HeldForward) -> Cell:
    why_not = _why_not(actor, found)
    return Cell(_("Somebody else"), note=why_not) if why_not else Cell(_("You"))


def _why_not(actor: Actor, found: HeldForward) -> str:
    """Return why somebody may not let a file go; empty if they may."""
    match bar_to(senders=found.senders, approver=found.approver, by=actor.id):
        case "handed it in":
            return _("You handed this file in, so somebody else decides on it.")
        case "another is named":
            return _("%(who)s is named to decide on this route.") % {"who": found.approver}
    return ""
