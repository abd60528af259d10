"""The organisations that ship with Muster, and how their file is made from public lists.

For the people who set up employers: :func:`shipped_organisations` is what they choose from.
For whoever refreshes the file: download the three lists named in data/README.md, then run

    python -m muster.register.employers.organisations FOLDER_WITH_THE_LISTS NEW_FILE.csv

The older register fills in what GOV.UK's list leaves out: former names, dates, older
abbreviations, and organisations that are gone but still stand in old files. A row of it is the
same organisation as a GOV.UK entry when its web address, its code (GOV.UK's analytics
identifier) or its normalised name is equal; if those point at different entries, merging stops
rather than guess. Addresses that GOV.UK only mentions, as superseded or child, become
organisations named from their address, so that no reference dangles.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, TextIO, cast, get_args

from muster.register.employers.rules import Organisation, StatedDate, Status, normalise_name

Row = Mapping[str, str]

GOVUK_LIST: Final = "govuk_organisations_2026.csv"
REGISTER_LIST: Final = "government-organisation-register-2017.tsv"
ABBREVIATION_LIST: Final = "abbreviation.tsv"
COLUMNS: Final = (
    "key",
    "title",
    "abbreviation",
    "kind",
    "status",
    "opened",
    "closed",
    "parents",
    "superseded_by",
    "supersedes",
    "former_names",
    "abbreviations",
    "slug_words",
    "name_from_slug",
    "sources",
)
_BETWEEN_VALUES: Final = "|"
# GOV.UK's "exempt" means only that the organisation keeps its own website.
_STATUS_OF_GOVUK: Final[Mapping[str, Status]] = {
    "live": "live",
    "exempt": "live",
    "joining": "joining",
    "transitioning": "transitioning",
}


@cache
def shipped_organisations() -> tuple[Organisation, ...]:
    """Every organisation in the shipped file, in key order; read once and kept."""
    path = files("muster.register.employers") / "data" / "organisations.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return tuple(_organisation_from_csv(row) for row in rows)


def _organisation_from_csv(row: Row) -> Organisation:
    if row["status"] not in get_args(Status):
        raise ValueError(f"organisations.csv, {row['key']}: status {row['status']!r} is unknown")
    return Organisation(
        key=row["key"],
        title=row["title"],
        abbreviation=row["abbreviation"],
        kind=row["kind"],
        status=cast(Status, row["status"]),
        opened=_stated_date(row["opened"]),
        closed=_stated_date(row["closed"]),
        parents=_values(row["parents"]),
        superseded_by=_values(row["superseded_by"]),
        supersedes=_values(row["supersedes"]),
        former_names=_values(row["former_names"]),
        abbreviations=_values(row["abbreviations"]),
        slug_words=row["slug_words"],
        name_from_slug=row["name_from_slug"] == "yes",
        sources=_values(row["sources"]),
    )


def write_organisations(organisations: Iterable[Organisation], file: TextIO) -> None:
    """Write the shipped form: one row each; several values in a column are divided by "|"."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for organisation in organisations:
        writer.writerow([_written(getattr(organisation, column)) for column in COLUMNS])


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, tuple):
        return _BETWEEN_VALUES.join(value)
    if isinstance(value, StatedDate):
        return value.text
    return "" if value is None else str(value)


@dataclass
class _Draft:
    """An organisation while the lists are being brought together."""

    key: str
    title: str
    slug: str
    abbreviation: str = ""
    kind: str = ""
    govuk_status: str = ""
    opened: str = ""
    closed: str = ""
    parents: set[str] = field(default_factory=set)
    superseded_by: set[str] = field(default_factory=set)
    supersedes: set[str] = field(default_factory=set)
    former_names: list[str] = field(default_factory=list)
    abbreviations: list[str] = field(default_factory=list)
    name_from_slug: bool = False
    sources: list[str] = field(default_factory=list)


