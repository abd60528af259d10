"""What stands of every record, side by side: as it is weighed, and as it bars automatic links.

Frames hold UUIDs as 32 hexadecimal digits. Of a record its latest standing claim counts, as it is
what its system says now; of National Insurance numbers every one that it ever stated and still
stands by.
"""

import datetime as dt
from collections.abc import Collection

import polars as pl

from muster.register.bulk import read_frame
from muster.register.linkage.roles import Roles
from muster.register.people.matching.models import ManyOfOne
from muster.register.people.matching.rules import Side
from muster.register.people.telling.claims import hexed, read_among

ROLES = Roles(
    {
        "record": ("record",),
        "given_name": ("forenames",),
        "surname": ("surname",),
        "date_of_birth": ("birth_date",),
        "identifier": ("nino_hash",),
    }
)
"""What the columns of ``standing_records`` say. Work email is no evidence: it is made of the name,
so with it namesakes look like one person twice over. Nor is where somebody works: whoever moves to
another employer often stays in town, and so do thousands of others."""
# So much of a hash tells numbers apart; comparing whole ones letter by letter takes most of a run.
_TELLING = 12
_SCHEMA = {
    "record": pl.String, "as_at": pl.Date, "landing": pl.String, "part": pl.Int64,
    "statement": pl.Int64, "row": pl.Int64, "surname": pl.String, "forenames": pl.String,
    "birth_date": pl.Date, "nino_hash": pl.String, "start": pl.Date,
}  # fmt: skip


def standing_records(only: Collection[str] | None = None) -> pl.DataFrame:
    """Return every record that says anything, with what it says now.

    Args:
        only: return these alone.

    Returns:
        Shape (records, 7): ``record``, ``surname``, ``forenames``, ``birth_date``, ``nino_hash``
        (the beginning of it), ``first`` (the earliest start it ever stated) and ``numbers``, a
        list of the keyed hashes it states. In the order of ``record``.
    """
    claims = _read(
        f"SELECT {hexed('claim.record_id')}, said.as_at, {hexed('said.landing')}, said.part,"  # noqa: S608
        ' said.id, claim."row", claim.surname, claim.forenames, claim.birth_date, claim.nino_hash,'
        " claim.start FROM register_people_claim claim"
        " JOIN register_people_statement said ON said.id = claim.statement_id"
        " WHERE said.recorded_to IS NULL",
        "claim.record_id",
        only,
        _SCHEMA,
    )
    ever = claims.group_by("record").agg(
        first=pl.col("start").min(), numbers=pl.col("nino_hash").drop_nulls().unique()
    )
    ordered = claims.sort("record", "as_at", "landing", "part", "statement", "row")
    latest = ordered.unique("record", keep="last", maintain_order=True)
    return latest.select(
        "record", "surname", "forenames", "birth_date", pl.col("nino_hash").str.head(_TELLING)
    ).join(ever, on="record", maintain_order="left")


def sides_of(records: pl.DataFrame, only: Collection[str] | None = None) -> dict[str, Side]:
    """Return records that are of a person, as rules look at them: all, or ``only`` some."""
    placed = _read(
        f"SELECT {hexed('walk.record_id')}, {hexed('walk.person_id')}, record.system"  # noqa: S608
        " FROM register_crosswalk walk JOIN register_source_record record"
        " ON record.id = walk.record_id WHERE walk.recorded_to IS NULL",
        "walk.record_id",
        only,
        dict.fromkeys(("record", "person", "system"), pl.String),
    )
    ends = _ends(only)
    many = set(ManyOfOne.objects.values_list("system", flat=True))
    known = records.select("record", "numbers", "first").join(placed, on="record")
    return {
        record: Side(
            record, person, system, frozenset(numbers or ()), first, ends.get(record),
            system not in many,
        )
        for record, numbers, first, person, system in known.iter_rows()
    }  # fmt: skip


def records_beside(records: Collection[str]) -> set[str]:
    """Return records, and all others of the persons they are of."""
    walked = _read(
        f"SELECT {hexed('person_id')} FROM register_crosswalk WHERE recorded_to IS NULL",  # noqa: S608
        "record_id",
        records,
        {"person": pl.String},
    )
    beside = _read(
        f"SELECT {hexed('record_id')} FROM register_crosswalk WHERE recorded_to IS NULL",  # noqa: S608
        "person_id",
        set(walked["person"]),
        {"record": pl.String},
    )
    return {*records, *beside["record"]}


def _ends(only: Collection[str] | None) -> dict[str, dt.date]:
    """Return the day on which all employments of a record are over, where they are."""
    held = _read(
        f"SELECT {hexed('record_id')}, CAST(COALESCE(valid_to, '9999-12-31') AS text)"  # noqa: S608
        " FROM register_employment WHERE recorded_to IS NULL AND record_id IS NOT NULL",
        "record_id",
        only,
        {"record": pl.String, "end": pl.String},
    )
    last = held.group_by("record").agg(pl.col("end").max())
    ended = last.filter(pl.col("end") < "9999").with_columns(pl.col("end").str.to_date())
    return dict(ended.iter_rows())


def _read(
    sql: str, column: str, only: Collection[str] | None, schema: dict[str, type[pl.DataType]]
) -> pl.DataFrame:
    """Return the rows of a query, or of it those of which a column holds some values alone."""
    if only is None:
        return read_frame(sql, [], schema)
    return read_among(f"{sql} AND {column} IN {{}}", sorted(only), schema)
