"""Subtracting one month from another: somebody alone came to a unit, and one figure moved.

The attacker looks in a directory for people who are the only ones that came to or left a unit
between two months. What changed in the unit's figures is then the target's answer. Every unit (an
employer, a grade, a team, and two of them at once) and every two months is a pair; so is what
changed among those who said no.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from tests.attackers.differencing import Targets
from tests.attackers.reading import Floats, Read, Reading
from tests.attackers.worlds import FLAG, NO, YES, Ints, Staff

LONGEST = 4


def attack(staff: Staff, read: Reading, *, pairs: int) -> Targets:
    """Return what up to so many pairs say of everybody who came alone to some unit."""
    came = np.flatnonzero((staff.since > 0) & (staff.until > staff.since))
    came = came[(staff.answer[came] == YES) | (staff.answer[came] == NO)]
    row = np.full(staff.answer.size, -1)
    row[came] = np.arange(came.size)
    known = np.full((3, came.size, pairs), np.nan, dtype=np.float32)
    filled = np.zeros(came.size, dtype=np.int64)
    for who, pair in _pairs(staff, read, row):
        at = row[who]
        open_ = filled[at] < pairs
        known[:, at[open_], filled[at[open_]]] = pair[:, open_]
        filled[at] += 1
    there = filled > 0
    return Targets(staff.answer[came[there]] == YES, *known[:, there])


def _pairs(staff: Staff, read: Reading, row: Ints) -> Iterator[tuple[Ints, Floats]]:
    """Yield targets with least, most and guess of whether they said yes."""
    units = [unit for n in (2, 1) for unit in combinations(staff.codes, n)]
    for length in range(1, LONGEST + 1):
        for until in range(length, staff.months):
            for unit in units:
                who = _came_alone(staff, unit, until - length, until)
                who = who[row[who] >= 0]
                before, after = (read((*unit, FLAG), m) for m in (until - length, until))
                own = tuple(staff.codes[name][who] for name in unit)
                said = (after.low - before.high, after.high - before.low,
                        _best(after) - _best(before))  # fmt: skip
                moved = np.stack([numbers[own] for numbers in said])
                yield who, moved[..., YES]
                no = moved[..., NO]
                yield who, np.stack([1 - no[1], 1 - no[0], 1 - no[2]])


def _came_alone(staff: Staff, unit: tuple[str, ...], start: int, end: int) -> Ints:
    """Return who alone came to their unit between two months, where nobody left it."""
    here = (staff.since <= start) & (start < staff.until)
    then = (staff.since <= end) & (end < staff.until)
    place = np.ravel_multi_index(
        tuple(staff.codes[name] for name in unit), tuple(staff.size(name) for name in unit)
    )
    changed = np.bincount(place[here != then], minlength=int(place.max()) + 1)
    return np.flatnonzero(then & ~here & (changed[place] == 1))


def _best(told: Read) -> Floats:
    return np.where(np.isnan(told.guess), 3.5, told.guess)
