"""What whoever moves people between employers asks of the register: employments and identity.

For ``services.transfers``. Nobody is found by name here: a person is an identifier, and whether a
National Insurance number or a birth date that somebody states is theirs is answered yes or no.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from django.db.models import Q

from muster.kernel.keys import Keyring
from muster.register.people.actions import Terms
from muster.register.people.models import (
    Assignment,
    Crosswalk,
    Employment,
    Identifier,
    Person,
    SourceRecord,
)
from muster.register.people.rewriting import parts
from muster.register.people.sealing import hash_ninos


@dataclass(frozen=True)
class Held:
    """An employment as now believed: its days (half open), and whether a system tells of it."""

    person: uuid.UUID
    employment: uuid.UUID
    starts: dt.date
    ends: dt.date | None
    told: bool


def employed_by(person: uuid.UUID, employer: uuid.UUID, on: dt.date, within: int) -> Held | None:
    """Return a person's substantive employment that is in force on a day, or ended shortly before.

    Args:
        person: whose.
        employer: with whom.
        on: the day before which they must have begun.
        within: how many days earlier it may have ended.
    """
    since = on - dt.timedelta(within)
    found = Employment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=since), person=person, employer=employer,
        recorded_to__isnull=True, substantive=True, valid_from__lt=on,
    ).order_by("-valid_from")  # fmt: skip
    one = found.first()
    return None if one is None else _held(one)


def employees_of(employer: uuid.UUID, on: dt.date) -> Sequence[Held]:
    """Return the substantive employments with an employer that are in force on a day."""
    found = Employment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), employer=employer, substantive=True,
        recorded_to__isnull=True, valid_from__lte=on,
    ).order_by("person_id")  # fmt: skip
    return [_held(one) for one in found]


def is_known(person: uuid.UUID) -> bool:
    """Tell whether the register knows this person."""
    return Person.objects.filter(id=person).exists()


def unlike(keys: Keyring, person: uuid.UUID, *, nino: str, birth_date: str) -> tuple[str, ...]:
    """Return which of the two stated fields are others than the register believes of a person.

    What the register knows nothing of is not unlike; a temporary number identifies nobody.
    """
    known = Identifier.objects.filter(
        person=person, recorded_to__isnull=True, kind__in=("nino", "birth_date")
    ).values_list("kind", "value", "hashed")
    hashes = {hashed for kind, _, hashed in known if kind == "nino" and hashed}
    births = {value for kind, value, _ in known if kind == "birth_date"}
    number = "".join(nino.split()).upper()
    found = []
    hashed = hash_ninos(pl.Series("nino", [number]), keys)[0] if number and hashes else None
    if hashed is not None and hashed not in hashes:
        found.append("nino")
    if birth_date and births and birth_date not in births:
        found.append("birth_date")
    return tuple(found)


def is_told(employment: uuid.UUID) -> bool:
    """Tell whether an employer's own system tells of an employment, beside who decided on it."""
    held = Employment.objects.filter(employment=employment, recorded_to__isnull=True)
    return held.filter(record__isnull=False).exists()


def full_time_share(employment: uuid.UUID, on: dt.date) -> int:
    """Return the FTE of an employment on a day, in billionths; none believed is full time."""
    held = Assignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), employment=employment,
        recorded_to__isnull=True, valid_from__lte=on,
    )  # fmt: skip
    share = held.values_list("fte", flat=True).first()
    return 10**9 if share is None else int(share)


def holds_number(number: str, *, employer: uuid.UUID, other_than: uuid.UUID) -> bool:
    """Tell whether somebody other than a person has a staff number with an employer."""
    records = SourceRecord.objects.filter(employer=employer, staff_number=number)
    held = Crosswalk.objects.filter(record__in=records, recorded_to__isnull=True)
    return held.exclude(person=other_than).exists()


def holder_of(number: str, *, employer: uuid.UUID) -> uuid.UUID | None:
    """Return whose staff number this is with an employer; None if nobody's, or several people's."""
    records = SourceRecord.objects.filter(employer=employer, staff_number=number)
    held = Crosswalk.objects.filter(record__in=records, recorded_to__isnull=True)
    found = set(held.values_list("person", flat=True))
    return found.pop() if len(found) == 1 else None


def terms_stated(employment: uuid.UUID, on: dt.date) -> Terms | None:
    """Return the terms of one employment on the day before ``on``; None where none are known."""
    day = on - dt.timedelta(1)
    held = Assignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day), employment=employment,
        recorded_to__isnull=True, valid_from__lte=day,
    )  # fmt: skip
    one = held.first()
    return (
        None
        if one is None
        else Terms(one.engagement_as_stated, one.fte, grade=one.grade, salary=one.salary)
    )


def _held(one: Employment) -> Held:
    return Held(
        one.person_id, one.employment, one.valid_from, one.valid_to, one.record_id is not None
    )


def terms_held(employments: Sequence[uuid.UUID], on: dt.date) -> dict[uuid.UUID, Terms]:
    """Return the terms of employments on the day before one, as they go on with another employer.

    What nothing is known of is full time, without a grade.
    """
    day, found = on - dt.timedelta(1), {}
    for some in parts(employments):
        held = Assignment.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=day), employment__in=some,
            recorded_to__isnull=True, valid_from__lte=day,
        )  # fmt: skip
        for one in held:
            found[one.employment] = Terms(
                one.engagement_as_stated, one.fte, grade=one.grade, profession=one.profession,
                post_title=one.post_title, salary=one.salary, day_rate=one.day_rate,
            )  # fmt: skip
    return {one: found.get(one, Terms("permanent", 10**9)) for one in employments}
