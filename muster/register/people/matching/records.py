"""Two records side by side, as their systems hold them now: what is the same and what differs.

A National Insurance number is never told: only whether each states one, and the same one.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Literal

from muster.register.people.models import Claim, Crosswalk, SourceRecord

Agrees = Literal["same", "different", ""]
Value = str | dt.date | bool | None
FIELDS = (
    "forenames", "surname", "known_as", "birth_date", "nino", "work_email", "start", "leaving",
    "engagement", "grade", "profession", "post_title", "place",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One field of both records, and whether they agree; empty where one of them says nothing.

    Of ``nino`` the values say whether one is stated.
    """

    field: str
    first: Value
    second: Value
    agrees: Agrees


@dataclass(frozen=True)
class Held:
    """Whose record it is, in which system under which number, and as at which day it was said."""

    record: uuid.UUID
    person: uuid.UUID | None
    employer: str
    system: str
    staff_number: str
    as_at: dt.date | None


@dataclass(frozen=True)
class SideBySide:
    """Two records."""

    first: Held
    second: Held
    lines: tuple[Line, ...]


def side_by_side(first: uuid.UUID, second: uuid.UUID) -> SideBySide | None:
    """Return two records as their latest standing rows hold them; None if one is not there."""
    found = SourceRecord.objects.filter(id__in=(first, second)).select_related("employer")
    records = {one.id: one for one in found}
    if len(records) < 2:
        return None
    walks = Crosswalk.objects.filter(record__in=records, recorded_to__isnull=True)
    persons = dict(walks.values_list("record", "person"))
    said = {one: _latest(one) for one in records}
    held = [
        Held(
            one, persons.get(one), records[one].employer.title, records[one].system,
            records[one].staff_number, row.statement.as_at if (row := said[one]) else None,
        )
        for one in (first, second)
    ]  # fmt: skip
    lines = tuple(_line(field, said[first], said[second]) for field in FIELDS)
    return SideBySide(held[0], held[1], lines)


def _latest(record: uuid.UUID) -> Claim | None:
    standing = Claim.objects.filter(record=record, statement__recorded_to__isnull=True)
    order = ("-statement__as_at", "-statement__landing", "-statement__part", "-statement", "-row")
    return standing.select_related("statement").order_by(*order).first()


def _line(field: str, first: Claim | None, second: Claim | None) -> Line:
    column = "nino_hash" if field == "nino" else field
    one, other = (None if row is None else getattr(row, column) or None for row in (first, second))
    agrees: Agrees = ""
    if one is not None and other is not None:
        agrees = "same" if _plain(one) == _plain(other) else "different"
    if field == "nino":
        return Line(field, one is not None, other is not None, agrees)
    return Line(field, one, other, agrees)


def _plain(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value
