"""Opening a restricted record in an emergency, and the record as it is opened."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import Subject, may_ever
from muster.gates.looks import note_look
from muster.gates.people import as_known_to, person_subject, viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.pagekit.access_words import EMERGENCIES
from muster.pagekit.jinja import day, moment
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, require, within
from muster.register.people.person_record import PersonRecord
from muster.register.people.queries import person as record_of
from muster.register.people.restricting import actions, queries
from muster.register.people.restricting.queries import GlassView
from muster.services.oversight.forms import BreakGlass
from muster.services.oversight.reach import employers_within, person_asked


@page("break glass")
@require_http_methods(["GET", "HEAD", "POST"])
def break_(request: PageRequest) -> HttpResponse:
    """Ask whose record cannot wait and why; open it, and tell its guardians in the same moment."""
    form = BreakGlass(
        request.POST if request.method == "POST" else None,
        employers=employers_within(request, "break glass"),
    )
    if form.is_bound and form.is_valid():
        glass = _broken(request, form)
        if glass is not None:
            return redirect("oversight:opened", glass)
        form.add_error(None, _("No restricted record within your reach has this identifier"))
    context = {"form": form, "open": _open(request)}
    return render(request, "oversight/break.html", context)


@page("break glass")
@require_safe
def opened(request: PageRequest, glass: uuid.UUID) -> HttpResponse:
    """Show a record while it is open to the actor; the look is marked and logged."""
    actor = request.actor
    found = {one.id: one for one in queries.open_glass(actor.id)}.get(glass)
    record = record_of(found.person, legal_day(SYSTEM_CLOCK.now())) if found else None
    if found is None or record is None or person_subject(actor, found.person).restricted:
        # A restriction that came later is one of which no guardian was told.
        raise no_such("record")
    note_look(
        request.actor, what="opened record", purpose=request.purpose, people=[found.person],
        detail={"opened": found.id},
    )  # fmt: skip
    known, own = as_known_to(request.actor, record), within(request, "break glass")
    context = {
        "name": known.name,
        "facts": _facts(found),
        "employments": _employments(request, known, own),
        "more": reverse("people:person", args=[found.person])
        if may_ever(request.actor, "see person")
        else "",
    }
    return render(request, "oversight/opened.html", context)


def _broken(request: PageRequest, form: BreakGlass) -> uuid.UUID | None:
    """Open a record; None, with an entry that somebody tried, where there is none to open.

    An identifier of nobody, of somebody out of reach and of somebody who is not hidden take the
    same statements and have the same answer.
    """
    asked, actor = form.cleaned_data, request.actor
    own, person = within(request, "break glass"), person_asked(asked)
    viewer = viewer_of(actor)
    if not queries.openable(person, viewer, employer=own) or person is None:
        note_look(actor, what="break glass refused", purpose=request.purpose)
        return None
    require(request, "break glass", Subject("record", own, person, restricted=True))
    glass = actions.break_glass(
        person=person, viewer=viewer, name=actor.name, role=", ".join(sorted(actor.roles)),
        reason=asked["reason"], words=asked["words"], hours=asked["hours"], clock=SYSTEM_CLOCK,
    )  # fmt: skip
    note_look(
        actor, what="break glass", purpose=request.purpose, people=[person],
        detail={"reason": asked["reason"], "hours": asked["hours"]},
    )  # fmt: skip
    return glass


def _facts(found: GlassView) -> list[tuple[str, object]]:
    return [
        (_("Reason"), str(EMERGENCIES[found.reason])),
        (_("Opened"), moment(found.at)),
        (_("Open until"), moment(found.until)),
    ]


def _open(request: PageRequest) -> Table:
    return table(
        request,
        caption=_("Records that are open to you now"),
        columns=[Column(_("Opened")), Column(_("Open until")), Column(_("Reason"))],
        rows=[
            (
                Cell(moment(one.at), reverse("oversight:opened", args=[one.id])),
                moment(one.until),
                str(EMERGENCIES[one.reason]),
            )
            for one in queries.open_glass(request.actor.id)
        ],
        empty=_("No record is open to you."),
    )


def _employments(request: PageRequest, record: PersonRecord, own: uuid.UUID | None) -> Table:
    rows = [
        (
            fact.employer_title,
            day(fact.believed.valid_from),
            terms.post_title or _("Not stated") if terms else "",
            terms.place or _("Not stated") if terms else "",
        )
        for fact in record.employments
        if own in (None, fact.employer)
        for terms in fact.assignments or (None,)
    ]
    return table(
        request,
        caption=_("Employments today"),
        columns=[Column(_("Employer")), Column(_("Since")), Column(_("Post")), Column(_("Place"))],
        rows=rows,
        empty=_("No employment is known for today."),
    )
