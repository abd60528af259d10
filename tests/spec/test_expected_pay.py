"""Gross pay expected of one employer for one period, to the penny: the tables are the rule.

A whole period is a twelfth (monthly), a thirteenth (four-weekly) or a fifty-second (weekly) of a
year's pay. What is less than a whole period is counted by the payroll's convention:

- *calendar days*: days over days of the period, as the Apportionment Act 1870, section 2, has pay
  accrue from day to day;
- *365ths*: so many 365ths of a year's pay, as Hartley v King Edward VI College [2017] UKSC 39
  counts a day under an annual contract; 365 in leap years too;
- *working days*: Mondays to Fridays over those of the period; bank holidays are paid and count.

*salary* is that of full time for a year, and the FTE applies to it. An allowance is what the person
gets in a year, and the FTE does not. Each line is rounded once, half a penny up.
"""

import datetime as dt

import pytest

from muster.casework.calendars.rules import CONVENTIONS, FREQUENCIES, PayPeriod
from muster.kernel.days import ONE_DAY, Period
from muster.kernel.errors import BadInput
from muster.kernel.money import read_pounds
from muster.services.transfers.pay.rules import Allowance, ExpectedPay, PayTerms, expected_pay
from tests.tables import rows_of

# period: its first and last day. works: the days on these terms; more than one stretch by a comma.
PAY = """
convention    | often       | period                | works                                          | salary | fte  | gross    | because
calendar days | monthly     | 2026-06-01 2026-06-30 | from 2026-01-05                                | £31250 | 1    | £2604.17 | a whole month
365ths        | monthly     | 2026-06-01 2026-06-30 | from 2026-01-05                                | £31250 | 1    | £2604.17 | a whole month
working days  | monthly     | 2026-06-01 2026-06-30 | from 2026-01-05                                | £31250 | 1    | £2604.17 | a whole month
calendar days | monthly     | 2026-06-01 2026-06-30 | from 2026-06-15                                | £31250 | 1    | £1388.89 | 16 of 30 days
365ths        | monthly     | 2026-06-01 2026-06-30 | from 2026-06-15                                | £31250 | 1    | £1369.86 | 16 days of the 365
working days  | monthly     | 2026-06-01 2026-06-30 | from 2026-06-15                                | £31250 | 1    | £1420.45 | 12 of 22 working days
calendar days | monthly     | 2026-06-01 2026-06-30 | 2026-01-05 2026-06-14                          | £31250 | 1    | £1215.28 | 14 of 30 days, leaving
365ths        | monthly     | 2026-06-01 2026-06-30 | 2026-01-05 2026-06-14                          | £31250 | 1    | £1198.63 | 14 days of the 365, leaving
working days  | monthly     | 2026-06-01 2026-06-30 | 2026-01-05 2026-06-14                          | £31250 | 1    | £1183.71 | 10 of 22 working days, leaving
calendar days | monthly     | 2026-06-01 2026-06-30 | from 2026-06-30                                | £31250 | 1    | £86.81   | the last day alone
calendar days | monthly     | 2026-06-01 2026-06-30 | from 2026-07-01                                | £31250 | 1    | £0       | starts after the period
calendar days | monthly     | 2026-06-01 2026-06-30 | 2026-01-05 2026-05-31                          | £31250 | 1    | £0       | left before the period
working days  | monthly     | 2026-08-01 2026-08-31 | 2026-08-01 2026-08-02                          | £31250 | 1    | £0       | a Saturday and a Sunday
working days  | monthly     | 2026-08-01 2026-08-31 | from 2026-08-31                                | £31250 | 1    | £124.01  | a bank holiday is paid: 1 of 21
calendar days | monthly     | 2028-02-01 2028-02-29 | from 2028-02-29                                | £31250 | 1    | £89.80   | 29 February: 1 of 29 days
365ths        | monthly     | 2028-02-01 2028-02-29 | from 2028-02-29                                | £31250 | 1    | £85.62   | 29 February: one 365th
calendar days | monthly     | 2027-02-01 2027-02-28 | from 2027-02-28                                | £31250 | 1    | £93.01   | 1 of 28 days
calendar days | monthly     | 2027-03-01 2027-03-31 | from 2027-03-28                                | £31250 | 1    | £336.02  | clocks go forward: 4 of 31 days all the same
calendar days | monthly     | 2026-10-01 2026-10-31 | 2026-01-05 2026-10-25                          | £31250 | 1    | £2100.13 | clocks go back: 25 of 31 days all the same
calendar days | monthly     | 2026-04-01 2026-04-30 | from 2026-04-06                                | £31250 | 1    | £2170.14 | from 6 April: 25 of 30 days
calendar days | monthly     | 2026-03-01 2026-03-31 | 2026-01-05 2026-03-30                          | £31250 | 1    | £2520.16 | to 30 March: 30 of 31 days
calendar days | monthly     | 2026-06-01 2026-06-30 | from 2026-06-15                                | £31250 | 0.8  | £1111.11 | four days a week
calendar days | monthly     | 2026-06-01 2026-06-30 | from 2026-01-05                                | £31250 | 0.5  | £1302.08 | half time: £1,302.083 is rounded down
calendar days | monthly     | 2026-06-01 2026-06-30 | from 2026-01-05                                | £0.06  | 1    | £0.01    | half a penny is rounded up
calendar days | four-weekly | 2026-06-01 2026-06-28 | from 2026-01-05                                | £31250 | 1    | £2403.85 | a whole four weeks
calendar days | four-weekly | 2026-06-01 2026-06-28 | from 2026-06-15                                | £31250 | 1    | £1201.92 | 14 of 28 days
365ths        | four-weekly | 2026-06-01 2026-06-28 | from 2026-06-15                                | £31250 | 1    | £1198.63 | 14 days of the 365
calendar days | weekly      | 2026-06-01 2026-06-07 | from 2026-01-05                                | £31250 | 1    | £600.96  | a whole week
working days  | weekly      | 2026-06-01 2026-06-07 | from 2026-06-04                                | £31250 | 1    | £240.38  | Thursday and Friday
calendar days | monthly     | 2026-06-01 2026-06-30 | 2026-01-05 2026-06-14, from 2026-06-15         | £31250 | 1    | £2604.17 | two stretches on the same terms are one
365ths        | monthly     | 2026-06-01 2026-06-30 | 2026-01-05 2026-06-14, from 2026-06-15         | £31250 | 1    | £2604.17 | likewise: a whole month
calendar days | monthly     | 2026-06-01 2026-06-30 | 2026-01-05 2026-06-09, from 2026-06-15         | £31250 | 1    | £2170.14 | a break: 9 and 16 of 30 days
"""  # noqa: E501 - one row a line

