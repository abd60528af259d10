"""What is done with a transfer beside its tasks: held, taken back, changed, reversed."""

import uuid
from typing import Any, cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.transfers import forms as asked
from muster.services.transfers.pages.kinds import offer_facts_of
from muster.services.transfers.process import driving
from muster.services.transfers.reach import Reader, note_transfer, reader_of, worker
from muster.services.transfers.record.fields import by_name
from muster.services.transfers.rules import Side, Verb
from muster.services.transfers.wording import state_cell

_WORDS: dict[Verb, tuple[Promise, Promise, Promise]] = {
    "hold": (
        gettext_lazy("Put the transfer on hold"),
        gettext_lazy("No task of it can be done and no deadline passes by itself until it goes on."
                     " Payrolls that were booked no longer count on it."),
        gettext_lazy("The transfer is on hold."),
    ),
    "resume": (
        gettext_lazy("Let the transfer go on"),
        gettext_lazy("It goes on where it stood. Payrolls that were booked are booked again."),
        gettext_lazy("The transfer goes on."),
    ),
    "rescind": (
        gettext_lazy("Take the offer back"),
        gettext_lazy("The transfer ends for good. What payrolls were told is taken back, and the"
                     " employment goes on as it was."),
        gettext_lazy("The offer is taken back."),
    ),
    "withdraw": (
        gettext_lazy("Withdraw"),
        gettext_lazy("You stay where you are. The transfer ends for good, and both employers are"
                     " told."),
        gettext_lazy("You have withdrawn."),
    ),
    "change_after_effect": (
        gettext_lazy("Change something after the move"),
        gettext_lazy("What was signed stays as it was. Both employers and the person see the old"
                     " value and the new one, and the first pay is compared again."),
        gettext_lazy("The change is kept, and pay is compared again."),
    ),
    "reverse": (
        gettext_lazy("Reverse the transfer"),
        gettext_lazy("Say that this move should never have been. It takes both employers:"
                     " with the second signature the earlier employment goes on as if nothing"
                     " had happened."),
        gettext_lazy("Your signature under the reversal is kept."),
    ),
}  # fmt: skip
_CHANGEABLE = (
    "tax_code", "tax_basis", "ni_letter", "grade", "salary", "fte", "pension_scheme", "p45_pay",
    "p45_tax",
)  # fmt: skip


@page("see tasks")
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: PageRequest, transfer: uuid.UUID, verb: str) -> HttpResponse:
    """Say what would happen, ask why, and do it."""
    reader = reader_of(request.actor, transfer)
    found = cast("Verb", verb.replace("-", "_"))
    side = reader.may_take(found) if found in _WORDS else None
    if side is None:
        raise no_such("page")
    step = found
    form = _form(reader, step, request.POST if request.method == "POST" else None)
    note_transfer(reader)
    if form.is_bound and form.is_valid():
        try:
            _take(request, reader, step, side, form.cleaned_data)
        except MusterError as problem:
            asked.say(form, problem)
        else:
            leave_notice(request, str(_WORDS[step][2]))
            return redirect("transfers:transfer", transfer)
    title, lead, _done = _WORDS[step]
    return render(request, "transfers/act.html", {
        "form": form, "title": title, "lead": lead, "transfer": reader.one,
        "facts": [*offer_facts_of(reader.one), (_("Stands at"), state_cell(reader.one.state)[0])],
        "warning": step in ("rescind", "withdraw", "reverse"),
    })  # fmt: skip


def _form(reader: Reader, verb: Verb, data: Any) -> forms.Form:
    version = reader.one.version
    if verb == "change_after_effect":
        fields = [("first_day", _("First day")),
                  *((name, by_name()[name].title) for name in _CHANGEABLE)]  # fmt: skip
        return asked.Change(data, fields=fields, version=version, on=reader.one.first_day)
    if verb == "resume":
        return asked.Resume(data, initial={"version": version})
    return asked.Reason(data, initial={"version": version})


def _take(
    request: PageRequest, reader: Reader, verb: Verb, side: Side, said: dict[str, Any]
) -> None:  # fmt: skip
    transfer, who, version = reader.one.id, worker(request.actor), said["version"]
    reason = str(said.get("reason", ""))
    if verb == "hold":
        driving.hold(transfer, side=side, reason=reason, worker=who, clock=SYSTEM_CLOCK,
                     expected=version)  # fmt: skip
    elif verb == "resume":
        driving.resume(transfer, side=side, worker=who, clock=SYSTEM_CLOCK, expected=version,
                       accept_plan=bool(said.get("accept_plan")))  # fmt: skip
    elif verb == "rescind":
        driving.rescind(transfer, reason=reason, worker=who, clock=SYSTEM_CLOCK, expected=version)
    elif verb == "withdraw":
        driving.withdraw(transfer, reason=reason, worker=who, clock=SYSTEM_CLOCK, expected=version)
    elif verb == "reverse":
        driving.reverse(transfer, side=side, reason=reason, worker=who, clock=SYSTEM_CLOCK,
                        expected=version)  # fmt: skip
    else:
        driving.change(
            transfer, side=side, changes={said["field"]: str(said["now"]).strip()},
            effective_from=said["effective_from"], worker=who, clock=SYSTEM_CLOCK,
            expected=version,
        )  # fmt: skip


addresses = [path("transfer/<uuid:transfer>/do/<str:verb>", act, name="act")]
