"""Trying one record on a route before it goes live, step by step."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from muster.connectors.outlets import Rehearsed, Unreachable
from muster.gates.looks import note_look
from muster.gates.people import hidden_subjects
from muster.hub.connecting.queries import drafted
from muster.hub.connecting.trying import (
    CameField,
    Tried,
    example_for,
    rehearse,
    try_message,
    try_record,
)
from muster.hub.delivering.queries import RouteView
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.messages.forms import TryRecord
from muster.services.messages.reach import may_with, route_within

_ENDS = {
    "goes": (gettext_lazy("It would go to the receiver"), "green"),
    "waits": (gettext_lazy("It would wait until somebody mends that"), "red"),
    "left out": (gettext_lazy("It would be left out"), "grey"),
}
_STAGES = {
    "route": gettext_lazy("The route"),
    "contract": gettext_lazy("The contract"),
    "population": gettext_lazy("The population"),
    "translation": gettext_lazy("The translation"),
}
_HOW = {
    "undone": gettext_lazy("The receiver does all it would do, and everything is undone."),
    "aside": gettext_lazy("A file is left beside the others, under a name that nobody takes."),
    "seen": gettext_lazy("The receiver really gets it, marked as a trial. It may not heed that."),
    "none": gettext_lazy("This receiver cannot be rehearsed."),
}


@page("manage systems")
@require_http_methods(["GET", "HEAD", "POST"])
def try_one(request: PageRequest, code: str) -> HttpResponse:
    """Take one record the way of live messages, and show each step; then rehearse, if asked."""
    found = route_within(request, "manage systems", code)
    may_read = may_with(request.actor, "read message content", found.sender_employer)
    begun = {"record": example_for(code)} if request.method != "POST" else {}
    form = TryRecord(
        request.POST if request.method == "POST" else None, may_read=may_read, initial=begun
    )
    present = drafted(code)
    context: dict[str, Any] = {
        "said": take_notice(request), "route": found, "form": form, "draft": present,
        "may_deliver": may_with(request.actor, "manage systems", found.receiver_employer),
        "may_propose": may_with(request.actor, "propose mappings", found.sender_employer,
                                found.receiver_employer),
    }  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            tried = _tried(request, found, form)
            context |= _shown(request, tried)
            if request.POST.get("then") == "deliver" and context["may_deliver"]:
                context["done"] = _rehearsed(request, tried, form)
        except MusterError as problem:
            form.refused(problem)
        except Unreachable as problem:
            form.add_error(
                None, _("The receiver could not be tried: %(said)s") % {"said": problem.said}
            )
    return render(request, "messages/try.html", context)


def _tried(request: PageRequest, found: RouteView, form: TryRecord) -> Tried:
    said = form.cleaned_data
    position = said.get("position")
    if position is None:
        record: str = said["record"]
        return try_record(found.code, record.encode(), subject=said["subject"], clock=SYSTEM_CLOCK)
    hidden = hidden_subjects(request.actor)
    tried = try_message(found.code, position, clock=SYSTEM_CLOCK, without=hidden)
    note_look(
        request.actor, what="message", purpose=request.purpose,
        detail={"position": position, "contract": found.contract},
    )  # fmt: skip
    return tried


def _rehearsed(request: PageRequest, tried: Tried, form: TryRecord) -> Table:
    confirmed: bool = form.cleaned_data["confirmed"]
    done = rehearse(tried, confirmed=confirmed, by=request.actor.id, clock=SYSTEM_CLOCK)
    return _answers(request, done)


def _answers(request: PageRequest, done: Rehearsed) -> Table:
    rows: list[tuple[str, str]] = [(_("What was done"), done.said)]
    rows += [(outcome, said) for outcome, said in done.results.select("outcome", "said").rows()]
    return table(
        request, caption=_("4. What the receiver said"),
        columns=[Column(_("Step")), Column(_("Said"))], rows=rows, empty="",
    )  # fmt: skip


def _shown(request: PageRequest, tried: Tried) -> dict[str, Any]:
    """Return what the page draws of a record that was tried."""
    words, colour = _ENDS[tried.end]
    return {
        "tried": tried,
        "end": words,
        "colour": colour,
        "came": _came(request, tried),
        "gets": _gets(request, tried),
        "wrong": [(_STAGES[one.stage], one.said) for one in tried.wrong],
        "how": _HOW[tried.rehearsal],
    }


def _came(request: PageRequest, tried: Tried) -> Table:
    return table(
        request,
        caption=_("1 and 2. What came in, and what the agreement lets through"),
        columns=[Column(_("Field")), Column(_("Value")), Column(_("Leaves"))],
        rows=[
            (Cell(one.title, note=one.name), _value(one.value), _leaves(one))
            for one in tried.fields
        ],
        empty=_("Nothing."),
    )


def _leaves(one: CameField) -> Cell:
    if one.agreed:
        return Cell(_("Yes"), tag="green")
    return Cell(_("No"), tag="grey", note=_("The agreement does not name it"))


def _gets(request: PageRequest, tried: Tried) -> Table:
    return table(
        request,
        caption=_("3. What the receiver would get"),
        columns=[Column(_("Field")), Column(_("Value"))],
        rows=[(name, _value(value)) for name, value in tried.gets],
        empty=_("Nothing."),
    )


def _value(value: Any) -> str:
    return _("Not stated") if value is None else str(value)
