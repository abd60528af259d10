"""The verbs of people, and the only writers of employments: open, end, correct, and apply returns.

A verb names who decided and why, and the fact it was decided on: if that fact was replaced in the
meantime, the verb refuses instead of overwriting what somebody else has just done. Each verb is
one transaction with one entry in the decisions log. ``apply_returns`` is the same for whole
snapshots; its evidence is the hub's exchange entry, which names landing and rows.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl
from django.db import connection, transaction

from muster.kernel.clock import Clock
from muster.kernel.days import ONE_DAY, Period
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.kernel.ids import new_id, new_ids
from muster.ledger.current import ledger
from muster.register.people.adopting import adopt
from muster.register.people.linking import link
from muster.register.people.matching.due import note_changed
from muster.register.people.models import Assignment, Crosswalk, Employment, Person
from muster.register.people.rules import SUBSTANTIVE, Engagement
from muster.register.people.telling.beliefs import differences
from muster.register.people.telling.claims import Waiting, waiting_in
from muster.register.people.telling.returns import Touched, records_to_tell
from muster.register.people.telling.stamps import close_facts, insert_facts, note_instant

_TURN = int.from_bytes(b"people", "big")


@dataclass(frozen=True)
class Terms:
    """The post and terms of an assignment; ``fte`` in billionths, ``salary`` in pence a year.

    ``day_rate`` is in pence for a full day, of whoever is paid by the day.
    """

    engagement_as_stated: str
    fte: int
    grade: str | None = None
    profession: str | None = None
    post_reference: str | None = None
    post_title: str | None = None
    place: uuid.UUID | None = None
    salary: int | None = None
    day_rate: int | None = None


def take_turn() -> None:
    """Wait until no other transaction changes people; held until this one ends.

    What is believed of one person may rest on what several systems say, so two loads must not
    work it out side by side. SQLite has one writer as it is.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


@transaction.atomic
def apply_returns(
    touched: Sequence[Touched],
    *,
    by: str,
    at: dt.datetime,
    withdrawn: Collection[int] = (),
    also: Collection[str] = (),
) -> int:
    """Bring beliefs up to date with returns whose claims have just been stored or withdrawn.

    Args:
        touched: the returns that changed.
        by: who is noted as having linked records.
        at: when.
        withdrawn: statements whose word no longer counts for anything.
        also: records to tell besides those of which the returns say something new.

    Returns the number of records whose history was told anew.
    """
    waiting = waiting_in({one.system for one in touched})
    records = records_to_tell(touched, waiting)
    records |= set(also)
    changed = link(records, by=by, at=at)
    records |= changed.records
    _tell(records, at=at, waiting=waiting, withdrawn=withdrawn, moved=changed.moved)
    note_changed(records, {one.system for one in touched}, at=at)
    return len(records)


def tell_again(records: Collection[str], *, by: str, at: dt.datetime, decided: bool) -> None:
    """Bring up to date whose records are, and what is believed of them, after ties have changed.

    Args:
        records: those whose ties changed.
        by: who is noted as having linked them.
        at: when.
        decided: whether a person did, so that what was decided about their employments moves with
            them instead of holding them.
    """
    changed = link(records, by=by, at=at, decided=records if decided else ())
    _tell(changed.records, at=at, moved=changed.moved)


