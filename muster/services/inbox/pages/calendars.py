"""Deadlines in the reader's own calendar: one as a file, all of them at an address of their own."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from muster.casework.notifying import feeds
from muster.casework.notifying.entries import CONTENT_TYPE
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.downloads import as_file
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.views import PageRequest, open_page, page, render
from muster.services.inbox import queries
from muster.services.inbox.reach import seen, worker

_NEW = "inbox_calendar"


@page("see tasks")
@require_safe
def deadline(request: PageRequest, task: uuid.UUID) -> HttpResponse:
    """Answer with one task's deadline as a file that calendars take."""
    row = queries.row_of(worker(request.actor, SYSTEM_CLOCK), task)
    content = feeds.deadline(row.task.id, clock=SYSTEM_CLOCK)
    return as_file(HttpResponse(content, content_type=CONTENT_TYPE), "deadline.ics")


@page("see tasks")
@require_safe
def calendar(request: PageRequest) -> HttpResponse:
    """Show whether the reader has a calendar address; a new one is shown this once."""
    seen(request.actor, SYSTEM_CLOCK)
    token = request.session.pop(_NEW, "")
    address = request.build_absolute_uri(reverse("inbox:feed", args=[token])) if token else ""
    return render(request, "inbox/calendar.html", {
        "feed": feeds.feed_of(request.actor.id), "address": address, "said": take_notice(request),
    })  # fmt: skip


@page("see tasks")
@require_POST
def renew(request: PageRequest) -> HttpResponse:
    """Make the reader's calendar address anew; the old one is gone."""
    request.session[_NEW] = feeds.renew_feed(
        actor=request.actor.id, person=request.actor.person, clock=SYSTEM_CLOCK
    )
    return redirect("inbox:calendar")


@page("see tasks")
@require_POST
def end(request: PageRequest) -> HttpResponse:
    """Take the reader's calendar address away."""
    feeds.end_feed(actor=request.actor.id)
    leave_notice(request, _("Your calendar address is gone."))
    return redirect("inbox:calendar")


@open_page
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar program, which cannot sign in: its address is what it knows."""
    response = HttpResponse(feeds.feed(token, clock=SYSTEM_CLOCK), content_type=CONTENT_TYPE)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
