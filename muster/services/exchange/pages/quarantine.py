"""Rows that wait: grouped by cause, one by one with all their faults, and as CSV."""

import uuid
from collections import defaultdict
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.looks import note_look
from muster.hub import queries
from muster.hub.queries import Quarantined
from muster.hub.routes import holds_personal
from muster.kernel.errors import BadInput
from muster.pagekit.downloads import as_csv
from muster.pagekit.tables import Column, Paging, Table, pagination, query_with, table
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.exchange.pages.feeds import causes_table
from muster.services.exchange.reach import feed_within
from muster.services.exchange.wording import short_name

_PAGE = 50


@page("see quarantined rows")
@require_safe
def grouped(request: PageRequest) -> HttpResponse:
    """Show why rows wait, the commonest cause first."""
    found = queries.causes(employer=within(request, "see quarantined rows"))
    context = {
        "causes": causes_table(request, found),
        "rows": sum(cause.rows for cause in found),
        "count": len(found),
    }
    return render(request, "exchange/quarantine.html", context)


@page("see quarantined rows")
@require_safe
def rows(request: PageRequest) -> HttpResponse:
    """Show rows that wait for one cause or of one feed, with everything wrong with each."""
    asked = _asked(request)
    paging = Paging.asked(request, total=queries.count_quarantined(**asked), size=_PAGE)
    as_file = request.GET.get("as") == "csv"
    part = (0, paging.total) if as_file else (paging.offset, paging.size)
    found = queries.quarantined(**asked, start=part[0], limit=part[1])
    _note(request, found)
    if as_file:
        return _csv(found)
    feed = queries.landing(asked["landing_id"]) if asked["landing_id"] else None
    context = {
        "cause": asked["cause"],
        "feed": feed,
        "tables": _tables(request, found, asked["cause"]),
        "csv": query_with(request, **{"as": "csv", "page": None}),
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "exchange/rows.html", context)


def _asked(request: PageRequest) -> dict[str, Any]:
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
    return {"landing_id": landing, "cause": request.GET.get("cause", ""), "employer": own}


def _note(request: PageRequest, found: tuple[Quarantined, ...]) -> None:
    """Record that personal rows were seen: which rows of which landings, none of their values."""
    feeds = queries.landings_by_id(list({row.landing for row in found}))
    seen = defaultdict(list)
    for row in found:
        if holds_personal(feeds[row.landing].contract):
            seen[str(row.landing)].append(row.row)
    if seen:
        detail = {"rows": seen}
        note_look(request.actor, what="quarantined rows", purpose=request.purpose, detail=detail)


def _tables(request: PageRequest, found: tuple[Quarantined, ...], cause: str) -> list[Table]:
    """Return one table for each file, with its own columns; the cause itself is not repeated."""
    wrong = _("What else is wrong") if cause else _("What is wrong")
    files: dict[tuple[uuid.UUID, tuple[str, ...]], list[Quarantined]] = defaultdict(list)
    for row in found:
        files[row.landing, tuple(row.cells)].append(row)
    return [
        table(
            request,
            caption=short_name(waiting[0].file),
            columns=[
                Column(_("Row")),
                Column(wrong),
                *(Column(header) for header in headers),
            ],
            rows=[
                (
                    row.row,
                    "; ".join(_wrong(row, cause)) or _("Nothing else"),
                    *(row.cells[h] for h in headers),
                )
                for row in waiting
            ],
            empty="",
        )
        for (_landing, headers), waiting in files.items()
    ]


def _wrong(row: Quarantined, but: str = "") -> list[str]:
    """Return everything wrong with a row but one cause."""
    words = _("%(field)s “%(value)s”: %(reason)s")
    return [
        words % problem if problem["value"] else f"{problem['field']}: {problem['reason']}"
        for problem in row.problems
        if problem["cause"] != but
    ]


def _csv(found: tuple[Quarantined, ...]) -> HttpResponse:
    headers = list(dict.fromkeys(header for row in found for header in row.cells))
    rows = (
        (row.file, row.row, "; ".join(_wrong(row)), *(row.cells.get(h, "") for h in headers))
        for row in found
    )
    return as_csv("waiting-rows.csv", [_("File"), _("Row"), _("What is wrong"), *headers], rows)
