"""Expected pay, whoever pays and whenever: nothing paid twice, nothing lost, every penny found.

What conventions promise is stated as it is: calendar days and working days share a period out
exactly, and rounding moves at most a penny for each line between two employers. 365ths share out a
year and no month: the parts of a month need not come to it.
"""

import datetime as dt
from fractions import Fraction
from itertools import pairwise
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.casework.calendars.rules import CONVENTIONS, Calendar, Convention, PayPeriod
from muster.kernel.days import ONE_DAY, Period
from muster.services.transfers.pay.owing import (
    first_pay,
    last_pay,
    pay_after_leaving,
    recovery_plan,
    who_pays,
)
from muster.services.transfers.pay.pension import continuous_from
from muster.services.transfers.pay.rules import (
    PERIODS_A_YEAR,
    Allowance,
    ExpectedPay,
    PayTerms,
    expected_pay,
)
from tests.payroll_calendars import calendars, month_of

DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2028, 2, 29))
TERMS = st.builds(
    PayTerms,
    salary=st.integers(0, 25_000_000),
    fte=st.integers(1, 1_250_000_000),
    allowances=st.lists(
        st.builds(Allowance, name=st.just("Location"), annual=st.integers(0, 1_000_000)), max_size=2
    ).map(tuple),
)
MONTHS = st.builds(month_of, st.integers(2024, 2029), st.integers(1, 12))
SHARED = st.sampled_from([one for one in CONVENTIONS if one != "365ths"])


def half_up(exact: Fraction) -> int:
    return floor(exact * 2 + 1) // 2


def day_by_day(
    terms: PayTerms, days: list[dt.date], period: PayPeriod, convention: Convention, each: int
) -> int:
    """Work a pay out a second way: one day after another, each with its own worth."""
    every = [period.starts + ONE_DAY * n for n in range((period.ends - period.starts).days)]
    kept = [day for day in days if day in every]
    total = 0
    for annual in (
        Fraction(terms.salary) * Fraction(terms.fte, 10**9),
        *(Fraction(one.annual) for one in terms.allowances),
    ):
        if kept == every:
            worth = annual / each
        elif convention == "365ths":
            worth = sum((annual / 365 for _ in kept), Fraction(0))
        else:
            counts = {d: convention == "calendar_days" or d.isoweekday() <= 5 for d in every}
            whole = sum(counts.values())
            worth = sum((annual / each / whole for d in kept if counts[d]), Fraction(0))
        total += half_up(worth)
    return total


@given(TERMS, calendars(), DAYS, st.integers(0, 120))
def test_a_second_way_of_counting_comes_to_the_same_penny(
    terms: PayTerms, calendar: Calendar, start: dt.date, length: int
) -> None:
    days = [start + ONE_DAY * n for n in range(length + 1)]
    period = calendar.period_of(start)
    assert period is not None
    found = expected_pay(
        [(Period(start, days[-1] + ONE_DAY), terms)], period, calendar.convention,
        frequency=calendar.frequency,
    )  # fmt: skip
    each = PERIODS_A_YEAR[calendar.frequency]
    assert found.gross == day_by_day(terms, days, period, calendar.convention, each)


def split(
    terms: PayTerms, month: PayPeriod, at: int, convention: Convention
) -> tuple[ExpectedPay, ExpectedPay, ExpectedPay]:
    """Return the pay before a day of a month, from it on, and of the whole month."""
    turn = month.starts + ONE_DAY * min(at, month.last_day.day - 1)
    before, after = Period(month.starts, turn), Period(turn, month.ends)
    pays = [expected_pay([(one, terms)], month, convention) for one in (before, after, month.days)]
    return pays[0], pays[1], pays[2]


@given(TERMS, MONTHS, st.integers(1, 30), SHARED)
def test_whichever_day_splits_a_month_two_employers_pay_the_whole_of_it(
    terms: PayTerms, month: PayPeriod, at: int, convention: Convention
) -> None:
    before, after, whole = split(terms, month, at, convention)
    assert abs(before.gross + after.gross - whole.gross) <= len(whole.lines)
    exact = [
        sum((line.rate * line.counted / line.of for line in pay.lines), Fraction(0))
        for pay in (before, after, whole)
    ]
    assert exact[0] + exact[1] == exact[2]


def test_two_employers_may_round_half_a_penny_up_each() -> None:
    month = month_of(2026, 6)
    before, after, whole = split(PayTerms(60_060), month, 15, "calendar_days")
    assert (before.gross, after.gross, whole.gross) == (2503, 2503, 5005)


@pytest.mark.parametrize(
    ("month", "of_the_month"),
    [((2026, 1), Fraction(31 * 12, 365)), ((2027, 2), Fraction(28 * 12, 365)),
     ((2028, 2), Fraction(29 * 12, 365)), ((2026, 6), Fraction(30 * 12, 365))],
)  # fmt: skip
def test_parts_of_a_month_by_365ths_do_not_come_to_the_month(
    month: tuple[int, int], of_the_month: Fraction
) -> None:
    period = month_of(*month)
    for at in range(1, 28):
        before, after, whole = split(PayTerms(3_650_000), period, at, "365ths")
        assert before.gross + after.gross == period.last_day.day * 10_000
        assert half_up(Fraction(3_650_000, 12) * of_the_month) == before.gross + after.gross
        assert before.gross + after.gross != whole.gross


