"""What waits for a person: one line for each cause; releasing, and discarding one message."""

import uuid
from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.people import hidden_subjects
from muster.hub.delivering import parking, queries
from muster.hub.delivering.queries import ParkedCause, ParkedMessage
from muster.hub.delivering.releasing import discardings, release_all
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Download, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.services.messages.forms import Reason
from muster.services.messages.home import cause_address
from muster.services.messages.reach import may_with, parked_within, route_within
from muster.services.messages.wording import (
    LEGS,
    age,
    cause_words,
    fix_words,
    messages_words,
    stage_words,
)

_WAITING = ("parked", "doubtful", "behind")


@page("see messages")
@require_safe
def grouped(request: PageRequest) -> HttpResponse:
    """Show why messages wait, one line for each cause, or give the same as CSV."""
    found = queries.causes(employer=within(request, "see messages"))
    if request.GET.get("as") == "csv":
        return _csv(found)
    waiting = sum(one.messages + one.behind for one in found if not one.retrying)
    context = {
        "said": take_notice(request),
        "causes": causes_table(request, found, downloads=True),
        "discarded": _discarded(request),
        "waiting": waiting,
    }
    return render(request, "messages/parked.html", context)


@page("see messages")
@require_http_methods(["GET", "HEAD", "POST"])
def cause(request: PageRequest) -> HttpResponse:
    """Show the messages that wait for one cause; let all of them go on."""
    asked = {name: request.GET.get(name, "") for name in ("route", "stage", "cause")}
    found = route_within(request, "see messages", asked["route"])
    of = next(
        (
            one
            for one in queries.causes(route=found.code)
            if (one.stage, one.cause) == (asked["stage"], asked["cause"])
        ),
        None,
    )
    if of is None:
        raise no_such("cause")
    ends = (found.sender_employer, found.receiver_employer)
    may_release = may_with(request.actor, "release messages", *ends)
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound:
        route_within(request, "release messages", found.code)
    if form.is_bound and form.is_valid():
        went = release_all(
            found.code, stage=of.stage, cause=of.cause, reason=form.cleaned_data["reason"],
            by=request.actor.id, clock=SYSTEM_CLOCK,
        )  # fmt: skip
        leave_notice(request, _("Released: %(messages)s.") % {"messages": messages_words(went)})
        return redirect("messages:parked")
    shown, paging = _waiting(request, of, may_release=may_release)
    context = {
        "of": of,
        "cause": cause_words(of.cause),
        "facts": _facts(of),
        "form": form if may_release and of.cause and not of.retrying else None,
        "all": messages_words(of.messages + of.behind),
        "discard_all": f"{reverse('messages:discard-cause')}?{urlencode(asked)}",
        "messages": shown,
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "messages/cause.html", context)


