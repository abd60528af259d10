"""A person's own requests: ask for a copy or for erasure, see what becomes of it, object."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.looks import note_look
from muster.gates.people import own_subject
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError, NotFound
from muster.pagekit.downloads import as_file
from muster.pagekit.jinja import day, moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, require
from muster.register.keeping import queries
from muster.register.keeping import requests as verbs
from muster.register.keeping.queries import AnswerView, RequestView
from muster.services.rights import wording
from muster.services.rights.forms import AskCopy, AskErasure, Objection


@page("use data rights")
@require_safe
def own(request: PageRequest) -> HttpResponse:
    """Show what the person asked, and how to ask."""
    person = _person(request)
    found = queries.requests(person=person)
    shown = table(
        request,
        caption=_("What you asked"),
        columns=[Column(_("Request")), Column(_("Asked on")), Column(_("Answer by")),
                 Column(_("State"))],
        rows=[
            (
                Cell(str(wording.KINDS[one.kind]), f"mine/{one.id}", unseen=moment(one.asked_at)),
                moment(one.asked_at),
                day(one.due),
                Cell(str(wording.REQUESTS[one.state][0]), tag=wording.REQUESTS[one.state][1]),
            )
            for one in found
        ],
        empty=_("You have asked for nothing yet."),
    )  # fmt: skip
    return render(request, "rights/own.html", {"requests": shown, "said": take_notice(request)})


@page("use data rights")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PageRequest, kind: str) -> HttpResponse:
    """Say what is asked, then ask."""
    person = _person(request)
    if kind not in wording.KINDS:
        raise no_such("request")
    form = (AskCopy if kind == "copy" else AskErasure)(
        request.POST if request.method == "POST" else None
    )
    if form.is_bound and form.is_valid():
        try:
            made = verbs.ask(
                kind=kind, person=person, words=form.cleaned_data["words"], by=request.actor.id,
                clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except MusterError as problem:
            form.add_error("words", f"{problem.what}. {problem.fix}.")
        else:
            leave_notice(request, _("We have received your request."))
            return redirect("rights:mine", made)
    title = wording.KINDS[kind]
    return render(request, "rights/ask.html", {"form": form, "kind": kind, "title": title})


@page("use data rights")
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: PageRequest, which: uuid.UUID) -> HttpResponse:
    """Show one request of the person's own: how far it is, what was decided; take an objection."""
    person = _person(request)
    found = _mine(which, person)
    form = Objection(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        verbs.object_to(
            request=which, person=person, words=form.cleaned_data["words"], by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
        leave_notice(request, _("We have received your objection. Another officer looks at it."))
        return redirect("rights:mine", which)
    context = {
        "form": form,
        "said": take_notice(request),
        "one": found,
        "facts": facts_of(found),
        "answers": answers_table(request, found.answers) if found.answers else None,
        "may_object": bool(found.decided_at) and found.objected_at is None,
        "expires": day(found.expires_at.date()) if found.expires_at else "",
    }
    return render(request, "rights/mine.html", context)


@page("use data rights")
@require_safe
def copy(request: PageRequest, which: uuid.UUID) -> HttpResponse:
    """Return the copy as a file; the download is recorded."""
    person = _person(request)
    content = verbs.download(request=which, person=person, by=request.actor.id, clock=SYSTEM_CLOCK)
    note_look(request.actor, what="copy of own data", purpose=request.purpose, people=[person])
    return as_file(HttpResponse(content, content_type="application/zip"), "my-data.zip")


def facts_of(one: RequestView) -> list[tuple[str, object]]:
    """Return what is known of a request, as facts for a page."""
    words, colour = wording.REQUESTS[one.state]
    facts: list[tuple[str, object]] = [
        (_("Request"), str(wording.KINDS[one.kind])),
        (_("State"), Cell(str(words), tag=colour)),
        (_("Asked on"), moment(one.asked_at)),
        (_("Answer by"), Cell(day(one.due), note=one.extended_because)),
    ]
    for label, said in (
        (_("What you said"), one.words),
        (_("Decided on"), moment(one.decided_at)),
        (_("Downloaded on"), moment(one.downloaded_at)),
        (_("Objection"), one.objection),
        (_("Answer to the objection"), one.reviewed),
    ):
        if said:
            facts.append((label, said))
    return facts


def answers_table(request: PageRequest, answers: tuple[AnswerView, ...]) -> Table:
    """Return what was decided of each kind of data: what the letter to the person says."""
    return table(
        request,
        caption=_("What was decided of each kind of data"),
        columns=[
            Column(_("Data")),
            Column(_("Decision")),
            Column(_("Reason")),
            Column(_("Legal source")),
            Column(_("Kept until")),
        ],
        rows=[
            (
                str(wording.LINES[one.line]),
                Cell(str(wording.OUTCOMES[one.outcome][0]), tag=wording.OUTCOMES[one.outcome][1]),
                capfirst(one.because),
                one.legal,
                _until(one),
            )
            for one in answers
            if one.outcome != "nothing held"
        ],
        empty=_("Nothing is held about you."),
    )


def _until(one: AnswerView) -> str:
    if one.until:
        return day(one.until)
    return _("Not known yet") if one.outcome == "refused" else ""


def _mine(which: uuid.UUID, person: uuid.UUID) -> RequestView:
    found = queries.request_of(which, person=person)
    if found is None:
        raise no_such("request")
    return found


def _person(request: PageRequest) -> uuid.UUID:
    """Return who is signed in, as a person of the register.

    Raises:
        NotFound: if nobody knows who they are in the register.
    """
    require(request, "use data rights", own_subject(request.actor))
    if request.actor.person is None:
        raise NotFound(
            _("The register holds no record about you"),
            fix=_("Ask the HR team of your employer whether its system has sent your record"),
        )
    return request.actor.person
