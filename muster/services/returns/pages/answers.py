"""What may be done to a question: answered from figures, handed on, studied, withdrawn."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Where
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.returns import actions, queries
from muster.services.returns.forms import Study
from muster.services.returns.pages.questions import answer_form, told


@page("commission figures")
@require_POST
def answer(request: PageRequest, number: int) -> HttpResponse:
    """Answer a question from a metric in one step; an earlier answer is cited."""
    found = queries.question_of(number)
    if found is None:
        raise no_such("question")
    metric = request.POST.get("metric", "")
    offered = queries.proposals(found.words, but=number, also=metric)
    chosen = next((one for one in offered if one.metric.name == metric), None)
    if chosen is None:
        raise BadInput("There are no such figures", where=Where(field="metric"),
                       fix="Go back to the question and choose some")  # fmt: skip
    said = _checked(answer_form(chosen, request.POST))
    way = actions.answer(
        question=number, metric=said["metric"], dimensions=said["by"],
        as_at=next(day for day in chosen.dates if day.isoformat() == said["as_at"]),
        fresh=bool(said.get("fresh")), purpose=request.purpose, by=request.actor.id,
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    cited = _("Answered with the figures of an earlier answer. Nothing was computed again.")
    return told(request, number, cited if way == "earlier" else _("Answered."))


@page("commission figures")
@require_POST
def hand_on(request: PageRequest, number: int) -> HttpResponse:
    """Hand a question to the analysts."""
    return _done(request, number, actions.hand_on, _("The analysts see your question now."))


@page("commission figures")
@require_POST
def withdraw(request: PageRequest, number: int) -> HttpResponse:
    """Withdraw one's own question."""
    return _done(request, number, actions.drop, _("Withdrawn. You can open it again."))


@page("commission figures")
@require_POST
def take_up(request: PageRequest, number: int) -> HttpResponse:
    """Open a question again."""
    return _done(request, number, actions.take_up, _("The question is open again."))


@page("run returns")
@require_http_methods(["GET", "HEAD", "POST"])
def hand_study(request: PageRequest, number: int) -> HttpResponse:
    """Hand a question to research, saying what is to be studied."""
    found = queries.question_of(number)
    if found is None:
        raise no_such("question")
    form = Study(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        words = form.cleaned_data["note"]
        actions.to_research(question=number, words=words, by=request.actor.id, clock=SYSTEM_CLOCK)
        return told(request, number, _("Recorded."))
    return render(request, "returns/study.html", {"form": form, "question": found})


@page("run returns")
@require_POST
def study(request: PageRequest, number: int) -> HttpResponse:
    """Note where the study that answers a question is published."""
    words = _checked(Study(request.POST))["note"]
    actions.answer_by_study(question=number, words=words, by=request.actor.id, clock=SYSTEM_CLOCK)
    return told(request, number, _("Recorded."))


def _done(request: PageRequest, number: int, verb: Callable[..., None], words: str) -> HttpResponse:
    verb(question=number, by=request.actor.id, clock=SYSTEM_CLOCK)
    return told(request, number, words)


def _checked(form: forms.Form) -> dict[str, Any]:
    """Return what a small form says.

    Raises:
        BadInput: naming the first thing that is wrong.
    """
    if form.is_valid():
        return form.cleaned_data
    name, problems = next(iter(form.errors.items()))
    raise BadInput(str(problems[0]).rstrip("."), where=Where(field=name),
                   fix="Go back to the question and correct it")  # fmt: skip