# In June 2026, a rise or a change of hours on the 15th: first salary, FTE, then salary, FTE.
CHANGES = """
convention    | before | fte | after  | fte | gross    | because
calendar days | £31250 | 1   | £33000 | 1   | £2681.95 | £1,215.28 for 14 days, £1,466.67 for 16
365ths        | £31250 | 1   | £33000 | 1   | £2645.21 | £1,198.63 for 14 days, £1,446.58 for 16
working days  | £31250 | 1   | £33000 | 1   | £2683.71 | £1,183.71 for 10 days, £1,500.00 for 12
calendar days | £31250 | 1   | £31250 | 0.6 | £2048.61 | £1,215.28 full time, £833.33 at 0.6
"""

WORDS = """
convention    | often       | from       | fte | words
calendar days | monthly     | 2026-06-15 | 1   | 16 of 30 days at £2,604.17 a month
calendar days | monthly     | 2026-01-05 | 1   | the whole month at £2,604.17 a month
365ths        | monthly     | 2026-06-15 | 1   | 16 days at £85.62 a day
365ths        | monthly     | 2026-06-30 | 1   | 1 day at £85.62 a day
working days  | monthly     | 2026-06-15 | 1   | 12 of 22 working days at £2,604.17 a month
calendar days | monthly     | 2026-06-15 | 0.8 | 16 of 30 days at £2,083.33 a month (0.8 of full time)
calendar days | four-weekly | 2026-01-05 | 1   | the whole four weeks at £2,403.85 for four weeks
"""  # noqa: E501 - one row a line
_TO = {"monthly": 30, "four-weekly": 28, "weekly": 7}
day = dt.date.fromisoformat