def merge_organisations(
    govuk_rows: Sequence[Row], register_rows: Sequence[Row], abbreviation_rows: Sequence[Row]
) -> list[Organisation]:
    """The three lists, in their own columns, as one list in key order, each organisation once.

    Raises ValueError when a row of the older register points at two different GOV.UK entries.
    """
    drafts = {row["slug"]: _draft_from_govuk(row, n) for n, row in enumerate(govuk_rows, 1)}
    key_of_slug = {slug: slug for slug in drafts}
    key_of_code = _add_register(drafts, key_of_slug, govuk_rows, register_rows)
    _add_abbreviations(drafts, key_of_code, abbreviation_rows)
    _add_links(drafts, key_of_slug, govuk_rows)
    devolved = {key for key, draft in drafts.items() if draft.kind == "Devolved government"}
    return [_finished(drafts[key], devolved) for key in sorted(drafts)]


def _draft_from_govuk(row: Row, number: int) -> _Draft:
    short = _tidy(row["abbreviation"])
    return _Draft(
        key=row["slug"],
        title=_tidy(row["title"]),
        slug=row["slug"],
        abbreviation=short,
        kind=row["format"],
        govuk_status=row["govuk_status"],
        abbreviations=[short] if short else [],
        sources=[f"govuk-2026 row {number}"],
    )


def _add_register(
    drafts: dict[str, _Draft],
    key_of_slug: dict[str, str],
    govuk_rows: Sequence[Row],
    register_rows: Sequence[Row],
) -> dict[str, str]:
    """Merge the older register into the drafts; returns the key each of its codes stands for.

    A code that has two rows is one organisation under two names.
    """
    by_code = {row["analytics_identifier"]: row["slug"] for row in govuk_rows}
    by_name = {normalise_name(row["title"]): row["slug"] for row in govuk_rows}
    rows_of_code: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for number, row in enumerate(register_rows, 1):
        rows_of_code[row["government-organisation"]].append((number, row))
    key_of_code: dict[str, str] = {}
    for code, rows in rows_of_code.items():
        found = {by_code.get(code, "")}
        for _, row in rows:
            slug = _slug_of(row["website"])
            found.add(slug if slug in drafts else "")
            found.add(by_name.get(normalise_name(row["name"]), ""))
        same = sorted(found - {""})
        if len(same) > 1:
            raise ValueError(f"register code {code} is like {' and '.join(same)}: which is it?")
        key_of_code[code] = key = same[0] if same else f"register-2017:{code}"
        for number, row in rows:
            _add_register_row(drafts, key, number, row)
            key_of_slug.setdefault(_slug_of(row["website"]), key)
    return key_of_code


def _add_register_row(drafts: dict[str, _Draft], key: str, number: int, row: Row) -> None:
    name = _tidy(row["name"])
    draft = drafts.setdefault(key, _Draft(key, name, _slug_of(row["website"])))
    if normalise_name(name) not in map(normalise_name, (draft.title, *draft.former_names)):
        draft.former_names.append(name)
    draft.opened = draft.opened or row["start-date"] or ""
    draft.closed = draft.closed or row["end-date"] or ""
    draft.sources.append(f"register-2017 row {number}")


def _slug_of(website: str) -> str:
    return website.rstrip("/").rpartition("/")[2]


def _add_abbreviations(
    drafts: Mapping[str, _Draft],
    key_of_code: Mapping[str, str],
    abbreviation_rows: Sequence[Row],
) -> None:
    """Add the older register's abbreviations, which it writes in lower case."""
    for number, row in enumerate(abbreviation_rows, 1):
        short = row["abbreviation"].upper()
        draft = drafts[key_of_code[row["government-organisation"]]]
        if short not in (known.upper() for known in draft.abbreviations):
            draft.abbreviations.append(short)
            draft.abbreviation = draft.abbreviation or short
            draft.sources.append(f"abbreviation-2017 row {number}")


