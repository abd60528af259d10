"""The verbs of questions: asked, answered from what stands, handed on, withdrawn.

Each verb is one transaction with its entry in the log of decisions.
"""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import ReleasedTable, cited, release
from muster.gates.rows import EVERYBODY
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, MusterError, NotFound, NotPermitted, Where
from muster.ledger.current import ledger
from muster.services.returns.models import Assumption, Question
from muster.services.returns.rules import (
    ANSWERED,
    CLOSED,
    DROPPED,
    EARLIER,
    LONGEST_WORDS,
    METRIC,
    METRIC_ASKED,
    NEW_METRIC,
    OPEN,
    RESEARCH,
    RETURN,
    STUDY,
    WAITS,
    name_of,
)

AUDIENCE = EVERYBODY
"""Whom answers are for: the same as of every page of figures, so that they are audited together."""
_CHOOSING = (OPEN, WAITS, METRIC_ASKED)


@transaction.atomic
def ask(*, words: str, why: str, for_whom: str, needed_by: dt.date, by: str, clock: Clock) -> int:
    """Ask a question; return its number.

    Args:
        words: what somebody wants to know. Nobody is named in it.
        why: what for.
        for_whom: who wants it.
        needed_by: until when.
        by: the signed-in actor.
        clock: stamps it.

    Raises:
        BadInput: if a part is missing or too long, or the day is past.
    """
    if needed_by < legal_day(clock.now()):
        raise BadInput("The day is past", where=Where(field="needed_by"), fix="Choose a later day")
    made = Question.objects.create(
        words=stated(words, "words"), why=stated(why, "why"), for_whom=stated(for_whom, "for_whom"),
        needed_by=needed_by, asked_by=by, asked_at=clock.now(),
    )  # fmt: skip
    note("question.asked", f"question:returns:{made.number}", by, needed_by=needed_by)
    return made.number


def earlier_answer(
    metric: str, dimensions: tuple[str, ...], as_at: dt.date, *, but: int = 0
) -> Question | None:
    """Return the latest question that the same table answered, if it may still be read.

    A return answers with the table from records and that of what was stated: both are cited.
    """
    by = ",".join(dimensions)
    same = Q(metric=metric, dimensions=by)
    in_return = Q(asked_in__items__metric=metric, asked_in__items__dimensions=by)
    answers = Question.objects.filter(same | in_return, state=ANSWERED, as_at=as_at)
    for one in answers.exclude(number=but).distinct().order_by("-answered_at"):
        try:
            if one.releases and [cited(UUID(each)) for each in one.releases]:
                return one
        except (NotPermitted, NotFound):
            continue
    return None


def answer(
    *,
    question: int,
    metric: str,
    dimensions: Sequence[str],
    as_at: dt.date,
    purpose: str,
    by: str,
    clock: Clock,
    fresh: bool = False,
) -> str:
    """Answer a question from figures that stand; return in which way.

    An earlier answer of the same table is cited, and nothing is computed; ``fresh`` asks for the
    table as it is now all the same.

    Raises:
        NotFound: if there is no such question or metric.
        NotPermitted: if the gate does not let the table out.
        Conflict: if the question is answered or withdrawn.
        BadInput: if the metric has no figures for the date.
    """
    open_question(question)
    chosen = metric_named(metric)
    if as_at not in reader_of(chosen).dates():
        raise BadInput(
            "There are no figures for this date", where=Where(field="as_at"),
            fix="Choose another date, or ask employers in a return",
        )  # fmt: skip
    by_what = in_order(metric, dimensions)
    before = None if fresh else earlier_answer(metric, by_what, as_at, but=question)
    if before is not None:
        tables, known = list(before.releases), before.known
    else:
        made = [
            _released(metric, part, as_at, purpose, by, clock)
            for part in dict.fromkeys((by_what, ()))
        ]
        tables, known = [str(one.release) for one in made], made[0].known
    with transaction.atomic():
        found = open_question(question, lock=True)
        found.metric, found.dimensions, found.as_at = metric, ",".join(by_what), as_at
        found.releases, found.known, found.asked_of = tables, known, 0
        found.cites = before.number if before else None
        asked_for = (one.title for one in found.requests.filter(state="approved"))
        way = NEW_METRIC if metric in map(name_of, asked_for) else METRIC
        end(found, EARLIER if before else way, by, clock)
    return found.way


def in_order(metric: str, dimensions: Sequence[str]) -> tuple[str, ...]:
    """Return dimensions in the order of their declaration: the same table is the same release."""
    chosen = metric_named(metric)
    known = [one.name for one in chosen.dimensions]
    return tuple(sorted(dimensions, key=lambda one: known.index(one) if one in known else -1))


def _released(
    metric: str, by_what: tuple[str, ...], as_at: dt.date, purpose: str, by: str, clock: Clock
) -> ReleasedTable:
    return release(metric, by_what, as_at, audience=AUDIENCE, purpose=purpose, by=by, clock=clock)


@transaction.atomic
def hand_on(*, question: int, by: str, clock: Clock) -> None:
    """Hand a question to analysts, as no figure that stands answers it.

    Raises:
        NotFound: if there is no such question.
        Conflict: if it is not open.
    """
    found = open_question(question, lock=True)
    move(found, WAITS, "handed_on", by)


