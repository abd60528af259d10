"""Which employer of today a former one's rows count under: the cases, and a second reading."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.register.employers.succession import (
    Succession,
    contradiction,
    ends_today,
    in_order,
    passed_on,
    principal_today,
)
from muster.register.employers.succession_restating import restated

WINDOW = 28
# What is stated | when something began with whom | the employer of today it counts under.
# "2020 A>B" is a merger on 1 January 2020, "2020 A>B+C" a split with the principal successor B.
CASES = """
                          | 2019 A | A
2020 A>B                  | 2019 A | B
2020 A>B                  | 2019 B | B
2020 A>B                  | 2021 A | B
2020 A>B, 2022 B>C        | 2019 A | C
2020 A>B, 2020 B>C        | 2019 A | C
2020 B>C, 2020 A>B        | 2019 A | C
2020 A>C, 2020 B>C        | 2019 B | C
2020 A>B+C                | 2019 A | B
2020 A>C+B                | 2019 A | C
2020 A>B, 2022 B>A        | 2019 A | A
2020 A>B, 2022 B>A        | 2019 B | A
2020 A>B, 2022 C>A        | 2019 A | B
2020 A>B, 2022 C>A        | 2021 A | B
2020 A>B, 2022 C>A        | 2022 A | A
2020 A>B, 2022 C>A        | 2019 C | A
2020 A>B, 2022 C>A, 2024 A>D | 2019 A | B
2020 A>B, 2022 C>A, 2024 A>D | 2023 A | D
2020 A>B, 2022 C>A, 2024 A>D | 2019 C | D
2020 A>B, 2022 C>A, 2022 A>D | 2019 C | D
2022 C>A, 2022 A>D        | 2023 A | D
2020 D>A, 2022 A>B, 2024 C>A | 2025 D | B
2020 D>A, 2022 A>B, 2024 C>A | 2025 A | A
"""
# What is stated | why it cannot be, "" where it can
REFUSED = """
2020 A>A                     | own successor
2020 A>B+A                   | own successor
2020 A>B+B                   | each named once
2020 A>B, 2020 B>A           | circle
2020 A>B, 2020 B>C, 2020 C>A | circle
2020 A>B, 2020 A>C           | passed on already
2020 A>B, 2022 A>C           | passed on already
2020 A>B, 2021 B>A           |
2020 A>B, 2021 C>A, 2022 A>C |
2020 A>B, 2021 C>A, 2021 A>B |
2020 A>B, 2020 C>A, 2021 A>D | passed on already
"""
# The day A was split into B (principal) and C | the person's employments | where each counts
SPLITS = """
went to C the same day           | A 2010-01-01 2020-01-01, C 2020-01-01        | C C
went to B the same day           | A 2010-01-01 2020-01-01, B 2020-01-01        | B B
went to C after 28 days          | A 2010-01-01 2020-01-01, C 2020-01-29        | C C
went to C after 29 days          | A 2010-01-01 2020-01-01, C 2020-01-30        | B C
went to C 28 days before         | A 2010-01-01 2019-12-04, C 2019-12-04        | C C
went to C 29 days before         | A 2010-01-01 2019-12-03, C 2019-12-03        | B C
left years before                | A 2010-01-01 2015-01-01                      | B
left before, joined C afresh     | A 2010-01-01 2015-01-01, C 2020-01-01        | B C
A's system runs on               | A 2010-01-01, C 2020-01-01                   | C C
stays in A's system alone        | A 2010-01-01                                 | B
had a job at C for long          | A 2010-01-01 2020-01-01, C 2015-01-01        | B C
regraded at C | A 2010-01-01 2020-01-01, C 2015-01-01 2020-01-05, C 2020-01-05 | B C C
nearer counts                    | A 2010-01-01 2020-01-01, B 2020-01-20, C 2020-01-02 | C B C
both that day: the principal     | A 2010-01-01 2020-01-01, C 2020-01-01, B 2020-01-01 | B C B
twice at A | A 2010-01-01 2012-01-01, A 2018-01-01 2020-01-01, C 2020-01-01 | C C C
"""


def stated(text: str) -> list[Succession]:
    found = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        year, _, rest = part.partition(" ")
        former, _, to = rest.partition(">")
        found.append(Succession(former, dt.date(int(year), 1, 1), tuple(to.split("+"))))
    return found


def lines(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").splitlines()]


@pytest.mark.parametrize(("said", "row", "today"), lines(CASES))
def test_what_counts_where_today(said: str, row: str, today: str) -> None:
    year, employer = row.split()
    since, every = dt.date(int(year), 1, 1), stated(said)
    assert contradiction(every) is None
    assert principal_today(employer, since, every) == today
    assert today in ends_today(employer, every)
    frame = pl.DataFrame({"employer": [employer], "valid_from": [since]})
    assert restated(frame, every, until=None)["employer_today"].to_list() == [today]


@pytest.mark.parametrize(("said", "why"), lines(REFUSED))
def test_what_cannot_be_true_together(said: str, why: str) -> None:
    found = contradiction(stated(said))
    assert (why in found.reason.lower() or why in found.fix.lower()) if found else why == ""
    assert bool(found) == bool(why)


@pytest.mark.parametrize(("_said", "held", "expected"), lines(SPLITS))
def test_where_people_of_a_split_employer_count(_said: str, held: str, expected: str) -> None:
    rows = []
    for one in held.split(","):
        employer, since, *until = one.split()
        days = [dt.date.fromisoformat(day) for day in (since, *until)]
        rows.append((1, employer, days[0], days[1] if until else None))
    types = {"person": pl.Int64, "employer": pl.String, "valid_from": pl.Date, "valid_to": pl.Date}
    frame = pl.DataFrame(rows, schema=types, orient="row")
    told = restated(frame, stated("2020 A>B+C"), same_move=WINDOW)
    assert told["employer_today"].to_list() == expected.split()
    assert told.drop("employer_today").equals(frame)


def test_people_arrive_where_functions_go_on_the_same_day() -> None:
    every = stated("2020 A>B+C, 2020 C>D")
    day = dt.date(2020, 1, 1)
    types = {"person": pl.Int64, "employer": pl.String, "valid_from": pl.Date, "valid_to": pl.Date}
    rows = [(1, "A", dt.date(2010, 1, 1), day), (1, "D", day, None), (2, "A", day, None)]
    told = restated(pl.DataFrame(rows, types, orient="row"), every, same_move=WINDOW)
    assert told["employer_today"].to_list() == ["D", "D", "B"]


def test_who_is_still_awaited() -> None:
    every = stated("2020 A>B, 2022 C>A")
    years = [2019, 2020, 2021, 2022, 2023]
    told = [passed_on("A", dt.date(year, 1, 1), every) for year in years]
    assert told == [False, True, True, False, False]


EMPLOYERS = "ABCDE"
DAYS = [dt.date(2020, 1, 1) + dt.timedelta(days=14 * n) for n in range(8)]
one_day = st.sampled_from(DAYS)
passing = st.builds(
    Succession,
    st.sampled_from(EMPLOYERS),
    one_day,
    st.lists(st.sampled_from(EMPLOYERS), min_size=1, max_size=3, unique=True).map(tuple),
)
held = st.tuples(st.integers(1, 4), st.sampled_from(EMPLOYERS), one_day, st.none() | one_day)


def sound(drawn: list[Succession]) -> list[Succession]:
    kept: list[Succession] = []
    for one in drawn:
        if contradiction([*kept, one]) is None:
            kept.append(one)
    return kept


Row = tuple[int, str, dt.date, dt.date | None]


def plainly(rows: list[Row], every: list[Succession]) -> list[str]:
    """Return the employer of today of each row, succession by succession, row by row."""
    now, moved = [row[1] for row in rows], [False] * len(rows)
    for one in in_order(every):
        later = [s.day for s in every if one.former in s.successors and s.day > one.day]
        passes = [
            at for at, row in enumerate(rows)
            if now[at] == one.former and (moved[at] or not later or row[2] < min(later))
        ]  # fmt: skip
        near, to = dt.timedelta(days=WINDOW), {}
        for person in {rows[at][0] for at in passes}:
            mine = [rows[at] for at in passes if rows[at][0] == person]
            reach = any(row[3] is None or row[3] >= one.day - near for row in mine)
            to[person] = went(person, rows, one, every) if reach else one.successors[0]
        for at in passes:
            now[at], moved[at] = to[rows[at][0]], True
    return now


def went(person: int, rows: list[Row], one: Succession, every: list[Succession]) -> str:
    best = (WINDOW + 1, 0, one.successors[0])
    for place, successor in enumerate(one.successors):
        arrived, before = {successor}, set[str]()
        while arrived != before:
            before = set(arrived)
            arrived |= {to for s in every if s.day == one.day and s.former in before
                        for to in s.successors}  # fmt: skip
        earlier = set(one.successors[:place])
        for _, employer, since, _ in (row for row in rows if row[0] == person):
            held_before = any(
                (p, e) == (person, employer) and (b < since and (u is None or u >= since))
                for p, e, b, u in rows
            )
            if employer in arrived - earlier and not held_before:
                best = min(best, (abs((since - one.day).days), place, successor))
    return best[2] if best[0] <= WINDOW else one.successors[0]


@settings(max_examples=150, deadline=None)
@given(st.lists(passing, max_size=5).map(sound), st.lists(held, min_size=1, max_size=8))
def test_columns_are_restated_as_rows_are_one_by_one(
    every: list[Succession], rows: list[Row]
) -> None:
    rows = [row for row in rows if row[3] is None or row[3] > row[2]]
    types = {"person": pl.Int64, "employer": pl.String, "valid_from": pl.Date, "valid_to": pl.Date}
    frame = pl.DataFrame(rows, schema=types, orient="row")
    told = restated(frame, every, same_move=WINDOW)
    assert told["employer_today"].to_list() == plainly(rows, every)
    assert told.drop("employer_today").equals(frame)
    for employer, today in told.select("employer", "employer_today").iter_rows():
        assert today in ends_today(employer, every)
    for day in DAYS:
        there = told.filter(
            pl.col("valid_from") <= day, pl.col("valid_to").is_null() | (pl.col("valid_to") > day)
        )
        sums = [there.group_by(name).len()["len"].sum() for name in ("employer", "employer_today")]
        assert sums[0] == sums[1] == there.height


@settings(max_examples=150, deadline=None)
@given(st.lists(passing, max_size=6).map(sound), st.sampled_from(EMPLOYERS), one_day)
def test_functions_end_with_an_employer_that_did_not_pass_them_on(
    every: list[Succession], employer: str, since: dt.date
) -> None:
    last = dt.date(2030, 1, 1)
    for today in ends_today(employer, every):
        assert not passed_on(today, last, every)
    frame = pl.DataFrame({"employer": [employer], "valid_from": [since]})
    told = restated(frame, every, until=None)["employer_today"].to_list()
    assert told == [principal_today(employer, since, every)]
