"""Reads a table whole and tells what changed since the last time: new, changed and gone.

Of each row the key and a hash of all its values are kept, nothing else. Everything is read as it
was at one moment, so a row that moves within the table meanwhile is neither lost nor met twice.
Where the table is suddenly empty every row is gone; whether that can be is asked further on, by the
breaker of the route.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from muster.connectors.sql_table.pulled import CHANGE, Pulled, read_after, write_after
from muster.connectors.sql_table.source import Row, Source, as_text, typed
from muster.connectors.sql_table.target import quoted
from muster.kernel.errors import BadInput, Where

KIND = "snapshot"

_PAGE = 20_000
_HASH_BYTES = 8


def pull_snapshot(source: Source, after: str) -> Iterator[Pulled]:
    """Yield what changed since ``after``: first what is new or changed, by key, then what is gone.

    Raises:
        BadInput: once all others were yielded, if two rows have one key or one has none.
    """
    known = _unpacked(read_after(KIND, after))
    names, changes, met = _compared(source, known)
    unclear = [key for key, times in met.items() if times > 1 or None in json.loads(key)]
    for key in unclear:
        changes.pop(key, None)
    for start in range(0, len(changes), _PAGE):
        page = dict(list(changes.items())[start : start + _PAGE])
        words = ["changed" if key in known else "new" for key in page]
        known.update({key: found for key, (found, _) in page.items()})
        yield _pulled(names, [row for _, row in page.values()], words, known)
    gone = sorted(key for key in known if key not in met)
    for key in gone:
        del known[key]
    if gone:
        places = [names.index(key) for key in source.keys]
        rows = [_only_key(len(names), places, json.loads(key)) for key in gone]
        yield _pulled(names, rows, ["gone"] * len(rows), known)
    if unclear:
        raise BadInput(
            "Rows have the same key, or none, and were left out",
            where=Where(thing=source.table),
            fix="Name all the columns that together name one row",
        )


def _compared(
    source: Source, known: dict[str, bytes]
) -> tuple[list[str], dict[str, tuple[bytes, Row]], Counter[str]]:
    """Return the columns, each row that is not as it was, and how often each key was met."""
    names: list[str] = []
    changes: dict[str, tuple[bytes, Row]] = {}
    met: Counter[str] = Counter()
    order = ", ".join(quoted(key) for key in source.keys)
    for names, rows in source.pieces(f"SELECT * FROM {source.table} ORDER BY {order}", _PAGE):
        places = [names.index(key) for key in source.keys]
        for row in rows:
            key = json.dumps([_key_part(row[place]) for place in places])
            written = json.dumps(row, default=as_text, ensure_ascii=False)
            found = hashlib.blake2b(written.encode(), digest_size=_HASH_BYTES).digest()
            met[key] += 1
            if known.get(key) != found:
                changes[key] = (found, row)
    return names, changes, met


def _key_part(value: Any) -> int | str | None:
    return value if value is None or type(value) in (int, str) else as_text(value)


def _only_key(width: int, places: Sequence[int], key: Sequence[Any]) -> Row:
    """Return a row of which only the key is filled."""
    row: list[Any] = [None] * width
    for place, value in zip(places, key, strict=True):
        row[place] = value
    return tuple(row)


def _pulled(
    names: Sequence[str], rows: Sequence[Row], words: Sequence[str], known: dict[str, bytes]
) -> Pulled:
    frame = typed(names, rows).with_columns(pl.Series(CHANGE, words, pl.String))
    return Pulled(frame, write_after(KIND, _packed(known)))


def _packed(known: dict[str, bytes]) -> dict[str, Any]:
    hashes = base64.b64encode(b"".join(known.values())).decode()
    return {"keys": [json.loads(key) for key in known], "hashes": hashes}


def _unpacked(state: dict[str, Any]) -> dict[str, bytes]:
    joined = base64.b64decode(state.get("hashes", ""))
    starts = range(0, len(joined), _HASH_BYTES)
    hashes = (joined[start : start + _HASH_BYTES] for start in starts)
    return dict(zip(map(json.dumps, state.get("keys", [])), hashes, strict=True))
