"""Until when each kind of fact is kept: the tables are the rule, for information governance and HR.

A line of the schedule says from when its time starts and how long it is. *may go* is the first day
on which the fact may be erased, *why kept* what keeps it today. Employments are ``first day to
last day``, both counted; a last day of ``...`` is not known yet.
"""

import datetime as dt

import pytest

from muster.kernel.days import ONE_DAY, Period
from muster.register.keeping.rules import Facts, Kept, deadline, kept, tax_year_end
from muster.register.keeping.schedule import declared, governing, holdings, line_of, schedule
from tests.tables import rows_of

# The HR file: six years after leaving the employer whose file it is.
LEAVERS = """
case                             | employments at this employer                              | today      | may go     | why kept
left, time not up                | 2010-01-01 to 2020-03-31                                  | 2026-03-31 | 2026-04-01 | its time is not up
left, time up                    | 2010-01-01 to 2020-03-31                                  | 2026-04-01 | 2026-04-01 |
left on a leap day               | 2010-01-01 to 2020-02-29                                  | 2026-03-01 | 2026-03-01 |
left on a leap day, the day before | 2010-01-01 to 2020-02-29                                | 2026-02-28 | 2026-03-01 | its time is not up
left on 28 February of a leap year | 2010-01-01 to 2020-02-28                                | 2026-02-28 | 2026-03-01 | its time is not up
left on 28 February              | 2010-01-01 to 2018-02-28                                  | 2024-02-29 | 2024-03-01 | its time is not up
still employed                   | 2010-01-01 to ...                                         | 2040-01-01 |            | still employed
leaves in the future             | 2010-01-01 to 2027-01-31                                  | 2026-11-22 |            | still employed
leaves today                     | 2010-01-01 to 2026-11-22                                  | 2026-11-22 |            | still employed
left yesterday                   | 2010-01-01 to 2026-11-21                                  | 2026-11-22 | 2032-11-22 | its time is not up
employed again, and left         | 1990-01-01 to 1999-12-31, 2015-01-01 to 2021-06-30        | 2026-11-22 | 2027-07-01 | its time is not up
employed again, and still there  | 1990-01-01 to 1999-12-31, 2015-01-01 to ...               | 2026-11-22 |            | still employed
to be employed again             | 1990-01-01 to 1999-12-31, 2027-01-01 to 2028-12-31        | 2026-11-22 |            | still employed
stated out of order              | 2015-01-01 to 2016-12-31, 1990-01-01 to 1999-12-31        | 2026-11-22 | 2023-01-01 |
never employed there             |                                                           | 2026-11-22 |            | no employment is known
"""  # noqa: E501

# Of several employers each keeps the HR file of its own: the other's employment does not lengthen
# it. The employment and pension record is one, whoever the employers were.
EMPLOYERS = """
employer asked for | Mill                     | Weir                     | today      | may go     | why kept
Mill               | 2000-01-01 to 2010-12-31 | 2011-01-01 to ...        | 2026-11-22 | 2017-01-01 |
Weir               | 2000-01-01 to 2010-12-31 | 2011-01-01 to ...        | 2026-11-22 |            | still employed
Weir               | 2000-01-01 to ...        | 2011-01-01 to 2012-12-31 | 2026-11-22 | 2019-01-01 |
"""  # noqa: E501

# The employment and pension record: until the 100th birthday, and six years after leaving.
PENSION = """
case                         | born                  | employments              | today      | may go     | why kept
the day before               | 1926-11-23            | 1950-01-01 to 1986-12-31 | 2026-11-22 | 2026-11-23 | its time is not up
on the birthday              | 1926-11-22            | 1950-01-01 to 1986-12-31 | 2026-11-22 | 2026-11-22 |
born on a leap day           | 1924-02-29            | 1950-01-01 to 1986-12-31 | 2024-02-29 | 2024-02-29 |
no such day in 2100          | 2000-02-29            | 2020-01-01 to 2060-12-31 | 2100-03-01 | 2100-03-01 |
systems disagree             | 1926-01-01 1962-01-01 | 1985-01-01 to 2000-12-31 | 2026-11-22 | 2062-01-01 | its time is not up
left at 97                   | 1926-01-01            | 1950-01-01 to 2023-05-31 | 2026-11-22 | 2029-06-01 | its time is not up
still employed at 101        | 1925-01-01            | 1950-01-01 to ...        | 2026-11-22 |            | still employed
no birth date                |                       | 1950-01-01 to 1986-12-31 | 2026-11-22 |            | no birth date is known
an applicant, never employed | 1926-01-01            |                          | 2026-11-22 | 2026-01-01 |
"""  # noqa: E501

# What keeps a fact whose time is up.
KEPT_ANYWAY = """
line    | holds                  | open                      | may go     | why kept
hr-file | legal hold: a tribunal |                           | 2017-01-01 | legal hold: a tribunal
hr-file |                        | systems disagree on it    | 2017-01-01 | systems disagree on it
hr-file |                        | a transfer is not settled | 2017-01-01 | a transfer is not settled
hr-file | legal hold: a tribunal | systems disagree on it    | 2017-01-01 | legal hold: a tribunal
hr-file |                        |                           | 2017-01-01 |
"""  # noqa: E501