@transaction.atomic
def open_employment(
    *,
    person: uuid.UUID,
    employer: uuid.UUID,
    engagement: Engagement,
    first_day: dt.date,
    terms: Terms,
    by: str,
    reason: str,
    clock: Clock,
    last_day: dt.date | None = None,
) -> uuid.UUID:
    """Decide that a person is employed from a day on; return the employment.

    Raises:
        NotFound: if there is no such person.
        BadInput: if the last day lies before the first.
        Conflict: if a substantive employment would overlap another of the person.
    """
    take_turn()
    if not Person.objects.filter(id=person).exists():
        raise NotFound("No such person", where=Where(thing=str(person)), fix="Search again")
    employment, at = new_id(), clock.now()
    fact = Employment(
        employment=employment,
        person_id=person,
        employer_id=employer,
        engagement=engagement,
        substantive=engagement == SUBSTANTIVE,
    )
    _decide(fact, _days(first_day, last_day), by=by, at=at)
    Assignment.objects.create(
        employment=employment,
        engagement_as_stated=terms.engagement_as_stated,
        fte=terms.fte,
        grade=terms.grade,
        profession=terms.profession,
        post_reference=terms.post_reference,
        post_title=terms.post_title,
        place_id=terms.place,
        salary=terms.salary,
        day_rate=terms.day_rate,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        decided_by=by,
        recorded_from=at,
    )
    _note("opened", fact, by=by, reason=reason)
    return employment


@transaction.atomic
def end_employment(
    *,
    employment: uuid.UUID,
    last_day: dt.date,
    expected: uuid.UUID,
    by: str,
    reason: str,
    clock: Clock,
) -> None:
    """Decide on the last day of an employment.

    Args:
        employment: the employment.
        last_day: the last day employed.
        expected: the fact this was decided on.
        by: who decided.
        reason: why, for the decisions log.
        clock: stamps the facts.

    Raises:
        Conflict: if the fact was replaced in the meantime, or the days would overlap another
            substantive employment of the person.
        BadInput: if the last day lies before the first.
    """
    was = _close(employment, expected, at=clock.now())
    _replace(was, _days(was.valid_from, last_day), by=by, at=clock.now(), ended="decided")
    _note("ended", was, by=by, reason=reason)


@transaction.atomic
def correct(
    *,
    employment: uuid.UUID,
    first_day: dt.date,
    last_day: dt.date | None,
    expected: uuid.UUID,
    by: str,
    reason: str,
    clock: Clock,
) -> None:
    """Correct the days of an employment: what was believed is closed, and new facts are written.

    Arguments and errors as for ``end_employment``. From now on snapshots that say otherwise
    become conflicts; they no longer change these days.
    """
    was = _close(employment, expected, at=clock.now())
    ended = None if last_day is None else "decided"
    _replace(was, _days(first_day, last_day), by=by, at=clock.now(), ended=ended)
    _note("corrected", was, by=by, reason=reason)


def _days(first_day: dt.date, last_day: dt.date | None) -> Period:
    try:
        return Period(first_day, None if last_day is None else last_day + ONE_DAY)
    except ValueError:
        raise BadInput(
            "The last day lies before the first",
            where=Where(field="last day"),
            fix="Correct one of the two dates",
        ) from None


def _close(employment: uuid.UUID, expected: uuid.UUID, *, at: dt.datetime) -> Employment:
    """Close the fact in force, which must be the expected one; return what it said."""
    take_turn()
    was = Employment.objects.filter(employment=employment, recorded_to__isnull=True).first()
    if was is None or was.id != expected:
        raise Conflict(
            "This employment has changed since you looked",
            where=Where(thing=f"employment {employment}"),
            fix="Load the page again",
        )
    Employment.objects.filter(id=was.id).update(recorded_to=at)
    return was


def _replace(was: Employment, days: Period, *, by: str, at: dt.datetime, ended: str | None) -> None:
    """Write the decided days of an employment, and bring its assignments in line with them."""
    fact = Employment(
        employment=was.employment,
        person_id=was.person_id,
        employer_id=was.employer_id,
        record_id=was.record_id,
        number=was.number,
        engagement=was.engagement,
        substantive=was.substantive,
        ended=ended,
        leaving_reason=was.leaving_reason if ended else None,
    )
    _decide(fact, days, by=by, at=at)
    if was.record_id is not None:
        _tell({was.record_id.hex}, at=at)
        return
    for assignment in Assignment.objects.filter(
        employment=was.employment, recorded_to__isnull=True
    ):
        _fit(assignment, Period(was.valid_from, was.valid_to), days, by=by, at=at)


