"""Mapping: a batch of files of one layout becomes rows of the contract, column by column.

The input frame holds the sender's columns as text under their header keys, and two columns of
ours: ``file`` (the file's number in the batch) and ``row`` (the row's number in its file). The
output holds ``file``, ``row`` and one typed column for each field of the contract, in the same
order, so that a problem's place means the same row in both.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from muster.hub.contracts import Contract, no_problems, problems_at
from muster.hub.layouts import FieldMapping, Layout
from muster.hub.parsers import Unreadable

_NO_BREAK_SPACE = "\u00a0"
_PAIR = "\x1f"


@dataclass(frozen=True)
class Mapped:
    """What mapping gave: rows, the problems that quarantine them, and notes that do not."""

    frame: pl.DataFrame
    problems: pl.DataFrame
    notes: pl.DataFrame


def apply_layout(source: pl.DataFrame, layout: Layout, contract: Contract) -> Mapped:
    """Return the rows of the contract that the sender's rows state.

    Args:
        source: the sender's text, shape (rows, header keys + 2).
        layout: says where each field comes from.
        contract: says which fields there are, and checks them.
    """
    mappings = {mapping.field: mapping for mapping in layout.fields}
    columns: list[pl.Series] = [source["file"], source["row"]]
    problems: list[pl.DataFrame] = []
    notes: list[pl.DataFrame] = []
    for field in contract.fields:
        mapping = mappings.get(field.name)
        if mapping is None:
            columns.append(pl.Series(field.name, [None] * source.height, dtype=field.dtype))
            continue
        column, faults = _map_field(source, mapping, field.dtype, field.title, field.personal)
        columns.append(column)
        if not faults.is_empty():
            (notes if mapping.lenient else problems).append(faults)
    frame = pl.DataFrame(columns)
    faulty = pl.concat(problems) if problems else no_problems()
    # A field that could not be read is empty now: it is not reported as missing as well.
    checked = contract.check(frame).join(faulty, on=["at", "field"], how="anti")
    return Mapped(frame, pl.concat([faulty, checked]), pl.concat(notes or [no_problems()]))


def _map_field(
    source: pl.DataFrame, mapping: FieldMapping, dtype: type[pl.DataType], title: str, personal: bool
) -> tuple[pl.Series, pl.DataFrame]:
    column = next((name for name in mapping.columns if name in source.columns), None)
    if column is None:
        default = [mapping.default] * source.height
        return pl.Series(mapping.field, default, dtype=pl.String).cast(dtype), no_problems()
    text = _clean(_joined_columns(source, column, mapping), mapping)
    if mapping.default is not None:
        text = text.fill_null(mapping.default)
    if mapping.parser.kind == "text":
        return text.alias(mapping.field), no_problems()
    if mapping.of is not None:
        whole = _clean(source[mapping.of], mapping).fill_null("")
        text = pl.select(
            pl.when(text.is_null()).then(None).otherwise(text + _PAIR + whole)
        ).to_series()
    values, reasons = _read_distinct(text, mapping, dtype)
    places = reasons.is_not_null().arg_true()
    if places.is_empty():
        return values.alias(mapping.field), no_problems()
    stated = source[column].gather(places)
    found = [
        problems_at(
            places.filter(chosen), title, stated.filter(chosen), str(reason), personal=personal
        )
        for reason in reasons.gather(places).unique(maintain_order=True)
        for chosen in (reasons.gather(places) == reason,)
    ]
    return values.alias(mapping.field), pl.concat(found)


def _joined_columns(source: pl.DataFrame, column: str, mapping: FieldMapping) -> pl.Series:
    """Return a column's text, followed by that of the columns that are joined to it."""
    more = [name for name in mapping.join if name in source.columns]
    if not more:
        return source[column]
    return source.select(
        pl.concat_str([column, *more], separator=" ", ignore_nulls=True)
    ).to_series()


def _clean(text: pl.Series, mapping: FieldMapping) -> pl.Series:
    """Return the cell's text without surrounding space, its part chosen, absence as null."""
    expr = pl.col("text").str.replace_all(_NO_BREAK_SPACE, " ", literal=True)
    expr = expr.str.strip_chars(f" \t\r\n{mapping.strip}" if mapping.strip else None)
    if mapping.split is not None:
        expr = _part(expr, mapping.split, mapping.part).str.strip_chars()
    if mapping.absent:
        absent = expr.str.to_lowercase().is_in(list(mapping.absent))
        expr = pl.when(absent).then(None).otherwise(expr)
    expr = pl.when(expr == "").then(None).otherwise(expr)
    return pl.DataFrame({"text": text}).select(expr.alias("text")).to_series()


def _part(expr: pl.Expr, at: str, part: int) -> pl.Expr:
    if part == 1:
        return expr.str.splitn(at, 2).struct.field("field_0")
    if part == 2:
        return expr.str.splitn(at, 2).struct.field("field_1")
    pieces = expr.str.split(at)
    return pieces.list.last() if part == -1 else pieces.list.head(pieces.list.len() - 1).list.join(at)


def _read_distinct(
    text: pl.Series, mapping: FieldMapping, dtype: type[pl.DataType]
) -> tuple[pl.Series, pl.Series]:
    """Read each distinct value once; return values and reasons (null where it was readable)."""
    stated: list[str] = text.drop_nulls().unique().to_list()
    values: list[Any] = []
    reasons: list[str | None] = []
    for item in stated:
        part, _, whole = item.partition(_PAIR)
        try:
            values.append(mapping.parser.read(part, whole))
            reasons.append(None)
        except Unreadable as reason:
            values.append(None)
            reasons.append(str(reason))
    return (
        _joined(text, stated, pl.Series(values, dtype=dtype)),
        _joined(text, stated, pl.Series(reasons, dtype=pl.String)),
    )


def _joined(text: pl.Series, stated: list[str], results: pl.Series) -> pl.Series:
    if not stated:
        return pl.Series([None] * len(text), dtype=results.dtype)
    return text.replace_strict(
        pl.Series(stated), results, default=None, return_dtype=results.dtype
    )
