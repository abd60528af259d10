"""Who saw this person between these days, and whom did this reader see: with a reason, logged.

For information-governance officers who investigate. An inquiry is kept with its reason; whoever
made it reads its answer from the access log, page by page or as a file, and each of these is itself
a look. About an identifier of nobody the answer is the same as about somebody at whom nobody
looked.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast, get_args

from django.db import transaction
from django.db.models import QuerySet

from muster.gates.access import Actor, Purpose
from muster.gates.looks import LookView, note_look, views
from muster.gates.models import Inquiry, Look, Reading
from muster.kernel.clock import Clock
from muster.kernel.days import LONDON, ONE_DAY
from muster.kernel.errors import BadInput, Where
from muster.register.people.restricting import near

Kind = Literal["person", "reader"]
Because = Literal["complaint", "alert", "breach", "audit", "request of the person"]
BECAUSE: tuple[Because, ...] = get_args(Because)
_LONGEST, _AT_ONCE = 500, 500


@dataclass(frozen=True)
class InquiryView:
    """An inquiry: about a person or a reader, between which days (both count), and why."""

    id: uuid.UUID
    kind: Kind
    person: uuid.UUID | None
    reader: str
    starts: dt.date
    ends: dt.date
    reason: str
    words: str
    at: dt.datetime


@transaction.atomic
def ask(
    actor: Actor,
    *,
    purpose: Purpose,
    starts: dt.date,
    ends: dt.date,
    reason: str,
    words: str,
    clock: Clock,
    person: uuid.UUID | None = None,
    reader: str = "",
) -> uuid.UUID:
    """Begin an inquiry about a person, or about a reader; return it.

    Args:
        actor: who investigates.
        purpose: what for, as access was granted.
        starts: the first day.
        ends: the last day.
        reason: one of ``BECAUSE``.
        words: the reason in words; it is kept with the inquiry and stands in no log.
        clock: says when.
        person: whom others looked at; None where no identifier fits.
        reader: who looked, by actor id; empty to ask about a person.

    Raises:
        BadInput: if the reason is no code, words are missing, or the days are out of order.
    """
    if reason not in BECAUSE:
        raise BadInput("No such choice", where=Where(field="reason"), fix="Choose one of the list")
    if not words.strip() or len(words) > _LONGEST:
        raise BadInput("The reason in words is missing or too long", where=Where(field="words"),
                       fix=f"Say in up to {_LONGEST} characters what this is about")  # fmt: skip
    if ends < starts:
        raise BadInput("The last day is before the first", where=Where(field="ends"),
                       fix="Enter the days in order")  # fmt: skip
    made = Inquiry.objects.create(
        kind="reader" if reader else "person", person=None if reader else person, reader=reader,
        starts=starts, ends=ends, reason=reason, words=words.strip(), by=actor.id, at=clock.now(),
    )  # fmt: skip
    return made.id


def inquiry_of(which: uuid.UUID, by: str) -> InquiryView | None:
    """Return an inquiry to whoever made it; None to everybody else."""
    one = Inquiry.objects.filter(id=which, by=by).first()
    return None if one is None else _view(one)


def inquiries_of(by: str, *, limit: int = 20) -> tuple[InquiryView, ...]:
    """Return somebody's own inquiries, the latest first."""
    found = Inquiry.objects.filter(by=by).order_by("-at", "id")
    return tuple(_view(one) for one in found[:limit])


def count_answer(asked: InquiryView) -> int:
    """Return how many looks an inquiry is about."""
    return _readings(asked).count()


def answer(asked: InquiryView, *, start: int = 0, limit: int = 50) -> tuple[LookView, ...]:
    """Return the looks an inquiry is about, the latest first."""
    found = _readings(asked).order_by("-position").values_list("position", flat=True)
    return views(list(found[start : start + limit]))


def whole_answer(asked: InquiryView) -> Iterator[LookView]:
    """Yield all looks an inquiry is about, the latest first."""
    positions = list(_readings(asked).order_by("-position").values_list("position", flat=True))
    for place in range(0, len(positions), _AT_ONCE):
        yield from views(positions[place : place + _AT_ONCE])


def note_answer(actor: Actor, purpose: Purpose, asked: InquiryView, *, as_file: bool) -> int:
    """Record that an investigator reads an answer; the person asked about is told of it."""
    return note_look(
        actor, what="inquiry", purpose=purpose,
        people=[asked.person] if asked.person else (),
        detail={"inquiry": asked.id, "file": as_file, "reason": asked.reason},
    )  # fmt: skip


def _readings(asked: InquiryView) -> QuerySet[Reading]:
    begin = dt.datetime.combine(asked.starts, dt.time(), LONDON)
    end = dt.datetime.combine(asked.ends + ONE_DAY, dt.time(), LONDON)
    found = Reading.objects.filter(at__gte=begin, at__lt=end)
    if asked.kind == "reader":
        return found.filter(by=asked.reader)
    whom = near.ever_of(asked.person) if asked.person else frozenset()
    return found.filter(position__in=Look.objects.filter(person__in=whom).values("position"))


def _view(one: Inquiry) -> InquiryView:
    return InquiryView(
        one.id, cast("Kind", one.kind), one.person, one.reader, one.starts, one.ends, one.reason,
        one.words, one.at,
    )  # fmt: skip
