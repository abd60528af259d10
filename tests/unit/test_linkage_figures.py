"""How links are judged in the benchmark, beside plain ways of counting the same."""

from itertools import combinations, product

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.linkage import _there, best_f1, f1, right_of
from synthetic.two_sources import two_sources

PEOPLE = st.lists(st.integers(0, 4), min_size=1, max_size=12)


def records(people: list[int], letter: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"unique_id": [f"{letter}{at}" for at in range(len(people))], "person": people}
    )


@given(PEOPLE, PEOPLE)
@settings(max_examples=50, deadline=None)
def test_pairs_that_are_there_are_counted(first: list[int], second: list[int]) -> None:
    a, b = records(first, "a"), records(second, "b")
    truth = pl.concat([a, b])
    one, other = a.select("unique_id"), b.select("unique_id")
    assert _there([one, other], truth) == sum(x == y for x, y in product(first, second))
    assert _there([one], truth) == sum(x == y for x, y in combinations(first, 2))


@given(
    st.lists(st.tuples(st.sampled_from((0.1, 0.4, 0.5, 0.9)), st.booleans()), max_size=20),
    st.integers(20, 30),
)
@settings(max_examples=100, deadline=None)
def test_the_best_threshold_is_the_best(pairs: list[tuple[float, bool]], there: int) -> None:
    frame = pl.DataFrame(
        pairs, schema={"probability": pl.Float64, "right": pl.Boolean}, orient="row"
    )
    tried = []
    for least in (0.0, 0.2, 0.45, 0.7):
        taken = [right for probability, right in pairs if probability >= least]
        tried.append(f1(sum(taken), len(taken), there))
    assert abs(best_f1(frame, there) - max(tried)) < 1e-12


def test_right_is_who_is_the_same_person() -> None:
    truth = pl.DataFrame({"unique_id": ["a", "b", "c"], "person": [1, 1, 2]})
    pairs = pl.DataFrame({"l": ["a", "a"], "r": ["b", "c"]})
    assert right_of(pairs, truth, ("l", "r"))["right"].to_list() == [True, False]


def test_half_of_the_applicants_are_on_the_staff() -> None:
    staff, applicants = two_sources(1_000)
    assert staff["person"].n_unique() == applicants["person"].n_unique() == 1_000
    assert applicants.filter(pl.col("person").is_in(staff["person"].to_list())).height == 500
