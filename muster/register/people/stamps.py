"""Recording when facts began and ceased to be believed, for whole frames of them."""

import datetime as dt
from collections.abc import Sequence

import polars as pl
from django.db import connection

_AT_ONCE = 500


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
