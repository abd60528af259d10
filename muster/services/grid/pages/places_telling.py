"""Saying in which towns places are, and entering commitments: one by one, or as a list."""

import uuid
from collections.abc import Callable, Mapping

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from muster.gates.access import Subject, Verb
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.pagekit.jinja import day, moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, page, render, require, within
from muster.register.employers.queries import ids_by_key, name_index
from muster.register.employers.queries import titles as titles_of
from muster.register.employers.rules import read_employer_name
from muster.register.places import actions, queries
from muster.register.places.lists import MOST_BYTES, read_commitments, read_sites
from muster.register.places.queries import Promised, SaidPlace, WaitingPlace
from muster.register.places.towns import shipped_towns
from muster.services.grid.pages.places_forms import (
    CommitmentForm,
    CommitmentsForm,
    SiteForm,
    SitesForm,
)

_PAGE = 50
_SAY: Verb = "say where places are"
_KEEP: Verb = "keep commitments"


@page(_SAY)
@require_http_methods(["GET", "HEAD", "POST"])
def sites(request: PageRequest) -> HttpResponse:
    """Show the places whose town nobody knows, and take what is said of them."""
    own = within(request, _SAY)
    employers = _with_places(own)
    asked = _asked_of(request, own)
    post, uploaded = request.method == "POST", "file" in request.FILES or "list" in request.POST
    form = SiteForm(request.POST if post and not uploaded else None, initial=asked,
                    employers=employers)  # fmt: skip
    many = SitesForm(*((request.POST, request.FILES) if post and uploaded else ()),
                     employers=employers)  # fmt: skip
    if post and not uploaded and _done(form, lambda: _say_one(request, form)):
        return redirect("grid:places-sites")
    if post and uploaded and _done(many, lambda: _say_many(request, many)):
        return redirect("grid:places-sites")
    waiting, said = queries.waiting(own), queries.said_places(own)
    paging = Paging.asked(request, total=len(waiting), size=_PAGE)
    context = {
        "notice_said": take_notice(request),
        "form": form,
        "many": many,
        "waiting": _waiting(request, waiting[paging.offset :][: paging.size]),
        "paging_now": paging,
        "page_links": pagination(request, paging),
        "said": _said(request, said),
    }
    return render(request, "grid/places_sites.html", context)


@page(_SAY)
@require_http_methods(["GET", "HEAD", "POST"])
def undo_site(request: PageRequest, said: uuid.UUID) -> HttpResponse:
    """Ask once more, then take back in which town a place is."""
    own = within(request, _SAY)
    found = next((one for one in queries.said_places(own) if one.id == said), None)
    if found is None:
        raise NotFound(_("Nobody says this any more"), fix=_("See what is said of places"))
    if request.method != "POST":
        words = _("%(place)s of %(employer)s is in %(town)s") % {
            "place": found.name, "employer": found.employer_title, "town": found.town,
        }  # fmt: skip
        context = {"what": words, "back": reverse("grid:places-sites")}
        return render(request, "grid/places_undo.html", context)
    actions.undo_town(said=said, within=own, by=request.actor.id, clock=SYSTEM_CLOCK)
    leave_notice(request, _("Undone. %(place)s waits again.") % {"place": found.name})
    return redirect("grid:places-sites")


