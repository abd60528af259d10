"""The transfers of one employer, both ways: who is next, by when, and what is late."""

import uuid

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.access import may_ever
from muster.gates.looks import note_look
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import moment, short_day
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, Download, Paging, pagination, query_with, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.services.transfers.forms import Search
from muster.services.transfers.showing import Asked, Listed, ListPage, listed, name_of
from muster.services.transfers.wording import due_cell, kind_words, state_cell

_MOST = 5000


@page("see transfers")
@require_safe
def transfers(request: PageRequest) -> HttpResponse:
    """Show the transfers from and to the reader's employer, or send them as CSV."""
    own = own_employer(request)
    search = Search(request.GET, auto_id="filter_%s")
    asked = _asked(search)
    if request.GET.get("as") == "csv":
        found = _found(request, own, asked, 0, _MOST)
        _note(request, found)
        return as_csv("transfers.csv", _headings(), [_row(request, own, one) for one in found.rows])
    paging = Paging.asked(request, total=_found(request, own, asked, 0, 0).total)
    found = _found(request, own, asked, paging.offset, paging.size)
    _note(request, found)
    shown = table(
        request, caption=_("Transfers"),
        columns=(
            Column(_("Who")), Column(_("First day")), Column(_("From and to")),
            Column(_("Stands at")), Column(_("Waits for")), Column(_("Until")),
        ),
        rows=[_cells(request, one) for one in found.rows],
        empty=_("No transfer is like this. Clear the filters, or offer somebody a post."),
        downloads=[Download(_("CSV"), query_with(request, **{"as": "csv", "page": None}))],
    )  # fmt: skip
    return render(request, "transfers/list.html", {
        "search": search, "table": shown, "paging_now": paging,
        "page_links": pagination(request, paging), "said": take_notice(request),
        "may_offer": may_ever(request.actor, "offer transfers"),
        "may_move_many": may_ever(request.actor, "move many"),
        "may_set_calendars": may_ever(request.actor, "set calendars"),
    })  # fmt: skip


def own_employer(request: PageRequest) -> uuid.UUID:
    """Return whose transfers they are: those of the reader's own employer alone."""
    own = within(request, "see transfers")
    if own is None:
        raise no_such("transfer")
    return own


def _asked(search: Search) -> Asked:
    state = str(search.value("state") or "going")
    return Asked(
        words=str(search.value("words") or ""), state="" if state == "all" else state,
        kind=str(search.value("kind") or ""), direction=str(search.value("direction") or ""),
        since=search.value("since"), until=search.value("until"), late=bool(search.value("late")),
    )  # fmt: skip


def _found(
    request: PageRequest, own: uuid.UUID, asked: Asked, start: int, limit: int
) -> ListPage:  # fmt: skip
    now = SYSTEM_CLOCK.now()
    return listed(own, request.actor, asked, now=now, today=legal_day(now), start=start,
                  limit=limit)  # fmt: skip


def _note(request: PageRequest, found: ListPage) -> None:
    note_look(request.actor, what="transfers", purpose=request.purpose,
              people=[row.one.person for row in found.rows])  # fmt: skip


def _cells(request: PageRequest, row: Listed) -> tuple[Cell | str, ...]:
    one, today = row.one, legal_day(SYSTEM_CLOCK.now())
    words, colour = state_cell(one.state)
    late, tag = due_cell(legal_day(row.due) if row.due else None, today)
    until: Cell | str = moment(localtime(row.due)) if row.due else ""
    if late:
        until = Cell(late, tag=tag, note=str(until))
    return (
        Cell(name_of(request.actor, one.person, today) or _("No name"),
             href=reverse("transfers:transfer", args=[one.id]), note=kind_words(one.kind)),
        short_day(one.first_day), f"{one.exporter_title} → {one.importer_title}",
        Cell(words, tag=colour), Cell(row.what, note=row.who) if row.what else "", until,
    )  # fmt: skip


def _headings() -> tuple[str, ...]:
    return (
        _("Transfer"), _("Who"), _("Kind"), _("Direction"), _("From"), _("To"), _("First day"),
        _("Stands at"), _("Waits for"), _("Of whom"), _("Until"),
    )  # fmt: skip


def _row(request: PageRequest, own: uuid.UUID, row: Listed) -> tuple[str, ...]:
    one, today = row.one, legal_day(SYSTEM_CLOCK.now())
    return (
        str(one.id), name_of(request.actor, one.person, today), kind_words(one.kind),
        _("Joining us") if one.importer == own else _("Leaving us"), one.exporter_title,
        one.importer_title, one.first_day.isoformat(), state_cell(one.state)[0], row.what, row.who,
        legal_day(row.due).isoformat() if row.due else "",
    )  # fmt: skip


addresses = [path("", transfers, name="transfers")]
