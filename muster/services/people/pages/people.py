"""People: searching for one, one person's record, and one's own."""

import datetime as dt
import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.access import may_ever
from muster.gates.looks import note_look
from muster.gates.people import as_known_to, own_subject, person_subject, viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import NotFound
from muster.pagekit.jinja import day
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, no_such, page, render, require, within
from muster.register.people import queries
from muster.register.people.person_record import record_on
from muster.register.people.queries import Found, PersonRecord
from muster.register.told.queries import disputed
from muster.services.people.forms import DatesAsked, PersonSearch
from muster.services.people.pages.value_words import name_words
from muster.services.people.pages.values import (
    Dates,
    Seen,
    changes_table,
    comparison_table,
    person_trace,
    seen_of,
    values_table,
)
from muster.services.people.record import (
    Trace,
    employments_table,
    history_table,
    known_to,
    names_table,
)
from muster.services.people.wording import ENGAGEMENTS

_PAGE, _CHANGES = 25, 25


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
        viewer = viewer_of(request.actor)
        counted = queries.search(words, as_at=as_at, employers=employers, viewer=viewer, limit=0)
        paging = Paging.asked(request, total=counted.total, size=_PAGE)
        found = queries.search(
            words, as_at=as_at, employers=employers, viewer=viewer, start=paging.offset,
            limit=paging.size,
        ).found  # fmt: skip
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
    """Show a person's record as far as the actor's employer knows it; the look is logged.

    It shows any day, as known now or on another day, and what differs between two days.
    """
    form = DatesAsked(request.GET)
    dates = Dates.asked(form)
    whole, own = _whole_within(request, person, dates.as_at)
    record = record_on(whole if own is None else known_to(whole, own), dates.as_at, dates.known)
    note_look(request.actor, what="person", purpose=request.purpose, people=[person])
    context = dated(request, record, seen_of(whole, own), dates, to=person_trace(person))
    context |= {"back": reverse("people:search"), "dates": form, "conflicts": ""}
    if may_ever(request.actor, "settle conflicts"):
        context["conflicts"] = reverse("people:conflicts")
    return render(request, "people/person.html", context)


def dated(
    request: PageRequest,
    record: PersonRecord,
    seen: Seen,
    dates: Dates,
    *,
    to: Trace,
    own: bool = False,
) -> dict[str, object]:
    """Return what the pages of a record draw: its values on a day, what changed, its facts."""
    changes = seen.own.changes(dates.known)
    paging = Paging.asked(request, total=len(changes), size=_CHANGES)
    name = name_words(seen.values(dates.as_at, dates.known))
    return {
        "record": record,
        "name": name or record.name,
        "on": day(dates.as_at),
        "known": day(dates.known_day) if dates.known_day else "",
        "values": values_table(
            request, seen, dates, to=to, disputes=disputed(record.person), own=own
        ),
        "comparison": comparison_table(request, seen, dates, to=to),
        "changes": changes_table(request, changes, seen, paging, to=to),
        "changes_now": paging,
        "changes_links": pagination(request, paging),
        "employments": employments_table(request, record, to=to),
        "names": names_table(request, record, to=to),
        "history": history_table(request, record, to=to),
    }


def record_within(request: PageRequest, person: uuid.UUID, as_at: dt.date) -> PersonRecord:
    """Return a person's record as far as the actor may see it. Raises as ``_whole_within``."""
    known, own = _whole_within(request, person, as_at)
    return known if own is None else known_to(known, own)


def _whole_within(
    request: PageRequest, person: uuid.UUID, as_at: dt.date
) -> tuple[PersonRecord, uuid.UUID | None]:
    """Return all of a person's record that the actor may know of, and whose word they may see.

    What other employers say is for the rules alone, never for the page.

    Raises:
        NotFound: if there is no such person, or none within reach of whom the actor may know. It
            takes as many statements to say so of the one as of the other.
        NotPermitted: if the role gives the verb for another purpose only.
    """
    own = within(request, "see person")
    require(request, "see person", person_subject(request.actor, person))
    record = queries.person(person, as_at)
    if record is None:
        raise no_such("person")
    return as_known_to(request.actor, record), own


def own_record(request: PageRequest) -> PersonRecord:
    """Return the actor's own record, all of it.

    Raises:
        NotFound: if the register holds none.
    """
    person = request.actor.person
    require(request, "see own record", own_subject(request.actor))
    record = queries.person(person, _today()) if person else None
    if record is None:
        raise NotFound(
            _("The register holds no record about you"),
            fix=_("Ask the HR team of your employer whether its system has sent your record"),
        )
    return record


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
