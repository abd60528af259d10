"""Reads Parquet as one sheet of text, its columns named by the file itself.

Values are written as ``contract.Sheet`` says: numbers plainly with at most 15 significant digits,
which is all that binary fractions hold of a decimal, so that 64.07600000000001 is the 64.076 it was
made of. A row has the number it would have under a line of names. Columns of lists, records or
bytes have no text and are refused.
"""

import io
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl

from muster.connectors.cells import LONGEST_CELL, MOST_CELLS, MOST_COLUMNS, numbers
from muster.connectors.contract import Offer, Sheet
from muster.kernel.errors import BadInput, Where

MAGIC, ENCRYPTED = b"PAR1", b"PARE"
_FIRST_ROW = 2  # below the names
_DIGITS, _DIGITS_OF_HALF = 15, 7


def read(offer: Offer) -> tuple[Sheet, ...]:
    """Return the one sheet of a Parquet file.

    Raises:
        BadInput: if it cannot be read, is encrypted, is larger than any table of records, or has
            a column without text.
    """
    frame = _frame(offer)
    cells = pl.DataFrame(
        {str(at): _text(column, offer.name) for at, column in enumerate(frame.get_columns())}
    )
    rows = numbers(list(range(_FIRST_ROW, _FIRST_ROW + cells.height)))
    said = cells.select(pl.any_horizontal(pl.all() != "")).to_series() if cells.width else None
    blank = 0
    if said is not None and not said.all():
        blank = cells.height - int(said.sum())
        cells, rows = cells.filter(said), rows.filter(said)
    names = tuple(frame.columns)
    return (Sheet(cells, rows, headers=names, blank=blank, read_as="Parquet"),)


def _frame(offer: Offer) -> pl.DataFrame:
    if offer.content.startswith(ENCRYPTED):
        raise _bad(offer.name, "It is encrypted Parquet", "Send it without encryption of its own")
    try:
        lazy = pl.scan_parquet(io.BytesIO(offer.content))
        width = len(lazy.collect_schema())
        height = lazy.select(pl.len()).collect().item()
        if width > MOST_COLUMNS or width * height > MOST_CELLS:
            raise _bad(
                offer.name,
                f"Its {height:,} rows and {width:,} columns are more than is read at once",
                "Send it in several files, or without columns that are not needed",
            )
        return lazy.collect()
    except (pl.exceptions.PolarsError, OSError, ValueError):
        raise _bad(
            offer.name, "It is not Parquet, or part of it is missing", "Send it again"
        ) from None


def _text(column: pl.Series, file: str) -> pl.Series:
    """Return a column as text, without nulls.

    Raises:
        BadInput: if its values have no text, or one is too long.
    """
    write = _writer(column.dtype)
    if write is None:
        raise _bad(
            file,
            f"Its column {column.name!r} holds lists, records or bytes",
            "Send it with one plain value in each cell",
        )
    if column.dtype == pl.String:
        text = column
    else:
        values = column.drop_nulls().unique()
        written = pl.DataFrame(
            {"value": values, "text": pl.Series([write(one) for one in values], dtype=pl.String)}
        )
        stated = column.to_frame("value")
        text = stated.join(written, on="value", how="left", maintain_order="left")["text"]
    longest = text.str.len_chars().max()
    if isinstance(longest, int) and longest > LONGEST_CELL:
        raise _bad(
            file, f"A cell of its column {column.name!r} is too long", "Send it without that text"
        )
    return text.fill_null("").alias("")


def _writer(dtype: pl.DataType) -> Callable[[Any], str] | None:
    """Return how one value of a type is written; None if it has no text."""
    if dtype == pl.Float32:
        return lambda value: _number(value, _DIGITS_OF_HALF)
    if dtype == pl.Float64:
        return lambda value: _number(value, _DIGITS)
    if dtype.is_integer() or dtype.is_decimal():
        return lambda value: format(Decimal(value), "f")
    if dtype == pl.Boolean:
        return lambda value: "TRUE" if value else "FALSE"
    if dtype == pl.Date:
        return lambda value: str(value.isoformat())
    if dtype == pl.Datetime:
        return lambda value: str(value.replace(tzinfo=None, microsecond=0).isoformat(" "))
    if dtype == pl.Duration:
        return lambda value: _duration(int(value.total_seconds()))
    if dtype == pl.Time:
        return lambda value: str(value.replace(microsecond=0).isoformat())
    return str if dtype in (pl.String, pl.Categorical, pl.Enum, pl.Null) else None


def _number(value: float, digits: int) -> str:
    if not math.isfinite(value):
        return "#NUM!"
    return format(Decimal(f"{value:.{digits}g}"), "f") if value else "0"


def _duration(seconds: int) -> str:
    sign, whole = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _bad(file: str, what: str, fix: str) -> BadInput:
    return BadInput(what, where=Where(file=file), fix=fix)
