"""Explore figures, drawn and as a table; take the same released cells; find and cite figures."""

import io
import zipfile
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.access import may_ever
from muster.gates.metrics import declared
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Where
from muster.pagekit.downloads import as_csv, as_file
from muster.pagekit.jinja import day
from muster.pagekit.tables import Paging, pagination
from muster.pagekit.views import PageRequest, page, render
from muster.services.grid import wording
from muster.services.grid.explore.answering import Answer, answer, answer_cited, title_of
from muster.services.grid.explore.asking import Address, ask
from muster.services.grid.explore.drawing import breaks_of, draw
from muster.services.grid.explore.laying import grid_of
from muster.services.grid.explore.taking import files_of_answer
from muster.services.grid.explore.themes import by_theme, matching
from muster.services.grid.forms import explore_boxes
from muster.services.grid.pages import linking
from muster.services.grid.pages.tabled import table_of

HEADINGS = ("metric", "as_at", "broken_down_by", "employer", "label", "value", "kind")
TYPES = {
    "csv": "application/zip",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "hyper": "application/octet-stream",
}
VIEWS = ("both", "chart", "table")
_ROWS = 100


@page("see figures")
@require_safe
def explore(request: PageRequest) -> HttpResponse:
    """Show the figures a question asks for, drawn and as a table."""
    found = _answer(request)
    question = found.question
    view = request.GET.get("view", "")
    view = view if view in VIEWS else VIEWS[0]
    said, title = completeness(found), title_of(question)
    grid = grid_of(found)
    paging = Paging.asked(request, total=len(grid.rows), size=_ROWS)
    drawn = draw(found, title=title, description=said) if view != "table" else None
    context = {
        "answer": found,
        "question": question,
        "metric": question.metric,
        "boxes": explore_boxes(question),
        "title": title,
        "headline": _headline(found),
        "drawn": drawn,
        "view": view,
        "views": linking.views(question, view, cited=_cited(request)),
        "table": table_of(request, found, grid, paging),
        "paging": paging,
        "links": pagination(request, paging),
        "completeness": said,
        "latest": _latest(found),
        "steady": question.steady,
        "cite": linking.citation(request, found, title) if found.main else None,
        "breaks": breaks_of(found),
        "next_steps": linking.next_steps(
            question, builds=may_ever(request.actor, "build dashboards")
        ),
        "today": linking.to_explore(question),
    }
    return render(request, "grid/explore.html", context)


@page("see figures")
@require_safe
def cells(request: PageRequest) -> HttpResponse:
    """Return the same released cells as CSV."""
    found = _answer(request)
    question = found.question
    _refuse_problems(found)
    as_at = question.as_at.isoformat() if question.as_at else ""
    by = ", ".join(axis.name for axis in found.axes) or "date"
    employer = ", ".join(question.employers.values()) if len(question.employers) == 1 else ""
    rows: list[tuple[str, ...]] = []
    for one in found.figures:
        value = one.shown if one.value is None else str(one.value)
        label = ", ".join(one.labels) or title_of(question)
        rows.append(
            (question.metric.name, one.as_at.isoformat(), by, employer, label, value, one.kind)
        )
    for one in found.totals:
        value = one.shown if one.value is None else str(one.value)
        who = _("Total") if len(found.totals) == 1 else f"{_('Total')}, {', '.join(one.labels)}"
        rows.append((question.metric.name, as_at, by, employer, who, value, one.kind))
    rows += [
        (),
        ("definition", question.metric.definition),
        ("source", question.metric.source),
        ("completeness", completeness(found)),
        *(("note", text) for text in question.notes),
        ("releases", " ".join(found.releases)),
    ]
    name = f"{question.metric.name}-by-{by.replace(', ', '-')}-{as_at}.csv"
    return as_csv(name, HEADINGS, rows)


@page("see figures")
@require_safe
def taken(request: PageRequest, kind: str) -> HttpResponse:
    """Return what is shown as a file; several files that belong together as one archive."""
    found = _answer(request)
    _refuse_problems(found)
    files = files_of_answer(found, kind)
    [name, *more] = files
    content = files[name]
    if more:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for each, held in files.items():
                archive.writestr(each, held)
        name, content = f"{name}.zip", packed.getvalue()
    return as_file(HttpResponse(content, content_type=TYPES[kind]), name)


@page("see figures")
@require_safe
def metrics(request: PageRequest) -> HttpResponse:
    """List all figures by theme, and find some by words."""
    words = request.GET.get("q", "")[:100]
    found = matching(declared().values(), words)
    context = {
        "words": words,
        "themes": by_theme(found),
        "found": len(found),
        "may_ask": may_ever(request.actor, "commission figures"),
    }
    return render(request, "grid/metrics.html", context)


def _answer(request: PageRequest) -> Answer:
    get, many = request.GET.get, request.GET.getlist
    address = Address(
        get("metric", ""), tuple(many("by")), get("as_at", ""), get("from", ""),
        tuple(many("employer")),
    )  # fmt: skip
    if _cited(request):
        return answer_cited(address, _cited(request))
    return answer(ask(address), purpose=request.purpose, by=request.actor.id, clock=SYSTEM_CLOCK)


def _cited(request: PageRequest) -> list[str]:
    return request.GET.getlist("release")


def _refuse_problems(found: Answer) -> None:
    for one in found.question.problems:
        raise BadInput(one.text, where=Where(field=one.field), fix=one.text)


def _headline(found: Answer) -> dict[str, Any] | None:
    """Return the one figure that stands above all others, where there is one."""
    if found.question.since is not None or found.question.problems:
        return None
    one = found.totals[0] if len(found.totals) == 1 else None
    if one is None and not found.axes and len(found.figures) == 1:
        one = found.figures[0]
    return {"shown": one.shown, "unit": found.question.metric.unit} if one else None


def completeness(found: Answer) -> str:
    """Return who made a return, of those who are known; nothing of what cannot be answered."""
    return "" if found.question.problems else wording.completeness(found.main)


def _latest(found: Answer) -> str:
    """Return the latest date there is, if another is shown."""
    dates = found.question.known.dates
    if found.cited or not dates or dates[-1] == found.question.as_at:
        return ""
    return day(dates[-1])
