"""Official headcounts: sources side by side per employer, as CSV, and what stands behind each."""

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from muster.gates.disclosure import write_number
from muster.hub.queries import landings_by_id
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Where
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import day
from muster.pagekit.rows import row_words
from muster.pagekit.tables import Cell, Column, Download, Sort, Table, query_with, table
from muster.pagekit.views import PageRequest, page, render
from muster.register.employers.queries import by_id
from muster.register.statistics.queries import StatedFigure, behind
from muster.register.statistics.rules import MOST_PEOPLE, MOST_PERCENT, SERIES
from muster.services.grid.forms import OfficialForm
from muster.services.grid.official import (
    MEASURES,
    Comparison,
    EmployerRow,
    Source,
    compare_sources,
)
from muster.services.grid.pages.why import file_cell

DIFFER, ALONE = "differ", "one source"
_VERDICTS = {
    "one source": ("", ""),
    "equal": (gettext_lazy("Equal"), "green"),
    "rounding": (gettext_lazy("Within rounding"), "green"),
    "small": (gettext_lazy("Small"), "grey"),
    "differ": (gettext_lazy("Differ"), "orange"),
}
_TOTALS = {
    "not stated": gettext_lazy("The source states no total"),
    "names wait": gettext_lazy("Not yet: rows wait in quarantine"),
    "equal": gettext_lazy("Equal"),
    "rounding": gettext_lazy("Rounding alone may explain it"),
    "differ": gettext_lazy("More than rounding explains"),
}
_WORDS = {"headcount": gettext_lazy("Headcount"), "fte": gettext_lazy("Full-time equivalents")}
# Of which employees a figure is, where it is not of all.
_TENURES = {
    "permanent": gettext_lazy("Permanent employees"),
    "temporary": gettext_lazy("Temporary or casual employees"),
}


@page("see figures")
@require_safe
def official(request: PageRequest) -> HttpResponse:
    """Show every employer with what each source states of it."""
    found = _asked(request)
    only = request.GET.get("show", "")
    columns = _columns(found)
    sort = Sort.asked(request, columns, default="employer")
    rows = _ordered(_chosen(found, only), sort)
    context = {
        "found": found,
        "title": _title(found),
        "filter_form": OfficialForm(found, only),
        "differing": sum(row.difference.verdict == "differ" for row in found.rows),
        "compared": sum(row.difference.verdict != ALONE for row in found.rows),
        "most_people": write_number(MOST_PEOPLE),
        "most_percent": write_number(MOST_PERCENT),
        "table": _table(request, found, rows, columns, sort),
        "totals": _totals(request, found),
        "departments": _departments(request, found),
    }
    return render(request, "grid/official.html", context)


@page("see figures")
@require_safe
def official_cells(request: PageRequest) -> HttpResponse:
    """Return the same figures as CSV: employers, then each source's own total, then departments."""
    found = _asked(request)
    sources = [*found.sources, *([found.department_source] if found.department_source else [])]
    codes = [source.series.code for source in sources]
    headings = ("level", "name", *codes, "difference", "percent", "verdict")
    rows = [_line(row, codes) for row in _chosen(found, request.GET.get("show", ""))]
    totals = [source.total for source in sources]
    added = [_plain(one.total.added) if one.series.bodies else "" for one in sources]
    rows.append(("source's own total", "", *(_plain(total.stated) for total in totals)))
    rows.append(("sum of the source's bodies", "", *added))
    rows.append(("rounded to", "", *(str(total.rounded_to or "") for total in totals)))
    before = [""] * len(found.sources)
    for department in found.departments:
        for level, value in (
            ("department with agencies, permanent", department.permanent),
            ("department with agencies, temporary", department.temporary),
        ):
            rows.append((level, department.title, *before, _plain(value)))
    rows.append(())
    for source in sources:
        name, ids = source.file.name if source.file else "", " ".join(source.releases)
        rows.append((source.series.code, source.series.title, source.metric.source, name, ids))
    when = found.period.isoformat() if found.period else ""
    return as_csv(f"official-{found.measure}-{when}.csv", headings, rows)


