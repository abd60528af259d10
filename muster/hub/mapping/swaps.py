"""Day and month exchanged within a column: found from the column as a whole, never guessed.

One date cannot tell: 03/04/2026 is a day in both orders. A column often can, in two ways, looked
for in each file and date column by itself.

1. *Text of the other order.* The layout says ``DD/MM/YYYY``, and the column holds 03/31/2026, which
   only the other order can read. Then every text in doubt (both parts 12 or less, and different)
   waits, beside those that only the other order can read.
2. *Opened in another country.* A spreadsheet set to the other order makes a date of 03/04/2026,
   exchanged, and leaves 31/03/2026 as text. The column then holds at least three texts that only
   one order can read and at least three real dates, none of them after the 12th. Then every real
   date in doubt waits. A spreadsheet reads all columns of a file alike, and few people leave: so
   the date columns of a file are counted together as well.

Neither is looked for where the layout says the ``order``: that is what a person answered.
"""

from collections.abc import Iterable

import polars as pl

from muster.hub.parsers import Parser

ENOUGH = 3
_SLASHED = r"^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-](?:[0-9]{4}|[0-9]{2})(?:[T ].*)?$"
_REAL = r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[TZ +-].*)?|[1-7][0-9]{4}(?:\.0+)?)$"
_REAL_DAY = r"^[0-9]{4}-[0-9]{2}-([0-9]{2})(?:[TZ +-].*)?$"
_DAY_FIRST = ("DD/MM/YYYY", "DD.MM.YYYY", "DD/MM/YY")
_WHOLE_MONTHS = ("YYYYMM", "MMMM YYYY")


def opened_elsewhere(file: pl.Series, texts: Iterable[pl.Series]) -> frozenset[int]:
    """Return the files whose date columns, counted together, were opened in another country.

    Args:
        file: each row's file.
        texts: what is stated in each date column.
    """
    first, second, day = (pl.col(name).cast(pl.Int8) for name in ("1", "2", "3"))
    one_order = (first.is_between(13, 31) & second.is_between(1, 12)) | (
        first.is_between(1, 12) & second.is_between(13, 31)
    )
    counted = [
        pl.DataFrame({"file": file, "text": text})
        .select(
            "file",
            pl.col("text").str.extract_groups(_SLASHED).struct.unnest(),
            pl.col("text").str.extract(_REAL_DAY).alias("3"),
        )
        .group_by("file")
        .agg(
            one_order.sum().alias("texts"),
            day.count().alias("real"),
            (day > 12).sum().alias("late"),
        )
        for text in texts
    ]
    if not counted:
        return frozenset()
    whole = pl.concat(counted).group_by("file").agg(pl.col("texts", "real", "late").sum())
    found = whole.filter(pl.col("texts") >= ENOUGH, pl.col("real") >= ENOUGH, pl.col("late") == 0)
    return frozenset(found["file"])


def may_be_swapped(
    file: pl.Series,
    text: pl.Series,
    values: pl.Series,
    parser: Parser,
    elsewhere: frozenset[int] = frozenset(),
) -> pl.Series | None:
    """Return which rows of a date column are in doubt; None if none is.

    Args:
        file: each row's file.
        text: what is stated, cleaned; null where nothing is, or where somebody said what is meant.
        values: the dates that were read.
        parser: how they were read.
        elsewhere: the files of which all date columns together tell it; see ``opened_elsewhere``.
    """
    if parser.order or parser.form in _WHOLE_MONTHS:
        return None
    day_first, month_first = parser.form in _DAY_FIRST, parser.form == "MM/DD/YYYY"
    first, second = pl.col("first"), pl.col("second")
    only_day_first = first.is_between(13, 31) & second.is_between(1, 12)
    only_month_first = first.is_between(1, 12) & second.is_between(13, 31)
    other = only_month_first if day_first else only_day_first if month_first else pl.lit(False)
    text_in_doubt = first.is_between(1, 12) & second.is_between(1, 12) & (first != second)
    real, day, month = pl.col("real"), pl.col("value").dt.day(), pl.col("value").dt.month()
    alone = (
        ((only_day_first | only_month_first).sum() >= ENOUGH)
        & (real.sum() >= ENOUGH)
        & ~(real & (day > 12)).any()
    )
    doubtful = ((text_in_doubt | other) & other.any()) | (
        real & (day <= 12) & (day != month) & (alone | pl.col("file").is_in(list(elsewhere)))
    )
    found = _parts(file, text, values).select(doubtful.fill_null(False).over("file"))
    mask = found.to_series()
    return mask if mask.any() else None


def _parts(file: pl.Series, text: pl.Series, values: pl.Series) -> pl.DataFrame:
    groups = pl.col("text").str.extract_groups(_SLASHED)
    frame = pl.DataFrame({"file": file, "text": text, "value": values})
    return frame.with_columns(
        first=groups.struct.field("1").cast(pl.Int8),
        second=groups.struct.field("2").cast(pl.Int8),
        real=(pl.col("text").str.contains(_REAL) & pl.col("value").is_not_null()).fill_null(False),
    )
