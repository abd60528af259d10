"""Published posts, each with the file and row it stands in."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.access import may_ever
from muster.gates.disclosure import write_number
from muster.hub.queries import LandingView, landings_by_id
from muster.kernel.money import write_pounds
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import short_day
from muster.pagekit.rows import row_words
from muster.pagekit.tables import (
    Cell,
    Column,
    Download,
    Paging,
    Table,
    pagination,
    query_with,
    table,
)
from muster.pagekit.views import PageRequest, page, render
from muster.register.posts import queries
from muster.register.posts.queries import PostRow
from muster.register.posts.rules import LEVEL_BY_CODE
from muster.services.people.forms import PostFilters
from muster.services.people.wording import POST_KINDS

_MOST = 20_000  # rows in one download


@page("see posts")
@require_safe
def posts(request: PageRequest) -> HttpResponse:
    """Show published posts, with filters."""
    search = PostFilters(request.GET, employers=queries.employers(), dates=queries.dates())
    search.is_valid()
    asked = _asked(search.cleaned_data)
    total = queries.search(**asked, limit=0)[1]
    if request.GET.get("as") == "csv":
        return _csv(queries.search(**asked, limit=_MOST)[0])
    paging = Paging.asked(request, total=total)
    found = queries.search(**asked, start=paging.offset, limit=paging.size)[0]
    context = {
        "search": search,
        "posts": _table(request, found, total),
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "people/posts.html", context)


def _asked(given: dict[str, Any]) -> dict[str, Any]:
    as_at = given.get("as_at")
    return {
        "words": given.get("q", ""),
        "employer": given.get("employer", ""),
        "level": given.get("level", ""),
        "kind": given.get("kind", ""),
        "as_at": dt.date.fromisoformat(as_at) if as_at else None,
    }


def _table(request: PageRequest, found: tuple[PostRow, ...], total: int) -> Table:
    feeds = landings_by_id(list({row.landing for row in found}))
    linked = may_ever(request.actor, "see feeds")
    words = _("Download these posts as CSV")
    if total > _MOST:
        words = _("Download the first %(count)s posts as CSV") % {"count": f"{_MOST:,}"}
    return table(
        request,
        caption=_("Published posts"),
        columns=[
            Column(_("Post")),
            Column(_("Employer")),
            Column(_("Grade as stated")),
            Column(_("Profession")),
            Column(_("FTE"), numeric=True),
            Column(_("Pay range")),
            Column(_("As at")),
            Column(_("Source")),
        ],
        rows=[
            (
                Cell(row.title or POST_KINDS[row.kind], note=row.unit or ""),
                Cell(row.employer, reverse("people:employer", args=[row.employer_id])),
                Cell(row.grade_as_stated or _("Not stated"), note=_level(row)),
                row.profession or _("Not mapped"),
                write_number(row.fte),
                _pay(row),
                short_day(row.as_at),
                _source(row, feeds[row.landing], linked=linked),
            )
            for row in found
        ],
        empty=_("No post fits. Try fewer or other words, or clear the filters."),
        downloads=[Download(words, query_with(request, **{"as": "csv"}))] if found else [],
    )


def _level(row: PostRow) -> str:
    return LEVEL_BY_CODE[row.level].label if row.level else _("Level not mapped")


def _pay(row: PostRow) -> str:
    if row.pay_floor is None or row.pay_ceiling is None:
        return _("Not stated")
    return f"{write_pounds(row.pay_floor)} – {write_pounds(row.pay_ceiling)}"


def _source(row: PostRow, feed: LandingView, *, linked: bool) -> Cell:
    """Return where the post stands; the feed's page is for those who may see feeds."""
    address = reverse("exchange:feed", args=[row.landing]) if linked else ""
    where = row_words(row.row, feed.sheets, unpivoted=feed.unpivoted)
    return Cell(where, address, note=feed.name)


def _csv(found: tuple[PostRow, ...]) -> HttpResponse:
    headings = [
        _("Kind"), _("Reference"), _("Post"), _("Unit"), _("Employer"), _("Name in the file"),
        _("Parent department in the file"), _("Grade as stated"), _("Responsibility level"),
        _("Profession"), _("FTE"), _("Pay from (pence)"), _("Pay to (pence)"), _("As at"),
        _("File"), _("Row"),
    ]  # fmt: skip
    feeds = landings_by_id(list({row.landing for row in found}))
    rows = (
        (
            POST_KINDS[row.kind], row.reference, row.title, row.unit, row.employer,
            row.organisation, row.parent_department, row.grade_as_stated, row.level,
            row.profession, f"{row.fte.normalize():f}", row.pay_floor, row.pay_ceiling,
            row.as_at, feeds[row.landing].name, row.row,
        )
        for row in found
    )  # fmt: skip
    return as_csv("posts.csv", headings, rows)
