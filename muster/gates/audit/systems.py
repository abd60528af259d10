"""The sums that must hold around one small cell, as sparse rows of a linear programme.

The unknowns are the people of every combination of the dimensions that tables share. A real one
has too many, so around one cell the codes of a large dimension that are not its own are one, "the
rest", and dimensions that would still be too many are summed over. Each sum of bounds is true, so
what is found out this way is found out; what needs every combination at once may be missed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.sparse import csr_array

from muster.gates.audit.tables import Axes, BoundedTable, Numbers

MOST_UNKNOWNS = 1_500


@dataclass(frozen=True)
class System:
    """``low <= rows @ unknowns <= high``, and the cell as a row of ones over its unknowns."""

    rows: csr_array
    low: Numbers
    high: Numbers
    cell: Numbers


def around(
    table: BoundedTable, place: tuple[int, ...], tables: Sequence[BoundedTable], axes: Axes
) -> System:
    """Return what all tables together say around one cell of one of them."""
    own = dict(zip(table.dimensions, place, strict=True))
    kept = _kept(own, tables, axes)
    shape = tuple(kept.values())
    names = list(kept)
    told: dict[tuple[str, ...], tuple[Numbers, Numbers]] = {}
    for one in tables:
        dimensions, low, high = _reduced(one, own, kept, axes)
        if dimensions in told:
            known = told[dimensions]
            low, high = np.maximum(low, known[0]), np.minimum(high, known[1])
        told[dimensions] = low, high
    number = np.arange(math.prod(shape)).reshape(shape)
    at, unknown, lows, highs, count = [], [], [], [], 0
    for dimensions, (low, high) in told.items():
        for key in product(*(range(kept[name]) for name in dimensions)):
            chosen = dict(zip(dimensions, key, strict=True))
            members = number[tuple(chosen.get(name, slice(None)) for name in names)].ravel()
            at.append(np.full(members.size, count))
            unknown.append(members)
            lows.append(low[key])
            highs.append(high[key])
            count += 1
    columns = np.concatenate(unknown)
    rows = csr_array(
        (np.ones(columns.size), (np.concatenate(at), columns)), shape=(count, number.size)
    )
    cell = np.zeros(number.size)
    mine = tuple(
        (0 if kept[name] < len(axes[name]) else own[name]) if name in own else slice(None)
        for name in names
    )
    cell[number[mine].ravel()] = 1
    return System(rows, np.array(lows), np.array(highs), cell)


def _kept(own: dict[str, int], tables: Sequence[BoundedTable], axes: Axes) -> dict[str, int]:
    """Return the dimensions that are kept with how many codes each: 2 for its own and the rest."""
    shared = {name for table in tables for name in table.dimensions}
    kept = {name: len(axes[name]) for name in own}
    for name in sorted(own, key=lambda name: -len(axes[name])):
        if math.prod(kept.values()) > MOST_UNKNOWNS // 8 and len(axes[name]) > 2:
            kept[name] = 2
    for name in sorted(shared - set(own), key=lambda name: (len(axes[name]), name)):
        if math.prod(kept.values()) * len(axes[name]) <= MOST_UNKNOWNS:
            kept[name] = len(axes[name])
    return kept


def _reduced(
    table: BoundedTable, own: dict[str, int], kept: dict[str, int], axes: Axes
) -> tuple[tuple[str, ...], Numbers, Numbers]:
    """Return a table's bounds over the kept dimensions, in their order."""
    low, high = table.low, table.high
    names = list(table.dimensions)
    for name in table.dimensions:
        axis = names.index(name)
        if name not in kept:
            low, high = low.sum(axis=axis), high.sum(axis=axis)
            names.remove(name)
        elif kept[name] < len(axes[name]):
            low, high = _own_and_rest(low, axis, own[name]), _own_and_rest(high, axis, own[name])
    order = sorted(range(len(names)), key=lambda at: list(kept).index(names[at]))
    return tuple(names[at] for at in order), low.transpose(order), high.transpose(order)


def _own_and_rest(numbers: Numbers, axis: int, own: int) -> Numbers:
    mine = np.take(numbers, [own], axis=axis)
    rest = np.delete(numbers, own, axis=axis).sum(axis=axis, keepdims=True)
    return np.concatenate([mine, rest], axis=axis)
