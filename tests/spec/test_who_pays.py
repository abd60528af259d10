"""Which employer pays which day, what comes back and what comes late: the tables are the rule.

The exporter owes the days up to the last day, the importer those from the first day. What the
exporter's payroll has paid beyond the last day is stated to the importer as the pensions form for
transfers asks (OGDTF1, Employer Pension Guide annex 6B: *date to which salary was paid*, *gross pay
relating to service after leaving*), and comes back by instalments.
"""

import datetime as dt

import pytest

from muster.casework.calendars.rules import CONVENTIONS
from muster.kernel.days import Period
from muster.kernel.errors import BadInput
from muster.kernel.money import read_pounds, write_pounds
from muster.services.transfers.pay.owing import (
    first_pay,
    last_pay,
    pay_after_leaving,
    recovery_plan,
    who_pays,
)
from muster.services.transfers.pay.rules import Allowance, PayTerms
from tests.payroll_calendars import monthly
from tests.tables import rows_of

# All days of May and June 2026.
SHARES = """
first day  | exporter paid to | exporter owes         | importer owes         | overpaid              | unpaid
2026-05-16 | 2026-05-15       | 2026-05-01 2026-05-15 | 2026-05-16 2026-06-30 | -                     | -
2026-05-16 | 2026-05-31       | 2026-05-01 2026-05-15 | 2026-05-16 2026-06-30 | 2026-05-16 2026-05-31 | -
2026-05-16 | 2026-06-30       | 2026-05-01 2026-05-15 | 2026-05-16 2026-06-30 | 2026-05-16 2026-06-30 | -
2026-05-16 | 2026-04-30       | 2026-05-01 2026-05-15 | 2026-05-16 2026-06-30 | -                     | 2026-05-01 2026-05-15
2026-05-16 | nothing          | 2026-05-01 2026-05-15 | 2026-05-16 2026-06-30 | -                     | 2026-05-01 2026-05-15
2026-05-16 | 2026-05-10       | 2026-05-01 2026-05-15 | 2026-05-16 2026-06-30 | -                     | 2026-05-11 2026-05-15
2026-05-01 | 2026-05-31       | -                     | 2026-05-01 2026-06-30 | 2026-05-01 2026-05-31 | -
2026-07-01 | 2026-06-30       | 2026-05-01 2026-06-30 | -                     | -                     | -
"""  # noqa: E501 - one row a line

# Leaves on 15 May 2026 with £31,250 a year: what was paid for service after leaving.
AFTER = """
convention    | paid to    | days                  | gross    | because
calendar days | 2026-05-15 | -                     | £0       | paid to the last day
calendar days | 2026-04-30 | -                     | £0       | not even paid to the last day
calendar days | 2026-05-31 | 2026-05-16 2026-05-31 | £1344.09 | £2,604.17 was paid, £1,260.08 was due
calendar days | 2026-06-30 | 2026-05-16 2026-06-30 | £3948.26 | and all of June
calendar days | 2026-06-10 | 2026-05-16 2026-06-10 | £2212.15 | and 10 of 30 days of June
365ths        | 2026-05-31 | 2026-05-16 2026-05-31 | £1319.92 | £2,604.17 was paid, £1,284.25 was due
working days  | 2026-05-31 | 2026-05-16 2026-05-31 | £1240.08 | £2,604.17 was paid, 11 of 21 days were due
"""  # noqa: E501 - one row a line

# Pay days are the last days of months of 2026.
BACK = """
overpaid | begins     | at most | comes back                                                 | left
£1344.09 | 2026-07-31 | £2000   | 2026-07-31 £1,344.09                                       | £0
£1344.09 | 2026-07-31 | £700    | 2026-07-31 £672.05, 2026-08-31 £672.04                     | £0
£1344.09 | 2026-07-15 | £500    | 2026-07-31 £448.03, 2026-08-31 £448.03, 2026-09-30 £448.03 | £0
£1344.09 | 2026-11-30 | £500    | 2026-11-30 £500, 2026-12-31 £500                           | £344.09
£1344.09 | 2027-01-01 | £500    | nothing                                                    | £1,344.09
£0       | 2026-07-31 | £500    | nothing                                                    | £0
£0.03    | 2026-07-31 | £0.02   | 2026-07-31 £0.02, 2026-08-31 £0.01                         | £0
"""  # noqa: E501 - one row a line

# Joins on 14 December 2026 for £36,500 a year; cut-off on the 10th at 17:00 (GMT).
FIRST = """
told             | pays on    | gross    | of it before | because
2026-12-10 17:00 | 2026-12-31 | £1766.13 | £0           | 18 of 31 days, told at the very cut-off
2026-12-10 17:01 | 2027-01-31 | £4807.80 | £1766.13     | with January's £3,041.67 come 18 days of December
2027-01-10 17:01 | 2027-02-28 | £7849.47 | £4807.80     | and all of January
"""  # noqa: E501 - one row a line

# Leaves the exporter, who pays £31,250 a year; cut-off on the 10th at 12:00 UTC.
LAST = """
first day  | told             | pays on    | gross     | after leaving | because
2026-05-16 | 2026-05-10 12:00 | 2026-05-31 | £1260.08  | £0            | 15 of 31 days
2026-05-16 | 2026-05-11 12:00 | 2026-06-30 | -£1344.09 | £1344.09      | May was paid whole: 16 days come back in June
2026-05-16 | 2026-06-11 12:00 | 2026-07-31 | -£3948.26 | £3948.26      | and June was paid whole
2026-06-01 | 2026-05-10 12:00 | 2026-05-31 | £2604.17  | £0            | the last day is the last of May
2026-06-01 | 2026-05-11 12:00 | 2026-06-30 | £0        | £0            | May was paid whole, and is due whole
2026-06-11 | 2026-05-31 12:00 | 2026-06-30 | £868.06   | £0            | 10 of 30 days
"""  # noqa: E501 - one row a line
day = dt.date.fromisoformat


