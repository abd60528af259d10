"""The dashboards and briefs one may read, and one's own that were deleted."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.access import may_ever
from muster.pagekit.jinja import day
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.dashboards import queries
from muster.services.dashboards.queries import About
from muster.services.dashboards.reach import mine
from muster.services.dashboards.wording import state_tag


@page("see figures")
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    """List dashboards and briefs: one's own, and those that are shared with one."""
    boards, briefs = queries.dashboards(request.actor), queries.briefs(request.actor)
    context = {
        "said": take_notice(request),
        "may_build": may_ever(request.actor, "build dashboards"),
        "dashboards": _table(request, boards, kind="dashboard"),
        "briefs": _table(request, briefs, kind="brief"),
        "deleted": [
            (one, reverse(f"dashboards:{kind}-restore", args=[one.id]))
            for kind, found in (("dashboard", boards), ("brief", briefs))
            for one in found
            if one.removed
        ],
    }
    return render(request, "dashboards/listing.html", context)


def _table(request: PageRequest, found: Sequence[About], *, kind: str) -> Table:
    briefs = kind == "brief"
    rows: list[tuple[Any, ...]] = []
    for one in found:
        if one.removed:
            continue
        tag = state_tag(one)
        whose = _("You") if mine(request, one) else one.owner_name
        link = Cell(one.title, href=reverse(f"dashboards:{kind}", args=[one.id]), note=one.purpose)
        rows.append((link, whose, Cell(tag.text, tag=tag.colour), one.count, day(one.changed_at)))
    return table(
        request,
        caption=_("Briefs") if briefs else _("Dashboards"),
        columns=[
            Column(_("Title")), Column(_("Whose")), Column(_("State")),
            Column(_("Issues") if briefs else _("Tiles"), numeric=True), Column(_("Changed")),
        ],
        rows=rows,
        empty=_("There is no brief for you yet.") if briefs else _("There is no dashboard yet."),
    )  # fmt: skip
