"""One intake: how far it is, what was left out, and the feeds it brought."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.hub import queries
from muster.hub.queries import LandingView
from muster.kernel.errors import NotFound
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.exchange.pages.feeds import feeds_table
from muster.services.exchange.wording import progress_words, state_cell


@page("see feeds")
@require_safe
def intake(request: PageRequest, intake: uuid.UUID) -> HttpResponse:
    """Show an intake while it runs and afterwards; only one's own within an employer."""
    own = within(request, "see feeds")
    found = queries.intake(intake)
    if own is not None and found.started_by != request.actor.id:
        raise NotFound(_("There is no such intake"), fix=_("See the list of feeds"))
    asked: dict[str, Any] = {"intake": intake, "employer": own, "by": request.actor.id}
    paging = Paging.asked(request, total=queries.landings(**asked, limit=0).total)
    feeds = queries.landings(**asked, start=paging.offset, limit=paging.size).found
    context = {
        "intake": found,
        "words": progress_words(found),
        "feeds": feeds_table(request, feeds) if feeds else None,
        "stopped": _stopped(request, feeds),
        "known": found.files_known,
        "paging_now": paging,
        "page_links": pagination(request, paging),
        "skipped": table(
            request,
            caption=_("Not taken in"),
            columns=[Column(_("File")), Column(_("Why"))],
            rows=[(item["name"], item["why"]) for item in found.skipped],
            empty="",
        )
        if found.skipped
        else None,
    }
    return render(request, "exchange/intake.html", context)


def _stopped(request: PageRequest, feeds: tuple[LandingView, ...]) -> Table | None:
    """Return those of the files shown that could not go on, each with the reason."""
    stopped = [feed for feed in feeds if feed.state in ("held", "refused")]
    if not stopped:
        return None
    return table(
        request,
        caption=_("Stopped, whatever became of the others"),
        columns=[Column(_("File")), Column(_("State")), Column(_("Why, and what to do"))],
        rows=[
            (
                Cell(feed.name, reverse("exchange:feed", args=[feed.id])),
                state_cell(feed.state),
                feed.said,
            )
            for feed in stopped
        ],
        empty="",
    )
