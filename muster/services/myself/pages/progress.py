"""What a person told, and which systems of which employers have it."""

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.looks import note_look
from muster.pagekit.jinja import day, moment
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.register.told import queries
from muster.register.told.queries import ChangeView, Held, Reached
from muster.services.myself.pages.telling import own_person
from muster.services.myself.wording import BECAUSE, CHANGE_STATES, FIELDS, KINDS, REACHED

_STOPPABLE = ("asked", "confirmed")


@page("tell own changes")
@require_safe
def changes(request: PageRequest) -> HttpResponse:
    """Show what the person told, the latest first, and everything it ever said."""
    person = own_person(request, "tell own changes")
    note_look(request.actor, what="own record", purpose=request.purpose, people=[person])
    found = queries.changes(person)
    context = {
        "changes": table(
            request, caption=_("What you told"),
            columns=[Column(_("When")), Column(_("What")), Column(_("Where it stands"))],
            rows=[
                (
                    Cell(moment(one.told_at), reverse("myself:change", args=[one.id])),
                    str(KINDS[one.kind]), _state(one),
                )
                for one in found
            ],
            empty=_("You have told nothing yet."),
        ),
        "history": _history(request, queries.history(person)),
        "said": take_notice(request),
    }  # fmt: skip
    return render(request, "myself/changes.html", context)


@page("tell own changes")
@require_safe
def change(request: PageRequest, one: uuid.UUID) -> HttpResponse:
    """Show one change, and for each system concerned whether it has it."""
    person = own_person(request, "tell own changes")
    found = queries.change(one, person=person)
    reached = queries.reached(one) if found.state == "told" else ()
    employers = sorted({each.employer for each in reached if each.state == "not told"})
    context = {
        "change": found, "title": KINDS[found.kind], "state": _state(found),
        "facts": _facts(found), "reached": _reached(request, reached),
        "told": found.state == "told", "yourself": employers,
        "may_stop": found.state in _STOPPABLE, "waits_for_code": found.state == "asked",
        "said": take_notice(request),
    }  # fmt: skip
    return render(request, "myself/change.html", context)


def _state(one: ChangeView) -> Cell:
    words, colour = CHANGE_STATES[one.state]
    return Cell(str(words), tag=colour)


def _facts(one: ChangeView) -> list[tuple[str, str]]:
    facts = [(_("Told"), moment(one.told_at))]
    if one.valid_from is not None:
        facts.append((_("Holds from"), day(one.valid_from)))
    if one.state == "confirmed":
        facts.append((_("Goes out on"), moment(one.flows_at)))
        facts += [
            (_("First payday at %(employer)s") % {"employer": employer}, day(pays))
            for employer, pays in sorted(one.pays_from.items())
        ]
    return facts


def _reached(request: PageRequest, reached: tuple[Reached, ...]) -> Table:
    rows = []
    for one in reached:
        words, colour = REACHED[one.state]
        name = Cell(one.title or _("Every system"), note=one.system)
        has_it = Cell(str(words), tag=colour, note=moment(one.at))
        rows.append((name, one.employer, has_it, str(BECAUSE.get(one.because, one.because))))
    return table(
        request,
        caption=_("Which systems have it"),
        columns=[
            Column(_("System")), Column(_("Employer")), Column(_("Has it")), Column(_("Why not")),
        ],
        rows=rows,
        empty=_("No employer's system is concerned."),
    )  # fmt: skip


def _history(request: PageRequest, history: tuple[Held, ...]) -> Table:
    return table(
        request,
        caption=_("Everything you ever told"),
        columns=[
            Column(_("What")), Column(_("Said")), Column(_("From")), Column(_("Until")),
            Column(_("Recorded")), Column(_("Replaced")),
        ],
        rows=[
            (
                str(KINDS[one.kind]), _words(one), day(one.valid_from), day(one.valid_to),
                moment(one.recorded_from), moment(one.recorded_to) or _("In force"),
            )
            for one in history
        ],
        empty=_("You have told nothing yet."),
    )  # fmt: skip


def _words(one: Held) -> str:
    """Return what was told in one line; of an account only its end is shown."""
    shown = {**one.said}
    if "account_number" in shown:
        shown["account_number"] = f"••••{shown['account_number'][-4:]}"
    return "; ".join(f"{FIELDS[name]}: {value}" for name, value in shown.items())