def pay_period(first: str, last: str) -> PayPeriod:
    noon = dt.datetime.combine(day(first), dt.time(12), dt.UTC)
    return PayPeriod(day(first), day(last) + ONE_DAY, noon, day(last))


def days_of(text: str) -> Period:
    first, second = text.split()
    if first == "from":
        return Period(day(second))
    return Period(day(first), day(second) + ONE_DAY)


def billionths(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole) * 10**9 + int(rest.ljust(9, "0"))


def paid(
    convention: str, often: str, period: PayPeriod, *stretches: tuple[Period, PayTerms]
) -> ExpectedPay:
    return expected_pay(
        stretches,
        period,
        next(one for one in CONVENTIONS if one == convention.replace(" ", "_")),
        frequency=next(one for one in FREQUENCIES if one == often),
    )


@pytest.mark.parametrize("row", rows_of(PAY), ids=lambda row: f"{row[0]} {row[1]} {row[-1]}")
def test_gross_pay_is_what_the_table_says(row: tuple[str, ...]) -> None:
    convention, often, period, works, salary, fte, gross, _because = row
    terms = PayTerms(read_pounds(salary), billionths(fte))
    found = paid(
        convention, often, pay_period(*period.split()),
        *((days_of(one.strip()), terms) for one in works.split(",")),
    )  # fmt: skip
    assert found.gross == read_pounds(gross)
    assert sum(line.amount for line in found.lines) == found.gross
    assert (found.days is None) == (found.lines == ())


@pytest.mark.parametrize("row", rows_of(CHANGES), ids=lambda row: f"{row[0]} {row[-1]}")
def test_a_change_of_terms_within_a_month_is_two_lines(row: tuple[str, ...]) -> None:
    convention, before, fte, after, fte_after, gross, _because = row
    found = paid(
        convention, "monthly", pay_period("2026-06-01", "2026-06-30"),
        (days_of("from 2026-06-15"), PayTerms(read_pounds(after), billionths(fte_after))),
        (days_of("2026-01-05 2026-06-14"), PayTerms(read_pounds(before), billionths(fte))),
    )  # fmt: skip
    assert found.gross == read_pounds(gross)
    assert len(found.lines) == 2
    assert found.days == Period(day("2026-06-01"), day("2026-07-01"))


@pytest.mark.parametrize("row", rows_of(WORDS), ids=lambda row: row[-1])
def test_each_line_says_how_it_is_worked_out(row: tuple[str, ...]) -> None:
    convention, often, start, fte, words = row
    last = f"2026-06-{_TO[often]:02d}"
    terms = PayTerms(read_pounds("£31250"), billionths(fte))
    found = paid(convention, often, pay_period("2026-06-01", last), (Period(day(start)), terms))
    assert [line.words for line in found.lines] == [words]


def test_an_allowance_is_a_line_of_its_own_and_no_share_of_full_time() -> None:
    london = Allowance("Location", read_pounds("£1200"))
    terms = PayTerms(read_pounds("£31250"), billionths("0.8"), (london,))
    june = pay_period("2026-06-01", "2026-06-30")
    found = paid("calendar days", "monthly", june, (Period(day("2026-06-15")), terms))
    assert [(line.what, line.amount) for line in found.lines] == [
        ("salary", read_pounds("£1111.11")), ("Location", read_pounds("£53.33")),
    ]  # fmt: skip
    assert found.gross == read_pounds("£1164.44")


def test_no_day_is_paid_twice() -> None:
    june = pay_period("2026-06-01", "2026-06-30")
    terms = PayTerms(read_pounds("£31250"))
    with pytest.raises(BadInput, match="2026-06-14"):
        paid(
            "calendar days", "monthly", june,
            (days_of("2026-01-05 2026-06-14"), terms), (days_of("from 2026-06-14"), terms),
        )  # fmt: skip


@pytest.mark.parametrize(("salary", "fte"), [(-1, 1), (1, 0), (1, -1)])
def test_terms_are_amounts(salary: int, fte: int) -> None:
    with pytest.raises(ValueError, match="amounts"):
        PayTerms(salary, fte)
