"""Employees and contractors beside each other: how many, and what they cost."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.disclosure import Told
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.charts import Mark, bars
from muster.pagekit.jinja import day
from muster.pagekit.tables import Column, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.grid.pages.linking import of_metric
from muster.services.grid.structure_forms import WorkersForm
from muster.services.grid.wording import completeness
from muster.services.grid.workers import COST, Beside, Workers, choices, workers

_DRAWN = 20


@page("see figures")
@require_safe
def beside(request: PageRequest) -> HttpResponse:
    """Show employees and contractors on a date: their number, and what a year of them costs."""
    found = workers(
        request.GET.get("by", ""),
        request.GET.get("as_at", ""),
        purpose=request.purpose,
        asked_by=request.actor.id,
        clock=SYSTEM_CLOCK,
    )
    drawn = _drawn(found)
    context = {
        "found": found,
        "filter_form": WorkersForm(found),
        "completeness": completeness(found.releases[0] if found.releases else None),
        "facts": _facts(found),
        "people": _people(request, found),
        "costs": _costs(request, found),
        "svg": bars(
            title=_chart_title(found),
            description=_("What a year costs, in pounds. What is not told has no bar."),
            marks=drawn,
        )
        if drawn
        else "",
        "meant": _meant(found),
        "explore": _explore(found),
    }
    return render(request, "grid/workers.html", context)


def pounds(said: Told) -> str:
    """Return an amount as people read it; of a band, that so few people are behind it."""
    if said.value is not None:
        return f"£{said.shown}"
    return _("%(few)s people") % {"few": said.shown} if said.kind == "band" else said.shown


def _by(found: Beside) -> str:
    return dict(choices())[found.by]


def _facts(found: Beside) -> list[tuple[str, str]]:
    told = found.everybody
    if told is None:
        return []
    return [
        (_("Employees"), told.employees.shown),
        (_("Contractors, agency workers and people on loan"), told.others.shown),
        (_("Their share of all people"), told.share_of_people.shown),
        (_("Pay bill of employees, a year"), pounds(told.pay)),
        (_("Cost of contractors and agency workers, a year"), pounds(told.cost)),
        (_("Their share of both"), told.share_of_cost.shown),
    ]


def _people(request: PageRequest, found: Beside) -> Table:
    return table(
        request,
        caption=_("How many people, by %(by)s") % {"by": _by(found).lower()},
        columns=[
            Column(_by(found)),
            Column(_("Employees"), numeric=True),
            Column(_("Contractors, agency workers and people on loan"), numeric=True),
            Column(_("Their share of all people"), numeric=True),
        ],
        rows=[
            (one.label, one.employees.shown, one.others.shown, one.share_of_people.shown)
            for one in found.groups
        ],
        empty=_("No employer has made a return for this date."),
    )


def _costs(request: PageRequest, found: Beside) -> Table:
    return table(
        request,
        caption=_("What a year costs, by %(by)s") % {"by": _by(found).lower()},
        columns=[
            Column(_by(found)),
            Column(_("Pay bill of employees, a year"), numeric=True),
            Column(_("Average pay"), numeric=True),
            Column(_("Workers with a day rate"), numeric=True),
            Column(_("Their cost, a year"), numeric=True),
            Column(_("Their share of both"), numeric=True),
        ],
        rows=[
            (
                one.label, pounds(one.pay), pounds(one.average), one.rated.shown,
                pounds(one.cost), one.share_of_cost.shown,
            )
            for one in found.groups
        ],
        empty=_("No employer has made a return for this date."),
    )  # fmt: skip


def _chart_title(found: Beside) -> str:
    if found.as_at is None:
        return ""
    words = _("Cost of employees and of contractors, by %(by)s, %(date)s")
    return words % {"by": _by(found).lower(), "date": day(found.as_at)}


def _drawn(found: Beside) -> list[Mark]:
    """Return the bars of groups of which any cost is told, the dearest first."""
    told = [one for one in found.groups if _told(one)]
    told.sort(key=lambda one: (-_told(one), one.label))
    employees, others = _("Employees"), _("Contractors and agency workers")
    return [
        Mark(one.label, series, said.value, pounds(said))
        for one in told[:_DRAWN]
        for series, said in ((employees, one.pay), (others, one.cost))
    ]


def _told(one: Workers) -> float:
    return float((one.pay.value or 0) + (one.cost.value or 0))


def _meant(found: Beside) -> list[tuple[str, str]]:
    """Return what each figure of the page counts, in words."""
    return list({one.metric.title: one.metric.definition for one in found.releases}.items())


def _explore(found: Beside) -> str:
    as_at = found.as_at.isoformat() if found.as_at else ""
    return of_metric(COST, by=found.by, as_at=as_at)
