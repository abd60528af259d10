"""Values that hold from a day until another: how statements of them become periods that touch.

For ``rules``. A *point* is a day, what was stated, and the row that stated it. Pure functions.
"""

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

Row = tuple[int, int]
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Held(Generic[T]):
    """A value that held from a day until another, and the row that first stated it."""

    value: T
    valid_from: dt.date
    valid_to: dt.date | None
    row: Row


def timeline(
    points: Iterable[tuple[dt.date, T | None, Row]],
    valid_from: dt.date,
    valid_to: dt.date | None = None,
) -> tuple[Held[T], ...]:
    """Return the values that points in order of time state, as periods that touch.

    The first value holds from ``valid_from``; each other from the day that first states it. None
    states nothing. Of several values for one day the last counts.
    """
    line: list[Held[T]] = []
    for day, value, row in points:
        if value is None or (line and line[-1].value == value):
            continue
        since = max(day, valid_from) if line else valid_from
        if line and line[-1].valid_from >= since:
            line.pop()
        elif line:
            line[-1] = replace(line[-1], valid_to=since)
        if line and line[-1].value == value:
            line[-1] = replace(line[-1], valid_to=None)
            continue
        line.append(Held(value, since, None, row))
    if line and valid_to is not None:
        line[-1] = replace(line[-1], valid_to=valid_to)
    return tuple(line)


def backdated(
    points: Iterable[tuple[dt.date, T, Row]],
    valid_from: dt.date,
    valid_to: dt.date | None = None,
) -> tuple[Held[T], ...]:
    """Return the values of points that may speak of days before those already spoken of.

    Points stand in the order in which they were stated. Each holds from its own day on, whatever
    was stated for later days before; one that repeats the value in force changes nothing, unless
    it says that it held earlier.
    """
    line: list[Held[T]] = []
    for day, value, row in points:
        since = max(day, valid_from)
        if line and line[-1].value == value and line[-1].valid_from <= since:
            continue
        while line and line[-1].valid_from >= since:
            line.pop()
        if line and line[-1].value == value:
            line[-1] = replace(line[-1], valid_to=None)
            continue
        if line:
            line[-1] = replace(line[-1], valid_to=since)
        line.append(Held(value, since, None, row))
    if line and valid_to is not None:
        line[-1] = replace(line[-1], valid_to=valid_to)
    return tuple(line)


def beside(
    terms: Sequence[Held[tuple[Any, ...]]], pay: Sequence[Held[Any]]
) -> tuple[Held[tuple[Any, ...]], ...]:
    """Return two lines as one: the terms of each day, and after them its pay (None: unknown).

    The terms fill all days; the pay may begin later. Where both change on a day, the row that
    states the terms is the source.
    """
    days = sorted({held.valid_from for held in terms} | {held.valid_from for held in pay})
    line: list[Held[tuple[Any, ...]]] = []
    for day in days:
        own = _in_force(terms, day)
        if own is None:
            continue
        paid = _in_force(pay, day)
        value = (*own.value, paid.value if paid else None)
        row = paid.row if paid and own.valid_from < day else own.row
        if line:
            line[-1] = replace(line[-1], valid_to=day)
        line.append(Held(value, day, None, row))
    if line:
        line[-1] = replace(line[-1], valid_to=terms[-1].valid_to)
    return tuple(line)


def _in_force(line: Sequence[Held[Any]], day: dt.date) -> Held[Any] | None:
    return next((held for held in reversed(line) if held.valid_from <= day), None)
