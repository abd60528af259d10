"""What is told of how long a hire takes: the cases, and that no percentile is ever told wrongly."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from muster.gates.disclosure import BAND_TOP, ROUNDED_TO, nearest
from muster.gates.percentiles import CHARACTERISTIC, Band, percentile

ENDS = (30, 60, 90)
EACH = (10, 50, 90)
# Released counts: up to 30 days, 31 to 60, 61 to 90, more ("-" is "0 to 7") | p10 | p50 | p90
CASES = """
200 200 200 200 | 0 to 30, 12   | 31 to 90         | 91 and more
400 400 200   - | 0 to 30, 8    | 31 to 60, 38     | 61 to 90, 76
  -   -   -   - | not told      | not told         | not told
 10   -   -   - | 0 to 30, 6    | not told         | not told
100   -   -   - | 0 to 30, 3    | 0 to 30, 17      | not told
  -   -   - 100 | not told      | 91 and more      | 91 and more
  - 100   -   - | 31 to 60, 33  | 31 to 60, 46     | 31 to 90
  -  20   -   - | 0 to 60       | 31 to 60, 48     | not told
 50  50   -   - | 0 to 30, 6    | 0 to 60          | 31 to 90
500   - 500   - | 0 to 30, 6    | not told         | 61 to 90, 84
 10   -   -   - of 10 | 0 to 30, 6 | 0 to 30, 30   | not told
 30   -   -   - of 30 | 0 to 30, 4 | 0 to 30, 20   | not told
 50   -   -   - of 55 | 0 to 30, 4 | 0 to 30, 18   | not told
  -   -   -   - of 20 | 0 to 60    | 31 to 90      | 61 and more
"""


def bands(text: str) -> list[Band]:
    lows, ends = (0, *(end + 1 for end in ENDS)), (*ENDS, None)
    told = [None if one == "-" else Decimal(one) for one in text.split()]
    return [Band(*one) for one in zip(lows, ends, told, strict=True)]


def shown(text: str, per_cent: int) -> str:
    counts, _, whole = text.partition(" of ")
    found = percentile(bands(counts), per_cent, whole=Decimal(whole) if whole else "")
    if found is None:
        return "not told"
    ends = f"{found.low} and more" if found.high is None else f"{found.low} to {found.high}"
    return ends if found.day is None else f"{ends}, {found.day}"


@pytest.mark.parametrize("line", CASES.strip().splitlines())
def test_what_is_told_of_released_counts(line: str) -> None:
    counts, *expected = (part.strip() for part in line.split("|"))
    assert [shown(counts, one) for one in EACH] == expected


def told(count: int, off: int, gone: int) -> Decimal | None:
    """Return a figure as it leaves: of an earlier month, moved, and rounded."""
    value = count + off + gone
    if value <= BAND_TOP or count + gone <= BAND_TOP:
        return None
    return Decimal(nearest(value, ROUNDED_TO) * ROUNDED_TO)


def where(days: list[int], per_cent: int) -> int:
    """Return the true percentile: the first up to whom so many have come."""
    ordered = sorted(days)
    return next(d for at, d in enumerate(ordered, 1) if 100 * at >= per_cent * len(ordered))


def told_of(days: list[int], moved: list[tuple[int, int]], *, times: int = 1) -> list[Band]:
    lows, ends = (0, *(end + 1 for end in ENDS)), (*ENDS, None)
    counts = [sum(low <= d and (end is None or d <= end) for d in days)
              for low, end in zip(lows, ends, strict=True)]  # fmt: skip
    figures = [told(n * times, *by) for n, by in zip(counts, moved, strict=True)]
    return [Band(*one) for one in zip(lows, ends, figures, strict=True)]


spread = st.lists(st.tuples(st.integers(0, 140), st.integers(1, 60)), min_size=1, max_size=8).map(
    lambda groups: [day for day, many in groups for _ in range(many)]
)
figure = st.none() | st.integers(2, 60).map(lambda n: Decimal(5 * n))
exact = st.just([(0, 0)] * (len(ENDS) + 1))
moving = st.lists(
    st.tuples(st.integers(-6, 6), st.integers(-7, 7)),
    min_size=len(ENDS) + 1, max_size=len(ENDS) + 1,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(spread, st.sampled_from((0, CHARACTERISTIC)), st.data(), st.integers(1, 99))
def test_the_true_percentile_always_stands_in_what_is_told(
    days: list[int], slack: int, data: st.DataObject, per_cent: int
) -> None:
    moved = data.draw(moving if slack else exact)
    whole = told(len(days), *(data.draw(moving)[0] if slack else (0, 0)))
    known = data.draw(st.sampled_from(("", whole)))
    found = percentile(told_of(days, moved), per_cent, whole=known, slack=slack)
    if found is not None:
        true = where(days, per_cent)
        assert found.low <= true
        assert found.high is None or true <= found.high
        assert found.day is None or found.low <= found.day <= (found.high or found.day)


def test_the_largest_errors_of_a_characteristic_are_allowed_for() -> None:
    ends = (-6, 6)
    for first, then in product(range(0, 40, 3), repeat=2):
        true = where([10] * first + [50] * then, 50) if first + then else None
        for offs in product(ends, (-7, 7), ends, (-7, 7)):
            if first + offs[1] < 0 or then + offs[3] < 0 or true is None:
                continue
            figures = (told(first, *offs[:2]), told(then, *offs[2:]))
            known = [Band(0, 30, figures[0]), Band(31, 60, figures[1])]
            found = percentile(known, 50, slack=CHARACTERISTIC)
            assert found is None or found.low <= true <= (found.high or true)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(figure, min_size=4, max_size=4), st.integers(1, 99), st.integers(1, 99), st.booleans()
)
def test_more_of_the_people_never_took_less_time(
    figures: list[Decimal | None], one: int, other: int, in_all: bool
) -> None:
    whole = sum((n for n in figures if n), Decimal(0)) if in_all and any(figures) else ""
    lows, ends = (0, *(end + 1 for end in ENDS)), (*ENDS, None)
    known = [Band(*each) for each in zip(lows, ends, figures, strict=True)]
    first, then = (percentile(known, each, whole=whole) for each in sorted((one, other)))
    if first is None or then is None:
        return
    assert first.low <= then.low
    assert (first.high or 10**6) <= (then.high or 10**6)
    if first.day is not None and then.day is not None:
        assert first.day <= then.day


@given(spread)
def test_large_numbers_are_told(days: list[int]) -> None:
    """The rule is of use: of a thousand times as many people, the middle is told.

    Unless it falls on the end of a band, where a few people more or less move it to another one.
    """
    within = [sum(day <= end for day in days) for end in ENDS]
    assume(all(abs(2 * n - len(days)) * 10 > len(days) for n in within))
    known = told_of(days, [(0, 0)] * (len(ENDS) + 1), times=1000)
    assert percentile(known, 50) is not None
