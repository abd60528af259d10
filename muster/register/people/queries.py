"""Questions about people, asked of what is believed now. Answers are frozen, never querysets.

Whoever shows an answer about a person checks access first and logs the look; nothing here does.
No search result carries a National Insurance number or a birth date.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from muster.register.bulk import read_frame
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
from muster.register.people.rules import FURTHER, SUBSTANTIVE
from muster.register.people.spelling import other_spellings, searchable
from muster.register.posts.grades import shipped_code_list
from muster.register.posts.rules import read_level, read_profession

__all__ = [
    "Dispute", "Found", "FoundPage", "PersonRecord", "Return", "Returns", "conflicts",
    "dates_returned", "headcount", "headcount_cells", "person", "person_of", "returns", "search",
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


def headcount_cells(as_at: dt.date) -> pl.DataFrame:
    """Return people employed on a date by employer, responsibility level and profession.

    Only employers that made a return for the date are counted. A person is counted once in each
    employer, at the substantive grade, also while away or at an FTE of zero; ``level`` and
    ``profession`` are null where they are not mapped.

    Returns:
        Shape (cells, 4): ``employer`` (32 hexadecimal digits), ``level``, ``profession``,
        ``people``.
    """
    day = as_at.isoformat()
    counted = read_frame(
        "SELECT REPLACE(CAST(held.employer_id AS text), '-', ''), spent.grade, spent.profession,"  # noqa: S608
        " COUNT(DISTINCT held.person_id) FROM register_employment held"
        " LEFT JOIN register_assignment spent ON spent.employment = held.employment"
        " AND spent.recorded_to IS NULL AND spent.valid_from <= %s"
        " AND (spent.valid_to IS NULL OR spent.valid_to > %s)"
        f" WHERE held.recorded_to IS NULL AND {_COUNTED} AND held.valid_from <= %s"
        " AND (held.valid_to IS NULL OR held.valid_to > %s) AND held.employer_id IN"
        " (SELECT employer_id FROM register_people_statement"
        "  WHERE as_at = %s AND recorded_to IS NULL)"
        " GROUP BY held.employer_id, spent.grade, spent.profession",
        [day] * 7,
        {"employer": pl.String, "grade": pl.String, "stated": pl.String, "people": pl.Int64},
    )
    return (
        counted.join(_levels(counted), on=["employer", "grade"], how="left", nulls_equal=True)
        .join(_professions(counted), on="stated", how="left", nulls_equal=True)
        .group_by("employer", "level", "profession")
        .agg(pl.col("people").sum())
        .sort("employer", "level", "profession")
    )


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
        start: how many to pass over.
        limit: how many to return at most.
    """
    held = _in_force(Employment.objects.all(), as_at)
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
            person=OuterRef("person"),
            record__employer=OuterRef("employer"),
            recorded_to__isnull=True,
        )
        held = held.filter(Exists(named))
    total = held.count()
    first_name = PersonName.objects.filter(
        person=OuterRef("person"),
        record__employer=OuterRef("employer"),
        recorded_to__isnull=True,
    ).order_by("searched")
    ordered = held.annotate(by_name=first_name.values("searched")[:1]).order_by("by_name", "id")
    page = list(ordered.select_related("employer")[start : start + limit])
    names, spent = _names([one.person_id for one in page], as_at), _spent(page, as_at)
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


def conflicts(*, start: int = 0, limit: int = 25) -> tuple[tuple[Dispute, ...], int]:
    """Return what systems claim and is not believed, oldest first, and how many there are."""
    standing = Conflict.objects.filter(recorded_to__isnull=True).select_related("record__employer")
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
    persons: Sequence[uuid.UUID], as_at: dt.date
) -> dict[tuple[uuid.UUID, uuid.UUID], dict[uuid.UUID, str]]:
    """Return names by person and employer, then by record, as each record holds them on a day."""
    held = PersonName.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=as_at),
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


def _levels(counted: pl.DataFrame) -> pl.DataFrame:
    """Return the responsibility level of each grade as its employer states it."""
    code_list, distinct = shipped_code_list(), counted.select("employer", "grade").unique()
    named = titles([uuid.UUID(hex=one) for one in distinct["employer"].unique()])
    levels = []
    for employer, grade in distinct.iter_rows():
        reading = read_level(grade or "", named[uuid.UUID(hex=employer)], "", code_list)
        levels.append(reading.level if reading else None)
    return distinct.with_columns(pl.Series("level", levels, dtype=pl.String))


def _professions(counted: pl.DataFrame) -> pl.DataFrame:
    code_list, distinct = shipped_code_list(), counted.select("stated").unique()
    read = [read_profession(stated or "", code_list) for stated in distinct["stated"]]
    return distinct.with_columns(pl.Series("profession", read, dtype=pl.String))
