"""Deciding which pairs are linked, beside plain ways of saying the same."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.register.linkage.deciding import best_counterparts, decide, groups_of
from muster.register.linkage.model import PAIRS

RECORDS = st.integers(0, 7)


def scored(pairs: dict[tuple[int, int], float]) -> pl.DataFrame:
    """Return pairs as they come from the model, the likeliest first."""
    rows = [(a, b, probability * 10, probability) for (a, b), probability in pairs.items()]
    frame = pl.DataFrame(rows, schema=PAIRS, orient="row")
    return frame.sort(["weight", "a", "b"], descending=[True, False, False])


PAIRED = st.dictionaries(st.tuples(RECORDS, RECORDS), st.floats(0.001, 1.0), max_size=25)
WITHIN = st.dictionaries(
    st.tuples(RECORDS, RECORDS).filter(lambda pair: pair[0] < pair[1]),
    st.floats(0.001, 1.0),
    max_size=20,
)


def linked(frame: pl.DataFrame) -> list[tuple[int, int]]:
    return list(frame.select("a", "b").iter_rows())


@given(PAIRED)
@settings(max_examples=200, deadline=None)
def test_the_best_counterparts_are_those_taken_one_at_a_time(
    pairs: dict[tuple[int, int], float],
) -> None:
    taken, left, right = [], set(), set()
    for a, b in linked(scored(pairs)):
        if a not in left and b not in right:
            taken.append((a, b))
            left.add(a)
            right.add(b)
    assert linked(best_counterparts(scored(pairs))) == taken


@given(PAIRED)
@settings(max_examples=200, deadline=None)
def test_no_other_threshold_promises_more(pairs: dict[tuple[int, int], float]) -> None:
    decided = decide(scored(pairs), within=False, each_once=False)
    found = sum(pairs.values())

    def promised(threshold: float) -> float:
        chosen = [one for one in pairs.values() if one >= threshold]
        return 2 * sum(chosen) / (len(chosen) + found) if pairs else 0.0

    best = max((promised(one) for one in pairs.values()), default=0.0)
    assert abs(promised(decided.threshold) - best) < 1e-9
    assert set(linked(decided.links)) == {
        pair for pair, one in pairs.items() if one >= decided.threshold
    }


@given(WITHIN)
@settings(max_examples=200, deadline=None)
def test_within_one_table_links_are_an_equivalence(pairs: dict[tuple[int, int], float]) -> None:
    links = set(linked(decide(scored(pairs), within=True, each_once=False).links))
    for a, b in links:
        for c, d in links:
            if b == c and a != d:
                assert (a, d) in links
            if a == c and b < d:
                assert (b, d) in links
            if b == d and a < c:
                assert (a, c) in links


@given(WITHIN)
@settings(max_examples=100, deadline=None)
def test_groups_are_what_pairs_reach(pairs: dict[tuple[int, int], float]) -> None:
    groups: list[set[int]] = []
    for a, b in pairs:
        touched = [group for group in groups if a in group or b in group]
        groups = [group for group in groups if group not in touched]
        groups.append({a, b}.union(*touched))
    assert groups_of(scored(pairs)) == sorted(sorted(group) for group in groups)
