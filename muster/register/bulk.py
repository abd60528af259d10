"""Writing whole frames into tables, on both stores, within the open transaction.

PostgreSQL takes a frame by COPY; SQLite by one prepared statement for all rows. Both are many
times faster than one object for each row, and both keep every constraint of the table.
"""

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.db import connection


def insert_frame(table: str, frame: pl.DataFrame) -> None:
    """Insert every row of a frame; its columns are named as the table's.

    UUIDs are given as 32 hexadecimal digits, dates as dates, absent values as null.
    """
    if frame.is_empty():
        return
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '')"
        text = frame.write_csv(include_header=False, null_value="", quote_style="necessary")
        with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
            copy.write(text)
        return
    marks = ", ".join("?" * len(frame.columns))
    plain = frame.with_columns(
        pl.col(pl.Date).dt.to_string("%Y-%m-%d"),
        pl.col(pl.Datetime).dt.to_string("%Y-%m-%d %H:%M:%S%.6f"),
    )
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names are ours
    connection.connection.executemany(statement, plain.iter_rows())


def read_frame(
    sql: str, parameters: Sequence[Any], schema: dict[str, type[pl.DataType]]
) -> pl.DataFrame:
    """Return the rows of a query as a frame with the given columns, in order."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")
