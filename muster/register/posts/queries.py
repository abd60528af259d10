"""Questions about posts. Only statements that were not replaced count, unless asked otherwise."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from muster.kernel.metrics import NOT_MAPPED, Returns
from muster.register.employers.succession import principal_today
from muster.register.employers.succession_dimensions import EMPLOYER_TODAY
from muster.register.employers.succession_queries import standing
from muster.register.posts.models import PostFact, Statement

BILLION = 1_000_000_000
_COLUMNS = {"employer": "statement__employer_id", "grade": "level", "profession": "profession"}


def fte_of_landings(landings: Sequence[uuid.UUID]) -> int:
    """Return the FTE that the register holds from these landings, in billionths."""
    total, landings = 0, list(dict.fromkeys(landings))
    for start in range(0, len(landings), 500):
        facts = PostFact.objects.filter(
            statement__landing__in=landings[start : start + 500],
            statement__recorded_to__isnull=True,
        )
        total += int(facts.aggregate(total=Sum("fte"))["total"] or 0)
    return total


def dates() -> list[dt.date]:
    """Return the dates for which any employer stated its posts, in order."""
    found = _current_statements().values_list("as_at", flat=True)
    return list(found.distinct().order_by("as_at"))


def cells(
    dimensions: tuple[str, ...], as_at: dt.date, *, measure: str
) -> list[tuple[tuple[str, ...], int]]:
    """Return exact figures by combination: FTE in billionths, or the count of senior posts.

    Args:
        dimensions: what to break down by.
        as_at: the date.
        measure: ``fte``, ``posts``, or ``vacancies``: posts that nobody holds.
    """
    facts = _measured(_facts_at(as_at), measure)
    columns = [_COLUMNS[name] for name in dimensions]
    figure = Sum("fte") if measure == "fte" else Count("row")
    grouped = facts.values_list(*columns).annotate(figure=figure) if columns else None
    if grouped is None:
        total = facts.aggregate(figure=figure)["figure"]
        return [((), int(total or 0))]
    return [(tuple(map(_code, key)), int(value)) for *key, value in grouped.order_by()]


def employers_at(as_at: dt.date) -> dict[str, str]:
    """Return the employers that a date's facts stand under, by title: code to title."""
    return _employers(_current_statements().filter(as_at=as_at))


def missing_at(as_at: dt.date) -> tuple[uuid.UUID, ...]:
    """Return the employers that stated their posts of an earlier date, and not of this one."""
    stated = _current_statements().exclude(employer=None)
    now = stated.filter(as_at=as_at).values("employer")
    before = stated.filter(as_at__lt=as_at).exclude(employer__in=now)
    return tuple(before.values_list("employer_id", flat=True).distinct())


def employers() -> dict[str, str]:
    """Return every employer that any current fact stands under, by title: code to title."""
    return _employers(_current_statements())


def returns(as_at: dt.date) -> Returns:
    """Return how many publishers returned at a date, of those who ever did."""
    rows = set(_current_statements().values_list("as_at", "publisher", "employer_id").distinct())
    known = _publishers({(publisher, employer) for _, publisher, employer in rows})
    returned = {known[publisher, employer] for day, publisher, employer in rows if day == as_at}
    present = employers_at(as_at)
    without = tuple(title for code, title in employers().items() if code not in present)
    return Returns(len(returned), len(set(known.values())), without)


def returned_dates(employer: str) -> set[dt.date]:
    """Return the dates at which an employer made a return."""
    found = _current_statements().filter(employer_id=employer)
    return set(found.values_list("as_at", flat=True).distinct())


@dataclass(frozen=True)
class Contribution:
    """What one feed adds to a figure."""

    landing: uuid.UUID
    rows: int
    value: Decimal


@dataclass(frozen=True)
class PostRow:
    """One published row: where it stands, and what it says. Pay in pence a year."""

    landing: uuid.UUID
    row: int
    kind: str
    employer_id: uuid.UUID
    employer: str
    as_at: dt.date
    reference: str | None
    title: str | None
    unit: str | None
    grade_as_stated: str | None
    level: str | None
    profession: str | None
    fte: Decimal
    pay_floor: int | None
    pay_ceiling: int | None
    organisation: str
    parent_department: str


@dataclass(frozen=True)
class Behind:
    """What stands behind one figure: the feeds, and a page of the rows."""

    feeds: tuple[Contribution, ...]
    rows: tuple[PostRow, ...]
    total_rows: int


