"""An employment that gives way to one with another employer, many at a time if need be.

For ``services.transfers``. A move is one transaction: what was believed of the old employment is
closed and written anew with its end, and the new one begins on that very day. Corrections are new
facts likewise. Whoever moves thousands writes one entry in the decisions log, with those of the
verb this is part of.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from muster.kernel.clock import Clock
from muster.kernel.days import Period
from muster.kernel.ids import new_id
from muster.ledger.port import NewEntry
from muster.register.people.actions import Terms, take_turn
from muster.register.people.models import Assignment, Employment
from muster.register.people.rewriting import (
    TERMS,
    again,
    changed,
    note,
    of_employments,
    one_of,
    parts,
    rewrite,
)
from muster.register.people.rules import SUBSTANTIVE, Engagement
from muster.register.people.telling.adoption import NEAR

LEFT = "transferred"


@dataclass(frozen=True)
class Move:
    """A person's move from an employment to another employer.

    Args:
        person: whose.
        employment: the one that ends, or beside which the new one stands.
        employer: the new one.
        first_day: the old employment's end and the new one's first day.
        terms: those of the new one.
        engagement: of the new one; only an employee's old employment ends.
        last_day: the new one's last day, where it is known.
        longest_gap: how many days earlier the old one may have ended.
    """

    person: uuid.UUID
    employment: uuid.UUID
    employer: uuid.UUID
    first_day: dt.date
    terms: Terms
    engagement: Engagement = SUBSTANTIVE
    last_day: dt.date | None = None
    longest_gap: int = 0


@dataclass(frozen=True)
class Moved:
    """What a move made: the new employment, and when the old one would have ended (half open)."""

    employment: uuid.UUID
    ended_before: dt.date | None


@dataclass(frozen=True)
class Refused:
    """Why a move was not made; nothing of it was."""

    why: str


@transaction.atomic
def move_employments(
    moves: Sequence[Move],
    *,
    by: str,
    reason: str,
    clock: Clock,
    also: Sequence[NewEntry] = (),
) -> tuple[Moved | Refused, ...]:
    """Make moves, each whole or not at all; return what came of each, in order.

    Args:
        moves: the moves, at most one of a person.
        by: who decided.
        reason: why, for the decisions log.
        clock: stamps the facts.
        also: entries of the verb this is part of; all are appended together, at the end.
    """
    take_turn()
    at = clock.now()
    held = _held([move.person for move in moves])
    done: list[Moved | Refused] = []
    ended: list[tuple[Employment, Period | None]] = []
    fresh: list[Employment] = []
    spent: list[Assignment] = []
    for move in moves:
        own = held.get(move.person, [])
        was = next((one for one in own if one.employment == move.employment), None)
        why = _why_not(move, was, own)
        if was is None or why:
            done.append(Refused(why))
            continue
        if move.engagement == SUBSTANTIVE and (
            was.valid_to is None or was.valid_to > move.first_day
        ):
            ended.append((was, Period(was.valid_from, move.first_day)))
        ended += [(one, None) for one in own if one is not was and _the_same(move, one)]
        begun = _begun(move, by=by, at=at)
        fresh.append(begun)
        spent.append(_spent(begun, move.terms))
        done.append(Moved(begun.employment, was.valid_to))
    rewrite(ended, by=by, at=at, ended="decided", reason=LEFT, fresh=fresh, spent=spent)
    note("moved", [(one.employment, one.id) for one in fresh], by, reason, also)
    return tuple(done)


@transaction.atomic
def undo_moves(
    moves: Sequence[tuple[uuid.UUID, uuid.UUID | None, dt.date | None]],
    *,
    by: str,
    reason: str,
    clock: Clock,
    keep_old: bool = False,
    also: Sequence[NewEntry] = (),
) -> None:
    """Correct moves that should never have been: the new employment was none, the old one goes on.

    Args:
        moves: for each the old employment, the new one (None if there is none), and when the old
            one would have ended (half open).
        by: who decided.
        reason: why.
        clock: stamps the facts.
        keep_old: the old employment did not end, and stays as it is.
        also: entries of the verb this is part of.

    Raises:
        Conflict: if somebody has since changed what the move made, or the days overlap now.
    """
    take_turn()
    facts = of_employments({one for old, new, _ in moves for one in (old, new) if one})
    pairs: list[tuple[Employment, Period | None]] = []
    for old, new, end in moves:
        if new:
            pairs.append((one_of(facts, new), None))
        was = one_of(facts, old)
        if not keep_old and was.valid_to != end:
            pairs.append((was, Period(was.valid_from, end)))
    _refuse_overlaps(pairs)
    rewrite(pairs, by=by, at=clock.now(), ended=None, reason=None)
    note("move_undone", [(was.employment, was.id) for was, _ in pairs], by, reason, also)


@transaction.atomic
def redate_move(
    *,
    old: uuid.UUID,
    new: uuid.UUID,
    first_day: dt.date,
    by: str,
    reason: str,
    clock: Clock,
    also: Sequence[NewEntry] = (),
) -> None:
    """Correct the day of a move: the old employment ends, and the new one begins, on another day.

    Raises:
        Conflict: if somebody has since changed what the move made.
        BadInput: if either would hold no day.
    """
    take_turn()
    facts = of_employments({old, new})
    left, joined = one_of(facts, old), one_of(facts, new)
    if first_day <= left.valid_from or (joined.valid_to and first_day >= joined.valid_to):
        raise changed(new, "One of the two employments would hold no day", "Choose another day")
    pairs: list[tuple[Employment, Period | None]] = [
        (left, Period(left.valid_from, first_day)),
        (joined, Period(first_day, joined.valid_to)),
    ]
    _refuse_overlaps(pairs)
    rewrite(pairs, by=by, at=clock.now(), ended="decided", reason=LEFT)
    note("move_redated", [(was.employment, was.id) for was, _ in pairs], by, reason, also)


@transaction.atomic
def end_beside(
    *,
    employment: uuid.UUID,
    ends: dt.date,
    by: str,
    reason: str,
    clock: Clock,
    also: Sequence[NewEntry] = (),
) -> None:
    """Decide when an employment that stands beside another ends (half open): a loan, say.

    Raises:
        Conflict: if it is gone, or would hold no day.
    """
    take_turn()
    was = one_of(of_employments({employment}), employment)
    if ends <= was.valid_from:
        raise changed(employment, "It would hold no day", "Choose a later day, or undo it")
    if was.valid_to != ends:
        rewrite(
            [(was, Period(was.valid_from, ends))], by=by, at=clock.now(), ended="decided",
            reason="end_of_term",
        )  # fmt: skip
    note("ended", [(was.employment, was.id)], by, reason, also)


@transaction.atomic
def change_terms(
    *,
    employment: uuid.UUID,
    from_day: dt.date,
    changes: Mapping[str, Any],
    by: str,
    reason: str,
    clock: Clock,
    also: Sequence[NewEntry] = (),
) -> None:
    """Decide that terms are others from a day on, of an employment that no system tells of.

    Args:
        employment: the employment.
        from_day: the first day of the new terms.
        changes: fields of ``Terms`` by name.
        by: who decided.
        reason: why.
        clock: stamps the facts.
        also: entries of the verb this is part of.

    Raises:
        Conflict: if the employer's own system tells of its terms, or it does not hold that day.
    """
    take_turn()
    at = clock.now()
    held = one_of(of_employments({employment}), employment)
    if held.record_id is not None:
        raise changed(employment, "Its employer's system tells of its terms", "Have it told there")
    own = Assignment.objects.filter(employment=employment, recorded_to__isnull=True)
    later = [one for one in own if one.valid_to is None or one.valid_to > from_day]
    if not later or from_day < held.valid_from:
        raise changed(employment, "It does not hold on that day", "Choose another day")
    Assignment.objects.filter(id__in=[one.id for one in later]).update(recorded_to=at)
    fresh: list[Assignment] = []
    for one in later:
        if one.valid_from < from_day:
            fresh.append(again(one, one.valid_from, from_day, by=by, at=at))
        begun = again(one, max(one.valid_from, from_day), one.valid_to, by=by, at=at)
        for name in TERMS:
            setattr(begun, name, changes.get(name, getattr(one, name)))
        fresh.append(begun)
    Assignment.objects.bulk_create(fresh)
    note("terms_changed", [(employment, held.id)], by, reason, also)


def _held(people: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Employment]]:
    found: dict[uuid.UUID, list[Employment]] = defaultdict(list)
    for some in parts(people):
        for one in Employment.objects.filter(person__in=some, recorded_to__isnull=True):
            found[one.person_id].append(one)
    return found


def _why_not(move: Move, was: Employment | None, own: Sequence[Employment]) -> str:
    """Return why a move cannot be made; empty if it can."""
    if was is None:
        return "This employment is no longer believed to be the person's"
    if move.first_day <= was.valid_from:
        return "The first day is none after the first day of the employment that ends"
    if was.valid_to is not None and (move.first_day - was.valid_to).days > move.longest_gap:
        return "The employment ended before the first day"
    wanted = Period(move.first_day, move.last_day and move.last_day + dt.timedelta(1))
    for other in own if move.engagement == SUBSTANTIVE else ():
        if _the_same(move, other):
            continue
        if other is not was and other.substantive and wanted.overlaps(_days(other)):
            return "These days overlap another substantive employment of this person"
    return ""


def _the_same(move: Move, other: Employment) -> bool:
    """Tell whether the new employer's system has told of what a move makes before it was made."""
    told = other.decided_by is None and other.employer_id == move.employer
    near = abs((other.valid_from - move.first_day).days) <= NEAR
    return told and near and other.engagement == move.engagement == SUBSTANTIVE


