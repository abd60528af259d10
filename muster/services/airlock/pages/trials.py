"""Trials: which run, how far each is, in what it differs, message by message."""

import json
import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from muster.gates.looks import note_look
from muster.gates.people import hidden_subjects
from muster.hub.airlock import queries
from muster.hub.airlock.looking import look_on
from muster.hub.airlock.queries import DetailView, TrialView, TriedRoute
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.jinja import moment
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.services.airlock.reach import may_with, trial_within
from muster.services.airlock.wording import TRIAL_STATES, kind_words

_AT_ONCE = 2000


@page("see messages")
@require_safe
def trials(request: PageRequest) -> HttpResponse:
    """List the trials within reach, and the routes on which one can begin."""
    own = within(request, "see messages")
    found = queries.trials(employer=own)
    shown = table(
        request,
        caption=_("Trials"),
        columns=[
            Column(_("Route")),
            Column(_("State")),
            Column(_("Messages looked at"), numeric=True),
            Column(_("Of these alike"), numeric=True),
            Column(_("Kinds of difference to accept"), numeric=True),
            Column(_("Begun")),
        ],
        rows=[
            (
                Cell(one.route, reverse("airlock:trial", args=[one.id]), note=one.contract),
                state_of(one),
                one.looked,
                one.alike,
                one.waiting,
                moment(one.began_at),
            )
            for one in found
        ],
        empty=_("Nothing was tried yet."),
    )
    routes = _routes(request, queries.tried_routes(employer=own))
    context = {"trials": shown, "routes": routes, "said": take_notice(request)}
    return render(request, "airlock/trials.html", context)


def _routes(request: PageRequest, found: tuple[TriedRoute, ...]) -> Table:
    return table(
        request,
        caption=_("Routes to other systems"),
        columns=[
            Column(_("Route")),
            Column(_("From")),
            Column(_("To")),
            Column(_("Translation"), numeric=True),
            Column(_("Trial")),
        ],
        rows=[
            (
                Cell(one.code, reverse("messages:route", args=[one.code])),
                one.sender,
                one.receiver,
                one.version,
                _begin(request, one),
            )
            for one in found
        ],
        empty=_("No route leads to another system yet."),
    )


def _begin(request: PageRequest, one: TriedRoute) -> Cell:
    if one.trial is not None:
        return Cell(_("One is running"), reverse("airlock:trial", args=[one.trial]),
                    unseen=one.code)  # fmt: skip
    if may_with(request.actor, "propose mappings", one.employers):
        return Cell(_("Begin one"), reverse("airlock:begin", args=[one.code]), unseen=one.code)
    return Cell("")


@page("see messages")
@require_safe
def trial(request: PageRequest, one: uuid.UUID) -> HttpResponse:
    """Show one trial: how far it is, and every kind of difference."""
    found = trial_within(request, "see messages", one)
    accept = may_with(request.actor, "accept mappings", found.employers)
    propose = may_with(request.actor, "propose mappings", found.employers)
    running = found.state == "running"
    own = found.began_by == request.actor.id
    context = {
        "said": take_notice(request),
        "trial": found,
        "state": state_of(found),
        "facts": _facts(found),
        "progress": _progress(found),
        "kinds": _kinds(request, found),
        "lines": _lines(found),
        "may_decide": running and accept and not own,
        "own": running and own,
        "may_withdraw": running and (accept or propose),
        "may_look": running and found.ahead and not found.fault,
    }
    return render(request, "airlock/trial.html", context)


def state_of(one: TrialView) -> Cell:
    """Return a trial's state as a tag."""
    if one.state == "running" and one.fault:
        return Cell(_("Stands still"), tag="red")
    words, colour = TRIAL_STATES[one.state]
    return Cell(words, tag=colour)


def _facts(one: TrialView) -> list[tuple[Any, ...]]:
    revision = _("The one in force")
    if one.revision is not None:
        revision = _("Draft %(number)s") % {"number": one.revision}
    facts = [
        (_("Route"), Cell(one.route, reverse("messages:route", args=[one.route]))),
        (_("From"), one.sender),
        (_("To"), one.receiver),
        (_("Contract"), one.contract),
        (_("Revision of the contract"), revision),
        (_("Compared with"), _("Nothing: the route carries nothing yet") if one.fresh else
         _("Translation %(number)s, which is live") % {"number": one.against}),
        (_("Why"), one.reason),
        (_("Proposed by"), one.began_by),
        (_("Begun"), moment(one.began_at)),
        (_("Messages looked at"), one.looked),
    ]  # fmt: skip
    if not one.fresh:
        facts.append((_("Of these alike"), one.alike))
    if one.settled_at is not None:
        facts += [
            (_("Ended"), moment(one.settled_at)),
            (_("Ended by"), one.settled_by),
            (_("Reason"), one.settled_because),
        ]
    return facts


