"""Rows of a table become messages: the same row always the same bytes under the same id.

Pure. Only columns that a field is made of leave the table. Values go as their contract's field is
kept, and only where nothing is lost by that: a number in a field of text is its digits, all else
goes as it is and is refused by the contract if it is not what that asks.
"""

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import polars as pl

from muster.connectors.sql_table.pulled import CHANGE
from muster.hub.contracts import Contract
from muster.hub.messages.envelope import Envelope, source_of, write_message
from muster.kernel.errors import BadInput, Where

GONE = "gone"
_LONGEST_KEY = 200


@dataclass(frozen=True)
class Manner:
    """How rows of one inlet become messages.

    Args:
        system: the code of the system they come from.
        contract: of a row that is there.
        gone: of a row that is gone.
        about: the first word of subjects.
        keys: the columns that name a row.
        columns: column by field, as people said it; others are taken by their own name.
        change: the field that gets what became of the row; empty if none.
        remembered: whether a row read from the beginning again is the same message; otherwise it
            is one more, as of a table that only tells how it is now.
    """

    system: str
    contract: Contract
    gone: Contract
    about: str
    keys: tuple[str, ...]
    columns: Mapping[str, str]
    change: str
    remembered: bool


def read_columns(said: str) -> dict[str, str]:
    """Return column by field, from lines such as ``grade = GRADE_CODE``.

    Raises:
        BadInput: naming the line that cannot be read.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(said.splitlines(), start=1):
        if not line.strip():
            continue
        field, equals, column = (part.strip() for part in line.partition("="))
        if not (field and equals and column) or field in found:
            raise BadInput(
                f"Line {number} names no field and its column, or one that was named before",
                where=Where(field="columns"), fix="Write field = column, each field once",
            )  # fmt: skip
        found[field] = column
    return found


def taken_columns(columns: Sequence[str], manner: Manner) -> dict[str, str]:
    """Return of which column of a table each field of the contract is made.

    Raises:
        BadInput: if a column or field that was named is not there, or none is taken.
    """
    fields = [field.name for field in manner.contract.fields]
    strange = set(manner.columns) - set(fields)
    missing = set(manner.columns.values()) - set(columns)
    if strange or missing:
        what = "The contract has no field" if strange else "The table has no column"
        raise BadInput(
            f"{what} {', '.join(sorted(strange or missing))}", where=Where(field="columns"),
            fix=f"It has {', '.join(fields if strange else sorted(set(columns) - {CHANGE}))}",
        )  # fmt: skip
    alike = {name.casefold(): name for name in columns if name != CHANGE}
    found = {name: alike[name.casefold()] for name in fields if name.casefold() in alike}
    found.update(manner.columns)
    found.pop(manner.change, None)
    if not found:
        raise BadInput(
            "No column of the table is named as a field of the contract",
            where=Where(field="columns"), fix="Say of which column each field is made",
        )  # fmt: skip
    return found


def messages_of(rows: pl.DataFrame, manner: Manner, page: int) -> Iterator[bytes]:
    """Yield a message for each row, in order.

    Args:
        rows: as ``sql_table`` pulls them, with ``_change``.
        manner: how they become messages.
        page: how many pages were kept before; it tells apart what a table said twice.

    Raises:
        BadInput: if a column is not there, or a row has no key.
    """
    taken = taken_columns(rows.columns, manner)
    for row in rows.iter_rows(named=True):
        yield _message(row, taken, manner, page)


def _message(row: Mapping[str, Any], taken: Mapping[str, str], manner: Manner, page: int) -> bytes:
    gone = row[CHANGE] == GONE
    contract = manner.gone if gone else manner.contract
    kinds = {field.name: field.rules["type"] for field in contract.fields}
    data = {
        name: stated(row[column], kinds.get(name, "string"))
        for name, column in taken.items()
        if row[column] is not None
    }
    if manner.change:
        data[manner.change] = row[CHANGE]
    keys = [row[key] for key in manner.keys]
    if any(key is None for key in keys):
        fix = "Name columns that are filled in every row"
        raise BadInput("A row has nothing in a key column", where=Where(field="keys"), fix=fix)
    subject = f"{manner.about}:{manner.system}:{_named(keys)}"
    whole = [
        contract.name, subject, row[CHANGE], None if manner.remembered else page,
        data, {name: None if value is None else str(value) for name, value in row.items()},
    ]  # fmt: skip
    name = hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()[:40]
    envelope = Envelope(name, source_of(manner.system), contract.name, subject)
    return write_message(envelope, data)


def stated(value: Any, kind: str) -> Any:
    """Return a value as JSON says it, where a field is of a kind (``string`` or ``integer``).

    Raises:
        BadInput: if it is of bytes, which no field holds.
    """
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return str(value) if kind == "string" else value
    if isinstance(value, float | Decimal):
        return _number(value, kind)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        raise BadInput(
            "A column holds bytes", where=Where(field="columns"), fix="Take text columns only"
        )
    return str(value)


def _number(value: float | Decimal, kind: str) -> Any:
    if not math.isfinite(value):
        return str(value)
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if kind == "string":
        return format(exact, "f")
    # What is no whole number is refused by the contract: it is shown as it is, not rounded.
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _named(keys: Sequence[object]) -> str:
    """Return keys as a subject may hold them; long ones by their digest."""
    written = "/".join(
        "".join(
            mark
            if mark.isprintable() and mark not in "/%"
            else quote(mark, safe="", errors="replace")
            for mark in str(key)
        )
        for key in keys
    )
    return written if len(written) <= _LONGEST_KEY else hashlib.sha256(written.encode()).hexdigest()
