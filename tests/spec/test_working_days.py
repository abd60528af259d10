"""Which days are working days, in each nation, and how they are counted: the tables are the rule.

Bank holidays are those that GOV.UK publishes for each nation. Counting leaves out the day one
starts from: a Friday and one working day make Monday.
"""

import datetime as dt

import pytest

from muster.kernel.working_days import (
    NATIONS,
    Nation,
    add_working_days,
    is_working_day,
    latest_day_before,
    working_days_between,
)
from tests.tables import rows_of

# Whether payroll and HR work on a day.
DAYS = """
day        | england-and-wales | scotland | northern-ireland | because
2026-11-20 | yes               | yes      | yes              | a Friday
2026-11-21 | no                | no       | no               | a Saturday
2026-11-30 | yes               | no       | yes              | St Andrew's Day
2026-12-25 | no                | no       | no               | Christmas Day
2026-12-28 | no                | no       | no               | Boxing Day falls on a Saturday
2027-01-01 | no                | no       | no               | New Year's Day
2027-01-04 | yes               | no       | yes              | 2 January falls on a Saturday
2027-03-17 | yes               | yes      | no               | St Patrick's Day
2027-03-26 | no                | no       | no               | Good Friday
2027-03-29 | no                | yes      | no               | Easter Monday
2027-05-03 | no                | no       | no               | early May
2027-07-12 | yes               | yes      | no               | Battle of the Boyne
2027-08-02 | yes               | no       | yes              | summer holiday in Scotland
2027-08-30 | no                | yes      | no               | summer holiday elsewhere
2023-05-08 | no                | no       | no               | the coronation
2022-09-19 | no                | no       | no               | the funeral of Queen Elizabeth
"""

# from, so many working days on, comes to
COUNTED = """
from       | days | nation            | comes to
2026-11-20 | 1    | england-and-wales | 2026-11-23
2026-11-21 | 1    | england-and-wales | 2026-11-23
2026-11-22 | 1    | england-and-wales | 2026-11-23
2026-11-27 | 1    | england-and-wales | 2026-11-30
2026-11-27 | 1    | scotland          | 2026-12-01
2026-12-24 | 1    | england-and-wales | 2026-12-29
2026-12-31 | 1    | england-and-wales | 2027-01-04
2026-12-31 | 1    | scotland          | 2027-01-05
2026-11-23 | 0    | england-and-wales | 2026-11-23
2026-11-22 | 0    | england-and-wales | 2026-11-22
2026-11-23 | -1   | england-and-wales | 2026-11-20
2026-11-22 | -1   | england-and-wales | 2026-11-20
2026-12-29 | -2   | england-and-wales | 2026-12-23
2026-11-23 | 10   | northern-ireland  | 2026-12-07
2028-02-28 | 1    | northern-ireland  | 2028-02-29
"""

# Working days left after one day until the end of another.
LEFT = """
after      | until      | nation            | left
2026-11-20 | 2026-11-20 | england-and-wales | 0
2026-11-20 | 2026-11-23 | england-and-wales | 1
2026-11-20 | 2026-11-22 | england-and-wales | 0
2026-11-27 | 2026-12-01 | england-and-wales | 2
2026-11-27 | 2026-12-01 | scotland          | 1
2026-12-23 | 2027-01-04 | england-and-wales | 5
2026-12-23 | 2027-01-04 | scotland          | 4
2026-11-23 | 2026-11-20 | england-and-wales | -1
2026-01-01 | 2027-01-01 | england-and-wales | 253
"""
day = dt.date.fromisoformat


def nation_of(text: str) -> Nation:
    return next(one for one in NATIONS if one == text)


@pytest.mark.parametrize("row", rows_of(DAYS), ids=lambda row: f"{row[0]} {row[-1]}")
def test_each_nation_keeps_its_own_bank_holidays(row: tuple[str, ...]) -> None:
    kept = tuple("yes" if is_working_day(day(row[0]), nation) else "no" for nation in NATIONS)
    assert kept == row[1:4]


@pytest.mark.parametrize("row", rows_of(COUNTED), ids=" ".join)
def test_working_days_are_counted_from_the_day_after(row: tuple[str, ...]) -> None:
    start, count, nation, comes = row
    assert add_working_days(day(start), int(count), nation_of(nation)) == day(comes)


@pytest.mark.parametrize("row", rows_of(LEFT), ids=" ".join)
def test_so_many_working_days_are_left(row: tuple[str, ...]) -> None:
    after, until, nation, left = row
    assert working_days_between(day(after), day(until), nation_of(nation)) == int(left)


def test_who_needs_two_working_days_before_a_monday_cut_off_acts_by_thursday() -> None:
    assert latest_day_before(day("2026-11-23"), 2) == day("2026-11-19")
    assert latest_day_before(day("2026-11-22"), 2) == day("2026-11-18"), "a Sunday ends on Friday"
    assert latest_day_before(day("2026-11-23"), 0) == day("2026-11-23")
