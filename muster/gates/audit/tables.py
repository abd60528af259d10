"""Released tables as an attacker reads them: for each cell the least and the most it may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from muster.gates.disclosure import BAND_TOP, ROUNDED_TO

Numbers = npt.NDArray[np.float64]
_OFF = ROUNDED_TO // 2


@dataclass(frozen=True)
class BoundedTable:
    """One table. ``low`` and ``high`` have one axis for each dimension, of that one's codes.

    ``small`` are places of cells that are told as a band.
    """

    dimensions: tuple[str, ...]
    low: Numbers
    high: Numbers
    small: tuple[tuple[int, ...], ...]


Axes = dict[str, list[str]]


def axes_of(tables: Sequence[tuple[tuple[str, ...], Sequence[Any]]]) -> Axes:
    """Return every code of every dimension in any of the tables, in the order they are met."""
    found: dict[str, dict[str, None]] = {}
    for dimensions, cells in tables:
        for at, name in enumerate(dimensions):
            found.setdefault(name, {}).update(dict.fromkeys(cell[0][at] for cell in cells))
    return {name: list(codes) for name, codes in found.items()}


def bounded(
    dimensions: tuple[str, ...],
    cells: Sequence[Any],
    axes: Mapping[str, Sequence[str]],
    *,
    whole: bool = True,
    slack: int = 0,
) -> BoundedTable:
    """Return a released table as bounds.

    Args:
        dimensions: of the table.
        cells: as stored: key, labels, kind, value, shown.
        axes: the codes of each dimension.
        whole: whether figures are whole numbers of people.
        slack: how far a figure may be from what is so on the day.
    """
    shape = tuple(len(axes[name]) for name in dimensions)
    places = [{code: at for at, code in enumerate(axes[name])} for name in dimensions]
    low, high = np.zeros(shape), np.full(shape, np.inf)
    small = []
    for key, _labels, kind, value, _shown in cells:
        at = tuple(place[code] for place, code in zip(places, key, strict=True))
        low[at], high[at] = _bounds(kind, value, whole=whole, slack=slack)
        if kind == "band":
            small.append(at)
    return BoundedTable(dimensions, low, high, tuple(small))


def _bounds(kind: str, value: str | None, *, whole: bool, slack: int) -> tuple[float, float]:
    if kind == "band":
        return 0.0, BAND_TOP + slack
    if value is None:
        return 0.0, np.inf
    if kind == "exact":
        return float(value), float(value)
    off = _OFF if whole else ROUNDED_TO / 2
    least = BAND_TOP + 1 if whole else 0
    return max(0, max(least, int(value) - off) - slack), int(value) + off + slack
