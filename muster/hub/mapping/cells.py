"""What a row states for a field: which cells hold it, tidied, cleaned, and as somebody fixed it.

Everything here is text to text. Only cells beyond ASCII are looked at one by one, each distinct one
once; the rest is whole columns.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from muster.hub.layouts import FieldMapping, Layout
from muster.hub.mapping.quick import LETTERS
from muster.hub.parsers.damage import tidy

_NOTHING = pl.lit(None, dtype=pl.String)
_ODD = rf"[^\x00-\x7f{LETTERS}]"
# Follows a column's name in the name of the column that tells which of its cells were put right.
# Header keys hold letters and digits only, so no sender's column can have such a name.
_REPAIRED = " put right"


def stated(source: pl.DataFrame, mapping: FieldMapping) -> pl.Expr:
    """Return what stands in the first of the columns that each row's file has; null if none.

    A cell without content is "", never null: null means that the file has no such column. The
    text of columns that are joined to it follows. What a spreadsheet left instead of a value in
    one of them stands alone, so that it cannot hide beside the others.
    """
    present = [name for name in mapping.columns if name in source.columns]
    first = pl.coalesce(present) if present else _NOTHING
    more = [name for name in mapping.join if name in source.columns]
    if not more:
        return first
    cells = [cell.str.strip_chars() for cell in (first, *map(pl.col, more))]
    remains = [pl.when(cell.str.contains("^[#=]")).then(cell) for cell in cells]
    return pl.coalesce(*remains, pl.concat_str(cells, separator=" ", ignore_nulls=True))


def tidied(source: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Return the columns that the layout takes, tidied, and beside those put right a mark of it."""
    wanted = layout.known_columns - layout.ignored
    names = [name for name in source.columns if name in wanted]
    if not names:
        return source
    # In ASCII each character is one byte, which is told at a glance.
    beyond = source.select(
        (pl.col(name).str.len_bytes() != pl.col(name).str.len_chars()).any() for name in names
    ).row(0)
    changed = [
        column
        for name, odd in zip(names, beyond, strict=True)
        if odd
        for column in _tidied_column(source[name])
    ]
    return source.with_columns(changed) if changed else source


def _tidied_column(cells: pl.Series) -> Iterator[pl.Series]:
    odd = cells.filter(cells.str.contains(_ODD)).unique()
    tidy_cells = [(cell, *tidy(cell)) for cell in odd]
    shown = {cell: better for cell, better, _ in tidy_cells if better != cell}
    if shown:
        yield cells.replace(shown)
    repaired = [cell for cell, _, put_right in tidy_cells if put_right]
    if repaired:
        yield cells.is_in(repaired).alias(cells.name + _REPAIRED)


def put_right(frame: pl.DataFrame, mapping: FieldMapping) -> pl.Series | None:
    """Return for each row whether letters of this field's cells were put right; None if nowhere."""
    used = [name for name in mapping.columns if name in frame.columns]
    marks = {name: name + _REPAIRED for name in (*used, *mapping.join)}
    if not any(mark in frame.columns for mark in marks.values()):
        return None

    def marked(name: str) -> pl.Expr:
        mark = pl.col(marks[name]) if marks[name] in frame.columns else pl.lit(False)
        return pl.when(pl.col(name).is_not_null()).then(mark)

    first = pl.coalesce([marked(name) for name in used]) if used else pl.lit(False)
    more = [pl.col(marks[name]) for name in mapping.join if marks[name] in frame.columns]
    mask = frame.select(pl.any_horizontal(first, *more).fill_null(False).alias("put right"))
    return mask.to_series()


def cleaned(text: pl.Expr, mapping: FieldMapping) -> pl.Expr:
    """Return the cell's text without surrounding space, its part chosen, absence as null."""
    expr = text.str.strip_chars(f" \t\r\n{mapping.strip}" if mapping.strip else None)
    if mapping.split is not None:
        expr = _part(expr, mapping.split, mapping.part).str.strip_chars()
    if mapping.absent:
        absent = expr.str.to_lowercase().is_in(list(mapping.absent))
        expr = pl.when(absent).then(None).otherwise(expr)
    return pl.when(expr != "").then(expr)


def as_read(value: str, mapping: FieldMapping) -> str | None:
    """Return the text by which a fix of a cell is known: what of it is read, None for nothing.

    Args:
        value: what stands in the cell, as problems show it.
        mapping: the field that is read from it.
    """
    frame = pl.DataFrame({"cell": [tidy(value)[0]]})
    text: str | None = frame.select(cleaned(pl.col("cell"), mapping)).item()
    return text


def fixed(
    frame: pl.DataFrame, fixes: Mapping[str, Mapping[str, str]]
) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """Return cleaned text with fixes in place, and for each field the rows that were fixed.

    Args:
        frame: cleaned text, a column for each field.
        fixes: for each field, the text to read instead of a text; "" for nothing.
    """
    rows: dict[str, pl.Series] = {}
    columns = []
    for field, instead in fixes.items():
        if field not in frame.columns or not instead:
            continue
        mask = frame[field].is_in(list(instead)).fill_null(False)
        if mask.any():
            text = pl.col(field).replace(instead)
            columns.append(pl.when(text != "").then(text).alias(field))
            rows[field] = mask
    return frame.with_columns(columns), rows


def _part(expr: pl.Expr, at: str, part: int) -> pl.Expr:
    if part == 1:
        return expr.str.splitn(at, 2).struct.field("field_0")
    if part == 2:
        return expr.str.splitn(at, 2).struct.field("field_1")
    pieces = expr.str.split(at)
    if part == -1:
        return pieces.list.last()
    return pieces.list.head(pieces.list.len() - 1).list.join(at)
