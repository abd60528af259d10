"""Subtracting tables of one date: a margin less all cells but the one the target is alone in.

The attacker looks in a directory for somebody who is the only one of a kind at an employer. The
people of the employer less those of all other kinds are then the target alone. What is known of the
employer is asked in several ways (its own table, and the sums of tables by anything else), what is
known of the kind likewise, in every month that the target is alone there: each is one pair.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.attackers.reading import Floats, Reading
from tests.attackers.worlds import FLAG, NO, YES, Ints, Staff

PAIRS = (1, 10, 50, 200)
SURE = 19
# What everybody knows of the answers: how often each is given.
_SHARES = np.array((0.4, 0.4, 0.1, 0.1))
Claims = npt.NDArray[np.bool_]


@dataclass
class Targets:
    """People of whom something is to be found out. ``truth`` is whether they answered yes.

    The columns of ``least``, ``most`` and ``guess`` are pairs: between which numbers the answer
    (1 for yes) lies, and what it seems to be; NaN where a target has no such pair.
    """

    truth: npt.NDArray[np.bool_]
    least: Floats
    most: Floats
    guess: Floats

    def some(self, chosen: npt.NDArray[np.intp]) -> "Targets":
        """Return some of the targets."""
        return Targets(
            self.truth[chosen], self.least[chosen], self.most[chosen], self.guess[chosen]
        )


def attack(staff: Staff, read: Reading, *, pairs: int = PAIRS[-1]) -> Targets:
    """Return what so many pairs say of every target that has as many."""
    kinds = [name for name in staff.codes if name != "employer"]
    alone = {(kind, month): _alone(staff, kind, month)
             for month in range(staff.months) for kind in kinds}  # fmt: skip
    everybody = np.concatenate(list(alone.values()))
    people, times = np.unique(everybody, return_counts=True)
    answered = (staff.answer[people] == YES) | (staff.answer[people] == NO)
    people = people[answered & (times * 8 * len(kinds) >= pairs)]
    row = np.full(staff.answer.size, -1)
    row[people] = np.arange(people.size)
    known = np.full((3, people.size, pairs), np.nan, dtype=np.float32)
    filled = np.zeros(people.size, dtype=np.int64)
    for (kind, month), found in alone.items():
        who = found[row[found] >= 0]
        for pair in _pairs(staff, read, month, kind, who):
            at = row[who]
            open_ = filled[at] < pairs
            known[:, at[open_], filled[at[open_]]] = pair[:, open_]
            filled[at] += 1
    return Targets(staff.answer[people] == YES, *known)


def deduces(targets: Targets, pairs: int) -> Claims:
    """Return of whom an attacker claims it who claims only what is certain."""
    least = np.fmax.reduce(targets.least[:, :pairs], axis=1)
    return np.asarray(np.ceil(least - 1e-4) >= 1)


def is_sure(targets: Targets, pairs: int) -> Claims:
    """Return of whom an attacker claims it who must be right 19 times in 20.

    He knows how far his estimate is usually off, as if others had told him their answers.
    """
    score = _estimate(targets, pairs)
    has, has_not = score[targets.truth], score[~targets.truth]
    middle, apart = (has.mean() + has_not.mean()) / 2, has.mean() - has_not.mean()
    spread = max(float((has.var() + has_not.var()) / 2), 1e-6)
    return np.asarray((score - middle) * apart / spread > np.log(SURE))


def guesses(targets: Targets, pairs: int) -> Claims:
    """Return of whom an attacker claims it who takes the likelier half."""
    score = _estimate(targets, pairs)
    return np.asarray(score > np.median(score))


def _estimate(targets: Targets, pairs: int) -> Floats:
    return np.asarray(np.nanmean(targets.guess[:, :pairs], axis=1), dtype=np.float64)


def _alone(staff: Staff, kind: str, month: int) -> Ints:
    """Return who is the only one of their kind at their employer in a month."""
    there = np.flatnonzero((staff.since <= month) & (month < staff.until))
    counted = staff.count(("employer", kind), month)
    alone = counted[staff.codes["employer"][there], staff.codes[kind][there]] == 1
    return np.asarray(there[alone])


def _pairs(staff: Staff, read: Reading, month: int, kind: str, who: Ints) -> Iterator[Floats]:
    """Yield least, most and guess of each target's answer by every way of asking twice."""
    names = ("employer", kind)
    for complement in (False, True):
        inside = _yes(staff, read, names, month, complement=complement)
        own = tuple(staff.codes[name][who] for name in names)
        for axis, first in enumerate(names):
            rest = inside.sum(axis=2 - axis)
            at = staff.codes[first][who]
            others = rest[:, at] - inside[:, own[0], own[1]]
            for way in (None, *(name for name in staff.codes if name not in names)):
                for other_way in (False, True):
                    margin = _margin(staff, read, month, first, way, complement=other_way)[:, at]
                    yield np.stack([margin[0] - others[1], margin[1] - others[0],
                                    margin[2] - others[2]])  # fmt: skip


def _margin(
    staff: Staff, read: Reading, month: int, first: str, way: str | None, *, complement: bool
) -> Floats:
    """Return how many said yes by the code of one dimension, told so or as the sum of others."""
    if way is None:
        return _yes(staff, read, (first,), month, complement=complement)
    names = tuple(name for name in staff.codes if name in (first, way))
    told = _yes(staff, read, names, month, complement=complement)
    return np.asarray(told.sum(axis=2 - names.index(first)))


def _yes(
    staff: Staff, read: Reading, names: tuple[str, ...], month: int, *, complement: bool
) -> Floats:
    """Return least, most and guess of those who said yes, or of all less those who did not.

    Everybody knows how many people there are. A band is guessed from that.
    """
    told, heads = read((*names, FLAG), month), staff.count(names, month)[..., None]
    likely = np.minimum(_SHARES * heads, 3.5)
    guess = np.where(np.isnan(told.guess), likely, told.guess)
    bounds = np.stack([told.low, np.minimum(told.high, heads), guess])
    if not complement:
        return np.asarray(bounds[..., YES])
    rest = bounds.sum(axis=-1) - bounds[..., YES]
    return np.stack([heads[..., 0] - rest[1], heads[..., 0] - rest[0], heads[..., 0] - rest[2]])
