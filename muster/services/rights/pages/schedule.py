"""The retention schedule as a page: what is kept how long, from when, on what ground."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from muster.gates.access import may_ever
from muster.pagekit.downloads import as_csv
from muster.pagekit.tables import Cell, Column, Download, table
from muster.pagekit.views import PageRequest, page, render
from muster.register.keeping.rules import Line
from muster.register.keeping.schedule import schedule as lines
from muster.services.rights import wording


@page("use the service")
@require_safe
def schedule(request: PageRequest) -> HttpResponse:
    """Show every line of the schedule; anybody signed in may know how long data is kept."""
    headings = [
        _("What"), _("How long"), _("From"), _("Then"), _("Legal source"), _("Carried out by"),
    ]  # fmt: skip
    if request.GET.get("as") == "csv":
        rows = [(str(wording.LINES[one.code]), *_cells(one)) for one in lines()]
        return as_csv("retention-schedule.csv", headings, rows)
    shown = table(
        request,
        caption=_("How long each kind of data is kept"),
        columns=[Column(heading) for heading in headings],
        rows=[
            (Cell(str(wording.LINES[one.code]), note=f"{one.keeps} ({one.code})"), *_cells(one))
            for one in lines()
        ],
        empty="",
        downloads=[Download(_("Download as CSV"), "?as=csv")],
    )
    officer = may_ever(request.actor, "see retention")
    return render(request, "rights/schedule.html", {"schedule": shown, "officer": officer})


def _cells(line: Line) -> tuple[str, ...]:
    years = ngettext("%(count)s year", "%(count)s years", line.years) % {"count": line.years}
    return (
        years if line.years else _("Until then"),
        str(wording.STARTS[line.starts]),
        str(wording.DOES[line.does]),
        line.legal,
        _("Runs of retention") if line.of else _("Other parts of Muster, or other systems"),
    )