@page("see figures")
@require_safe
def official_why(request: PageRequest) -> HttpResponse:
    """Show where each source states a figure: file, sheet, cell, name, and earlier releases."""
    measure = request.GET.get("measure", "")
    period = _date(request.GET.get("period", ""))
    employer = _employer(request.GET.get("employer", ""))
    if measure not in MEASURES:
        raise _odd("measure", _("The address names no measure"))
    stated = behind(employer, measure, period, SERIES)
    organisation = by_id(employer) if employer else None
    back = urlencode({"measure": measure, "period": period.isoformat()})
    context = {
        "who": organisation.title if organisation else _("The civil service as a whole"),
        "measure": _WORDS[measure],
        "period": period,
        "back": f"{reverse('grid:official')}?{back}",
        "table": _stated(request, stated),
    }
    return render(request, "grid/official_why.html", context)


def _asked(request: PageRequest) -> Comparison:
    get = request.GET.get
    return compare_sources(
        get("measure", ""), get("period", ""),
        purpose=request.purpose, by=request.actor.id, clock=SYSTEM_CLOCK,
    )  # fmt: skip


def _line(row: EmployerRow, codes: list[str]) -> tuple[str, ...]:
    """Return an employer's line of the download: a figure for each source, and the difference."""
    figures = [_plain(row.figures[code].value) if code in row.figures else "" for code in codes]
    said = row.difference
    if said.verdict == ALONE:
        return ("employer", row.title, *figures)
    return (
        "employer", row.title, *figures, _plain(said.people), f"{said.percent:.2f}", said.verdict,
    )  # fmt: skip


def _chosen(found: Comparison, show: str) -> list[EmployerRow]:
    return [row for row in found.rows if show != DIFFER or row.difference.verdict == "differ"]


def _title(found: Comparison) -> str:
    if found.period is None:
        return str(_WORDS[found.measure])
    return f"{_WORDS[found.measure]}, {day(found.period)}"


def _columns(found: Comparison) -> list[Column]:
    return [
        Column(_("Employer"), sort="employer"),
        *(
            Column(source.series.title, numeric=True, sort=source.series.code)
            for source in found.sources
        ),
        Column(_("Difference"), numeric=True, sort="difference"),
        Column(_("% of the larger"), numeric=True, sort="percent"),
        Column(_("Compared")),
        Column(_("Behind it")),
    ]


def _ordered(rows: list[EmployerRow], sort: Sort) -> list[EmployerRow]:
    keys: dict[str, Callable[[EmployerRow], Any]] = {
        "employer": lambda row: row.title.casefold(),
        "difference": lambda row: row.difference.people,
        "percent": lambda row: row.difference.percent,
    }
    key = keys.get(sort.key)
    if key is not None:
        return sorted(rows, key=key, reverse=sort.descending)
    # An employer of which a source says nothing stands last, whichever way the others go.
    with_figure = [row for row in rows if sort.key in row.figures]
    without = [row for row in rows if sort.key not in row.figures]
    with_figure.sort(key=lambda row: row.figures[sort.key].value, reverse=sort.descending)
    return with_figure + without


def _table(
    request: PageRequest,
    found: Comparison,
    rows: list[EmployerRow],
    columns: list[Column],
    sort: Sort,
) -> Table:
    drawn = []
    for row in rows:
        said = row.difference
        words, colour = _VERDICTS[said.verdict]
        several = said.verdict != ALONE
        drawn.append(
            (
                row.title,
                *(_figure(row, source) for source in found.sources),
                write_number(said.people) if several else "",
                f"{said.percent:.1f} %" if several else "",
                Cell(words, tag=colour) if words else _("One publisher"),
                Cell(_("Why?"), href=_why(found, row.code), unseen=row.title),
            )
        )
    return table(
        request,
        caption=_title(found),
        columns=columns,
        rows=drawn,
        empty=_("No source states figures for this choice. Choose another period, or show all."),
        sort=sort,
        downloads=[Download(_("CSV"), reverse("grid:official_cells") + query_with(request))],
    )


