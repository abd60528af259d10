"""Previewing: what a layout would make of a file's first rows, without writing anything.

Whoever receives the rows is asked as well (``intakes.Sink.prepare``, which only reads), so that a
row to which the register would object does not look accepted.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from muster.connectors.contract import Sheet
from muster.hub.contracts import Contract, ContractField, no_problems
from muster.hub.framing.frame import frame_file
from muster.hub.framing.positions import in_words
from muster.hub.framing.tables import Table, day_spoken_of
from muster.hub.intakes import Feed, intake_for
from muster.hub.layouts import Layout, date_in_name, header_key
from muster.hub.mapping import apply_layout
from muster.kernel.errors import BadInput
from muster.kernel.ids import new_id

_CAUSES = 50
_FILE = 1  # the number of the one file that is previewed
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
class Cause:
    """Why rows would wait.

    Args:
        text: the cause, without any personal value.
        rows: how many rows it stops.
        field: the name of the contract's field that it is about; "" if it is about none.
        value: what stands in the first of these rows. It may be personal.
        of_register: whether the layout reads the rows, and the register objects to them.
    """

    text: str
    rows: int
    field: str
    value: str
    of_register: bool


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
        causes: why rows would wait, the commonest first.
        personal: whether the contract is about people.
    """

    fields: tuple[str, ...]
    accepted: tuple[AcceptedRow, ...]
    waiting: tuple[WaitingRow, ...]
    rows: int
    quarantined: int
    aside: Mapping[str, int]
    causes: tuple[Cause, ...]
    personal: bool


def preview(
    sheets: Sequence[Sheet],
    layout: Layout,
    contract: Contract,
    *,
    file: str = "",
    rows: int = 100,
    employer: uuid.UUID | None = None,
    today: dt.date = dt.date.max,
    ask_sink: bool = True,
) -> Preview:
    """Return what a layout would make of sheets.

    Args:
        sheets: the file, or its beginning.
        layout: the layout.
        contract: the contract it is for.
        file: the file's name.
        rows: at most so many accepted and so many waiting rows are shown; all are counted.
        employer: whose files they are; somebody's, if that is not known yet.
        today: the day of a file that states none; if not given, no day lies ahead of the file.
        ask_sink: whether to ask who receives the rows, which reads the database.

    Raises:
        BadInput: if the layout does not fit the file.
    """
    framed = frame_file(sheets, [layout], file=file)
    table = framed.found[0][1]
    source = _source(table, layout)
    mapped = apply_layout(source, layout, contract)
    objections = no_problems()
    if ask_sink:
        feed = _feed(table, layout, file, employer, today)
        objections = intake_for(contract.name).sink.prepare(mapped.frame, [feed]).problems
    ours = pl.concat([mapped.problems, _ragged(table, mapped.problems)])
    faults = pl.concat([ours, objections])
    faulty = faults["at"].unique()
    places = pl.int_range(source.height, dtype=pl.UInt32, eager=True)
    bad = places.is_in(faulty.implode())
    taken = {mapping.field for mapping in layout.fields}
    fields = [field for field in contract.fields if field.name in taken]
    return Preview(
        tuple(field.title for field in fields),
        _accepted(mapped.frame.filter(~bad).head(rows), fields, table),
        _waiting(faults, table, rows),
        source.height,
        int(bad.sum()),
        dict(table.aside),
        _causes(faults, contract, set(objections["cause"]) - set(ours["cause"])),
        any(field.personal for field in contract.fields),
    )


def _feed(
    table: Table, layout: Layout, file: str, employer: uuid.UUID | None, today: dt.date
) -> Feed:
    """Return a file as its sink would be told of it."""
    day = date_in_name(PurePosixPath(file).name)
    if layout.shape.as_at is not None:
        try:
            day = day_spoken_of(table, layout.shape.as_at, file=file)
        except BadInput:
            day = None
    return Feed(
        number=_FILE,
        landing=new_id(),
        part=0,
        source="",
        employer=employer or new_id(),
        as_at=day or today,
        name=file,
        full=layout.full,
    )


def _causes(faults: pl.DataFrame, contract: Contract, objected: set[str]) -> tuple[Cause, ...]:
    """Return why rows would wait; ``objected`` are the causes that only the register knows."""
    names = {field.title: field.name for field in contract.fields}
    grouped = faults.group_by("cause", maintain_order=True).agg(
        pl.col("at").n_unique().alias("rows"), pl.col("field", "value").first()
    )
    first = grouped.sort(["rows", "cause"], descending=[True, False]).head(_CAUSES)
    return tuple(
        Cause(text, rows, names.get(title, ""), value or "", text in objected)
        for text, rows, title, value in first.iter_rows()
    )


def _source(table: Table, layout: Layout) -> pl.DataFrame:
    """Return the table as mapping takes it; see ``mapping.apply_layout``."""
    known = layout.known_columns
    columns: dict[str, pl.Series] = {}
    for place, header in enumerate(table.headers):
        key = header_key(header)
        if key in known and key not in columns:
            columns[key] = table.frame[str(place)].alias(key)
    file = pl.repeat(_FILE, table.height, dtype=pl.Int64, eager=True).alias("file")
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
