"""What guardians were told of records opened in an emergency, and their review."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.looks import looks_under
from muster.gates.people import viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError
from muster.pagekit.access_words import EMERGENCIES
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.register.people.restricting import actions, queries
from muster.register.people.restricting.queries import NoticeView
from muster.services.oversight.forms import Review
from muster.services.oversight.wording import LOOKS, VERDICT_COLOURS, VERDICTS


@page("guard restrictions")
@require_safe
def notices(request: PageRequest) -> HttpResponse:
    """List what the actor was told as a guardian: what waits for a review, and what had one."""
    viewer = viewer_of(request.actor)
    context = {
        "said": take_notice(request),
        "waiting": _table(request, _("To review"), queries.notices(viewer, waiting=True)),
        "reviewed": _table(request, _("Reviewed"), queries.notices(viewer, waiting=False)),
    }
    return render(request, "oversight/notices.html", context)


@page("guard restrictions")
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: PageRequest, notice: uuid.UUID) -> HttpResponse:
    """Show who opened a record and why; take what the guardian found of it."""
    found = next(iter(queries.notices(viewer_of(request.actor), which=notice)), None)
    if found is None:
        raise no_such("notice")
    form = Review(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.review(
                notice=notice, verdict=form.cleaned_data["verdict"],
                words=form.cleaned_data["words"], by=request.actor.id, clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except MusterError as problem:
            form.add_error(None, f"{problem.what}. {problem.fix}.")
        else:
            leave_notice(request, _("Reviewed. The entry stands in the log of decisions."))
            return redirect("oversight:notices")
    context = {
        "form": form,
        "facts": _facts(found),
        "looks": _looks(request, found),
        "waits": not found.verdict,
    }
    return render(request, "oversight/notice.html", context)


def _facts(found: NoticeView) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("Record"), str(found.person)),
        (_("Opened by"), Cell(found.name, note=found.actor)),
        (_("Role"), found.role),
        (_("Employer"), found.employer or _("None")),
        (_("Reason"), str(EMERGENCIES[found.reason])),
        (_("In their own words"), found.words),
        (_("Opened"), moment(found.at)),
        (_("Open until"), moment(found.until)),
    ]
    if found.verdict:
        facts += [
            (_("Found"), Cell(str(VERDICTS[found.verdict]), tag=VERDICT_COLOURS[found.verdict])),
            (_("What was found"), found.found),
            (_("Reviewed by"), found.reviewed_by),
        ]
    return facts


def _looks(request: PageRequest, found: NoticeView) -> Table:
    return table(
        request,
        caption=_("Looks taken at the record"),
        columns=[Column(_("When")), Column(_("What"))],
        rows=[
            (moment(look.at), str(LOOKS.get(look.what, look.what)))
            for look in looks_under(found.glass)
        ],
        empty=_("Nobody has looked at it so far."),
    )


def _table(request: PageRequest, caption: str, found: tuple[NoticeView, ...]) -> Table:
    return table(
        request,
        caption=caption,
        columns=[
            Column(_("Opened by")),
            Column(_("Record")),
            Column(_("Opened")),
            Column(_("Reason")),
            Column(_("Found")),
        ],
        rows=[
            (
                Cell(one.name, reverse("oversight:notice", args=[one.id]), note=one.actor),
                str(one.person),
                moment(one.at),
                str(EMERGENCIES[one.reason]),
                Cell(str(VERDICTS[one.verdict]), tag=VERDICT_COLOURS[one.verdict])
                if one.verdict
                else "",
            )
            for one in found
        ],
        empty=_("Nothing is listed here."),
    )
