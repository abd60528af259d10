"""Is a first day in time for both payrolls, and what is done if not: the tables are the rule.

In these tables both employers pay calendar months on the last day of the month. A *cut-off* is a
day of the month at 17:00; that of the month which holds the first day counts, and at least 2
working days must be left until the earlier of the two after the day of planning. If they are not,
the next safe day is offered, and a plan for the wanted day all the same: who owes which days, what
is paid by hand first (advance), what comes later (arrears), and who sees to it meanwhile.
"""

import datetime as dt

import pytest

from muster.casework.calendars.rules import Calendar
from muster.kernel.days import ONE_DAY, Period
from muster.kernel.working_days import NATIONS
from muster.services.transfers.planning.replanning import replan
from muster.services.transfers.planning.rules import Plan, plan, tax_year
from tests.payroll_calendars import month_of, monthly
from tests.tables import rows_of

# exporter, importer: day of the month of their cut-off; margin: working days left.
IN_TIME = """
wanted     | today      | exporter | importer | in time | margin | next safe  | decide by  | because
2026-12-01 | 2026-11-23 | 10       | 15       | yes     | 13     | 2026-12-01 | 2026-12-08 | plenty of time; the exporter's is earlier
2026-12-01 | 2026-11-23 | 15       | 10       | yes     | 13     | 2026-12-01 | 2026-12-08 | the importer's is earlier
2026-12-01 | 2026-12-08 | 10       | 15       | yes     | 2      | 2026-12-08 | 2026-12-08 | exactly two working days are left
2026-12-01 | 2026-12-09 | 10       | 15       | no      | 1      | 2027-01-01 | 2026-12-08 | only one
2026-12-14 | 2026-12-09 | 10       | 15       | no      | 1      | 2027-01-01 | 2026-12-08 | any day of that month is too late
2026-12-14 | 2026-12-08 | 10       | 15       | yes     | 2      | 2026-12-14 | 2026-12-08 | the month of the first day counts
2026-12-14 | 2026-12-11 | 10       | 15       | no      | -1     | 2027-01-01 | 2026-12-08 | the exporter's has passed
2027-01-04 | 2026-12-09 | 10       | 15       | yes     | 19     | 2027-01-04 | 2027-01-06 | 10 January is a Sunday: Friday is the last working day
2027-01-04 | 2027-01-06 | 10       | 15       | yes     | 2      | 2027-01-06 | 2027-01-06 | Thursday and Friday are left
2027-01-04 | 2027-01-07 | 10       | 15       | no      | 1      | 2027-02-01 | 2027-01-06 | only Friday is left
2026-12-01 | 2026-12-05 | 10       | 15       | yes     | 4      | 2026-12-05 | 2026-12-08 | has started, and payroll can still be told
2026-12-29 | 2026-12-24 | 29       | 30       | no      | 1      | 2027-01-01 | 2026-12-23 | Christmas and Boxing Day are no working days
2026-12-29 | 2026-12-23 | 29       | 30       | yes     | 2      | 2026-12-29 | 2026-12-23 | counted over Christmas
2027-12-15 | 2027-12-20 | 10       | 15       | no      | -6     | none       | 2027-12-08 | no calendar of 2028 is known
"""  # noqa: E501 - one row a line

# Whose bank holidays count: 30 November is St Andrew's Day. Cut-off on 1 December for both.
NATIONS_TABLE = """
exporter          | importer          | today      | margin
england-and-wales | england-and-wales | 2026-11-27 | 2
scotland          | england-and-wales | 2026-11-27 | 1
england-and-wales | scotland          | 2026-11-27 | 1
northern-ireland  | england-and-wales | 2026-11-27 | 2
"""

# What is done where the wanted day is too late; days by their first and last.
PRO_RATA = """
wanted     | today      | exporter | importer | exporter owes         | importer owes         | overpaid              | advance               | by         | arrears               | come with  | meanwhile | taken back from
2026-12-14 | 2026-12-11 | 15       | 10       | 2026-12-01 2026-12-13 | 2026-12-14 2026-12-31 | -                     | 2026-12-14 2026-12-31 | 2026-12-31 | 2026-12-14 2026-12-31 | 2027-01-31 | importer  | -
2026-12-14 | 2026-12-11 | 10       | 18       | 2026-12-01 2026-12-13 | 2026-12-14 2026-12-31 | 2026-12-14 2026-12-31 | -                     | -          | -                     | -          | exporter  | 2026-12-31
2026-12-14 | 2026-12-18 | 10       | 10       | 2026-12-01 2026-12-13 | 2026-12-14 2026-12-31 | 2026-12-14 2026-12-31 | -                     | -          | 2026-12-14 2026-12-31 | 2027-01-31 | exporter  | 2027-01-31
2026-11-16 | 2026-12-21 | 22       | 10       | 2026-11-01 2026-11-15 | 2026-11-16 2026-12-31 | 2026-11-16 2026-12-31 | -                     | -          | 2026-11-16 2026-12-31 | 2027-01-31 | exporter  | 2027-01-31
2026-11-16 | 2026-12-14 | 22       | 10       | 2026-11-01 2026-11-15 | 2026-11-16 2026-12-31 | 2026-11-16 2026-11-30 | 2026-12-01 2026-12-31 | 2026-12-31 | 2026-11-16 2026-12-31 | 2027-01-31 | exporter  | 2027-01-31
2026-11-16 | 2026-12-14 | 10       | 10       | 2026-11-01 2026-11-15 | 2026-11-16 2026-12-31 | 2026-11-16 2026-12-31 | -                     | -          | 2026-11-16 2026-12-31 | 2027-01-31 | exporter  | 2027-01-31
"""  # noqa: E501 - one row a line

