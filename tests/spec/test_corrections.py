"""Corrections: when an answer is due, and when a source states what was asked. For HR officers."""

import datetime as dt

import pytest

from muster.register.told.correction_rules import (
    STATES,
    earlier,
    is_open,
    is_overdue,
    may_answer,
    promised_day,
    states_it,
)
from tests.tables import rows_of

PROMISED = """
asked      | answer by
2026-11-22 | 2026-12-22
2026-01-31 | 2026-02-28
2028-01-31 | 2028-02-29
2026-12-15 | 2027-01-15
2026-08-31 | 2026-09-30
"""

SAME = """
field         | asked            | stated          | same
surname       | o'brien          | O'BRIEN         | yes
surname       | Smith Jones      | Smith  Jones    | yes
surname       | Smith-Jones      | Smith Jones     | no
birth_date    | 1/3/1980         | 1980-03-01      | yes
birth_date    | 1 March 1980     | 1980-03-01      | yes
birth_date    | 3/1/1980         | 1980-03-01      | no
employed_from | 2019-09-02       | 2019-09-02      | yes
nino          | qa 12 34 56 c    | QA123456C       | yes
salary        | £41,200          | 41200.00        | yes
salary        | 41200.01         | 41200.00        | no
fte           | 0.8              | 0.800000000     | yes
grade         | Grade 7          | grade 7         | yes
grade         | G7               | Grade 7         | no
"""

STATES_TABLE = """
state     | may be answered | shown as disputed
sent      | yes | yes
queued    | yes | yes
accepted  | no  | yes
refused   | no  | no
answered  | no  | no
corrected | no  | no
withdrawn | no  | no
"""
day = dt.date.fromisoformat


@pytest.mark.parametrize("row", rows_of(PROMISED), ids=lambda row: row[0])
def test_an_answer_is_due_one_month_on(row: tuple[str, ...]) -> None:
    assert promised_day(day(row[0])) == day(row[1])


@pytest.mark.parametrize("row", rows_of(SAME), ids=lambda row: " ".join(row[:3]))
def test_a_source_states_what_was_asked_however_it_is_written(row: tuple[str, ...]) -> None:
    field, asked, stated, same = row
    assert states_it(field, asked, stated) == (same == "yes")


@pytest.mark.parametrize("row", rows_of(STATES_TABLE), ids=lambda row: row[0])
def test_a_request_goes_on_as_the_table_says(row: tuple[str, ...]) -> None:
    state, answered, disputed = row
    assert state in STATES
    assert may_answer(state) == (answered == "yes")
    assert is_open(state) == (disputed == "yes")


def test_every_state_is_in_the_table() -> None:
    assert {row[0] for row in rows_of(STATES_TABLE)} == set(STATES)


def test_a_source_may_promise_an_earlier_day_and_no_later_one() -> None:
    asked, due = dt.date(2026, 11, 22), dt.date(2026, 12, 22)
    assert earlier(due, dt.date(2026, 12, 1), asked) == dt.date(2026, 12, 1)
    assert earlier(due, dt.date(2027, 1, 1), asked) == due
    assert earlier(due, dt.date(2026, 11, 1), asked) == due
    assert earlier(due, None, asked) == due


def test_an_answer_is_overdue_the_day_after_it_was_due() -> None:
    due = dt.date(2026, 12, 22)
    assert not is_overdue("sent", due, due)
    assert is_overdue("sent", due, due + dt.timedelta(days=1))
    assert not is_overdue("refused", due, due + dt.timedelta(days=1))
