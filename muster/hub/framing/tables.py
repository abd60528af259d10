"""A table: what a layout finds in a file, as named columns of text, with what was set aside.

``framing`` makes tables; this module holds them, turns columns into rows where a layout says so,
joins the sheets of one layout, and checks what a file says of itself.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

import polars as pl

from muster.hub.framing.positions import (
    LAST_UNPIVOTED_COLUMN,
    LAST_UNPIVOTED_ROW,
    MOST_SHEETS,
    numbered,
    numbered_cells,
)
from muster.hub.framing.shapes import AsAt, Control, Unpivot, matches
from muster.hub.layouts import Layout, header_key
from muster.hub.parsers import Parser, Unreadable
from muster.kernel.errors import BadInput, Where

# What tells that a sheet is of a month, quarter or year.
_OF_A_TIME = re.compile(
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\bq[1-4]\b|\b(19|20)\d\d\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Table:
    """Rows of text under headers that differ from each other.

    Args:
        headers: the names of the columns.
        parts: for each column, its header row by row (one part where the header is one row).
        frame: shape (rows, headers), text columns named ``"0"``, ``"1"``, ... in their order.
        rows: where each row stands; see ``positions``.
        ragged: rows that have another number of cells than the header, with that number.
        sheets: the names of the sheets that were read, in order; none for other files.
        aside: how many rows are no records, by kind: title, heading, total, note and so on.
        stated: what the file says of itself, by name.
        blank: how many rows had no content.
        read_as: how the bytes were read.
        notes: what was noticed and left alone.
        at: for each column, where it stands in its sheet, from 0; empty where that is its place
            among the headers.
    """

    headers: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    frame: pl.DataFrame
    rows: pl.Series
    ragged: Mapping[int, int] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    aside: Mapping[str, int] = field(default_factory=dict)
    stated: Mapping[str, str] = field(default_factory=dict)
    blank: int = 0
    read_as: str = ""
    notes: tuple[str, ...] = ()
    at: tuple[int, ...] = ()

    @property
    def height(self) -> int:
        """The number of rows."""
        return self.frame.height

    def column(self, header: str) -> pl.Series | None:
        """Return the first column whose header has this key, if there is one."""
        key = header_key(header)
        for place, name in enumerate(self.headers):
            if header_key(name) == key:
                return self.cells_at(place)
        return None

    def cells_at(self, place: int) -> pl.Series:
        """Return the column at a place among the headers."""
        return self.frame[str(place)]


def named(headers: Sequence[str]) -> tuple[str, ...]:
    """Return headers that differ: one without a name is named by its place, a second numbered."""
    unique: list[str] = []
    taken: dict[str, int] = {}
    for position, header in enumerate(headers, start=1):
        plain = name = header or f"column {position}"
        while name in taken:
            taken[plain] += 1
            name = f"{plain} ({taken[plain]})"
        taken[name] = 1
        unique.append(name)
    return tuple(unique)


def unpivoted(table: Table, by: Unpivot, *, file: str) -> Table:
    """Return one row for each cell of the columns that are not kept.

    Raises:
        BadInput: if the table is too large to be read cell by cell.
    """
    last = table.rows.max()
    if isinstance(last, int) and last > LAST_UNPIVOTED_ROW:
        raise BadInput(
            f"A table that is read cell by cell holds at most {LAST_UNPIVOTED_ROW:,} rows",
            where=Where(file=file, row=last),
            fix="Send it in parts",
        )
    inside = len(table.at) or len(table.headers)
    kept = [
        place for place, name in enumerate(table.headers) if place >= inside or _is(name, by.keep)
    ]
    cells = [
        (place, parts)
        for place, parts in enumerate(table.parts)
        if place not in kept and not any(matches(part, by.leave) for part in parts)
    ]
    if max(table.at, default=0) > LAST_UNPIVOTED_COLUMN:
        raise BadInput(
            f"A table that is read cell by cell has at most {LAST_UNPIVOTED_COLUMN:,} columns",
            where=Where(file=file),
            fix="Send it in parts",
        )
    long = [_one_column(table, kept, place, parts, by) for place, parts in cells]
    headers = (*(table.headers[place] for place in kept), *by.into, by.value)
    names = [str(number) for number in range(len(headers))]
    empty = pl.DataFrame(schema={"row": pl.Int64, **dict.fromkeys(names, pl.String)})
    frame = pl.concat([empty, *long]).sort("row")
    absent = frame[names[-1]].str.strip_chars().str.to_lowercase().is_in(list(by.absent))
    told = frame.filter(~absent)
    aside = {**table.aside, "no value": int(absent.sum())} if absent.any() else table.aside
    return replace(
        table, headers=headers, parts=tuple((name,) for name in headers),
        frame=told.drop("row"), rows=told["row"], aside=aside,
    )  # fmt: skip


def _one_column(
    table: Table, kept: Sequence[int], place: int, parts: tuple[str, ...], by: Unpivot
) -> pl.DataFrame:
    """Return the rows that one column becomes."""
    stated = [pl.lit(part, dtype=pl.String) for part in parts]
    columns = [*(pl.col(str(one)) for one in kept), *stated, pl.col(str(place))]
    column = (table.at[place] if table.at else place) + 1
    number = numbered_cells(pl.lit(table.rows), pl.lit(column), sheet=0).alias("row")
    return table.frame.select(number, *(one.alias(str(at)) for at, one in enumerate(columns)))


def _is(header: str, patterns: Sequence[str]) -> bool:
    return matches(header, patterns) or header_key(header) in {
        header_key(pattern) for pattern in patterns if "*" not in pattern
    }


def joined(tables: Sequence[Table], layout: Layout, *, file: str) -> Table:
    """Return the tables that a layout finds in several sheets as one.

    Raises:
        BadInput: if there are too many sheets, or such tables cannot be joined.
    """
    first = tables[0]
    if len(tables) == 1:
        return first
    if layout.shape.unpivot is not None or len(tables) > MOST_SHEETS:
        raise BadInput(
            f"{len(tables)} sheets hold {layout.title}: {', '.join(t.sheets[0] for t in tables)}",
            where=Where(file=file),
            fix="Send one workbook for each",
        )
    dated = [name for table in tables for name in table.sheets if _OF_A_TIME.search(name)]
    if len(dated) > 1:
        raise BadInput(
            f"Its sheets speak of different times: {', '.join(dated)}",
            where=Where(file=file),
            fix="Send one workbook for each",
        )
    headers = dict.fromkeys(header for table in tables for header in table.headers)
    by_key = {header_key(header): header for header in reversed(headers)}
    order = [header for header in headers if by_key[header_key(header)] == header]
    aside: dict[str, int] = {}
    frames, rows, ragged = [], [], {}
    for place, table in enumerate(tables):
        keys = {header_key(header): str(at) for at, header in reversed([*enumerate(table.headers)])}
        frames.append(table.frame.select(_aligned(order, keys)))
        rows.append(numbered(table.rows, sheet=place))
        shift = rows[-1][0] - table.rows[0] if table.height else 0
        ragged.update({row + shift: cells for row, cells in table.ragged.items()})
        for kind, count in table.aside.items():
            aside[kind] = aside.get(kind, 0) + count
    return replace(
        first, headers=tuple(order), parts=tuple((header,) for header in order),
        frame=pl.concat(frames), rows=pl.concat(rows), ragged=ragged, aside=aside,
        sheets=tuple(name for table in tables for name in table.sheets),
        blank=sum(table.blank for table in tables),
        notes=tuple(dict.fromkeys(note for table in tables for note in table.notes)),
    )  # fmt: skip


def _aligned(order: Sequence[str], keys: Mapping[str, str]) -> list[pl.Expr]:
    """Return the columns of one sheet in the order of all; a column it has not is empty."""
    found = [keys.get(header_key(header)) for header in order]
    return [
        (pl.col(name) if name is not None else pl.lit("")).alias(str(place))
        for place, name in enumerate(found)
    ]


def must_agree(table: Table, control: Control, *, file: str) -> None:
    """Check the number of records and the total that the file itself states.

    Raises:
        BadInput: if they do not agree with what arrived, or the file does not state them.
    """
    fix = "Ask its sender for the whole file again"
    if control.count:
        count = _stated_number(table, control.count, file)
        if count != table.height:
            raise BadInput(
                f"The file says it holds {count:,} records, and {table.height:,} arrived",
                where=Where(file=file, field=control.count),
                fix=fix,
            )
    if control.total:
        stated, added = _stated_number(table, control.total, file), _added(table, control.of, file)
        if stated != added:
            raise BadInput(
                f"The file says that {control.of} adds up to {stated:,}; it adds up to {added:,}",
                where=Where(file=file, field=control.total),
                fix=fix,
            )


def _stated_number(table: Table, name: str, file: str) -> Decimal:
    text = table.stated.get(name, "").strip()
    try:
        return _plain(text)
    except InvalidOperation:
        what = "is not there" if not text else "is not a number"
        raise BadInput(
            f"What the file says of itself {what}: {name}",
            where=Where(file=file, field=name),
            fix="Ask its sender for the whole file again: its end may be cut off",
        ) from None


def _added(table: Table, of: str, file: str) -> Decimal:
    cells = table.column(of)
    counts = (
        pl.Series([], dtype=pl.String).value_counts() if cells is None else cells.value_counts()
    )
    total = Decimal(0)
    for text, times in counts.iter_rows():
        try:
            total += _plain(text.strip() or "0") * times
        except InvalidOperation:
            assert cells is not None
            place = (cells == text).arg_true()[0]
            raise BadInput(
                f"{of} cannot be added up: not a number",
                where=Where(file=file, row=table.rows[place], field=of),
                fix="Ask its sender to correct it",
            ) from None
    return total


def _plain(text: str) -> Decimal:
    number = Decimal(text.replace(",", ""))
    if not number.is_finite():
        raise InvalidOperation
    return number


def day_spoken_of(table: Table, as_at: AsAt, *, file: str) -> dt.date:
    """Return the day that a file says it speaks of; see ``shapes.AsAt``.

    Raises:
        BadInput: if it does not say so in the declared form.
    """
    if as_at.on is not None:
        return as_at.on
    if as_at.stated:
        texts = [table.stated.get(as_at.stated, "")]
    else:
        column = table.column(as_at.column)
        texts = [] if column is None else column.unique().to_list()
    days = []
    for text in texts:
        try:
            days.append(Parser("date", as_at.form).read(text.strip()))
        except Unreadable:
            continue
    found = [day for day in days if isinstance(day, dt.date)]
    if not found:
        raise BadInput(
            "The file does not say which date it speaks of",
            where=Where(file=file, field=as_at.stated or as_at.column),
            fix=f"It should stand there as {as_at.form}; or state it when you send it",
            needs="as_at",
        )
    return max(found)
