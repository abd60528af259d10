"""When likely records are linked without asking, when a person is asked, and what never is.

Each row of the tables is a case that HR people could check. Odd or even, the numbers of records
say nothing; ``P`` and ``Q`` are persons as they are known before.
"""

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muster.register.people.matching.rules import (
    ALONE,
    CERTAIN,
    DECIDED,
    LIKELY,
    Likely,
    Pair,
    Side,
    bar,
    choose,
    is_unusual,
    together,
)

APRIL, MAY, JUNE = (dt.date(2026, month, 1) for month in (4, 5, 6))

# first system, its number, its days | second system, its number, its days | what bars the link
BARS = """
mill  QA1  April-        weir  QA1  April-        :
mill  QA1  April-        weir  -    April-        :
mill  -    April-        weir  -    April-        :
mill  QA1  April-        weir  QB2  April-        : different numbers
mill  QA1  April-May     weir  QB2  June-         : different numbers
mill  -    April-        mill  -    May-          : held once
mill  QA1  April-        mill  QA1  April-        : held once
mill  -    April-May     mill  -    June-         :
mill  -    April-May     mill  -    May-          :
mill  -    April-June    mill  -    May-          : held once
mill  QA1  April-        mill  QB2  May-          : different numbers
many  -    April-        many  -    May-          :
"""


def side(record: str, system: str, number: str, days: str, person: str = "") -> Side:
    """Read one side of a row."""
    named = {"April": APRIL, "May": MAY, "June": JUNE}
    first, end = days.split("-")
    numbers = frozenset() if number == "-" else frozenset((number,))
    return Side(record, person or record, system, numbers, named[first], named.get(end),
                system != "many")  # fmt: skip


@pytest.mark.parametrize("row", BARS.strip().splitlines())
def test_what_bars_a_link_without_asking(row: str) -> None:
    stated, expected = row.split(":")
    cells = stated.split()
    one, other = side("1", *cells[:3]), side("2", *cells[3:])
    assert bar(one, other) == bar(other, one) == expected.strip()


# probability, what bars it, what a person decided before | linked, asked or nothing
FATES = [
    (0.9999, "", "", "linked"),
    (0.9990, "", "", "linked"),
    (0.9989, "", "", "asked"),
    (0.4000, "", "", "asked"),
    (0.3999, "", "", "nothing"),
    (0.9999, "different numbers", "", "asked"),
    (0.9999, "held once", "", "asked"),
    (0.9999, "", "apart", "nothing"),
    (0.9999, "", "unsure", "nothing"),
    (0.7000, "", "same", "nothing"),
]


@pytest.mark.parametrize(("probability", "why", "decided", "fate"), FATES)
def test_what_becomes_of_a_likely_pair(
    probability: float, why: str, decided: str, fate: str
) -> None:
    other = {"": ("weir", "QA1"), "different numbers": ("weir", "QB2"), "held once": ("mill", "-")}
    sides = {"1": side("1", "mill", "QA1", "April-"), "2": side("2", *other[why], "April-")}
    chosen = choose(
        [Likely("1", "2", 10, probability)], sides, automatic=0.999, review=0.4,
        settled=[("1", "2")] if decided else [], apart=[("1", "2")] if decided == "apart" else [],
    )  # fmt: skip
    assert len(chosen.linked) == (fate == "linked")
    assert [reason for _pair, reason in chosen.asked] == ([why] if fate == "asked" else [])


def test_where_no_pair_is_sure_enough_all_are_asked_about() -> None:
    sides = {"1": side("1", "mill", "-", "April-"), "2": side("2", "weir", "-", "April-")}
    chosen = choose([Likely("1", "2", 99, 1.0)], sides, automatic=None, review=0.4)
    assert (chosen.linked, len(chosen.asked)) == ((), 1)


def test_a_third_record_never_brings_two_numbers_together() -> None:
    """2 states no number: it may be of 1 or of 3, never of both."""
    sides = {
        "1": side("1", "mill", "QA1", "April-"),
        "2": side("2", "weir", "-", "April-"),
        "3": side("3", "lock", "QB2", "April-"),
    }
    likely = [Likely("1", "2", 20, 0.9999), Likely("2", "3", 19, 0.9999)]
    chosen = choose(likely, sides, automatic=0.999, review=0.4)
    assert [(one.first, one.second) for one in chosen.linked] == [("1", "2")]
    assert [reason for _pair, reason in chosen.asked] == ["different numbers"]


def test_what_is_apart_is_apart_for_all_records_of_both_persons() -> None:
    sides = {name: side(name, f"s{name}", "-", "April-", person) for name, person in
             (("1", "P"), ("2", "P"), ("3", "Q"))}  # fmt: skip
    likely = [Likely("2", "3", 20, 0.9999)]
    chosen = choose(likely, sides, automatic=0.999, review=0.4, apart=[("1", "3")])
    assert chosen.linked == chosen.asked == ()