# A first day that has passed, and one that cannot be. Today is 2026-11-22, cut-offs on the 26th.
BEHIND = """
wanted     | born       | employed from | approvals | tax years | other tax year | blocked by
2026-11-22 | 1990-02-01 | 2020-01-06    | 0         | -         | no             | -
2026-11-21 | 1990-02-01 | 2020-01-06    | 2         | 2026      | no             | -
2026-04-06 | 1990-02-01 | 2020-01-06    | 2         | 2026      | no             | -
2026-04-05 | 1990-02-01 | 2020-01-06    | 2         | 2025 2026 | yes            | -
2026-03-31 | 1990-02-01 | 2020-01-06    | 2         | 2025 2026 | yes            | -
2026-02-02 | 2026-02-02 | 2020-01-06    | 2         | 2025 2026 | yes            | before birth
2026-02-02 | 1990-02-01 | 2026-02-02    | 2         | 2025 2026 | yes            | before employment
2025-12-31 | 1990-02-01 | 2020-01-06    | 2         | 2025 2026 | yes            | no exporter period, no importer period
2028-01-01 | 1990-02-01 | 2020-01-06    | 0         | -         | no             | no exporter period, no importer period
"""  # noqa: E501 - one row a line
day = dt.date.fromisoformat


def both(exporter: str, importer: str) -> tuple[Calendar, Calendar]:
    return (
        monthly(cut_off_day=int(exporter), employer=1),
        monthly(cut_off_day=int(importer), employer=2),
    )


def as_text(days: Period | dt.date | None) -> str:
    if isinstance(days, Period):
        return f"{days.start} {days.last_day()}"
    return "-" if days is None else days.isoformat()


@pytest.mark.parametrize("row", rows_of(IN_TIME), ids=lambda row: f"{row[0]} {row[-1]}")
def test_a_first_day_is_in_time_as_the_table_says(row: tuple[str, ...]) -> None:
    wanted, today, exporter, importer, in_time, margin, safe, decide_by, _because = row
    found = plan(day(wanted), *both(exporter, importer), day(today))
    assert found.in_time == (in_time == "yes")
    assert found.margin_working_days == int(margin)
    assert found.next_safe == (None if safe == "none" else day(safe))
    assert found.deadline == day(decide_by)
    assert (found.pro_rata is None) == found.in_time
    assert [one.employer.int for one in found.books] == [1, 2]
    touched = [one.period.days.holds(day(wanted)) for one in found.books]
    assert all(touched) or not found.in_time


@pytest.mark.parametrize("row", rows_of(NATIONS_TABLE), ids=" ".join)
def test_each_payroll_keeps_its_own_bank_holidays(row: tuple[str, ...]) -> None:
    exporter, importer = (next(one for one in NATIONS if one == name) for name in row[:2])
    found = plan(
        day("2026-12-07"), monthly(cut_off_day=1, nation=exporter),
        monthly(cut_off_day=1, nation=importer), day(row[2]),
    )  # fmt: skip
    assert found.margin_working_days == int(row[3])


@pytest.mark.parametrize("row", rows_of(PRO_RATA), ids=lambda row: " ".join(row[:4]))
def test_a_day_that_is_too_late_has_a_plan_all_the_same(row: tuple[str, ...]) -> None:
    found = plan(day(row[0]), *both(row[2], row[3]), day(row[1])).pro_rata
    assert found is not None
    told = (
        found.shares.exporter, found.shares.importer, found.shares.overpaid, found.advance,
        found.advance_by, found.arrears, found.arrears_in.pay_day if found.arrears_in else None,
    )  # fmt: skip
    assert tuple(map(as_text, told)) == row[4:11]
    assert found.interim_owner == row[11]
    assert as_text(found.recover_from) == row[12]


