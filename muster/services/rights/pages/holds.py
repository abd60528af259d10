"""Legal holds: what is kept although its time is up, and lifting that."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muster.gates.people import viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError
from muster.pagekit.jinja import day, moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.register.keeping import holds as verbs
from muster.register.keeping import queries
from muster.register.keeping.queries import HoldView
from muster.services.rights import wording
from muster.services.rights.forms import PlaceHold, Why

_FIELDS = {"review on": "review_on"}


@page("run retention")
@require_http_methods(["GET", "HEAD", "POST"])
def holds(request: PageRequest) -> HttpResponse:
    """Show the holds in force, and place another."""
    form = PlaceHold(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            verbs.hold(
                kind=said["kind"], target=said["target"].strip(), why=said["why"],
                review_on=said["review_on"], by=request.actor.id, clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except MusterError as problem:
            field = _FIELDS.get(problem.where.field or "", problem.where.field or "target")
            form.add_error(field, f"{problem.what}. {problem.fix}.")
        else:
            leave_notice(request, _("The hold is in force. Nothing of it is erased."))
            return redirect("rights:holds")
    viewer = viewer_of(request.actor)
    now, before = queries.holds(viewer=viewer), queries.holds(viewer=viewer, lifted=True)
    context = {
        "form": form,
        "said": take_notice(request),
        "now": _table(request, now, _("Holds in force"), lift=True),
        "before": _table(request, before, _("Holds that were lifted")),
    }
    return render(request, "rights/holds.html", context)


@page("run retention")
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: PageRequest, which: uuid.UUID) -> HttpResponse:
    """Ask why, then lift a hold that somebody else placed."""
    held = queries.holds(viewer=viewer_of(request.actor))
    found = next((one for one in held if one.id == which), None)
    if found is None:
        raise no_such("hold")
    form = Why(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            verbs.lift(
                hold=which, why=form.cleaned_data["reason"], by=request.actor.id,
                clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except MusterError as problem:
            form.add_error("reason", f"{problem.what}. {problem.fix}.")
        else:
            leave_notice(request, _("The hold is lifted."))
            return redirect("rights:holds")
    facts = [
        (_("What is held"), Cell(str(wording.HELD[found.kind]), note=found.target)),
        (_("Reason"), found.why),
        (_("Placed by"), found.placed_by),
        (_("Placed on"), moment(found.placed_at)),
    ]
    return render(request, "rights/lift.html", {"form": form, "facts": facts})


def _table(
    request: PageRequest, found: tuple[HoldView, ...], caption: str, *, lift: bool = False
) -> Table:
    return table(
        request,
        caption=caption,
        columns=[
            Column(_("What is held")),
            Column(_("Reason")),
            Column(_("Placed by")),
            Column(_("Looked at again on")) if lift else Column(_("Lifted by")),
            Column(_("Lift it")) if lift else Column(_("Why it was lifted")),
        ],
        rows=[
            (
                Cell(str(wording.HELD[one.kind]), note=one.target),
                one.why,
                Cell(one.placed_by, note=moment(one.placed_at)),
                day(one.review_on) if lift else one.lifted_by,
                Cell(_("Lift"), f"holds/{one.id}/lift", unseen=one.why)
                if lift
                else one.lifted_because,
            )
            for one in found
        ],
        empty=_("There is none."),
    )
