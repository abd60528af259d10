"""Which counts of adverts may leave the skills map: the cases, and an attack on what leaves."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from muster.gates.adverts import (
    ENOUGH,
    Sums,
    cells,
    differing,
    enough,
    may_be_listed,
    may_be_told,
)

# Adverts of a skill in all | by organisation | what is told: "-" is kept back
CASES = """
 60 | 30 20 10        | 30 20 10      | all are enough
 40 | 30  6  3  1     | 30 -  -  -    | 3 + 1 is fewer than five, so six is kept back as well
 45 | 30 10  4  1     | 30 10 -  -    | 4 + 1 is five, in two cells
 36 | 30  6  0  0     | 30 -  -  -    | that the others never ask is not told either
 34 | 30  4           | -  -          | 34 less 30 would be 4
 20 |  9  8  3        | 9  -  -       | 20 less 9 less 8 would be 3
 47 | 30  9  4  4     | 30 -  -  -    | 4 + 4 is eight, in two cells below five: both would be four
 41 | 30  4  4  3     | 30 -  -  -    | eleven in three cells leaves room
 50 | 30 10  4        | 30 10 -       | adverts of no organisation: six of them
 54 | 10 12 30       | -  12 30       | adverts of no organisation: two, told by what is left over
 60 |  0 60           | -  -          | 60 less 60 would be none
 12 |  4  4  4        | -  -  -       | nothing is told, and twelve in three cells leaves room
 38 | 30  4  4  0  0  | 30 -  -  -  - | eight in four cells leaves room: which are none is not said
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines())
def test_which_counts_are_told(line: str) -> None:
    total, counts, expected, _ = (part.strip() for part in line.split("|"))
    each = np.array([[float(one)] for one in counts.split()])
    told = may_be_told(each, np.array([float(total)]))
    shown = [one if may else "-" for one, may in zip(counts.split(), told.cells[:, 0], strict=True)]
    assert shown == expected.split()
    assert told.totals.tolist() == [float(total)]


# Adverts of two groups of different kinds | in both | in all | in how many they differ
DIFFERING = """
  9  9 |  9 |  32 |  0 | the same adverts
  9 23 |  0 |  32 |  0 | the one is all that the other is not
 20 18 | 17 |  60 |  4 | three are in the one alone, one in the other
 20 18 | 16 |  60 |  6 |
 20 38 |  1 |  60 |  4 | the other is all that the one is not, but for four
  6  3 |  3 |  60 |  3 | one of fewer than five is nearly the other
  3  4 |  3 |  60 |  - | neither is listed in any case
 60 30 | 30 |  60 |  - | the one is all adverts: what is told of it is the total
 57 55 | 55 |  60 |  - | it is all but three: it is not listed, as these would be told
"""


@pytest.mark.parametrize("line", DIFFERING.strip().splitlines())
def test_in_how_many_adverts_groups_differ(line: str) -> None:
    sizes, both, every, expected, _ = (part.strip() for part in line.split("|"))
    one, other = (np.array([float(size)]) for size in sizes.split())
    for first, second in ((one, other), (other, one)):
        found = differing(first, second, np.array([[float(both)]]), float(every))[0, 0]
        assert found == (float("inf") if expected == "-" else float(expected))


def test_what_another_kind_tells_is_not_kept_back_in_vain() -> None:
    """One agency alone advertises in the west: 32 less 20 less its 9 would be 3."""
    #          three agencies, then west and east
    counts = np.array([[20.0], [3.0], [9.0], [9.0], [23.0]])
    kinds, total = np.array([0, 0, 0, 1, 1]), np.array([32.0])
    apart = may_be_told(counts, total, Sums(kinds=kinds))
    assert apart.cells[:, 0].tolist() == [True, False, False, True, True]
    told = may_be_told(counts, total, Sums(kinds=kinds, same=np.array([[2, 3], [2, 4]])))
    assert told.cells[:, 0].tolist() == [True, False, False, False, False]
    assert told.totals.tolist() == [32.0]


def test_a_total_that_is_told_roughly_is_not_the_sum_of_another_kind() -> None:
    #          two agencies, then a grade
    told = may_be_told(
        np.array([[4.0], [4.0], [8.0]]), np.array([8.0]), Sums(kinds=np.array([0, 0, 1]))
    )
    assert not told.cells.any()
    assert told.totals.tolist() == [10.0]


def test_groups_of_two_kinds_are_listed_together() -> None:
    #          three agencies, then west and east
    adverts, kinds = np.array([60.0, 3.0, 9.0, 9.0, 63.0]), np.array([0, 0, 0, 1, 1])
    assert may_be_listed(adverts, 72, Sums(kinds=kinds)).tolist() == [
        True,
        False,
        False,
        True,
        True,
    ]
    same = np.array([[2, 3], [2, 4]])
    listed = may_be_listed(adverts, 72, Sums(kinds=kinds, same=same))
    assert listed.tolist() == [True, False, False, False, False]


def test_a_total_that_would_tell_is_told_roughly() -> None:
    told = may_be_told(np.array([[4.0], [4.0]]), np.array([8.0]))
    assert not told.cells.any()
    assert told.totals.tolist() == [10.0]