def as_text(days: Period | None) -> str:
    return "-" if days is None else f"{days.start} {days.last_day()}"


@pytest.mark.parametrize("row", rows_of(SHARES), ids=lambda row: " ".join(row[:2]))
def test_each_day_is_paid_by_one_employer(row: tuple[str, ...]) -> None:
    first_day, paid_to, *told = row
    found = who_pays(
        day(first_day), None if paid_to == "nothing" else day(paid_to),
        since=day("2026-05-01"), until=day("2026-07-01"),
    )  # fmt: skip
    spans = (found.exporter, found.importer, found.overpaid, found.unpaid)
    assert list(map(as_text, spans)) == told


@pytest.mark.parametrize("row", rows_of(AFTER), ids=lambda row: f"{row[0]} {row[1]}")
def test_pay_for_service_after_leaving_is_what_was_paid_less_what_was_due(
    row: tuple[str, ...],
) -> None:
    convention, paid_to, days, gross, _because = row
    counted = next(one for one in CONVENTIONS if one == convention.replace(" ", "_"))
    found = pay_after_leaving(
        [(Period(day("2020-01-06")), PayTerms(read_pounds("£31250")))],
        monthly(convention=counted), first_day=day("2026-05-16"), paid_to=day(paid_to),
    )  # fmt: skip
    assert (as_text(found.days), found.gross) == (days, read_pounds(gross))
    assert found.paid_to == day(paid_to)


@pytest.mark.parametrize("row", rows_of(BACK), ids=lambda row: " ".join(row[:3]))
def test_an_overpayment_comes_back_in_equal_parts(row: tuple[str, ...]) -> None:
    overpaid, begins, at_most, comes_back, left = row
    found = recovery_plan(
        read_pounds(overpaid), pay_days=[one.pay_day for one in monthly(years=(2026,)).periods],
        begins=day(begins), at_most=read_pounds(at_most),
    )  # fmt: skip
    told = ", ".join(f"{on} {write_pounds(pence)}" for on, pence in found.instalments)
    assert (told or "nothing", write_pounds(found.left)) == (comes_back, left)


@pytest.mark.parametrize("row", rows_of(FIRST), ids=lambda row: row[0])
def test_the_first_pay_holds_what_came_too_late_before(row: tuple[str, ...]) -> None:
    told, pays_on, gross, before, _because = row
    stretch = (Period(day("2026-12-14")), PayTerms(read_pounds("£36500")))
    at = dt.datetime.fromisoformat(told).replace(tzinfo=dt.UTC)
    found = first_pay([stretch], monthly(), told=at)
    assert found.period.pay_day == day(pays_on)
    assert (found.gross, found.advance) == (read_pounds(gross), read_pounds(before))
    assert first_pay([stretch], monthly(), period=found.period) == found


@pytest.mark.parametrize("row", rows_of(LAST), ids=lambda row: " ".join(row[:2]))
def test_the_exporters_last_pay_takes_back_what_was_paid_too_much(row: tuple[str, ...]) -> None:
    first_day, told, pays_on, gross, after, _because = row
    at = dt.datetime.fromisoformat(told).replace(tzinfo=dt.UTC)
    stretch = (Period(day("2020-01-06")), PayTerms(read_pounds("£31250")))
    calendar = monthly(time=dt.time(13))
    found = last_pay([stretch], calendar, first_day=day(first_day), told=at)
    assert found.period.pay_day == day(pays_on)
    assert (found.gross, found.after_leaving) == (read_pounds(gross), read_pounds(after))
    booked = last_pay([stretch], calendar, first_day=day(first_day), period=found.period)
    assert booked == found


def test_the_person_is_told_how_the_first_pay_is_made_up() -> None:
    terms = PayTerms(read_pounds("£36500"), allowances=(Allowance("Location", 120_000),))
    late = dt.datetime(2026, 12, 12, tzinfo=dt.UTC)
    found = first_pay([(Period(day("2026-12-14")), terms)], monthly(), told=late)
    assert [(as_text(one.days), one.what, one.words, one.amount) for one in found.lines] == [
        ("2026-12-14 2026-12-31", "salary", "18 of 31 days at £3,041.67 a month", 176613),
        ("2026-12-14 2026-12-31", "Location", "18 of 31 days at £100 a month", 5806),
        ("2027-01-01 2027-01-31", "salary", "the whole month at £3,041.67 a month", 304167),
        ("2027-01-01 2027-01-31", "Location", "the whole month at £100 a month", 10000),
    ]


def test_where_no_calendar_reaches_no_pay_is_made_up() -> None:
    stretch = (Period(day("2028-01-01")), PayTerms(1))
    with pytest.raises(BadInput, match="2028-01-01"):
        first_pay([stretch], monthly())
    with pytest.raises(BadInput, match="2028-01-01"):
        first_pay(
            [(Period(day("2027-12-14")), PayTerms(1))], monthly(),
            told=dt.datetime(2027, 12, 30, tzinfo=dt.UTC),
        )  # fmt: skip
    with pytest.raises(BadInput, match="2028-01-31"):
        pay_after_leaving(
            [stretch], monthly(), first_day=day("2027-12-14"), paid_to=day("2028-01-31")
        )
    with pytest.raises(BadInput, match="no terms"):
        first_pay([], monthly())