@pytest.mark.parametrize("row", rows_of(BEHIND), ids=lambda row: f"{row[0]} {row[-1]}")
def test_a_day_that_has_passed_is_a_correction_and_some_cannot_be(row: tuple[str, ...]) -> None:
    wanted, born, employed, approvals, years, other, blocked = row
    found = plan(
        day(wanted), *both("26", "26"), day("2026-11-22"), born=day(born),
        employed_from=day(employed),
    )  # fmt: skip
    correction = found.correction
    assert (0 if correction is None else correction.approvals) == int(approvals)
    assert (correction is not None and correction.other_tax_year) == (other == "yes")
    told = "-" if correction is None else " ".join(map(str, correction.tax_years))
    assert told == years
    assert (", ".join(found.blocked) or "-") == blocked
    assert not (found.blocked and found.in_time)
    assert found.blocked == () or found.pro_rata is None


def test_what_the_exporter_says_it_has_paid_counts_before_what_its_calendar_suggests() -> None:
    found = plan(
        day("2026-12-14"), *both("10", "10"), day("2026-12-18"),
        exporter_paid_to=day("2026-11-30"),
    ).pro_rata  # fmt: skip
    assert found is not None
    assert as_text(found.shares.unpaid) == "2026-12-01 2026-12-13"
    assert as_text(found.advance) == "2026-12-14 2026-12-31"
    assert (found.interim_owner, found.recover_from) == ("importer", None)


def test_a_frozen_period_takes_no_changes_whatever_its_cut_off() -> None:
    exporter, importer = both("20", "20")
    december = exporter.period_of(day("2026-12-01"))
    assert december is not None
    frozen = Calendar(
        exporter.employer, exporter.frequency, exporter.convention, exporter.nation,
        tuple(
            type(one)(one.starts, one.ends, one.cut_off, one.pay_day, one.cut_off)
            if one == december else one
            for one in exporter.periods
        ),
    )  # fmt: skip
    assert plan(day("2026-12-14"), exporter, importer, day("2026-12-01")).in_time
    found = plan(day("2026-12-14"), frozen, importer, day("2026-12-01"))
    assert (found.in_time, found.next_safe) == (False, day("2027-01-01"))


def test_a_cut_off_at_midnight_counts_the_day_before() -> None:
    exporter, importer = both("15", "15")
    moved = with_december(exporter, month_of(2026, 12, 10, time=dt.time(0)))
    found = plan(day("2026-12-14"), moved, importer, day("2026-12-08"))
    assert found.margin_working_days == 1


def with_december(calendar: Calendar, december: object) -> Calendar:
    return Calendar(
        calendar.employer, calendar.frequency, calendar.convention, calendar.nation,
        tuple(
            december if one.starts == day("2026-12-01") else one  # type: ignore[misc]
            for one in calendar.periods
        ),
    )  # fmt: skip


# The importer's cut-off of December moves from the 15th; the exporter's is on the 16th.
MOVED = """
today      | moves to | told                                | must choose
2026-12-03 | 17       | deadline                            | no
2026-12-03 | 10       | deadline                            | no
2026-12-10 | 10       | no longer in time, deadline, importer's pay day, importer's period, next safe day | yes
2026-12-14 | 17       | in time again, deadline, importer's pay day, importer's period | no
2026-12-14 | 22       | in time again, deadline, importer's pay day, importer's period | no
2026-12-03 | 15       | nothing                             | no
"""  # noqa: E501 - one row a line


@pytest.mark.parametrize("row", rows_of(MOVED), ids=" ".join)
def test_a_moved_cut_off_tells_what_it_changes(row: tuple[str, ...]) -> None:
    today, moves_to, told, act = row
    exporter, importer = both("16", "15")
    before = plan(day("2026-12-14"), exporter, importer, day(today))
    moved = with_december(importer, month_of(2026, 12, int(moves_to)))
    found = replan(before, exporter, moved, day(today))
    assert (", ".join(one.what for one in found.changes) or "nothing") == told
    assert found.act == (act == "yes")
    assert found.plan == plan(day("2026-12-14"), exporter, moved, day(today))
    assert replan(found.plan, exporter, moved, day(today)).changes == ()


def test_days_may_pass_without_anything_to_tell() -> None:
    exporter, importer = both("16", "15")
    before: Plan = plan(day("2026-12-14"), exporter, importer, day("2026-12-01"))
    assert replan(before, exporter, importer, day("2026-12-11")).changes == ()
    late = replan(before, exporter, importer, day("2026-12-14"))
    assert [one.what for one in late.changes] == [
        "no longer in time", "importer's pay day", "importer's period", "next safe day",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("on", "year"), [("2026-04-05", 2025), ("2026-04-06", 2026), ("2026-12-31", 2026),
                     ("2027-01-01", 2026), ("2028-02-29", 2027)],
)  # fmt: skip
def test_a_tax_year_begins_on_6_april(on: str, year: int) -> None:
    assert tax_year(day(on)) == year
    assert tax_year(day(on) + ONE_DAY) >= year