# What has a date of its own. The tax year ends on 5 April.
DATED = """
line      | of the day | agreement ends | may go     | in words
pay       | 2023-04-05 |                | 2026-04-06 | last day of the tax year 2022-23
pay       | 2023-04-06 |                | 2027-04-06 | first day of the next one
pay       | 2024-02-29 |                | 2027-04-06 | a leap day
landing   | 2019-11-21 |                | 2026-11-22 | seven years
landing   | 2024-02-28 |                | 2031-03-01 | the day after would be a leap day
landing   | 2024-02-29 |                | 2031-03-01 | as at a leap day
access    | 2020-11-30 |                | 2026-12-01 | six years
decisions | 2006-11-30 |                | 2026-12-01 | twenty years
message   | 2019-11-21 | 2018-12-31     | 2026-11-22 | its agreement ended before
message   | 2019-11-21 | 2027-03-31     | 2027-04-01 | its agreement is in force
landing   |            |                |            | no date is known
"""

# A request is met within one month, or three where it is complex (Article 12(3)).
REQUESTS = """
asked for  | extended | met by     | in words
2026-11-23 | no       | 2026-12-23 | the corresponding day
2026-11-23 | yes      | 2027-02-23 | two months more
2027-01-31 | no       | 2027-03-01 | February has no 31st; its last day is a Sunday
2028-01-31 | no       | 2028-02-29 | a leap day
2026-11-26 | no       | 2026-12-29 | 26 December is a Saturday; Monday is a bank holiday instead
2026-12-05 | no       | 2027-01-05 | a Tuesday
"""

TODAY = dt.date(2026, 11, 22)


def periods(text: str) -> tuple[Period, ...]:
    """Read employments as the tables state them."""
    found = []
    for one in filter(None, (part.strip() for part in text.split(","))):
        first, last = one.split(" to ")
        end = None if last == "..." else dt.date.fromisoformat(last) + ONE_DAY
        found.append(Period(dt.date.fromisoformat(first), end))
    return tuple(found)


def said(found: Kept) -> tuple[str, str]:
    return str(found.goes_on or ""), found.because


@pytest.mark.parametrize("row", rows_of(LEAVERS), ids=lambda row: row[0])
def test_the_hr_file_is_kept_six_years_after_leaving(row: tuple[str, ...]) -> None:
    _case, employments, today, goes, why = row
    facts = Facts(employed=periods(employments))
    assert said(kept(line_of("hr-file"), facts, today=_day(today))) == (goes, why)


@pytest.mark.parametrize("row", rows_of(EMPLOYERS), ids=lambda row: f"{row[0]} {row[4]}")
def test_each_employer_keeps_the_file_of_its_own(row: tuple[str, ...]) -> None:
    asked, mill, weir, today, goes, why = row
    facts = Facts(employed=periods(mill if asked == "Mill" else weir))
    assert said(kept(line_of("hr-file"), facts, today=_day(today))) == (goes, why)


@pytest.mark.parametrize("row", rows_of(PENSION), ids=lambda row: row[0])
def test_the_pension_record_is_kept_until_the_100th_birthday(row: tuple[str, ...]) -> None:
    _case, born, employments, today, goes, why = row
    facts = Facts(born=tuple(map(_day, born.split())), employed=periods(employments))
    assert said(kept(line_of("person"), facts, today=_day(today))) == (goes, why)


@pytest.mark.parametrize("row", rows_of(KEPT_ANYWAY), ids=lambda row: f"{row[1]}, {row[2]}")
def test_holds_and_what_is_open_keep_what_is_past_its_time(row: tuple[str, ...]) -> None:
    line, holds, unsettled, goes, why = row
    facts = Facts(
        employed=periods("2000-01-01 to 2010-12-31"),
        holds=(holds,) if holds else (),
        unsettled=(unsettled,) if unsettled else (),
    )
    found = kept(line_of(line), facts, today=TODAY)
    assert said(found) == (goes, why)
    assert found.due is not bool(why)


@pytest.mark.parametrize("row", rows_of(DATED), ids=lambda row: f"{row[0]} {row[1]}")
def test_what_has_a_date_is_kept_from_it(row: tuple[str, ...]) -> None:
    line, stated, ends, goes, _words = row
    facts = Facts(
        stated=_day(stated) if stated else None, agreement_ends=_day(ends) if ends else None
    )
    found = kept(line_of(line), facts, today=TODAY)
    assert str(found.goes_on or "") == goes
    assert found.due is (bool(goes) and _day(goes) <= TODAY)


@pytest.mark.parametrize("row", rows_of(REQUESTS), ids=lambda row: row[3])
def test_requests_are_met_in_time(row: tuple[str, ...]) -> None:
    asked, extended, by, _words = row
    holidays = {dt.date(2026, 12, 25), dt.date(2026, 12, 28), dt.date(2027, 1, 1)}
    found = deadline(
        _day(asked),
        extended=extended == "yes",
        works=lambda day: day.weekday() < 5 and day not in holidays,
    )
    assert str(found) == by


@pytest.mark.parametrize("day", [dt.date(2026, 4, 5), dt.date(2025, 4, 6), dt.date(2026, 1, 1)])
def test_a_tax_year_ends_on_5_april(day: dt.date) -> None:
    assert tax_year_end(day) == dt.date(2026, 4, 5)


def test_each_personal_field_is_governed_by_exactly_one_line() -> None:
    """Whoever declares a personal field states a sentence of the schedule, or adds a line to it."""
    wrong = {
        f"{model._meta.label}.{field}": personal.retention
        for model, field, personal in declared()
        if len(governing(personal)) != 1
    }
    assert wrong == {}


def test_each_table_with_personal_fields_says_whose_its_rows_are() -> None:
    """So a copy for a person is complete, whichever room keeps the table."""
    assert {model._meta.label for model, _field, _said in declared()} == {
        one.model for one in holdings()
    }


def test_each_line_says_what_an_officer_must_be_able_to_answer() -> None:
    codes = [line.code for line in schedule()]
    assert len(set(codes)) == len(codes)
    for line in schedule():
        assert all(len(text) > 10 for text in (line.keeps, line.legal, line.exception, *line.says))


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
