"""From claims to beliefs: what should be believed of some records, beside what is believed.

Nothing here writes beliefs: ``actions`` writes the difference. Histories come from ``rules.tell``
and overlaps are settled by ``rules.settle``, for one record or for a whole system alike.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, cast
from uuid import UUID

import polars as pl

from muster.kernel.days import ONE_DAY, Period
from muster.kernel.ids import new_ids
from muster.register.people.rules import (
    FURTHER,
    SUBSTANTIVE,
    Held,
    Spell,
    Stated,
    tell,
    within,
)
from muster.register.people.spelling import with_spellings
from muster.register.people.telling.adoption import end_as_told, same_kind
from muster.register.people.telling.claims import (
    Schema,
    Waiting,
    claims_of,
    hexed,
    read_among,
    standing_returns,
    waiting_in,
)
from muster.register.people.telling.disputes import (
    Believed,
    Record,
    also_concerned,
    employments_of,
    ids_before,
    settled,
)
from muster.register.people.telling.overlaps import Source, Standing
from muster.register.places.actions import note_places

_DAYS: Schema = {"valid_from": pl.Date, "valid_to": pl.Date}
_ROW: Schema = {"statement_id": pl.Int64, "row": pl.Int64}
# Each kind of fact: its table's columns. ``KEYS`` names those by which its record is found.
FACTS: dict[str, Schema] = {
    "register_employment": {
        "employment": pl.String, "person_id": pl.String, "employer_id": pl.String,
        "record_id": pl.String, "number": pl.Int64, "engagement": pl.String,
        "substantive": pl.Boolean, "ended": pl.String, "leaving_reason": pl.String, **_DAYS,
    },
    "register_assignment": {
        "employment": pl.String, "engagement_as_stated": pl.String, "grade": pl.String,
        "fte": pl.Int64, "profession": pl.String, "post_reference": pl.String,
        "post_title": pl.String, "place_id": pl.String, "temporary_grade": pl.String,
        "absence": pl.String, "day_rate": pl.Int64, "salary": pl.Int64, **_DAYS,
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
# The salary is the last of them: the rules date it by itself.
_TERMS = (
    "engagement", "grade", "fte", "profession", "post_reference", "post_title", "place",
    "temporary_grade", "absence", "day_rate", "salary",
)  # fmt: skip
_PLACE = _TERMS.index("place")
_SEARCHED = 620  # letters that a name is searched in


@dataclass(frozen=True)
class Difference:
    """For one kind of fact: the ids of those no longer believed, and the rows that are new."""

    closed: list[str]
    fresh: pl.DataFrame


def differences(
    records: Collection[str],
    *,
    waiting: Waiting | None = None,
    withdrawn: Collection[int] = (),
    moved: Collection[str] = (),
    renamed: bool = False,
) -> dict[str, Difference]:
    """Return, by table, how what should be believed of records differs from what is believed.

    ``waiting`` is what waits of their systems, if it is known by now. ``withdrawn`` are statements
    whose word no longer counts: what rests on them is recorded anew. ``moved`` records are of
    another person than before, and their employments go with them.
    """
    claims = claims_of(records)
    told = told_by(records, claims, waiting)
    gone_to = {record.id: record.person for record in told if record.id in moved}
    believed = employments_of({record.person for record in told}, gone_to)
    more = also_concerned(told, believed)
    if more:
        others = claims_of(more)
        told += told_by(more, others, None)
        claims, records = pl.concat([claims, others]), {*records, *more}
    before = ids_before([one.id for one in told] if moved or renamed else ())
    desired = _Desired(claims, believed, before)
    desired.tell(told)
    wanted = desired.frames()
    found = {}
    keys: Collection[str] = records
    for table in FACTS:
        if table == "register_assignment":
            keys = _in_force("register_employment", records)["employment"].to_list()
        in_force = _in_force(table, keys)
        if table == "register_employment":
            in_force = _gone_with_record(in_force, gone_to)
        found[table] = _difference(table, wanted[table], in_force, withdrawn)
        keys = records
    return found


def told_by(
    records: Collection[str], claims: pl.DataFrame, waiting: Waiting | None
) -> list[Record]:
    """Return each record with the history its claims and silences tell."""
    placed = read_among(
        f"SELECT {hexed('record.id')}, {hexed('walk.person_id')}, {hexed('record.employer_id')},"  # noqa: S608
        " record.system, record.staff_number FROM register_source_record record"
        " JOIN register_crosswalk walk ON walk.record_id = record.id"
        " WHERE walk.recorded_to IS NULL AND record.id IN {}",
        records,
        dict.fromkeys(("record", "person", "employer", "system", "number"), pl.String),
    )
    systems = set(placed["system"])
    dates = _full_dates(systems)
    if waiting is None or not systems <= waiting.systems:
        waiting = waiting_in(systems)
    heard: dict[str, set[dt.date]] = defaultdict(set)
    for record, as_at in waiting.heard.select("record", "as_at").iter_rows():
        heard[record].add(as_at)
    stated = _stated(claims)
    told = []
    for record, person, employer, system, number in placed.iter_rows():
        rows = stated.get(record)
        if not rows:
            continue
        spoke = {row.as_at for row in rows} | heard.get(record, set())
        silences = [
            day for day in dates[system]
            if day not in spoke and (system, day) not in waiting.doubtful
        ]  # fmt: skip
        source = Source((system, number), employer, rows, silences)
        told.append(Record(record, person, employer, source, tell(rows, silences)))
    return told


def _full_dates(systems: Collection[str]) -> dict[str, list[dt.date]]:
    """Return the dates of full returns by system: only from them can a record be absent."""
    standing = standing_returns(systems).filter("full").select("system", "as_at").unique()
    dates: dict[str, list[dt.date]] = defaultdict(list)
    for system, as_at in standing.sort("as_at").iter_rows():
        dates[system].append(as_at)
    return dates


def _stated(claims: pl.DataFrame) -> dict[str, list[Stated]]:
    """Return the rows of each record as the rules read them."""
    order = (
        "record", "as_at", "start", "leaving", "statement", "row", "surname", "forenames",
        "known_as", "nino_hash", "birth_date", "work_email", "salary_from", "leaving_reason",
        *_TERMS,
    )  # fmt: skip
    rows = claims.select(order).iter_rows()
    return {
        record: [
            Stated(row[1], row[2], row[3], row[14], row[6:9], row[9:12], row[14:], row[4:6],
                   row[12], row[13])
            for row in group
        ]
        for record, group in groupby(rows, key=itemgetter(0))
    }  # fmt: skip


class _Desired:
    """Gathers the facts that should be believed of the records it is told of."""

    def __init__(
        self,
        claims: pl.DataFrame,
        believed: Sequence[Believed],
        before: Mapping[tuple[str, int], str],
    ) -> None:
        self._before = before
        self._ninos = dict(claims.select("nino_hash", "nino").drop_nulls().iter_rows())
        self._believed = believed
        self._held = {(one.record, one.number): one for one in believed if one.record is not None}
        self._decided: dict[str, list[Believed]] = defaultdict(list)
        for one in believed:
            if one.record is not None and one.decided:
                self._decided[one.record].append(one)
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in FACTS}
        self._ids: dict[tuple[str, int], str] = {}

    def tell(self, told: Sequence[Record]) -> None:
        self._name_employments(told)
        self._places = _places(told)
        verdicts = settled(told, self._believed, self._ids)
        for record in told:
            self._tell_who(record)
            for spell in record.history.spells:
                self._tell_spell(record, spell, verdicts)
            self._tell_untold(record)

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return the facts by table, with provenance."""
        return {
            table: pl.DataFrame(rows, schema={**FACTS[table], **_ROW}, orient="row")
            for table, rows in self._rows.items()
        }

    def _name_employments(self, told: Sequence[Record]) -> None:
        """Give each spell the employment it is, or was before it was disputed, or a new one."""
        spells = [(record.id, spell.number) for record in told for spell in record.history.spells]
        for key, fresh in zip(spells, new_ids(len(spells)), strict=True):
            held = self._held.get(key)
            was = held.employment if held is not None else self._before.get(key)
            self._ids[key] = was or fresh.hex

    def _tell_spell(self, record: Record, spell: Spell, verdicts: dict[str, Standing]) -> None:
        key = self._ids[record.id, spell.number]
        held = self._held.get((record.id, spell.number))
        asked = Period(spell.valid_from, spell.valid_to)
        stands = verdicts.get(key, Standing(spell))
        against = stands.against
        if held is not None and held.decided:
            # What a person decided about these days stays; what the system says stands beside it.
            against = key if _says_otherwise(record, spell, held) else None
        if against is not None:
            self._rows["register_people_conflict"].append(
                (record.person, record.id, spell.number, against, asked.start, asked.end,
                 *spell.row)
            )  # fmt: skip
        if held is not None and held.decided:
            days, source, engagement = held.period, spell.row, held.engagement
            ended, reason = held.ended, held.leaving_reason
        elif stands.spell is not None:
            days = Period(stands.spell.valid_from, stands.spell.valid_to)
            engagement = FURTHER if stands.further else stands.spell.engagement
            ended, reason, source = (
                stands.spell.ended,
                stands.spell.leaving_reason,
                stands.spell.row,
            )
        else:
            return
        self._rows["register_employment"].append(
            (key, record.person, record.employer, record.id, spell.number, engagement,
             engagement == SUBSTANTIVE, ended, reason, days.start, days.end, *source)
        )  # fmt: skip
        self._tell_assignments(record, spell, key, days)

    def _tell_untold(self, record: Record) -> None:
        """Keep the terms of what a person decided, where the record tells no such employment."""
        told = {spell.number for spell in record.history.spells}
        for held in self._decided[record.id]:
            if held.number not in told:
                for line in within(record.source.rows, held.period.start, held.period.end):
                    self._tell_assignment(record, held.employment, line)

    def _tell_assignments(self, record: Record, spell: Spell, key: str, days: Period) -> None:
        line: Iterable[Held[Any]] = spell.assignments
        if (days.start, days.end) != (spell.valid_from, spell.valid_to):
            line = within(record.source.rows, days.start, days.end)
        for held in line:
            self._tell_assignment(record, key, held)

    def _tell_assignment(self, record: Record, key: str, held: Held[Any]) -> None:
        terms, place, rest = held.value[:_PLACE], held.value[_PLACE], held.value[_PLACE + 1 :]
        place_id = self._places.get((record.employer, place))
        self._rows["register_assignment"].append(
            (key, *terms, place_id, *rest, held.valid_from, held.valid_to, *held.row)
        )

    def _tell_who(self, record: Record) -> None:
        names, identifiers = record.history.names, record.history.identifiers
        rows = self._rows["register_person_name"]
        for name in names:
            surname, forenames, known_as = cast(tuple[str, str | None, str | None], name.value)
            searched = with_spellings(surname, forenames, known_as)[:_SEARCHED]
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


