"""The verbs of metrics that are asked for: requested, decided by their owner, said better."""

from django.db import transaction
from django.db.models import Q

from muster.gates.metrics import declared
from muster.kernel.clock import Clock
from muster.kernel.errors import Conflict, NotFound, NotPermitted, Where
from muster.services.returns.actions import (
    move,
    note,
    open_question,
    overtaken,
    question_held,
    stated,
)
from muster.services.returns.models import MetricRequest
from muster.services.returns.rules import LONGEST_WORDS, METRIC_ASKED, OPEN, Wanted, name_of


@transaction.atomic
def request_metric(
    *,
    wanted: Wanted,
    by: str,
    clock: Clock,
    question: int | None = None,
    seconds: int | None = None,
) -> int:
    """Ask the owner for a new metric; return the number of the request.

    Args:
        wanted: what it should count.
        by: the signed-in actor.
        clock: stamps it.
        question: what it is to answer.
        seconds: how long filling in the form took, if that is known.

    Raises:
        BadInput: if a part is missing.
        Conflict: if a metric of that name is declared, or asked for already.
    """
    title = stated(wanted.title, "title")
    if name_of(title) in declared() or not name_of(title):
        raise Conflict(
            "There is a metric of this name", where=Where(field="title"),
            fix="Answer the question from it, or choose another name",
        )  # fmt: skip
    if MetricRequest.objects.filter(~Q(state="declined"), title__iexact=title).exists():
        raise Conflict("This metric is asked for already", where=Where(field="title"),
                       fix="See the metrics that are asked for")  # fmt: skip
    whose = None
    if question is not None:
        whose = open_question(question, lock=True)
        move(whose, METRIC_ASKED, "metric_asked", by)
    made = MetricRequest.objects.create(
        question=whose, title=title, counts=stated(wanted.counts, "counts"),
        grain=stated(wanted.grain, "grain"), dimensions=list(wanted.dimensions),
        lawful_basis=stated(wanted.lawful_basis, "lawful_basis"),
        owner=stated(wanted.owner, "owner"), seconds=seconds, asked_by=by, asked_at=clock.now(),
    )  # fmt: skip
    note("metric.requested", f"metric:returns:{made.number}", by, owner=made.owner)
    return made.number


@transaction.atomic
def decide_metric(*, request: int, verdict: str, reason: str, by: str, clock: Clock) -> None:
    """Approve a metric that is asked for, ask back, or decline it.

    Args:
        request: its number.
        verdict: ``approved``, ``asked back`` or ``declined``.
        reason: why; what is asked back. An approval needs none.
        by: the owner, or who acts for the owner.
        clock: stamps it.

    Raises:
        NotPermitted: if the same person asked for it.
        Conflict: if it does not wait.
        BadInput: if a reason is missing.
    """
    found = _request(request)
    if found.asked_by == by:
        raise NotPermitted("You asked for this metric", fix="Let a colleague decide")
    if found.state != "waits":
        raise overtaken(request, found.state)
    found.reason = reason.strip()[:LONGEST_WORDS]
    if verdict != "approved":
        found.reason = stated(reason, "reason")
    found.state, found.decided_by, found.decided_at = verdict, by, clock.now()
    found.save()
    if verdict == "declined" and found.question is not None:
        whose = question_held(found.question.number, lock=True)
        if whose.state == METRIC_ASKED:
            move(whose, OPEN, "metric_declined", by)
    note(f"metric.{verdict.replace(' ', '_')}", f"metric:returns:{request}", by)


@transaction.atomic
def answer_back(*, request: int, counts: str, by: str, clock: Clock) -> None:
    """Say better what a metric should count, after its owner asked back.

    Raises:
        NotPermitted: if somebody else asked for it.
        Conflict: if nothing was asked back.
        BadInput: if nothing is said.
    """
    found = _request(request)
    if found.asked_by != by:
        raise NotPermitted("Somebody else asked for this metric", fix="Ask them to answer")
    if found.state != "asked back":
        raise overtaken(request, found.state)
    found.counts, found.state = stated(counts, "counts"), "waits"
    found.decided_by, found.decided_at = "", None
    found.save()
    note("metric.answered_back", f"metric:returns:{request}", by)


def _request(number: int) -> MetricRequest:
    found = MetricRequest.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise NotFound("No such metric is asked for", fix="See the metrics that are asked for")
    return found
