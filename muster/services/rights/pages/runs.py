"""Runs of retention: look what is past its time, propose, approve, let it run, certify."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.gates.looks import note_look
from muster.gates.people import as_known_to, viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import MusterError
from muster.ledger.current import ledger
from muster.ledger.proofs import prove
from muster.pagekit.downloads import as_file
from muster.pagekit.jinja import day, moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.register.keeping import actions, certificates, queries
from muster.register.keeping.queries import ItemView, RunView
from muster.register.people.person_record import person as record_of
from muster.services.rights import wording
from muster.services.rights.forms import Decide, Why

_PAGE = 25
_SECONDS = 5.0


@page("see retention")
@require_safe
def runs(request: PageRequest) -> HttpResponse:
    """Show the runs, and what may be done."""
    shown = table(
        request,
        caption=_("Runs of retention"),
        columns=[
            Column(_("As at")),
            Column(_("State")),
            Column(_("Past their time"), numeric=True),
            Column(_("Erased"), numeric=True),
            Column(_("Previewed by")),
        ],
        rows=[
            (
                Cell(day(one.as_at), f"retention/{one.id}", unseen=moment(one.previewed_at)),
                Cell(str(wording.RUNS[one.state][0]), tag=wording.RUNS[one.state][1]),
                one.total,
                one.erased,
                Cell(one.previewed_by, note=moment(one.previewed_at)),
            )
            for one in queries.runs()
        ],
        empty=_("Nobody has looked for what is past its time yet."),
    )
    return render(request, "rights/runs.html", {"runs": shown, "said": take_notice(request)})


@page("run retention")
@require_POST
def preview(request: PageRequest) -> HttpResponse:
    """Look what is past its time today; nothing is erased."""
    made = actions.preview(by=request.actor.id, clock=SYSTEM_CLOCK)
    leave_notice(request, _("This is what is past its time. Nothing is erased yet."))
    return redirect("rights:run", made)


@page("see retention")
@require_safe
def run(request: PageRequest, which: uuid.UUID) -> HttpResponse:
    """Show one run: what it found, how far it is, and what may be done with it next."""
    return _drawn(request, _run(which), Why(), Decide())


def _drawn(request: PageRequest, found: RunView, why: Why, decision: Decide) -> HttpResponse:
    paging = Paging.asked(request, total=found.total, size=_PAGE)
    listed = queries.items(found.id, start=paging.offset, limit=paging.size)
    own = found.proposed_by == request.actor.id
    context = {
        "one": found,
        "said": take_notice(request),
        "facts": _facts(found),
        "counts": _counts(request, found),
        "things": _things(request, listed),
        "paging_now": paging,
        "page_links": pagination(request, paging),
        "why": why,
        "decision": decision,
        "errors": decision if decision.errors else why,
        "may_propose": found.state == "previewed" and found.total > 0,
        "may_decide": found.state == "proposed" and not own,
        "waits": found.state == "proposed" and own,
        "here": reverse("rights:run", args=[found.id]),
    }
    return render(request, "rights/run.html", context)


@page("run retention")
@require_safe
def sample(request: PageRequest, which: uuid.UUID) -> HttpResponse:
    """Show who a few things of a run are of; the look is recorded for each of them."""
    found = _run(which)
    listed = queries.sample(found.id, viewer=viewer_of(request.actor))
    people = sorted({one.person for one in listed if one.person})
    note_look(
        request.actor, what="retention", purpose=request.purpose, people=people,
        detail={"run": found.id},
    )  # fmt: skip
    today = legal_day(SYSTEM_CLOCK.now())
    named = {
        one: as_known_to(request.actor, record)
        for one in people if (record := record_of(one, today)) is not None
    }  # fmt: skip
    rows = [
        (
            named[one.person].name if one.person in named else _("Erased"),
            str(wording.LINES[one.line]),
            one.employer or _("All employers"),
            day(one.goes_on) if one.goes_on else "",
        )
        for one in listed
    ]
    shown = table(
        request,
        caption=_("A few of the people whose data is past its time"),
        columns=[Column(_("Name")), Column(_("Line of the schedule")), Column(_("Employer")),
                 Column(_("Past its time since"))],
        rows=rows,
        empty=_("Nothing of this run is of one person of whom you may know."),
    )  # fmt: skip
    return render(request, "rights/sample.html", {"one": found, "sample": shown})


@page("run retention")
@require_http_methods(["POST"])
def propose(request: PageRequest, which: uuid.UUID) -> HttpResponse:
    """Propose that a run erase what it found."""
    found, form = _run(which), Why(request.POST)

    def verb() -> None:
        actions.propose(
            run=which, reason=form.cleaned_data["reason"], by=request.actor.id, clock=SYSTEM_CLOCK
        )

    done = _done(form, verb, request, _("Proposed. A colleague looks at it and decides."))
    return redirect("rights:run", which) if done else _drawn(request, found, form, Decide())


@page("run retention")
@require_http_methods(["POST"])
def decide(request: PageRequest, which: uuid.UUID) -> HttpResponse:
    """Approve or refuse what somebody else proposed."""
    found, form = _run(which), Decide(request.POST)

    def verb() -> None:
        actions.decide(
            run=which, approve=form.cleaned_data["decision"] == "approve",
            reason=form.cleaned_data["reason"], by=request.actor.id, clock=SYSTEM_CLOCK,
        )  # fmt: skip

    done = _done(form, verb, request, _("Decided."))
    return redirect("rights:run", which) if done else _drawn(request, found, Why(), form)


@page("run retention")
@require_POST
def go_on(request: PageRequest, which: uuid.UUID) -> HttpResponse:
    """Let an approved run get on for a few seconds; the page shows how far it is."""
    _run(which)
    actions.go_on(run=which, by=request.actor.id, clock=SYSTEM_CLOCK, seconds=_SECONDS)
    return redirect("rights:run", which)


@page("see retention")
@require_safe
def certificate(request: PageRequest, which: uuid.UUID) -> HttpResponse:
    """Return the signed certificate of a run as a file."""
    _run(which)
    note = certificates.certificate(which).note
    answer = HttpResponse(note, content_type="text/plain; charset=utf-8")
    return as_file(answer, f"certificate-{which}.txt")


@page("see retention")
@require_safe
def proof(request: PageRequest, which: uuid.UUID) -> HttpResponse:
    """Return the proof that the decisions log holds the certificate."""
    _run(which)
    position = certificates.certificate(which).position
    text = prove(ledger(), "decisions", position)
    answer = HttpResponse(text, content_type="application/json")
    return as_file(answer, f"proof-decisions-{position}.json")


def _done(form: Any, verb: Callable[[], None], request: PageRequest, words: str) -> bool:
    """Do a verb of a valid form and leave a notice; note on the form why it could not be done."""
    if not form.is_valid():
        return False
    try:
        verb()
    except MusterError as problem:
        form.add_error("reason", f"{problem.what}. {problem.fix}.")
        return False
    leave_notice(request, words)
    return True


def _facts(one: RunView) -> list[tuple[str, object]]:
    words, colour = wording.RUNS[one.state]
    facts: list[tuple[str, object]] = [
        (_("State"), Cell(str(words), tag=colour)),
        (_("As at"), day(one.as_at)),
        (_("Previewed by"), Cell(one.previewed_by, note=moment(one.previewed_at))),
    ]
    if one.proposed_at:
        facts.append((_("Proposed by"), Cell(one.proposed_by, note=moment(one.proposed_at))))
        facts.append((_("Why it is proposed"), one.proposed_because))
    if one.decided_at:
        facts.append((_("Decided by"), Cell(one.decided_by, note=moment(one.decided_at))))
        facts.append((_("Why it was decided so"), one.decided_because))
    if one.done_at:
        facts.append((_("Done on"), moment(one.done_at)))
    if one.only:
        facts.append((_("For"), _("A person's request for erasure")))
    return facts


def _counts(request: PageRequest, one: RunView) -> Table:
    return table(
        request,
        caption=_("What is past its time"),
        columns=[
            Column(_("Line of the schedule")),
            Column(_("Employer")),
            Column(_("Number"), numeric=True),
            Column(_("What happens")),
        ],
        rows=[
            (
                str(wording.LINES[each.line]),
                each.employer or _("All employers"),
                each.things,
                Cell(_("Kept"), tag="orange", note=each.kept)
                if each.kept
                else Cell(_("To be erased"), tag="blue"),
            )
            for each in one.counts
        ],
        empty=_("Nothing is past its time."),
    )


def _things(request: PageRequest, listed: tuple[ItemView, ...]) -> Table:
    return table(
        request,
        caption=_("One by one"),
        columns=[
            Column(_("Line of the schedule")),
            Column(_("Employer")),
            Column(_("Past its time since")),
            Column(_("State")),
            Column(_("Rows erased"), numeric=True),
        ],
        rows=[
            (
                str(wording.LINES[one.line]),
                one.employer or _("All employers"),
                day(one.goes_on) if one.goes_on else "",
                Cell(
                    str(wording.STATES[one.state][0]),
                    tag=wording.STATES[one.state][1],
                    note=one.because,
                ),
                sum(one.counts.values()),
            )
            for one in listed
        ],
        empty=_("Nothing is past its time."),
    )


def _run(which: uuid.UUID) -> RunView:
    found = queries.run_of(which)
    if found is None:
        raise no_such("run")
    return found
