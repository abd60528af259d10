"""Employers: the list, and one with its names, relations, sources and returns."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.kernel.errors import NotFound
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import day
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
from muster.register.employers import queries
from muster.register.employers.rules import Organisation
from muster.register.posts import queries as posts
from muster.services.people.forms import EmployerFilters
from muster.services.people.wording import STATUS_COLOURS, STATUSES


@page("see employers")
@require_safe
def employers(request: PageRequest) -> HttpResponse:
    """Show employers by title, with filters."""
    search = EmployerFilters(request.GET, kinds=queries.kinds())
    search.is_valid()
    given = search.cleaned_data
    asked = {
        "words": given.get("q", ""),
        "status": given.get("status", ""),
        "kind": given.get("kind", ""),
    }
    paging = Paging.asked(request, total=queries.search(**asked, limit=0).total)
    if request.GET.get("as") == "csv":
        return _csv(queries.search(**asked, limit=paging.total))
    found = queries.search(**asked, start=paging.offset, limit=paging.size)
    context = {
        "search": search,
        "employers": _table(request, found, csv=query_with(request, **{"as": "csv"})),
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "people/employers.html", context)


@page("see employers")
@require_safe
def employer(request: PageRequest, employer: uuid.UUID) -> HttpResponse:
    """Show one employer."""
    found = queries.by_id(employer)
    if found is None:
        raise NotFound(_("There is no such employer"), fix=_("Search for it again"))
    ids = queries.ids_by_key()
    context = {
        "employer": found,
        "status": _status(found),
        "facts": _facts(found),
        "names": _names(request, found, employer),
        "relations": [
            (heading, _links(keys, ids))
            for heading, keys in (
                (_("Belongs to"), found.parents),
                (_("Has under it"), [child.key for child in queries.children(found.key)]),
                (_("Was replaced by"), found.superseded_by),
                (_("Took the place of"), found.supersedes),
            )
            if keys
        ],
        "returns": _returns(request, employer),
    }
    return render(request, "people/employer.html", context)


def _table(request: PageRequest, found: queries.EmployerPage, *, csv: str) -> Table:
    return table(
        request,
        caption=_("Employers"),
        columns=[Column(_("Name")), Column(_("Short")), Column(_("Kind")), Column(_("Status"))],
        rows=[
            (
                Cell(organisation.title, reverse("people:employer", args=[own_id])),
                organisation.abbreviation,
                organisation.kind or _("Not stated"),
                _status(organisation),
            )
            for own_id, organisation in found.found
        ],
        empty=_("No employer fits. Try fewer or other words, or clear the filters."),
        downloads=[Download(_("Download these employers as CSV"), csv)] if found.found else [],
    )


def _csv(found: queries.EmployerPage) -> HttpResponse:
    headings = [
        _("Key"), _("Name"), _("Short"), _("Kind"), _("Status"), _("Opened"), _("Closed"),
        _("Belongs to"), _("Was replaced by"), _("Sources"),
    ]  # fmt: skip
    rows = (
        (
            one.key, one.title, one.abbreviation, one.kind, STATUSES[one.status],
            one.opened and one.opened.text, one.closed and one.closed.text,
            "; ".join(one.parents), "; ".join(one.superseded_by), "; ".join(one.sources),
        )
        for _id, one in found.found
    )  # fmt: skip
    return as_csv("employers.csv", headings, rows)


def _status(organisation: Organisation) -> Cell:
    colour = STATUS_COLOURS.get(organisation.status, "blue")
    return Cell(STATUSES[organisation.status], tag=colour)


def _facts(found: Organisation) -> list[tuple[str, Any]]:
    return [
        (_("Key"), found.key),
        (_("Kind"), found.kind or _("Not stated")),
        (_("Opened"), found.opened.text if found.opened else _("Not stated")),
        (_("Closed"), found.closed.text if found.closed else _("Not stated")),
        (_("Sources"), "; ".join(found.sources)),
    ]


def _names(request: PageRequest, found: Organisation, employer: uuid.UUID) -> Table:
    """Return every name by which files may call the employer, and why each is known."""
    stated = [(found.title, _("Its name"))]
    stated += [(name, _("Another or former name")) for name in found.former_names]
    stated += [(short, _("Abbreviation")) for short in found.abbreviations]
    chosen = [
        (
            choice.stated,
            _("Chosen by %(who)s on %(when)s")
            % {"who": choice.chosen_by, "when": choice.chosen_on},
        )
        for choice in queries.choices(employer=employer)
    ]
    return table(
        request,
        caption=_("Names"),
        columns=[Column(_("Name")), Column(_("How it is known"))],
        rows=stated + chosen,
        empty="",
    )


def _links(keys: Sequence[str], ids: dict[str, uuid.UUID]) -> list[tuple[str, str]]:
    """Return title and address of each employer named by key; no address where it is not listed."""
    titles = queries.titles([ids[key] for key in keys if key in ids])
    return [
        (titles[ids[key]], reverse("people:employer", args=[ids[key]])) if key in ids else (key, "")
        for key in keys
    ]


def _returns(request: PageRequest, employer: uuid.UUID) -> Table:
    """Return the dates of published posts, and whether this employer returned for each."""
    made = posts.returned_dates(str(employer))
    address = reverse("people:posts")
    rows = [
        (
            day(date),
            Cell(
                _("See its posts on %(date)s") % {"date": day(date)},
                f"{address}?{urlencode({'employer': employer.hex, 'as_at': date.isoformat()})}",
            )
            if date in made
            else _("No return"),
        )
        for date in reversed(posts.dates())
    ]
    return table(
        request,
        caption=_("Returns of published posts"),
        columns=[Column(_("As at")), Column(_("Return"))],
        rows=rows if made else [],
        empty=_("This employer has made no return of posts."),
    )
