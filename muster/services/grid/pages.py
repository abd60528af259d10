"""The pages of GRID: explore figures, take them as CSV, see what stands behind one."""

import csv
import datetime as dt
import io
import uuid
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from muster.gates.metrics import metric_named
from muster.hub.queries import landings_by_id
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Where
from muster.kernel.metrics import NOT_MAPPED, Metric
from muster.kernel.money import write_pounds
from muster.pagekit.charts import Mark, bars, line
from muster.pagekit.tables import (
    Cell,
    Column,
    Download,
    Paging,
    Table,
    pagination,
    query_with,
    table,
)
from muster.pagekit.views import PageRequest, page, render
from muster.register.posts import queries as posts
from muster.services.grid.explore import DATE, Answer, Line, Question, answer, ask, band_end
from muster.services.grid.forms import ExploreForm

_DRAWN = 25


@page("see figures")
def explore(request: PageRequest) -> HttpResponse:
    """Show the figures a question asks for, drawn and as a table."""
    found = _answer(request)
    question = found.question
    shown = _table(request, found)
    context = {
        "answer": found,
        "question": question,
        "metric": question.metric,
        "filter_form": ExploreForm(found),
        "title": _title(found),
        "svg": _drawing(found),
        "table": shown,
        "completeness": _completeness(found),
    }
    return render(request, "grid/explore.html", context)


@page("see figures")
def cells(request: PageRequest) -> HttpResponse:
    """Return the same released cells as CSV."""
    found = _answer(request)
    question = found.question
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["metric", "as_at", "broken_down_by", "employer", "label", "value", "kind"])
    as_at = question.as_at.isoformat() if question.as_at else ""
    employer = found.employers.get(question.employer, "")
    for item in (*found.lines, *([found.total] if found.total else [])):
        date = item.code if question.by == DATE else as_at
        value = item.shown if item.value is None else str(item.value)
        row = [question.metric.name, date, question.by, employer, item.label, value, item.kind]
        writer.writerow([_safe(part) for part in row])
    writer.writerow([])
    for name, value in (
        ("definition", question.metric.definition),
        ("source", question.metric.source),
        ("completeness", _completeness(found)),
        ("releases", " ".join(dict.fromkeys(found.releases))),
    ):
        writer.writerow([name, _safe(value)])
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{question.metric.name}-by-{question.by}-{as_at}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@page("see figures")
def why(request: PageRequest) -> HttpResponse:
    """Show what stands behind one figure: feeds, and for published figures the rows."""
    metric = metric_named(request.GET.get("metric", ""))
    as_at = _date(request.GET.get("as_at", ""))
    chosen = {d.name: request.GET[d.name] for d in metric.dimensions if d.name in request.GET}
    if metric.profile == "protected":
        return render(request, "grid/why_protected.html", {"metric": metric, "as_at": as_at})
    measure = "posts" if metric.name == "posts" else "fte"
    asked = Paging.asked(request, total=10**9)
    behind = posts.behind(as_at, _known(chosen), measure=measure, start=asked.offset)
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


def _feeds(request: HttpRequest, metric: Metric, found: tuple[posts.Contribution, ...]) -> Table:
    views = landings_by_id([feed.landing for feed in found])
    rows = [
        (
            Cell(views[feed.landing].name, href=_feed(feed.landing)),
            feed.rows,
            f"{feed.value.normalize():,f}",
            f"{views[feed.landing].received_at:%-d %B %Y}",
        )
        for feed in found
        if feed.landing in views
    ]
    columns = [
        Column(_("File")),
        Column(_("Rows"), numeric=True),
        Column(metric.title, numeric=True),
        Column(_("Received")),
    ]
    return table(
        request,
        caption=_("Feeds behind this figure"),
        columns=columns,
        rows=rows,
        empty=_("No feed states this figure."),
    )


def _answer(request: PageRequest) -> Answer:
    get = request.GET.get
    question = ask(get("metric", ""), get("by", ""), get("as_at", ""), get("employer", ""))
    return answer(question, purpose=request.purpose, by=request.actor.id, clock=SYSTEM_CLOCK)


