"""A person's own record: all that is held about them, from where, and who looked at it and why."""

import datetime as dt

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.looks import count_looks_at, looks_at, note_look
from muster.kernel.days import LONDON
from muster.pagekit.jinja import moment
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, page, render
from muster.register.people.person_record import Linked, linked_to, record_on
from muster.services.people.forms import DatesAsked, LooksAsked
from muster.services.people.pages.people import dated, own_record
from muster.services.people.pages.value_words import LINKED
from muster.services.people.pages.values import Dates, end_of, person_trace, seen_of
from muster.services.people.record import looks_table

_LOOKS = 25
COPY = "/rights/"


@page("see own record")
@require_safe
def own(request: PageRequest) -> HttpResponse:
    """Show the actor's own record, all of it, on any day, and what was matched to it."""
    form = DatesAsked(request.GET)
    dates = Dates.asked(form)
    whole = own_record(request)
    looks = looks_at(whole.person, limit=_LOOKS)
    total = count_looks_at(whole.person)
    note_look(request.actor, what="own record", purpose=request.purpose, people=[whole.person])
    record = record_on(whole, dates.as_at, dates.known)
    to = person_trace(None)
    context = dated(request, record, seen_of(whole), dates, to=to, own=True) | {
        "dates": form,
        "linked": _linked(request, linked_to(whole.person)),
        "looks": looks_table(request, looks),
        "looks_total": total,
        "looks_shown": len(looks),
        "copy": COPY,
    }
    return render(request, "people/own.html", context)


@page("see own record")
@require_safe
def own_looks(request: PageRequest) -> HttpResponse:
    """Show everybody who has looked at the actor's record, page by page, between any two days."""
    record = own_record(request)
    form = LooksAsked(request.GET)
    form.is_valid()
    first, last = (form.cleaned_data.get(name) for name in ("looked_from", "looked_to"))
    since = dt.datetime.combine(first, dt.time(), LONDON).astimezone(dt.UTC) if first else None
    before = end_of(last) + dt.timedelta(microseconds=1) if last else None
    total = count_looks_at(record.person, since=since, before=before)
    paging = Paging.asked(request, total=total, size=_LOOKS)
    found = looks_at(
        record.person, since=since, before=before, start=paging.offset, limit=paging.size
    )
    note_look(request.actor, what="own record", purpose=request.purpose, people=[record.person])
    context = {
        "search": form,
        "looks": looks_table(request, found),
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "people/own_looks.html", context)


def _linked(request: PageRequest, linked: tuple[Linked, ...]) -> Table:
    """Return which records of which systems are held to be the person's, and why."""
    return table(
        request,
        caption=_("Records that were matched to you"),
        columns=[
            Column(_("Record")),
            Column(_("Why it is held to be yours")),
            Column(_("Since")),
            Column(_("Until")),
        ],
        rows=[
            (
                Cell(one.employer, note=f"{one.system}, {one.staff_number}"),
                str(LINKED.get(one.rule, one.rule)),
                moment(one.recorded_from),
                moment(one.recorded_to) or _("In force"),
            )
            for one in linked
        ],
        empty=_("No record was matched to you."),
    )
