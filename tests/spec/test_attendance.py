"""What counts as attendance, and how it stands to what is expected: the tables are the rules.

For leaders and estates teams. A week counts in the month in which it ends, so every week is told
once. Whether an expectation is met is read from figures that are rounded to 5: each may be up to
two and a half from what is so, and where that could tip the answer, nobody can tell.
"""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.gates.disclosure import ROUNDED_TO, nearest
from muster.register.attendance.rules import (
    Expected,
    against,
    expected_on,
    month_of,
    months_told,
    week_of,
    weeks_in,
)
from tests.tables import rows_of

MONTHS = """
day             | its week        | counts in       | why
2026-10-05      | 2026-10-05      | 2026-10-31      | a Monday
2026-10-11      | 2026-10-05      | 2026-10-31      | the Sunday of the same week
2026-10-01      | 2026-09-28      | 2026-10-31      | its week ends on 4 October
2026-09-29      | 2026-09-28      | 2026-10-31      | so does this one, in September
2026-10-30      | 2026-10-26      | 2026-11-30      | its week ends on 1 November
2026-05-31      | 2026-05-25      | 2026-05-31      | a Sunday that ends its month
2026-12-31      | 2026-12-28      | 2027-01-31      | over the new year
"""
AGAINST = """
present | based | expected | answer         | why
65      | 100   | 60       | meets          | at least 62.5 of 102.5
60      | 100   | 60       | cannot tell    | on the line
65      | 105   | 60       | cannot tell    | 62.5 of 107.5 would be below
55      | 100   | 60       | below          | at most 57.5 of 97.5
10      | 15    | 60       | cannot tell    | between 43 and 100 per cent
600     | 1000  | 60       | cannot tell    | on the line however many they are
605     | 1000  | 60       | meets          | rounding of many people tips little
595     | 1000  | 60       | below          |
30      | 25    | 60       | meets          | more came than are based there
0 to 7  | 100   | 60       | not told       | a band is no figure
65      | 0 to 7 | 60      | not told       |
0 to 7  | 0 to 7 | 60      | not told       |
65      | 100   |          | no expectation |
0 to 7  | 100   |          | no expectation |
"""
EXPECTED = """
day        | in force | why
2023-12-31 |          | before anything was declared
2024-01-01 | 60       | on its first day
2026-03-31 | 60       |
2026-04-01 | 40       | a later one takes its place
2030-01-01 | 40       | until another one starts
"""
TOLD = """
weeks counted          | files until | months told | why
2026-10-05             | 2026-10-31  | 2026-10-31  |
2026-10-05             | 2026-10-19  | 2026-10-31  | its last week has begun
2026-10-05             | 2026-10-18  |             | its last week is to come
2026-09-28             | 2026-09-30  |             | of October, told by September's file
2026-10-05, 2026-10-26 | 2026-10-31  | 2026-10-31  | the last days of October count in November
                       | 2026-10-31  |             |
"""


def _figure(text: str) -> Decimal | None:
    return Decimal(text) if text.isdigit() else None


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(("day", "week", "month", "_why"), rows_of(MONTHS))
def test_a_week_counts_in_the_month_in_which_it_ends(
    day: str, week: str, month: str, _why: str
) -> None:
    assert week_of(_day(day)) == _day(week)
    assert month_of(_day(week)) == _day(month)


@pytest.mark.parametrize(("present", "based", "share", "answer", "_why"), rows_of(AGAINST))
def test_attendance_against_what_is_expected(
    present: str, based: str, share: str, answer: str, _why: str
) -> None:
    expected = int(share) if share else None
    off = Decimal(ROUNDED_TO) / 2
    assert against(_figure(present), _figure(based), expected, off=off) == answer


@pytest.mark.parametrize(("day", "share", "_why"), rows_of(EXPECTED))
def test_the_latest_that_has_started_is_in_force(day: str, share: str, _why: str) -> None:
    declared = [Expected(40, dt.date(2026, 4, 1)), Expected(60, dt.date(2024, 1, 1))]
    found = expected_on(declared, _day(day))
    assert ("" if found is None else str(found.share)) == share


@pytest.mark.parametrize(("weeks", "latest", "months", "_why"), rows_of(TOLD))
def test_whole_months_are_told(weeks: str, latest: str, months: str, _why: str) -> None:
    counted = [_day(one) for one in weeks.split(", ") if one]
    told = months_told(counted, _day(latest))
    assert [day.isoformat() for day in told] == [one for one in months.split(", ") if one]


def test_before_any_file_nothing_is_told() -> None:
    assert months_told([], None) == ()


def test_every_week_counts_in_one_month() -> None:
    ends = [dt.date(year, month, 1) - dt.timedelta(days=1)
            for year in range(2024, 2031) for month in range(1, 13)]  # fmt: skip
    counted = Counter(week for end in ends for week in weeks_in(end))
    assert set(counted.values()) == {1}
    first, last = min(counted), max(counted)
    assert len(counted) == (last - first).days // 7 + 1
    assert all(month_of(week) == end for end in ends for week in weeks_in(end))


@given(st.integers(8, 4000), st.integers(8, 4000), st.integers(1, 100))
def test_no_answer_is_wrong_of_the_people_behind_it(present: int, based: int, share: int) -> None:
    shown = [Decimal(ROUNDED_TO * nearest(people, ROUNDED_TO)) for people in (present, based)]
    answer = against(shown[0], shown[1], share, off=Decimal(ROUNDED_TO) / 2)
    if answer == "meets":
        assert 100 * present >= share * based
    elif answer == "below":
        assert 100 * present < share * based
    else:
        assert answer == "cannot tell"
