"""Previewing: what a layout would make of a file's first rows, without writing anything.

What the register itself would still object to (an unknown employer, a record that contradicts
another one) is not known here.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from muster.connectors.contract import Sheet
from muster.hub.contracts import Contract, ContractField
from muster.hub.framing.frame import frame_file
from muster.hub.framing.positions import in_words
from muster.hub.framing.tables import Table
from muster.hub.layouts import Layout, header_key
from muster.hub.mapping import apply_layout

_CAUSES = 50
_RAGGED = "more or fewer cells than the header"


@dataclass(frozen=True)
class AcceptedRow:
    """A row as the register would read it: a text for each field, in the preview's order."""

    row: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class WaitingRow:
    """A row that would wait: for each fault the field, what stood there, and the reason."""

    row: str
    faults: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Preview:
    """What a layout would make of rows.

    Args:
        fields: the titles of the fields that the layout takes.
        accepted: the first rows that would go on.
        waiting: the first rows that would wait.
        rows: how many rows were read.
        quarantined: how many of them would wait.
        aside: rows that are no records, counted by kind.
        causes: why rows would wait, with how many, the commonest first.
        personal: whether the contract is about people.
    """

    fields: tuple[str, ...]
    accepted: tuple[AcceptedRow, ...]
    waiting: tuple[WaitingRow, ...]
    rows: int
    quarantined: int
    aside: Mapping[str, int]
    causes: tuple[tuple[str, int], ...]
    personal: bool


def preview(
    sheets: Sequence[Sheet], layout: Layout, contract: Contract, *, file: str = "", rows: int = 100
) -> Preview:
    """Return what a layout would make of sheets.

    Args:
        sheets: the file, or its beginning.
        layout: the layout.
        contract: the contract it is for.
        file: the file's name.
        rows: at most so many accepted and so many waiting rows are shown; all are counted.

    Raises:
        BadInput: if the layout does not fit the file.
    """
    framed = frame_file(sheets, [layout], file=file)
    table = framed.found[0][1]
    source = _source(table, layout)
    mapped = apply_layout(source, layout, contract)
    faults = pl.concat([mapped.problems, _ragged(table, mapped.problems)])
    faulty = faults["at"].unique()
    places = pl.int_range(source.height, dtype=pl.UInt32, eager=True)
    bad = places.is_in(faulty.implode())
    taken = {mapping.field for mapping in layout.fields}
    fields = [field for field in contract.fields if field.name in taken]
    causes = faults.group_by("cause").agg(pl.col("at").n_unique().alias("rows"))
    causes = causes.sort(["rows", "cause"], descending=[True, False]).head(_CAUSES)
    return Preview(
        tuple(field.title for field in fields),
        _accepted(mapped.frame.filter(~bad).head(rows), fields, table),
        _waiting(faults, table, rows),
        source.height,
        int(bad.sum()),
        dict(table.aside),
        tuple((cause, count) for cause, count in causes.iter_rows()),
        any(field.personal for field in contract.fields),
    )


def _source(table: Table, layout: Layout) -> pl.DataFrame:
    """Return the table as mapping takes it; see ``mapping.apply_layout``."""
    known = layout.known_columns
    columns: dict[str, pl.Series] = {}
    for place, header in enumerate(table.headers):
        key = header_key(header)
        if key in known and key not in columns:
            columns[key] = table.frame[str(place)].alias(key)
    file = pl.repeat(1, table.height, dtype=pl.Int64, eager=True).alias("file")
    return pl.DataFrame([file, table.rows.alias("row"), *columns.values()])


def _ragged(table: Table, like: pl.DataFrame) -> pl.DataFrame:
    """Return a fault for each row whose cells do not fit the header."""
    places = table.rows.is_in(list(table.ragged)).arg_true().to_list()
    rows = [(at, "the row", "", _RAGGED, f"the row: {_RAGGED}") for at in places]
    return pl.DataFrame(rows, schema=like.schema, orient="row")


def _accepted(
    frame: pl.DataFrame, fields: Sequence[ContractField], table: Table
) -> tuple[AcceptedRow, ...]:
    names = [field.name for field in fields]
    return tuple(
        AcceptedRow(
            in_words(row, table.sheets, unpivoted=False),
            tuple(as_text(value, field) for value, field in zip(values, fields, strict=True)),
        )
        for row, *values in frame.select("row", *names).iter_rows()
    )


def _waiting(faults: pl.DataFrame, table: Table, rows: int) -> tuple[WaitingRow, ...]:
    first = faults.sort("at", maintain_order=True)
    grouped: dict[int, list[tuple[str, str, str]]] = {}
    for at, field, value, reason in first.select("at", "field", "value", "reason").iter_rows():
        if at not in grouped and len(grouped) == rows:
            break
        grouped.setdefault(at, []).append((field, value, reason))
    return tuple(
        WaitingRow(in_words(table.rows[at], table.sheets, unpivoted=False), tuple(found))
        for at, found in grouped.items()
    )


def as_text(value: Any, field: ContractField) -> str:
    """Return a value as people write it: dates as 2026-03-31, pence as pounds."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int):
        said = f"{field.title} {field.rules.get('description', '')}".lower()
        if "pence" in said:
            return f"£{Decimal(value).scaleb(-2):,.2f}"
        return f"{Decimal(value).scaleb(-9).normalize():f}"
    return str(value)
