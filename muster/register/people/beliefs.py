"""From claims to beliefs: what should be believed of some records, beside what is believed.

Nothing here writes beliefs: ``actions`` writes the difference. Histories come from ``rules.tell``
and overlaps are settled by ``rules.settle``, for one record or for a whole system alike.
"""

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, cast
from uuid import UUID

import polars as pl

from muster.kernel.days import Period
from muster.kernel.ids import new_ids
from muster.register.people.claims import (
    Schema,
    Waiting,
    claims_of,
    hexed,
    read_among,
    standing_returns,
)
from muster.register.people.rules import (
    SUBSTANTIVE,
    Claimant,
    Held,
    History,
    Spell,
    Stated,
    Verdict,
    settle,
    tell,
    within,
)
from muster.register.places.actions import note_places

_DAYS: Schema = {"valid_from": pl.Date, "valid_to": pl.Date}
_ROW: Schema = {"statement_id": pl.Int64, "row": pl.Int64}
# Each kind of fact: its table's columns. ``KEYS`` names those by which its record is found.
FACTS: dict[str, Schema] = {
    "register_employment": {
        "employment": pl.String, "person_id": pl.String, "employer_id": pl.String,
        "record_id": pl.String, "number": pl.Int64, "engagement": pl.String,
        "substantive": pl.Boolean, "ended": pl.String, **_DAYS,
    },
    "register_assignment": {
        "employment": pl.String, "engagement_as_stated": pl.String, "grade": pl.String,
        "fte": pl.Int64, "profession": pl.String, "post_reference": pl.String,
        "post_title": pl.String, "place_id": pl.String, "salary": pl.Int64, **_DAYS,
    },
    "register_person_name": {
        "person_id": pl.String, "record_id": pl.String, "surname": pl.String,
        "forenames": pl.String, "known_as": pl.String, "searched": pl.String, **_DAYS,
    },
    "register_identifier": {
        "person_id": pl.String, "record_id": pl.String, "kind": pl.String, "value": pl.String,
        "hashed": pl.String, **_DAYS,
    },
    "register_people_conflict": {
        "person_id": pl.String, "record_id": pl.String, "number": pl.Int64,
        "against": pl.String, **_DAYS,
    },
}  # fmt: skip
_UUIDS = {"employment", "person_id", "employer_id", "record_id", "place_id", "against"}
_IDENTIFIERS = ("nino", "birth_date", "work_email")
_TERMS = (
    "engagement", "grade", "fte", "profession", "post_reference", "post_title", "place", "salary",
)  # fmt: skip
_PLACE = _TERMS.index("place")


@dataclass(frozen=True)
class Difference:
    """For one kind of fact: the ids of those no longer believed, and the rows that are new."""

    closed: list[str]
    fresh: pl.DataFrame


@dataclass(frozen=True)
class _Believed:
    """An employment fact in force, as far as telling needs it."""

    id: str
    employment: str
    person: str
    record: str | None
    number: int | None
    period: Period
    engagement: str
    ended: str | None
    decided: bool


@dataclass(frozen=True)
class _Record:
    """A record with its place in the register and all that it states."""

    id: str
    person: str
    employer: str
    rows: Sequence[Stated]
    history: History


def differences(records: Collection[str], waiting: Waiting) -> dict[str, Difference]:
    """Return, by table, how what should be believed of records differs from what is believed."""
    claims = claims_of(records)
    told = _told(records, claims, waiting)
    believed = _employments_of({record.person for record in told})
    desired = _Desired(claims, believed)
    desired.tell(told)
    wanted = desired.frames()
    found = {}
    keys: Collection[str] = records
    for table in FACTS:
        if table == "register_assignment":
            keys = _in_force("register_employment", records)["employment"].to_list()
        found[table] = _difference(table, wanted[table], _in_force(table, keys))
        keys = records
    return found


