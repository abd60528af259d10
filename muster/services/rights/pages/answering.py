"""Answering requests about people's own data: identity, deadline, decision, objection."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from muster.gates.looks import note_look
from muster.gates.people import as_known_to, person_subject, viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import MusterError
from muster.pagekit.jinja import day, moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, table
from muster.pagekit.views import PageRequest, no_such, page, render, require
from muster.register.keeping import queries
from muster.register.keeping import requests as verbs
from muster.register.keeping.queries import RequestView
from muster.register.people.person_record import person as record_of
from muster.services.rights import wording
from muster.services.rights.forms import Why, Words
from muster.services.rights.pages.own import answers_table, facts_of


@page("answer data requests")
@require_safe
def requests(request: PageRequest) -> HttpResponse:
    """Show requests with their deadlines; those of people who may not be known of are not there."""
    today = legal_day(SYSTEM_CLOCK.now())
    found = queries.requests(viewer=viewer_of(request.actor))
    shown = table(
        request,
        caption=_("Requests of people about their data"),
        columns=[Column(_("Request")), Column(_("Asked on")), Column(_("Answer by")),
                 Column(_("State")), Column(_("Objection"))],
        rows=[
            (
                Cell(str(wording.KINDS[one.kind]), f"requests/{one.id}",
                     unseen=moment(one.asked_at)),
                moment(one.asked_at),
                Cell(_("%(day)s: late") % {"day": day(one.due)}, tag="red")
                if one.late(today)
                else day(one.due),
                Cell(str(wording.REQUESTS[one.state][0]), tag=wording.REQUESTS[one.state][1]),
                _objection(one),
            )
            for one in found
        ],
        empty=_("Nobody has asked for anything yet."),
    )  # fmt: skip
    return render(request, "rights/requests.html", {"requests": shown})


@page("answer data requests")
@require_safe
def request_page(request: PageRequest, which: uuid.UUID) -> HttpResponse:
    """Show one request, whose it is, and what is to be done next."""
    return _drawn(request, _within(request, which), None)


@page("answer data requests")
@require_POST
def act(request: PageRequest, which: uuid.UUID, verb: str) -> HttpResponse:
    """Do one of the things that a request asks for, and go back to it."""
    found = _within(request, which)
    said: dict[str, Any] = {"request": found.id, "by": request.actor.id, "clock": SYSTEM_CLOCK}
    plain: dict[str, tuple[Callable[..., Any], str]] = {
        "check": (verbs.check, _("Noted: whoever asks is the person.")),
        "copy": (verbs.make_copy, _("The copy is ready, and the person can download it.")),
        "erasure": (verbs.decide_erasure, _("Decided by the schedule. The person sees why.")),
    }
    if verb in plain:
        do, words = plain[verb]
        do(**said)
        leave_notice(request, words)
        return redirect("rights:request", which)
    form = {"extend": Why, "review": Words}.get(verb, Why)(request.POST)
    if verb not in ("extend", "review"):
        raise no_such("request")
    if form.is_valid():
        try:
            if verb == "extend":
                verbs.extend(reason=form.cleaned_data["reason"], **said)
            else:
                verbs.review(words=form.cleaned_data["reason"], **said)
        except MusterError as problem:
            form.add_error("reason", f"{problem.what}. {problem.fix}.")
        else:
            leave_notice(request, _("Recorded. The person sees it."))
            return redirect("rights:request", which)
    return _drawn(request, found, form)


def _drawn(request: PageRequest, found: RequestView, form: Any) -> HttpResponse:
    note_look(
        request.actor, what="data request", purpose=request.purpose, people=[found.person],
        detail={"request": found.id},
    )  # fmt: skip
    record = record_of(found.person, legal_day(SYSTEM_CLOCK.now()))
    open_still, own = found.state in ("asked", "checked"), found.asked_by == request.actor.id
    name = as_known_to(request.actor, record).name if record else _("Erased")
    facts = [(_("Person"), name), (_("Signed in as"), found.asked_by), *facts_of(found)]
    reviewing = found.objected_at is not None and found.reviewed_at is None
    context = {
        "one": found,
        "said": take_notice(request),
        "facts": facts,
        "answers": answers_table(request, found.answers) if found.answers else None,
        "own": own,
        "extend": form if isinstance(form, Why) else Why(),
        "review": form if isinstance(form, Words) else Words(),
        "form": form or Why(),
        "may_check": found.state == "asked" and not own,
        "may_answer": found.state == "checked" and not own,
        "may_extend": open_still and not found.extended_because,
        "may_review": reviewing and found.decided_by != request.actor.id and not own,
    }
    return render(request, "rights/answering.html", context)


def _objection(one: RequestView) -> Cell | str:
    if one.objected_at is None:
        return ""
    return _("Answered") if one.reviewed_at else Cell(_("Waits for an answer"), tag="yellow")


def _within(request: PageRequest, which: uuid.UUID) -> RequestView:
    found = queries.request_of(which, viewer=viewer_of(request.actor))
    if found is None:
        raise no_such("request")
    require(request, "answer data requests", person_subject(request.actor, found.person))
    return found
