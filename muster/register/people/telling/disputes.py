"""Records of one person that ask for the same days, and what is believed of each.

For ``beliefs``: which records must be told together, and which of their employments stand.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from muster.kernel.days import Period
from muster.register.bulk import read_frame
from muster.register.people.rules import FURTHER, SUBSTANTIVE, Claimant, History
from muster.register.people.telling.claims import hexed, read_among
from muster.register.people.telling.overlaps import (
    Key,
    Source,
    Standing,
    contested,
    settle_over_time,
)

# Of an employment ``held``: somebody decided it at first without any record.
EVER_UNRECORDED = (
    "EXISTS (SELECT 1 FROM register_employment first"
    " WHERE first.employment = held.employment AND first.record_id IS NULL)"
)


@dataclass(frozen=True)
class Believed:
    """An employment fact in force, as far as telling needs it."""

    id: str
    employment: str
    person: str
    record: str | None
    number: int | None
    period: Period
    engagement: str
    ended: str | None
    leaving_reason: str | None
    decided: bool


@dataclass(frozen=True)
class Record:
    """A record with its place in the register and all that it states."""

    id: str
    person: str
    employer: str
    source: Source
    history: History


def employments_of(
    persons: Collection[str], moved: Mapping[str, str] | None = None
) -> list[Believed]:
    """Return every employment now believed of some persons.

    Args:
        persons: the persons.
        moved: records that were of another person until now, with their person: what is believed
            of them counts as that person's.
    """
    moved = moved or {}
    found = {one.id: one for one in _employments("person_id", persons)}
    found |= {one.id: one for one in _employments("record_id", moved)}
    return [
        replace(one, person=moved[one.record]) if one.record and one.record in moved else one
        for one in found.values()
    ]


def _employments(column: str, values: Collection[str]) -> list[Believed]:
    frame = read_among(
        f"SELECT {hexed('id')}, {hexed('employment')}, {hexed('person_id')}, {hexed('record_id')},"  # noqa: S608
        " number, valid_from, valid_to, engagement, ended, leaving_reason, decided_by"
        " FROM register_employment"
        f" WHERE recorded_to IS NULL AND {column} IN {{}}",
        values,
        {"id": pl.String, "employment": pl.String, "person": pl.String, "record": pl.String,
         "number": pl.Int64, "start": pl.Date, "end": pl.Date,
         "engagement": pl.String, "ended": pl.String,
         "reason": pl.String, "by": pl.String},
    )  # fmt: skip
    return [
        Believed(one, employment, person, record, number, Period(start, end), engagement, ended,
                  reason, by is not None)
        for one, employment, person, record, number, start, end, engagement, ended, reason, by
        in frame.iter_rows()
    ]  # fmt: skip


def ids_before(records: Collection[str]) -> dict[tuple[str, int], str]:
    """Return the employment that each record's employments last were, by record and number.

    One that was in dispute as long as records of two people were linked is itself again afterwards;
    one that was decided of no record never becomes the record's own.
    """
    found = read_among(
        f"SELECT {hexed('record_id')}, number, {hexed('employment')},"  # noqa: S608
        " CAST(recorded_from AS text) FROM register_employment held"
        f" WHERE number IS NOT NULL AND NOT {EVER_UNRECORDED} AND record_id IN {{}}",
        records,
        {"record": pl.String, "number": pl.Int64, "employment": pl.String, "from": pl.String},
    )
    rows = found.sort("from").select("record", "number", "employment").iter_rows()
    return {(record, number): employment for record, number, employment in rows}


def also_concerned(told: Sequence[Record], believed: Sequence[Believed]) -> set[str]:
    """Return the other records of persons whose days are asked for twice, or were until now."""
    own = {record.id for record in told}
    asked: dict[str, list[Period]] = defaultdict(list)
    for record in told:
        asked[record.person] += [
            Period(spell.valid_from, spell.valid_to)
            for spell in record.history.spells if spell.substantive
        ]  # fmt: skip
    besides: set[str] = set()
    for one in believed:
        if one.record not in own or one.decided:
            if one.engagement == SUBSTANTIVE:
                asked[one.person].append(one.period)
            elif one.engagement == FURTHER:
                besides.add(one.person)
    disputed = set(_open_conflicts()["person"]) if asked else set()
    persons = {
        person for person, periods in asked.items()
        if person in besides or person in disputed or (len(periods) > 1 and contested(periods))
    }  # fmt: skip
    linked = read_among(
        f"SELECT {hexed('record_id')} FROM register_crosswalk"  # noqa: S608
        " WHERE recorded_to IS NULL AND person_id IN {}",
        persons,
        {"record": pl.String},
    )
    return set(linked["record"]) - own


def _open_conflicts() -> pl.DataFrame:
    return read_frame(
        f"SELECT {hexed('person_id')} FROM register_people_conflict"  # noqa: S608
        " WHERE recorded_to IS NULL",
        [],
        {"person": pl.String},
    )


def settled(
    told: Sequence[Record],
    believed: Sequence[Believed],
    ids: Mapping[tuple[str, int], str],
) -> dict[str, Standing]:
    """Return what is believed of employments of persons whose days are asked for twice."""
    by_person: dict[str, list[Record]] = defaultdict(list)
    for record in told:
        by_person[record.person].append(record)
    had: dict[str, list[Believed]] = defaultdict(list)
    for one in believed:
        had[one.person].append(one)
    verdicts: dict[str, Standing] = {}
    for person, records in by_person.items():
        spells = [spell for record in records for spell in record.history.spells]
        asked = [Period(one.valid_from, one.valid_to) for one in spells if one.substantive]
        decided = [one for one in had[person] if one.decided]
        if len(asked) + sum(one.engagement == SUBSTANTIVE for one in decided) > 1:
            verdicts |= _settled_for(records, decided, ids)
    return verdicts


def _settled_for(
    records: Sequence[Record], decided: Sequence[Believed], ids: Mapping[tuple[str, int], str]
) -> dict[str, Standing]:
    """Return what is believed of one person's employments, by employment."""
    sources = {record.id: record.source for record in records}
    keys = {
        (record.source.key, spell.number): ids[record.id, spell.number]
        for record in records for spell in record.history.spells
    }  # fmt: skip
    days, others, beside = {}, [], set[Key]()
    for one in decided:
        key = (sources[one.record].key, one.number or 0) if one.record in sources else None
        if one.engagement != SUBSTANTIVE:
            beside |= {key} if key is not None else set()
        elif key in keys:
            days[key] = one.period
        else:
            others.append(Claimant(one.employment, one.period, one.period, certain=True))
    settled = settle_over_time(list(sources.values()), days, others, beside)
    named: dict[Hashable, str] = {one.employment: one.employment for one in decided}
    named.update(keys.items())
    return {
        keys[key]: replace(stands, against=named.get(stands.against))
        for key, stands in settled.items()
        if key in keys
    }
