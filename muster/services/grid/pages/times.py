"""How long hires take, step by step, and who withdrew while waiting."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.percentiles import Percentile
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.charts import Mark, bars
from muster.pagekit.tables import Column, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.grid.pages.linking import of_metric
from muster.services.grid.structure_forms import TimesForm
from muster.services.grid.times import HIRES, HireTimes, Times, dimensions, hire_times
from muster.services.grid.wording import completeness

_DRAWN = 25


@page("see figures")
@require_safe
def times(request: PageRequest) -> HttpResponse:
    """Show how long hires took, by group and by step, beside those who withdrew."""
    found = hire_times(
        request.GET.get("by", ""),
        request.GET.get("as_at", ""),
        request.GET.get("of", ""),
        purpose=request.purpose,
        asked_by=request.actor.id,
        clock=SYSTEM_CLOCK,
    )
    marks = _marks(found.groups)
    title = _("Days from applying to the first day at work")
    context = {
        "found": found,
        "title": title,
        "filter_form": TimesForm(found),
        "completeness": completeness(found.releases[0] if found.releases else None),
        "everybody": [] if found.everybody is None else _facts(found.everybody),
        "svg": bars(
            title=_("Days in which half of the hires were made"),
            description=_("A hatched bar runs over all days that may be so."),
            marks=marks,
        )
        if marks
        else "",
        "groups": _groups(request, found),
        "steps": _steps(request, found),
        "explore": _explore(found),
        "slowest": _slowest(found),
        "characteristic": bool(found.releases)
        and any(
            one.name == found.by and one.characteristic
            for one in found.releases[0].metric.dimensions
        ),
    }
    return render(request, "grid/times.html", context)


def _explore(found: HireTimes) -> list[tuple[str, str]]:
    """Return where the figures behind the days are explored."""
    if not found.releases:
        return []
    as_at = found.releases[0].as_at.isoformat()
    named = {one.metric.name: one.metric.title for one in found.releases}
    return [
        (title, of_metric(name, by=found.by if name == HIRES else "", as_at=as_at))
        for name, title in named.items()
    ]


def words(found: Percentile | None) -> str:
    """Return a percentile as people read it."""
    if found is None:
        return _("Not told")
    if found.high is None:
        return _("More than %(days)s days") % {"days": found.low - 1}
    ends = _("%(low)s to %(high)s days") % {"low": found.low, "high": found.high}
    if found.day is None:
        return ends
    return _("%(range)s, about %(day)s") % {"range": ends, "day": found.day}


def _facts(of: Times) -> list[tuple[str, str]]:
    tenth, half, most = map(words, of.percentiles)
    return [
        (_("Hires"), of.told),
        (_("One in ten was made within"), tenth),
        (_("Half were made within"), half),
        (_("Nine in ten were made within"), most),
    ]


def _percentile_columns() -> list[Column]:
    return [
        Column(_("One in ten within")),
        Column(_("Half within")),
        Column(_("Nine in ten within")),
    ]


def _groups(request: PageRequest, found: HireTimes) -> Table:
    by = dict(dimensions())[found.by]
    return table(
        request,
        caption=_("Time to hire by %(by)s") % {"by": by.lower()},
        columns=[Column(by), Column(_("Hires"), numeric=True), *_percentile_columns()],
        rows=[(one.label, one.told, *map(words, one.percentiles)) for one in found.groups],
        empty=_("No employer has told of applications yet."),
    )


def _steps(request: PageRequest, found: HireTimes) -> Table:
    return table(
        request,
        caption=_("Steps, and who withdrew while waiting for each"),
        columns=[
            Column(_("Step")),
            Column(_("Applications that took it"), numeric=True),
            *_percentile_columns(),
            Column(_("Withdrew or declined before it"), numeric=True),
            Column(_("Of those who came so far"), numeric=True),
        ],
        rows=[
            (
                one.times.label,
                one.times.told,
                *map(words, one.times.percentiles),
                one.withdrew,
                one.share,
            )
            for one in found.steps
        ],
        empty=_("No employer has told of applications yet."),
    )


def _marks(groups: Sequence[Times]) -> list[Mark]:
    """Return the bars of groups whose half is told, the slowest first."""
    known = [one for one in groups if one.half is not None]
    known.sort(key=lambda one: (-(one.half.low if one.half else 0), one.label))
    return [_mark(one) for one in known[:_DRAWN]]


def _mark(one: Times) -> Mark:
    half = one.half
    if half is None or half.high is None:
        return Mark(one.label, "", None, words(half))
    return Mark(one.label, "", half.low, words(half), upto=half.high)


def _slowest(found: HireTimes) -> str:
    """Return a sentence about the step that takes half of the applications longest."""
    told = [one for one in found.steps if one.times.half is not None]
    if not told:
        return ""
    slowest = max(told, key=lambda one: one.times.half.low if one.times.half else 0)
    return _(
        "The slowest step: %(step)s (half within %(days)s). While waiting for it, %(withdrew)s"
        " applicants withdrew or declined; of those who came so far: %(share)s."
    ) % {
        "step": slowest.times.label,
        "days": words(slowest.times.half),
        "withdrew": slowest.withdrew,
        "share": slowest.share,
    }