def _progress(one: TrialView) -> str:
    if one.state != "running" or one.fresh:
        return ""
    if not one.ahead:
        return _("Every message there is was looked at. New ones are looked at as they come.")
    words = ngettext(
        "%(count)s message is still to be looked at.",
        "%(count)s messages are still to be looked at.",
        one.ahead,
    )
    return words % {"count": f"{one.ahead:,}"}


def _kinds(request: PageRequest, found: TrialView) -> Table:
    content = found.state == "running" and may_with(
        request.actor, "read message content", found.employers
    )
    rows = []
    for one in found.kinds:
        words = kind_words(one, fresh=found.fresh)
        href = reverse("airlock:differences", args=[found.id, one.id]) if content else ""
        rows.append(
            (
                Cell(words, href, note=one.said, unseen=one.field),
                one.field or _("The whole message"),
                one.messages,
                one.first,
                Cell(_("Yes"), tag="green", note=one.accepted_by)
                if one.accepted_at
                else Cell(_("Not yet"), tag="yellow"),
            )
        )
    return table(
        request,
        caption=_("What it would send") if found.fresh else _("Differences"),
        columns=[
            Column(_("What differs")),
            Column(_("Field")),
            Column(_("Messages"), numeric=True),
            Column(_("First at position"), numeric=True),
            Column(_("Accepted")),
        ],
        rows=rows,
        empty=_("No difference so far."),
    )


def _lines(found: TrialView) -> tuple[str, ...]:
    """Return the lines by which the proposed translation differs from the live one."""
    if found.state != "running":
        return ()
    live = queries.tried_route(found.route).translation
    return queries.changed_lines(live, found.translation)


@page("see messages")
@require_POST
def look(request: PageRequest, one: uuid.UUID) -> HttpResponse:
    """Let a trial look at its next messages at once."""
    found = trial_within(request, "see messages", one)
    look_on(clock=SYSTEM_CLOCK, route=found.route_id, limit=_AT_ONCE)
    return redirect("airlock:trial", one)


@page("read message content")
@require_safe
def differences(request: PageRequest, one: uuid.UUID, kind: int) -> HttpResponse:
    """Show what live and the trial make of each message of a kind; a look that is recorded."""
    found = trial_within(request, "read message content", one)
    asked = next((each for each in found.kinds if each.id == kind), None)
    if asked is None:
        raise no_such("difference")
    hidden = hidden_subjects(request.actor)
    kept = queries.details(kind, clock=SYSTEM_CLOCK, without=hidden, limit=0)[1]
    paging = Paging.asked(request, total=kept)
    rows, _count = queries.details(
        kind, clock=SYSTEM_CLOCK, without=hidden, start=paging.offset, limit=paging.size
    )
    note_look(
        request.actor, what="trial differences", purpose=request.purpose,
        detail={"trial": str(found.id), "positions": [row.position for row in rows]},
    )  # fmt: skip
    columns = [Column(_("Position"), numeric=True), Column(_("Live gives")),
               Column(_("The trial gives"))]  # fmt: skip
    shown = table(
        request,
        caption=kind_words(asked, fresh=found.fresh),
        columns=columns,
        rows=[_values(row) for row in rows],
        empty=_("The values of these messages are no longer kept."),
    )
    context = {
        "trial": found, "kind": asked, "differences": shown, "paging_now": paging,
        "page_links": pagination(request, paging), "counted": asked.messages, "kept": kept,
    }  # fmt: skip
    return render(request, "airlock/differences.html", context)


def _values(row: DetailView) -> tuple[Any, ...]:
    if row.gone:
        return row.position, _("The message was erased"), ""
    return row.position, _value(row.live), _value(row.trial)


def _value(value: Any) -> str:
    if value is None:
        return _("Nothing")
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_value(one)}" for name, one in value.items()) or _("Nothing")
    return json.dumps(value, ensure_ascii=False)