def _says_otherwise(record: Record, spell: Spell, held: Believed) -> bool:
    """Tell whether a record contradicts what somebody decided of its employment.

    Absence says that somebody is gone by then, not since when; and a file of a day on which they
    are still employed says nothing of a last day that it does not know yet.
    """
    asked, end = Period(spell.valid_from, spell.valid_to), held.period.end
    if end is not None and asked.start < end and not end_as_told(held.ended):
        gone_by = spell.ended == "vanished" and asked.holds(end - ONE_DAY)
        unheard = asked.end is None and max(row.as_at for row in record.source.rows) < end
        asked = Period(asked.start, end) if gone_by or unheard else asked
    return held.period != asked or not same_kind(held.engagement, spell.engagement)


def _places(told: Sequence[Record]) -> dict[tuple[str, str], str]:
    """Return the ids of the places that records name, by employer, noting new ones."""
    named = {
        (record.employer, row.assignment[_PLACE]) for record in told for row in record.source.rows
    }
    found = note_places((UUID(hex=employer), place) for employer, place in named if place)
    return {(employer.hex, name): place.hex for (employer, name), place in found.items()}


def _in_force(table: str, keys: Collection[str]) -> pl.DataFrame:
    """Return the facts now believed of some records (of some employments, for assignments)."""
    schema = FACTS[table]
    columns = ", ".join(hexed(name) if name in _UUIDS else name for name in schema)
    key = "employment" if table == "register_assignment" else "record_id"
    return read_among(
        f"SELECT {hexed('id')}, {columns}, statement_id, decided_by FROM {table}"  # noqa: S608
        f" WHERE recorded_to IS NULL AND {key} IN {{}}",
        keys,
        {"id": pl.String, **schema, "statement_id": pl.Int64, "decided_by": pl.String},
    )