def _refuse_overlaps(pairs: Sequence[tuple[Employment, Period | None]]) -> None:
    """Refuse days that would overlap another substantive employment of the same person."""
    rewritten = {was.employment for was, _ in pairs}
    held = _held([was.person_id for was, _ in pairs])
    for was, days in pairs:
        others = [one for one in held.get(was.person_id, ()) if one.employment not in rewritten]
        for other in others if was.substantive and days is not None else ():
            if other.substantive and days is not None and days.overlaps(_days(other)):
                raise changed(
                    was.employment, "These days overlap another substantive employment",
                    "End or correct that employment first",
                )  # fmt: skip


def _days(fact: Employment) -> Period:
    return Period(fact.valid_from, fact.valid_to)


def _begun(move: Move, *, by: str, at: dt.datetime) -> Employment:
    end = None if move.last_day is None else move.last_day + dt.timedelta(1)
    return Employment(
        employment=new_id(), person_id=move.person, employer_id=move.employer,
        engagement=move.engagement, substantive=move.engagement == SUBSTANTIVE,
        ended=None if end is None else "decided", valid_from=move.first_day, valid_to=end,
        decided_by=by, recorded_from=at,
    )  # fmt: skip


def _spent(held: Employment, terms: Terms) -> Assignment:
    return Assignment(
        employment=held.employment, place_id=terms.place, valid_from=held.valid_from,
        valid_to=held.valid_to, decided_by=held.decided_by, recorded_from=held.recorded_from,
        **{name: getattr(terms, name) for name in TERMS},
    )  # fmt: skip
