"""Runs of matching: what each found and would change, and how it works, in plain words."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import may_ever
from muster.gates.people import viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotPermitted
from muster.pagekit.jinja import moment, short_day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.register.people.matching import actions, drift, queries
from muster.register.people.matching.queries import RunView
from muster.services.people.pages.matching_forms import AcceptRun
from muster.services.people.pages.matching_record import RECORD
from muster.services.people.pages.matching_words import (
    DOES,
    FIELDS,
    SAID,
    STATES,
    drift_words,
    why_words,
)

_NUMBER = "{:,}"


@page("use the service")
@require_safe
def how(request: PageRequest) -> HttpResponse:
    """Say what matching does, on what, how well by its own estimate, and where it fails."""
    found = queries.runs(limit=10, viewer=viewer_of(request.actor))
    latest = next((one for one in found if one.records), None)
    context = {
        "record": RECORD,
        "queue": may_ever(request.actor, "match people"),
        "latest": _figures(latest) if latest else [],
        "runs": _runs(request, found),
        "precision": _share(latest.precision) if latest else "",
        "recall": _share(latest.recall) if latest else "",
    }
    return render(request, "people/matching_how.html", context)


@page("match people")
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: PageRequest, run: uuid.UUID) -> HttpResponse:
    """Show what a run found; where its changes wait, accept or refuse them."""
    found = queries.run_of(run, viewer=viewer_of(request.actor))
    if found is None:
        raise no_such("run")
    form = AcceptRun(request.POST if request.method == "POST" else None)
    waits = found.state == "reported"
    may = may_ever(request.actor, "accept matching")
    if form.is_bound and not may:
        raise NotPermitted(
            _("Your role does not let you accept what a run would change"),
            fix=_("Ask an information-governance officer"),
        )
    if form.is_bound and waits and form.is_valid():
        verb = actions.accept if form.cleaned_data["decision"] == "accept" else actions.refuse
        verb(run=run, reason=form.cleaned_data["reason"], by=request.actor.id, clock=SYSTEM_CLOCK)
        leave_notice(request, _("Decided. The run's page says what was done."))
        return redirect("people:matching-run", run)
    context = {
        "form": form,
        "run": found,
        "waits": waits,
        "may": may,
        "said": take_notice(request),
        "facts": [*_figures(found), *_decision(found)],
        "causes": _causes(request, found),
        "drift": _drift(request, found),
    }
    return render(request, "people/matching_run.html", context)


def _causes(request: PageRequest, one: RunView) -> Table:
    """Return what a run would change and ask, by reason."""
    return table(
        request,
        caption=_("What it would change, and why"),
        columns=[
            Column(_("What happens")), Column(_("Why")),
            Column(_("Pairs of records"), numeric=True),
        ],
        rows=[
            (str(DOES[cause.does]), why_words(cause.does, cause.why), cause.pairs)
            for cause in drift.causes(one.id, viewer=viewer_of(request.actor))
        ],
        empty=_("Nothing would change, and nobody is asked."),
    )  # fmt: skip


def _drift(request: PageRequest, one: RunView) -> Table | None:
    """Return what tells more or less than by the model of the last accepted run."""
    found = drift.drift_of(one.id)
    if found is None:
        return None
    return table(
        request,
        caption=_("How this model differs from the last one that was accepted"),
        columns=[
            Column(_("Field")), Column(_("How both agree")), Column(_("What that tells")),
            Column(_("Bits before"), numeric=True), Column(_("Bits now"), numeric=True),
        ],
        rows=[
            (
                str(FIELDS.get(each.field, each.field)), str(SAID.get(each.said, each.said)),
                drift_words(each.before, each.now), f"{each.before:+.1f}", f"{each.now:+.1f}",
            )
            for each in found
        ],
        empty=_("Nothing tells much more or less than it did."),
    )  # fmt: skip


def _figures(one: RunView) -> list[tuple[str, object]]:
    fields = ", ".join(str(FIELDS.get(name, name)).lower() for name in one.fields)
    sure = (
        _("No pair was sure enough") if one.automatic_from is None else _share(one.automatic_from)
    )
    words, colour = STATES[one.state]
    return [
        (_("Run on"), moment(one.at)),
        (_("Started by"), one.by),
        (_("State"), Cell(str(words), tag=colour)),
        (_("Records compared"), _NUMBER.format(one.records)),
        (_("Compared by"), fields or _("Nothing: there was too little to compare")),
        (_("Pairs that were not hopeless"), _NUMBER.format(one.pairs)),
        (_("Linked without asking from"), sure),
        (_("Asked about from"), _share(one.review_from)),
        (_("New links"), _NUMBER.format(one.links)),
        (_("Links taken back"), _NUMBER.format(one.taken_back)),
        (_("Questions for people"), _NUMBER.format(one.asked)),
        (_("Likely pairs that are right, as the model estimates"), _share(one.precision)),
        (_("Right pairs that it found likely, as it estimates"), _share(one.recall)),
        (_("Model"), one.model[:16]),
    ]


def _decision(one: RunView) -> list[tuple[str, object]]:
    if not one.reason:
        return []
    return [
        (_("Decided by"), one.decided_by),
        (_("Decided on"), moment(one.decided_at)),
        (_("Reason"), one.reason),
    ]


def _share(probability: float) -> str:
    """Return a probability in per cent; never as certain."""
    return f"{min(probability, 0.9999) * 100:.2f}".rstrip("0").rstrip(".") + "%"


def _runs(request: PageRequest, found: tuple[RunView, ...]) -> Table:
    reaches = may_ever(request.actor, "match people")
    return table(
        request,
        caption=_("Latest runs"),
        columns=[
            Column(_("Run on")),
            Column(_("State")),
            Column(_("Records"), numeric=True),
            Column(_("New links"), numeric=True),
            Column(_("Taken back"), numeric=True),
            Column(_("Questions"), numeric=True),
        ],
        rows=[
            (
                Cell(
                    short_day(localtime(one.at)),
                    reverse("people:matching-run", args=[one.id]) if reaches else "",
                ),
                Cell(str(STATES[one.state][0]), tag=STATES[one.state][1]),
                one.records,
                one.links,
                one.taken_back,
                one.asked,
            )
            for one in found
        ],
        empty=_("Matching has not run yet."),
    )
