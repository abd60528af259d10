"""From which payday new bank details count, and what a code is worth: the tables are the rule.

New details count from the first payday at least 5 working days after they were confirmed, or as
many more as the employer's payroll needs. They go out 3 working days after, and can be stopped
until then. *paid* is the day of the month, or ``last`` for its last working day; a day that is none
moves to the working day before.
"""

import datetime as dt

import pytest

from muster.kernel.working_days import add_working_days, is_working_day
from muster.register.told.flowing import flows_on
from muster.register.told.rules import (
    Contact,
    Payday,
    first_payday,
    judge_code,
    masked,
    trusted,
)
from tests.tables import rows_of

PAYDAYS = """
confirmed  | paid | notice | counts from | because
2026-11-02 | last | 5      | 2026-11-30  | plenty of time
2026-11-23 | last | 5      | 2026-11-30  | exactly five working days
2026-11-24 | last | 5      | 2026-12-31  | only four
2026-11-23 | last | 6      | 2026-12-31  | this payroll needs six
2026-11-23 | last | 1      | 2026-11-30  | nobody's notice is under five
2026-11-20 | 27   | 5      | 2026-11-27  | a Friday, five days before
2026-11-22 | 27   | 5      | 2026-11-27  | a Sunday counts from Monday
2026-11-23 | 27   | 5      | 2026-12-24  | 27 December is a Sunday, 25 December Christmas Day
2026-12-17 | 25   | 5      | 2026-12-24  | Christmas Day moves to the day before
2026-12-18 | 25   | 5      | 2027-01-25  | bank holidays are no working days
2026-12-24 | last | 5      | 2027-01-29  | 25 and 28 December and 1 January are holidays
2027-02-01 | 31   | 5      | 2027-02-26  | February has no 31st, and its last day is a Sunday
2026-03-27 | 7    | 5      | 2026-04-07  | over Easter
2026-03-30 | 7    | 5      | 2026-05-07  | over Easter, and one day too late
"""

FLOWS = """
confirmed  | goes out
2026-11-23 | 2026-11-26
2026-11-20 | 2026-11-25
2026-11-21 | 2026-11-25
2026-12-24 | 2026-12-31
"""

CODES = """
state     | typed | tries | minutes | answer
asked     | right | 0     | 1       | confirmed
asked     | right | 4     | 14      | confirmed
asked     | right | 5     | 1       | locked
asked     | wrong | 0     | 1       | wrong
asked     | wrong | 3     | 1       | wrong
asked     | wrong | 4     | 1       | locked
asked     | right | 0     | 15      | expired
asked     | wrong | 0     | 15      | expired
confirmed | right | 0     | 1       | not waiting
stopped   | right | 0     | 1       | not waiting
locked    | right | 0     | 1       | not waiting
told      | right | 0     | 1       | not waiting
"""

CHANNELS = """
contact        | known for days | may confirm
work email     | 400            | yes
personal email | 14             | yes
personal email | 13             | no
personal phone | 400            | yes
personal phone | 0              | no
"""
NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
day = dt.date.fromisoformat


@pytest.mark.parametrize("row", rows_of(PAYDAYS), ids=lambda row: f"{row[0]} {row[1]} {row[2]}")
def test_new_details_count_from_the_payday_the_table_says(row: tuple[str, ...]) -> None:
    confirmed, paid, notice, counts, _because = row
    rule = Payday(None if paid == "last" else int(paid), int(notice))
    assert first_payday(day(confirmed), rule) == day(counts)


@pytest.mark.parametrize("row", rows_of(FLOWS), ids=lambda row: row[0])
def test_they_can_be_stopped_until_they_go_out(row: tuple[str, ...]) -> None:
    assert flows_on(day(row[0])) == day(row[1])


@pytest.mark.parametrize("row", rows_of(CODES), ids=" ".join)
def test_a_code_is_worth_what_the_table_says(row: tuple[str, ...]) -> None:
    state, typed, tries, minutes, answer = row
    expires = NOW + dt.timedelta(minutes=15)
    now = NOW + dt.timedelta(minutes=int(minutes))
    found = judge_code(
        state=state, right=typed == "right", tries=int(tries), expires=expires, now=now
    )
    assert found == answer


@pytest.mark.parametrize("row", rows_of(CHANNELS), ids=" ".join)
def test_only_a_contact_known_before_confirms(row: tuple[str, ...]) -> None:
    kind, days, may = row
    since = NOW - dt.timedelta(days=int(days))
    one = Contact(kind, "x@home.example", since)  # type: ignore[arg-type]  # of the table
    assert bool(trusted([one], NOW)) == (may == "yes")


@pytest.mark.parametrize("start", ["2026-01-01", "2026-04-01", "2026-12-26"])
def test_whatever_the_payroll_five_working_days_always_lie_between(start: str) -> None:
    begun = day(start)
    for paid in (None, *range(1, 32)):
        pays = first_payday(begun, Payday(paid))
        assert pays >= add_working_days(begun, 5)
        assert is_working_day(pays)
        assert (pays - begun).days < 50


def test_a_contact_is_shown_so_that_only_its_owner_knows_it() -> None:
    assert masked(Contact("personal email", "martha@home.example", NOW)) == "m••••@home.example"
    assert masked(Contact("personal phone", "07700900123", NOW)) == "••••123"
