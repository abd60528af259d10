"""What the reader was told, and what became of each notice."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.casework.notifying.queries import NoticeView, told
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.jinja import moment
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, Paging, pagination, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.inbox.reach import seen
from muster.services.inbox.wording import STATES

_SIZE = 50


@page("see tasks")
@require_safe
def notices(request: PageRequest) -> HttpResponse:
    """List the notices that were written to the reader, the latest first."""
    actor = request.actor
    seen(actor, SYSTEM_CLOCK)
    total, _none = told(actor.id, actor.person, limit=0)
    paging = Paging.asked(request, total=total, size=_SIZE)
    _total, found = told(actor.id, actor.person, start=paging.offset, limit=_SIZE)
    shown = table(
        request,
        caption=_("Notices to you"),
        columns=[Column(_("Notice")), Column(_("Written")), Column(_("State"))],
        rows=[_cells(one) for one in found],
        empty=_("Nothing has been written to you yet."),
    )
    return render(request, "inbox/notices.html", {
        "table": shown, "paging_now": paging, "page_links": pagination(request, paging),
        "said": take_notice(request),
    })  # fmt: skip


def _cells(one: NoticeView) -> tuple[object, ...]:
    words, colour = STATES[one.state]
    link = reverse("inbox:task", args=[one.task]) if one.task else ""
    return (
        Cell(one.subject, link, note=one.text), moment(one.written_at), Cell(str(words), tag=colour)
    )  # fmt: skip