@transaction.atomic
def to_research(*, question: int, words: str, by: str, clock: Clock) -> None:
    """Hand a question to research: it needs a study.

    Raises:
        NotFound: if there is no such question.
        Conflict: if it is not open.
        BadInput: if nothing is said of the study.
    """
    found = open_question(question, lock=True)
    found.note = stated(words, "note")
    move(found, RESEARCH, "to_research", by)


@transaction.atomic
def answer_by_study(*, question: int, words: str, by: str, clock: Clock) -> None:
    """Note where the study that answers a question is published.

    Raises:
        Conflict: if research does not have the question.
        BadInput: if nothing is said.
    """
    found = question_held(question, lock=True)
    if found.state != RESEARCH:
        raise overtaken(question, found.state)
    found.note = stated(words, "note")
    end(found, STUDY, by, clock)


@transaction.atomic
def drop(*, question: int, by: str, clock: Clock) -> None:
    """Withdraw a question that one asked.

    Raises:
        NotPermitted: if somebody else asked it.
        Conflict: if it is closed, or employers are being asked.
    """
    found = open_question(question, lock=True)
    if found.asked_by != by:
        raise NotPermitted("Somebody else asked this", fix="Ask them to withdraw it")
    move(found, DROPPED, "withdrawn", by)


@transaction.atomic
def take_up(*, question: int, by: str, clock: Clock) -> None:
    """Open a question again that was withdrawn, handed on or answered by mistake.

    What was released stays released and cited.

    Raises:
        Conflict: if employers are being asked, or answered it.
        NotPermitted: if it is answered, and somebody else asked it.
    """
    found = question_held(question, lock=True)
    mistaken = found.state == ANSWERED and found.way != RETURN
    if found.state not in (DROPPED, WAITS, RESEARCH) and not mistaken:
        raise overtaken(question, found.state)
    if mistaken and found.asked_by != by:
        raise NotPermitted("Somebody else asked this", fix="Ask them to open it again")
    found.way, found.metric, found.dimensions, found.as_at = "", "", "", None
    found.releases, found.cites, found.known, found.asked_of = [], None, 0, 0
    found.answered_by, found.answered_at = "", None
    move(found, OPEN, "taken_up", by)


@transaction.atomic
def assume(*, minutes: int, why: str, by: str, clock: Clock) -> None:
    """Declare what one employer is taken to spend on one return, from now on.

    Raises:
        BadInput: if no reason is given, or the time is none.
    """
    if not 1 <= minutes <= 10_000:
        raise BadInput("Is out of bounds", where=Where(field="minutes"),
                       fix="Write minutes from 1 to 10,000")  # fmt: skip
    Assumption.objects.create(
        minutes=minutes, why=stated(why, "why"), set_by=by, set_at=clock.now()
    )
    note("assumption.declared", "assumption:returns:minutes", by, minutes=minutes)


def question_held(number: int, *, lock: bool) -> Question:
    """Return a question, held until the transaction ends if asked for; ``NotFound`` if none."""
    rows = Question.objects.select_for_update() if lock else Question.objects.all()
    found = rows.filter(number=number).first()
    if found is None:
        raise NotFound("There is no such question", fix="See the list of questions")
    return found


def open_question(number: int, *, lock: bool = False) -> Question:
    """Return a question for which somebody may still choose an answer, held if asked for.

    Raises:
        NotFound: if there is none.
        Conflict: if it is closed, or on its way.
    """
    found = question_held(number, lock=lock)
    if found.state not in _CHOOSING:
        raise overtaken(number, found.state)
    return found


def move(found: Question, state: str, done: str, by: str) -> None:
    """Bring a question into another state; its entry is the last of the transaction."""
    found.state = state
    found.save()
    note(f"question.{done}", f"question:returns:{found.number}", by)


def end(found: Question, way: str, by: str, clock: Clock) -> None:
    """Close a question with its answer; its entry is the last of the transaction."""
    found.state, found.way = ANSWERED, way
    found.answered_by, found.answered_at = by, clock.now()
    found.save()
    note(
        "question.answered", f"question:returns:{found.number}", by, way=way,
        releases=found.releases, known=found.known, asked_of=found.asked_of,
    )  # fmt: skip


def overtaken(number: int, state: str) -> MusterError:
    """Return the refusal of what another change has overtaken."""
    fix = "See what became of it" if state in CLOSED else "Load the page again"
    return Conflict(f"It is {state} by now", where=Where(thing=str(number)), fix=fix)


def stated(words: str, field: str) -> str:
    """Return words without blanks around them.

    Raises:
        BadInput: if there are none, or more than can be kept.
    """
    kept = " ".join(words.split())
    if not kept or len(kept) > LONGEST_WORDS:
        what = "Is too long" if kept else "Nothing is said"
        raise BadInput(what, where=Where(field=field),
                       fix=f"Say it in up to {LONGEST_WORDS} characters")  # fmt: skip
    return kept


def note(done: str, subject: str, by: str, **said: object) -> None:
    """Enter into the log of decisions what was done; call it last in its transaction."""
    ledger().append_one("decisions", f"muster.returns.{done}.v1", subject, {"by": by, **said})
