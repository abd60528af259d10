"""One person's whole record: what is believed as at a day, what was believed before, and why.

For the person's own page and for HR. Every fact names the file and row it came from, or who
decided it.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db.models import QuerySet

from muster.hub.queries import landings_by_id
from muster.kernel.running import keyring
from muster.register.people.models import (
    Assignment,
    Crosswalk,
    Employment,
    Fact,
    Identifier,
    Person,
    PersonName,
    Statement,
)
from muster.register.people.sealing import open_nino

_F = TypeVar("_F", Employment, PersonName, Identifier)


@dataclass(frozen=True)
class Source:
    """Where a fact came from: a row of a landed file, or a decision.

    ``sheets`` are those of the file's landing, by which ``row`` is told in words.
    """

    system: str = ""
    as_at: dt.date | None = None
    landing: uuid.UUID | None = None
    file: str = ""
    row: int | None = None
    decided_by: str = ""
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Believed:
    """When a fact holds, when it was believed, and where it came from.

    ``id`` is what verbs expect as the fact they were decided on. ``recorded_to`` is None while it
    is believed.
    """

    id: uuid.UUID
    valid_from: dt.date
    valid_to: dt.date | None
    recorded_from: dt.datetime
    recorded_to: dt.datetime | None
    source: Source

    def holds(self, day: dt.date) -> bool:
        """Tell whether the fact is believed now and holds on a day."""
        return self.held(day, None)

    def held(self, day: dt.date, known: dt.datetime | None) -> bool:
        """Tell whether the fact holds on a day as it was known at an instant; None is now."""
        begun = self.was(known) and self.valid_from <= day
        return begun and (self.valid_to is None or day < self.valid_to)

    def was(self, known: dt.datetime | None) -> bool:
        """Tell whether the fact was believed at an instant; None is now."""
        if known is None:
            return self.recorded_to is None
        return self.recorded_from <= known and (
            self.recorded_to is None or known < self.recorded_to
        )


@dataclass(frozen=True)
class AssignmentFact:
    """Post and terms; ``fte`` in billionths of full time, ``salary`` in pence a year.

    ``day_rate`` is what a full day of a contractor or agency worker costs, in pence.

    ``grade`` is the substantive one. ``absence`` may tell of health or family: it is for the
    person and the HR of the employer that said it, never for a list of people.
    """

    believed: Believed
    engagement: str
    grade: str | None
    fte: int
    profession: str | None
    post_reference: str | None
    post_title: str | None
    place: str | None
    salary: int | None
    temporary_grade: str | None = None
    absence: str | None = None
    day_rate: int | None = None


@dataclass(frozen=True)
class EmploymentFact:
    """An employment, with the assignments it was ever believed to be spent in.

    ``ended`` says how its end is known, ``leaving_reason`` why the person leaves: it is shown to
    those to whom an ``absence`` is.
    """

    believed: Believed
    employment: uuid.UUID
    employer: uuid.UUID
    employer_title: str
    engagement: str
    substantive: bool
    ended: str | None
    assignments: tuple[AssignmentFact, ...] = ()
    leaving_reason: str | None = None
    record: uuid.UUID | None = None


@dataclass(frozen=True)
class NameFact:
    """A name as one source record holds it."""

    believed: Believed
    shown: str
    surname: str
    forenames: str | None
    known_as: str | None
    record: uuid.UUID | None = None


@dataclass(frozen=True)
class IdentifierFact:
    """A birth date, work email or National Insurance number, in the clear; ``hashed`` finds equals.

    ``record`` of this and the other facts is the source record that states it.
    """

    believed: Believed
    kind: str
    value: str
    hashed: str | None = None
    record: uuid.UUID | None = None


@dataclass(frozen=True)
class PersonRecord:
    """What holds on a day, and in ``history`` everything that was ever believed."""

    person: uuid.UUID
    as_at: dt.date
    name: str
    names: tuple[NameFact, ...]
    identifiers: tuple[IdentifierFact, ...]
    employments: tuple[EmploymentFact, ...]
    history: "History"

    @property
    def planned(self) -> tuple[EmploymentFact, ...]:
        """Employments that are believed to begin after the day; nothing counts them yet."""
        return tuple(
            fact
            for fact in self.history.employments
            if fact.believed.recorded_to is None and fact.believed.valid_from > self.as_at
        )


@dataclass(frozen=True)
class History:
    """Every fact ever believed of a person, in the order in which it was recorded."""

    names: tuple[NameFact, ...]
    identifiers: tuple[IdentifierFact, ...]
    employments: tuple[EmploymentFact, ...]


def person(person_id: uuid.UUID, as_at: dt.date) -> PersonRecord | None:
    """Return a person's record as at a day, or None if there is no such person."""
    if not Person.objects.filter(id=person_id).exists():
        return None
    history = _history(person_id)
    return record_on(PersonRecord(person_id, as_at, "", (), (), (), history), as_at)


def record_on(
    record: PersonRecord, as_at: dt.date, known: dt.datetime | None = None
) -> PersonRecord:
    """Return the same record as at another day, and as it was known at an instant (None: now).

    It is worked out from the history that the record has: what was left out stays out.
    """
    history = record.history
    names = tuple(fact for fact in history.names if fact.believed.held(as_at, known))
    ever = names or tuple(fact for fact in history.names if fact.believed.was(known))
    latest = sorted(ever, key=lambda fact: fact.believed.valid_from)
    employments = tuple(
        replace(
            fact,
            assignments=tuple(one for one in fact.assignments if one.believed.held(as_at, known)),
        )
        for fact in history.employments
        if fact.believed.held(as_at, known)
    )
    return replace(
        record,
        as_at=as_at,
        name=latest[-1].shown if latest else "",
        names=names,
        identifiers=tuple(f for f in history.identifiers if f.believed.held(as_at, known)),
        employments=employments,
    )


