"""The ties in force: what was found or decided of pairs of records, as ``linking`` counts them."""

from collections.abc import Collection

import polars as pl

from muster.register.people.matching.rules import Pair
from muster.register.people.telling.claims import hexed, read_among

_TIE = {"first": pl.String, "second": pl.String, "says": pl.String, "run": pl.String,
        "weight": pl.Float64, "made": pl.String}  # fmt: skip


def ties_of(records: Collection[str]) -> list[Pair]:
    """Return the ties in force that touch some records, in the order in which they were made.

    One that waits for a second person is none yet.
    """
    found: dict[tuple[str, str], tuple[str, Pair]] = {}
    for column in ("first_id", "second_id"):
        rows = read_among(
            f"SELECT {hexed('first_id')}, {hexed('second_id')}, says, {hexed('run_id')}, weight,"  # noqa: S608
            " CAST(recorded_from AS text) FROM register_record_tie"
            f" WHERE recorded_to IS NULL AND acts AND {column} IN {{}}",
            records,
            _TIE,
        )
        for first, second, says, run, weight, made in rows.iter_rows():
            found[first, second] = made, Pair(first, second, says, run is None, weight or 0.0)
    ordered = sorted(found.items(), key=lambda item: (item[1][0], item[0]))
    return [pair for _key, (_made, pair) in ordered]