def _title(found: Answer) -> str:
    question = found.question
    metric, as_at = question.metric, question.as_at
    dimension = metric.dimension(question.by)
    by = dimension.title.lower() if dimension else _("date")
    who = found.employers.get(question.employer, "")
    when = "" if question.by == DATE or as_at is None else f", {as_at:%-d %B %Y}"
    return f"{metric.title} {_('by')} {by}{when}{f', {who}' if who else ''}"


def _drawing(found: Answer) -> Markup:
    lines = found.lines
    if found.question.by == DATE and found.question.employer:
        marks = [_mark(item) for item in lines]
        return line(title=_title(found), description=_completeness(found), marks=marks)
    if found.question.by == DATE:
        # Totals of dates with other publishers are no series: bars, each with who returned.
        marks = [
            replace(_mark(item), label=f"{item.label} ({_of(item.returned, item.known)})")
            for item in lines
        ]
        return bars(title=_title(found), description=_completeness(found), marks=marks)
    ordered = sorted(lines, key=lambda item: -(item.value or 0))[:_DRAWN]
    if found.question.by == "grade":
        ordered = list(lines)
    said = _completeness(found)
    if len(lines) > len(ordered):
        said += " " + _("The %(n)s largest are drawn; the table holds all.") % {"n": len(ordered)}
    return bars(title=_title(found), description=said, marks=[_mark(item) for item in ordered])


def _mark(item: Line) -> Mark:
    end = band_end(item)
    value = 0 if end is not None else item.value
    return Mark(item.label, "", value, item.shown, upto=end)


def _table(request: HttpRequest, found: Answer) -> Table:
    question = found.question
    dimension = question.metric.dimension(question.by)
    columns = [
        Column(dimension.title if dimension else _("Date")),
        Column(question.metric.title, numeric=True),
    ]
    over_dates = question.by == DATE
    if over_dates:
        columns.append(Column(_("Publishers that made a return"), numeric=True))
    columns.append(Column(_("Behind it")))
    rows: list[tuple[Any, ...]] = []
    for item in (*found.lines, *([found.total] if found.total else [])):
        extra = (_of(item.returned, item.known),) if over_dates else ()
        behind: Any = ""
        if item.kind != "none":
            behind = Cell(_("Why?"), href=_why(question, item), unseen=item.label)
        rows.append((item.label, item.shown, *extra, behind))
    return table(
        request,
        caption=_title(found),
        columns=columns,
        rows=rows,
        empty=_("There are no figures for this question. Choose another date or employer."),
        downloads=[Download(_("CSV"), reverse("grid:cells") + query_with(request))],
    )


def _why(question: Question, item: Line) -> str:
    query = {"metric": question.metric.name}
    as_at = question.as_at.isoformat() if question.as_at else ""
    query["as_at"] = item.code if question.by == DATE else as_at
    if question.employer:
        query["employer"] = question.employer
    is_total = item.label == "Total" and item.code == ""
    if question.by != DATE and not is_total:
        query[question.by] = item.code
    return f"{reverse('grid:why')}?{urlencode(query)}"


def _completeness(found: Answer) -> str:
    if found.question.as_at is None:
        return _("No publisher has made a return yet.")
    return ngettext(
        "%(returned)s of %(known)s publisher made a return for %(date)s.",
        "%(returned)s of %(known)s publishers made a return for %(date)s.",
        found.known,
    ) % {
        "returned": found.returned,
        "known": found.known,
        "date": f"{found.question.as_at:%-d %B %Y}",
    }


def _rows(request: HttpRequest, found: tuple[posts.PostRow, ...]) -> Table:
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
                f"{row.fte.normalize():,f}",
                _pay(row),
                Cell(_("row %(row)s of this feed") % {"row": row.row}, href=_feed(row.landing)),
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
    titles = posts.employers_at(as_at)
    words = []
    for name, code in chosen.items():
        dimension = declared.dimension(name)
        if dimension is not None:
            words.append((dimension.title, titles.get(code, code) or dimension.not_mapped))
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


def _feed(landing: uuid.UUID) -> str:
    return reverse("exchange:feed", args=[landing])


def _of(returned: int | None, known: int | None) -> str:
    return f"{returned} / {known}"


def _safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and not text[1:2].isdigit() else text


urlpatterns = [
    path("", explore, name="explore"),
    path("cells.csv", cells, name="cells"),
    path("why/", why, name="why"),
]