@given(TERMS, MONTHS, st.integers(1, 30), st.sampled_from(CONVENTIONS))
def test_one_employer_pays_the_whole_month_however_its_stretches_are_cut(
    terms: PayTerms, month: PayPeriod, at: int, convention: Convention
) -> None:
    turn = month.starts + ONE_DAY * min(at, month.last_day.day - 1)
    cut = [(Period(turn), terms), (Period(dt.date(2020, 1, 1), turn), terms)]
    assert expected_pay(cut, month, convention) == expected_pay(
        [(month.days, terms)], month, convention
    )


@given(DAYS, st.none() | DAYS, DAYS, st.integers(1, 200))
def test_each_day_is_paid_by_exactly_one_employer(
    first_day: dt.date, paid_to: dt.date | None, since: dt.date, length: int
) -> None:
    until = since + ONE_DAY * length
    found = who_pays(first_day, paid_to, since=since, until=until)
    for day in (since + ONE_DAY * n for n in range(length)):
        (side,) = [side for side, days in found.shares if days.holds(day)]
        assert side == ("exporter" if day < first_day else "importer")
        paid = paid_to is not None and day <= paid_to
        overpaid = found.overpaid is not None and found.overpaid.holds(day)
        unpaid = found.unpaid is not None and found.unpaid.holds(day)
        assert overpaid == (paid and side == "importer")
        assert unpaid == (not paid and side == "exporter")


@given(TERMS, calendars(), DAYS, st.integers(-5, 90))
def test_what_was_paid_is_what_was_due_and_what_came_after_leaving(
    terms: PayTerms, calendar: Calendar, first_day: dt.date, beyond: int
) -> None:
    paid_to = min(first_day + ONE_DAY * beyond, dt.date(2028, 3, 31))
    stretch = (Period(dt.date(2020, 1, 1)), terms)
    found = pay_after_leaving([stretch], calendar, first_day=first_day, paid_to=paid_to)

    def pays(until: dt.date) -> int:
        cut = (Period(dt.date(2020, 1, 1), until), terms)
        return sum(
            expected_pay([cut], one, calendar.convention, frequency=calendar.frequency).gross
            for one in calendar.periods
        )

    if paid_to < first_day:
        assert (found.days, found.gross) == (None, 0)
    else:
        assert found.days == Period(first_day, paid_to + ONE_DAY)
        assert pays(paid_to + ONE_DAY) == pays(first_day) + found.gross
    assert sum(pence for _, pence in found.by_period) == found.gross


@given(
    st.integers(0, 2_000_000), st.lists(DAYS, max_size=15, unique=True), DAYS,
    st.integers(1, 400_000),
)  # fmt: skip
def test_what_is_taken_back_is_what_was_overpaid(
    amount: int, pay_days: list[dt.date], begins: dt.date, at_most: int
) -> None:
    found = recovery_plan(amount, pay_days=sorted(pay_days), begins=begins, at_most=at_most)
    parts = [pence for _, pence in found.instalments]
    assert sum(parts) + found.left == amount
    assert all(day >= begins for day, _ in found.instalments)
    assert all(0 < pence <= at_most for pence in parts)
    assert not parts or max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True)
    if found.left:
        assert len(parts) == len([day for day in pay_days if day >= begins])


@given(
    TERMS, calendars(), st.dates(dt.date(2026, 2, 1), dt.date(2027, 10, 31)), st.integers(-60, 90)
)
def test_first_pay_holds_every_day_since_the_first_once(
    terms: PayTerms, calendar: Calendar, first_day: dt.date, late: int
) -> None:
    told = dt.datetime.combine(first_day + ONE_DAY * late, dt.time(12), dt.UTC)
    found = first_pay([(Period(first_day), terms)], calendar, told=told)
    assert found.period.takes_changes_at(told)
    paid = [pay.days for pay in (*found.arrears, found.own)]
    assert paid[0] is not None
    assert paid[0].start == first_day
    for before, after in pairwise(paid):
        assert before is not None
        assert after is not None
        assert before.end == after.start
    assert paid[-1] is not None
    assert paid[-1].end == found.period.ends
    assert found.gross == sum(line.amount for line in found.lines)
    assert found.advance == sum(pay.gross for pay in found.arrears)


@given(
    TERMS, calendars(), st.dates(dt.date(2026, 2, 1), dt.date(2027, 10, 31)), st.integers(-60, 90)
)
def test_all_that_the_exporter_pays_is_what_it_owes(
    terms: PayTerms, calendar: Calendar, first_day: dt.date, late: int
) -> None:
    told = dt.datetime.combine(first_day + ONE_DAY * late, dt.time(12), dt.UTC)
    whole = [(Period(dt.date(2020, 1, 1)), terms)]
    due = [(Period(dt.date(2020, 1, 1), first_day), terms)]
    found = last_pay(whole, calendar, first_day=first_day, told=told)

    def pays(stretches: list[tuple[Period, PayTerms]], periods: list[PayPeriod]) -> int:
        return sum(
            expected_pay(stretches, one, calendar.convention, frequency=calendar.frequency).gross
            for one in periods
        )

    before = [one for one in calendar.periods if one.starts < found.period.starts]
    assert pays(whole, before) + found.gross == pays(due, list(calendar.periods))
    paid_to = found.period.starts - ONE_DAY
    stated = pay_after_leaving(whole, calendar, first_day=first_day, paid_to=paid_to)
    assert found.after_leaving == stated.gross


@given(DAYS, st.lists(st.none() | DAYS, max_size=4))
def test_continuous_service_never_begins_later(
    first_day: dt.date, stated: list[dt.date | None]
) -> None:
    found = continuous_from(*stated, first_day=first_day)
    assert found <= first_day
    assert all(found <= day for day in stated if day is not None)
    assert found in {first_day, *stated}
