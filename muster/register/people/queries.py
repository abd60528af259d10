"""Questions about people, asked of what is believed now. Answers are frozen, never querysets.

Whoever shows an answer about a person checks access first and logs the look; nothing here does.
Lists keep to what their viewer may know (``restricting.hiding``); who asks without saying who they
are may know of nobody who is restricted. Figures count everybody: they leave by the gate alone.
No search result carries a National Insurance number or a birth date.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from muster.register.employers.queries import titles
from muster.register.people.models import (
    Assignment,
    Claim,
    Conflict,
    Crosswalk,
    Employment,
    PersonName,
    SourceRecord,
    Statement,
)
from muster.register.people.person_record import PersonRecord, person, shown_name
from muster.register.people.restricting.hiding import shown
from muster.register.people.restricting.hiding import shown_name as name_shown
from muster.register.people.restricting.rules import NOBODY, Viewer
from muster.register.people.rules import FURTHER, SUBSTANTIVE
from muster.register.people.spelling import other_spellings, searchable

__all__ = [
    "Dispute", "Found", "FoundPage", "PersonRecord", "Return", "Returns", "conflicts",
    "dates_returned", "headcount", "person", "person_of", "returns", "search",
]  # fmt: skip

# Who counts as employed. A person lent out is counted by the employer whose employee they stay;
# counting them where they work as well (loan in) would count them twice. Contractors and agency
# workers are not employed. Whoever has two posts at an employer is counted in one: a further post
# counts only on days on which it is the only one.
_EMPLOYED = (SUBSTANTIVE, FURTHER)
_COUNTED = f"""(held.substantive OR (held.engagement = '{FURTHER}' AND NOT EXISTS (
    SELECT 1 FROM register_employment main WHERE main.person_id = held.person_id
    AND main.employer_id = held.employer_id AND main.recorded_to IS NULL
    AND main.valid_from <= %s AND (main.valid_to IS NULL OR main.valid_to > %s)
    AND (main.substantive
         OR (main.engagement = '{FURTHER}' AND main.employment < held.employment)))))"""  # noqa: S608 - words are ours


@dataclass(frozen=True)
class Return:
    """What one employer has sent for an as-at date; ``rows`` were accepted."""

    employer: uuid.UUID
    title: str
    system: str
    rows: int


@dataclass(frozen=True)
class Returns:
    """Who returned for a date, and employers that have returned for another but not for it."""

    made: tuple[Return, ...]
    missing: tuple[tuple[uuid.UUID, str], ...]


@dataclass(frozen=True)
class Found:
    """One employment in a list of people: enough to choose the right person, no more."""

    person: uuid.UUID
    employment: uuid.UUID
    name: str
    employer: str
    engagement: str
    grade: str | None
    profession: str | None
    place: str | None


@dataclass(frozen=True)
class FoundPage:
    """One page of a search, and how many there are in all."""

    found: tuple[Found, ...]
    total: int


def fte_of_landings(landings: Sequence[uuid.UUID]) -> int:
    """Return the FTE that claims from these landings state, in billionths.

    A landing that stands again after it had gone is counted once.
    """
    total = 0
    for start in range(0, len(landings), 500):
        stated = Statement.objects.filter(landing__in=landings[start : start + 500])
        newest = stated.values("landing", "part").annotate(newest=Max("id"))
        claims = Claim.objects.filter(statement__in=[one["newest"] for one in newest])
        total += int(claims.aggregate(total=Sum("fte"))["total"] or 0)
    return total


def headcount(as_at: dt.date) -> dict[uuid.UUID, int]:
    """Return people employed on a date by employer, for employers that made a return for it."""
    held = _in_force(Employment.objects.filter(engagement__in=_EMPLOYED), as_at)
    returned = Statement.objects.filter(
        employer=OuterRef("employer"), as_at=as_at, recorded_to__isnull=True
    )
    counts = held.filter(Exists(returned)).values("employer")
    return dict(
        counts.annotate(people=Count("person", distinct=True)).values_list("employer", "people")
    )


def employing(employers: Sequence[uuid.UUID], as_at: dt.date) -> set[uuid.UUID]:
    """Return those of some employers where anybody is believed to be employed on a date."""
    if not employers:
        return set()
    held = _in_force(Employment.objects.filter(employer__in=employers), as_at)
    return set(held.values_list("employer", flat=True).distinct())


def dates_returned() -> tuple[dt.date, ...]:
    """Return the as-at dates for which somebody made a return, latest first."""
    standing = Statement.objects.filter(recorded_to__isnull=True)
    return tuple(standing.order_by("-as_at").values_list("as_at", flat=True).distinct())


def feeds_at(as_at: dt.date) -> tuple[tuple[uuid.UUID, str], ...]:
    """Return the landings that speak of a date, with their employer's title, by title."""
    standing = Statement.objects.filter(recorded_to__isnull=True, as_at=as_at, part=0)
    found = standing.order_by("employer__title").values_list("landing", "employer__title")
    return tuple(found)