def _fit(assignment: Assignment, before: Period, days: Period, *, by: str, at: dt.datetime) -> None:
    """Move the ends of a decided assignment with those of its employment."""
    start = days.start if assignment.valid_from == before.start else assignment.valid_from
    end = days.end if assignment.valid_to == before.end else assignment.valid_to
    start = max(start, days.start)
    end = days.end if end is None or (days.end is not None and end > days.end) else end
    Assignment.objects.filter(id=assignment.id).update(recorded_to=at)
    if end is None or start < end:
        assignment.id, assignment.decided_by = new_id(), by
        assignment.valid_from, assignment.valid_to = start, end
        assignment.recorded_from = at
        assignment.save(force_insert=True)


def _decide(fact: Employment, days: Period, *, by: str, at: dt.datetime) -> None:
    """Store a decided fact.

    Raises:
        Conflict: if it would overlap another substantive employment of the person.
    """
    others = Employment.objects.filter(
        person_id=fact.person_id, recorded_to__isnull=True, substantive=True
    )
    for other in others if fact.substantive else ():
        if days.overlaps(Period(other.valid_from, other.valid_to)):
            raise Conflict(
                "These days overlap another substantive employment of this person",
                where=Where(thing=f"employment {other.employment}"),
                fix="End or correct that employment first",
            )
    fact.id, fact.valid_from, fact.valid_to = new_id(), days.start, days.end
    fact.decided_by, fact.recorded_from = by, at
    fact.save(force_insert=True)


def misplaced(moved: Collection[str]) -> list[tuple[uuid.UUID, Employment]]:
    """Return decided employments of records that are of another person now, with that person."""
    records = [uuid.UUID(hex=one) for one in moved]
    found = []
    for start in range(0, len(records), 500):
        held = Employment.objects.filter(
            record__in=records[start : start + 500], recorded_to__isnull=True,
            decided_by__isnull=False,
        )  # fmt: skip
        walks = Crosswalk.objects.filter(
            record__in=records[start : start + 500], recorded_to__isnull=True
        )
        persons = dict(walks.values_list("record", "person"))
        found += [
            (persons[fact.record_id], fact) for fact in held
            if fact.record_id in persons and persons[fact.record_id] != fact.person_id
        ]  # fmt: skip
    return found


def _note(done: str, fact: Employment, *, by: str, reason: str) -> None:
    ledger().append_one(
        "decisions",
        f"muster.register.employment.{done}.v1",
        f"employment:register:{fact.employment}",
        {"by": by, "reason": reason, "fact": fact.id},
    )


def _tell(
    records: Collection[str],
    *,
    at: dt.datetime,
    waiting: Waiting | None = None,
    withdrawn: Collection[int] = (),
    moved: Collection[str] = (),
) -> None:
    """Make beliefs of records what their claims tell: close what is gone, insert what is new.

    What somebody decided about an employment of a ``moved`` record goes to its person with it, but
    what was decided before any record told of it stays the person's for whom it was decided.
    """
    again = adopt(records, at=at, waiting=waiting)
    changes = differences(
        {*records, *again}, waiting=waiting, withdrawn=withdrawn, moved=moved, renamed=bool(again)
    )
    for table, change in changes.items():
        close_facts(table, change.closed, at)
    for person, fact in misplaced(moved):
        Employment.objects.filter(id=fact.id).update(recorded_to=at)
        fact.id, fact.person_id, fact.recorded_from = new_id(), person, at
        fact.save(force_insert=True)
    for table, change in changes.items():
        ids = [fresh.hex for fresh in new_ids(change.fresh.height)]
        insert_facts(
            table,
            change.fresh.with_columns(
                note_instant(at).alias("recorded_from"),
                pl.Series("id", ids, dtype=pl.String),
            ),
        )
