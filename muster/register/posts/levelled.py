"""Grades and professions as stated, read for whole columns, and every code they may come to.

For whoever counts people or posts by them: the same code lists, asked once for each distinct text.
"""

import uuid
from collections.abc import Mapping

import polars as pl

from muster.kernel.metrics import NOT_MAPPED
from muster.register.employers.queries import titles
from muster.register.posts.grades import shipped_code_list
from muster.register.posts.rules import LEVELS, read_level, read_profession


def with_levels(frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows with their responsibility level and profession; null where none is mapped.

    Args:
        frame: ``employer`` (32 hexadecimal digits), ``stated`` (a grade), ``stated_profession``.

    Returns:
        The same rows with ``grade`` and ``profession``.
    """
    code_list = shipped_code_list()
    grades = frame.select("employer", "stated").unique()
    named = titles([uuid.UUID(hex=one) for one in grades["employer"].unique()])
    readings = (
        read_level(stated or "", named[uuid.UUID(hex=employer)], "", code_list)
        for employer, stated in grades.iter_rows()
    )
    levels = [one.level if one else None for one in readings]
    work = frame.select("stated_profession").unique()
    read = [read_profession(one or "", code_list) for one in work["stated_profession"]]
    return frame.join(
        grades.with_columns(pl.Series("grade", levels, dtype=pl.String)),
        on=["employer", "stated"], how="left", nulls_equal=True,
    ).join(
        work.with_columns(pl.Series("profession", read, dtype=pl.String)),
        on="stated_profession", how="left", nulls_equal=True,
    )  # fmt: skip


def every_level(not_mapped: str) -> Mapping[str, str]:
    """Return the responsibility levels with their labels, and the words for none."""
    return {**{level.code: level.label for level in LEVELS}, NOT_MAPPED: not_mapped}


def every_profession(not_mapped: str) -> Mapping[str, str]:
    """Return the professions, and the words for none."""
    names = sorted(set(shipped_code_list().professions.values()))
    return {**{name: name for name in names}, NOT_MAPPED: not_mapped}
