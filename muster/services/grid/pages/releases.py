"""One release: the figures as they left, to be cited and taken along as files."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.access import may_ever
from muster.gates.release import ReleasedTable, cited
from muster.pagekit.downloads import as_file
from muster.pagekit.tables import Column, Download, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.grid.exports.contents import KINDS, contents_of
from muster.services.grid.exports.packing import packed


@page("see figures")
@require_safe
def release(request: PageRequest, release: UUID) -> HttpResponse:
    """Show a released table as it left."""
    found = cited(release)
    contents = contents_of(found)
    context = {
        "title": contents.title,
        "notes": contents.notes,
        "table": _table(request, found, contents.title),
        "metric": found.metric,
        "audit": reverse("grid:audit-release", args=[release])
        if found.metric.profile == "protected" and may_ever(request.actor, "decide releases")
        else "",
    }
    return render(request, "grid/release.html", context)


@page("see figures")
@require_safe
def download(request: PageRequest, release: UUID, kind: str) -> HttpResponse:
    """Return a released table as a file; several files that belong together as one archive."""
    name, content, media = packed(cited(release), kind)
    return as_file(HttpResponse(content, content_type=media), name)


def _table(request: PageRequest, found: ReleasedTable, title: str) -> Table:
    parts = [part for one in found.dimensions if (part := found.metric.dimension(one)) is not None]
    return table(
        request,
        caption=title,
        columns=[
            *(Column(part.title) for part in parts),
            Column(found.metric.title, numeric=True),
            Column(_("What was done to it")),
        ],
        rows=[(*cell.labels, cell.shown, KINDS[cell.kind]) for cell in found.cells],
        empty=_("Nobody returned anything that this table tells of."),
        downloads=[
            Download(name, reverse("grid:release-file", args=[found.release, kind]))
            for kind, name in (
                ("csv", "CSV"), ("xlsx", "Excel"), ("ods", "ODS"), ("json", "JSON"),
                ("parquet", "Parquet"),
            )
        ],
    )  # fmt: skip
