"""Who saw a person, and whom a reader saw, between two days: asked, shown, downloaded, logged."""

import uuid
from collections.abc import Iterable, Iterator

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates import inquiries as asking
from muster.gates.inquiries import InquiryView
from muster.gates.looks import LookView
from muster.gates.watching import index
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.access_words import PURPOSES, glass_words
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import day, moment
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
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.register.employers.queries import titles
from muster.services.oversight.forms import AskPerson, AskReader
from muster.services.oversight.reach import employers_within, person_asked
from muster.services.oversight.wording import INQUIRY_BECAUSE, LOOKS

_PAGE = 50


@page("investigate looks")
@require_safe
def inquiries(request: PageRequest) -> HttpResponse:
    """List the actor's own inquiries."""
    rows = [
        (
            Cell(_about(one), reverse("oversight:inquiry", args=[one.id])),
            day(one.starts),
            day(one.ends),
            str(INQUIRY_BECAUSE[one.reason]),
            moment(one.at),
        )
        for one in asking.inquiries_of(request.actor.id)
    ]
    columns = [
        Column(_("About")),
        Column(_("From")),
        Column(_("To and including")),
        Column(_("Reason")),
        Column(_("Asked")),
    ]
    made = table(
        request, caption=_("Your inquiries"), columns=columns, rows=rows,
        empty=_("You have asked nothing yet."),
    )  # fmt: skip
    return render(request, "oversight/inquiries.html", {"made": made})


@page("investigate looks")
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: PageRequest) -> HttpResponse:
    """Ask who saw a person; an identifier of nobody is answered as one at whom nobody looked."""
    form = AskPerson(
        request.POST if request.method == "POST" else None,
        employers=employers_within(request, "investigate looks"),
    )
    if form.is_bound and form.is_valid():
        return _asked(request, form, person_asked(form.cleaned_data))
    context = {"form": form, "title": _("Who saw this person?")}
    return render(request, "oversight/ask.html", context)


@page("investigate looks")
@require_http_methods(["GET", "HEAD", "POST"])
def reader(request: PageRequest) -> HttpResponse:
    """Ask whom a reader saw."""
    form = AskReader(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _asked(request, form, None, form.cleaned_data["reader"])
    context = {"form": form, "title": _("Whom did this reader see?")}
    return render(request, "oversight/ask.html", context)


@page("investigate looks")
@require_safe
def answer(request: PageRequest, inquiry: uuid.UUID) -> HttpResponse:
    """Show an inquiry's answer to whoever asked, page by page or as a file; each is a look."""
    asked = asking.inquiry_of(inquiry, request.actor.id)
    if asked is None:
        raise no_such("inquiry")
    index()
    as_file = request.GET.get("as") == "csv"
    paging = Paging.asked(request, total=asking.count_answer(asked), size=_PAGE)
    shown = asking.answer(asked, start=paging.offset, limit=paging.size)
    asking.note_answer(request.actor, request.purpose, asked, as_file=as_file)
    if as_file:
        return _csv(asking.whole_answer(asked))
    context = {
        "about": _about(asked),
        "facts": [
            (_("From"), day(asked.starts)),
            (_("To and including"), day(asked.ends)),
            (_("Reason"), str(INQUIRY_BECAUSE[asked.reason])),
            (_("In your own words"), asked.words),
        ],
        "looks": _table(request, asked, shown),
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "oversight/inquiry.html", context)


def _asked(
    request: PageRequest, form: AskPerson | AskReader, person: uuid.UUID | None, reader: str = ""
) -> HttpResponse:
    given = form.cleaned_data
    made = asking.ask(
        request.actor, purpose=request.purpose, starts=given["starts"], ends=given["ends"],
        reason=given["reason"], words=given["words"], clock=SYSTEM_CLOCK, person=person,
        reader=reader,
    )  # fmt: skip
    return redirect("oversight:inquiry", made)


def _about(asked: InquiryView) -> str:
    if asked.kind == "reader":
        return _("What %(reader)s looked at") % {"reader": asked.reader}
    if asked.person is None:
        return _("Who looked at the record that was asked for")
    return _("Who looked at the record %(person)s") % {"person": asked.person}


def _table(request: PageRequest, asked: InquiryView, shown: tuple[LookView, ...]) -> Table:
    named = _employers(shown)
    rows = [
        (
            moment(look.at),
            Cell(look.name, note=look.by),
            ", ".join(look.roles),
            named.get(look.employer, ""),
            Cell(_what(look), note=_people(look) if asked.kind == "reader" else ""),
            Cell(str(PURPOSES.get(look.purpose, look.purpose)), note=glass_words(look.glass)),
        )
        for look in shown
    ]
    return table(
        request,
        caption=_("Looks, the latest first"),
        columns=[Column(heading) for heading in _headings()],
        rows=rows,
        empty=_("Nobody looked between these days, or there is no such record or reader."),
        downloads=[Download(_("Download as CSV"), query_with(request, **{"as": "csv"}))],
    )


def _headings() -> list[str]:
    return [_("When"), _("Who"), _("Role"), _("Employer"), _("What"), _("What for")]


def _csv(looks: Iterator[LookView]) -> HttpResponse:
    found = list(looks)
    named = _employers(found)
    rows = (
        (
            look.at.isoformat(), look.name, ", ".join(look.roles), named.get(look.employer, ""),
            _what(look), str(PURPOSES.get(look.purpose, look.purpose)), look.by,
            glass_words(look.glass), " ".join(look.people), look.position,
        )
        for look in found
    )  # fmt: skip
    more = [_("Actor"), _("Opened in an emergency"), _("Records"), _("Entry of the access log")]
    return as_csv("looks.csv", [*_headings(), *more], rows)


def _employers(looks: Iterable[LookView]) -> dict[str, str]:
    ids = {uuid.UUID(look.employer) for look in looks if look.employer}
    return {str(employer): title for employer, title in titles(list(ids)).items()}


def _what(look: LookView) -> str:
    return str(LOOKS.get(look.what, look.what))


def _people(look: LookView) -> str:
    most = 3
    if len(look.people) > most:
        return _("%(count)s records") % {"count": f"{len(look.people):,}"}
    return ", ".join(look.people)
