"""Where people work: a map, regions, towns, the share outside London, and what was promised."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe
from markupsafe import Markup

from muster.gates.access import may_ever
from muster.gates.disclosure import BAND_TOP, Told, write_number
from muster.gates.metrics import metric_named
from muster.gates.release import ReleasedCell
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.charts import Mark, line, regions
from muster.pagekit.jinja import day
from muster.pagekit.tables import Cell, Column, Download, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.register.places.rules import LONDON, REGIONS, parts_of, way_to
from muster.register.places.towns import shipped_towns
from muster.register.statistics.places import NAME as OFFICIAL
from muster.services.grid.pages.linking import of_metric
from muster.services.grid.pages.places_forms import PlacesForm
from muster.services.grid.places import Answer, Asker, Pledge, answer, ask, series_of

_TAGS = {
    "met": (gettext_lazy("Met"), "green"),
    "on track": (gettext_lazy("On track"), "green"),
    "behind": (gettext_lazy("Behind"), "orange"),
    "missed": (gettext_lazy("Missed"), "red"),
    "too early": (gettext_lazy("Too early to say"), "grey"),
    "not told": (gettext_lazy("Cannot be told"), "grey"),
}


@page("see figures")
@require_safe
def places(request: PageRequest) -> HttpResponse:
    """Show where people work, and how employers do by what they promised."""
    get = request.GET.get
    question = ask(get("metric", ""), get("as_at", ""), get("employer", ""), get("region", ""))
    found = answer(question, Asker(request.purpose, request.actor.id, SYSTEM_CLOCK))
    shown = [one for one in found.pledges if question.employer in ("", one.promised.employer.hex)]
    context = {
        "found": found,
        "question": question,
        "title": _title(found),
        "completeness": _completeness(found),
        "filter_form": PlacesForm(question),
        "map": _map(found),
        "regions": _regions(request, found),
        "towns": _towns(request, found),
        "london": _london(request, found),
        "pledges": _pledges(request, shown),
        "series": _series(shown) if question.employer else "",
        "official": metric_named(OFFICIAL) if found.official_on else None,
        "may_say": may_ever(request.actor, "say where places are"),
        "may_keep": may_ever(request.actor, "keep commitments"),
        "held": bool(found.held),
        "explore": of_metric(
            question.metric.name,
            by="region",
            as_at=question.as_at.isoformat() if question.as_at else "",
            employer=question.employer,
        ),
    }
    return render(request, "grid/places.html", context)


def _title(found: Answer) -> str:
    question = found.question
    who = question.employers.get(question.employer, _("all employers"))
    when = f", {day(question.as_at)}" if question.as_at else ""
    return f"{question.metric.title}, {who}{when}"


def _completeness(found: Answer) -> str:
    if found.question.as_at is None:
        return _("No employer has made a return yet.")
    words = ngettext(
        "%(returned)s of %(known)s employer made a return for %(date)s.",
        "%(returned)s of %(known)s employers made a return for %(date)s.",
        found.known,
    )
    date = day(found.question.as_at)
    return words % {"returned": found.returned, "known": found.known, "date": date}


def _map(found: Answer) -> Markup:
    marks = {cell.key[-1]: _mark(cell) for cell in found.regions if cell.key[-1]}
    return regions(title=_title(found), description=_completeness(found), marks=marks)


def _mark(cell: ReleasedCell) -> Mark:
    if cell.kind == "band":
        return Mark(cell.labels[-1], "", 0, cell.shown, upto=BAND_TOP)
    return Mark(cell.labels[-1], "", cell.value, cell.shown)


def _regions(request: PageRequest, found: Answer) -> Table:
    """Return the table of regions: the same released cells as the map, and those of 2019."""
    beside = [Column(_("Official, %(date)s") % {"date": day(found.official_on)}, numeric=True)]
    rows: list[tuple[Any, ...]] = []
    for cell in found.regions:
        code, label = cell.key[-1], cell.labels[-1]
        name: Any = label
        if code:
            name = Cell(label, href=_towns_of(found, code))
        rows.append((name, cell.shown, *_official(found, code)))
    if rows and found.total:
        official = [write_number(sum(found.official.values(), Decimal(0)))]
        rows.append((_("Total"), found.total.shown, *(official if found.official_on else [])))
    return table(
        request,
        caption=_("By region or nation"),
        columns=[
            Column(_("Region or nation")),
            Column(found.question.metric.title, numeric=True),
            *(beside if found.official_on else []),
        ],
        rows=rows,
        empty=_("There are no figures for this choice. Choose another date or employer."),
        downloads=_downloads(found, "region"),
    )


def _official(found: Answer, code: str) -> tuple[str, ...]:
    if not found.official_on:
        return ()
    value = found.official.get(code)
    return (_("None published") if value is None else write_number(value),)


def _towns_of(found: Answer, region: str) -> str:
    question = found.question
    query = {"metric": question.metric.name, "region": region}
    if question.as_at:
        query["as_at"] = question.as_at.isoformat()
    return f"?{urlencode(query)}#towns"


def _towns(request: PageRequest, found: Answer) -> Table:
    towns, region = shipped_towns().towns, found.question.region
    rows = []
    for cell in found.towns:
        town = towns.get(parts_of(cell.key[-1]).town)
        name = town.name if town else cell.labels[-1]
        rows.append((name, REGIONS[town.region] if town else "", cell.shown))
    caption = _("Towns of %(region)s") % {"region": REGIONS[region]} if region else _("By town")
    return table(
        request,
        caption=caption,
        columns=[
            Column(_("Town")),
            Column(_("Region or nation")),
            Column(found.question.metric.title, numeric=True),
        ],
        rows=rows,
        empty=_("Towns are told of all employers together. Of one employer too much would be told.")
        if found.question.employer
        else _("No town has more than seven. Choose a region to see all towns of it."),
        downloads=_downloads(found, "town"),
    )


def _london(request: PageRequest, found: Answer) -> Table:
    told = {cell.key[-1]: cell for cell in found.regions}
    rows = []
    if told:
        rows = [
            (_("London"), told[LONDON].shown),
            (_("Outside London, about"), found.outside.shown),
            (_("Not known"), told[""].shown),
            (_("Share outside London, of those whose place is known"), found.share.shown),
        ]
    return table(
        request,
        caption=_("London and elsewhere"),
        columns=[Column(_("Where")), Column(found.question.metric.title, numeric=True)],
        rows=rows,
        empty=_("There are no figures for this choice. Choose another date or employer."),
    )


def _downloads(found: Answer, name: str) -> list[Download]:
    release = found.releases.get(name)
    if release is None:
        return []
    kinds = (("csv", "CSV"), ("xlsx", "Excel"), ("ods", "ODS"))
    return [
        Download(words, reverse("grid:release-file", args=[release, kind])) for kind, words in kinds
    ]


def _pledges(request: PageRequest, found: list[Pledge]) -> Table:
    return table(
        request,
        caption=_("Places for Growth commitments"),
        columns=[
            Column(_("Employer")),
            Column(_("Committed to")),
            Column(_("By")),
            Column(_("Now")),
            Column(_("How it stands")),
            Column(_("Stated by")),
        ],
        rows=[
            (
                one.promised.employer_title,
                _goal(one),
                day(one.promised.due),
                Cell(_now(one).shown, note=_change(one)),
                Cell(*_tag(one)),
                Cell(one.promised.stated_by, note=one.promised.source),
            )
            for one in found
        ],
        empty=_("No commitment is entered for this choice. An analyst can enter them."),
    )


def _goal(one: Pledge) -> str:
    promised = one.promised
    if promised.percent is not None:
        return _("%(percent)s%% outside London") % {"percent": promised.percent}
    return _("%(people)s people outside London") % {
        "people": write_number(Decimal(promised.roles or 0))
    }


def _now(one: Pledge) -> Told:
    told = one.told.get(one.as_at)
    return told or Told("withheld", None, _("No return"))


def _change(one: Pledge) -> str:
    """Return how the figure was at the earliest date, in words."""
    earlier = [(on, told) for on, told in series_of(one) if told.value is not None]
    if len(earlier) < 2:
        return ""
    on, told = earlier[0]
    return _("%(figure)s on %(date)s") % {"figure": told.shown, "date": day(on)}


def _tag(one: Pledge) -> tuple[Any, str, str, Any]:
    """Return the words, the colour and the note of how a commitment stands."""
    words, colour = _TAGS[one.judged.verdict]
    expected = one.judged.expected
    note = ""
    if expected is not None:
        shown = write_number(expected.quantize(Decimal("0.1")))
        unit = "%" if one.promised.percent is not None else ""
        note = _("A straight line to it would be at %(figure)s now.") % {"figure": shown + unit}
    return words, "", colour, note


def _series(found: list[Pledge]) -> Markup | str:
    """Draw the figures of an employer's first commitment over time, beside the way to it."""
    if not found:
        return ""
    one = found[0]
    goal = one.promised.percent or one.promised.roles or 0
    marks = []
    for on, told in series_of(one):
        marks.append(Mark(day(on), _("Released figure"), told.value, told.shown))
        way = way_to(goal, one.promised.due, one.values, on)
        if way is not None:
            rounded = way.quantize(Decimal("0.1"))
            marks.append(
                Mark(day(on), _("Straight line to the goal"), rounded, write_number(rounded))
            )
    said = f"{_goal(one)}, {day(one.promised.due)}: {_TAGS[one.judged.verdict][0]}"
    return line(title=one.promised.employer_title, description=said, marks=marks)