def _gone_with_record(believed: pl.DataFrame, gone_to: Mapping[str, str]) -> pl.DataFrame:
    """Let what was decided of records be of the persons that they are of now."""
    person = pl.col("record_id").replace_strict(
        list(gone_to), list(gone_to.values()), default=None, return_dtype=pl.String
    )
    decided = pl.col("decided_by").is_not_null() & person.is_not_null()
    return believed.with_columns(
        pl.when(decided).then(person).otherwise("person_id").alias("person_id")
    )


def _difference(
    table: str, wanted: pl.DataFrame, believed: pl.DataFrame, withdrawn: Collection[int]
) -> Difference:
    """Compare facts by what they say; where they came from may differ, unless it was withdrawn.

    What a person decided is never closed here. A National Insurance number is compared by its
    hash, because its encrypted form differs each time.
    """
    content = list(FACTS[table])
    compare = list(content)
    if table == "register_identifier":
        shown = pl.when(pl.col("hashed").is_null()).then("value").alias("shown")
        wanted, believed = wanted.with_columns(shown), believed.with_columns(shown)
        compare = [name for name in content if name != "value"] + ["shown"]
    rootless = pl.col("statement_id").is_in(list(withdrawn)).fill_null(False)
    rooted = believed.filter(~rootless)
    gone = rooted.filter(pl.col("decided_by").is_null()).join(
        wanted, on=compare, how="anti", nulls_equal=True
    )
    fresh = wanted.join(rooted, on=compare, how="anti", nulls_equal=True)
    closed = [*gone["id"], *believed.filter(rootless)["id"]]
    return Difference(closed, fresh.select(*content, *_ROW))
