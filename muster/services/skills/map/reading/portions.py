"""Working through a long column a portion at a time, on as many threads as there are cores.

What a portion needs for a while is let go before the next, so that memory does not grow with the
column, and portions come back in their order, so that threads change nothing of the result.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import polars as pl

ROWS = 40_000
"""Rows of a portion: some megabytes of text."""


def by_portions(work: Callable[[pl.DataFrame], pl.DataFrame], frame: pl.DataFrame) -> pl.DataFrame:
    """Return what ``work`` makes of a frame, which it may be given in slices."""
    if frame.height <= ROWS:
        return work(frame)
    return pl.concat(_worked(work, frame.iter_slices(ROWS)))


def _worked(
    work: Callable[[pl.DataFrame], pl.DataFrame], slices: Iterator[pl.DataFrame]
) -> Iterator[pl.DataFrame]:
    threads = min(os.cpu_count() or 1, 4)
    with ThreadPoolExecutor(threads) as pool:
        while waiting := list(islice(slices, threads)):
            yield from pool.map(work, waiting)
