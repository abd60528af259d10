"""Offering a post to somebody of another employer: whom, what, from when; checked, then drafted."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muster.gates.looks import note_look
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError
from muster.kernel.ids import new_id
from muster.pagekit.jinja import day
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.register.people.restricting.queries import employers
from muster.services.transfers.forms import Offer, say
from muster.services.transfers.process import driving
from muster.services.transfers.reach import worker
from muster.services.transfers.showing import find_person
from muster.services.transfers.wording import kind_words


@page("offer transfers")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Ask whom a post is offered, show it to be checked, and draft the transfer."""
    own = within(request, "offer transfers")
    if own is None:
        raise no_such("page")
    others = [(str(key), title) for key, title in employers() if key != own]
    posted = request.POST if request.method == "POST" else None
    form = Offer(posted, employers=others, key=str(new_id()))
    if not form.is_bound or request.POST.get("do") == "change" or not form.is_valid():
        return _form(request, form)
    said = form.cleaned_data
    person = find_person(
        request.actor, employer=uuid.UUID(said["employer"]), surname=said["surname"],
        staff_number=said["staff_number"], nino=said["nino"],
    )  # fmt: skip
    # Asked for, found or not: numbers that are tried stand in the access log.
    note_look(request.actor, what="person to offer a post", purpose=request.purpose,
              people=[person] if person else [])  # fmt: skip
    if person is None:
        form.add_error(
            "staff_number" if said["staff_number"] else "nino",
            _("Nobody of this employer has this number and this surname. Check both."),
        )
        return _form(request, form)
    if request.POST.get("do") != "confirm":
        return render(request, "transfers/new_check.html", {
            "form": form, "rows": _rows(form, dict(others)), "posted": _posted(request),
        })  # fmt: skip
    return _draft(request, form, person, own)


def _draft(
    request: PageRequest, form: Offer, person: uuid.UUID, own: uuid.UUID
) -> HttpResponse:  # fmt: skip
    said = form.cleaned_data
    try:
        moved = driving.draft(
            person=person, exporter=uuid.UUID(said["employer"]), importer=own, kind=said["kind"],
            first_day=said["first_day"], post=said["post"], worker=worker(request.actor),
            clock=SYSTEM_CLOCK, key=said["key"], backdated_because=said["backdated_because"],
            return_day=said["return_day"] if said["kind"] == "loan" else None,
        )  # fmt: skip
    except MusterError as problem:
        say(form, problem)
        return _form(request, form)
    leave_notice(request, _("The transfer is drafted. The person learns of it once it is offered."))
    return redirect("transfers:transfer", moved.transfer)


def _form(request: PageRequest, form: Offer) -> HttpResponse:
    return render(request, "transfers/new.html", {"form": form})


def _rows(form: Offer, titles: dict[str, str]) -> list[tuple[str, str]]:
    said = form.cleaned_data
    rows = [
        (_("They leave"), titles.get(said["employer"], "")),
        (_("Surname"), said["surname"]),
        (_("Number"), said["staff_number"] or said["nino"]),
        (_("Kind of move"), kind_words(said["kind"])),
        (_("Post"), said["post"]),
        (_("First day"), day(said["first_day"])),
    ]
    if said["kind"] == "loan":
        rows.append((_("First day back"), day(said["return_day"])))
    if said["backdated_because"]:
        rows.append((_("Why the first day has passed"), said["backdated_because"]))
    return rows


def _posted(request: PageRequest) -> list[tuple[str, str]]:
    return [(name, one) for name, said in request.POST.lists()
            if name not in ("csrfmiddlewaretoken", "do") for one in said]  # fmt: skip


addresses = [path("new", new, name="new")]
