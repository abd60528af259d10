"""What facts come to on a day, counted without the gate and its snapshots."""

import datetime as dt

import polars as pl

from muster.register.people.facts import Employments


def headcount_cells(day: dt.date) -> pl.DataFrame:
    """Return employees by employer, level and profession: null where nothing is mapped."""
    facts = Employments()
    held = facts.frame().filter(
        pl.col("kind") == "employee",
        pl.col("employer").is_in(list(facts.domain("employer", day))),
        pl.col("valid_from") <= day,
        pl.col("valid_to").is_null() | (pl.col("valid_to") > day),
    )
    assert held.select("person", "employer").is_unique().all()
    counted = held.group_by("employer", "grade", "profession").agg(people=pl.len().cast(pl.Int64))
    told = pl.col("grade", "profession").replace("", None)
    return counted.with_columns(told).rename({"grade": "level"})
