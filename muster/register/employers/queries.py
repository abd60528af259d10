"""Questions about employers. Answers are ``rules`` types, never querysets."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q

from muster.ledger.current import ledger
from muster.register.employers.models import Employer, OrganisationCode, RememberedName
from muster.register.employers.rules import (
    NameIndex,
    Organisation,
    StatedDate,
    build_name_index,
    normalise_name,
)


@dataclass(frozen=True)
class EmployerPage:
    """One page of a search: what was found, and how many there are in all."""

    found: tuple[tuple[uuid.UUID, Organisation], ...]
    total: int


def name_index() -> NameIndex:
    """Return every known name with remembered choices, ready for look-up.

    Every change of employers and choices is recorded in the log of decisions within the same
    transaction, so an index is good for as long as that log has not grown.
    """
    return _index_at(ledger().store.read_head("decisions").root())


@lru_cache(maxsize=1)
def _index_at(decisions: bytes) -> NameIndex:
    """Return the index as at one root of the log of decisions."""
    employers = list(Employer.objects.all())
    remembered = RememberedName.objects.filter(withdrawn_at__isnull=True).select_related("employer")
    return build_name_index(
        map(_organisation, employers), {name.name: name.employer.key for name in remembered}
    )


def ids_by_key() -> dict[str, uuid.UUID]:
    """Return the register's id of every employer by its key."""
    return dict(Employer.objects.values_list("key", "id"))


def titles(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return titles by id."""
    return dict(Employer.objects.filter(id__in=ids).values_list("id", "title"))


def find(key: str) -> tuple[uuid.UUID, Organisation] | None:
    """Return one employer by key, or None."""
    employer = Employer.objects.filter(key=key).first()
    return None if employer is None else (employer.id, _organisation(employer))


def by_id(employer: uuid.UUID) -> Organisation | None:
    """Return one employer by the register's id, or None."""
    found = Employer.objects.filter(id=employer).first()
    return None if found is None else _organisation(found)


def search(
    words: str = "", *, status: str = "", kind: str = "", start: int = 0, limit: int = 25
) -> EmployerPage:
    """Return employers whose title, abbreviation or former name holds the words, by title."""
    found = Employer.objects.order_by("title", "key")
    for word in words.split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(abbreviation__iexact=word)
            | Q(former_names__icontains=word)
            | Q(slug_words__icontains=word)
        )
    if status:
        found = found.filter(status=status)
    if kind:
        found = found.filter(kind=kind)
    page = found[start : start + limit]
    return EmployerPage(tuple((row.id, _organisation(row)) for row in page), found.count())


def kinds() -> list[str]:
    """Return the kinds of organisation there are, for a filter."""
    found = Employer.objects.exclude(kind="").order_by("kind")
    return list(found.values_list("kind", flat=True).distinct())


def children(key: str) -> tuple[Organisation, ...]:
    """Return the employers that name this one as a parent."""
    quoted = Employer.objects.filter(parents__icontains=f'"{key}"').order_by("title")
    return tuple(_organisation(row) for row in quoted if key in row.parents)


def parent_titles() -> dict[str, str]:
    """Return the title of the first parent of each employer that has one, by its own title."""
    rows = list(Employer.objects.values_list("key", "title", "parents"))
    title_of = {key: title for key, title, _ in rows}
    return {
        title: title_of[parents[0]]
        for _, title, parents in rows
        if parents and title_of.get(parents[0], title) != title
    }


@dataclass(frozen=True)
class Choice:
    """A remembered choice: the name as first stated, what it means, who said so and when."""

    id: uuid.UUID
    stated: str
    employer: str
    chosen_by: str
    chosen_on: str


def choices(*, employer: uuid.UUID | None = None) -> tuple[Choice, ...]:
    """Return the choices in force, newest first; only those that mean an employer if given."""
    kept = RememberedName.objects.filter(withdrawn_at__isnull=True).select_related("employer")
    if employer is not None:
        kept = kept.filter(employer=employer)
    return tuple(
        Choice(row.id, row.stated, row.employer.title, row.chosen_by, f"{row.chosen_at:%Y-%m-%d}")
        for row in kept.order_by("-chosen_at")
    )


@dataclass(frozen=True)
class Code:
    """A code by which a public register names an organisation; dates as precise as stated."""

    code: str
    name: str
    website: str
    starts: str
    ends: str
    employer: uuid.UUID | None
    landing: uuid.UUID
    row: int


def codes(*, code: str = "", employer: uuid.UUID | None = None) -> tuple[Code, ...]:
    """Return the codes that standing statements hold; only one code, or one employer's, if given.

    A code may stand for two names: an organisation that was renamed keeps it.
    """
    found = OrganisationCode.objects.filter(statement__recorded_to__isnull=True)
    if code:
        found = found.filter(code=code)
    if employer is not None:
        found = found.filter(employer=employer)
    return tuple(
        Code(
            row.code, row.name, row.website or "", row.starts or "", row.ends or "",
            row.employer_id, row.statement.landing, row.row,
        )
        for row in found.select_related("statement").order_by("code", "name")
    )  # fmt: skip


def remembered(stated: str) -> str | None:
    """Return the key a person chose for a stated name, if one did."""
    row = RememberedName.objects.filter(name=normalise_name(stated), withdrawn_at__isnull=True)
    return row.values_list("employer__key", flat=True).first()


def _organisation(row: Employer) -> Organisation:
    return Organisation(
        key=row.key,
        title=row.title,
        abbreviation=row.abbreviation,
        kind=row.kind,
        status=row.status,  # type: ignore[arg-type]  # the column holds only what rules gave
        opened=StatedDate(row.opened) if row.opened else None,
        closed=StatedDate(row.closed) if row.closed else None,
        parents=tuple(row.parents),
        superseded_by=tuple(row.superseded_by),
        supersedes=tuple(row.supersedes),
        former_names=tuple(row.former_names),
        abbreviations=tuple(row.abbreviations),
        slug_words=row.slug_words,
        name_from_slug=row.name_from_slug,
        sources=tuple(row.sources),
    )