@page("release messages")
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: PageRequest, parked: uuid.UUID) -> HttpResponse:
    """Ask for the reason, then let all that waits of one subject go on."""
    found = _still(request, parked)
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        went = parking.release(
            parked=found.id, reason=form.cleaned_data["reason"], by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
        leave_notice(request, _("Released: %(messages)s.") % {"messages": messages_words(went)})
        return redirect("messages:message", found.position)
    count = queries.parked(found.route, subject=found.subject, limit=0)[1]
    context = {"one": found, "facts": _one(found), "form": form, "all": messages_words(count)}
    return render(request, "messages/release.html", context)


@page("release messages")
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: PageRequest, parked: uuid.UUID) -> HttpResponse:
    """Ask for the reason, ask once more, then decide that a message is never handed over."""
    found = _still(request, parked)
    form = Reason(request.POST if request.method == "POST" else None)
    ready = form.is_bound and form.is_valid()
    if ready and request.POST.get("sure") == "yes":
        parking.discard(
            parked=found.id, reason=form.cleaned_data["reason"], by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
        leave_notice(request, _("The message is discarded. What waited behind it goes on."))
        return redirect("messages:message", found.position)
    context = {
        "one": found,
        "facts": _one(found),
        "form": form,
        "reason": form.cleaned_data["reason"] if ready else "",
    }
    return render(request, "messages/discard.html", context)


def causes_table(
    request: PageRequest, found: Sequence[ParkedCause], *, downloads: bool = False
) -> Table:
    """Return why messages wait, one line for each cause."""
    now = SYSTEM_CLOCK.now()
    return table(
        request,
        caption=_("Why messages wait"),
        columns=[
            Column(_("Cause")),
            Column(_("To")),
            Column(_("Failed at")),
            Column(_("Messages"), numeric=True),
            Column(_("Behind them"), numeric=True),
            Column(_("Subjects"), numeric=True),
            Column(_("Since")),
        ],
        rows=[
            (
                Cell(cause_words(one.cause), cause_address(one), note=fix_words(_next(one))),
                Cell(one.receiver, note=one.route),
                stage_words(one.stage),
                one.messages,
                one.behind,
                one.subjects,
                age(one.since, now),
            )
            for one in found
        ],
        empty=_("No message waits for anything but its turn."),
        downloads=[Download(_("Download as CSV"), "?as=csv")] if downloads and found else (),
    )


def _discarded(request: PageRequest) -> Table | None:
    """Return what was discarded by cause in the last day, to be undone by whoever may."""
    own = within(request, "see messages")
    found = discardings(
        [one.code for one in queries.routes(clock=SYSTEM_CLOCK, employer=own)], clock=SYSTEM_CLOCK
    )
    if not found:
        return None
    may = may_with(request.actor, "release messages", request.actor.employer)
    return table(
        request,
        caption=_("Discarded in the last day"),
        columns=[Column(_("Cause")), Column(_("Messages"), numeric=True), Column(_("Decided")),
                 Column(_("Undo"))],
        rows=[
            (
                Cell(one.cause, note=one.route),
                one.messages,
                Cell(one.reason, note=one.by),
                Cell(_("Undo"), reverse("messages:undo-cause", args=[one.route, one.id]),
                     unseen=one.cause) if may else "",
            )
            for one in found
        ],
        empty="",
    )  # fmt: skip


def _next(one: ParkedCause) -> str:
    """Return the stage by which a cause is told what to do: released ones need nothing more."""
    return "retry" if one.retrying else one.stage


def _csv(found: Sequence[ParkedCause]) -> HttpResponse:
    headings = (
        _("Route"), _("To"), _("Failed at"), _("Cause"), _("Messages"), _("Behind them"),
        _("Subjects"), _("First position"), _("Since"),
    )  # fmt: skip
    rows = (
        (one.route, one.receiver, stage_words(one.stage), one.cause, one.messages, one.behind,
         one.subjects, one.position, one.since.isoformat(timespec="seconds"))
        for one in found
    )  # fmt: skip
    return as_csv("parked-causes.csv", headings, rows)


def _waiting(request: PageRequest, of: ParkedCause, *, may_release: bool) -> tuple[Table, Paging]:
    """Return messages that wait for a cause, without those of people who may not be known of.

    The cause still counts them: whoever lets it go on lets all of it go on.
    """
    hidden = hidden_subjects(request.actor)
    total = queries.parked(of.route, stage=of.stage, cause=of.cause, without=hidden, limit=0)[1]
    paging = Paging.asked(request, total=total)
    found, _total = queries.parked(
        of.route, stage=of.stage, cause=of.cause, without=hidden, start=paging.offset,
        limit=paging.size,
    )  # fmt: skip
    columns = [Column(_("Position")), Column(_("Subject")), Column(_("State")), Column(_("Parked"))]
    if may_release:
        columns += [Column(_("Release")), Column(_("Discard"))]
    shown = table(
        request,
        caption=_("Messages that wait for it"),
        columns=columns,
        rows=[_row(one, may_release=may_release) for one in found],
        empty=_("None waits any more."),
    )
    return shown, paging


def _row(one: ParkedMessage, *, may_release: bool) -> tuple[object, ...]:
    text, colour = LEGS[one.state]
    row = (
        Cell(f"{one.position:,}", reverse("messages:message", args=[one.position])),
        one.subject,
        Cell(text, tag=colour, note=moment(one.due_at)),
        moment(one.parked_at),
    )
    if not may_release:
        return row
    if one.state not in _WAITING:
        return (*row, "", "")
    unseen = _("message %(position)s") % {"position": f"{one.position:,}"}
    return (
        *row,
        Cell(_("Release"), reverse("messages:release", args=[one.id]), unseen=unseen),
        Cell(_("Discard"), reverse("messages:discard", args=[one.id]), unseen=unseen),
    )


def _facts(of: ParkedCause) -> list[tuple[str, object]]:
    return [
        (_("To"), Cell(of.receiver, note=of.route)),
        (_("Failed at"), stage_words(of.stage)),
        (_("What to do"), fix_words(_next(of))),
        (_("Messages"), of.messages),
        (_("Waiting behind them"), of.behind),
        (_("Subjects"), of.subjects),
        (_("Since"), moment(of.since)),
    ]


def _one(found: ParkedMessage) -> list[tuple[str, object]]:
    return [
        (_("Message"), Cell(f"{found.position:,}",
                            reverse("messages:message", args=[found.position]))),
        (_("Route"), found.route),
        (_("Subject"), found.subject),
        (_("Failed at"), stage_words(found.stage)),
        (_("Cause"), found.cause or _("An earlier message of its subject waits")),
        (_("What to do"), fix_words(found.stage)),
    ]  # fmt: skip


def _still(request: PageRequest, parked: uuid.UUID) -> ParkedMessage:
    """Return a message that waits for a person."""
    found = parked_within(request, "release messages", parked)
    if found.state not in _WAITING:
        raise Conflict(_("Somebody settled this message already"), fix=_("See its page"))
    return found
