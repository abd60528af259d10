"""Reading what was claimed: returns, the records they list, and which of them say something new.

A *return* is what a system says of one as-at date: its statements for that date that were not
replaced. Frames hold UUIDs as 32 hexadecimal digits.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from muster.register.bulk import read_frame

Schema = Mapping[str, type[pl.DataType]]
CONTENT: Schema = {
    "surname": pl.String, "forenames": pl.String, "known_as": pl.String, "birth_date": pl.Date,
    "nino": pl.String, "nino_hash": pl.String, "start": pl.Date, "leaving": pl.Date,
    "engagement": pl.String, "grade": pl.String, "fte": pl.Int64, "profession": pl.String,
    "post_reference": pl.String, "post_title": pl.String, "place": pl.String,
    "work_email": pl.String, "salary": pl.Int64,
}  # fmt: skip
_RETURN: Schema = {"statement": pl.Int64, "system": pl.String, "as_at": pl.Date}
_STATE: Schema = {"system": pl.String, "as_at": pl.Date, "record": pl.String, "said": pl.UInt64}
_WAITING: Schema = {**_RETURN, "staff_number": pl.String, "nino_hash": pl.String}
# The encrypted number differs each time it is encrypted; its hash says whether it is the same.
_COMPARED = [name for name in CONTENT if name != "nino"]
_AT_ONCE = 8_000


@dataclass(frozen=True)
class Touched:
    """A return that has just changed: its system and date, and the statements it replaced."""

    system: str
    as_at: dt.date
    replaced: tuple[int, ...] = ()


def hexed(column: str) -> str:
    """Return SQL for a UUID as 32 hexadecimal digits, on either store."""
    return f"REPLACE(CAST({column} AS text), '-', '')"


def read_among(sql: str, values: Collection[object], schema: Schema) -> pl.DataFrame:
    """Return the rows of a query with one ``IN {}`` over many values, asked in portions."""
    wanted = list(values)
    frames = [pl.DataFrame(schema=schema)]
    for start in range(0, len(wanted), _AT_ONCE):
        portion = wanted[start : start + _AT_ONCE]
        marks = ", ".join(["%s"] * len(portion))
        frames.append(read_frame(sql.format(f"({marks})"), portion, dict(schema)))
    return pl.concat(frames)


def standing_returns(systems: Collection[str]) -> pl.DataFrame:
    """Return the statements that were not replaced, with system and as-at date."""
    return read_among(
        "SELECT id, system, as_at FROM register_people_statement"
        " WHERE recorded_to IS NULL AND system IN {}",
        systems,
        _RETURN,
    )


def claims_of(records: Collection[str]) -> pl.DataFrame:
    """Return every standing claim of some records; one a return, the last where files repeat it."""
    columns = ", ".join(f"claim.{name}" for name in CONTENT)
    found = read_among(
        f"SELECT claim.statement_id, said.system, said.as_at, claim.row,"  # noqa: S608
        f" {hexed('claim.record_id')}, {columns} FROM register_people_claim claim"
        " JOIN register_people_statement said ON said.id = claim.statement_id"
        " WHERE said.recorded_to IS NULL AND claim.record_id IN {}",
        records,
        {**_RETURN, "row": pl.Int64, "record": pl.String, **CONTENT},
    )
    return found.sort("record", "as_at", "statement", "row").unique(
        ["record", "as_at"], keep="last", maintain_order=True
    )


@dataclass(frozen=True)
class Waiting:
    """What rows in quarantine say: ``heard`` holds record and date, ``doubtful`` system and date.

    A doubtful return holds a row of nobody known, so absence from it proves nothing.
    """

    heard: pl.DataFrame
    doubtful: frozenset[tuple[str, dt.date]]


def waiting_in(systems: Collection[str]) -> Waiting:
    """Return what waits in quarantine of the standing returns of some systems."""
    rows = read_among(
        "SELECT waits.statement_id, said.system, said.as_at, waits.staff_number, waits.nino_hash"
        " FROM register_people_waiting_row waits"
        " JOIN register_people_statement said ON said.id = waits.statement_id"
        " WHERE said.recorded_to IS NULL AND NOT EXISTS ("
        "   SELECT 1 FROM register_people_statement part"
        "   JOIN register_people_claim claim ON claim.statement_id = part.id"
        "   WHERE part.landing = said.landing AND claim.row = waits.row)"
        " AND said.system IN {}",
        systems,
        _WAITING,
    )
    named = read_among(
        f"SELECT system, staff_number, {hexed('id')} FROM register_source_record"  # noqa: S608
        " WHERE staff_number IN {}",
        rows["staff_number"].drop_nulls().unique().to_list(),
        {"system": pl.String, "staff_number": pl.String, "record": pl.String},
    )
    numbered = read_among(
        f"SELECT DISTINCT said.system, claim.nino_hash, {hexed('claim.record_id')}"  # noqa: S608
        " FROM register_people_claim claim"
        " JOIN register_people_statement said ON said.id = claim.statement_id"
        " WHERE said.recorded_to IS NULL AND claim.nino_hash IN {}",
        rows.filter(pl.col("staff_number").is_null())["nino_hash"].drop_nulls().to_list(),
        {"system": pl.String, "nino_hash": pl.String, "record": pl.String},
    )
    by_name = rows.join(named, on=["system", "staff_number"])
    nameless = rows.filter(pl.col("staff_number").is_null())
    by_number = nameless.join(numbered, on=["system", "nino_hash"])
    lost = nameless.join(numbered, on=["system", "nino_hash"], how="anti")
    heard = pl.concat([by_name, by_number]).select("system", "as_at", "record").unique()
    return Waiting(heard, frozenset(lost.select("system", "as_at").iter_rows()))


def records_to_tell(touched: Sequence[Touched], waiting: Waiting) -> set[str]:
    """Return the records of which changed returns say something else than their neighbours.

    A return is compared with the one before it and with what it replaced. A record that says the
    same as before, and is believed as it was, needs no telling: its history cannot have changed.
    """
    standing = standing_returns({one.system for one in touched})
    pairs = list(_pairs(touched, standing))
    state = _state({statement for pair in pairs for side in pair for statement in side}, waiting)
    found: set[str] = set()
    for now, before in pairs:
        left = state.filter(pl.col("statement").is_in(now)).select("record", "said")
        right = state.filter(pl.col("statement").is_in(before)).select("record", "said")
        for one, other in ((left, right), (right, left)):
            fresh = one.join(other, on=["record", "said"], how="anti", nulls_equal=True)
            found.update(fresh["record"])
        found |= _believed_but_absent(now, left, standing)
    return found


def _pairs(
    touched: Sequence[Touched], standing: pl.DataFrame
) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the statements of each touched return beside those it is compared with."""
    for one in touched:
        own = standing.filter(system=one.system)
        now = own.filter(pl.col("as_at") == one.as_at)["statement"].to_list()
        earlier = own.filter(pl.col("as_at") < one.as_at)
        last = earlier.filter(pl.col("as_at") == pl.col("as_at").max())["statement"].to_list()
        yield now, last
        if one.replaced:
            yield now, list(one.replaced)


