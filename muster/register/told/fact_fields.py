"""Which fields of a person's believed facts can be disputed, what each states, and who states it.

A name, an identifier, an employment and an assignment each state several things. For each there is
the column of a claim by which the source's next word on it is read.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from muster.kernel.days import ONE_DAY
from muster.kernel.running import keyring
from muster.register.people.models import (
    Assignment,
    Claim,
    Employment,
    Fact,
    Identifier,
    PersonName,
    SourceRecord,
)
from muster.register.people.sealing import open_nino
from muster.register.told.correction_rules import plain

_BILLION = 1_000_000_000
_IN_CLAIMS: Mapping[str, str] = {"employed_from": "start", "last_day": "leaving"}


@dataclass(frozen=True)
class Disputable:
    """A fact that its person may say is wrong.

    ``stated`` is what it says, by field; ``record`` is the source record that it comes from, None
    where somebody decided it.
    """

    fact: uuid.UUID
    person: uuid.UUID
    employer: uuid.UUID
    system: str
    record: SourceRecord | None
    stated: Mapping[str, str]


def disputable(person: uuid.UUID, fact: uuid.UUID) -> Disputable | None:
    """Return one of a person's facts that is believed now; None if it is none of theirs."""
    for find in (_name, _identifier, _employment, _assignment):
        found = find(person, fact)
        if found is not None:
            return found
    return None


def claimed_since(record: SourceRecord, field: str, since: dt.datetime) -> str | None:
    """Return what a source states of a field in its latest word since an instant; None if silent.

    Of a field that a claim leaves empty it returns "".
    """
    claim = (
        Claim.objects.filter(
            record=record, statement__recorded_to__isnull=True, statement__recorded_from__gt=since
        )
        .order_by("-statement__as_at", "-statement__recorded_from")
        .first()
    )
    if claim is None:
        return None
    return _texts(claim, field)


def _texts(claim: Claim, field: str) -> str:
    value = getattr(claim, _IN_CLAIMS.get(field, field))
    if field == "nino" and value:
        return plain("nino", open_nino(keyring(), value))
    return _text(field, value)


def _text(field: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    if field == "fte":
        return f"{value / _BILLION:.9f}".rstrip("0").rstrip(".")
    if field in ("salary", "day_rate"):
        return f"{value / 100:.2f}"
    return str(value)


def _name(person: uuid.UUID, fact: uuid.UUID) -> Disputable | None:
    row = _believed(PersonName, person, fact)
    if row is None:
        return None
    return _of(row, row.record, person, {
        name: _text(name, getattr(row, name)) for name in ("forenames", "surname", "known_as")
    })  # fmt: skip


def _identifier(person: uuid.UUID, fact: uuid.UUID) -> Disputable | None:
    row = _believed(Identifier, person, fact)
    if row is None:
        return None
    value = open_nino(keyring(), row.value) if row.kind == "nino" else row.value
    return _of(row, row.record, person, {row.kind: value})


def _employment(person: uuid.UUID, fact: uuid.UUID) -> Disputable | None:
    row = _believed(Employment, person, fact)
    if row is None:
        return None
    last = row.valid_to - ONE_DAY if row.valid_to else None
    stated = {
        "employed_from": _text("employed_from", row.valid_from), "last_day": _text("", last),
        "engagement": row.engagement,
    }  # fmt: skip
    if row.record is not None:
        return _of(row, row.record, person, stated)
    return Disputable(row.id, person, row.employer_id, "", None, stated)


def _assignment(person: uuid.UUID, fact: uuid.UUID) -> Disputable | None:
    row = Assignment.objects.filter(id=fact, recorded_to__isnull=True).first()
    held = row and Employment.objects.filter(
        employment=row.employment, person=person, recorded_to__isnull=True
    ).select_related("record").first()  # fmt: skip
    if not row or not held:
        return None
    stated = {
        name: _text(name, getattr(row, name))
        for name in ("grade", "fte", "profession", "post_reference", "post_title", "salary",
                     "day_rate", "temporary_grade")
    } | {"place": row.place.name if row.place else ""}  # fmt: skip
    if held.record is not None:
        return _of(row, held.record, person, stated)
    return Disputable(row.id, person, held.employer_id, "", None, stated)


def _of(
    row: Fact, record: SourceRecord, person: uuid.UUID, stated: Mapping[str, str]
) -> Disputable:
    return Disputable(row.id, person, record.employer_id, record.system, record, stated)


_believed: Callable[..., Any] = lambda model, person, fact: (  # noqa: E731 - of three tables alike
    model.objects.filter(id=fact, person=person, recorded_to__isnull=True)
    .select_related("record")
    .first()
)
