"""Reading what was released: for each cell the least, the most, and the best guess."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from muster.gates.perturbing import MOST_OFF
from tests.attackers.worlds import Staff

Floats = npt.NDArray[np.float64]
# Asks for a table by dimensions in a month; what comes is its cells: key, value or None, kind.
_OFF = {"exact": 0, "rounded": 2, "perturbed": 2 + MOST_OFF}
Ask = Callable[[tuple[str, ...], int], Iterable[tuple[tuple[str, ...], float | None, str]]]


@dataclass(frozen=True)
class Read:
    """One table as an attacker reads it, by code along each dimension; no guess (NaN) in a band."""

    low: Floats
    high: Floats
    guess: Floats


Reading = Callable[[tuple[str, ...], int], Read]


def reading(staff: Staff, ask: Ask) -> Reading:
    """Return how an attacker reads tables: each is asked for once."""
    known: dict[tuple[Any, ...], Read] = {}

    def read(dimensions: tuple[str, ...], month: int) -> Read:
        if (dimensions, month) not in known:
            known[dimensions, month] = _read(staff, dimensions, ask(dimensions, month))
        return known[dimensions, month]

    return read


def _read(
    staff: Staff,
    dimensions: tuple[str, ...],
    cells: Iterable[tuple[tuple[str, ...], float | None, str]],
) -> Read:
    places = [{w: at for at, w in enumerate(staff.words(name))} for name in dimensions]
    shape = tuple(staff.size(name) for name in dimensions)
    # A table that leaves out cells says that nobody is in them.
    low, high, guess = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    cells = list(cells)
    most = MOST_OFF if any(kind == "perturbed" for _key, _value, kind in cells) else 0
    for key, value, kind in cells:
        at = tuple(place[word] for place, word in zip(places, key, strict=True))
        if value is None:
            low[at], high[at], guess[at] = 0, 7 + most, np.nan
        else:
            off = _OFF[kind]
            low[at], high[at], guess[at] = value - off, value + off, value
    return Read(low, high, guess)
