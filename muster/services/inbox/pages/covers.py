"""Cover for absence, and the shared mailbox of a team."""

import datetime as dt
import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from muster.casework.covering import CoverView, covers_of, end_cover, set_cover
from muster.casework.notifying.colleagues import set_team_address, team, team_address
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import MusterError, NotPermitted
from muster.pagekit.access_words import ROLES
from muster.pagekit.jinja import day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell
from muster.pagekit.views import PageRequest, page, render
from muster.services.inbox.forms import Mailbox, SetCover, say
from muster.services.inbox.reach import leads, seen
from muster.services.inbox.wording import COVERS


@page("cover colleagues")
@require_http_methods(["GET", "HEAD", "POST"])
def covers(request: PageRequest) -> HttpResponse:
    """Show the covers that are or will be, and take a new one."""
    actor, now = request.actor, SYSTEM_CLOCK.now()
    seen(actor, SYSTEM_CLOCK)
    form = _form(request, now)
    if form is not None and form.is_bound and form.is_valid():
        said = form.cleaned_data
        assert actor.employer is not None
        try:
            set_cover(
                absent=said["absent"], coverer=said["coverer"], employer=actor.employer,
                role=_role(request, said["absent"], said["coverer"], now), since=said["since"],
                until=said["until"], by=actor.id, leads=bool(leads(actor)), clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except MusterError as problem:
            say(form, problem)
        else:
            leave_notice(request, _("Set. Your colleague is told."))
            return redirect("inbox:covers")
    found = covers_of(actor.id, actor.employer, leads(actor), now=now)
    return render(request, "inbox/covers.html", {
        "form": form, "covers": [(one, _facts(one)) for one in found],
        "said": take_notice(request), "leads": bool(leads(actor)),
    }, status=400 if form is not None and form.errors else 200)  # fmt: skip


@page("cover colleagues")
@require_POST
def end(request: PageRequest, cover: uuid.UUID) -> HttpResponse:
    """End a cover before its last day."""
    actor = request.actor
    end_cover(cover=cover, by=actor.id, employer=actor.employer, leads=leads(actor),
              clock=SYSTEM_CLOCK)  # fmt: skip
    leave_notice(request, _("The cover has ended."))
    return redirect("inbox:covers")


@page("reassign tasks")
@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: PageRequest) -> HttpResponse:
    """State the shared mailbox of the reader's team, or none."""
    actor = request.actor
    roles = sorted(leads(actor))
    if not roles or actor.employer is None:
        raise NotPermitted("You lead no team", fix="Ask who hands over the tasks of your team")
    forms = {
        role: Mailbox(
            request.POST if request.method == "POST" and request.POST.get("role") == role else None,
            initial={"email": team_address(actor.employer, role)}, auto_id=f"mailbox_{place}_%s",
        )
        for place, role in enumerate(roles)
    }  # fmt: skip
    for role, form in forms.items():
        if not form.is_bound or not form.is_valid():
            continue
        try:
            set_team_address(employer=actor.employer, role=role, email=form.cleaned_data["email"],
                             by=actor.id, clock=SYSTEM_CLOCK)  # fmt: skip
        except MusterError as problem:
            say(form, problem)
        else:
            leave_notice(request, _("Saved."))
            return redirect("inbox:mailbox")
    wrong = next((form for form in forms.values() if form.errors), None)
    return render(request, "inbox/mailbox.html", {
        "forms": [(role, ROLES.get(role, role), form) for role, form in forms.items()],
        "wrong": wrong, "said": take_notice(request),
    }, status=400 if wrong else 200)  # fmt: skip


def _form(request: PageRequest, now: dt.datetime) -> SetCover | None:
    """Return the form of a new cover; None where the reader has no colleague here."""
    actor = request.actor
    if actor.employer is None:
        return None
    known: dict[str, str] = {}
    for role in sorted(actor.roles):
        known |= {one.actor: one.name for one in team(actor.employer, role, now=now)}
    colleagues = [(key, name) for key, name in known.items() if key != actor.id]
    if not colleagues:
        return None
    absent = [(actor.id, _("Me")), *(colleagues if leads(actor) else [])]
    everybody = [*colleagues, *([(actor.id, _("Me"))] if leads(actor) else [])]
    return SetCover(request.POST if request.method == "POST" else None, absent=absent,
                    colleagues=everybody, today=legal_day(now))  # fmt: skip


def _role(request: PageRequest, absent: str, coverer: str, now: dt.datetime) -> str:
    """Return the role that both have; the first of the reader's where there is none."""
    employer = request.actor.employer
    assert employer is not None
    roles = sorted(request.actor.roles)
    for role in roles:
        members = {one.actor for one in team(employer, role, now=now)}
        if {absent, coverer} <= members:
            return role
    return roles[0]


def _facts(one: CoverView) -> list[tuple[str, object]]:
    words, colour = COVERS[one.state]
    return [
        (_("State"), Cell(str(words), tag=colour)),
        (_("Who is away"), one.absent_name),
        (_("Who covers"), one.coverer_name),
        (_("First day"), day(one.since)),
        (_("Last day"), day(one.until)),
    ]