def test_an_agency_is_not_worked_out_from_its_department() -> None:
    #          department, two agencies of it, another department
    counts = np.array([[40.0], [33.0], [7.0], [50.0]])
    parents = np.array([-1, 0, 0, -1])
    assert may_be_told(counts, np.array([90.0]), Sums(parents)).cells[:, 0].all()
    few = np.array([[40.0], [37.0], [3.0], [50.0]])
    assert may_be_told(few, np.array([90.0]), Sums(parents)).cells[:, 0].tolist() == [
        True, False, False, True,
    ]  # fmt: skip


def test_a_kept_back_department_keeps_back_its_agencies() -> None:
    counts = np.array([[9.0], [9.0], [2.0], [50.0]])
    told = may_be_told(counts, np.array([61.0]), Sums(np.array([-1, 0, -1, -1])))
    assert told.cells[:, 0].tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    ("adverts", "total", "listed"),
    [
        ([100, 50, 5], 155, [True, True, True]),
        ([100, 50, 4], 154, [True, False, False]),
        ([100, 50, 4], 164, [True, True, False]),
        ([4], 4, [False]),
    ],
)
def test_which_groups_are_listed(adverts: list[int], total: int, listed: list[bool]) -> None:
    assert may_be_listed(np.array(adverts, float), total).tolist() == listed


def test_five_is_enough() -> None:
    assert [enough(one) for one in (0, 4, 4.99, 5, 6)] == [False, False, False, True, True]
    frame = pl.DataFrame({"adverts": [4, 5, None, 6]})
    assert cells(frame)["adverts"].to_list() == [5, 6]


@st.composite
def tables(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A table of counts of one to three levels, its totals and its parents."""
    groups, things = draw(st.integers(1, 6)), draw(st.integers(1, 2))
    small = st.one_of(st.integers(0, 6), st.integers(0, 40))
    own = np.array(
        draw(st.lists(st.lists(small, min_size=things, max_size=things),
                      min_size=groups, max_size=groups)), float,
    )  # fmt: skip
    parents = np.array([draw(st.integers(-1, row - 1)) for row in range(groups)])
    counts = own.copy()
    for row in range(groups - 1, 0, -1):
        if parents[row] >= 0:
            counts[parents[row]] += counts[row]
    rest = np.array(draw(st.lists(st.sampled_from([0, 0, 0, 2, 9]),
                                  min_size=things, max_size=things)), float)  # fmt: skip
    return counts, counts[parents == -1].sum(axis=0) + rest, parents


@settings(max_examples=40, deadline=None)
@given(tables())
def test_no_cell_that_is_kept_back_can_be_worked_out(
    table: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Attack every cell with all sums at once: what it can be must stay a range, never a number."""
    counts, totals, parents = table
    told = may_be_told(counts, totals, Sums(parents))
    assert (counts[told.cells] >= ENOUGH).all()
    for thing in np.flatnonzero(totals >= ENOUGH):
        column, seen = counts[:, thing], told.cells[:, thing]
        coarse = 5.0 if told.totals[thing] != totals[thing] else 0.0
        for row in np.flatnonzero(~seen):
            low, high = attacked(column, float(totals[thing]), coarse, parents, seen, int(row))
            assert high - low >= 2


def attacked(
    column: np.ndarray, total: float, coarse: float, parents: np.ndarray, seen: np.ndarray, row: int
) -> tuple[float, float]:
    """Return the least and the most that a cell can be, by linear programming over all sums.

    The attacker knows every cell that is told, the total (give or take ``coarse``), whose parent is
    whose, which sums are whole, that nothing is negative, and, where no cell was kept back for
    another's sake, that each that is not told is below five.
    """
    groups, above = len(column), [-1, *range(len(column))]
    most = None if (column[~seen] >= ENOUGH).any() else float(ENOUGH)
    # Unknowns: the count of each group, then of each sum what is in none of its children.
    sums = np.zeros((groups + 1, 2 * groups + 1))
    known: list[tuple[float, float | None]] = [
        (value, value) if told else (0.0, most) for value, told in zip(column, seen, strict=True)
    ]
    for number, parent in enumerate(above):
        children = parents == parent
        sums[number, :groups] = children
        sums[number, groups + number] = 1
        if parent >= 0:
            sums[number, parent] -= 1
        rest = (total if parent < 0 else column[parent]) - column[children].sum()
        known.append((0.0, 0.0 if children.any() and rest == 0 else None))
    first, others = sums[:1], sums[1:]
    ends = []
    for sign in (1, -1):
        aim = np.zeros(2 * groups + 1)
        aim[row] = sign
        found = linprog(
            aim,
            A_ub=np.concatenate([first, -first]),
            b_ub=[total + coarse, coarse - total],
            A_eq=others,
            b_eq=np.zeros(groups),
            bounds=known,
        )
        assert found.status in (0, 3)
        ends.append(sign * float(found.fun or 0.0) if found.status == 0 else float("inf"))
    return ends[0], ends[1]