def returns(as_at: dt.date) -> Returns:
    """Return who made a return for a date, and who is known from others and did not."""
    standing = Statement.objects.filter(recorded_to__isnull=True)
    sent = (
        standing.filter(as_at=as_at)
        .values("employer", "system")
        .annotate(rows=Count("claims"))
        .values_list("employer", "system", "rows")
    )
    known = set(standing.values_list("employer", flat=True))
    named = titles(list(known))
    made = [Return(employer, named[employer], system, rows) for employer, system, rows in sent]
    missing = known - {one.employer for one in made}
    return Returns(
        tuple(sorted(made, key=lambda one: (one.title, one.system))),
        tuple(sorted(((one, named[one]) for one in missing), key=lambda pair: pair[1])),
    )


def search(
    words: str = "",
    *,
    as_at: dt.date,
    employer: uuid.UUID | None = None,
    employers: Sequence[uuid.UUID] | None = None,
    viewer: Viewer = NOBODY,
    start: int = 0,
    limit: int = 25,
) -> FoundPage:
    """Return people employed on a date whose names hold all the words, by name.

    A name counts only in the employer whose system states it: nobody is found, shown or ordered
    by a name that another employer alone knows.

    Args:
        words: parts of forenames, surname or known-as name; accents, capitals and the ways of
            writing O' and Mac do not matter.
        as_at: the day on which they are employed.
        employer: only this employer's people.
        employers: only these employers' people, where the asker may see no others.
        viewer: who asks; whom and which names they may not know of is neither found nor counted.
        start: how many to pass over.
        limit: how many to return at most.
    """
    held = _in_force(Employment.objects.filter(shown(viewer)), as_at)
    if employer is not None:
        held = held.filter(employer=employer)
    if employers is not None:
        held = held.filter(employer__in=employers)
    for word in searchable(words).split():
        spelled = Q(searched__contains=word)
        for other in other_spellings(word):
            spelled |= Q(searched__contains=other)
        named = PersonName.objects.filter(
            spelled,
            name_shown(viewer),
            person=OuterRef("person"),
            record__employer=OuterRef("employer"),
            recorded_to__isnull=True,
        )
        held = held.filter(Exists(named))
    total = held.count()
    first_name = PersonName.objects.filter(
        name_shown(viewer),
        person=OuterRef("person"),
        record__employer=OuterRef("employer"),
        recorded_to__isnull=True,
    ).order_by("searched")
    ordered = held.annotate(by_name=first_name.values("searched")[:1]).order_by("by_name", "id")
    page = list(ordered.select_related("employer")[start : start + limit])
    names = _names([one.person_id for one in page], as_at, viewer)
    spent = _spent(page, as_at)
    return FoundPage(tuple(_found(one, names, spent) for one in page), total)


