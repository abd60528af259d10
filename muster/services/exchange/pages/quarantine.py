"""Rows that wait: grouped by cause, one by one with all their faults, and as CSV."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.access import Actor, Purpose, may_ever, purpose_of, reach_of
from muster.gates.looks import note_look
from muster.gates.people import hidden_rows
from muster.hub import queries
from muster.hub.framing.positions import place_of
from muster.hub.mending.meanings import Question, questions
from muster.hub.mending.places import Columns, layout_named
from muster.hub.queries import LandingView, Quarantined
from muster.hub.routes import holds_personal
from muster.kernel.errors import BadInput
from muster.pagekit.downloads import as_csv
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, query_with, table
from muster.pagekit.views import PageRequest, page, render, within
from muster.register.employers.resolving import EMPLOYER_AMBIGUOUS, EMPLOYER_UNKNOWN
from muster.services.exchange.pages.feeds import causes_table
from muster.services.exchange.reach import feed_within
from muster.services.exchange.wording import problem_words, short_name

_PAGE = 50
_UNBROKEN = "\u00a0"
# What names of employers mean is settled on their own page.
_NAMES = (EMPLOYER_UNKNOWN, EMPLOYER_AMBIGUOUS)


@page("see quarantined rows")
@require_safe
def grouped(request: PageRequest) -> HttpResponse:
    """Show why rows wait, the commonest cause first."""
    own, hidden = within(request, "see quarantined rows"), hidden_rows(request.actor)
    found = queries.causes(employer=own, without=hidden)
    context = {
        "said": take_notice(request),
        "causes": causes_table(request, found),
        "rows": sum(cause.rows for cause in found),
        "count": len(found),
        "may_correct": may_ever(request.actor, "correct rows"),
    }
    return render(request, "exchange/quarantine.html", context)


@page("see quarantined rows")
@require_safe
def rows(request: PageRequest) -> HttpResponse:
    """Show rows that wait for one cause or of one feed, with everything wrong with each."""
    asked = asked_rows(request)
    paging = Paging.asked(request, total=queries.count_quarantined(**asked), size=_PAGE)
    as_file = request.GET.get("as") == "csv"
    part = (0, paging.total) if as_file else (paging.offset, paging.size)
    found = queries.quarantined(**asked, start=part[0], limit=part[1])
    _note(request, found)
    if as_file:
        return _csv(found)
    feed = queries.landing(asked["landing_id"]) if asked["landing_id"] else None
    may_correct = may_ever(request.actor, "correct rows")
    address = reverse("exchange:rows-workbook")
    context = {
        "said": take_notice(request),
        "cause": asked["cause"],
        "feed": feed,
        "tables": _tables(request, found, asked["cause"], may_correct=may_correct),
        "csv": query_with(request, **{"as": "csv", "page": None}),
        "workbook": f"{address}{query_with(request, page=None)}" if may_correct else "",
        "questions": _questions(request, asked["cause"]) if may_correct else (),
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "exchange/rows.html", context)


def asked_rows(request: PageRequest) -> dict[str, Any]:
    """Return which rows the address asks for, within the actor's reach."""
    own = within(request, "see quarantined rows")
    text = request.GET.get("feed", "")
    try:
        landing = uuid.UUID(text) if text else None
    except ValueError:
        raise BadInput(
            _("The address does not name a feed"), fix=_("Go to the list of feeds and choose one")
        ) from None
    if landing is not None:
        feed_within(request, "see quarantined rows", landing)
    return {
        "landing_id": landing,
        "cause": request.GET.get("cause", ""),
        "employer": own,
        "without": hidden_rows(request.actor),
    }


def note_rows(request: PageRequest, rows: Mapping[uuid.UUID, Sequence[int]]) -> None:
    """Record that the actor of a page sees personal rows; see ``note_rows_seen``."""
    note_rows_seen(request.actor, request.purpose, rows)


def note_rows_seen(actor: Actor, purpose: Purpose, rows: Mapping[uuid.UUID, Sequence[int]]) -> None:
    """Record that personal rows were seen: which rows of which landings, none of their values."""
    feeds = queries.landings_by_id(list(rows))
    seen = {
        str(landing): list(numbers)
        for landing, numbers in rows.items()
        if holds_personal(feeds[landing].contract)
    }
    if seen:
        note_look(actor, what="quarantined rows", purpose=purpose, detail={"rows": seen})