@dataclass(frozen=True)
class Linked:
    """That a source record was held to be of a person, from an instant until another.

    ``rule`` says why; ``by`` who or what linked it.
    """

    record: uuid.UUID
    employer: str
    system: str
    staff_number: str
    rule: str
    by: str
    recorded_from: dt.datetime
    recorded_to: dt.datetime | None


def linked_to(person_id: uuid.UUID) -> tuple[Linked, ...]:
    """Return the source records that are or were held to be of a person, those of now first."""
    walks = Crosswalk.objects.filter(person=person_id).select_related("record__employer")
    found = [
        Linked(
            one.record_id, one.record.employer.title, one.record.system,
            one.record.staff_number, one.rule, one.by, one.recorded_from, one.recorded_to,
        )
        for one in walks.order_by("recorded_from", "id")
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.recorded_to is not None))


def shown_name(name: PersonName) -> str:
    """Return a name as it is shown: forenames and surname, and what the person goes by."""
    whole = " ".join(part for part in (name.forenames, name.surname) if part)
    first = (name.forenames or "").split(" ")[0]
    goes_by = name.known_as
    return f"{whole} ({goes_by})" if goes_by and goes_by not in (first, name.surname) else whole


def _history(person_id: uuid.UUID) -> History:
    employments = list(_facts(Employment, person_id).select_related("employer"))
    names, identifiers = list(_facts(PersonName, person_id)), list(_facts(Identifier, person_id))
    spent = list(
        Assignment.objects.filter(employment__in={one.employment for one in employments})
        .select_related("place")
        .order_by("recorded_from", "valid_from", "id")
    )
    sources = _sources([*employments, *names, *identifiers, *spent])
    by_employment: dict[uuid.UUID, list[AssignmentFact]] = defaultdict(list)
    for one in spent:
        by_employment[one.employment].append(_assignment(one, sources))
    return History(
        tuple(_name(one, sources) for one in names),
        tuple(_identifier(one, sources) for one in identifiers),
        tuple(
            _employment(one, sources, _spent_while(one, by_employment[one.employment]))
            for one in employments
        ),
    )


def _spent_while(employed: Employment, found: list[AssignmentFact]) -> tuple[AssignmentFact, ...]:
    """Return how an employment was believed to be spent while it was believed to be the person's.

    Once a record turns out to be somebody else's, what is believed of it is their business.
    """
    kept = []
    for one in found:
        starts = max(one.believed.recorded_from, employed.recorded_from)
        ends = min(filter(None, (one.believed.recorded_to, employed.recorded_to)), default=None)
        if ends is None or starts < ends:
            held = replace(one.believed, recorded_from=starts, recorded_to=ends)
            kept.append(replace(one, believed=held))
    return tuple(kept)


def _name(one: PersonName, sources: dict[int, Source]) -> NameFact:
    believed = _believed(one, sources)
    return NameFact(
        believed, shown_name(one), one.surname, one.forenames, one.known_as, one.record_id
    )


def _identifier(one: Identifier, sources: dict[int, Source]) -> IdentifierFact:
    value = open_nino(keyring(), one.value) if one.kind == "nino" else one.value
    return IdentifierFact(_believed(one, sources), one.kind, value, one.hashed, one.record_id)


def _employment(
    one: Employment, sources: dict[int, Source], assignments: tuple[AssignmentFact, ...]
) -> EmploymentFact:
    return EmploymentFact(
        _believed(one, sources),
        one.employment,
        one.employer_id,
        one.employer.title,
        one.engagement,
        one.substantive,
        one.ended,
        assignments,
        one.leaving_reason,
        one.record_id,
    )


def _assignment(one: Assignment, sources: dict[int, Source]) -> AssignmentFact:
    return AssignmentFact(
        _believed(one, sources),
        one.engagement_as_stated,
        one.grade,
        one.fte,
        one.profession,
        one.post_reference,
        one.post_title,
        one.place.name if one.place else None,
        one.salary,
        one.temporary_grade,
        one.absence,
        one.day_rate,
    )


def _facts(model: type[_F], person_id: uuid.UUID) -> QuerySet[_F]:
    """Return all facts of a kind about a person, as they were recorded."""
    return model.objects.filter(person=person_id).order_by("recorded_from", "valid_from", "id")


def _sources(facts: Iterable[Fact]) -> dict[int, Source]:
    """Return the file behind each statement that facts come from."""
    statements = Statement.objects.in_bulk({f.statement_id for f in facts if f.statement_id})
    files = landings_by_id([one.landing for one in statements.values()])
    return {
        number: Source(
            one.system,
            one.as_at,
            one.landing,
            files[one.landing].name if one.landing in files else "",
            sheets=files[one.landing].sheets if one.landing in files else (),
        )
        for number, one in statements.items()
    }


def _believed(fact: Fact, sources: dict[int, Source]) -> Believed:
    if fact.statement_id is None:
        source = Source(decided_by=fact.decided_by or "")
    else:
        source = replace(sources[fact.statement_id], row=fact.row)
    return Believed(
        fact.id, fact.valid_from, fact.valid_to, fact.recorded_from, fact.recorded_to, source
    )
