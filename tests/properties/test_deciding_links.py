"""Deciding which pairs are linked, beside plain ways of saying the same."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.register.linkage.deciding import (
    AUTOMATIC,
    LEAST_LIKELY,
    LEAST_SURE,
    MOST_WRONG,
    best_counterparts,
    decide,
    groups_of,
)
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
    if decided.threshold > LEAST_LIKELY:
        assert abs(promised(decided.threshold) - best) < 1e-9
    else:
        assert max(map(promised, (one for one in pairs.values() if one > LEAST_LIKELY)),
                   default=0.0) <= promised(LEAST_LIKELY) + 1e-9  # fmt: skip
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


SURE = st.lists(st.floats(0.9, 1.0) | st.floats(0.9995, 1.0), max_size=40)


@given(SURE)
@settings(max_examples=200, deadline=None)
def test_automatic_are_as_many_as_one_wrong_in_ten_thousand_allows(sure: list[float]) -> None:
    pairs = {(at, at + 100): one for at, one in enumerate(sure)}
    decided = decide(scored(pairs), within=False, each_once=False)
    taken = decided.links.filter(pl.col("decision") == AUTOMATIC)["probability"].to_list()
    assert sum(1 - one for one in taken) <= MOST_WRONG * len(taken) + 1e-9
    assert min(taken, default=1.0) >= LEAST_SURE
    for least in {one for one in sure if one >= LEAST_SURE} - set(taken):
        more = [one for one in sure if one >= least]
        assert sum(1 - one for one in more) > MOST_WRONG * len(more) - 1e-9


def test_a_rival_makes_a_link_doubtful() -> None:
    rows = [(0, 0, 40.0, 1.0), (0, 1, 39.0, 1.0), (2, 2, 40.0, 1.0)]
    pairs = pl.DataFrame(rows, schema=PAIRS, orient="row")
    links = decide(pairs, within=False, each_once=True).links
    said = dict(links.select("a", "decision").iter_rows())
    assert said == {0: "look", 2: AUTOMATIC}
    several = decide(pairs, within=False, each_once=False).links
    assert set(several["decision"]) == {AUTOMATIC}


def test_what_only_others_link_is_looked_at() -> None:
    pairs = pl.DataFrame([(0, 1, 40.0, 1.0), (1, 2, 40.0, 1.0)], schema=PAIRS, orient="row")
    links = decide(pairs, within=True, each_once=False).links
    assert sorted(links.select("by", "decision").iter_rows()) == [
        ("others", "look"), ("weight", "automatic"), ("weight", "automatic"),
    ]  # fmt: skip


@given(WITHIN)
@settings(max_examples=100, deadline=None)
def test_groups_are_what_pairs_reach(pairs: dict[tuple[int, int], float]) -> None:
    groups: list[set[int]] = []
    for a, b in pairs:
        touched = [group for group in groups if a in group or b in group]
        groups = [group for group in groups if group not in touched]
        groups.append({a, b}.union(*touched))
    assert groups_of(scored(pairs)) == sorted(sorted(group) for group in groups)
