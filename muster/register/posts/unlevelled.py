"""Grades that no code list covers: told to whoever sent them, so that nobody finds out by chance.

Such a grade is accepted as stated and counted as not mapped. It stops no row; but until somebody
corrects it or lists it, its people stand in no figure by responsibility level.
"""

from collections.abc import Mapping

import polars as pl

# So many grades of a file are named, the commonest first.
_NAMED, _LONGEST = 10, 80
WHAT_TO_DO = (
    "Rows of such grades count as not mapped. Correct a grade that is misspelt where it comes"
    " from; for any other, ask the service operator to have it added to the code lists of grades."
)


def unlevelled_notes(stated: pl.DataFrame) -> Mapping[int, tuple[str, ...]]:
    """Return for each file what is noted of grades without a responsibility level.

    Args:
        stated: shape (rows, 3) with ``file``, ``grade`` as stated and ``level``, null where no
            code list covers the grade. A row without a grade is not of an unknown one.
    """
    unknown = (
        stated.filter(pl.col("grade").is_not_null() & pl.col("level").is_null())
        .group_by("file", "grade")
        .agg(rows=pl.len())
        .sort(["file", "rows", "grade"], descending=[False, True, False])
    )
    return {
        file: tuple(_of_one_file(group.select("grade", "rows").rows()))
        for (file,), group in unknown.partition_by("file", as_dict=True).items()
    }


def _of_one_file(grades: list[tuple[str, int]]) -> list[str]:
    said = [
        f"{_rows(rows)}: grade '{_short(grade)}' has no responsibility level yet."
        for grade, rows in grades[:_NAMED]
    ]
    rest = grades[_NAMED:]
    if rest:
        others = f"{len(rest):,} more {'grade has' if len(rest) == 1 else 'grades have'}"
        said.append(f"{_rows(sum(rows for _, rows in rest))}: {others} no responsibility level.")
    return [*said, WHAT_TO_DO]


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"


def _short(grade: str) -> str:
    return grade if len(grade) <= _LONGEST else f"{grade[:_LONGEST]}…"
