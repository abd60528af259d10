"""Explore figures, drawn and as a table, and take the same released cells as CSV."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from markupsafe import Markup

from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.charts import Mark, bars, line
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import day
from muster.pagekit.tables import Cell, Column, Download, Table, query_with, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.grid.explore import DATE, Answer, Line, answer, ask, band_end
from muster.services.grid.forms import ExploreForm

HEADINGS = ("metric", "as_at", "broken_down_by", "employer", "label", "value", "kind")
_DRAWN = 25


@page("see figures")
@require_safe
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
        "steady": _steady(found),
    }
    return render(request, "grid/explore.html", context)


@page("see figures")
@require_safe
def cells(request: PageRequest) -> HttpResponse:
    """Return the same released cells as CSV."""
    found = _answer(request)
    question = found.question
    as_at = question.as_at.isoformat() if question.as_at else ""
    employer = found.employers.get(question.employer, "")
    rows: list[tuple[str, ...]] = []
    for item in (*found.lines, *([found.total] if found.total else [])):
        date = item.code if question.by == DATE else as_at
        value = item.shown if item.value is None else str(item.value)
        rows.append(
            (question.metric.name, date, question.by, employer, item.label, value, item.kind)
        )
    rows += [
        (),
        ("definition", question.metric.definition),
        ("source", question.metric.source),
        ("completeness", _completeness(found)),
        ("releases", " ".join(dict.fromkeys(found.releases))),
    ]
    name = f"{question.metric.name}-by-{question.by}-{as_at}.csv"
    return as_csv(name, HEADINGS, rows)


def _answer(request: PageRequest) -> Answer:
    get = request.GET.get
    question = ask(get("metric", ""), get("by", ""), get("as_at", ""), get("employer", ""))
    return answer(question, purpose=request.purpose, by=request.actor.id, clock=SYSTEM_CLOCK)


def _steady(found: Answer) -> bool:
    """Tell whether figures are broken down by what a person is or believes."""
    dimension = found.question.metric.dimension(found.question.by)
    return dimension is not None and dimension.characteristic


def _title(found: Answer) -> str:
    question = found.question
    metric, as_at = question.metric, question.as_at
    dimension = metric.dimension(question.by)
    by = dimension.title.lower() if dimension else _("date")
    who = found.employers.get(question.employer, "")
    when = "" if question.by == DATE or as_at is None else f", {day(as_at)}"
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
            behind = Cell(_("Why?"), href=_why(found, item), unseen=item.label)
        rows.append((item.label, item.shown, *extra, behind))
    return table(
        request,
        caption=_title(found),
        columns=columns,
        rows=rows,
        empty=_("There are no figures for this question. Choose another date or employer."),
        downloads=[Download(_("CSV"), reverse("grid:cells") + query_with(request))],
    )


def _why(found: Answer, item: Line) -> str:
    question = found.question
    query = {"metric": question.metric.name}
    as_at = question.as_at.isoformat() if question.as_at else ""
    query["as_at"] = item.code if question.by == DATE else as_at
    if question.employer:
        query["employer"] = question.employer
    if question.by != DATE and item is not found.total:
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
        "date": day(found.question.as_at),
    }


def _of(returned: int | None, known: int | None) -> str:
    return f"{returned} / {known}"