def _figure(row: EmployerRow, source: Source) -> str:
    stated = row.figures.get(source.series.code)
    return write_number(stated.value) if stated else _("Not stated")


def _why(found: Comparison, employer: str) -> str:
    period = found.period.isoformat() if found.period else ""
    query = {"measure": found.measure, "period": period} | (
        {"employer": employer} if employer else {}
    )
    return f"{reverse('grid:official_why')}?{urlencode(query)}"


def _totals(request: PageRequest, found: Comparison) -> Table:
    rows = []
    sources = [*found.sources, *([found.department_source] if found.department_source else [])]
    for source in sources:
        total, bodies = source.total, source.series.bodies
        rows.append(
            (
                source.series.title,
                _("Not stated") if total.stated is None else write_number(total.stated),
                write_number(total.added) if bodies else _("Not added up"),
                write_number(total.difference) if bodies and total.stated is not None else "",
                _TOTALS[total.verdict] if bodies else "",
                _rounding(total.rounded_to),
                total.waiting,
                file_cell(request, source.file) if source.file else "",
                Cell(_("Why?"), href=_why(found, ""), unseen=source.series.title),
            )
        )
    return table(
        request,
        caption=_("Each source's own total, beside the sum of its bodies"),
        columns=[
            Column(_("Source")),
            Column(_("Its own total"), numeric=True),
            Column(_("Sum of its bodies"), numeric=True),
            Column(_("Difference"), numeric=True),
            Column(_("Check")),
            Column(_("Rounding")),
            Column(_("Rows that wait"), numeric=True),
            Column(_("File")),
            Column(_("Behind it")),
        ],
        rows=rows,
        empty=_("No source states a total for this period."),
    )


def _departments(request: PageRequest, found: Comparison) -> Table:
    return table(
        request,
        caption=_("Departments with their agencies"),
        columns=[
            Column(_("Department, as the source names it")),
            Column(_("Permanent"), numeric=True),
            Column(_("Temporary or casual"), numeric=True),
        ],
        rows=[
            (row.title, _shown(row.permanent), _shown(row.temporary)) for row in found.departments
        ],
        empty=_("No source states departments for this period."),
    )


def _stated(request: PageRequest, found: tuple[StatedFigure, ...]) -> Table:
    views = landings_by_id(list({figure.landing for figure in found}))
    rows = []
    for figure in found:
        view = views.get(figure.landing)
        place = row_words(figure.row, view.sheets, unpivoted=view.unpivoted) if view else ""
        name = _("published as “%(name)s”") % {"name": figure.published_as}
        rows.append(
            (
                Cell(f"{figure.source}, {figure.table}", note=_TENURES.get(figure.tenure, "")),
                Cell(figure.organisation, note=name if figure.published_as else ""),
                write_number(figure.value),
                _rounding(figure.rounded_to),
                day(figure.released),
                file_cell(request, view, note=place) if view else "",
                _("Counts") if figure.counts else _("Revised by a later release"),
            )
        )
    return table(
        request,
        caption=_("Where this is stated"),
        columns=[
            Column(_("Source")),
            Column(_("Named")),
            Column(_("Figure"), numeric=True),
            Column(_("Rounding")),
            Column(_("Release for")),
            Column(_("Stands in")),
            Column(_("State")),
        ],
        rows=rows,
        empty=_("No source states this figure."),
    )


def _rounding(rounded_to: int) -> str:
    if not rounded_to:
        return _("Not rounded")
    return _("To the nearest %(number)s") % {"number": rounded_to}


def _shown(value: Decimal | None) -> str:
    return _("Not published") if value is None else write_number(value)


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise _odd("period", _("The address states no period")) from None


def _employer(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(hex=text) if text else None
    except ValueError:
        raise _odd("employer", _("The address names no employer")) from None


def _odd(field: str, what: str) -> BadInput:
    return BadInput(what, where=Where(field=field), fix=_("Follow the link from the figures page"))
