"""Restrictions that a guardian answers for: listing them, setting one, lifting one with another."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.looks import note_look
from muster.gates.people import viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import MusterError
from muster.pagekit.jinja import day, moment, short_day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.register.people.queries import person as record_of
from muster.register.people.restricting import actions, queries
from muster.register.people.restricting.queries import RestrictionView
from muster.register.people.restricting.rules import NOBODY
from muster.services.oversight.forms import Agree, Knowers, Lift, Restrict
from muster.services.oversight.reach import employers_within, person_asked
from muster.services.oversight.wording import KINDS, LIFTED_BECAUSE, SET_BECAUSE

_PAGE = 25


@page("guard restrictions")
@require_safe
def restrictions(request: PageRequest) -> HttpResponse:
    """List the restrictions that the actor answers for; nobody else's are counted."""
    found = queries.restrictions(viewer_of(request.actor))
    paging = Paging.asked(request, total=len(found), size=_PAGE)
    shown = found[paging.offset : paging.offset + paging.size]
    context = {
        "said": take_notice(request),
        "restrictions": _table(request, shown),
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "oversight/restrictions.html", context)


@page("guard restrictions")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Ask whom to restrict and how; then restrict them at once."""
    form = Restrict(
        request.POST if request.method == "POST" else None,
        employers=employers_within(request, "guard restrictions"),
    )
    if form.is_bound and form.is_valid():
        made = _restricted(request, form)
        if made is not None:
            leave_notice(request, _("Restricted from this moment on."))
            return redirect("oversight:restriction", made)
    return render(request, "oversight/restrict.html", {"form": form})


@page("guard restrictions")
@require_safe
def one(request: PageRequest, restriction: uuid.UUID) -> HttpResponse:
    """Show a restriction: whom it hides, who may know, and what it still shows; it is logged."""
    held = _within(request, restriction)
    note_look(
        request.actor, what="restriction", purpose=request.purpose, people=[held.person],
        detail={"restriction": held.id},
    )  # fmt: skip
    record = record_of(held.person, legal_day(SYSTEM_CLOCK.now()))
    known = queries.as_known_to(record, NOBODY) if record else None
    stays = {fact.shown for fact in known.history.names} if known else set()
    names = sorted({fact.shown for fact in record.history.names}) if record else []
    context = {
        "said": take_notice(request),
        "held": held,
        "name": record.name if record else "",
        "facts": _facts(held),
        "hides_names": held.kind == "hidden_names",
        "hidden": [name for name in names if name not in stays],
        "stays": [name for name in names if name in stays],
        "form": Knowers({"knowers": "\n".join(held.knowers)}),
        "stands": held.until is None,
    }
    return render(request, "oversight/restriction.html", context)


@page("guard restrictions")
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: PageRequest, restriction: uuid.UUID) -> HttpResponse:
    """Ask for a restriction to be lifted; where somebody has asked, agree or do not."""
    held = _within(request, restriction)
    posted = request.POST if request.method == "POST" else None
    form = Agree(posted) if held.lift_asked_by else Lift(posted)
    if form.is_bound and form.is_valid():
        try:
            said = _lifted(request, held, form)
        except MusterError as problem:
            form.add_error(None, f"{problem.what}. {problem.fix}.")
        else:
            leave_notice(request, said)
            return redirect("oversight:restrictions")
    context = {"form": form, "held": held, "facts": _facts(held)}
    return render(request, "oversight/lift.html", context)


@page("guard restrictions")
@require_http_methods(["POST"])
def knowers(request: PageRequest, restriction: uuid.UUID) -> HttpResponse:
    """Say who may know besides guardians."""
    held, form = _within(request, restriction), Knowers(request.POST)
    if form.is_valid():
        listed = form.cleaned_data["knowers"].splitlines()
        actions.let_know(
            restriction=held.id, knowers=listed, by=request.actor.id, clock=SYSTEM_CLOCK
        )
        leave_notice(request, _("Who may know is as you said, from this moment on."))
    return redirect("oversight:restriction", held.id)


def _within(request: PageRequest, restriction: uuid.UUID) -> RestrictionView:
    """Return a restriction that the actor answers for.

    Raises:
        NotFound: if there is none, or another office answers for it, in the same words.
    """
    found = queries.restriction(restriction, viewer_of(request.actor))
    if found is None:
        raise no_such("restriction")
    return found


def _restricted(request: PageRequest, form: Restrict) -> uuid.UUID | None:
    asked, office = form.cleaned_data, request.actor.employer
    person = person_asked(asked)
    if not queries.restrictable(person, employer=office) or person is None:
        form.add_error(None, _("No record within your reach has this identifier"))
        return None
    try:
        return actions.restrict(
            person=person, kind=asked["kind"], reason=asked["reason"], office=office,
            by=request.actor.id, clock=SYSTEM_CLOCK, guardian=request.actor.id,
            names_before=asked["names_before"], notice_waits=asked["notice_waits"],
            knowers=asked["knowers"].splitlines(),
        )  # fmt: skip
    except MusterError as problem:
        form.add_error(None, f"{problem.what}. {problem.fix}.")
        return None


def _lifted(request: PageRequest, held: RestrictionView, form: Agree | Lift) -> str:
    if isinstance(form, Lift):
        actions.ask_to_lift(
            restriction=held.id, reason=form.cleaned_data["reason"], by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
        return _("Asked. It stands until another guardian agrees.")
    agree = form.cleaned_data["agree"] == "yes"
    actions.lift(restriction=held.id, agree=agree, by=request.actor.id, clock=SYSTEM_CLOCK)
    return _("The restriction is lifted.") if agree else _("The restriction stands.")


def _facts(held: RestrictionView) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("Kind"), str(KINDS[held.kind])),
        (_("Reason"), str(SET_BECAUSE[held.reason])),
        (_("Office that answers for it"), held.office_title or _("The central office")),
        (_("Guardian"), held.guardian or _("Nobody by name")),
        (_("Set by"), held.set_by),
        (_("Since"), moment(held.since)),
        (_("Looks in an emergency"), _("The person is told later") if held.notice_waits
         else _("The person is told at once")),
    ]  # fmt: skip
    if held.names_before:
        facts.insert(1, (_("Names hidden that held before"), day(held.names_before)))
    if held.lift_asked_by:
        because = str(LIFTED_BECAUSE[held.lift_reason])
        facts += [(_("Lifting asked for by"), held.lift_asked_by), (_("Because"), because)]
    if held.until:
        facts += [(_("Lifted by"), held.lifted_by), (_("Lifted on"), moment(held.until))]
    return facts


def _table(request: PageRequest, found: tuple[RestrictionView, ...]) -> Table:
    rows = [
        (
            Cell(str(KINDS[held.kind]), reverse("oversight:restriction", args=[held.id]),
                 unseen=str(held.person)),
            str(held.person),
            str(SET_BECAUSE[held.reason]),
            short_day(localtime(held.since)),
            Cell(_("Lifting asked for"), tag="yellow") if held.lift_asked_by
            else Cell(_("Stands"), tag="green"),
        )
        for held in found
    ]  # fmt: skip
    return table(
        request,
        caption=_("Restrictions you answer for"),
        columns=[
            Column(_("Kind")),
            Column(_("Record")),
            Column(_("Reason")),
            Column(_("Since")),
            Column(_("State")),
        ],
        rows=rows,
        empty=_("You answer for no restriction."),
    )
