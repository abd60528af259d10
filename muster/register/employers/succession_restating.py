"""Restating whole columns to today's employers, by the rules of ``succession``.

Of a merger every row goes to the successor. Of a split the rows of a person go where that person
went: to the successor at which they begin within some days of the split, if their rows with the
former employer reach it. Everybody else's go to the principal successor.
"""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from muster.register.employers.succession import Succession, in_order, leads_to, lives_again

_NOW, _MOVED, _TO = "_now", "_moved", "_to"
_FAR = dt.date(9999, 12, 31)


def restated(
    rows: pl.DataFrame,
    successions: Sequence[Succession],
    *,
    since: str = "valid_from",
    until: str | None = "valid_to",
    same_move: int = 0,
    name: str = "employer_today",
) -> pl.DataFrame:
    """Return rows with the employer of today that each counts under.

    Args:
        rows: with ``employer`` and ``since``; and ``person`` and ``until``, if people are followed.
        successions: without a contradiction.
        since: the column with the day from which a row holds.
        until: the column with the day until which it holds, empty while it does; None where nobody
            is to be followed: of a split everything goes to the principal successor.
        same_move: so many days before or after a split a person may begin at a successor.
        name: of the new column.
    """
    told = rows.with_columns(pl.col("employer").alias(_NOW), pl.lit(False).alias(_MOVED))
    known = set(rows["employer"].unique().to_list())
    for one in in_order(successions):
        if one.former not in known:
            continue
        known |= set(one.successors)
        again = lives_again(one, successions)
        own = pl.lit(True) if again is None else pl.col(since) < again
        passes = (pl.col(_NOW) == one.former) & (pl.col(_MOVED) | own)
        to: pl.Expr = pl.lit(one.successors[0])
        if until is not None and len(one.successors) > 1:
            near = dt.timedelta(days=same_move)
            ways = leads_to(one, successions)
            ended = pl.col(until).fill_null(_FAR) >= one.day - near
            reach = told.filter(passes, ended).select("person").unique()
            arrived = rows.filter(pl.col("employer").is_in(list(ways)))
            arrived = arrived.join(reach, on="person", how="semi")
            went = _went(_beginnings(arrived, since, until), one, ways, near)
            told = told.join(went, on="person", how="left", maintain_order="left")
            to = pl.col(_TO).fill_null(one.successors[0])
        told = told.with_columns(
            pl.when(passes).then(to).otherwise(pl.col(_NOW)).alias(_NOW),
            (pl.col(_MOVED) | passes).alias(_MOVED),
        ).drop(_TO, strict=False)
    return told.rename({_NOW: name}).drop(_MOVED)


def _beginnings(rows: pl.DataFrame, since: str, until: str) -> pl.DataFrame:
    """Return the day on which each unbroken time of a person at an employer begins."""
    whose = ("person", "employer")
    held = rows.select(*whose, began=pl.col(since), ended=pl.col(until).fill_null(_FAR))
    held = held.sort(*whose, "began")
    so_far = pl.col("ended").cum_max().shift(1).over(whose)
    return held.filter(so_far.is_null() | (pl.col("began") > so_far)).select(*whose, "began")


def _went(
    began: pl.DataFrame, one: Succession, ways: dict[str, str], near: dt.timedelta
) -> pl.DataFrame:
    """Return the successor that each person went to: the one begun at nearest to the day."""
    order = {successor: place for place, successor in enumerate(one.successors)}
    arrived = began.filter(pl.col("began").is_between(one.day - near, one.day + near)).with_columns(
        pl.col("employer").replace_strict(ways, return_dtype=pl.String).alias(_TO),
        far=(pl.col("began") - one.day).dt.total_days().abs(),
    )
    place = pl.col(_TO).replace_strict(order, return_dtype=pl.Int64)
    nearest = arrived.with_columns(place=place).sort("person", "far", "place")
    return nearest.unique("person", keep="first", maintain_order=True).select("person", _TO)