def _add_links(
    drafts: dict[str, _Draft], key_of_slug: dict[str, str], govuk_rows: Sequence[Row]
) -> None:
    """Add parents and successions, each stated from either end, as keys."""
    # An address often leaves out the "and" that a title has, so it is compared without.
    by_name = {_without_and(draft.title): key for key, draft in drafts.items()}

    def drafts_named(column: str, number: int, row: Row) -> Iterator[_Draft]:
        for slug in filter(None, row[column].split(";")):
            words = slug.replace("-", " ")
            key = key_of_slug.get(slug) or by_name.get(_without_and(words)) or slug
            if key not in drafts:
                title = words[0].upper() + words[1:]
                source = f"govuk-2026 row {number} ({column})"
                drafts[key] = _Draft(key, title, slug, name_from_slug=True, sources=[source])
            yield drafts[key]

    for number, row in enumerate(govuk_rows, 1):
        draft = drafts[row["slug"]]
        for parent in drafts_named("parent_organisations", number, row):
            draft.parents.add(parent.key)
        for child in drafts_named("child_organisations", number, row):
            child.parents.add(draft.key)
        for earlier in drafts_named("superseded_organisations", number, row):
            _succeed(earlier, draft)
        for later in drafts_named("superseding_organisations", number, row):
            _succeed(draft, later)


def _without_and(name: str) -> str:
    return normalise_name(name).replace(" and ", " ")


def _succeed(earlier: _Draft, later: _Draft) -> None:
    """Record a succession at both ends; a body whose address changed does not succeed itself."""
    if earlier is not later:
        earlier.superseded_by.add(later.key)
        later.supersedes.add(earlier.key)


def _finished(draft: _Draft, devolved: set[str]) -> Organisation:
    words = draft.slug.replace("-", " ")
    full_names = {normalise_name(name) for name in (draft.title, *draft.former_names)}
    return Organisation(
        key=draft.key,
        title=draft.title,
        abbreviation=draft.abbreviation,
        kind=draft.kind,
        status=_status(draft, devolved),
        opened=_stated_date(draft.opened),
        closed=None if draft.govuk_status else _stated_date(draft.closed),
        parents=tuple(sorted(draft.parents)),
        superseded_by=tuple(sorted(draft.superseded_by)),
        supersedes=tuple(sorted(draft.supersedes)),
        former_names=tuple(draft.former_names),
        abbreviations=tuple(draft.abbreviations),
        slug_words="" if normalise_name(words) in full_names else words,
        name_from_slug=draft.name_from_slug,
        sources=tuple(draft.sources),
    )


def _status(draft: _Draft, devolved: set[str]) -> Status:
    """GOV.UK's present list speaks first: it lists nothing that has closed.

    Only then do an end date or a successor mean closed. A devolved government as the only
    successor means that the body answers to it and left GOV.UK, as Creative Scotland did.
    """
    if draft.govuk_status:
        return _STATUS_OF_GOVUK[draft.govuk_status]
    if draft.superseded_by and not draft.closed and draft.superseded_by <= devolved:
        return "devolved"
    return "closed" if draft.closed or draft.superseded_by else "not listed"


def _tidy(name: str) -> str:
    return " ".join(name.split())


def _values(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(_BETWEEN_VALUES)) if cell else ()


def _stated_date(text: str) -> StatedDate | None:
    return StatedDate(text) if text else None


def read_source_lists(folder: Path) -> tuple[list[Row], list[Row], list[Row]]:
    """The rows of the GOV.UK list, the older register and its abbreviations, in that order."""

    def rows(name: str, delimiter: str) -> list[Row]:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter=delimiter))

    return rows(GOVUK_LIST, ","), rows(REGISTER_LIST, "\t"), rows(ABBREVIATION_LIST, "\t")


if __name__ == "__main__":
    source_folder, new_file = map(Path, sys.argv[1:])
    with new_file.open("w", encoding="utf-8", newline="") as output:
        write_organisations(merge_organisations(*read_source_lists(source_folder)), output)
