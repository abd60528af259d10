"""Erasing what is past its time: a person altogether, or the HR file of one employer.

For ``register.keeping``, which decides what may go. What is left is what would have been told had
the erased fields never been stated: claims are emptied first, then beliefs are told again from
them, so that no later feed brings back or takes away anything. The record of everybody else stays
as it is, to the byte. Both verbs run within one declared erasure (see ``allowance``).
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import ForeignKey, ForeignObjectRel, Model, Q

from muster.kernel.errors import BadInput, Where
from muster.register.people.actions import apply_returns, take_turn
from muster.register.people.allowance import ERASING, STRIPPED
from muster.register.people.matching.models import Proposal, Tie
from muster.register.people.models import (
    Assignment,
    Claim,
    Conflict,
    Crosswalk,
    Employment,
    Identifier,
    Person,
    PersonName,
    SourceRecord,
    Statement,
    WaitingRow,
)
from muster.register.people.rules import DID_NOT_START
from muster.register.people.survivorship.models import Settlement, naming

_AT_ONCE = 500
# Taken away in this order: what speaks of others first.
_OF_RECORDS: tuple[type[Model], ...] = (Conflict, PersonName, Identifier)

Erased = dict[str, int]


@contextmanager
def declared_erasure(authority: str) -> Iterator[None]:
    """Let the database take away what facts say, until the block ends, in one transaction.

    Args:
        authority: by what it is erased: the run that somebody approved.

    Raises:
        BadInput: if nothing is named.
    """
    if not authority:
        raise BadInput(
            "No authority is named", where=Where(field="authority"), fix="Name the approved run"
        )
    with transaction.atomic(), connection.cursor() as cursor:
        take_turn()
        cursor.execute(f"INSERT INTO {ERASING} (authority) VALUES (%s)", [authority])  # noqa: S608
        yield
        cursor.execute(f"DELETE FROM {ERASING}")  # noqa: S608 - the name is ours


def erase_person(person: uuid.UUID, *, authority: str) -> Erased:
    """Take away everything that claims and beliefs say of a person; return the rows, by table.

    What was once believed of somebody else on the word of a record of this person goes as well, and
    what was once believed of this person stays with the record whose word it was.
    """
    erased: Counter[str] = Counter()
    with declared_erasure(authority):
        records = list(
            Crosswalk.objects.filter(person=person, recorded_to__isnull=True).values_list(
                "record", flat=True
            )
        )
        about = Q(person=person) | Q(record__in=records)
        _erase_employments(about, erased)
        for model in _OF_RECORDS:
            _erase(model, about, erased)
        for pair in (Tie, Proposal):
            _erase(pair, Q(first__in=records) | Q(second__in=records), erased)
        _erase(Crosswalk, about, erased)
        _erase_waiting(records, erased)
        _erase(Claim, Q(record__in=records), erased)
        if records:
            _erase(Settlement, naming(records), erased)
        _erase_elsewhere(SourceRecord, records, erased)
        _erase_elsewhere(Person, [person], erased)
        _erase(SourceRecord, Q(id__in=records), erased)
        _erase(Person, Q(id=person), erased)
    return dict(erased)


def erase_hr_file(
    records: Sequence[uuid.UUID], *, authority: str, by: str, at: dt.datetime
) -> Erased:
    """Empty the fields of the HR file in all that records say and that is believed on their word.

    Records are those of one person at one employer. What was believed before, and told of posts and
    absences by its very dates, goes with them.

    Returns the rows emptied or taken away, by table.
    """
    erased: Counter[str] = Counter()
    with declared_erasure(authority):
        emptied = _emptied(Claim)
        # That somebody never started is no reason for leaving: the days of others hang on it.
        claims = Claim.objects.filter(record__in=records)
        erased["register_people_claim"] += claims.filter(_holds_any(Claim)).count()
        kept = claims.filter(leaving_reason=DID_NOT_START)
        kept.update(**{name: None for name in emptied if name != "leaving_reason"})
        claims.exclude(leaving_reason=DID_NOT_START).update(**emptied)
        apply_returns((), by=by, at=at, also=[one.hex for one in records])
        told = Employment.objects.filter(record__in=records)
        # What was decided before any record told of it is of no record.
        untold = Q(record__isnull=True, employment__in=told.values("employment"))
        held = Employment.objects.filter(Q(record__in=records) | untold)
        spent = Assignment.objects.filter(employment__in=told.values("employment"))
        for facts in (spent, held):
            model = facts.model
            gone = facts.filter(recorded_to=at).values_list("pk", flat=True)
            _erase(model, Q(pk__in=list(gone)), erased)
            left = facts.filter(_holds_any(model))
            erased[model._meta.db_table] += left.update(**_emptied(model))
    return {table: count for table, count in erased.items() if count}


def holding_hr_file(records: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of some records of which any field of the HR file is still held."""
    found: set[uuid.UUID] = set()
    wanted = list(records)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        said = Claim.objects.filter(record__in=part).filter(_holds_any(Claim))
        said = said.exclude(
            leaving_reason=DID_NOT_START, absence=None, post_title=None, post_reference=None
        )
        found.update(said.values_list("record", flat=True).distinct())
        held = Employment.objects.filter(record__in=part)
        told = held.filter(_holds_any(Employment)).exclude(leaving_reason=DID_NOT_START)
        found.update(told.values_list("record", flat=True).distinct())
        spent = Assignment.objects.filter(_holds_any(Assignment))
        some = held.filter(employment__in=spent.values("employment"))
        found.update(some.values_list("record", flat=True).distinct())
    return found


