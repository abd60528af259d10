"""What sources say of many people at once: for queues and lists, in as many questions as for one.

``differing`` finds, in whole frames, the people of whom sources say different things; what is made
of it is left to the rules, for those few. ``told_of_many`` reads what is believed now.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import polars as pl
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from muster.kernel.running import keyring
from muster.register.people.models import Crosswalk
from muster.register.people.sealing import open_nino
from muster.register.people.survivorship.lines import Heard, Holder, Job, Line
from muster.register.people.survivorship.marks import decisions_of
from muster.register.people.survivorship.rules import APART, Field, number_is_temporary
from muster.register.people.survivorship.told import Told, kinds_of
from muster.register.people.telling.claims import Schema, hexed, read_among

_AT: Schema = {
    "person": pl.String, "record": pl.String, "fact": pl.String, "valid_from": pl.String,
    "valid_to": pl.String, "recorded_from": pl.String,
}  # fmt: skip
_TERMS: tuple[Field, ...] = (
    "grade", "fte", "salary", "post_title", "profession", "absence"
)  # fmt: skip
_HOLDS = " AND {0}.valid_from <= %s AND ({0}.valid_to IS NULL OR {0}.valid_to > %s)"


def of_several_records(
    employer: uuid.UUID | None = None, visible: Q | None = None
) -> QuerySet[Crosswalk, Any]:
    """Return the people who have more than one record, as a question of one column.

    Args:
        employer: only those of whom this employer has a record.
        visible: a condition on links, of people whom the asker may know of.
    """
    standing = Crosswalk.objects.filter(recorded_to__isnull=True)
    if employer is None:
        links = standing if visible is None else standing.filter(visible)
        several = links.values("person").annotate(records=Count("record")).filter(records__gt=1)
        return several.values_list("person", flat=True)
    other = standing.filter(person=OuterRef("person")).exclude(record=OuterRef("record"))
    links = standing.filter(Exists(other), record__employer=employer)
    links = links if visible is None else links.filter(visible)
    return links.values_list("person", flat=True).distinct()


def differing(persons: Collection[str]) -> set[str]:
    """Return those of some people of whom sources say different things now, of any field.

    None is left out; of those returned the rules may yet find that all say the same.
    """
    if not persons:
        return set()
    placed = _records(persons)
    said = _said(placed)
    scoped = said.join(placed.select("record", "employer", "system"), on="record").with_columns(
        scope=pl.when(pl.col("field").is_in(["legal_name", "known_as", "birth_date", "nino"]))
        .then(pl.lit(""))
        .otherwise(pl.col("employer"))
    )
    groups = scoped.group_by("person", "field", "scope").agg(
        pl.col("compared").str.to_lowercase().str.replace_all(r"\s+", " ").n_unique().alias("n")
    )
    return set(groups.filter(pl.col("n") > 1)["person"])


def told_of_many(persons: Collection[str]) -> dict[str, Told]:
    """Return, by person, what sources say of each by what is believed now."""
    placed = _records(persons)
    said = _said(placed)
    lines: dict[str, list[Line]] = defaultdict(list)
    for row in said.iter_rows(named=True):
        lines[row["person"]].append(_line(row))
    jobs: dict[str, list[Job]] = defaultdict(list)
    for row in _employed(placed["record"].to_list()).iter_rows(named=True):
        jobs[row["person"]].append(_job(row))
    holders = _holders(placed)
    decided = defaultdict(list)
    for one in decisions_of(placed["record"].to_list()):
        decided[one.record].append(one)
    own: dict[str, list[str]] = defaultdict(list)
    for person, record in placed.select("person", "record").iter_rows():
        own[person].append(record)
    return {
        person: Told(
            tuple(lines[person]),
            tuple(jobs[person]),
            {record: holders[record] for record in records},
            tuple(one for record in records for one in decided[record]),
        )
        for person, records in own.items()
    }


def _records(persons: Collection[str]) -> pl.DataFrame:
    """Return the records of people: whose, of which employer, in which system."""
    return read_among(
        f"SELECT {hexed('walk.person_id')}, {hexed('walk.record_id')},"  # noqa: S608
        f" {hexed('record.employer_id')}, record.system FROM register_crosswalk walk"
        " JOIN register_source_record record ON record.id = walk.record_id"
        " WHERE walk.recorded_to IS NULL AND walk.person_id IN {}",
        list(persons),
        dict.fromkeys(("person", "record", "employer", "system"), pl.String),
    )


def _said(placed: pl.DataFrame) -> pl.DataFrame:
    """Return all that records state, as now believed: record, field, value, what is compared."""
    records = placed["record"].to_list()
    names = read_among(
        f"{_select('one', 'one.record_id')}, one.surname, one.forenames, one.known_as"
        f" FROM register_person_name one WHERE one.recorded_to IS NULL AND one.record_id IN {{}}",
        records,
        {**_AT, **dict.fromkeys(("surname", "forenames", "known_as"), pl.String)},
    )
    legal = pl.concat_str("surname", pl.col("forenames").fill_null(""), separator=APART)
    identifiers = read_among(
        f"{_select('one', 'one.record_id')}, one.kind, one.value, one.hashed"
        f" FROM register_identifier one WHERE one.recorded_to IS NULL AND one.record_id IN {{}}",
        records,
        {**_AT, **dict.fromkeys(("field", "value", "key"), pl.String)},
    )
    shared = _of_two_systems(placed)
    starts = _employed(shared).select(
        *_AT, field=pl.lit("employed_since"), value=pl.col("valid_from")
    )
    parts = [
        names.select(*_AT, field=pl.lit("legal_name"), value=legal),
        names.filter(pl.col("known_as").fill_null("") != "").select(
            *_AT, field=pl.lit("known_as"), value="known_as"
        ),
        identifiers,
        starts,
        *_terms(shared),
    ]
    said = pl.concat(parts, how="diagonal")
    return said.with_columns(compared=pl.coalesce("key", "value"))


def _of_two_systems(placed: pl.DataFrame) -> list[str]:
    """Return records whose employer knows the person in another system as well.

    What an employer has of its own can only be disagreed about between its systems.
    """
    several = placed.group_by("person", "employer").agg(pl.col("system").n_unique().alias("n"))
    found = placed.join(several.filter(pl.col("n") > 1), on=["person", "employer"])
    return found["record"].to_list()


def _terms(records: list[str]) -> list[pl.DataFrame]:
    """Return the terms of records, one frame for each field."""
    columns: dict[str, type[pl.DataType]] = dict.fromkeys([*_TERMS, "place"], pl.String)
    frame = read_among(
        f"{_select('one', 'held.record_id', 'held.person_id')},"
        f" {', '.join(f'CAST(one.{name} AS text)' for name in _TERMS)}, place.name"
        " FROM register_assignment one"
        " JOIN register_employment held ON held.employment = one.employment"
        " AND held.recorded_to IS NULL"
        " LEFT JOIN register_place place ON place.id = one.place_id"
        " WHERE one.recorded_to IS NULL AND held.record_id IN {}",
        records,
        {**_AT, **columns},
    )
    return [
        frame.filter(pl.col(name).fill_null("") != "").select(*_AT, field=pl.lit(name), value=name)
        for name in columns
    ]


def _employed(records: list[str]) -> pl.DataFrame:
    return read_among(
        f"{_select('one', 'one.record_id')}, one.engagement"
        " FROM register_employment one WHERE one.recorded_to IS NULL AND one.record_id IN {}",
        records,
        {**_AT, "engagement": pl.String},
    )


def _select(table: str, record: str, person: str = "") -> str:
    return (
        f"SELECT {hexed(person or f'{table}.person_id')}, {hexed(record)}, {hexed(f'{table}.id')},"
        f" CAST({table}.valid_from AS text), CAST({table}.valid_to AS text),"
        f" CAST({table}.recorded_from AS text)"
    )


def _holders(placed: pl.DataFrame) -> dict[str, Holder]:
    kinds = kinds_of(set(placed["system"]))
    heard = read_among(
        f"SELECT {hexed('claim.record_id')}, CAST(said.as_at AS text)"  # noqa: S608
        " FROM register_people_claim claim"
        " JOIN register_people_statement said ON said.id = claim.statement_id"
        " WHERE said.recorded_to IS NULL AND claim.record_id IN {}",
        placed["record"].to_list(),
        {"record": pl.String, "as_at": pl.String},
    )
    spoke: Mapping[str, list[str]] = dict(
        heard.unique().group_by("record").agg("as_at").iter_rows()
    )
    return {
        record: Holder(
            record, employer, system, kinds[system],
            tuple(Heard(dt.date.fromisoformat(day), _LONG_AGO) for day in spoke.get(record, ())),
        )
        for record, employer, system in placed.select("record", "employer", "system").iter_rows()
    }  # fmt: skip


_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


def _line(row: Mapping[str, str | None]) -> Line:
    field, value, key = row["field"], row["value"] or "", row["key"] or ""
    temporary = False
    if field == "nino":
        value = open_nino(keyring(), value)
        temporary = number_is_temporary(value)
    return Line(
        row["record"] or "", field, value, _day(row["valid_from"]),  # type: ignore[arg-type]
        _day(row["valid_to"]) if row["valid_to"] else None, _instant(row["recorded_from"]), None,
        row["fact"] or "", key, temporary,
    )  # fmt: skip


def _job(row: Mapping[str, str | None]) -> Job:
    return Job(
        row["record"] or "", row["engagement"] or "", _day(row["valid_from"]),
        _day(row["valid_to"]) if row["valid_to"] else None, _instant(row["recorded_from"]),
    )  # fmt: skip


def _day(text: str | None) -> dt.date:
    return dt.date.fromisoformat(text or "")


def _instant(text: str | None) -> dt.datetime:
    """Return an instant as either store writes it: SQLite without a zone, in UTC."""
    written = (text or "").replace(" ", "T", 1)
    if written[-3:-2] in "+-":
        written += ":00"
    found = dt.datetime.fromisoformat(written)
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
