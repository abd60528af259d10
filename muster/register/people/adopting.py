"""Employments that somebody decided before any record told of them, and the records that do now.

For ``actions``. A transfer decides that a person joins an employer; weeks later that employer's HR
file lists them, under a staff number of its own. Both are one employment, so the decided one is
*adopted*: new facts of it name the record and its number, and the record tells its terms from then
on. The first day stays as it was decided, and so does a last day that somebody decided; an end that
nobody decided is the record's to tell. Where the record states another first day, the two are in
dispute like any decided days (see ``telling.beliefs``).

Adoption is found again whenever a record of the person is told, from the files that stand. If the
record tells of it no longer, since its feed was withdrawn or the record is somebody else's, the
employment is as it was before: decided, of no record, on the terms that were decided.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import polars as pl

from muster.kernel.days import Period
from muster.kernel.ids import new_id
from muster.register.people.models import Assignment, Crosswalk, Employment
from muster.register.people.rules import Spell
from muster.register.people.telling.adoption import Found, Loose, end_as_told, found_for
from muster.register.people.telling.beliefs import told_by
from muster.register.people.telling.claims import Waiting, claims_of, hexed, read_among
from muster.register.people.telling.disputes import EVER_UNRECORDED, Record

_AT_ONCE = 500
_PERSON = {"person": pl.String}


def adopt(records: Collection[str], *, at: dt.datetime, waiting: Waiting | None = None) -> set[str]:
    """Let records of the same persons tell of what was decided without one; or no longer.

    Args:
        records: those that are about to be told.
        at: when.
        waiting: what waits of their systems, if it is known by now.

    Returns the records that are to be told as well.
    """
    loose = _loose(_persons_of(records))
    if not loose:
        return set()
    told = _told_beside(loose, waiting)
    own = _own({one.person_id for one in loose})
    moved = _believed_elsewhere(told)
    ids = {one.id for one in loose}
    taken = {
        (one.record_id.hex, one.number or 0)
        for held in (*own.values(), moved) for one in held
        if one.decided_by is not None and one.record_id is not None and one.id not in ids
    }  # fmt: skip
    found = found_for([_as_loose(one) for one in loose], told, taken)
    again: set[str] = set()
    for one in loose:
        mine = own[one.person_id]
        again |= _brought_in_line(one, found.get(one.employment.hex), mine, moved, at)
    return again


def of_importers(fresh: Sequence[Employment]) -> set[str]:
    """Return the records that might tell of employments that have just been decided."""
    wanted = {(one.person_id, one.employer_id) for one in fresh}
    found: set[str] = set()
    for some in _parts({person for person, _ in wanted}):
        walks = Crosswalk.objects.filter(person__in=some, recorded_to__isnull=True)
        for person, employer, record in walks.values_list("person", "record__employer", "record"):
            found |= {record.hex} if (person, employer) in wanted else set()
    return found


def _persons_of(records: Collection[str]) -> set[str]:
    """Return of whom records are, and of whom employments are that they told of until now."""
    linked = read_among(
        f"SELECT {hexed('person_id')} FROM register_crosswalk"  # noqa: S608
        " WHERE recorded_to IS NULL AND record_id IN {}",
        records,
        _PERSON,
    )
    held = read_among(
        f"SELECT {hexed('person_id')} FROM register_employment"  # noqa: S608
        " WHERE recorded_to IS NULL AND decided_by IS NOT NULL AND record_id IN {}",
        records,
        _PERSON,
    )
    return {*linked["person"], *held["person"]}


def _loose(persons: Collection[str]) -> list[Employment]:
    """Return the decided employments of persons that at first no record told of."""
    found = read_among(
        f"SELECT {hexed('held.id')} FROM register_employment held"  # noqa: S608
        " WHERE held.recorded_to IS NULL AND held.decided_by IS NOT NULL"
        f" AND {EVER_UNRECORDED} AND held.person_id IN {{}}",
        persons,
        {"id": pl.String},
    )
    return [
        one
        for some in _parts(found["id"])
        for one in Employment.objects.filter(id__in=some).order_by("valid_from", "id")
    ]


def _own(persons: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Employment]]:
    own: dict[uuid.UUID, list[Employment]] = defaultdict(list)
    for some in _parts(persons):
        for one in Employment.objects.filter(person__in=some, recorded_to__isnull=True):
            own[one.person_id].append(one)
    return own


def _believed_elsewhere(told: Sequence[Record]) -> list[Employment]:
    """Return what is believed of records that were of somebody else until now."""
    persons = {record.id: record.person for record in told}
    return [
        one
        for some in _parts(persons)
        for one in Employment.objects.filter(record__in=some, recorded_to__isnull=True)
        if one.record_id is not None and persons[one.record_id.hex] != one.person_id.hex
    ]


def _told_beside(loose: Sequence[Employment], waiting: Waiting | None) -> list[Record]:
    records = of_importers(loose)
    return told_by(records, claims_of(records), waiting) if records else []


def _as_loose(one: Employment) -> Loose:
    return Loose(
        one.employment.hex, one.person_id.hex, one.employer_id.hex, one.engagement,
        Period(one.valid_from, None if end_as_told(one.ended) else one.valid_to),
    )  # fmt: skip


def _brought_in_line(
    was: Employment,
    found: Found | None,
    own: list[Employment],
    moved: Sequence[Employment],
    at: dt.datetime,
) -> set[str]:
    """Write an employment anew as its record tells of it, or none; return the records to tell."""
    wanted = _with_record(was, found, own, at)
    same = ("record_id", "number", "valid_to", "ended", "leaving_reason")
    if all(getattr(wanted, name) == getattr(was, name) for name in same):
        return set()
    closing = [one for one in own if one.id != was.id and _in_the_way(one, wanted)]
    closing += [one for one in moved if _is_told(one, wanted)]
    Employment.objects.filter(id__in=[was.id, *(one.id for one in closing)]).update(recorded_to=at)
    spent = [one.employment for one in closing]
    if was.record_id != wanted.record_id:
        spent.append(was.employment)
    Assignment.objects.filter(employment__in=spent, recorded_to__isnull=True).update(recorded_to=at)
    wanted.save(force_insert=True)
    gone = {was.id, *(one.id for one in closing)}
    own[:] = [*(one for one in own if one.id not in gone), wanted]
    if wanted.record_id is None:
        Assignment.objects.bulk_create(_as_decided(wanted))
    touched = [was, wanted, *closing]
    return {one.record_id.hex for one in touched if one.record_id is not None}


def _with_record(
    was: Employment, found: Found | None, own: Sequence[Employment], at: dt.datetime
) -> Employment:
    wanted = Employment.objects.get(id=was.id)
    wanted.id, wanted.recorded_from = new_id(), at
    wanted.record_id = None if found is None else uuid.UUID(hex=found.record)
    wanted.number = None if found is None else found.spell.number
    if was.valid_to is None or end_as_told(was.ended):
        _let_end(wanted, None if found is None else found.spell, own)
    return wanted


def _let_end(wanted: Employment, spell: Spell | None, own: Sequence[Employment]) -> None:
    """Let the record tell of an end that nobody decided, unless other decided days begin by then.

    Such a record is in dispute with what was decided since.
    """
    end = None if spell is None else spell.valid_to
    days = Period(wanted.valid_from, end)
    for other in own if wanted.substantive else ():
        decided = other.decided_by is not None and other.employment != wanted.employment
        if decided and other.substantive and days.overlaps(_days(other)):
            return
    wanted.valid_to = end
    wanted.ended = None if spell is None else spell.ended
    wanted.leaving_reason = None if spell is None else spell.leaving_reason


def _in_the_way(other: Employment, wanted: Employment) -> bool:
    """Tell whether a system told of what is adopted as an employment of its own, or of its days."""
    if other.decided_by is not None:
        return False
    both = other.substantive and wanted.substantive
    return _is_told(other, wanted) or (both and _days(other).overlaps(_days(wanted)))


def _is_told(other: Employment, wanted: Employment) -> bool:
    told = (other.record_id, other.number) == (wanted.record_id, wanted.number)
    return told and other.record_id is not None and other.decided_by is None


def _as_decided(wanted: Employment) -> Iterator[Assignment]:
    """Yield the terms that were decided before a record told of any, within the days of today."""
    facts = Employment.objects.filter(
        employment=wanted.employment, record__isnull=True, recorded_to__isnull=False
    )
    last = facts.order_by("-recorded_to").first()
    if last is None:
        return
    held = Assignment.objects.filter(
        employment=wanted.employment, decided_by__isnull=False, recorded_to=last.recorded_to
    )
    kept: list[Assignment] = []
    for one in held.order_by("-recorded_from", "-valid_from"):
        if not any(_days(one).overlaps(_days(other)) for other in kept):
            kept.append(one)
    kept.sort(key=lambda one: one.valid_from)
    inside = [one for one in kept if _days(one).overlaps(_days(wanted))] or kept[-1:]
    for place, one in enumerate(inside):
        one.id, one.recorded_to, one.recorded_from = new_id(), None, wanted.recorded_from
        one.valid_from = one.valid_from if place else wanted.valid_from
        one.valid_to = wanted.valid_to if one is inside[-1] else one.valid_to
        yield one


def _days(fact: Employment | Assignment) -> Period:
    return Period(fact.valid_from, fact.valid_to)


def _parts(values: Collection[Any]) -> Iterator[list[Any]]:
    wanted = list(values)
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]
