"""Telling a change: what changed, one question a page, check the answers, then it is told.

What was typed so far travels in the pages themselves, so nothing of it is stored before it is told,
and it works without scripts.
"""

import uuid
from typing import Any, cast

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muster.gates.access import Subject
from muster.gates.looks import note_look
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.pagekit.jinja import day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.views import PageRequest, no_such, page, render, require
from muster.register.told import actions, queries
from muster.register.told.rules import Kind
from muster.services.myself.forms import DATE_PARTS, STEPS, Choose, Tell
from muster.services.myself.wording import FIELDS, KINDS, QUESTIONS

_CHECK = "check"


@page("tell own changes")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: PageRequest) -> HttpResponse:
    """Ask what has changed, and show what is told already."""
    person = own_person(request, "tell own changes")
    form = Choose(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return redirect("myself:tell", form.cleaned_data["kind"])
    employers = queries.whom_it_concerns(person, clock=SYSTEM_CLOCK)
    context = {"form": form, "employers": employers, "said": take_notice(request)}
    return render(request, "myself/start.html", context)


@page("tell own changes")
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: PageRequest, kind: str) -> HttpResponse:
    """Ask one question after the other, show the answers, and tell them."""
    if kind not in STEPS:
        raise no_such("kind of change")
    told = _Told(request, cast("Kind", kind), own_person(request, "tell own changes"))
    if request.method != "POST":
        return told.ask(0, None)
    back, at = request.POST.get("back", ""), request.POST.get("at", "")
    if back.isascii() and back.isdigit() and int(back) < len(told.steps):
        return told.ask(int(back), None)
    if at == _CHECK:
        return told.perform()
    step = int(at) if at.isascii() and at.isdigit() and int(at) < len(told.steps) else 0
    form = told.form(told.steps[step], bound=True)
    if not form.is_valid():
        return told.ask(step, form)
    return told.ask(step + 1, None) if step + 1 < len(told.steps) else told.check()


class _Told:
    """One person's telling of one kind of change, from its first page to its last."""

    def __init__(self, request: PageRequest, kind: Kind, person: uuid.UUID) -> None:
        self._request, self._kind, self._person = request, kind, person
        self.steps = STEPS[kind]
        self._channels = actions.channels(person, clock=SYSTEM_CLOCK) if kind == "bank" else ()

    def form(self, asked: tuple[str, ...], *, bound: bool) -> Tell:
        """Return the form of some questions, with what was typed or what is known."""
        data = self._request.POST if bound else None
        known = {} if bound or self._kind == "bank" else self._known()
        return Tell(
            data, kind=self._kind, asked=asked, person=self._person, channels=self._channels,
            initial=known,
        )  # fmt: skip

    def ask(self, step: int, form: Tell | None) -> HttpResponse:
        """Show one question; what was typed on other pages travels along."""
        asked = self.steps[step]
        typed = self._request.POST
        if form is None:
            form = self.form(asked, bound=False)
            form.initial = {**form.initial, **_initial(typed, asked)}
        context = {
            "form": form, "kind": self._kind, "heading": QUESTIONS[self._kind][step], "at": step,
            "hidden": self._hidden(asked), "first": step == 0, "title": KINDS[self._kind],
            "no_channel": "channel" in asked and not self._channels,
        }  # fmt: skip
        if self._known() and step == 0 and self._request.method != "POST":
            self._note_look()
        return render(self._request, "myself/ask.html", context)

    def check(self, form: Tell | None = None) -> HttpResponse:
        """Show all answers, to be sent or changed."""
        whole = form or self.form(self._every(), bound=True)
        if not whole.is_valid() and form is None:
            return self._first_wrong(whole)
        context = {
            "rows": [
                (FIELDS[name], self._shown(whole, name), step)
                for step, names in enumerate(self.steps) for name in names
            ],
            "form": whole, "kind": self._kind, "title": KINDS[self._kind],
            "hidden": self._hidden(()), "bank": self._kind == "bank",
            "employers": queries.whom_it_concerns(self._person, clock=SYSTEM_CLOCK),
        }  # fmt: skip
        return render(self._request, "myself/check.html", context)

    def perform(self) -> HttpResponse:
        """Tell what was answered; show what is wrong instead, if anything is."""
        form = self.form(self._every(), bound=True)
        if not form.is_valid():
            return self._first_wrong(form)
        by = self._request.actor.id
        try:
            if self._kind == "bank":
                one = actions.ask_bank_change(
                    person=self._person, said=form.said, channel=form.cleaned_data["channel"],
                    by=by, clock=SYSTEM_CLOCK,
                )  # fmt: skip
                return redirect("myself:code", one)
            one = actions.tell(
                person=self._person, kind=self._kind, said=form.said, valid_from=form.valid_from,
                by=by, clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except (BadInput, Conflict) as problem:
            form.add_error(None, str(problem))
            return self.check(form)
        leave_notice(self._request, _("You have told us. This page shows which systems have it."))
        return redirect("myself:change", one)

    def _first_wrong(self, form: Tell) -> HttpResponse:
        step = next((at for at, names in enumerate(self.steps) if set(names) & set(form.errors)), 0)
        wrong = self.form(self.steps[step], bound=True)
        wrong.is_valid()
        return self.ask(step, wrong)

    def _every(self) -> tuple[str, ...]:
        return tuple(name for names in self.steps for name in names)

    def _hidden(self, shown: tuple[str, ...]) -> list[tuple[str, str]]:
        names = [name for name in self._every() if name not in shown]
        keys = [key for name in names for key in (DATE_PARTS if name == "valid_from" else (name,))]
        return [(key, self._request.POST[key]) for key in keys if key in self._request.POST]

    def _shown(self, form: Tell, name: str) -> str:
        value: Any = form.cleaned_data.get(name)
        if name == "valid_from":
            return day(value)
        if name == "channel":
            return str(dict(form.fields[name].choices).get(value, ""))  # type: ignore[attr-defined]
        return str(value or "")

    def _known(self) -> dict[str, str]:
        found = queries.held(self._person).get(self._kind)
        return {**found.said} if found is not None and self._kind != "bank" else {}

    def _note_look(self) -> None:
        note_look(
            self._request.actor, what="own record", purpose=self._request.purpose,
            people=[self._person],
        )  # fmt: skip


def own_person(request: PageRequest, verb: Any) -> uuid.UUID:
    """Return the actor's own person.

    Raises:
        NotFound: if the register holds none.
    """
    person = request.actor.person
    require(request, verb, Subject("person", request.actor.employer, person))
    if person is None:
        raise NotFound(
            _("The register holds no record about you"),
            fix=_("Ask the HR team of your employer whether its system has sent your record"),
        )
    return person


def _initial(typed: QueryDict, asked: tuple[str, ...]) -> dict[str, Any]:
    """Return what was typed before of the fields that are asked, to be shown again."""
    found: dict[str, Any] = {name: typed[name] for name in asked if name in typed}
    if "valid_from" in asked and DATE_PARTS[0] in typed:
        found["valid_from"] = [typed.get(part, "") for part in DATE_PARTS]
    return found
