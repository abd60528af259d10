"""Returns: asking employers whose figures are missing, more time, releasing, cancelling."""

import datetime as dt

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.gates.access import may_ever
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day, month_end, months_before
from muster.kernel.errors import MusterError
from muster.pagekit.jinja import day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.returns import queries, returning
from muster.services.returns.forms import Extend, OpenReturn, Reason, say
from muster.services.returns.metrics import declared_as
from muster.services.returns.queries import ReturnView
from muster.services.returns.rules import statable_dimensions, written_hours
from muster.services.returns.standing import Standing, statable_metrics
from muster.services.returns.wording import ASKS, RETURNS

_MONTHS, _WEEKS = 24, 2


@page("run returns")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest, number: int) -> HttpResponse:
    """Choose what to ask for; see who would be asked; ask them."""
    found = queries.question_of(number)
    if found is None:
        raise no_such("question")
    today = legal_day(SYSTEM_CLOCK.now())
    form = _form(request, found.words, today)
    standing: Standing | None = None
    if form.is_bound and form.is_valid():
        as_at = dt.date.fromisoformat(form.cleaned_data["as_at"])
        deadline = form.cleaned_data["deadline"]
        try:
            if request.POST.get("do") == "ask":
                made = returning.open_return(
                    question=number, tables=form.tables(), as_at=as_at, deadline=deadline,
                    by=request.actor.id, clock=SYSTEM_CLOCK,
                )  # fmt: skip
                leave_notice(request, _("Asked. Each employer sees it on its home page."))
                return redirect("returns:return", made)
            standing = returning.check(form.tables(), as_at, deadline, today)
        except MusterError as problem:
            say(form, problem)
    context = {"form": form, "question": found, "standing": standing}
    return render(request, "returns/open_return.html", context)


def _form(request: PageRequest, words: str, today: dt.date) -> OpenReturn:
    metrics = statable_metrics()
    parts = {
        one.name: one.title
        for metric in metrics
        for one in metric.dimensions
        if one.name in statable_dimensions(declared_as(metric))
    }
    chosen = [one for one in queries.proposals(words) if one.metric in metrics][:1]
    first = {
        name: value
        for one in chosen
        for name, value in zip(
            ("metric_1", "by_1_1", "by_1_2"),
            (one.metric.name, *(part for part in one.dimensions if part in parts)),
            strict=False,
        )
    }
    last = today if today == month_end(today) else month_end(months_before(today, 1))
    return OpenReturn(
        request.POST if request.method == "POST" else None,
        metrics=[(one.name, one.title) for one in metrics],
        dimensions=list(parts.items()),
        dates=[month_end(months_before(last, n)) for n in range(_MONTHS)],
        initial={**first, "deadline": today + dt.timedelta(weeks=_WEEKS)},
    )


@page("commission figures")
@require_safe
def returned(request: PageRequest, number: int) -> HttpResponse:
    """Show what a return asks of whom, how far each is, and what that saves."""
    found = _found(number)
    context = {
        "returned": found,
        "said": take_notice(request),
        "facts": _facts(found),
        "items": _items(request, found),
        "asks": _asks(request, found),
        "runs": found.state == "open" and may_ever(request.actor, "run returns"),
        "due": _due(found) and may_ever(request.actor, "run returns"),
    }
    return render(request, "returns/return.html", context)


@page("run returns")
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: PageRequest, number: int) -> HttpResponse:
    """Give employers more time."""
    form = Extend(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            returning.extend(
                number=number, **form.cleaned_data, by=request.actor.id, clock=SYSTEM_CLOCK
            )
        except MusterError as problem:
            say(form, problem)
        else:
            leave_notice(request, _("Each employer sees the new deadline."))
            return redirect("returns:return", number)
    return _asked(request, number, form, _("Extend the deadline"))


@page("run returns")
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: PageRequest, number: int) -> HttpResponse:
    """Ask no longer."""
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            returning.cancel(
                number=number, reason=form.cleaned_data["reason"], by=request.actor.id,
                clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except MusterError as problem:
            say(form, problem)
        else:
            leave_notice(request, _("Cancelled. Nobody is asked any more."))
            return redirect("returns:return", number)
    return _asked(request, number, form, _("Cancel the return"))


@page("run returns")
@require_POST
def release(request: PageRequest, number: int) -> HttpResponse:
    """Release the figures and answer the question."""
    returning.release_return(
        number=number, purpose=request.purpose, by=request.actor.id, clock=SYSTEM_CLOCK
    )
    leave_notice(request, _("Released. The question is answered."))
    return redirect("returns:return", number)


def _due(found: ReturnView) -> bool:
    """Tell whether a return may be released, or its release was broken off."""
    if found.state == "released":
        return found.question.state == "asked"
    past = legal_day(SYSTEM_CLOCK.now()) > found.deadline
    return found.state == "open" and (past or not found.count("asked", "stated"))


def _asked(request: PageRequest, number: int, form: forms.Form, title: str) -> HttpResponse:
    context = {"form": form, "title": title, "returned": _found(number)}
    return render(request, "returns/reason.html", context)


def _found(number: int) -> ReturnView:
    found = queries.return_of(number)
    if found is None:
        raise no_such("return")
    return found


def _facts(found: ReturnView) -> list[tuple[str, object]]:
    words, colour = RETURNS[found.state]
    link = reverse("returns:question", args=[found.question.number])
    asked, known = len(found.asks), found.stood + len(found.asks)
    facts: list[tuple[str, object]] = [
        (_("State"), Cell(str(words), tag=colour)),
        (_("Question"), Cell(found.question.words, link)),
        (_("As at"), day(found.as_at)),
        (_("Deadline"), Cell(day(found.deadline), note=found.extended_because)),
        (_("Asked"), _("%(asked)s of %(known)s employers") % {"asked": asked, "known": known}),
        (_("Not asked, as their figures stood"), found.stood),
        (_("Hours employers did not spend"), written_hours(found.stood * found.minutes)),
    ]
    if found.closed_because:
        facts.append((_("Reason"), found.closed_because))
    return facts


def _items(request: PageRequest, found: ReturnView) -> Table:
    return table(
        request,
        caption=_("What is asked"),
        columns=[Column(_("Figure")), Column(_("Broken down by"))],
        rows=[(one.title, ", ".join(one.by) or _("Nothing")) for one in found.items],
        empty="",
    )


def _asks(request: PageRequest, found: ReturnView) -> Table:
    return table(
        request,
        caption=_("Of whom it is asked"),
        columns=[
            Column(_("Employer")), Column(_("What is missing")), Column(_("State")),
            Column(_("Reminded"), numeric=True),
        ],
        rows=[
            (
                one.title,
                ", ".join(dict.fromkeys(one.metrics)),
                Cell(str(ASKS[one.state][0]), tag=ASKS[one.state][1]),
                one.reminders,
            )
            for one in found.asks
        ],
        empty=_("Nobody is asked."),
    )  # fmt: skip
