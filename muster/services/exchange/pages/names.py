"""Employer names that no rule certainly knows: a person chooses once, and the rows go on."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound
from muster.pagekit.jinja import day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Paging, pagination, table
from muster.pagekit.views import PageRequest, page, render
from muster.register.employers import queries as employers
from muster.register.employers.actions import forget_name
from muster.register.employers.rules import Organisation
from muster.register.names import (
    WaitingName,
    choose_employer,
    count_waiting_names,
    waiting_names,
)
from muster.services.exchange.forms import ChooseEmployer, SearchEmployer

_PAGE, _CANDIDATES, _FOUND = 25, 5, 15


@page("choose employer names")
@require_safe
def waiting(request: PageRequest) -> HttpResponse:
    """Show the names that wait, most rows first, with the likeliest employer of each."""
    paging = Paging.asked(request, total=count_waiting_names()[0], size=_PAGE)
    found = waiting_names(candidates=1, start=paging.offset, limit=paging.size)
    shown = table(
        request,
        caption=_("Names that wait for a choice"),
        columns=[
            Column(_("Name in the file")),
            Column(_("Parent department in the file")),
            Column(_("Rows"), numeric=True),
            Column(_("Files"), numeric=True),
            Column(_("Likeliest employer")),
        ],
        rows=[
            (
                Cell(
                    name.stated,
                    f"{reverse('exchange:choose')}?{urlencode({'stated': name.stated})}",
                ),
                name.parent,
                name.rows,
                name.feeds,
                Cell(name.candidates[0].title, note=_likeness(name)) if name.candidates else "",
            )
            for name in found
        ],
        empty=_("No name waits. Rows whose employer is not certain are listed here."),
    )
    context = {
        "said": take_notice(request),
        "names": shown,
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }
    return render(request, "exchange/names.html", context)


@page("choose employer names")
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: PageRequest) -> HttpResponse:
    """Ask which employer a name means: a likely one, or one searched for."""
    name = _waiting(request.GET.get("stated", ""))
    words = request.GET.get("q", "").strip()
    offered = _found_items(words) if words else _likely_items(name)
    form = ChooseEmployer(
        request.POST if request.method == "POST" else None,
        offered=[(item["value"], item["text"]) for item in offered],
    )
    if request.method == "POST" and form.is_valid():
        chosen = {"stated": name.stated, "employer": form.cleaned_data["employer"]}
        return redirect(f"{reverse('exchange:check')}?{urlencode(chosen)}")
    context = {
        "name": name,
        "form": form,
        "offered": offered,
        "words": words,
        "search": SearchEmployer({"stated": name.stated, "q": words}, auto_id="search_%s"),
    }
    return render(request, "exchange/choose.html", context)


@page("choose employer names")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: PageRequest) -> HttpResponse:
    """Show the choice once more; on POST remember it and let the rows go on."""
    name = _waiting(request.GET.get("stated", ""))
    employer, organisation = _employer(request.GET.get("employer", ""))
    if request.method != "POST":
        context = {"name": name, "chosen": organisation, "back": request.GET.urlencode()}
        return render(request, "exchange/check.html", context)
    went_on = choose_employer(
        stated=name.stated, employer=employer, by=request.actor.id, read=read, clock=SYSTEM_CLOCK
    )
    words = ngettext(
        "“%(stated)s” means %(employer)s. %(count)s row went on.",
        "“%(stated)s” means %(employer)s. %(count)s rows went on.",
        went_on,
    )
    facts = {"stated": name.stated, "employer": organisation.title, "count": f"{went_on:,}"}
    leave_notice(request, words % facts)
    return redirect("exchange:names")


@page("choose employer names")
@require_safe
def remembered(request: PageRequest) -> HttpResponse:
    """Show the choices in force."""
    shown = table(
        request,
        caption=_("Choices in force"),
        columns=[
            Column(_("Name in the file")),
            Column(_("Employer")),
            Column(_("Chosen by")),
            Column(_("Chosen on")),
            Column(_("Withdraw")),
        ],
        rows=[
            (
                choice.stated,
                choice.employer,
                choice.chosen_by,
                day(dt.date.fromisoformat(choice.chosen_on)),
                Cell(
                    _("Withdraw “%(stated)s”") % {"stated": choice.stated},
                    reverse("exchange:withdraw", args=[choice.id]),
                ),
            )
            for choice in employers.choices()
        ],
        empty=_("No choice has been made yet."),
    )
    context = {"said": take_notice(request), "choices": shown}
    return render(request, "exchange/remembered.html", context)


@page("choose employer names")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PageRequest, choice: uuid.UUID) -> HttpResponse:
    """Ask once more, then withdraw a remembered choice."""
    found = next((kept for kept in employers.choices() if kept.id == choice), None)
    if found is None:
        raise NotFound(_("This choice is no longer in force"), fix=_("See the choices in force"))
    if request.method != "POST":
        return render(request, "exchange/withdraw.html", {"choice": found})
    forget_name(choice=choice, by=request.actor.id, clock=SYSTEM_CLOCK)
    words = _("The choice for “%(stated)s” is withdrawn. The next file will ask again.")
    leave_notice(request, words % {"stated": found.stated})
    return redirect("exchange:remembered")


def _waiting(stated: str) -> WaitingName:
    """Return a name that waits.

    Raises:
        NotFound: if it does not wait, or no longer.
    """
    found = waiting_names(stated=stated, candidates=_CANDIDATES) if stated else ()
    if not found:
        raise NotFound(
            _("No row waits for this name any more"), fix=_("Go back to the names that wait")
        )
    return found[0]


def _employer(employer: str) -> tuple[uuid.UUID, Organisation]:
    found = employers.find(employer)
    if found is None:
        raise NotFound(_("There is no such employer"), fix=_("Go back and choose another"))
    return found


def _likely_items(name: WaitingName) -> list[dict[str, Any]]:
    """Return the likely employers as radio items, each with its score and the reason for it."""
    return [
        {
            "value": candidate.key,
            "text": candidate.title,
            "hint": {
                "text": _("Likeness %(score)s of 100: %(reason)s")
                % {"score": f"{candidate.score:g}", "reason": candidate.reason}
            },
        }
        for candidate in name.candidates
    ]


def _found_items(words: str) -> list[dict[str, Any]]:
    found = employers.search(words, limit=_FOUND).found
    return [
        {
            "value": organisation.key,
            "text": organisation.title,
            "hint": {"text": organisation.kind or organisation.status},
        }
        for _id, organisation in found
    ]


def _likeness(name: WaitingName) -> str:
    likeliest = name.candidates[0]
    return f"{likeliest.score:g}: {likeliest.reason}"
