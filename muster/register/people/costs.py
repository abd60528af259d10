"""What people cost an employer in a year: a salary, or so many days at a day rate.

For figures only: nothing here is stored. What is stated of one person becomes one amount in pence,
at the FTE as stated; where nothing is stated, nothing is guessed.
"""

import polars as pl

from muster.kernel.metrics import NOT_MAPPED

FULL_TIME = 10**9
"""An FTE of one, in billionths."""
DAYS_A_YEAR = 220
"""So many days whoever is paid by the day works in a year of full time: 52 weeks of five days, less
8 bank holidays and 32 days of leave and other absence."""
MOST_A_YEAR = 1_000_000_000
"""Pence of full time. More than that is a slip of whoever typed it, and would drown all others."""
SALARY, DAY_RATE = "salary", "day rate"
PRICED = {
    SALARY: "A salary",
    DAY_RATE: "A day rate",
    NOT_MAPPED: "Not stated",
}
_PAID_BY_THE_DAY = ("contractor", "agency")


def with_costs(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with ``priced``, how it is known what a person costs, and ``cost``, how much.

    Args:
        rows: with ``kind``, ``fte`` in billionths, ``salary`` and ``day_rate`` in pence. Employees
            have salaries and contractors and agency workers day rates: what is stated of others
            does not count. Nor does what is stated of somebody with no FTE, or is beyond
            ``MOST_A_YEAR``.
    """
    by_the_day = pl.col("kind").is_in(_PAID_BY_THE_DAY)
    # Beyond the most, a day rate may be too large to be multiplied.
    rate = pl.col("day_rate").clip(upper_bound=MOST_A_YEAR) * DAYS_A_YEAR
    year = pl.when(pl.col("kind") == "employee").then("salary").when(by_the_day).then(rate)
    known = (year.is_not_null() & (year <= MOST_A_YEAR) & (pl.col("fte") > 0)).fill_null(False)
    # What is known is at most 10^9 pence times an FTE of 2 x 10^9: it fits into 64 bits.
    pence = (year * pl.col("fte") + FULL_TIME // 2) // FULL_TIME
    return rows.with_columns(
        priced=pl.when(~known)
        .then(pl.lit(NOT_MAPPED))
        .when(by_the_day)
        .then(pl.lit(DAY_RATE))
        .otherwise(pl.lit(SALARY)),
        cost=pl.when(known).then(pence).otherwise(0),
    )