def test_of_two_persons_the_strongest_pair_alone_is_asked_about() -> None:
    sides = {name: side(name, f"s{name}", "-", "April-", person) for name, person in
             (("1", "P"), ("2", "P"), ("3", "Q"))}  # fmt: skip
    likely = [Likely("1", "3", 5, 0.8), Likely("2", "3", 6, 0.9)]
    chosen = choose(likely, sides, automatic=0.999, review=0.4)
    assert [(one.first, one.second) for one, _why in chosen.asked] == [("2", "3")]


@pytest.mark.parametrize(
    ("changes", "records", "unusual"),
    [(0, 10, False), (20, 10, False), (21, 10, True), (500, 500_000, False), (501, 500_000, True)],
)
def test_how_much_a_run_may_change_unasked(changes: int, records: int, unusual: bool) -> None:
    assert is_unusual(changes, records) is unusual


# keys of certain sameness | what was decided or found, in order | who is together, with the rule
GROUPS = [
    ("a:k b:k", [], f"a {ALONE}, b {CERTAIN}"),
    ("a: b:", [("a", "b", "same", True)], f"a {ALONE}, b {DECIDED}"),
    ("a: b:", [("a", "b", "same", False)], f"a {ALONE}, b {LIKELY}"),
    ("a:k b:k", [("a", "b", "apart", True)], f"a {ALONE} | b {ALONE}"),
    ("a: b: c:", [("a", "b", "same", True), ("b", "c", "same", True), ("a", "c", "apart", True)],
     f"a {ALONE}, b {DECIDED} | c {ALONE}"),
    ("a:k b:k c:", [("b", "c", "same", False)], f"a {ALONE}, b {CERTAIN}, c {LIKELY}"),
    ("a:k b: c:k", [("a", "b", "unsure", True)], f"a {ALONE}, c {CERTAIN} | b {ALONE}"),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "ties", "expected"), GROUPS)
def test_which_records_are_together_and_why(
    keys: str, ties: list[tuple[str, str, str, bool]], expected: str
) -> None:
    shared = {one.split(":")[0]: set(one.split(":")[1]) for one in keys.split()}
    pairs = [Pair(*tie) for tie in ties]  # type: ignore[arg-type]
    found = together(shared, shared, {}, pairs)
    said = " | ".join(", ".join(f"{who} {why}" for who, why in one.items()) for one in found)
    assert said == expected


RECORDS = "abcdefg"
PAIRS = st.builds(
    lambda two, says, firm, weight: Pair(min(two), max(two), says, firm or says != "same", weight),
    st.sets(st.sampled_from(RECORDS), min_size=2, max_size=2),
    st.sampled_from(("same", "apart", "unsure")),
    st.booleans(),
    st.floats(0, 30),
)


@given(
    st.lists(PAIRS, max_size=12, unique_by=lambda one: (one.first, one.second)),
    st.dictionaries(st.sampled_from(RECORDS), st.sets(st.sampled_from("kl")), max_size=7),
    st.dictionaries(st.sampled_from(RECORDS), st.sets(st.sampled_from("12"), max_size=1)),
)
@example(
    [Pair("a", "b", "same", False, 0.0), Pair("b", "c", "same", False, 1.0)],
    {"c": {"k"}, "d": {"k"}}, {},
)  # fmt: skip
def test_being_together_is_an_equivalence_and_keeps_apart_what_was_decided(
    pairs: list[Pair], keys: dict[str, set[str]], numbers: dict[str, set[str]]
) -> None:
    groups = together(RECORDS, keys, numbers, pairs)
    assert sorted(record for group in groups for record in group) == list(RECORDS)
    home = {record: at for at, group in enumerate(groups) for record in group}
    for pair in pairs:
        if pair.says == "apart":
            assert home[pair.first] != home[pair.second]
    if all(pair.says != "apart" for pair in pairs):
        for pair in pairs:
            if pair.says == "same" and pair.firm:
                assert home[pair.first] == home[pair.second]
        for one, other in combinations(RECORDS, 2):
            if keys.get(one, set()) & keys.get(other, set()):
                assert home[one] == home[other]
    for group in groups:
        rules = list(group.values())
        assert rules[0] == ALONE
        assert ALONE not in rules[1:]


@given(
    st.lists(PAIRS.filter(lambda one: one.says == "same" and not one.firm), max_size=12),
    st.dictionaries(st.sampled_from(RECORDS), st.sampled_from("12").map(lambda n: {n})),
)
def test_likely_links_never_bring_two_numbers_together(
    pairs: list[Pair], numbers: dict[str, set[str]]
) -> None:
    for group in together(RECORDS, {}, numbers, pairs):
        assert len({n for record in group for n in numbers.get(record, ())}) <= 1
