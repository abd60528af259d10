"""People who are attacked: where each works, when they came and went, and one answer of each.

``Staff`` answers as a metric's reader does, so that the gate releases tables of it.
"""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from muster.kernel.days import month_end
from muster.kernel.metrics import Dimension, Metric, RawCell, Returns

Ints = npt.NDArray[np.int64]
ANSWERS = ("yes", "no", "prefer not to say", "")
YES, NO = 0, 1
FLAG = "answer"


@dataclass
class Staff:
    """So many people: a code for each dimension, an answer, and the months they are there.

    ``codes`` has one column of codes for each dimension; ``since`` and ``until`` count months.
    """

    codes: dict[str, Ints]
    sizes: dict[str, int]
    answer: Ints
    since: Ints
    until: Ints
    months: int
    _kept: dict[tuple[tuple[str, ...], int], Ints] = field(default_factory=dict)

    def count(self, dimensions: Sequence[str], month: int) -> Ints:
        """Return how many people are in each cell in a month, by code along each dimension."""
        key = (tuple(dimensions), month)
        if key not in self._kept:
            there = (self.since <= month) & (month < self.until)
            shape = tuple(self.size(name) for name in dimensions)
            place = np.zeros(int(there.sum()), dtype=np.int64)
            for name, size in zip(dimensions, shape, strict=True):
                place = place * size + self.column(name)[there]
            self._kept[key] = np.bincount(place, minlength=int(np.prod(shape))).reshape(shape)
        return self._kept[key]

    def column(self, name: str) -> Ints:
        """Return each person's code of a dimension."""
        return self.answer if name == FLAG else self.codes[name]

    def size(self, name: str) -> int:
        """Return how many codes a dimension has."""
        return len(ANSWERS) if name == FLAG else self.sizes[name]

    def words(self, name: str) -> list[str]:
        """Return the codes of a dimension."""
        return list(ANSWERS) if name == FLAG else [f"{name}{at}" for at in range(self.size(name))]

    def each(self, dimensions: Sequence[str], month: int) -> list[tuple[tuple[str, ...], int]]:
        """Return every cell with how many people are in it."""
        keys = itertools.product(*(self.words(name) for name in dimensions))
        return list(zip(keys, self.count(dimensions, month).ravel().tolist(), strict=True))

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        return [RawCell(k, n, n) for k, n in self.each(dimensions, self.dates().index(as_at)) if n]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        return {word: word.title() for word in self.words(dimension)}

    def dates(self) -> Sequence[dt.date]:
        return [month_end(dt.date(2020 + at // 12, at % 12 + 1, 1)) for at in range(self.months)]

    def returns(self, as_at: dt.date) -> Returns:
        return Returns(3, 4, ("Another employer",))

    def metric(self, *, characteristic: bool) -> Metric:
        """Return the metric by which these people are counted."""
        plain = [Dimension(name, name.title(), "Where somebody works") for name in self.codes]
        flag = Dimension(FLAG, "Answer", "What somebody answered", characteristic=characteristic)
        return Metric(
            name="attacked", title="Attacked", unit="people", definition="People who are attacked",
            grain="one person", scale=1, dimensions=(*plain, flag), profile="protected",
            lawful_basis="Public task", owner="Nobody", source="Invented", reader="",
        )  # fmt: skip


def rare_staff(seed: int, *, employers: int = 240, people: int = 480_000) -> Staff:
    """Return people of whom thousands are the only ones of their kind at their employer.

    Most kinds (professions, towns, schemes and teams) are rare at an employer, others at another:
    it has about one of each. They come and go for eight months.
    """
    lot = np.random.default_rng(seed)
    each = people // employers
    kinds = ("profession", "town", "scheme", "team")
    rare = np.full(30, 1 / each)
    share = np.concatenate([rare, np.full(10, (1 - rare.sum()) / 10)])
    codes = {"employer": np.repeat(np.arange(employers), each)}
    for kind in kinds:
        named = lot.permuted(np.tile(np.arange(40), (employers, 1)), axis=1)
        codes[kind] = named[codes["employer"], lot.choice(40, people, p=share / share.sum())]
    since, until = _come_and_go(lot, people, 8, 0.015)
    answer = lot.choice(len(ANSWERS), people, p=(0.4, 0.4, 0.1, 0.1))
    sizes = {"employer": employers, **dict.fromkeys(kinds, 40)}
    return Staff(codes, sizes, answer, since, until, 8)


def moving_staff(seed: int, *, people: int = 30_000, months: int = 25) -> Staff:
    """Return people of small units: often one alone comes to a unit in a month."""
    lot = np.random.default_rng(seed)
    sizes = {"employer": 100, "grade": 6, "team": 10}
    codes = {name: lot.integers(0, size, people) for name, size in sizes.items()}
    since, until = _come_and_go(lot, people, months, 0.01)
    answer = lot.choice(len(ANSWERS), people, p=(0.45, 0.45, 0.05, 0.05))
    return Staff(codes, sizes, answer, since, until, months)


def few_staff(seed: int, *, people: int = 3_000) -> Staff:
    """Return people in many small cells, for solving all tables at once: few of them said yes."""
    lot = np.random.default_rng(seed)
    sizes = {"employer": 25, "grade": 8}
    codes = {
        "employer": lot.choice(25, people, p=lot.dirichlet(np.full(25, 1.0))),
        "grade": lot.choice(8, people, p=np.array((25, 22, 18, 14, 10, 6, 3, 2)) / 100),
    }
    answer = lot.choice(len(ANSWERS), people, p=(0.12, 0.75, 0.06, 0.07))
    since = np.zeros(people, dtype=np.int64)
    return Staff(codes, sizes, answer, since, since + 9, 1)


def _come_and_go(
    lot: np.random.Generator, people: int, months: int, share: float
) -> tuple[Ints, Ints]:
    since = np.where(lot.random(people) < share * months, lot.integers(1, months, people), 0)
    until = since + lot.geometric(share, people)
    return since, until