def behind(
    as_at: dt.date, chosen: dict[str, str], *, measure: str, start: int = 0, limit: int = 50
) -> Behind:
    """Return the feeds and rows behind a figure.

    Args:
        as_at: the date.
        chosen: dimension names to codes; an empty code is "not mapped".
        measure: ``posts``, ``vacancies`` or ``fte``.
        start: rows to leave out.
        limit: rows to return.
    """
    facts = _measured(_facts_at(as_at), measure)
    for name, code in chosen.items():
        if name == EMPLOYER_TODAY.name:
            facts = facts.filter(statement__employer__in=_leading_to(code, as_at))
            continue
        column = _COLUMNS[name]
        facts = facts.filter(
            **({f"{column}__isnull": True} if code == NOT_MAPPED else {column: code})
        )
    feeds = facts.values("statement__landing").annotate(count=Count("row"), fte=Sum("fte"))
    contributions = tuple(
        Contribution(
            feed["statement__landing"],
            feed["count"],
            Decimal(feed["fte"]) / BILLION if measure == "fte" else Decimal(feed["count"]),
        )
        for feed in feeds.order_by("-fte")
    )
    page = _with_names(facts).order_by("statement_id", "row")[start : start + limit]
    return Behind(contributions, tuple(map(_post_row, page)), facts.count())


def search(
    words: str = "",
    *,
    employer: str = "",
    level: str = "",
    as_at: dt.date | None = None,
    kind: str = "",
    start: int = 0,
    limit: int = 25,
) -> tuple[tuple[PostRow, ...], int]:
    """Return published rows that hold the words (title, unit, function, reference), and a count."""
    facts = PostFact.objects.filter(statement__recorded_to__isnull=True)
    if as_at is not None:
        facts = facts.filter(statement__as_at=as_at)
    if employer:
        facts = facts.filter(statement__employer_id=employer)
    if level:
        facts = facts.filter(level=level)
    if kind:
        facts = facts.filter(kind=kind)
    for word in words.split():
        facts = facts.filter(
            Q(title__icontains=word)
            | Q(unit__icontains=word)
            | Q(function__icontains=word)
            | Q(post__reference__iexact=word)
        )
    page = _with_names(facts).order_by("-statement__as_at", "statement_id", "row")
    return tuple(map(_post_row, page[start : start + limit])), facts.count()


def _current_statements() -> QuerySet[Statement]:
    return Statement.objects.filter(recorded_to__isnull=True)


def _employers(statements: QuerySet[Statement]) -> dict[str, str]:
    found = statements.exclude(employer=None).values_list("employer_id", "employer__title")
    return {
        _code(employer): title for employer, title in found.distinct().order_by("employer__title")
    }


def _publishers(
    pairs: set[tuple[str, uuid.UUID | None]],
) -> dict[tuple[str, uuid.UUID | None], str]:
    """Return who published, for each folder and employer: the employer, else the folder.

    A folder whose rows wait for an employer in one file and have one in another is that employer.
    """
    named = {publisher: employer for publisher, employer in pairs if employer}
    return {
        (publisher, employer): _code(employer or named.get(publisher)) or publisher
        for publisher, employer in pairs
    }


def _leading_to(code: str, as_at: dt.date) -> list[uuid.UUID]:
    """Return the employers of a date whose posts count under an employer of today."""
    passed = standing()
    present = employers_at(as_at)
    return [uuid.UUID(one) for one in present if principal_today(one, as_at, passed) == code]


def _measured(facts: QuerySet[PostFact], measure: str) -> QuerySet[PostFact]:
    """Keep the rows that a measure is made of."""
    if measure == "fte":
        return facts
    senior = facts.filter(kind="post")
    return senior.filter(fte=0) if measure == "vacancies" else senior


def _facts_at(as_at: dt.date) -> QuerySet[PostFact]:
    return PostFact.objects.filter(statement__as_at=as_at, statement__recorded_to__isnull=True)


def _with_names(facts: QuerySet[PostFact]) -> QuerySet[PostFact]:
    return facts.select_related("statement__employer", "post")


def _post_row(fact: PostFact) -> PostRow:
    employer = fact.statement.employer
    assert employer is not None  # a statement without an employer has no facts
    return PostRow(
        landing=fact.statement.landing,
        row=fact.row,
        kind=fact.kind,
        employer_id=employer.id,
        employer=employer.title,
        as_at=fact.statement.as_at,
        reference=fact.post.reference if fact.post else None,
        title=fact.title,
        unit=fact.unit,
        grade_as_stated=fact.grade_as_stated,
        level=fact.level,
        profession=fact.profession,
        fte=Decimal(fact.fte) / BILLION,
        pay_floor=fact.pay_floor,
        pay_ceiling=fact.pay_ceiling,
        organisation=fact.organisation,
        parent_department=fact.parent_department or "",
    )


def _code(value: object) -> str:
    if value is None:
        return NOT_MAPPED
    return value.hex if isinstance(value, uuid.UUID) else str(value)
