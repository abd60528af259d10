"""Reading what was claimed: returns, what they say of each record, and what waits beside them.

A *return* is what a system says of one as-at date: its statements for that date that stand. It is
*full* if one of them is: then absence from it says something. Frames hold UUIDs as 32 hexadecimal
digits.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from muster.register.bulk import read_frame

Schema = Mapping[str, type[pl.DataType]]
CONTENT: Schema = {
    "surname": pl.String, "forenames": pl.String, "known_as": pl.String, "birth_date": pl.Date,
    "nino": pl.String, "nino_hash": pl.String, "start": pl.Date, "leaving": pl.Date,
    "engagement": pl.String, "grade": pl.String, "fte": pl.Int64, "profession": pl.String,
    "post_reference": pl.String, "post_title": pl.String, "place": pl.String,
    "work_email": pl.String, "salary": pl.Int64, "salary_from": pl.Date,
    "temporary_grade": pl.String, "absence": pl.String, "leaving_reason": pl.String,
    "day_rate": pl.Int64,
}  # fmt: skip
_RETURN: Schema = {"statement": pl.Int64, "system": pl.String, "as_at": pl.Date}
_WAITING: Schema = {**_RETURN, "staff_number": pl.String, "nino_hash": pl.String}
# The encrypted number differs each time it is encrypted; its hash says whether it is the same.
COMPARED = [name for name in CONTENT if name != "nino"]
_ORDER = ("as_at", "landing", "part", "statement")
_APART = "\x1f"  # the unit separator, which no cell holds
_AT_ONCE = 8_000


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
    """Return the statements that stand, with system, as-at date, and whether they are full.

    They are in the order in which they count: by as-at date, of one date in the order in which
    their files came in. ``turn`` numbers them so.
    """
    found = read_among(
        f"SELECT id, system, as_at, {hexed('landing')}, part,"  # noqa: S608
        ' CASE WHEN "full" THEN 1 ELSE 0 END FROM register_people_statement'
        " WHERE recorded_to IS NULL AND system IN {}",
        systems,
        {**_RETURN, "landing": pl.String, "part": pl.Int64, "full": pl.Int64},
    )
    return found.cast({"full": pl.Boolean}).sort(*_ORDER).with_row_index("turn")


def turns_of(statements: Collection[int]) -> pl.DataFrame:
    """Return statements with their ``turn`` in the order in which they count."""
    found = read_among(
        f"SELECT id, as_at, {hexed('landing')}, part FROM register_people_statement"  # noqa: S608
        " WHERE id IN {}",
        statements,
        {"statement": pl.Int64, "as_at": pl.Date, "landing": pl.String, "part": pl.Int64},
    )
    return found.sort(*_ORDER).with_row_index("turn").select("statement", "turn")


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
    placed = found.join(turns_of(found["statement"].unique().to_list()), on="statement")
    return placed.sort("record", "turn", "row").unique(
        ["record", "as_at"], keep="last", maintain_order=True
    )


def state_of(statements: Collection[int], waiting: "Waiting") -> pl.DataFrame:
    """Return what each statement says of each record, as one number for all of it.

    ``said`` is null for a record whose row waits. ``turn`` orders the statements.
    """
    claims = read_among(
        f"SELECT claim.statement_id, said.system, said.as_at, {hexed('claim.record_id')},"  # noqa: S608
        f" {said_by('claim')} FROM register_people_claim claim"
        " JOIN register_people_statement said ON said.id = claim.statement_id"
        " WHERE said.id IN {}",
        statements,
        {**_RETURN, "record": pl.String, "said": pl.String},
    )
    said = claims.with_columns(pl.col("said").hash())
    heard = said.select(list(_RETURN)).unique().join(waiting.heard, on=["system", "as_at"])
    silent = heard.join(said, on=["statement", "record"], how="anti")
    every = pl.concat([said, silent.with_columns(said=pl.lit(None, dtype=pl.UInt64))])
    return every.join(turns_of(statements), on="statement").select(
        "statement", "turn", "record", "said"
    )


def said_by(claim: str) -> str:
    """Return SQL for all that a claim says as one text, to compare it with others."""
    parts = (f"COALESCE(CAST({claim}.{name} AS text), '')" for name in COMPARED)
    return f" || '{_APART}' || ".join(parts)


def said_in(frame: pl.DataFrame) -> pl.Series:
    """Return the same text for rows that are not stored yet, with their ``nino_hash``."""
    parts = [
        pl.col(name).dt.to_string("%Y-%m-%d") if kind is pl.Date else pl.col(name).cast(pl.String)
        for name, kind in CONTENT.items()
        if name in COMPARED
    ]
    texts = [part.fill_null("") for part in parts]
    return frame.select(said=pl.concat_str(texts, separator=_APART)).to_series()


@dataclass(frozen=True)
class Waiting:
    """What rows in quarantine of some systems say.

    ``heard`` holds record, system and date, ``doubtful`` system and date.

    A doubtful return holds a row of nobody known, so absence from it proves nothing.
    """

    heard: pl.DataFrame
    doubtful: frozenset[tuple[str, dt.date]]
    systems: frozenset[str]


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
    doubtful = frozenset(lost.select("system", "as_at").iter_rows())
    return Waiting(heard, doubtful, frozenset(systems))
