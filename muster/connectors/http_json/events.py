"""Messages as CloudEvents in JSON: what is written, and which go into one request.

A field without a value is left out, decimals are written with all their digits, and moments as
RFC 3339 does. The receiver finds the idempotency key of each message in ``idempotencykey``.
"""

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

_TRACE = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_text = json.JSONEncoder(ensure_ascii=False).encode
_ATTRIBUTES = ("id", "source", "type", "subject", "time", "traceparent")
# Of these a CloudEvent is none without; the others may be missing.
_REQUIRED = ("id", "source", "type")


@dataclass(frozen=True)
class Event:
    """One message on its way out: where it stands in the shipment, and its JSON."""

    place: int
    position: int
    id: str
    subject: str
    key: str
    traceparent: str
    text: str


def write_events(envelopes: pl.DataFrame, data: pl.DataFrame) -> tuple[list[Event], dict[int, str]]:
    """Return messages as events, and for each that JSON cannot hold the reason, by its place."""
    bodies, unwritable = _bodies(data)
    columns = {name: envelopes[name].to_list() for name in (*_ATTRIBUTES, "position", "key")}
    events = []
    for place, body in enumerate(bodies):
        written = ['"specversion":"1.0","datacontenttype":"application/json"']
        for name in _ATTRIBUTES:
            value = columns[name][place]
            if value or name in _REQUIRED:
                written.append(f'"{name}":{_text(value)}')
        key = columns["key"][place]
        written.append(f'"idempotencykey":{_text(key)},"data":{{{body}}}')
        events.append(
            Event(
                place,
                columns["position"][place],
                columns["id"][place],
                columns["subject"][place] or "",
                key,
                _trace(columns["traceparent"][place]),
                "{" + ",".join(written) + "}",
            )
        )
    return events, unwritable


def _trace(written: str | None) -> str:
    """Return a trace as W3C writes it, or none: what else it is must not reach a header."""
    return written if written and _TRACE.fullmatch(written) else ""


def _bodies(data: pl.DataFrame) -> tuple[list[str], dict[int, str]]:
    """Return the fields of each row as JSON without its brackets."""
    cells, unwritable = [], {}
    for column in data:
        name, write = _text(column.name), _writer(column.dtype)
        if column.dtype.is_float():
            odd = (~column.is_finite()).fill_null(False).arg_true()
            why = f"field {column.name} holds no number that JSON can write"
            unwritable.update(dict.fromkeys(odd.to_list(), why))
        cells.append([None if it is None else f"{name}:{write(it)}" for it in column.to_list()])
    if not cells:
        return [""] * data.height, {}
    return [",".join(filter(None, row)) for row in zip(*cells, strict=True)], unwritable


def _writer(dtype: pl.DataType) -> Callable[[Any], str]:
    if dtype.is_float():
        return lambda value: repr(value) if math.isfinite(value) else "null"
    if dtype.is_integer():
        return str
    if dtype.is_decimal():
        return _decimal
    if dtype == pl.Datetime:
        return lambda value: _text(_moment(value))
    if dtype in (pl.Date, pl.Time):
        return lambda value: _text(value.isoformat())
    return _text


def _decimal(value: Decimal) -> str:
    return format(value, "f")


def _moment(value: dt.datetime) -> str:
    return value.isoformat().removesuffix("+00:00") + "Z" * (value.utcoffset() == dt.timedelta(0))


def rounds(events: Sequence[Event], most: int) -> Iterator[list[Event]]:
    """Yield which events go into one request: never two of one subject, nor two of one id.

    The receiver answers for each event by its id, and may refuse one. What follows it in its
    subject must not have gone by then. So the first event of every subject goes before the second
    of any; within a subject nothing changes its order.
    """
    turns: list[list[Event]] = []
    met: dict[str, int] = {}
    taken: list[set[str]] = []
    for event in events:
        turn = met.get(event.subject, 0) if event.subject else 0
        while turn < len(turns) and event.id in taken[turn]:
            turn += 1
        if turn == len(turns):
            turns.append([])
            taken.append(set())
        turns[turn].append(event)
        taken[turn].add(event.id)
        if event.subject:
            met[event.subject] = turn + 1
    for together in turns:
        for start in range(0, len(together), most):
            yield together[start : start + most]