def searchable(*parts: str | None) -> str:
    """Return text as it is searched: no accents, no capitals, single spaces."""
    joined = unicodedata.normalize("NFKD", " ".join(part for part in parts if part))
    plain = "".join(letter for letter in joined if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def _told(records: Collection[str], claims: pl.DataFrame, waiting: Waiting) -> list[_Record]:
    """Return each record with the history its claims and silences tell."""
    placed = read_among(
        f"SELECT {hexed('record.id')}, {hexed('walk.person_id')}, {hexed('record.employer_id')},"  # noqa: S608
        " record.system FROM register_source_record record"
        " JOIN register_crosswalk walk ON walk.record_id = record.id"
        " WHERE walk.recorded_to IS NULL AND record.id IN {}",
        records,
        dict.fromkeys(("record", "person", "employer", "system"), pl.String),
    )
    standing = standing_returns(set(placed["system"])).select("system", "as_at").unique()
    dates: dict[str, list[dt.date]] = defaultdict(list)
    for system, as_at in standing.sort("as_at").iter_rows():
        if (system, as_at) not in waiting.doubtful:
            dates[system].append(as_at)
    heard: dict[str, set[dt.date]] = defaultdict(set)
    for record, as_at in waiting.heard.select("record", "as_at").iter_rows():
        heard[record].add(as_at)
    stated = _stated(claims)
    told = []
    for record, person, employer, system in placed.iter_rows():
        rows = stated.get(record)
        if not rows:
            continue
        spoke = {row.as_at for row in rows} | heard.get(record, set())
        silences = [day for day in dates[system] if day not in spoke]
        told.append(_Record(record, person, employer, rows, tell(rows, silences)))
    return told


def _stated(claims: pl.DataFrame) -> dict[str, list[Stated]]:
    """Return the rows of each record as the rules read them."""
    order = (
        "record", "as_at", "start", "leaving", "statement", "row", "surname", "forenames",
        "known_as", "nino_hash", "birth_date", "work_email", *_TERMS,
    )  # fmt: skip
    rows = claims.select(order).iter_rows()
    return {
        record: [
            Stated(row[1], row[2], row[3], row[12], row[6:9], row[9:12], row[12:], row[4:6])
            for row in group
        ]
        for record, group in groupby(rows, key=itemgetter(0))
    }


def _employments_of(persons: Collection[str]) -> list[_Believed]:
    frame = read_among(
        f"SELECT {hexed('id')}, {hexed('employment')}, {hexed('person_id')}, {hexed('record_id')},"  # noqa: S608
        " number, valid_from, valid_to, engagement, ended, decided_by FROM register_employment"
        " WHERE recorded_to IS NULL AND person_id IN {}",
        persons,
        {"id": pl.String, "employment": pl.String, "person": pl.String, "record": pl.String,
         "number": pl.Int64, **_DAYS, "engagement": pl.String, "ended": pl.String,
         "by": pl.String},
    )  # fmt: skip
    return [
        _Believed(one, employment, person, record, number, Period(start, end), engagement, ended,
                  by is not None)
        for one, employment, person, record, number, start, end, engagement, ended, by
        in frame.iter_rows()
    ]  # fmt: skip


class _Desired:
    """Gathers the facts that should be believed of the records it is told of."""

    def __init__(self, claims: pl.DataFrame, believed: Sequence[_Believed]) -> None:
        self._ninos = dict(claims.select("nino_hash", "nino").drop_nulls().iter_rows())
        self._believed = believed
        self._held = {(one.record, one.number): one for one in believed if one.record is not None}
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in FACTS}
        self._ids: dict[tuple[str, int], str] = {}

    def tell(self, told: Sequence[_Record]) -> None:
        self._name_employments(told)
        self._places = _places(told)
        verdicts = self._settled(told)
        for record in told:
            self._tell_who(record)
            for spell in record.history.spells:
                self._tell_spell(record, spell, verdicts)

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return the facts by table, with provenance."""
        return {
            table: pl.DataFrame(rows, schema={**FACTS[table], **_ROW}, orient="row")
            for table, rows in self._rows.items()
        }

    def _name_employments(self, told: Sequence[_Record]) -> None:
        """Give each spell the employment it is, or a new one."""
        spells = [(record.id, spell.number) for record in told for spell in record.history.spells]
        for key, fresh in zip(spells, new_ids(len(spells)), strict=True):
            held = self._held.get(key)
            self._ids[key] = fresh.hex if held is None else held.employment

    def _settled(self, told: Sequence[_Record]) -> dict[str, Verdict]:
        """Return the verdict on each substantive employment of persons that have several."""
        by_person: dict[str, list[Claimant]] = defaultdict(list)
        asked: set[str] = set()
        records = {record.id for record in told}
        for record in told:
            for spell in record.history.spells:
                if not spell.substantive:
                    continue
                held = self._held.get((record.id, spell.number))
                key = self._ids[record.id, spell.number]
                asked.add(key)
                decided = held is not None and held.decided
                period = (
                    held.period if held and decided else Period(spell.valid_from, spell.valid_to)
                )
                # What is not believed as substantive protects nothing.
                had = held.period if held and held.engagement == SUBSTANTIVE else None
                by_person[record.person].append(Claimant(key, period, had, decided))
        for one in self._believed:
            stays = one.record not in records or one.decided
            if stays and one.engagement == SUBSTANTIVE and one.employment not in asked:
                claimant = Claimant(one.employment, one.period, one.period, certain=True)
                by_person[one.person].append(claimant)
        return {
            str(key): verdict
            for claimants in by_person.values()
            if len(claimants) > 1
            for key, verdict in settle(claimants).items()
        }

    def _tell_spell(self, record: _Record, spell: Spell, verdicts: dict[str, Verdict]) -> None:
        key = self._ids[record.id, spell.number]
        held = self._held.get((record.id, spell.number))
        asked = Period(spell.valid_from, spell.valid_to)
        verdict = verdicts.get(key, Verdict(asked))
        if held is not None and held.decided:
            # What a person decided about these days stays; what the system says stands beside it.
            verdict = Verdict(held.period, key if held.period != asked else None)
        if verdict.against is not None:
            self._rows["register_people_conflict"].append(
                (record.person, record.id, spell.number, verdict.against, asked.start, asked.end,
                 *spell.row)
            )  # fmt: skip
        days = verdict.believed
        if days is None:
            return
        kept = held if held is not None and (held.decided or days != asked) else None
        ended = kept.ended if kept else spell.ended
        engagement = kept.engagement if kept else spell.engagement
        self._rows["register_employment"].append(
            (key, record.person, record.employer, record.id, spell.number, engagement,
             engagement == SUBSTANTIVE, ended, days.start, days.end, *spell.row)
        )  # fmt: skip
        self._tell_assignments(record, spell, key, days)

    def _tell_assignments(self, record: _Record, spell: Spell, key: str, days: Period) -> None:
        line: Iterable[Held[Any]] = spell.assignments
        if (days.start, days.end) != (spell.valid_from, spell.valid_to):
            line = within(record.rows, days.start, days.end)
        for held in line:
            engagement, grade, fte, profession, reference, title, place, salary = held.value
            place_id = self._places.get((record.employer, place))
            self._rows["register_assignment"].append(
                (key, engagement, grade, fte, profession, reference, title, place_id, salary,
                 held.valid_from, held.valid_to, *held.row)
            )  # fmt: skip

    def _tell_who(self, record: _Record) -> None:
        names, identifiers = record.history.names, record.history.identifiers
        rows = self._rows["register_person_name"]
        for name in names:
            surname, forenames, known_as = cast(tuple[str, str | None, str | None], name.value)
            searched = searchable(surname, forenames, known_as)
            rows.append(
                (record.person, record.id, surname, forenames, known_as, searched,
                 name.valid_from, name.valid_to, *name.row)
            )  # fmt: skip
        rows = self._rows["register_identifier"]
        for kind, line in zip(_IDENTIFIERS, identifiers, strict=True):
            for held in line:
                hashed = str(held.value) if kind == "nino" else None
                value = self._ninos[hashed] if hashed else str(held.value)
                rows.append(
                    (record.person, record.id, kind, value, hashed, held.valid_from,
                     held.valid_to, *held.row)
                )  # fmt: skip


def _places(told: Sequence[_Record]) -> dict[tuple[str, str], str]:
    """Return the ids of the places that records name, by employer, noting new ones."""
    named = {
        (record.employer, cast(tuple[Any, ...], row.assignment)[_PLACE])
        for record in told
        for row in record.rows
    }
    found = note_places((UUID(hex=employer), place) for employer, place in named if place)
    return {(employer.hex, name): place.hex for (employer, name), place in found.items()}


def _in_force(table: str, keys: Collection[str]) -> pl.DataFrame:
    """Return the facts now believed of some records (of some employments, for assignments)."""
    schema = FACTS[table]
    columns = ", ".join(hexed(name) if name in _UUIDS else name for name in schema)
    key = "employment" if table == "register_assignment" else "record_id"
    return read_among(
        f"SELECT {hexed('id')}, {columns}, decided_by FROM {table}"  # noqa: S608
        f" WHERE recorded_to IS NULL AND {key} IN {{}}",
        keys,
        {"id": pl.String, **schema, "decided_by": pl.String},
    )


def _difference(table: str, wanted: pl.DataFrame, believed: pl.DataFrame) -> Difference:
    """Compare facts by what they say; where they came from may differ.

    What a person decided is never closed here. A National Insurance number is compared by its
    hash, because its encrypted form differs each time.
    """
    content = list(FACTS[table])
    compare = list(content)
    if table == "register_identifier":
        shown = pl.when(pl.col("hashed").is_null()).then("value").alias("shown")
        wanted, believed = wanted.with_columns(shown), believed.with_columns(shown)
        compare = [name for name in content if name != "value"] + ["shown"]
    gone = believed.filter(pl.col("decided_by").is_null()).join(
        wanted, on=compare, how="anti", nulls_equal=True
    )
    fresh = wanted.join(believed, on=compare, how="anti", nulls_equal=True)
    return Difference(gone["id"].to_list(), fresh.select(*content, *_ROW))


def open_conflicts_of(systems: Collection[str]) -> set[str]:
    """Return records in conflict whose person also has a record in one of the systems."""
    found = read_among(
        f"SELECT {hexed('conflict.record_id')} FROM register_people_conflict conflict"  # noqa: S608
        " JOIN register_crosswalk walk ON walk.person_id = conflict.person_id"
        " JOIN register_source_record record ON record.id = walk.record_id"
        " WHERE conflict.recorded_to IS NULL AND walk.recorded_to IS NULL"
        " AND record.system IN {}",
        systems,
        {"record": pl.String},
    )
    return set(found["record"])