@page(_KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def commitments(request: PageRequest) -> HttpResponse:
    """Show the commitments that stand, and take new ones."""
    post, uploaded = request.method == "POST", "file" in request.FILES or "list" in request.POST
    form = CommitmentForm(
        request.POST if post and not uploaded else None, employers=_with_places(None)
    )
    many = CommitmentsForm(*((request.POST, request.FILES) if post and uploaded else ()))
    if post and not uploaded and _done(form, lambda: _enter_one(request, form)):
        return redirect("grid:places-commitments")
    if post and uploaded and _done(many, lambda: _enter_many(request, many)):
        return redirect("grid:places-commitments")
    context = {
        "notice_said": take_notice(request),
        "form": form,
        "many": many,
        "standing": _standing(request, queries.promises()),
    }
    return render(request, "grid/places_commitments.html", context)


@page(_KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def undo_commitment(request: PageRequest, commitment: uuid.UUID) -> HttpResponse:
    """Ask once more, then take back a commitment."""
    found = next((one for one in queries.promises() if one.id == commitment), None)
    if found is None:
        raise NotFound(_("This commitment does not stand any more"), fix=_("See those that stand"))
    if request.method != "POST":
        words = _("The commitment of %(employer)s for %(date)s") % {
            "employer": found.employer_title, "date": day(found.due),
        }  # fmt: skip
        context = {"what": words, "back": reverse("grid:places-commitments")}
        return render(request, "grid/places_undo.html", context)
    actions.undo_commitment(commitment=commitment, by=request.actor.id, clock=SYSTEM_CLOCK)
    leave_notice(request, _("The commitment is taken back."))
    return redirect("grid:places-commitments")


def _done(form: forms.Form, verb: Callable[[], None]) -> bool:
    """Do what a form asks; what is wrong with it becomes an error of the form."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            verb()
    except (BadInput, Conflict) as error:
        row = error.where.row if error.where else None
        before = _("Row %(row)s: ") % {"row": row} if row else ""
        said = f"{before}{error.what}. {error.fix}"
        form.add_error("file" if "file" in form.fields else None, said)
        return False
    return True


def _say_one(request: PageRequest, form: forms.Form) -> None:
    given = form.cleaned_data
    employer = uuid.UUID(hex=given["employer"])
    require(request, _SAY, Subject("place", employer))
    actions.say_town(
        employer=employer, name=given["place"], town=given["town"], by=request.actor.id,
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    town = shipped_towns().towns[given["town"]].name
    leave_notice(request, _("%(place)s is in %(town)s.") % {"place": given["place"], "town": town})


def _say_many(request: PageRequest, form: forms.Form) -> None:
    given = form.cleaned_data
    employer, file = uuid.UUID(hex=given["employer"]), given["file"]
    require(request, _SAY, Subject("place", employer))
    found = read_sites(file.read(MOST_BYTES + 1), file=file.name, index=shipped_towns())
    for one in found:
        actions.say_town(
            employer=employer, name=one.place, town=one.town, by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
    words = ngettext(
        "The town of %(count)s place is known now.", "The towns of %(count)s places are known now.",
        len(found),
    )  # fmt: skip
    leave_notice(request, words % {"count": f"{len(found):,}"})


def _enter_one(request: PageRequest, form: forms.Form) -> None:
    given = form.cleaned_data
    actions.enter_commitment(
        employer=uuid.UUID(hex=given["employer"]), due=given["due"], percent=given["percent"],
        roles=given["roles"], stated_by=given["stated_by"], source=given["source"],
        by=request.actor.id, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    leave_notice(request, _("The commitment is entered."))


def _enter_many(request: PageRequest, form: forms.Form) -> None:
    file = form.cleaned_data["file"]
    ids, index = ids_by_key(), name_index()

    def employer_of(name: str) -> str | None:
        key = read_employer_name(name, index).key
        return ids[key].hex if key else None

    found = read_commitments(file.read(MOST_BYTES + 1), file=file.name, employer_of=employer_of)
    for one in found:
        actions.enter_commitment(
            employer=uuid.UUID(hex=one.employer), due=one.due, percent=one.percent, roles=one.roles,
            stated_by=one.stated_by, source=one.source, by=request.actor.id, clock=SYSTEM_CLOCK,
        )  # fmt: skip
    words = ngettext(
        "%(count)s commitment is entered.", "%(count)s commitments are entered.", len(found)
    )
    leave_notice(request, words % {"count": f"{len(found):,}"})


def _asked_of(request: PageRequest, own: uuid.UUID | None) -> Mapping[str, str]:
    get = request.GET.get
    return {"employer": own.hex if own else get("employer", ""), "place": get("place", "")}


def _with_places(own: uuid.UUID | None) -> Mapping[uuid.UUID, str]:
    """Return the employers that name places, or the one to keep to."""
    named = titles_of([own]) if own else queries.employers_with_places()
    return dict(sorted(named.items(), key=lambda item: item[1]))


def _waiting(request: PageRequest, found: tuple[WaitingPlace, ...]) -> Table:
    return table(
        request,
        caption=_("Places whose town nobody knows"),
        columns=[Column(_("Place, as its employer names it")), Column(_("Employer"))],
        rows=[
            (
                Cell(one.name, href=_say_it(one)),
                one.employer_title,
            )
            for one in found
        ],
        empty=_("No place waits. Places whose name tells no town are listed here."),
    )


def _say_it(one: WaitingPlace) -> str:
    return f"?{urlencode({'employer': one.employer.hex, 'place': one.name})}#say"


def _said(request: PageRequest, found: tuple[SaidPlace, ...]) -> Table:
    return table(
        request,
        caption=_("What was said of places"),
        columns=[
            Column(_("Place, as its employer names it")),
            Column(_("Employer")),
            Column(_("Town")),
            Column(_("Said by")),
            Column(_("Said on")),
            Column(_("Undo")),
        ],
        rows=[
            (
                one.name, one.employer_title, one.town, one.said_by, moment(one.said_at),
                Cell(_("Undo"), href=reverse("grid:places-undo", args=[one.id]), unseen=one.name),
            )
            for one in found
        ],
        empty=_("Nothing has been said of places yet."),
    )  # fmt: skip


def _standing(request: PageRequest, found: tuple[Promised, ...]) -> Table:
    return table(
        request,
        caption=_("Commitments that stand"),
        columns=[
            Column(_("Employer")),
            Column(_("To be met by")),
            Column(_("Share outside London, in per cent"), numeric=True),
            Column(_("Number of people outside London"), numeric=True),
            Column(_("Stated by")),
            Column(_("Entered by")),
            Column(_("Undo")),
        ],
        rows=[
            (
                one.employer_title, day(one.due), "" if one.percent is None else one.percent,
                "" if one.roles is None else f"{one.roles:,}",
                Cell(one.stated_by, note=one.source),
                Cell(one.entered_by, note=moment(one.entered_at)),
                Cell(
                    _("Undo"), href=reverse("grid:places-commitment-undo", args=[one.id]),
                    unseen=f"{one.employer_title}, {day(one.due)}",
                ),
            )
            for one in found
        ],
        empty=_("No commitment is entered yet."),
    )  # fmt: skip
