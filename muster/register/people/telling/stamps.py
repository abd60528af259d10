"""Recording what is believed from now on and what no longer is, for whole frames of facts."""

import datetime as dt
from collections.abc import Sequence

import polars as pl
from django.db import connection

from muster.register.bulk import insert_frame

_AT_ONCE = 500
_BEFOREHAND = "people_beforehand"
# SQLite looks at what is inserted here row by row, in a trigger.
_LOOKED_AT = frozenset(("register_employment",))


def note_instant(at: dt.datetime) -> pl.Expr:
    """Return an instant as a column of the text that the store itself would hold."""
    return pl.lit(str(connection.ops.adapt_datetimefield_value(at)))


def close_facts(table: str, ids: Sequence[str], at: dt.datetime) -> None:
    """Note that facts are no longer believed; their ids are 32 hexadecimal digits."""
    stored = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        for start in range(0, len(ids), _AT_ONCE):
            portion = ids[start : start + _AT_ONCE]
            marks = ", ".join(["%s"] * len(portion))
            cursor.execute(
                f"UPDATE {table} SET recorded_to = %s WHERE id IN ({marks})",  # noqa: S608
                [stored, *portion],
            )


def insert_facts(table: str, frame: pl.DataFrame) -> None:
    """Insert facts by one statement.

    A statement that a trigger looks at costs SQLite a savepoint of its own. Once a transaction has
    outgrown the cache, each savepoint costs more than the one before: 80,000 statements took two
    minutes, and one for all of them half a second.
    """
    if connection.vendor == "postgresql" or table not in _LOOKED_AT or frame.is_empty():
        insert_frame(table, frame)
        return
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {_BEFOREHAND} AS SELECT {columns} FROM {table} WHERE 0"  # noqa: S608
        )
        insert_frame(_BEFOREHAND, frame)
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {_BEFOREHAND}")  # noqa: S608
        cursor.execute(f"DROP TABLE {_BEFOREHAND}")