def _state(statements: Collection[int], waiting: Waiting) -> pl.DataFrame:
    """Return what each statement says of each record, as one number for all of it."""
    columns = ", ".join(f"claim.{name}" for name in _COMPARED)
    said_of = {name: CONTENT[name] for name in _COMPARED}
    schema: Schema = {**_RETURN, "record": pl.String, **said_of}
    claims = read_among(
        f"SELECT claim.statement_id, said.system, said.as_at, {hexed('claim.record_id')},"  # noqa: S608
        f" {columns} FROM register_people_claim claim"
        " JOIN register_people_statement said ON said.id = claim.statement_id"
        " WHERE said.id IN {}",
        statements,
        schema,
    )
    said = claims.select(*_RETURN, "record", said=pl.struct(_COMPARED).hash())
    heard = said.select(list(_RETURN)).unique().join(waiting.heard, on=["system", "as_at"])
    silent = heard.join(said, on=["statement", "record"], how="anti")
    return pl.concat([said, silent.with_columns(said=pl.lit(None, dtype=pl.UInt64))])


def _believed_but_absent(now: list[int], listed: pl.DataFrame, standing: pl.DataFrame) -> set[str]:
    """Return records believed to be employed after a return's date that it does not list."""
    date = standing.filter(pl.col("statement").is_in(now)).select("system", "as_at").unique()
    if date.is_empty():
        return set()
    system, as_at = date.row(0)
    believed = read_frame(
        f"SELECT {hexed('held.record_id')} FROM register_employment held"  # noqa: S608
        " JOIN register_source_record record ON record.id = held.record_id"
        " WHERE record.system = %s AND held.recorded_to IS NULL"
        " AND held.valid_from <= %s AND (held.valid_to IS NULL OR held.valid_to > %s)",
        [system, as_at.isoformat(), as_at.isoformat()],
        {"record": pl.String},
    )
    return set(believed.join(listed, on="record", how="anti")["record"])
