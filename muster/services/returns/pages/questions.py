"""Questions: the list, asking one, and one with what may answer it."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import Actor, may_ever
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError
from muster.pagekit.downloads import as_csv
from muster.pagekit.jinja import day, short_day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Download, Paging, pagination, query_with, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.returns import actions, queries
from muster.services.returns.answered import answer_tables
from muster.services.returns.forms import (
    AnotherFigure,
    AskQuestion,
    ChooseAnswer,
    Search,
    Study,
    say,
)
from muster.services.returns.queries import Proposed, QuestionView
from muster.services.returns.rules import LONGEST_WORDS
from muster.services.returns.wording import STATES, WAYS, who

_MOST = 10_000
HEADINGS = (
    "number", "question", "why", "for", "needed_by", "asked_by", "asked_on", "state",
    "answered_from", "metric", "as_at", "releases", "answered_on", "days", "employers_known",
    "employers_asked", "minutes_saved",
)  # fmt: skip


@page("commission figures")
@require_safe
def questions(request: PageRequest) -> HttpResponse:
    """List questions, searched and filtered; the same as CSV."""
    form = Search(request.GET, auto_id="filter_%s")
    said = form.cleaned_data if form.is_valid() else {"words": "", "state": "", "way": ""}
    if request.GET.get("as") == "csv":
        _total, found = queries.questions(**said, limit=_MOST)
        return as_csv("questions.csv", HEADINGS, map(_line, found))
    total, _none = queries.questions(**said, limit=0)
    paging = Paging.asked(request, total=total, size=25)
    _total, found = queries.questions(**said, start=paging.offset, limit=paging.size)
    shown = table(
        request,
        caption=_("Questions"),
        columns=[
            Column(_("Question")), Column(_("For")), Column(_("Needed by")), Column(_("State")),
            Column(_("Answered from")), Column(_("Employers asked"), numeric=True),
        ],
        rows=[
            (
                Cell(one.words, reverse("returns:question", args=[one.number])),
                one.for_whom,
                short_day(one.needed_by),
                Cell(*_tag(one.state)),
                str(WAYS.get(one.way, "")),
                one.asked_of if one.asked_in else "",
            )
            for one in found
        ],
        empty=_("No question is listed here. Ask the first one, or clear the filters."),
        downloads=[Download(_("CSV"), query_with(request, **{"as": "csv"}))],
    )  # fmt: skip
    context = {
        "filter_form": form,
        "table": shown,
        "paging_now": paging,
        "page_links": pagination(request, paging),
        "said": take_notice(request),
    }
    return render(request, "returns/questions.html", context)


@page("commission figures")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PageRequest) -> HttpResponse:
    """Take a question in words; what may answer it is shown while somebody types."""
    form = AskQuestion(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            number = actions.ask(**form.cleaned_data, by=request.actor.id, clock=SYSTEM_CLOCK)
        except MusterError as problem:
            say(form, problem)
        else:
            return redirect("returns:question", number)
    words = request.GET.get("words", "")[:LONGEST_WORDS]
    context = {
        "form": form,
        "before": queries.asked_before(words) if words else (),
        "offered": queries.proposals(words) if words else (),
    }
    return render(request, "returns/ask.html", context)


@page("commission figures")
@require_safe
def question(request: PageRequest, number: int) -> HttpResponse:
    """Show a question with its answer, or with what may answer it."""
    found = queries.question_of(number)
    if found is None:
        raise no_such("question")
    choosing = found.state in ("open", "waits", "metric asked")
    also = request.GET.get("metric", "")
    offered = queries.proposals(found.words, but=number, also=also) if choosing else ()
    context = {
        "question": found,
        "said": take_notice(request),
        "facts": _facts(found, request.actor),
        "choosing": choosing,
        "offered": [(one, answer_form(one), _cited(one)) for one in offered],
        "before": queries.asked_before(found.words, but=number) if choosing else (),
        "others": AnotherFigure(queries.answerable()) if choosing else None,
        "answers": answer_tables(found.releases),
        "study": Study() if found.state == "research" else None,
        "runs": may_ever(request.actor, "run returns"),
        "own": found.asked_by == request.actor.id,
    }
    return render(request, "returns/question.html", context)


def answer_form(one: Proposed, data: object = None) -> ChooseAnswer:
    """Return the form that answers a question from a proposed metric."""
    return ChooseAnswer(
        data,
        metric=one.metric.name,
        dimensions=[(part.name, part.title) for part in one.metric.dimensions],
        chosen=one.dimensions,
        dates=one.dates,
        cited=one.cites is not None,
    )


def _cited(one: Proposed) -> str:
    return reverse("returns:question", args=[one.cites]) if one.cites else ""


def _tag(state: str) -> tuple[str, str, str]:
    words, colour = STATES[state]
    return str(words), "", colour


def _facts(found: QuestionView, reader: Actor) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("State"), Cell(*_tag(found.state))),
        (_("What it is for"), found.why),
        (_("For"), found.for_whom),
        (_("Needed by"), day(found.needed_by)),
        (_("Asked"), _("%(day)s, by %(who)s")
         % {"day": day(found.asked_on), "who": who(found.asked_by, reader)}),
    ]  # fmt: skip
    if found.way:
        facts.append((_("Answered from"), str(WAYS[found.way])))
    if found.cites:
        link = reverse("returns:question", args=[found.cites])
        words = _("Question %(number)s") % {"number": found.cites}
        facts.append((_("First answered in"), Cell(words, link)))
    if found.metric:
        facts.append((_("Figure"), _figure(found)))
    if found.asked_in:
        link = reverse("returns:return", args=[found.asked_in])
        words = _("%(asked)s of %(known)s employers") % {
            "asked": found.asked_of, "known": found.known,
        }  # fmt: skip
        facts.append((_("Asked of"), Cell(words, link)))
    if found.request:
        link = reverse("returns:request", args=[found.request])
        words = _("Request %(number)s") % {"number": found.request}
        facts.append((_("New metric"), Cell(words, link)))
    if found.note:
        facts.append((_("Study"), found.note))
    if found.answered_on:
        facts.append((_("Answered"), day(found.answered_on)))
    return facts


def _figure(found: QuestionView) -> str:
    parts = [one.lower() for one in queries.dimension_titles(found.metric, found.dimensions)]
    title = queries.title_of(found.metric)
    by = f" {_('by')} {', '.join(parts)}" if parts else ""
    return f"{title}{by}, {day(found.as_at)}"


def _line(one: QuestionView) -> tuple[object, ...]:
    return (
        one.number, one.words, one.why, one.for_whom, one.needed_by, one.asked_by, one.asked_on,
        one.state, one.way, one.metric, one.as_at, " ".join(one.releases), one.answered_on,
        one.days, one.known, one.asked_of, one.saved,
    )  # fmt: skip


def told(request: PageRequest, number: int, words: str) -> HttpResponse:
    """Say what was done to a question, on its page."""
    leave_notice(request, words)
    return redirect("returns:question", number)
