"""Requests for corrections that an employer's HR answers, because no system of its does."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import Subject
from muster.gates.looks import note_look
from muster.gates.people import as_known_to, viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict
from muster.pagekit.jinja import day, moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, table
from muster.pagekit.views import PageRequest, no_such, page, render, require
from muster.register.people.person_record import person
from muster.register.told import correcting, queries
from muster.register.told.queries import CorrectionView
from muster.services.myself.forms import AnswerCorrection
from muster.services.myself.home import waiting_for
from muster.services.myself.pages.corrections import says_now
from muster.services.myself.wording import FACT_FIELDS

RECORD = "/register/people/"
# What names somebody: earlier ones of these may be hidden.
NAMING = ("forenames", "surname", "known_as", "work_email")


@page("answer corrections")
@require_safe
def queue(request: PageRequest) -> HttpResponse:
    """Show what waits for an answer of the actor's employer, those due first at the top."""
    found = waiting_for(request.actor)
    if found:
        people = [one.person for one in found]
        note_look(request.actor, what="corrections", purpose=request.purpose, people=people)
    context = {
        "waiting": table(
            request, caption=_("Corrections to answer"),
            columns=[
                Column(_("Staff number")), Column(_("What is wrong")), Column(_("Asked")),
                Column(_("Answer by")),
            ],
            rows=[
                (
                    Cell(one.staff_number or _("None"), reverse("myself:answer", args=[one.id])),
                    str(FACT_FIELDS[one.field]), moment(one.asked_at),
                    Cell(day(one.promised), note=_("Overdue") if one.overdue else ""),
                )
                for one in found
            ],
            empty=_("Nobody waits for an answer."),
        ),
        "said": take_notice(request),
    }  # fmt: skip
    return render(request, "myself/queue.html", context)


@page("answer corrections")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: PageRequest, one: uuid.UUID) -> HttpResponse:
    """Show one request and take the answer to it."""
    found = _within(request, one)
    form = AnswerCorrection(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            correcting.answer_correction(
                request=one, outcome=form.cleaned_data["outcome"],
                reason=form.cleaned_data["reason"], by=request.actor.id,
                employer=request.actor.employer, clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except (BadInput, Conflict) as problem:
            form.refused(problem)
        else:
            leave_notice(request, _("It is answered. The person has been told."))
            return redirect("myself:queue")
    note_look(request.actor, what="corrections", purpose=request.purpose, people=[found.person])
    context = {
        "form": form, "title": FACT_FIELDS[found.field],
        "facts": [
            (_("Staff number"), Cell(found.staff_number, f"{RECORD}{found.person}")),
            (_("System"), found.system),
            (_("It says now"), _says_now(request, found) or _("Not stated")),
            (_("It should say"), found.should_be),
            (_("Where that can be seen"), found.evidence or _("Not stated")),
            (_("Asked"), moment(found.asked_at)), (_("Answer by"), day(found.promised)),
        ],
    }  # fmt: skip
    return render(request, "myself/answer.html", context)


def _says_now(request: PageRequest, found: CorrectionView) -> str:
    """Return what the fact states; nothing of a name that the actor may not know of."""
    record = person(found.person, legal_day(SYSTEM_CLOCK.now()))
    if record is None:
        return ""
    known = as_known_to(request.actor, record).history
    seen = {one.believed.id for one in known.names}
    seen |= {one.believed.id for one in known.identifiers}
    if found.field in NAMING and found.fact not in seen:
        return ""
    return says_now(found)


def _within(request: PageRequest, one: uuid.UUID) -> CorrectionView:
    """Return a request of the actor's employer, of somebody of whom they may know.

    Raises:
        NotFound: if there is none such.
    """
    employer = request.actor.employer
    if employer is None:
        raise no_such("request")
    viewer = viewer_of(request.actor)
    found = queries.correction_of(one, employer=employer, viewer=viewer, clock=SYSTEM_CLOCK)
    subject = Subject("request", found.employer, found.person)
    require(request, "answer corrections", subject)
    return found
