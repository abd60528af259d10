"""Which records share something: keyed hashes of what they say, kept up to date in one table.

For matching between runs, which must find the few records that a new one may belong to among half
a million without reading them. The table holds no name: whoever reads it without the key learns
which records agree in a field, and nothing else. What it finds is compared by what records say.
"""

from collections.abc import Collection, Sequence

import polars as pl
from django.db import connection

from muster.kernel.keys import Keyring
from muster.kernel.running import keyring
from muster.register.bulk import insert_frame, read_frame
from muster.register.linkage.candidates import Sharing
from muster.register.linkage.preparing import RECORD
from muster.register.people.telling.claims import hexed, read_among

FIELDS = ("given_name", "surname", "date_of_birth", "identifier")
TABLE = "register_matching_keys"
_CONTEXT = b"register:matching:"
# Forenames and surnames are hashed alike: exchanged ones are found.
_HASHED_AS = {"given_name": b"name", "surname": b"name"}
_KEPT = {RECORD: pl.String, **dict.fromkeys(FIELDS, pl.Int64)}
_PAIR = {"first": pl.String, "second": pl.String}


def keyed(ready: pl.DataFrame) -> pl.DataFrame:
    """Return prepared records as the table keeps them: ``record`` and a number for each field."""
    keys = keyring()
    columns = [
        ready[field].alias(field) if field in ready.columns
        else pl.Series(field, [None] * ready.height, dtype=pl.String)
        for field in FIELDS
    ]  # fmt: skip
    return pl.DataFrame([ready[RECORD], *(_hashed(column, keys) for column in columns)])


def bring_up_to_date(records: Collection[str] | None, ready: pl.DataFrame) -> int:
    """Make the table say of records what they say now; return how many said something else.

    Args:
        records: those that may have changed; None for all there are.
        ready: those of them that say anything, as ``preparing`` makes them.
    """
    columns = ", ".join(FIELDS)
    sql = f"SELECT {hexed('record_id')}, {columns} FROM {TABLE}"  # noqa: S608 - names are ours
    if records is None:
        stood = read_frame(sql, [], _KEPT)
    else:
        stood = read_among(f"{sql} WHERE record_id IN {{}}", sorted(records), _KEPT)
    now = keyed(ready)
    fresh = now.join(stood, on=list(_KEPT), how="anti", nulls_equal=True)
    gone = stood.join(now, on=list(_KEPT), how="anti", nulls_equal=True)
    _delete(gone[RECORD].to_list())
    insert_frame(TABLE, fresh.rename({RECORD: "record_id"}))
    return len({*fresh[RECORD], *gone[RECORD]})


def sharing(records: Collection[str], looked_at: Sequence[Sharing]) -> set[tuple[str, str]]:
    """Return the pairs that share what a run looked at, one of them at least of some records."""
    found: set[tuple[str, str]] = set()
    for one in looked_at:
        rows = read_among(sharing_sql(one), sorted(records), _PAIR)
        found.update((min(pair), max(pair)) for pair in rows.iter_rows())
    return found


def sharing_sql(one: Sharing) -> str:
    """Return the question for the records that share something, with ``{}`` for whose."""
    fields = (("given_name", "surname"), ("surname", "given_name")) if one.crossed else ()
    both = fields or tuple((field, field) for field in one.fields)
    same = " AND ".join(f"other.{theirs} = mine.{own}" for own, theirs in both)
    return (
        f"SELECT {hexed('mine.record_id')}, {hexed('other.record_id')}"  # noqa: S608 - ours
        f" FROM {TABLE} mine JOIN {TABLE} other ON {same}"
        " AND other.record_id <> mine.record_id WHERE mine.record_id IN {}"
    )


def shares(ready: pl.DataFrame, fields: Sequence[str]) -> dict[str, pl.DataFrame]:
    """Return for each field its values in some records, and how large a share of all says them.

    Args:
        ready: records as ``preparing`` makes them, which stand in the table.
        fields: the fields.

    Returns:
        For each field a frame with the field and ``often_<field>``; see ``weighing.frequencies``.
    """
    counted = ", ".join(f"COUNT({field})" for field in fields)
    totals = read_frame(
        f"SELECT {counted} FROM {TABLE}", [], dict.fromkeys(fields, pl.Int64)  # noqa: S608
    ).row(0, named=True)  # fmt: skip
    keys, found = keyring(), dict[str, pl.DataFrame]()
    for field in fields:
        values = ready.select(field).drop_nulls().unique()
        hashed = values.with_columns(_hashed(values[field], keys).alias("key"))
        number = read_among(
            f"SELECT {field}, COUNT(*) FROM {TABLE} WHERE {field} IN {{}} GROUP BY {field}",  # noqa: S608
            hashed["key"].to_list(),
            {"key": pl.Int64, "number": pl.Int64},
        )
        often = (pl.col("number") / max(totals[field], 1)).alias(f"often_{field}")
        found[field] = hashed.join(number, on="key").select(field, often)
    return found


def _hashed(values: pl.Series, keys: Keyring) -> pl.Series:
    """Return a number of 63 bits for each value, null for none."""
    context = _CONTEXT + _HASHED_AS.get(values.name, values.name.encode())
    plain = values.drop_nulls().unique().to_list()
    made = [
        int.from_bytes(keys.keyed_hash(one.encode(), context=context)[:8]) >> 1 for one in plain
    ]
    if not plain:
        return pl.Series(values.name, [None] * len(values), dtype=pl.Int64)
    return values.replace_strict(plain, made, default=None, return_dtype=pl.Int64)


def _delete(records: Sequence[str]) -> None:
    for start in range(0, len(records), 500):
        portion = records[start : start + 500]
        marks = ", ".join(["%s"] * len(portion))
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {TABLE} WHERE record_id IN ({marks})", portion  # noqa: S608
            )  # fmt: skip
