"""Metrics that are asked for: asking in two minutes, the owner's answer, the declaration."""

import time

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import Actor, may_ever
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError, NotPermitted
from muster.pagekit.downloads import as_file
from muster.pagekit.jinja import day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.returns import queries, requesting
from muster.services.returns.forms import AnswerBack, DecideMetric, RequestMetric, say
from muster.services.returns.queries import RequestView
from muster.services.returns.rules import Wanted
from muster.services.returns.standing import bases, owners
from muster.services.returns.wording import LIVE, REQUESTS, who

_SALT = "returns:began"
_LONGEST = 3600
"""Who comes back to a form after an hour was not filling it in."""


@page("commission figures")
@require_safe
def requests(request: PageRequest) -> HttpResponse:
    """List the metrics that are asked for."""
    shown = table(
        request,
        caption=_("Metrics that are asked for"),
        columns=[Column(_("Metric")), Column(_("Owner")), Column(_("Asked")), Column(_("State"))],
        rows=[
            (
                Cell(one.wanted.title, reverse("returns:request", args=[one.number])),
                one.wanted.owner,
                day(one.asked_on),
                Cell(*_tag(one)),
            )
            for one in queries.requests()
        ],
        empty=_("No metric is asked for."),
    )
    took = queries.median_seconds()
    context = {"table": shown, "took": took, "said": take_notice(request)}
    return render(request, "returns/requests.html", context)


@page("commission figures")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest, number: int | None = None) -> HttpResponse:
    """Take a request for a metric, for a question or by itself; how long it took is noted."""
    found = queries.question_of(number) if number is not None else None
    if number is not None and found is None:
        raise no_such("question")
    form = RequestMetric(
        request.POST if request.method == "POST" else None,
        owners=owners(), bases=bases(),
        initial={"counts": found.words if found else "",
                 "began": signing.dumps(int(time.time()), salt=_SALT)},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        parts = tuple(part.strip() for part in said["dimensions"].split(",") if part.strip())
        wanted = Wanted(
            said["title"], said["counts"], said["grain"], parts, said["lawful_basis"], said["owner"]
        )
        try:
            made = requesting.request_metric(
                wanted=wanted, question=number, seconds=_took(said["began"]), by=request.actor.id,
                clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except MusterError as problem:
            say(form, problem)
        else:
            leave_notice(request, _("Sent to its owner."))
            return redirect("returns:request", made)
    return render(request, "returns/request_metric.html", {"form": form, "question": found})


def _took(began: str) -> int | None:
    """Return the seconds since a form was shown; None if that cannot be known."""
    try:
        seconds = int(time.time()) - int(signing.loads(began, salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return seconds if 0 <= seconds <= _LONGEST else None


@page("commission figures")
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: PageRequest, number: int) -> HttpResponse:
    """Show a metric that is asked for; let its owner decide, or who asked answer back."""
    found = queries.request_of(number)
    if found is None:
        raise no_such("request")
    own = found.asked_by == request.actor.id
    decides = found.state == "waits" and not own and may_ever(request.actor, "approve metrics")
    answers = found.state == "asked back" and own
    data = request.POST if request.method == "POST" else None
    form: DecideMetric | AnswerBack | None = DecideMetric(data) if decides else None
    if answers:
        form = AnswerBack(data, initial={"counts": found.wanted.counts})
    if data is not None and form is None:
        raise NotPermitted("You cannot decide on this metric", fix="Let its owner decide")
    if form is not None and form.is_bound and form.is_valid():
        verb = requesting.decide_metric if decides else requesting.answer_back
        try:
            verb(request=number, **form.cleaned_data, by=request.actor.id, clock=SYSTEM_CLOCK)
        except MusterError as problem:
            say(form, problem)
        else:
            leave_notice(request, _("Recorded."))
            return redirect("returns:request", number)
    context = {
        "form": form,
        "request_view": found,
        "facts": _facts(found, request.actor),
        "said": take_notice(request),
        "approved": found.state == "approved",
    }
    return render(request, "returns/request.html", context)


@page("commission figures")
@require_safe
def declaration(request: PageRequest, number: int) -> HttpResponse:
    """Return an approved metric as engineers declare it."""
    found = queries.request_of(number)
    if found is None or found.state != "approved":
        raise no_such("request")
    response = HttpResponse(found.declaration, content_type="text/x-python; charset=utf-8")
    return as_file(response, f"metric_{number}.py")


def _tag(one: RequestView) -> tuple[str, str, str]:
    words, colour = LIVE if one.live and one.state == "approved" else REQUESTS[one.state]
    return str(words), "", colour


def _facts(one: RequestView, reader: Actor) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("State"), Cell(*_tag(one))),
        (_("What counts"), one.wanted.counts),
        (_("What one row is"), one.wanted.grain),
        (_("Broken down by"), ", ".join(one.wanted.dimensions)),
        (_("Lawful basis"), one.wanted.lawful_basis),
        (_("Owner"), one.wanted.owner),
        (
            _("Asked"),
            _("%(day)s, by %(who)s") % {"day": day(one.asked_on), "who": who(one.asked_by, reader)},
        ),
    ]
    if one.question:
        link = reverse("returns:question", args=[one.question])
        facts.append((_("For"), Cell(_("Question %(number)s") % {"number": one.question}, link)))
    if one.decided_on:
        by = who(one.decided_by, reader)
        words = _("%(day)s, by %(who)s") % {"day": day(one.decided_on), "who": by}
        facts.append((_("Decided"), words))
    if one.reason:
        facts.append((_("Reason"), one.reason))
    return facts
