"""A machinery-of-government move: whom, by a list of numbers or all; seen, and undone.

Who cannot move with the rest is an exception by name, and holds up nobody else.
"""

import csv
import io
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.gates.access import Subject, may
from muster.gates.looks import note_look
from muster.gates.people import viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import MusterError
from muster.kernel.ids import new_id
from muster.pagekit.fields import DateParts, offer
from muster.pagekit.jinja import day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.register.employers.queries import search
from muster.register.people.restricting.queries import by_number
from muster.services.transfers.forms import LONGEST, say
from muster.services.transfers.payrolls.queries import hidden
from muster.services.transfers.showing import BatchSeen, batch_seen, batches_of, name_of
from muster.services.transfers.verbs import bulk

_LARGEST, _MOST, _EMPLOYERS = 1_000_000, 20_000, 2_000
_STATES = {
    "open": (gettext_lazy("Waits for its day"), "yellow"),
    "effected": (gettext_lazy("Moved"), "green"),
    "undone": (gettext_lazy("Undone"), "grey"),
}


class Many(forms.Form):
    """Who moves, where to, and when."""

    title = forms.CharField(label=gettext_lazy("What is the move called?"), max_length=200)
    employer = forms.ChoiceField(label=gettext_lazy("Which employer do they join?"))
    first_day = DateParts(label=gettext_lazy("First day there"))
    everybody = forms.ChoiceField(
        label=gettext_lazy("Who moves?"), widget=forms.RadioSelect,
        choices=[
            ("listed", gettext_lazy("Those on a list of staff numbers")),
            ("all", gettext_lazy("Everybody employed on the day before")),
        ],
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("List of staff numbers (optional)"), required=False,
        help_text=gettext_lazy("CSV, one staff number a row in the first column"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(
        self, data: Any = None, files: Any = None, *, employers: Sequence[tuple[str, str]],
        key: str,
    ) -> None:  # fmt: skip
        super().__init__(data, files, initial={"key": key})
        offer(self, "employer", [("", gettext_lazy("Choose")), *employers])

    def clean(self) -> dict[str, Any]:
        """See that there is a list where a list is chosen."""
        said = super().clean() or self.cleaned_data
        if said.get("everybody") == "listed" and not said.get("file") and "file" not in self.errors:
            self.add_error("file", _("Choose the list of staff numbers"))
        return said


class Undo(forms.Form):
    """Why a batch is undone."""

    reason = forms.CharField(label=gettext_lazy("Why is it undone?"), max_length=LONGEST)


@page("move many")
@require_safe
def batches(request: PageRequest) -> HttpResponse:
    """Show the moves of many from and to the reader's employer."""
    own = _own(request)
    found = batches_of(own)
    shown = table(
        request, caption=_("Moves of many"),
        columns=(Column(_("Move")), Column(_("From and to")), Column(_("First day")),
                 Column(_("People"), numeric=True), Column(_("State"))),
        rows=[
            (Cell(one.title, href=reverse("transfers:batch", args=[one.id])),
             f"{one.exporter_title} → {one.importer_title}", day(one.first_day), one.wanted,
             _state(one.state))
            for one in found
        ],
        empty=_("Nobody has moved many at once."),
    )  # fmt: skip
    return render(request, "transfers/batches.html", {"table": shown, "said": take_notice(request)})


@page("move many")
@require_http_methods(["GET", "HEAD", "POST"])
def new_batch(request: PageRequest) -> HttpResponse:
    """Ask who moves where, and ask for the batch: it can be undone until its day."""
    own = _own(request)
    every = search(status="live", limit=_EMPLOYERS).found
    others = [(str(key), one.title) for key, one in every if key != own]
    posted = request.method == "POST"
    form = Many(request.POST if posted else None, request.FILES if posted else None,
                employers=others, key=str(new_id()))  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            begun, unknown = _begin(request, form, own)
        except MusterError as problem:
            say(form, problem)
        else:
            words = _("The move is asked for. It can be undone until its day.")
            if unknown:
                words += " " + _("These numbers are nobody’s: %(numbers)s") % {
                    "numbers": ", ".join(unknown[:20])}  # fmt: skip
            leave_notice(request, words)
            return redirect("transfers:batch", begun)
    return render(request, "transfers/batch_new.html", {"form": form})


@page("move many")
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: PageRequest, batch: uuid.UUID) -> HttpResponse:
    """Show how far a batch is and who is an exception and why; undo it before its day."""
    found = _seen(request, batch)
    form = Undo(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            bulk.undo_batch(batch=batch, by=request.actor.id, reason=form.cleaned_data["reason"],
                            clock=SYSTEM_CLOCK)  # fmt: skip
        except MusterError as problem:
            say(form, problem)
        else:
            leave_notice(request, _("The move is undone: nothing of it is left."))
            return redirect("transfers:batch", batch)
    note_look(request.actor, what="move of many", purpose=request.purpose,
              people=[person for person, _why in found.exceptions])  # fmt: skip
    due = legal_day(SYSTEM_CLOCK.now()) >= found.first_day
    return render(request, "transfers/batch.html", {
        "batch": found, "state": _state(found.state), "form": form, "said": take_notice(request),
        "facts": [(_("From"), found.exporter_title), (_("To"), found.importer_title),
                  (_("First day"), day(found.first_day)), (_("People"), f"{found.wanted:,}"),
                  (_("Moved"), f"{found.moved:,}")],
        "exceptions": _exceptions(request, found),
        "may_undo": found.state == "open",
        "may_effect": found.state == "open" and due and found.asked_by != request.actor.id,
    })  # fmt: skip


@page("move many")
@require_POST
def effect(request: PageRequest, batch: uuid.UUID) -> HttpResponse:
    """Make a batch real on its day, as a colleague of whoever asked for it."""
    _seen(request, batch)
    moved = bulk.effect_batch(batch=batch, by=request.actor.id, clock=SYSTEM_CLOCK)
    leave_notice(request, _("%(count)s people have moved.") % {"count": f"{moved:,}"})
    return redirect("transfers:batch", batch)


def _begin(request: PageRequest, form: Many, own: uuid.UUID) -> tuple[uuid.UUID, list[str]]:
    """Ask for a batch; return it and the numbers that are nobody's."""
    said = form.cleaned_data
    people: list[uuid.UUID] | None = None
    unknown: list[str] = []
    if said["everybody"] == "listed":
        stated = {number: by_number(own, number) for number in _numbers(said["file"])}
        # Of whom they may not know they are told what they are told of a number that is nobody's.
        kept = hidden([one for one in stated.values() if one], viewer_of(request.actor))
        people = [one for one in stated.values() if one and one not in kept]
        unknown = [number for number, one in stated.items() if one is None or one in kept]
    begun = bulk.begin_batch(
        title=said["title"], exporter=own, importer=uuid.UUID(said["employer"]),
        first_day=said["first_day"], by=request.actor.id, clock=SYSTEM_CLOCK, people=people,
        key=said["key"],
    )  # fmt: skip
    return begun.batch, unknown


def _numbers(file: Any) -> list[str]:
    text = file.read(_LARGEST).decode("utf-8-sig", errors="replace")
    rows = csv.reader(io.StringIO(text))
    return [row[0].strip() for row in rows if row and row[0].strip()][:_MOST]


def _own(request: PageRequest) -> uuid.UUID:
    own = within(request, "move many")
    if own is None:
        raise no_such("page")
    return own


def _seen(request: PageRequest, batch: uuid.UUID) -> BatchSeen:
    found = batch_seen(batch)
    reach = found is not None and any(
        may(request.actor, "move many", Subject("batch", employer), request.purpose).allowed
        for employer in (found.exporter, found.importer)
    )
    if found is None or not reach:
        raise no_such("batch")
    return found


def _state(state: str) -> Cell:
    words, colour = _STATES.get(state, (state, "grey"))
    return Cell(str(words), tag=colour)


def _exceptions(request: PageRequest, found: BatchSeen) -> Table:
    today = legal_day(SYSTEM_CLOCK.now())
    kept = hidden([person for person, _why in found.exceptions], viewer_of(request.actor))
    return table(
        request, caption=_("Exceptions"), columns=(Column(_("Who")), Column(_("Why"))),
        rows=[(name_of(request.actor, person, today) or _("No name"), why)
              for person, why in found.exceptions if person not in kept],
        empty=_("Nobody is an exception."),
    )  # fmt: skip


addresses = [
    path("many", batches, name="batches"),
    path("many/new", new_batch, name="new-batch"),
    path("many/<uuid:batch>", batch, name="batch"),
    path("many/<uuid:batch>/move", effect, name="effect-batch"),
]