def person_of(system: str, staff_number: str) -> uuid.UUID | None:
    """Return the person a source record is of, or None."""
    record = SourceRecord.objects.filter(system=system, staff_number=staff_number)
    walk = Crosswalk.objects.filter(record__in=record, recorded_to__isnull=True)
    return walk.values_list("person", flat=True).first()


def people_in(landing: uuid.UUID, row: int | None = None) -> tuple[uuid.UUID, ...]:
    """Return the people whom accepted rows of a landing, or one, speak of; none for other feeds."""
    claims = Claim.objects.filter(statement__landing=landing)
    records = (claims if row is None else claims.filter(row=row)).values("record")
    walk = Crosswalk.objects.filter(record__in=records, recorded_to__isnull=True)
    return tuple(walk.values_list("person", flat=True).distinct())


@dataclass(frozen=True)
class Dispute:
    """Days that a record claims and nobody believes, and the employment that stands against it."""

    person: uuid.UUID
    employer: str
    system: str
    valid_from: dt.date
    valid_to: dt.date | None
    against: uuid.UUID
    decided: bool


def conflicts(
    *, viewer: Viewer = NOBODY, start: int = 0, limit: int = 25
) -> tuple[tuple[Dispute, ...], int]:
    """Return what systems claim and is not believed, oldest first, and how many there are.

    Nothing of whom ``viewer`` may not know is listed or counted.
    """
    standing = Conflict.objects.filter(shown(viewer), recorded_to__isnull=True)
    standing = standing.select_related("record__employer")
    page = standing.order_by("recorded_from", "id")[start : start + limit]
    own = {
        (one.record_id, one.number): one.employment
        for one in Employment.objects.filter(
            recorded_to__isnull=True, record__in=[row.record_id for row in page]
        )
    }
    return tuple(
        Dispute(
            row.person_id,
            row.record.employer.title,
            row.record.system,
            row.valid_from,
            row.valid_to,
            row.against,
            own.get((row.record_id, row.number)) == row.against,
        )
        for row in page
    ), standing.count()


def _in_force(held: QuerySet[Employment], as_at: dt.date) -> QuerySet[Employment]:
    """Keep employments believed now that hold on a day."""
    return held.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=as_at),
        recorded_to__isnull=True,
        valid_from__lte=as_at,
    )


def _names(
    persons: Sequence[uuid.UUID], as_at: dt.date, viewer: Viewer
) -> dict[tuple[uuid.UUID, uuid.UUID], dict[uuid.UUID, str]]:
    """Return names by person and employer, then by record, as each record holds them on a day."""
    held = PersonName.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=as_at),
        name_shown(viewer),
        person__in=persons,
        recorded_to__isnull=True,
        valid_from__lte=as_at,
    )
    names: dict[tuple[uuid.UUID, uuid.UUID], dict[uuid.UUID, str]] = defaultdict(dict)
    for one in held.select_related("record"):
        names[one.person_id, one.record.employer_id][one.record_id] = shown_name(one)
    return names


def _spent(page: Sequence[Employment], as_at: dt.date) -> dict[uuid.UUID, Assignment]:
    held = Assignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=as_at),
        employment__in=[one.employment for one in page],
        recorded_to__isnull=True,
        valid_from__lte=as_at,
    )
    return {one.employment: one for one in held.select_related("place")}


def _found(
    held: Employment,
    names: dict[tuple[uuid.UUID, uuid.UUID], dict[uuid.UUID, str]],
    spent: dict[uuid.UUID, Assignment],
) -> Found:
    mine = names.get((held.person_id, held.employer_id), {})
    name = mine.get(held.record_id) if held.record_id else None
    terms = spent.get(held.employment)
    return Found(
        held.person_id,
        held.employment,
        name or next(iter(mine.values()), ""),
        held.employer.title,
        terms.engagement_as_stated if terms else held.engagement,
        terms.grade if terms else None,
        terms.profession if terms else None,
        terms.place.name if terms and terms.place else None,
    )
