"""What a pull brings, and how the text that says how far it got is written."""

import base64
import json
import zlib
from dataclasses import dataclass
from typing import Any

import polars as pl

from muster.kernel.errors import BadInput, Where

CHANGE = "_change"
"""The column that says what became of a row: ``new``, ``changed`` or ``gone``."""


@dataclass(frozen=True)
class Pulled:
    """Rows that were read, and what to hand back once they are safe.

    Args:
        rows: the table's columns in its order, and ``_change``. Of a row that is gone only the
            key columns are filled.
        after: how far this is.
    """

    rows: pl.DataFrame
    after: str


def write_after(kind: str, state: dict[str, Any]) -> str:
    """Return a state as one line of text."""
    written = json.dumps({"kind": kind, **state}, separators=(",", ":")).encode()
    return base64.b85encode(zlib.compress(written, 6)).decode()


def read_after(kind: str, after: str) -> dict[str, Any]:
    """Return the state that a text holds; empty at first.

    Raises:
        BadInput: if it is none, or was written for the other way of reading.
    """
    if not after:
        return {}
    try:
        state = json.loads(zlib.decompress(base64.b85decode(after)))
    except (ValueError, zlib.error):
        state = {}
    if not isinstance(state, dict) or state.get("kind") != kind:
        raise BadInput(
            "What was read so far is not known",
            where=Where(field="after"),
            fix="Begin again from nothing, or go back to the way the table was read before",
        )
    return state
