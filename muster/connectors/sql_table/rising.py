"""Reads what is new by a column whose values rise, without missing what is committed late.

Whoever writes a row draws its value, say 41, and commits later. If 42 is committed and read
meanwhile, asking for what is above 42 would pass 41 over for ever. So rows are read again from a
*floor* upwards, and those met before are left out. The floor rises to a value only when no row at
or below it can still turn up:

* Before each reading the highest value is *marked*, and after it all unfinished transactions are
  listed. Whoever drew a value below the mark had begun by then. Once none of them is left, what is
  below the mark is settled. A transaction that stays open, even if it only reads, keeps the floor
  where it is. It keeps no row back: new ones are read as they are committed.
* The last rows (``overlap``) are read again whatever the transactions are, for values that a
  program took from a clock of its own, or a connection from a stock of numbers.

SQLite has one writer at a time, which draws and commits before the next begins; there only the
overlap is needed. Rows that are deleted are not noticed: for that there is the snapshot.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from muster.connectors.sql_table.pulled import CHANGE, Pulled, read_after, write_after
from muster.connectors.sql_table.source import Row, Source, as_text, typed
from muster.connectors.sql_table.target import quoted
from muster.kernel.errors import BadInput, Where

KIND = "rising"
WRITTEN = "written"
"""What became of a row that was read this way: new or changed, which the column does not tell."""

_PAGE = 20_000
_MOST_MARKS = 16
_HASH_BYTES = 8


@dataclass
class _State:
    """How far a table was read.

    Args:
        floor: everything up to here was read; None before the first row.
        seen: hashes of the rows above the floor that were read.
        marks: values below which everything is settled once the named transactions are finished.
    """

    floor: Any = None
    seen: set[bytes] = field(default_factory=set)
    marks: list[tuple[Any, frozenset[str]]] = field(default_factory=list)

    @classmethod
    def read(cls, after: str) -> "_State":
        kept = read_after(KIND, after)
        joined = base64.b64decode(kept.get("seen", ""))
        starts = range(0, len(joined), _HASH_BYTES)
        seen = {joined[start : start + _HASH_BYTES] for start in starts}
        marks = [(value, frozenset(names)) for value, names in kept.get("marks", [])]
        return cls(kept.get("floor"), seen, marks)

    def write(self) -> str:
        seen = base64.b64encode(b"".join(sorted(self.seen))).decode()
        marks = [[value, sorted(names)] for value, names in self.marks]
        return write_after(KIND, {"floor": self.floor, "seen": seen, "marks": marks})


def pull_rising(source: Source, after: str) -> Iterator[Pulled]:
    """Yield new rows in the order of the column.

    Raises:
        BadInput: once all others were yielded, if a row has no value in the column or two rows
            have one key and one value.
    """
    state, more, doubled = _State.read(after), True, False
    while more:
        names, rows = _read(source, state)
        more = len(rows) == len(state.seen) + _PAGE
        hashes = [_hash(source, names, row) for row in rows]
        doubled = doubled or len(set(hashes)) < len(hashes)
        found: dict[bytes, Row] = {}
        for row, known in zip(rows, hashes, strict=True):
            if known not in state.seen:
                found.setdefault(known, row[:-2])
        _rise(state, source.overlap, rows, hashes, more=more)
        written = state.write()
        if found or written != after:
            after = written
            frame = typed(names[:-2], list(found.values()))
            yield Pulled(frame.with_columns(pl.lit(WRITTEN).alias(CHANGE)), after)
    _complain(source, doubled=doubled)


def _read(source: Source, state: _State) -> tuple[list[str], list[Row]]:
    """Mark the highest value, list who may still write, then read what lies above the floor.

    The last two columns are the value as it is kept, and whether it is settled.
    """
    # Unqualified, ORDER BY would mean the value as it is kept, and sort numbers as text.
    rising = f"t.{quoted(source.rising)}"
    top = source.ask(
        f"SELECT {source.as_kept} FROM {source.table} AS t WHERE {rising} IS NOT NULL"
        f" ORDER BY {rising} DESC LIMIT 1"
    )[1]
    unfinished = source.unfinished()
    if top and not (state.marks and state.marks[-1][0] == top[0][0]):
        state.marks.append((top[0][0], unfinished))
    settled = [value for value, names in state.marks if not names & unfinished]
    state.marks = [mark for mark in state.marks if mark[1] & unfinished][-_MOST_MARKS:]
    # What equals the mark is not settled: a coarse clock gives one value to several in turn.
    is_settled = " OR ".join([f"{rising} < ?"] * len(settled)) or "1 = 0"
    above = f"{rising} IS NOT NULL" if state.floor is None else f"{rising} > ?"
    order = ", ".join((rising, *(f"t.{quoted(key)}" for key in source.keys)))
    values = [*settled, *([] if state.floor is None else [state.floor])]
    return source.ask(
        f"SELECT t.*, {source.as_kept}, ({is_settled}) FROM {source.table} AS t WHERE {above}"
        f" ORDER BY {order} LIMIT {len(state.seen) + _PAGE}",
        values,
    )


def _rise(
    state: _State, overlap: int, rows: Sequence[Row], hashes: Sequence[bytes], *, more: bool
) -> None:
    """Move the floor up as far as it may, and remember what was read above it."""
    # Behind the last row that was read may come others of its value.
    last = len(rows) - 1 - max(overlap, int(more))
    last = max(last, -1)
    while last >= 0 and not (
        rows[last][-1] and (last + 1 == len(rows) or rows[last][-2] != rows[last + 1][-2])
    ):
        last -= 1
    if last >= 0:
        state.floor = rows[last][-2]
    above = set(hashes[last + 1 :])
    # If not everything was read, rows met before may lie further up.
    state.seen = above | (state.seen - set(hashes[: last + 1])) if more else above


def _hash(source: Source, names: Sequence[str], row: Row) -> bytes:
    places = [names.index(key) for key in source.keys]
    named = json.dumps([as_text(row[-2]), *(as_text(row[place]) for place in places)])
    return hashlib.blake2b(named.encode(), digest_size=_HASH_BYTES).digest()


def _complain(source: Source, *, doubled: bool) -> None:
    where = Where(thing=source.table)
    if doubled:
        fix = "Name all the columns that together name one row"
        raise BadInput("Two rows have one key, and one of them was left out", where=where, fix=fix)
    empty = f"SELECT 1 FROM {source.table} WHERE {quoted(source.rising)} IS NULL LIMIT 1"
    if source.ask(empty)[1]:
        fix = "Fill the column for every row, or read the table without one"
        raise BadInput("A row has nothing in the column that rises", where=where, fix=fix)
