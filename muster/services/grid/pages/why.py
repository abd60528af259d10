"""What stands behind one figure: the feeds, and for published figures the rows themselves."""

import datetime as dt
import uuid

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.access import purpose_of, reach_of
from muster.gates.disclosure import write_number
from muster.gates.metrics import metric_named, reader_of
from muster.hub.queries import LandingView, landings_by_id
from muster.kernel.errors import BadInput, Where
from muster.kernel.metrics import NOT_MAPPED, Metric
from muster.kernel.money import write_pounds
from muster.pagekit.jinja import day
from muster.pagekit.rows import row_words
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, page, render
from muster.register.posts import queries as posts
from muster.register.statistics import survey
from muster.register.statistics.metrics import series_of

# Whose figures can be traced to the rows that were published.
_POSTS = posts.__name__.rpartition(".")[0] + "."


@page("see figures")
@require_safe
def why(request: PageRequest) -> HttpResponse:
    """Show what stands behind one figure: feeds, and for published figures the rows."""
    metric = metric_named(request.GET.get("metric", ""))
    as_at = _date(request.GET.get("as_at", ""))
    chosen = {d.name: request.GET[d.name] for d in metric.dimensions if d.name in request.GET}
    if metric.profile == "protected":
        return _why_protected(request, metric, as_at)
    official = series_of(metric.name)
    if official is not None:
        query = {"measure": official[1], "period": as_at.isoformat()}
        query |= {"employer": chosen["employer"]} if "employer" in chosen else {}
        return HttpResponseRedirect(f"{reverse('grid:official_why')}?{urlencode(query)}")
    if not metric.reader.startswith(_POSTS):
        return _why_published(request, metric, as_at, chosen)
    asked = Paging.asked(request, total=10**9)
    behind = posts.behind(as_at, _known(chosen), measure=metric.name, start=asked.offset)
    paging = Paging.asked(request, total=behind.total_rows)
    context = {
        "metric": metric,
        "as_at": as_at,
        "chosen": _chosen_words(metric.name, chosen, as_at),
        "feeds": _feeds(request, metric, behind.feeds),
        "rows": _rows(request, behind.rows),
        "paging": paging,
        "links": pagination(request, paging),
    }
    return render(request, "grid/why.html", context)


def _why_protected(request: PageRequest, metric: Metric, as_at: dt.date) -> HttpResponse:
    """Show which feeds a figure about people rests on: no rows, and no count of rows."""
    found = reader_of(metric).returns(as_at).feeds
    views = landings_by_id([feed for feed, _employer in found])
    feeds = table(
        request,
        caption=_("Feeds behind figures for this date"),
        columns=[Column(_("Employer")), Column(_("File")), Column(_("Received"))],
        rows=[
            (employer, file_cell(request, views[feed]), day(views[feed].received_at))
            for feed, employer in found
            if feed in views
        ],
        empty=_("No employer made a return for this date."),
    )
    context = {"metric": metric, "as_at": as_at, "feeds": feeds}
    return render(request, "grid/why_protected.html", context)


def _why_published(
    request: PageRequest, metric: Metric, as_at: dt.date, chosen: dict[str, str]
) -> HttpResponse:
    """Show which files a published figure rests on; of a survey's scores where each stands."""
    found = dict(reader_of(metric).returns(as_at).feeds)
    views = landings_by_id(list(found))
    feeds = table(
        request,
        caption=_("Files behind figures for this date"),
        columns=[Column(_("File")), Column(_("Published by")), Column(_("Received"))],
        rows=[
            (file_cell(request, view), found[landing], day(view.received_at))
            for landing, view in views.items()
        ],
        empty=_("No file is named for this figure."),
    )
    context = {
        "metric": metric,
        "as_at": as_at,
        "chosen": _chosen_words(metric.name, _known(chosen), as_at),
        "feeds": feeds,
        "stated": _scores(request, metric, as_at, chosen),
    }
    return render(request, "grid/why_published.html", context)