def questions_within(request: PageRequest, cause: str) -> tuple[Question, ...]:
    """Return what the actor may settle once for all of a cause."""
    purpose = purpose_of(request.actor, "correct rows")
    reach = reach_of(request.actor, "correct rows", purpose) if purpose else None
    if reach is None:
        return ()
    own = request.actor.employer if reach == "own employer" else None
    found = questions(cause, employer=own, without=hidden_rows(request.actor))
    return tuple(question for question in found if question.reason not in _NAMES)


def _questions(request: PageRequest, cause: str) -> list[tuple[Question, str]]:
    """Return what can be settled of a cause, each with the address where that is done."""
    address = reverse("exchange:meaning")
    return [
        (question, f"{address}?{urlencode({'cause': cause, 'route': question.route})}")
        for question in (questions_within(request, cause) if cause else ())
    ]


def _note(request: PageRequest, found: tuple[Quarantined, ...]) -> None:
    seen: dict[uuid.UUID, list[int]] = defaultdict(list)
    for row in found:
        seen[row.landing].append(row.row)
    note_rows(request, seen)


def _tables(
    request: PageRequest, found: tuple[Quarantined, ...], cause: str, *, may_correct: bool
) -> list[Table]:
    """Return one table for each file, the columns that are wrong first.

    Of one cause these stand right after the row's number, and the cause itself is not repeated;
    of a feed, whose rows wait for many things, after what is wrong with each.
    """
    feeds = queries.landings_by_id([row.landing for row in found])
    files: dict[tuple[uuid.UUID, tuple[str, ...]], list[Quarantined]] = defaultdict(list)
    for row in found:
        files[row.landing, tuple(row.cells)].append(row)
    tables = []
    for (landing, headers), waiting in files.items():
        faulty = _faulty(feeds[landing].layout, headers, waiting, cause)
        rest = [header for header in headers if header not in faulty]
        wrong = Column(_("What else is wrong") if cause else _("What is wrong"))
        first = [*map(Column, faulty), wrong] if cause else [wrong, *map(Column, faulty)]
        rows = []
        for row in waiting:
            cells, said = [row.cells[header] for header in faulty], _said(row, cause)
            rows.append(
                (
                    _place(row, feeds[landing], may_correct=may_correct),
                    *((*cells, said) if cause else (said, *cells)),
                    *(row.cells[header] for header in rest),
                )
            )
        tables.append(
            table(
                request,
                caption=short_name(waiting[0].file),
                columns=[Column(_("Row")), *first, *map(Column, rest)],
                rows=rows,
                empty="",
            )
        )
    return tables


def _faulty(
    layout: str, headers: tuple[str, ...], waiting: Sequence[Quarantined], cause: str
) -> list[str]:
    """Return the columns that rows wait for, of one cause or of all, in the file's order."""
    columns = Columns(layout_named(layout))
    fields = {
        problem["field"]
        for row in waiting
        for problem in row.problems
        if cause in ("", problem["cause"])
    }
    about = {header for field in fields for header in columns.about(field, headers)}
    return [header for header in headers if header in about]


def _place(row: Quarantined, feed: LandingView, *, may_correct: bool) -> Cell:
    """Return where a row stands in few words, leading to where it is corrected."""
    sheet, number, column = place_of(row.row, feed.sheets, unpivoted=feed.unpivoted)
    words = _("Row %(row)s") % {"row": number}
    if column:
        words = _("Row %(row)s, column %(column)s") % {"row": number, "column": column}
    words = words.replace(" ", _UNBROKEN)
    if not may_correct:
        return Cell(words, note=sheet)
    address = reverse("exchange:row", args=[row.landing, row.row])
    return Cell(words, address, note=sheet, unseen=_("(correct it)"))


def _said(row: Quarantined, cause: str) -> str:
    """Return what is wrong with a row, or what else is where one cause is shown."""
    return "; ".join(_wrong(row, cause)) or _("Nothing else")


def _wrong(row: Quarantined, but: str = "") -> list[str]:
    """Return everything wrong with a row but one cause."""
    return [problem_words(problem) for problem in row.problems if problem["cause"] != but]


def _csv(found: tuple[Quarantined, ...]) -> HttpResponse:
    headers = list(dict.fromkeys(header for row in found for header in row.cells))
    rows = (
        (row.file, row.place, "; ".join(_wrong(row)), *(row.cells.get(h, "") for h in headers))
        for row in found
    )
    return as_csv("waiting-rows.csv", [_("File"), _("Row"), _("What is wrong"), *headers], rows)
