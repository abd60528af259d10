"""Sources side by side: what each says of one employer, how far apart two are, and why."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from muster.gates.disclosure import write_number
from muster.gates.release import ReleasedCell
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.charts import Mark, line
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import day
from muster.pagekit.tables import Cell, Column, Download, Table, query_with, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.grid.beside import Apart, Beside, Says, beside
from muster.services.grid.beside_forms import BesideForm
from muster.services.grid.places import Asker
from muster.services.grid.survey import Score

HEADINGS = ("source", "measure", "as_at", "figure", "unit", "state", "release", "published_by")
_TITLES = {
    "ons": gettext_lazy("ONS headcount"),
    "mwmi": gettext_lazy("Cabinet Office headcount"),
    "place": gettext_lazy("Cabinet Office headcount by postcode, 2019"),
    "own": gettext_lazy("Muster's own headcount"),
    "ons_fte": gettext_lazy("ONS FTE"),
    "mwmi_fte": gettext_lazy("Cabinet Office FTE"),
    "posts_fte": gettext_lazy("FTE of organograms"),
    "posts": gettext_lazy("Senior posts of organograms"),
    "index": gettext_lazy("Employee engagement index"),
    "rate": gettext_lazy("People Survey response rate"),
}
_QUARTERLY = gettext_lazy(
    "At the end of a quarter. Rounded by its publisher; the body may be stated without its"
    " agencies."
)
_MONTHLY = gettext_lazy(
    "At the end of a month, from departments' own management information. Not rounded."
)
_WHY = {
    "ons": _QUARTERLY,
    "mwmi": _MONTHLY,
    "place": gettext_lazy(
        "Each place is rounded to the nearest 10 before places are added up, so the sum carries the"
        " rounding of every place."
    ),
    "own": gettext_lazy(
        "People in the HR files that the employer sends, those lent to others included. Rounded to"
        " the nearest 5; up to seven people are told as a band."
    ),
    "ons_fte": _QUARTERLY,
    "mwmi_fte": _MONTHLY,
    "posts": gettext_lazy(
        "Posts, not people: senior posts alone, filled or vacant, as the employer publishes them."
    ),
    "posts_fte": gettext_lazy(
        "Posts, not people: a post of half the week counts half, and one that nobody holds nothing."
    ),
    "index": gettext_lazy("A score of those who answered. It counts nobody."),
    "rate": gettext_lazy(
        "Of those whom the organisation asked, in a hundred. It counts nobody, and may be above"
        " 100."
    ),
}
_MEASURES = {"headcount": gettext_lazy("Headcount"), "fte": gettext_lazy("Full-time equivalents")}
_STATES = {
    "not stated": gettext_lazy("Not stated"),
    "held": gettext_lazy("Held for a person to decide"),
}
_VERDICTS = {
    "one source": ("", ""),
    "equal": (gettext_lazy("Equal"), "green"),
    "rounding": (gettext_lazy("Within rounding"), "green"),
    "small": (gettext_lazy("Small"), "grey"),
    "differ": (gettext_lazy("Differ"), "orange"),
}
_MARKS = {
    "[c]": gettext_lazy("Withheld by its publisher [c]"),
    "[z]": gettext_lazy("Not asked in that year [z]"),
}


@page("see figures")
@require_safe
def sources(request: PageRequest) -> HttpResponse:
    """Show what every source says of one employer."""
    found = _asked(request)
    context = {
        "found": found,
        "filter_form": BesideForm(found),
        "says": _says(request, found),
        "apart": _apart(request, found),
        "themes": _themes(request, found),
        "years": _years(request, found),
        "svg": _drawn(found),
        "releases": found.releases,
        "official": reverse("grid:official"),
        "surveyed": found.survey.year is not None,
    }
    return render(request, "grid/beside.html", context)


@page("see figures")
@require_safe
def taken(request: PageRequest) -> HttpResponse:
    """Return the same released figures as CSV, each with the release that it can be cited by."""
    found = _asked(request)
    rows = [_line(one) for one in found.says]
    for pair in found.apart:
        said = pair.difference
        several = said.verdict != "one source"
        people = f"{said.people.normalize():f}" if several else ""
        rows.append(
            ("difference", pair.measure, pair.day.isoformat(), people, "", said.verdict, "", "")
        )
    for date, score in (found.survey.years or {}).items():
        rows.append(_line_of_year(date.isoformat(), "employer", score.own, score.mark))
        rows.append(_line_of_year(date.isoformat(), "civil service", score.benchmark, ""))
    return as_csv(f"sources-{found.employer or 'none'}.csv", HEADINGS, rows)


def _asked(request: PageRequest) -> Beside:
    own = request.actor.employer.hex if request.actor.employer else ""
    return beside(
        request.GET.get("employer", own),
        request.GET.get("as_at", ""),
        Asker(request.purpose, request.actor.id, SYSTEM_CLOCK),
    )


def _line(one: Says) -> tuple[str, ...]:
    metric = one.metric
    release = str(one.table.release) if one.table else ""
    return (
        one.source, metric.name, one.as_at.isoformat() if one.as_at else "", _plain(one.cell),
        metric.unit, one.mark or one.state, release, metric.source,
    )  # fmt: skip


def _line_of_year(
    date: str, whose: str, cell: ReleasedCell | None, mark: str
) -> tuple[str, ...]:  # fmt: skip
    state = "told" if cell else mark or "not stated"
    return ("engagement index", whose, date, _plain(cell), "points out of 100", state, "", "")


def _plain(cell: ReleasedCell | None) -> str:
    if cell is None:
        return ""
    return cell.shown if cell.value is None else f"{cell.value.normalize():f}"


def _says(request: PageRequest, found: Beside) -> Table:
    return table(
        request,
        caption=_("What each source says"),
        columns=[
            Column(_("Source")),
            Column(_("Figure"), numeric=True),
            Column(_("As at")),
            Column(_("Unit")),
            Column(_("Why it may differ")),
            Column(_("Behind it")),
        ],
        rows=[_row(found, one) for one in found.says],
        empty=_("No source states this employer. Choose another, or a later day."),
        downloads=[Download(_("CSV"), reverse("grid:beside_cells") + query_with(request))]
        if found.employer
        else [],
    )


def _row(found: Beside, one: Says) -> tuple[object, ...]:
    behind = one.cell or one.mark
    return (
        Cell(_TITLES[one.source], note=one.metric.source),
        one.cell.shown if one.cell else _MARKS.get(one.mark) or _STATES[one.state],
        day(one.as_at) if one.as_at else "",
        one.metric.unit,
        _WHY[one.source],
        Cell(_("Why?"), href=_behind(found, one), unseen=_TITLES[one.source]) if behind else "",
    )


def _behind(found: Beside, one: Says) -> str:
    query = {
        "metric": one.metric.name,
        "as_at": one.as_at.isoformat() if one.as_at else "",
        "employer": found.employer,
    }
    return f"{reverse('grid:why')}?{urlencode(query)}"


def _apart(request: PageRequest, found: Beside) -> Table:
    return table(
        request,
        caption=_("ONS and the Cabinet Office on the same day"),
        columns=[
            Column(_("Measure")),
            Column(_("At the end of")),
            Column(_("ONS"), numeric=True),
            Column(_("Cabinet Office"), numeric=True),
            Column(_("Difference"), numeric=True),
            Column(_("% of the larger"), numeric=True),
            Column(_("Compared")),
        ],
        rows=[_row_apart(one) for one in found.apart],
        empty=_("There is no day for which both publishers state this employer."),
    )


def _row_apart(one: Apart) -> tuple[object, ...]:
    said = one.difference
    words, colour = _VERDICTS[said.verdict]
    several = said.verdict != "one source"
    return (
        _MEASURES[one.measure],
        day(one.day),
        _shown(one.ons.cell),
        _shown(one.mwmi.cell),
        write_number(said.people) if several else "",
        f"{said.percent:.1f} %" if several else "",
        Cell(words, tag=colour) if words else "",
    )


def _shown(cell: ReleasedCell | None, mark: str = "") -> str:
    if cell is not None:
        return cell.shown
    return str(_MARKS.get(mark) or _("Not stated"))


def _themes(request: PageRequest, found: Beside) -> Table:
    year = found.survey.year
    said = {"year": year.year} if year else {"year": ""}
    return table(
        request,
        caption=_("People Survey themes, %(year)s") % said,
        columns=[
            Column(_("Theme or index")),
            Column(found.title or _("Employer"), numeric=True),
            Column(_("Civil service benchmark"), numeric=True),
        ],
        rows=[
            (one.label, _shown(one.own, one.mark), _shown(one.benchmark))
            for one in found.survey.themes
        ],
        empty=_("No theme scores are published for this year."),
    )


def _years(request: PageRequest, found: Beside) -> Table:
    return table(
        request,
        caption=_("Employee engagement index by year"),
        columns=[
            Column(_("Year")),
            Column(found.title or _("Employer"), numeric=True),
            Column(_("Civil service benchmark"), numeric=True),
        ],
        rows=[
            (str(date.year), _shown(one.own, one.mark), _shown(one.benchmark))
            for date, one in (found.survey.years or {}).items()
        ],
        empty=_("No survey scores are published for this employer."),
    )


def _drawn(found: Beside) -> str:
    """Return the index of all years as lines; a year without a score breaks the line."""
    years = found.survey.years or {}
    if len(years) < 2:
        return ""
    marks = [
        mark
        for date, one in years.items()
        for mark in (
            _mark(str(date.year), found.title, one.own, one),
            _mark(str(date.year), _("Civil service benchmark"), one.benchmark, None),
        )
    ]
    return line(
        title=_("Employee engagement index by year"),
        description=_("Points out of 100, as published for each year."),
        marks=marks,
        axis=[str(date.year) for date in years],
    )


def _mark(year: str, series: str, cell: ReleasedCell | None, own: Score | None) -> Mark:
    if cell is None or cell.value is None:
        return Mark(year, series, None, _shown(None, own.mark if own else ""))
    return Mark(year, series, cell.value, cell.shown)