def _emptied(model: type[Model]) -> dict[str, None]:
    return dict.fromkeys(STRIPPED[model._meta.db_table])


def _holds_any(model: type[Model]) -> Q:
    found = Q()
    for name in STRIPPED[model._meta.db_table]:
        found |= Q(**{f"{name}__isnull": False})
    return found


def _erase_employments(about: Q, erased: Counter[str]) -> None:
    """Take away employments, and the posts of those that nobody else was ever believed to have."""
    own = set(Employment.objects.filter(about).values_list("employment", flat=True))
    others = Employment.objects.filter(employment__in=own).exclude(about)
    shared = set(others.values_list("employment", flat=True))
    _erase(Assignment, Q(employment__in=own - shared), erased)
    _erase(Employment, about, erased)


def _erase_waiting(records: Sequence[uuid.UUID], erased: Counter[str]) -> None:
    """Take away waiting rows that are of these records, by staff number or by number and hash.

    One that is known by its National Insurance number alone would be of nobody known without its
    claims, and would make its snapshot doubtful for everybody in it.
    """
    for record in SourceRecord.objects.filter(id__in=records):
        hashes = Claim.objects.filter(record=record, nino_hash__isnull=False)
        said = Statement.objects.filter(system=record.system).values("id")
        own = Q(staff_number=record.staff_number) | Q(
            staff_number__isnull=True, nino_hash__in=hashes.values("nino_hash")
        )
        _erase(WaitingRow, Q(statement__in=said) & own, erased)


def _erase_elsewhere(model: type[Model], ids: Sequence[object], erased: Counter[str]) -> None:
    """Take away the rows of other tables of these, whoever keeps them, deepest first."""
    for related in model._meta.get_fields(include_hidden=True):
        if not isinstance(related, ForeignObjectRel) or not related.auto_created:
            continue
        holder = related.related_model
        if isinstance(holder, type) and isinstance(related.field, ForeignKey):
            about = Q(**{f"{related.field.name}__in": ids})
            rows = list(holder._base_manager.filter(about).values_list("pk", flat=True))
            if rows:
                _erase_elsewhere(holder, rows, erased)
                _erase(holder, about, erased)


def _erase(model: type[Model], wanted: Q, erased: Counter[str]) -> None:
    """Delete rows as they stand: what hangs on them was taken away before, or is refused."""
    found = model._base_manager.filter(wanted)
    count = found.count()
    if count:
        found._raw_delete(found.db)
        erased[model._meta.db_table] += count
