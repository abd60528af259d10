"""Mapping: a batch of files of one layout becomes rows of the contract, column by column.

The input frame holds the sender's columns as text under their header keys, and two columns of
ours: ``file`` (the file's number in the batch) and ``row`` (the row's number in its file). The
output holds ``file``, ``row`` and one typed column for each field of the contract, in the same
order, so that a problem's place means the same row in both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from muster.hub.contracts import Contract, no_problems, problems_at
from muster.hub.layouts import FieldMapping, Layout
from muster.hub.parsers import Unreadable

_NO_BREAK_SPACE = "\u00a0"


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
    source: pl.DataFrame,
    mapping: FieldMapping,
    dtype: type[pl.DataType],
    title: str,
    personal: bool,
) -> tuple[pl.Series, pl.DataFrame]:
    stated = _joined(source, _stated(source, mapping.columns), mapping)
    text = _clean(stated, mapping)
    whole = None if mapping.of is None else _clean(_stated(source, (mapping.of,)), mapping)
    values, reasons = _read_distinct(text, whole, mapping, dtype)
    if mapping.default is not None:
        default = pl.Series([mapping.default], dtype=pl.String).cast(dtype)
        values = values.zip_with(text.is_not_null(), default.new_from_index(0, len(values)))
    places = reasons.is_not_null().arg_true()
    if places.is_empty():
        return values.alias(mapping.field), no_problems()
    found = [
        problems_at(chosen, title, stated.gather(chosen), str(reason), personal=personal)
        for reason in reasons.gather(places).unique(maintain_order=True)
        for chosen in (places.filter(reasons.gather(places) == reason),)
    ]
    return values.alias(mapping.field), pl.concat(found)


def _stated(source: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Return what stands in the first of the columns that each row's file has; null if none."""
    present = [name for name in columns if name in source.columns]
    if not present:
        return pl.Series([None] * source.height, dtype=pl.String)
    # A cell without content is "", never null: null means that the file has no such column.
    return source.select(pl.coalesce(present)).to_series()


def _joined(source: pl.DataFrame, stated: pl.Series, mapping: FieldMapping) -> pl.Series:
    """Return a column's text, followed by that of the columns that are joined to it."""
    more = [source[name] for name in mapping.join if name in source.columns]
    if not more:
        return stated
    return pl.select(pl.concat_str([stated, *more], separator=" ", ignore_nulls=True)).to_series()


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
    if part == -1:
        return pieces.list.last()
    return pieces.list.head(pieces.list.len() - 1).list.join(at)


def _read_distinct(
    text: pl.Series, whole: pl.Series | None, mapping: FieldMapping, dtype: type[pl.DataType]
) -> tuple[pl.Series, pl.Series]:
    """Read each distinct value once; return values and reasons (null where it was readable)."""
    if mapping.parser.kind == "text":
        return text, pl.Series([None] * len(text), dtype=pl.String)
    pairs = pl.DataFrame({"text": text, "whole": text if whole is None else whole})
    distinct = pairs.filter(pl.col("text").is_not_null()).unique()
    values: list[Any] = []
    reasons: list[str | None] = []
    for stated, of in distinct.iter_rows():
        try:
            values.append(mapping.parser.read(stated, of or ""))
            reasons.append(None)
        except Unreadable as reason:
            values.append(None)
            reasons.append(str(reason))
    read = distinct.with_columns(
        pl.Series("value", values, dtype=dtype), pl.Series("reason", reasons, dtype=pl.String)
    )
    joined = pairs.join(
        read, on=["text", "whole"], how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["value"], joined["reason"]
