"""Mapping: a batch of files of one layout becomes rows of the contract, column by column.

The input frame holds the sender's columns as text under their header keys, and two columns of
ours: ``file`` (the file's number in the batch) and ``row`` (the row's number in its file). The
output holds ``file``, ``row`` and one typed column for each field of the contract, in the same
order, so that a problem's place means the same row in both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from muster.hub.contracts import Contract, ContractField, no_problems, problems_at
from muster.hub.layouts import FieldMapping, Layout
from muster.hub.parsers import Parser, Unreadable

_NO_BREAK_SPACE = "\u00a0"
_NOTHING = pl.lit(None, dtype=pl.String)


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
    # All cells are cleaned in one pass over the frame; only what is not text is looked at again.
    cleaned = source.select("file", "row", *_cleaning(source, layout))
    columns: list[pl.Series] = [cleaned["file"], cleaned["row"]]
    problems: list[pl.DataFrame] = []
    notes: list[pl.DataFrame] = []
    for field in contract.fields:
        mapping = mappings.get(field.name)
        if mapping is None:
            columns.append(pl.Series(field.name, [None] * source.height, dtype=field.dtype))
        elif mapping.parser.kind == "text":
            columns.append(cleaned[field.name])
        else:
            values, faults = _read_field(source, cleaned, mapping, field)
            columns.append(values)
            if not faults.is_empty():
                (notes if mapping.lenient else problems).append(faults)
    frame = pl.DataFrame(columns)
    faulty = pl.concat(problems) if problems else no_problems()
    # A field that could not be read is empty now: it is not reported as missing as well.
    checked = contract.check(frame).join(faulty, on=["at", "field"], how="anti")
    return Mapped(frame, pl.concat([faulty, checked]), pl.concat(notes or [no_problems()]))


def _cleaning(source: pl.DataFrame, layout: Layout) -> Iterator[pl.Expr]:
    """Yield what gives each field's text and, for shares, the text of the whole."""
    for mapping in layout.fields:
        text = _clean(_stated(source, mapping), mapping)
        if mapping.parser.kind == "text" and mapping.default is not None:
            text = text.fill_null(mapping.default)
        yield text.alias(mapping.field)
        if mapping.of is not None:
            whole = pl.col(mapping.of) if mapping.of in source.columns else _NOTHING
            yield _clean(whole, mapping).alias(_whole_of(mapping))


def _read_field(
    source: pl.DataFrame, cleaned: pl.DataFrame, mapping: FieldMapping, field: ContractField
) -> tuple[pl.Series, pl.DataFrame]:
    """Return a field's values and the problems of those that cannot be read."""
    text = cleaned[mapping.field]
    whole = cleaned[_whole_of(mapping)] if mapping.of is not None else text
    values, reasons = _read_distinct(text, whole, mapping.parser, field.dtype)
    if mapping.default is not None:
        default = pl.Series([mapping.default], dtype=pl.String).cast(field.dtype)
        values = values.zip_with(text.is_not_null(), default.new_from_index(0, len(values)))
    if reasons.null_count() == len(reasons):
        return values.alias(mapping.field), no_problems()
    places = reasons.is_not_null().arg_true()
    stated = source.select(_stated(source, mapping)).to_series()
    found = [
        problems_at(
            chosen, field.title, stated.gather(chosen), str(reason), personal=field.personal
        )
        for reason in reasons.gather(places).unique(maintain_order=True)
        for chosen in (places.filter(reasons.gather(places) == reason),)
    ]
    return values.alias(mapping.field), pl.concat(found)


def _stated(source: pl.DataFrame, mapping: FieldMapping) -> pl.Expr:
    """Return what stands in the first of the columns that each row's file has; null if none.

    A cell without content is "", never null: null means that the file has no such column. The
    text of columns that are joined to it follows.
    """
    present = [name for name in mapping.columns if name in source.columns]
    stated = pl.coalesce(present) if present else _NOTHING
    more = [name for name in mapping.join if name in source.columns]
    return pl.concat_str([stated, *more], separator=" ", ignore_nulls=True) if more else stated


def _clean(text: pl.Expr, mapping: FieldMapping) -> pl.Expr:
    """Return the cell's text without surrounding space, its part chosen, absence as null."""
    expr = text.str.replace_all(_NO_BREAK_SPACE, " ", literal=True)
    expr = expr.str.strip_chars(f" \t\r\n{mapping.strip}" if mapping.strip else None)
    if mapping.split is not None:
        expr = _part(expr, mapping.split, mapping.part).str.strip_chars()
    if mapping.absent:
        absent = expr.str.to_lowercase().is_in(list(mapping.absent))
        expr = pl.when(absent).then(None).otherwise(expr)
    return pl.when(expr == "").then(None).otherwise(expr)


def _whole_of(mapping: FieldMapping) -> str:
    """Return the name of the column that holds the whole of a share."""
    return f"{mapping.field} of"


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
    text: pl.Series, whole: pl.Series, parser: Parser, dtype: type[pl.DataType]
) -> tuple[pl.Series, pl.Series]:
    """Read each distinct value once; return values and reasons (null where it was readable)."""
    pairs = pl.DataFrame({"text": text, "whole": whole})
    distinct = pairs.filter(pl.col("text").is_not_null()).unique()
    values: list[Any] = []
    reasons: list[str | None] = []
    for stated, of in distinct.iter_rows():
        try:
            values.append(parser.read(stated, of or ""))
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
