"""The verbs of returns: asked of employers whose figure is missing, extended, released, cancelled.

A return is released once. What employers signed off then counts as having come in: an entry in the
exchange log says so, and the tables that answer the question are those of that position.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from math import prod

from django.db import transaction

from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import release
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day, month_end
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.ledger.current import ledger
from muster.services.returns.actions import (
    AUDIENCE,
    end,
    in_order,
    note,
    open_question,
    stated,
)
from muster.services.returns.answering import close_fed
from muster.services.returns.metrics import declared_as, statable, stated_name
from muster.services.returns.models import Ask, Assumption, Item, Question, Return, StatedCell
from muster.services.returns.rules import (
    ASKED,
    MINUTES,
    MOST_CELLS,
    MOST_ITEMS,
    RETURN,
    WAITS,
    statable_dimensions,
)
from muster.services.returns.standing import Standing, Wanted, look

MOST_DIMENSIONS = 2
"""The employer is the third."""


def minutes_now() -> int:
    """Return what one employer is taken to spend on one return, as declared last."""
    latest = Assumption.objects.order_by("-id").values_list("minutes", flat=True).first()
    return MINUTES if latest is None else latest


def check(tables: Sequence[Wanted], as_at: dt.date, deadline: dt.date, today: dt.date) -> Standing:
    """Return who would be asked; nothing is written.

    Raises:
        BadInput: naming what cannot be asked, and what to change.
    """
    if not 1 <= len(tables) <= MOST_ITEMS or len(set(tables)) != len(tables):
        raise BadInput(f"A return asks for one to {MOST_ITEMS} different tables",
                       where=Where(field="tables"), fix="Choose figures, each once")  # fmt: skip
    if as_at != month_end(as_at) or as_at > today:
        raise BadInput("Figures are as at month ends that are past", where=Where(field="as_at"),
                       fix="Choose the end of an earlier month")  # fmt: skip
    if deadline <= today:
        raise BadInput("The deadline is not in the future", where=Where(field="deadline"),
                       fix="Choose a later day")  # fmt: skip
    for metric, dimensions in tables:
        _refuse_unless_statable(metric, dimensions, as_at)
    return look(tables, as_at)


def _refuse_unless_statable(metric: str, dimensions: tuple[str, ...], as_at: dt.date) -> None:
    chosen = metric_named(metric)
    why = statable(chosen)
    if why:
        raise BadInput(f"Employers cannot be asked for {chosen.title}: {why}",
                       where=Where(field="tables"), fix="Choose another figure")  # fmt: skip
    if len(dimensions) > MOST_DIMENSIONS or set(dimensions) - set(
        statable_dimensions(declared_as(chosen))
    ):
        raise BadInput(f"Employers cannot break {chosen.title} down like this",
                       where=Where(field="tables"),
                       fix=f"Choose up to {MOST_DIMENSIONS} parts, not employers")  # fmt: skip
    reader = reader_of(chosen)
    if prod(len(reader.domain(one, as_at)) for one in dimensions) > MOST_CELLS:
        raise BadInput(f"{chosen.title} would have more than {MOST_CELLS} cells for each employer",
                       where=Where(field="tables"), fix="Leave a dimension out")  # fmt: skip


def open_return(
    *,
    question: int,
    tables: Sequence[Wanted],
    as_at: dt.date,
    deadline: dt.date,
    by: str,
    clock: Clock,
) -> int:
    """Ask the employers whose figures are missing; return the number of the return.

    Args:
        question: what it is to answer.
        tables: metrics, each with what it is broken down by.
        as_at: a month end.
        deadline: the last day on which an answer is in time.
        by: the analyst.
        clock: stamps it.

    Raises:
        BadInput: if it cannot be asked, or nobody's figures are missing.
        Conflict: if the question is closed or asked already.
    """
    ordered = [(metric, in_order(metric, dimensions)) for metric, dimensions in tables]
    standing = check(ordered, as_at, deadline, legal_day(clock.now()))
    if not standing.owing:
        raise BadInput("Nobody's figures are missing", where=Where(field="tables"),
                       fix="Answer the question from the metric")  # fmt: skip
    with transaction.atomic():
        whose = open_question(question, lock=True)
        whose.state, whose.as_at = ASKED, as_at
        whose.known, whose.asked_of = standing.stood + len(standing.owing), len(standing.owing)
        whose.save()
        made = Return.objects.create(
            question=whose, as_at=as_at, deadline=deadline, stood=standing.stood,
            minutes=minutes_now(), opened_by=by, opened_at=clock.now(),
        )  # fmt: skip
        items = [
            Item.objects.create(of=made, metric=metric, dimensions=",".join(dimensions))
            for metric, dimensions in ordered
        ]
        Ask.objects.bulk_create(
            Ask(of=made, employer=one.employer, title=one.title,
                missing=[items[place].pk for place in one.missing])
            for one in standing.owing
        )  # fmt: skip
        note("return.asked", _subject(made.number), by, question=question, as_at=as_at,
             deadline=deadline, asked=len(standing.owing), stood=standing.stood)  # fmt: skip
    return made.number


@transaction.atomic
def extend(*, number: int, deadline: dt.date, reason: str, by: str, clock: Clock) -> None:
    """Give employers more time.

    Raises:
        BadInput: if the day is not later, or no reason is given.
        Conflict: if the return is closed.
    """
    found = _open(number)
    if deadline <= max(found.deadline, legal_day(clock.now())):
        raise BadInput("The new deadline is not later", where=Where(field="deadline"),
                       fix="Choose a day after today and after the deadline")  # fmt: skip
    found.deadline, found.extended_because = deadline, stated(reason, "reason")
    found.save()
    note("return.extended", _subject(number), by, deadline=deadline)


@transaction.atomic
def cancel(*, number: int, reason: str, by: str, clock: Clock) -> None:
    """Ask no longer; the question waits for another answer.

    Raises:
        BadInput: if no reason is given.
        Conflict: if the return is closed.
    """
    found = _open(number)
    found.closed_because = stated(reason, "reason")
    _close(found, "cancelled", by, clock)
    Question.objects.filter(number=found.question_id).update(state=WAITS, known=0, asked_of=0)
    note("return.cancelled", _subject(number), by)


def release_return(*, number: int, purpose: str, by: str, clock: Clock) -> None:
    """Let the figures out through the gate, and answer the question with them.

    Employers whose feed has come since are no longer asked. It may be released once everybody has
    signed off, or the deadline is past. A release that was broken off is gone on with.

    Raises:
        Conflict: if employers still have time, or the return is closed.
        NotPermitted: if the gate does not let a table out.
    """
    close_fed(clock=clock)
    with transaction.atomic():
        found = _named(number)
        if found.state == "open":
            _freeze(found, by, clock)
        elif found.state != "released" or found.question.state != ASKED:
            raise _closed(found)
    for item in found.items.order_by("id"):
        if not item.releases:
            item.releases = _release(item, found.as_at, purpose, by, clock)
            item.save(update_fields=["releases"])
    with transaction.atomic():
        whose = Question.objects.select_for_update().get(number=found.question_id)
        if whose.state != ASKED:
            return
        whose.releases = [one for item in found.items.order_by("id") for one in item.releases]
        end(whose, RETURN, by, clock)


def _freeze(found: Return, by: str, clock: Clock) -> None:
    """Close the return and note what came in: from here on its figures are data."""
    owing = found.asks.filter(state__in=("asked", "stated")).count()
    if owing and legal_day(clock.now()) <= found.deadline:
        raise Conflict(
            f"Employers that have not signed off: {owing}", where=Where(thing=str(found.number)),
            fix="Wait for them until the deadline is past, or cancel the return",
        )  # fmt: skip
    _close(found, "released", by, clock)
    cells = StatedCell.objects.filter(ask__of=found, ask__state="signed").order_by("id")
    told = [
        [one.ask.employer.hex, one.item_id, one.key, one.value, one.people]
        for one in cells.select_related("ask")
    ]
    digest = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    signed = found.asks.filter(state="signed").count()
    ledger().append_one(
        "exchange", "muster.returns.figures.stated.v1", _subject(found.number),
        {"employers": signed, "figures": len(told), "sha256": digest},
    )  # fmt: skip
    note("return.released", _subject(found.number), by, signed=signed, sha256=digest)


def _release(item: Item, as_at: dt.date, purpose: str, by: str, clock: Clock) -> list[str]:
    """Release an item from records and as stated: by its dimensions, and by employer."""
    dimensions = tuple(part for part in item.dimensions.split(",") if part)
    found = []
    for metric in (item.metric, stated_name(item.metric)):
        if not reader_of(metric_named(metric)).domain("employer", as_at):
            continue
        for by_what in dict.fromkeys((dimensions, ("employer",))):
            made = release(
                metric, by_what, as_at, audience=AUDIENCE, purpose=purpose, by=by, clock=clock
            )
            found.append(str(made.release))
    return found


def _close(found: Return, state: str, by: str, clock: Clock) -> None:
    found.state, found.closed_by, found.closed_at = state, by, clock.now()
    found.save()
    left = found.asks.filter(state__in=("asked", "stated"))
    left.update(state="closed", closed_at=clock.now())


def _named(number: int) -> Return:
    found = Return.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise NotFound("There is no such return", fix="See the list of questions")
    return found


def _open(number: int) -> Return:
    found = _named(number)
    if found.state != "open":
        raise _closed(found)
    return found


def _closed(found: Return) -> Conflict:
    return Conflict(
        f"This return is {found.state}", where=Where(thing=str(found.number)),
        fix="See what became of it",
    )  # fmt: skip


def _subject(number: int) -> str:
    return f"return:returns:{number}"
