"""The list of feeds, one feed, and its exact bytes."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from muster.gates.access import may_ever
from muster.gates.looks import note_look
from muster.gates.people import hidden_rows
from muster.hub import queries
from muster.hub.approval import APPROVAL, Decided, decisions_of
from muster.hub.fates import fates_of
from muster.hub.queries import LandingView
from muster.hub.routes import routes
from muster.pagekit.downloads import as_csv, as_file
from muster.pagekit.jinja import day, moment, short_day
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import (
    Cell,
    Column,
    Download,
    Paging,
    Sort,
    Table,
    pagination,
    query_with,
    table,
)
from muster.pagekit.views import PageRequest, page, render, within
from muster.register.people.queries import people_in
from muster.services.exchange.forms import FeedFilters
from muster.services.exchange.pages.evidence import evidence_table
from muster.services.exchange.reach import feed_within, may_with, shown_whole
from muster.services.exchange.wording import (
    ASIDE,
    STATES,
    Fate,
    counted_in_fte,
    fate_of,
    fte,
    layout_title,
    progress_words,
    short_name,
    state_cell,
)

COLUMNS = (
    Column(gettext_lazy("File"), sort="name"),
    Column(gettext_lazy("As at"), sort="as_at"),
    Column(gettext_lazy("State"), sort="state"),
    Column(gettext_lazy("Rows"), numeric=True, sort="rows"),
    Column(gettext_lazy("Accepted"), numeric=True),
    Column(gettext_lazy("In quarantine"), numeric=True, sort="quarantined"),
    Column(gettext_lazy("Received"), sort="received"),
)
_DECIDED = {
    "approved": gettext_lazy("Approved"),
    "refused": gettext_lazy("Refused"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
_INTAKES, _PAGE = 3, 25


@page("see feeds")
@require_safe
def feeds(request: PageRequest) -> HttpResponse:
    """Show what came in, with filters, and how far the latest intakes are."""
    own = within(request, "see feeds")
    search = FeedFilters(request.GET, routes=routes(employer=own))
    order = Sort.asked(request, COLUMNS, default="-received")
    asked = _asked(search) | {
        "employer": own,
        "by": request.actor.id,
        "sort": f"{'-' if order.descending else ''}{order.key}",
    }
    paging = Paging.asked(request, total=queries.landings(**asked, limit=0).total, size=_PAGE)
    if request.GET.get("as") == "csv":
        return _feeds_csv(queries.landings(**asked, limit=paging.total).found)
    found = queries.landings(**asked, start=paging.offset, limit=paging.size).found
    context = {
        "search": search,
        "feeds": feeds_table(request, found, sort=order, csv=query_with(request, **{"as": "csv"})),
        "paging_now": paging,
        "page_links": pagination(request, paging),
        "intakes": intakes_told(request, own, limit=_INTAKES, all_of=own is None),
        "may_upload": may_ever(request.actor, "load feeds"),
    }
    return render(request, "exchange/feeds.html", context)


def intakes_told(
    request: PageRequest, own: uuid.UUID | None, *, limit: int, all_of: bool = False
) -> list[tuple[queries.Progress, str]]:
    """Return the latest intakes, each with what became of it in words.

    Args:
        request: the page's request; the actor's own intakes are told,
        own: and of them files within this employer, if given.
        limit: how many.
        all_of: whether everybody's intakes are told.
    """
    by = request.actor.id
    latest = queries.intakes(by="" if all_of else by, limit=limit)
    fates = fates_of([one.id for one in latest], employer=own, by=by)
    return [(one, progress_words(one, fates[one.id])) for one in latest]


def feeds_table(
    request: PageRequest,
    found: tuple[LandingView, ...],
    *,
    sort: Sort | None = None,
    csv: str = "",
) -> Table:
    """Return feeds as a table."""
    rows = [
        (
            Cell(feed.name, reverse("exchange:feed", args=[feed.id]), note=feed.source),
            short_day(feed.as_at) or _("Not known"),
            state_cell(feed),
            feed.rows,
            feed.accepted,
            feed.quarantined,
            short_day(localtime(feed.received_at)),
        )
        for feed in found
    ]
    return table(
        request,
        caption=_("Files that came in"),
        columns=COLUMNS,
        rows=rows,
        sort=sort,
        empty=_("No file fits. Change or clear the filters, or send files."),
        downloads=[Download(_("Download these feeds as CSV"), csv)] if csv and rows else [],
    )


@page("see feeds")
@require_safe
def feed(request: PageRequest, landing: uuid.UUID) -> HttpResponse:
    """Show one feed: its fate, its counts, what waits and why, and the evidence."""
    found = feed_within(request, "see feeds", landing)
    erased = any(entry.body is None for entry in queries.evidence_of(landing))
    rows_open = may_with(request.actor, "see quarantined rows", found) and not erased
    context = {
        "said": take_notice(request),
        "feed": found,
        "title": short_name(found.name),
        "state": state_cell(found),
        "fate": _erased() if erased else fate_of(found),
        "counts": _counts(request, found),
        "causes": causes_table(
            request,
            queries.causes(landing_id=landing, without=hidden_rows(request.actor)),
            feed=found.id,
        )
        if rows_open and found.quarantined and found.state == "accepted"
        else None,
        "facts": _facts(request, found),
        "evidence": evidence_table(request, found),
        "replaces": [
            (view.name, reverse("exchange:feed", args=[view.id]))
            for view in queries.replaced_by(landing)
        ],
        "bytes_open": rows_open,
        "aside": _aside(request, found) if found.aside else None,
        "waits": (found.state, found.waits_for) == ("held", APPROVAL),
        "may_withdraw": found.state == "accepted"
        and may_with(request.actor, "withdraw feeds", found),
        "may_correct": found.state == "accepted" and may_with(request.actor, "correct rows", found),
        "decisions": [_decided(one) for one in decisions_of(landing)],
        "may_map": rows_open
        and found.state == "refused"
        and not found.layout
        and may_with(request.actor, "map layouts", found),
    }
    return render(request, "exchange/feed.html", context)


@page("see quarantined rows")
@require_safe
def exact_bytes(request: PageRequest, landing: uuid.UUID) -> HttpResponse:
    """Return a file exactly as it came in; everybody in it can be told who took it."""
    found = feed_within(request, "see quarantined rows", landing)
    shown_whole(request, landing)
    content = queries.exact_bytes(landing)
    note_look(
        request.actor,
        what="exact bytes",
        purpose=request.purpose,
        people=people_in(landing),
        detail={"landing": landing, "bytes": len(content)},
    )
    response = HttpResponse(content, content_type="application/octet-stream")
    return as_file(response, short_name(found.name))


def _erased() -> Fate:
    """Return the fate of a feed whose content was erased, whatever became of it before."""
    return Fate(
        _("The content of this file was lawfully erased."),
        "",
        _("Its name, its counts and its place in the log remain. Rows of it that waited are gone."),
    )


def causes_table(
    request: PageRequest, causes: tuple[queries.Cause, ...], *, feed: uuid.UUID | None = None
) -> Table:
    """Return why rows wait, each cause leading to its rows."""
    address = reverse("exchange:rows")
    narrowed = {"feed": str(feed)} if feed else {}
    rows = [
        (
            Cell(cause.cause, f"{address}?{urlencode({'cause': cause.cause, **narrowed})}"),
            cause.rows,
            cause.feeds,
        )
        for cause in causes
    ]
    everything = f"{address}?{urlencode({**narrowed, 'as': 'csv'})}"
    return table(
        request,
        caption=_("Why rows wait"),
        columns=[
            Column(_("Cause")),
            Column(_("Rows"), numeric=True),
            Column(_("Files"), numeric=True),
        ],
        rows=rows,
        empty=_("No row waits. When one cannot go on, its cause is listed here."),
        downloads=[Download(_("Download all these rows as CSV"), everything)] if rows else [],
    )


def _asked(search: FeedFilters) -> dict[str, Any]:
    """Return what the filters ask; a filter that cannot be read asks nothing."""
    search.is_valid()
    given = search.cleaned_data
    return {
        "words": given.get("q", ""),
        "state": given.get("state", ""),
        "route": given.get("route", ""),
        "as_at": given.get("as_at"),
        "waiting": given.get("waiting", False),
    }


def _feeds_csv(found: tuple[LandingView, ...]) -> HttpResponse:
    headings = [str(column.text) for column in COLUMNS]
    headings.insert(1, _("Source"))
    rows = (
        (
            feed.name, feed.source, feed.as_at, STATES[feed.state][0], feed.rows, feed.accepted,
            feed.quarantined, feed.received_at.isoformat(timespec="seconds"),
        )
        for feed in found
    )  # fmt: skip
    return as_csv("feeds.csv", headings, rows)


def _counts(request: PageRequest, found: LandingView) -> Table:
    rows: list[tuple[Any, ...]] = [(_("Rows"), found.rows, found.accepted, found.quarantined)]
    if counted_in_fte(found.contract):
        totals = (found.total_in, found.total_accepted, found.total_quarantined)
        rows.append((_("FTE"), *map(fte, totals)))
    return table(
        request,
        caption=_("In = accepted + in quarantine"),
        columns=[
            Column(_("What is counted")),
            Column(_("In"), numeric=True),
            Column(_("Accepted"), numeric=True),
            Column(_("In quarantine"), numeric=True),
        ],
        rows=rows,
        empty="",
    )


def _aside(request: PageRequest, found: LandingView) -> Table:
    """Return how many rows are no records, by kind."""
    return table(
        request,
        caption=_("Set aside, because they are no records"),
        columns=[Column(_("Kind")), Column(_("Rows"), numeric=True)],
        rows=[(ASIDE.get(kind, kind), count) for kind, count in sorted(found.aside.items())],
        empty="",
    )


def _decided(one: Decided) -> dict[str, str]:
    """Return a decision as an item of a timeline."""
    return {
        "what": str(_DECIDED[one.what]),
        "by": one.by,
        "when": moment(one.at),
        "iso": one.at.isoformat(timespec="seconds"),
        "text": one.reason,
    }


def _facts(request: PageRequest, found: LandingView) -> list[tuple[Any, ...]]:
    agreement: tuple[Any, ...] = (_("Source"), found.source or _("Not known"))
    if found.route and may_with(request.actor, "see agreements", found):
        address = reverse("agreements:agreement", args=[found.route])
        agreement = (*agreement, address, _("See the agreement"))
    size = _("%(count)s bytes") % {"count": f"{found.size:,}"}
    return [
        agreement,
        (_("File"), found.name),
        (_("As at"), day(found.as_at) or _("Not known")),
        *_meaning(found),
        (_("Recognised as"), layout_title(found.layout) if found.layout else _("Not recognised")),
        (_("Read as"), found.read_as or _("Not read")),
        (_("Received"), moment(found.received_at)),
        (_("Received by"), found.received_by),
        (_("Size"), size),
        (_("Fingerprint (SHA-256)"), Cell(found.sha256)),
        (_("Lines without any content"), found.blank),
    ]


def _meaning(found: LandingView) -> list[tuple[Any, ...]]:
    """Return what a feed means, once its layout is known, and the sheets that were read."""
    if not found.layout:
        return []
    means = _("A full list: what does not stand in it is no longer there")
    said = [(_("What it is"), means if found.full else _("Changes only: others stay as they are"))]
    if any(found.sheets):
        said.append((_("Sheets read"), ", ".join(found.sheets)))
    return said
