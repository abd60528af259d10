"""How transfers between employers go, for leaders, beside what was published of them before."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from muster.gates.disclosure import BAND_TOP
from muster.gates.percentiles import Percentile
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.charts import Mark, bars
from muster.pagekit.jinja import day
from muster.pagekit.tables import Column, Download, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.grid.explore.taking import kinds
from muster.services.grid.pages.linking import of_metric
from muster.services.grid.pages.times import words
from muster.services.grid.structure_forms import TransfersForm
from muster.services.grid.transfers import EFFECTED, FIRST_PAYS, Line, Took, Transfers
from muster.services.grid.transfers import transfers as told

Of = tuple[str, ...]
"""A metric and what it is broken down by."""


@page("see figures")
@require_safe
def transfers(request: PageRequest) -> HttpResponse:
    """Show how transfers went in the year to a date."""
    found = told(
        request.GET.get("as_at", ""),
        purpose=request.purpose,
        by=request.actor.id,
        clock=SYSTEM_CLOCK,
    )
    context = {
        "found": found,
        "filter_form": TransfersForm(found),
        "counted": _counted(found),
        "beside": _beside(request, found),
        "svg": _drawn(found),
        "tables": _tables(request, found) if found.releases else {},
        "metrics": _metrics(found),
    }
    return render(request, "grid/transfers.html", context)


def _counted(found: Transfers) -> str:
    if not found.releases:
        return _("There are no figures before the end of the first month with a transfer.")
    return ngettext(
        "Counted: the transfers of %(count)s employer, up to %(date)s.",
        "Counted: the transfers of %(count)s employers, up to %(date)s.",
        found.releases[0].known,
    ) % {"count": f"{found.releases[0].known:,}", "date": day(found.releases[0].as_at)}


def _beside(request: PageRequest, found: Transfers) -> Table:
    """Return what Muster measures of itself beside what is published of the process before."""
    half = found.touched.percentiles[1] if found.touched else None
    rows = [
        (_("Transfers that took effect in the year"), found.effected,
         _("20,000 to 30,000 a year in the whole civil service")),
        (_("First pays that were wrong at first"), found.wrong,
         _("About 7%: moves not completed in full or promptly enough")),
        (_("People's time for each transfer"), _between(found.minutes),
         _("16.8 working days: 420,000 a year for some 25,000 moves")),
        (_("Half of them took people at most"), minutes(half), _("Not published")),
    ]  # fmt: skip
    return table(
        request,
        caption=_("Measured here, beside what is published of the process by spreadsheet"),
        columns=[Column(_("Figure")), Column(_("Measured here")), Column(_("Published"))],
        rows=rows if found.releases else [],
        empty=_("There are no figures yet."),
    )


def _drawn(found: Transfers) -> str:
    marks = [
        Mark(cell.labels[0], "", 0, cell.shown, upto=BAND_TOP)
        if cell.value is None
        else Mark(cell.labels[0], "", cell.value, cell.shown)
        for cell in found.under_way
    ]
    if not marks:
        return ""
    return bars(
        title=_("Transfers under way, by stage"),
        description=_("Where transfers stood when the day ended."),
        marks=marks,
    )


def _tables(request: PageRequest, found: Transfers) -> dict[str, Table]:
    """Return the tables of the page by name, each with the released cells as files."""

    def listed(
        caption: str, first: str, columns: Sequence[str], lines: Sequence[Line], released: Of
    ) -> Table:
        return table(
            request,
            caption=caption,
            columns=[Column(first), *(Column(each, numeric=True) for each in columns)],
            rows=[(one.label, *one.figures, *([one.share] if one.share else [])) for one in lines],
            empty=_("There are no figures yet."),
            downloads=_downloads(found, released),
        )

    stages = [Line(cell.labels[0], (cell.shown,)) for cell in found.under_way]
    paid = [_("Joined it"), _("First pays known"), _("Wrong at first"), _("Share that was wrong")]
    handed = [_("Due"), _("In time"), _("Late, and done"), _("Late, and still to come"),
              _("Waived")]  # fmt: skip
    late = [_("Instructions that came too late")]
    employer = _("Employer")
    return {
        "under_way": listed(_("Transfers under way, by stage"), _("Stage"), [_("Transfers")],
                            stages, ("transfers_under_way", "stage")),
        "days": _times(request, found, _("Days from the offer"), found.days,
                       (EFFECTED, "effected_in")),
        "stages": _times(request, found, _("Days in each stage"), found.stages,
                         ("transfer_stages", "stage", "took")),
        "employers": listed(_("First pay by employer"), employer, paid, found.employers,
                            (FIRST_PAYS, "employer", "verdict")),
        "causes": listed(_("What was wrong in first pays"), _("Cause"), [_("First pays")],
                         found.causes, (FIRST_PAYS, "verdict", "cause")),
        "faults": listed(_("Faults that were found in what was stated"), _("Part of the record"),
                         [_("Before the cut-off"), _("After the cut-off")], found.faults,
                         ("transfer_faults", "section", "found")),
        "hand_offs": listed(_("Hand-offs that were due"), _("Hand-off"), handed, found.hand_offs,
                            ("transfer_hand_offs", "handed", "in_time")),
        "cut_offs": listed(_("Missed cut-offs by employer"), employer, late, found.cut_offs,
                           ("missed_cut_offs", "employer")),
        "tasks": listed(_("Minutes of people by task"), _("Task"), [_("Minutes")], found.tasks,
                        ("transfer_minutes", "task")),
    }  # fmt: skip


def _times(
    request: PageRequest, found: Transfers, caption: str, took: Sequence[Took], released: Of
) -> Table:
    tenth, half, most = _("One in ten within"), _("Half within"), _("Nine in ten within")
    count = Column(_("Transfers"), numeric=True)
    return table(
        request,
        caption=caption,
        columns=[Column(_("Step")), count, *map(Column, (tenth, half, most))],
        rows=[(one.label, one.told, *map(words, one.percentiles)) for one in took],
        empty=_("There are no figures yet."),
        downloads=_downloads(found, released),
    )


def _downloads(found: Transfers, released: Of) -> list[Download]:
    """Return a released table as files of every kind that can be written here."""
    metric, *dimensions = released
    one = next(
        each
        for each in found.releases
        if each.metric.name == metric and list(each.dimensions) == dimensions
    )
    return [
        Download(name, reverse("grid:release-file", args=[one.release, kind]))
        for kind, name in kinds().items()
    ]


def minutes(found: Percentile | None) -> str:
    """Return a percentile of minutes as people read it."""
    if found is None:
        return _("Not told")
    if found.high is None:
        return _("More than %(minutes)s minutes") % {"minutes": found.low - 1}
    return _between((found.low, found.high))


def _between(found: tuple[int, int] | None) -> str:
    if found is None:
        return _("Not told")
    return _("%(low)s to %(high)s minutes") % {"low": found[0], "high": found[1]}


def _metrics(found: Transfers) -> list[tuple[str, str, str]]:
    """Return each metric that is shown: title, definition, and where it is explored."""
    shown = {one.metric.name: one for one in found.releases}
    return [
        (one.metric.title, one.metric.definition, of_metric(name, as_at=one.as_at.isoformat()))
        for name, one in shown.items()
    ]
