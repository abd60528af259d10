"""One believed fact of a record, as the fields of the contract of which it was made."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from muster.kernel.days import ONE_DAY
from muster.kernel.money import write_pounds
from muster.pagekit.jinja import day
from muster.register.people.person_record import (
    AssignmentFact,
    Believed,
    EmploymentFact,
    IdentifierFact,
    NameFact,
    PersonRecord,
)
from muster.services.people.wording import ENGAGEMENTS, share


@dataclass(frozen=True)
class Fact:
    """A believed fact: what it is called, and its fields with what is believed of each."""

    title: str
    believed: Believed
    fields: tuple[tuple[str, Any], ...]


def fact_of(record: PersonRecord, fact_id: uuid.UUID) -> Fact | None:
    """Return a fact of a record that came with a file; None if the record has no such fact."""
    found = next((fact for fact in _facts(record) if fact.believed.id == fact_id), None)
    return found if found is not None and found.believed.source.landing is not None else None


def shown(field: str, value: Any) -> str:
    """Return a value of the contract as the record shows it."""
    if value is None or value == "":
        return _("Not stated")
    if isinstance(value, dt.date):
        return day(value)
    if field == "fte":
        return share(value)
    if field in ("salary", "day_rate"):
        return write_pounds(value)
    return str(ENGAGEMENTS.get(value, value)) if field == "engagement" else str(value)


def _facts(record: PersonRecord) -> Iterator[Fact]:
    for name in record.history.names:
        yield Fact(name.shown, name.believed, _of_name(name))
    for one in record.history.identifiers:
        yield Fact(_of_identifier(one)[1], one.believed, (_of_identifier(one)[0],))
    for employment in record.history.employments:
        yield Fact(employment.employer_title, employment.believed, _of_employment(employment))
        for terms in employment.assignments:
            yield Fact(employment.employer_title, terms.believed, _of_terms(terms))


def _of_name(fact: NameFact) -> tuple[tuple[str, Any], ...]:
    return (
        ("surname", fact.surname), ("forenames", fact.forenames), ("known_as", fact.known_as)
    )  # fmt: skip


def _of_identifier(fact: IdentifierFact) -> tuple[tuple[str, Any], str]:
    value = dt.date.fromisoformat(fact.value) if fact.kind == "birth_date" else fact.value
    return (fact.kind, value), shown(fact.kind, value)


def _of_employment(fact: EmploymentFact) -> tuple[tuple[str, Any], ...]:
    ends = fact.believed.valid_to
    return (
        ("engagement", fact.engagement),
        ("start", fact.believed.valid_from),
        ("leaving", ends - ONE_DAY if ends else None),
    )


def _of_terms(fact: AssignmentFact) -> tuple[tuple[str, Any], ...]:
    return (
        ("engagement", fact.engagement), ("post_title", fact.post_title),
        ("post_reference", fact.post_reference), ("grade", fact.grade), ("fte", fact.fte),
        ("salary", fact.salary), ("day_rate", fact.day_rate), ("profession", fact.profession),
        ("place", fact.place),
    )  # fmt: skip
