"""People: searching for one, one person's record, and one's own."""

import datetime as dt
import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.access import Subject
from muster.gates.looks import count_looks_at, looks_at, note_look
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import NotFound
from muster.pagekit.jinja import day
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, page, render, require, within
from muster.register.people import queries
from muster.register.people.queries import Found, PersonRecord
from muster.services.people.forms import PersonSearch
from muster.services.people.record import (
    employments_table,
    history_table,
    known_to,
    looks_table,
    names_table,
)
from muster.services.people.wording import ENGAGEMENTS

_PAGE, _LOOKS = 25, 50


@page("search people")
@require_safe
def search(request: PageRequest) -> HttpResponse:
    """Find people whom the actor's employer employs on a day; nobody is listed without words."""
    own = within(request, "search people")
    form = PersonSearch(request.GET)
    context: dict[str, object] = {"search": form, "today": day(_today())}
    if form.is_valid() and form.cleaned_data["q"].strip():
        words, as_at = form.cleaned_data["q"], form.cleaned_data["as_at"] or _today()
        employers = None if own is None else [own]
        counted = queries.search(words, as_at=as_at, employers=employers, limit=0)
        paging = Paging.asked(request, total=counted.total, size=_PAGE)
        found = queries.search(
            words, as_at=as_at, employers=employers, start=paging.offset, limit=paging.size
        ).found
        if found:
            seen = [one.person for one in found]
            note_look(request.actor, what="search", purpose=request.purpose, people=seen)
        context |= {
            "found": _table(request, found, as_at),
            "paging_now": paging,
            "page_links": pagination(request, paging),
        }
    return render(request, "people/search.html", context)


@page("see person")
@require_safe
def person(request: PageRequest, person: uuid.UUID) -> HttpResponse:
    """Show a person's record as far as the actor's employer knows it; the look is logged."""
    form = PersonSearch(request.GET)
    as_at = (form.is_valid() and form.cleaned_data["as_at"]) or _today()
    record = record_within(request, person, as_at)
    note_look(request.actor, what="person", purpose=request.purpose, people=[person])
    context = _context(request, record, person) | {"back": reverse("people:search")}
    return render(request, "people/person.html", context)


@page("see own record")
@require_safe
def own(request: PageRequest) -> HttpResponse:
    """Show the actor's own record, all of it, and who has looked at it."""
    record = own_record(request)
    person = record.person
    looks, total = looks_at(person, limit=_LOOKS), count_looks_at(person)
    note_look(request.actor, what="own record", purpose=request.purpose, people=[person])
    context = _context(request, record) | {
        "looks": looks_table(request, looks),
        "looks_total": total,
        "looks_shown": len(looks),
    }
    return render(request, "people/own.html", context)


def record_within(request: PageRequest, person: uuid.UUID, as_at: dt.date) -> PersonRecord:
    """Return a person's record as far as the actor may see it.

    Raises:
        NotFound: if there is no such person, or none within reach.
        NotPermitted: if the role gives the verb for another purpose only.
    """
    record, own = queries.person(person, as_at), within(request, "see person")
    employers = {fact.employer for fact in record.history.employments} if record else set()
    known = own if own in employers else next(iter(employers), None)
    require(request, "see person", Subject("person", known, person))
    if record is None:
        raise NotFound(_("There is no such person"), fix=_("Search for the person again"))
    return record if own is None else known_to(record, own)


def own_record(request: PageRequest) -> PersonRecord:
    """Return the actor's own record, all of it.

    Raises:
        NotFound: if the register holds none.
    """
    person = request.actor.person
    require(request, "see own record", Subject("person", request.actor.employer, person))
    record = queries.person(person, _today()) if person else None
    if record is None:
        raise NotFound(
            _("The register holds no record about you"),
            fix=_("Ask the HR team of your employer whether its system has sent your record"),
        )
    return record


def _context(
    request: PageRequest, record: PersonRecord, person: uuid.UUID | None = None
) -> dict[str, object]:
    """Return the tables of a record; ``person`` is None where it is the actor's own."""

    def to(fact: uuid.UUID) -> str:
        if person is None:
            return reverse("people:own-origin", args=[fact])
        return reverse("people:origin", args=[person, fact])

    return {
        "record": record,
        "employments": employments_table(request, record, to=to),
        "names": names_table(request, record, to=to),
        "history": history_table(request, record, to=to),
    }


def _table(request: PageRequest, found: tuple[Found, ...], as_at: dt.date) -> Table:
    parts = {"as_at_day": as_at.day, "as_at_month": as_at.month, "as_at_year": as_at.year}
    return table(
        request,
        caption=_("People employed on %(date)s") % {"date": day(as_at)},
        columns=[
            Column(_("Name")),
            Column(_("Employer")),
            Column(_("Engagement")),
            Column(_("Grade as stated")),
            Column(_("Profession")),
            Column(_("Place")),
        ],
        rows=[
            (
                Cell(one.name, f"{reverse('people:person', args=[one.person])}?{urlencode(parts)}"),
                one.employer,
                str(ENGAGEMENTS.get(one.engagement, one.engagement)),
                one.grade or _("Not stated"),
                one.profession or _("Not stated"),
                one.place or _("Not stated"),
            )
            for one in found
        ],
        empty=_("Nobody of your employer has a name with these words on this day."),
    )


def _today() -> dt.date:
    return legal_day(SYSTEM_CLOCK.now())
