"""Every draw in the pretend service, repeatable from one seed on any machine.

Python promises that `random.Random(seed).random()` gives the same sequence in every version; it
makes no such promise for `choice`, `shuffle` or `gauss`. So only that one method is used, and
everything else is built on it here. Nothing depends on hash order.
"""

import random
from bisect import bisect_right
from collections.abc import MutableSequence, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Chance:
    """One stream of draws. Two streams with different seeds do not disturb each other."""

    def __init__(self, seed: int) -> None:
        self.unit = random.Random(seed).random  # a float in [0, 1)

    def happens(self, probability: float) -> bool:
        return self.unit() < probability

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1, each as likely."""
        return int(self.unit() * limit)

    def between(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`, both included."""
        return least + int(self.unit() * (most - least + 1))

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self.unit() * len(items))]

    def pick_early(self, items: Sequence[T]) -> T:
        """One of `items`, the earlier ones more often: the list is in order of how common."""
        return items[int(self.unit() ** 1.35 * len(items))]

    def day(self, first: date, last: date) -> date:
        """A day from `first` to `last`, both included."""
        return first + timedelta(days=self.between(0, (last - first).days))

    def shuffle(self, items: MutableSequence[int]) -> None:
        """Put `items` in random order, in place (Fisher and Yates)."""
        for end in range(len(items) - 1, 0, -1):
            other = self.below(end + 1)
            items[end], items[other] = items[other], items[end]


class Weighted(Generic[T]):
    """Items drawn in proportion to their weights (any non-negative numbers, not all nought)."""

    def __init__(self, items: Sequence[T], weights: Sequence[float]) -> None:
        self._items = items
        self._reach = list(accumulate(weights))

    def draw(self, chance: Chance) -> T:
        return self._items[bisect_right(self._reach, chance.unit() * self._reach[-1])]
