"""Positions as spans: what a shard has received lies close together, so few numbers say it.

Written as text they are the lengths of what was passed over and of what was brought, in turns,
counted from a position before all of them: ``0 5 2 1`` after 100 is 101 to 105, and 108.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

import polars as pl

Span = tuple[int, int]
"""First and last position; spans are in order and never touch."""


def spans_of(positions: pl.Series) -> list[Span]:
    """Return the spans of rising positions."""
    if not len(positions):
        return []
    begins = positions.diff().fill_null(0) != 1
    ends = begins.shift(-1, fill_value=True)
    return list(zip(positions.filter(begins), positions.filter(ends), strict=True))


def joined(some: Iterable[Span], more: Iterable[Span]) -> list[Span]:
    """Return the spans of all positions of both."""
    found: list[Span] = []
    for first, last in sorted([*some, *more]):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def beyond(spans: Iterable[Span], position: int) -> list[Span]:
    """Return what of the spans lies after a position."""
    return [(max(first, position + 1), last) for first, last in spans if last > position]


def within(positions: pl.Series, spans: Sequence[Span]) -> pl.Series:
    """Tell of each rising position whether it lies in a span."""
    if not spans or positions[0] > spans[-1][1]:
        return pl.repeat(False, len(positions), eager=True)
    firsts = [first for first, _ in spans]
    found = []
    for position in positions:
        place = bisect_right(firsts, position) - 1
        found.append(place >= 0 and position <= spans[place][1])
    return pl.Series(found, dtype=pl.Boolean)


def written(spans: Iterable[Span], after: int) -> str:
    """Return spans as text; they lie after a position."""
    lengths = []
    for first, last in spans:
        lengths += [first - after - 1, last - first + 1]
        after = last
    return " ".join(map(str, lengths))


def read_spans(text: str, after: int) -> list[Span]:
    """Return the spans of a text."""
    bounds = [after]
    for length in map(int, text.split()):
        bounds.append(bounds[-1] + length)
    return [(low + 1, high) for low, high in list(pairwise(bounds))[1::2]]
