"""For the person: my transfers, what I must do now, whom to ask, and who looked at my record."""

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.casework import queries as casework
from muster.gates.looks import looks_at
from muster.gates.people import own_subject
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.pagekit.jinja import day, moment
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, page, render, require
from muster.services.transfers import queries
from muster.services.transfers.process.registering import KEY
from muster.services.transfers.reach import told_to_person, worker
from muster.services.transfers.wording import due_cell, kind_words, state_cell

_MOST_LOOKS = 20


@page("see own transfers")
@require_safe
def mine(request: PageRequest) -> HttpResponse:
    """Show the reader's own transfers: what they must do, by when, and what becomes of them."""
    require(request, "see own transfers", own_subject(request.actor))
    person = request.actor.person
    assert person is not None
    found = [one for one in queries.transfers_of(person=person) if told_to_person(one)]
    rows = []
    for one in found:
        words, colour = state_cell(one.state)
        href = reverse("transfers:transfer", args=[one.id])
        rows.append((
            Cell(f"{one.exporter_title} → {one.importer_title}", href=href,
                 note=kind_words(one.kind)),
            one.post, day(one.first_day), Cell(words, tag=colour),
        ))  # fmt: skip
    shown = table(
        request, caption=_("My transfers"),
        columns=(Column(_("From and to")), Column(_("Post")), Column(_("First day")),
                 Column(_("Stands at"))),
        rows=rows,
        empty=_("You have no transfer. Once an employer offers you a post, you see it here."),
    )  # fmt: skip
    return render(request, "transfers/mine.html", {
        "table": shown, "tasks": _tasks(request), "looks": _looks(request),
        "asked": [_ask(one) for one in found if one.ended_at is None],
        "said": take_notice(request),
    })  # fmt: skip


def _tasks(request: PageRequest) -> list[dict[str, str]]:
    """Return what the reader must do now."""
    who, today = worker(request.actor), legal_day(SYSTEM_CLOCK.now())
    found = casework.tasks(who, casework.Wanted(shelf="mine", process=KEY))
    rows = []
    for one in found.tasks:
        if one.person != request.actor.person:
            continue
        late, colour = due_cell(legal_day(one.due) if one.due else None, today)
        until = _("Until %(when)s") % {"when": moment(localtime(one.due))} if one.due else ""
        rows.append({
            "text": one.title, "href": reverse("transfers:task", args=[one.id]),
            "status": late or _("To do"), "colour": colour or "blue", "hint": until,
        })  # fmt: skip
    return rows


def _ask(one: queries.TransferView) -> tuple[str, str]:
    """Return whom to ask about a transfer."""
    words = _("Of the new post: HR of %(to)s. Of your record and last pay: HR of %(from_)s.")
    return (f"{one.exporter_title} → {one.importer_title}",
            words % {"to": one.importer_title, "from_": one.exporter_title})  # fmt: skip


def _looks(request: PageRequest) -> Table:
    assert request.actor.person is not None
    found = looks_at(request.actor.person, limit=_MOST_LOOKS)
    return table(
        request, caption=_("Who looked at my record"),
        columns=(Column(_("When")), Column(_("Who")), Column(_("At what")), Column(_("What for"))),
        rows=[(moment(localtime(one.at)), one.name, one.what, one.purpose) for one in found],
        empty=_("Nobody has looked at your record."),
    )  # fmt: skip


addresses = [path("mine", mine, name="mine")]
