"""Spans of positions: beside sets, which say the same at length."""

from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from muster.connectors.sql_table.spans import (
    beyond,
    joined,
    read_spans,
    spans_of,
    within,
    written,
)

positions = st.sets(st.integers(0, 40)).map(sorted)


def series(some: list[int]) -> pl.Series:
    return pl.Series(some, dtype=pl.Int64)


def listed(spans: list[tuple[int, int]]) -> list[int]:
    return [position for first, last in spans for position in range(first, last + 1)]


@given(some=positions, more=positions, after=st.integers(-1, 45))
def test_spans_say_what_sets_say(some: list[int], more: list[int], after: int) -> None:
    spans, others = spans_of(series(some)), spans_of(series(more))
    assert listed(spans) == some
    assert all(last + 1 < first for (_, last), (first, _) in pairwise(spans))
    assert joined(spans, others) == spans_of(series(sorted({*some, *more})))
    assert beyond(spans, after) == spans_of(series([one for one in some if one > after]))
    if more:
        assert within(series(more), spans).to_list() == [one in set(some) for one in more]


@given(some=positions, after=st.integers(-1, 45))
def test_what_is_written_can_be_read(some: list[int], after: int) -> None:
    spans = beyond(spans_of(series(some)), after)
    assert read_spans(written(spans, after), after) == spans


def test_few_numbers_say_much() -> None:
    assert written(spans_of(series([*range(101, 106), 108])), 100) == "0 5 2 1"
    assert written([], 7) == ""