def _scores(
    request: PageRequest, metric: Metric, as_at: dt.date, chosen: dict[str, str]
) -> Table | None:
    """Return where the scores stand that an index or a rate is told from; None for the others."""
    codes = survey.codes_of(metric.name, chosen.get("theme", ""))
    if not codes:
        return None
    employer = uuid.UUID(hex=chosen["employer"]) if chosen.get("employer") else None
    found = survey.behind(employer, as_at, codes)
    views = landings_by_id(list({one.landing for one in found}))
    return table(
        request,
        caption=_("Where this is stated"),
        columns=[
            Column(_("Source")),
            Column(_("Named")),
            Column(_("Figure"), numeric=True),
            Column(_("Stands in")),
            Column(_("State")),
        ],
        rows=[
            (
                one.table,
                one.organisation,
                one.published,
                file_cell(
                    request,
                    views[one.landing],
                    note=row_words(
                        one.row,
                        views[one.landing].sheets,
                        unpivoted=views[one.landing].unpivoted,
                    ),
                ),
                _("Counts") if one.counts else _("Another table of the year counts"),
            )
            for one in found
        ],
        empty=_("No source states this figure."),
    )


def _feeds(request: PageRequest, metric: Metric, found: tuple[posts.Contribution, ...]) -> Table:
    views = landings_by_id([feed.landing for feed in found])
    columns = [
        Column(_("File")),
        Column(_("Rows"), numeric=True),
        Column(metric.title, numeric=True),
        Column(_("Received")),
    ]
    rows = [
        (
            file_cell(request, views[feed.landing]),
            feed.rows,
            write_number(feed.value),
            day(views[feed.landing].received_at),
        )
        for feed in found
        if feed.landing in views
    ]
    return table(
        request,
        caption=_("Feeds behind this figure"),
        columns=columns,
        rows=rows,
        empty=_("No feed states this figure."),
    )


def file_cell(request: PageRequest, feed: LandingView, *, note: str = "") -> Cell:
    """Return a feed's name, and a note below; its page is linked for those who may see it."""
    purpose = purpose_of(request.actor, "see feeds")
    reach = reach_of(request.actor, "see feeds", purpose) if purpose else None
    own = reach == "own employer" and feed.employer == request.actor.employer
    linked = reach == "all" or own
    href = reverse("exchange:feed", args=[feed.id]) if linked else ""
    return Cell(feed.name, href=href, note=note)


def _rows(request: PageRequest, found: tuple[posts.PostRow, ...]) -> Table:
    views = landings_by_id(list({row.landing for row in found}))
    return table(
        request,
        caption=_("Published rows"),
        columns=[
            Column(_("Post or group")),
            Column(_("Employer")),
            Column(_("Grade as stated")),
            Column(_("Profession")),
            Column(_("FTE"), numeric=True),
            Column(_("Pay a year")),
            Column(_("Stands in")),
        ],
        rows=[
            (
                Cell(row.title or row.unit or row.reference or _("No title"), note=row.unit or ""),
                row.employer,
                Cell(row.grade_as_stated or _("Not stated"), note=row.level or _("Not mapped")),
                row.profession or _("Not stated"),
                write_number(row.fte),
                _pay(row),
                Cell(
                    row_words(
                        row.row,
                        views[row.landing].sheets,
                        unpivoted=views[row.landing].unpivoted,
                    ),
                    note=views[row.landing].name,
                ),
            )
            for row in found
        ],
        empty=_("No row states this figure."),
    )


def _pay(row: posts.PostRow) -> str:
    if not row.pay_floor and not row.pay_ceiling:
        return _("Not stated")
    return f"{write_pounds(row.pay_floor or 0)} – {write_pounds(row.pay_ceiling or 0)}"


def _chosen_words(metric: str, chosen: dict[str, str], as_at: dt.date) -> list[tuple[str, str]]:
    declared = metric_named(metric)
    words = []
    for name, code in chosen.items():
        dimension = declared.dimension(name)
        if dimension is not None:
            known = reader_of(declared).domain(name, as_at)
            words.append((dimension.title, known.get(code, code) or dimension.not_mapped))
    return words


def _known(chosen: dict[str, str]) -> dict[str, str]:
    """Return the choices, with an employer's code checked before it reaches a query."""
    employer = chosen.get("employer", NOT_MAPPED)
    if employer:
        try:
            uuid.UUID(hex=employer)
        except ValueError:
            raise BadInput(
                "The address names no employer",
                where=Where(field="employer"),
                fix="Follow the link from the figures page",
            ) from None
    return chosen


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            "The address states no date",
            where=Where(field="as_at"),
            fix="Write it as 2011-03-31, or follow the link from the figures page",
        ) from None
