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
        begun = self.recorded_to is None and self.valid_from <= day
        return begun and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class AssignmentFact:
    """Post and terms; ``fte`` in billionths of full time, ``salary`` in pence a year.

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


@dataclass(frozen=True)
class NameFact:
    """A name as one source record holds it."""

    believed: Believed
    shown: str
    surname: str
    forenames: str | None
    known_as: str | None


@dataclass(frozen=True)
class IdentifierFact:
    """A birth date, work email or National Insurance number, in the clear."""

    believed: Believed
    kind: str
    value: str


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
    names = tuple(fact for fact in history.names if fact.believed.holds(as_at))
    employments = tuple(
        replace(
            fact, assignments=tuple(one for one in fact.assignments if one.believed.holds(as_at))
        )
        for fact in history.employments
        if fact.believed.holds(as_at)
    )
    latest = sorted(names or history.names, key=lambda fact: fact.believed.valid_from)
    return PersonRecord(
        person_id,
        as_at,
        latest[-1].shown if latest else "",
        names,
        tuple(fact for fact in history.identifiers if fact.believed.holds(as_at)),
        employments,
        history,
    )


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
            _employment(one, sources, tuple(by_employment[one.employment])) for one in employments
        ),
    )


def _name(one: PersonName, sources: dict[int, Source]) -> NameFact:
    believed = _believed(one, sources)
    return NameFact(believed, shown_name(one), one.surname, one.forenames, one.known_as)


def _identifier(one: Identifier, sources: dict[int, Source]) -> IdentifierFact:
    value = open_nino(keyring(), one.value) if one.kind == "nino" else one.value
    return IdentifierFact(_believed(one, sources), one.kind, value)


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
