"""The inbox: my tasks, my team's, those of colleagues I cover, and what I did."""

import datetime as dt

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.casework.queries import MOST_ROWS, Order, Shelf, Wanted
from muster.gates.looks import note_look
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import LONDON, ONE_DAY, legal_day
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import short_day
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import (
    Cell,
    Column,
    Download,
    Paging,
    Sort,
    pagination,
    query_with,
    table,
)
from muster.pagekit.views import PageRequest, page, render
from muster.services.inbox import queries
from muster.services.inbox.forms import Search
from muster.services.inbox.pages.bulk import can_undo
from muster.services.inbox.queries import Row, Shown
from muster.services.inbox.reach import seen
from muster.services.inbox.wording import EMPTY, SHELVES, due_cell, due_words

SIZE = 50


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Task"), sort="title"), Column(_("About")), Column(_("Due"), sort="due"),
        Column(_("Waits since"), sort="opened"), Column(_("Who has it")),
    )  # fmt: skip


@page("see tasks")
@require_safe
def tasks(request: PageRequest) -> HttpResponse:
    """List the tasks of one shelf, the late ones first unless another order is asked for."""
    who, now = seen(request.actor, SYSTEM_CLOCK), SYSTEM_CLOCK.now()
    shelf = _shelf(request)
    search = Search(request.GET or None, processes=queries.process_choices(), shelf=shelf)
    order = Sort.asked(request, _columns(), default="due")
    wanted = Wanted(
        shelf, process=search.value("process") if search.is_bound else "",
        due_before=_before(search.value("due") if search.is_bound else "", now),
        order=_order(order.key), back=order.descending != (shelf == "done" and order.key == "due"),
    )  # fmt: skip
    words = search.value("words") if search.is_bound else ""
    if request.GET.get("as") == "csv":
        found = queries.listed(who, wanted, words=words, limit=MOST_ROWS)
        _note(request, found)
        return _csv(found, now)
    held = queries.counts(who)
    total = queries.listed(who, wanted, words=words, limit=0).total
    paging = Paging.asked(request, total=total, size=SIZE)
    found = queries.listed(who, wanted, words=words, start=paging.offset, limit=SIZE)
    _note(request, found)
    shown = table(
        request, caption=SHELVES[shelf], columns=_columns(), sort=order, empty=EMPTY[shelf],
        rows=[_cells(one, now) for one in found.rows],
        downloads=[Download(_("Download as CSV"), query_with(request, **{"as": "csv"}))]
        if found.rows else [],
    )  # fmt: skip
    return render(
        request,
        "inbox/tasks.html",
        {
            "search": search, "shelf": shelf, "table": shown, "rows": found.rows,
            "cut": found.cut, "most": MOST_ROWS, "paging_now": paging,
            "page_links": pagination(request, paging), "shelves": _shelves(shelf, held),
            "said": take_notice(request), "undo": can_undo(request),
        },
    )  # fmt: skip


def _shelf(request: PageRequest) -> Shelf:
    asked = request.GET.get("shelf", "mine")
    return next((one for one in SHELVES if one == asked), "mine")


def _order(key: str) -> Order:
    known: tuple[Order, ...] = ("due", "opened", "title")
    return next((one for one in known if one == key), "due")


def _before(due: str, now: dt.datetime) -> dt.datetime | None:
    """Return until when tasks are asked for."""
    if due == "late":
        return now
    days = {"today": 1, "week": 8}.get(due)
    if days is None:
        return None
    return dt.datetime.combine(legal_day(now) + days * ONE_DAY, dt.time(0), LONDON)


def _shelves(shelf: Shelf, held: dict[str, int]) -> list[tuple[str, str, bool]]:
    """Return the shelves as links, each with how many tasks it holds."""
    here = reverse("inbox:tasks")
    return [
        (f"{words} ({held[name]:,})" if name in held else str(words), f"{here}?shelf={name}",
         name == shelf)
        for name, words in SHELVES.items()
    ]  # fmt: skip


def _cells(one: Row, now: dt.datetime) -> tuple[object, ...]:
    note = _("You have saved a draft") if one.drafted else ""
    due = due_cell(one.task.due, now)
    if one.task.done is not None:
        due = Cell(_("Done %(day)s") % {"day": short_day(one.task.done)})
    link = reverse("inbox:task", args=[one.task.id])
    about = Cell(one.case_title, note="" if one.case_title == one.process_title
                 else one.process_title)  # fmt: skip
    return (
        Cell(one.task.title, link, note=note, unseen=one.case_title), about, due,
        short_day(legal_day(one.task.opened)), one.has_it or _("Nobody yet"),
    )  # fmt: skip


def _note(request: PageRequest, found: Shown) -> None:
    if found.people:
        note_look(request.actor, what="tasks", purpose=request.purpose, people=found.people)


def _csv(found: Shown, now: dt.datetime) -> HttpResponse:
    headings = ("task", "title", "about", "process", "due", "due_in_words", "opened", "taken_by",
                "state")  # fmt: skip
    return as_csv("tasks.csv", headings, [
        (
            one.task.id, one.task.title, one.case_title, one.process_title,
            legal_day(one.task.due).isoformat() if one.task.due else "",
            due_words(one.task.due, now)[0] if one.task.done is None else "",
            legal_day(one.task.opened).isoformat(), one.has_it, one.task.state,
        )
        for one in found.rows
    ])  # fmt: skip
