"""Asking that a fact of one's own record be put right, and seeing what comes of it."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.gates.looks import note_look
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict
from muster.pagekit.jinja import day, moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.register.told import correcting, queries
from muster.register.told.queries import CorrectionView
from muster.services.myself.forms import AskCorrection
from muster.services.myself.pages.telling import own_person
from muster.services.myself.wording import CORRECTION_STATES, FACT_FIELDS


@page("ask for corrections")
@require_safe
def corrections(request: PageRequest) -> HttpResponse:
    """Show the person's requests, the latest first."""
    person = own_person(request, "ask for corrections")
    correcting.notice_corrected(clock=SYSTEM_CLOCK, person=person)
    found = queries.corrections(person, clock=SYSTEM_CLOCK)
    context = {
        "corrections": table(
            request, caption=_("Your requests"),
            columns=[
                Column(_("Asked")), Column(_("What is wrong")), Column(_("Employer")),
                Column(_("Where it stands")), Column(_("Answer by")),
            ],
            rows=[
                (
                    Cell(moment(one.asked_at), reverse("myself:correction", args=[one.id])),
                    str(FACT_FIELDS[one.field]), one.employer_title, state_cell(one),
                    Cell(day(one.promised), note=_("Overdue") if one.overdue else ""),
                )
                for one in found
            ],
            empty=_("You have asked for no correction. Begin at the fact in your record."),
        ),
        "said": take_notice(request),
    }  # fmt: skip
    return render(request, "myself/corrections.html", context)


@page("ask for corrections")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Ask what of a fact is wrong and what is right; ``?fact=`` names the fact."""
    person = own_person(request, "ask for corrections")
    fact = _identity(request.GET.get("fact", ""))
    found = queries.disputable(person, fact) if fact is not None else None
    if found is None:
        raise no_such("fact")
    only = next(iter(found.stated)) if len(found.stated) == 1 else ""
    wanted = request.GET.get("field", "") or only
    form = AskCorrection(
        request.POST if request.method == "POST" else None, stated=found.stated,
        initial={"field": wanted} if wanted in found.stated else {},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            one = correcting.ask_correction(
                person=person, fact=found.fact, field=said["field"], should_be=said["should_be"],
                evidence=said["evidence"], by=request.actor.id, clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except (BadInput, Conflict) as problem:
            form.refused(problem)
        else:
            leave_notice(request, _("You have asked. Until it is answered the fact is disputed."))
            return redirect("myself:correction", one)
    else:
        note_look(request.actor, what="own record", purpose=request.purpose, people=[person])
    return render(request, "myself/new_correction.html", {"form": form})


@page("ask for corrections")
@require_safe
def one(request: PageRequest, one: uuid.UUID) -> HttpResponse:
    """Show one request: where it is, by when it is answered, and what was answered."""
    person = own_person(request, "ask for corrections")
    correcting.notice_corrected(clock=SYSTEM_CLOCK, person=person)
    found = queries.correction(one, person=person, clock=SYSTEM_CLOCK)
    context = {
        "correction": found, "facts": _facts(found), "state": state_cell(found),
        "title": FACT_FIELDS[found.field], "said": take_notice(request),
        "may_withdraw": found.closed_at is None, "refused": found.state == "refused",
    }  # fmt: skip
    return render(request, "myself/correction.html", context)


@page("ask for corrections")
@require_POST
def withdraw(request: PageRequest, one: uuid.UUID) -> HttpResponse:
    """Take a request back."""
    person = own_person(request, "ask for corrections")
    correcting.withdraw_correction(
        request=one, person=person, by=request.actor.id, clock=SYSTEM_CLOCK
    )
    leave_notice(request, _("The request is withdrawn."))
    return redirect("myself:corrections")


def state_cell(one: CorrectionView) -> Cell:
    """Return where a request stands."""
    words, colour = CORRECTION_STATES[one.state]
    return Cell(str(words), tag=colour)


def _facts(one: CorrectionView) -> list[tuple[str, str]]:
    facts = [
        (_("It says now"), says_now(one)),
        (_("It should say"), one.should_be), (_("Where that can be seen"), one.evidence),
        (_("Employer"), one.employer_title),
        (_("Who answers"), one.system if one.by_message else _("The HR team of the employer")),
        (_("Asked"), moment(one.asked_at)), (_("Answer by"), day(one.promised)),
    ]  # fmt: skip
    if one.answered_at is not None:
        facts += [(_("Answered"), moment(one.answered_at)), (_("The answer"), one.reason)]
    if one.closed_at is not None:
        facts.append((_("Over since"), moment(one.closed_at)))
    return [(name, value) for name, value in facts if value]


def says_now(one: CorrectionView) -> str:
    """Return what the fact in question states; empty once it is no longer believed."""
    found = queries.disputable(one.person, one.fact)
    return found.stated.get(one.field, "") if found is not None else ""


def _identity(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
