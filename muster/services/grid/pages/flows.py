"""Who moves between employers, as a picture and as a table of the same cells."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.charts.flows import Flow
from muster.pagekit.charts.flows import flows as drawn
from muster.pagekit.jinja import day
from muster.pagekit.tables import Column, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.grid.flows import TODAY, Movements, movements
from muster.services.grid.pages.linking import of_metric
from muster.services.grid.structure_forms import FlowsForm
from muster.services.grid.wording import completeness

_DRAWN = 30


@page("see figures")
@require_safe
def flows(request: PageRequest) -> HttpResponse:
    """Show the moves of a year between employers, as they were or as they are today."""
    found = movements(
        request.GET.get("as_at", ""),
        request.GET.get("form", ""),
        purpose=request.purpose,
        by=request.actor.id,
        clock=SYSTEM_CLOCK,
    )
    title = _title(found)
    shown = table(
        request,
        caption=title,
        columns=[Column(_("From")), Column(_("To")), Column(_("People"), numeric=True)],
        rows=[(one.start, one.end, one.shown) for one in found.between],
        empty=_("No move between two employers is more than seven people in this year."),
    )
    within = table(
        request,
        caption=_("Brought together by a merger: employers that are one today"),
        columns=[Column(_("Employer of today")), Column(_("People"), numeric=True)],
        rows=[(one.end, one.shown) for one in found.within],
        empty=_("Nobody, or few people, moved between employers that are one today."),
    )
    some = found.between[:_DRAWN]
    context = {
        "found": found,
        "today": found.form == TODAY,
        "title": title,
        "filter_form": FlowsForm(found),
        "svg": drawn(
            title=title,
            description=_described(found, len(some)),
            flows=[Flow(one.start, one.end, one.value, one.shown) for one in some],
        ),
        "table": shown,
        "within": within,
        "few": _few(found),
        "completeness": completeness(found.table),
        "explore": _explore(found),
    }
    return render(request, "grid/flows.html", context)


def _explore(found: Movements) -> str:
    """Return where the same figures are explored; nothing where there are none."""
    table = found.table
    if table is None:
        return ""
    return of_metric(table.metric.name, by=table.dimensions[0], as_at=table.as_at.isoformat())


def _title(found: Movements) -> str:
    if found.table is None:
        return _("Movers between employers")
    words = _("Movers between employers, year to %(date)s")
    if found.form == TODAY:
        words = _("Movers between today's employers, year to %(date)s")
    return words % {"date": day(found.table.as_at)}


def _few(found: Movements) -> str:
    return ngettext(
        "Not listed: %(count)s way from one employer to another with 0 to 7 movers.",
        "Not listed: %(count)s ways from one employer to another with 0 to 7 movers each.",
        found.few,
    ) % {"count": f"{found.few:,}"}


def _described(found: Movements, drawn: int) -> str:
    said = _("People go from the left to the right; a ribbon is as wide as they are many.")
    if drawn < len(found.between):
        said += " " + _("The %(n)s largest are drawn; the table holds all.") % {"n": drawn}
    return f"{said} {_few(found)}"
