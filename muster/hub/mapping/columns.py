"""Reading one field for all rows: what is plainly written at once, the rest by its parser."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from muster.hub.mapping.swaps import may_be_swapped
from muster.hub.parsers import SWAPPED, Damaged, Parser, Unreadable

# ``cause`` is by what equal faults are grouped, ``named`` whether it also names the value.
_SAID = {"at": pl.UInt32, "reason": pl.String, "cause": pl.String, "named": pl.Boolean}
_SAID_OF_A_TEXT = {
    "reason": pl.String, "cause": pl.String, "named": pl.Boolean, "note": pl.String
}  # fmt: skip


@dataclass
class Column:
    """A field as read.

    Args:
        values: one for each row, null where nothing is stated or it could not be read.
        faults: the rows that could not be read: ``at`` their place, the ``reason``, and the
            ``cause`` by which equal ones are grouped, which is ``named`` for the value or not.
        notes: the rows of which something was put right, likewise.
        plain: whether every value was plainly written in the declared form.
    """

    values: pl.Series
    faults: pl.DataFrame
    notes: pl.DataFrame
    plain: bool = True

    def note(self, rows: pl.Series | None, said: str) -> None:
        """Note the same of all rows that are marked."""
        if rows is not None and rows.any():
            self.notes = pl.concat([self.notes, _all_say(rows, said)])


def read_column(
    text: pl.Series, whole: pl.Series, quick: pl.Series | None, parser: Parser, *, personal: bool,
    dtype: type[pl.DataType],
) -> Column:  # fmt: skip
    """Return the values of a column of cleaned text.

    Args:
        text: null where nothing is stated.
        whole: for shares, the text of the whole; else anything.
        quick: the values of what is plainly written, null for the rest; None if nothing ever is.
        parser: how it is declared to be read.
        personal: whether reasons must tell nothing of the values.
        dtype: the type of the values.
    """
    if quick is None:
        values = pl.Series(text.name, [None], dtype=dtype).new_from_index(0, len(text))
    else:
        values = quick if quick.dtype == dtype else quick.cast(dtype)
    column = Column(values, pl.DataFrame(schema=_SAID), pl.DataFrame(schema=_SAID))
    left = text.is_not_null() & values.is_null()
    if left.any():
        rest = pl.DataFrame({"text": text.filter(left), "whole": whole.filter(left)})
        read = _read_distinct(rest, parser, dtype, personal=personal)
        places = left.arg_true().cast(pl.UInt32)
        column.plain = False
        column.values = values.scatter(places, read["value"])
        column.faults = _said(places, read.select("reason", "cause", "named"))
        notes = read.select(reason="note", cause="note", named=pl.lit(False))
        column.notes = _said(places, notes)
    return column


def _read_distinct(
    rest: pl.DataFrame, parser: Parser, dtype: type[pl.DataType], *, personal: bool
) -> pl.DataFrame:
    """Read each distinct text once; return value, reason and note for each row."""
    distinct = rest.unique()
    values: list[Any] = []
    said: list[tuple[str | None, str | None, bool, str | None]] = []
    for written, of in distinct.iter_rows():
        try:
            value, note = parser.read_noted(written, of or "")
            said.append((None, None, False, note))
        except Unreadable as why:
            value, named = None, not isinstance(why, Damaged)
            said.append((why.said(personal=personal), str(why), named, None))
        values.append(value)
    read = distinct.with_columns(
        pl.Series("value", values, dtype=dtype),
        *pl.DataFrame(said, schema=_SAID_OF_A_TEXT, orient="row"),
    )
    return rest.join(
        read, on=["text", "whole"], how="left", nulls_equal=True, maintain_order="left"
    )


def doubt_swapped(
    column: Column,
    file: pl.Series,
    text: pl.Series,
    parser: Parser,
    fixed: pl.Series | None,
    elsewhere: frozenset[int] = frozenset(),
) -> None:
    """Let the dates of a column wait whose day and month may be swapped.

    Args:
        column: dates as read; changed.
        file: each row's file.
        text: what was read.
        parser: how it was read.
        fixed: the rows of which somebody said what is meant; they are certain, and no evidence.
        elsewhere: the files whose date columns together tell it; see ``swaps.opened_elsewhere``.
    """
    # Dates that all stand in the declared form contradict nothing.
    if parser.kind != "date" or column.plain:
        return
    certain = text if fixed is None else text.set(fixed, None)
    doubtful = may_be_swapped(file, certain, column.values, parser, elsewhere)
    if doubtful is None:
        return
    column.values = column.values.set(doubtful, None)
    said = _all_say(doubtful, SWAPPED)
    column.faults = pl.concat([column.faults.join(said, on="at", how="anti"), said])


def _all_say(rows: pl.Series, said: str) -> pl.DataFrame:
    places = rows.arg_true().cast(pl.UInt32).alias("at")
    return pl.DataFrame([places]).with_columns(
        reason=pl.lit(said), cause=pl.lit(said), named=pl.lit(False)
    )


def _said(places: pl.Series, said: pl.DataFrame) -> pl.DataFrame:
    return said.select(places.alias("at"), pl.all()).drop_nulls("reason")
