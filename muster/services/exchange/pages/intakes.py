"""One intake: how far it is, what was left out, and the feeds it brought."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.hub import queries
from muster.kernel.errors import NotFound
from muster.pagekit.tables import Column, Paging, pagination, table
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.exchange.pages.feeds import feeds_table
from muster.services.exchange.wording import progress_words


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
