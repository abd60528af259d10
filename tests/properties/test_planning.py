"""Planning, whatever the two calendars: what is called safe is in time, and nobody goes unpaid."""

import datetime as dt
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from muster.casework.calendars.rules import Calendar, PayPeriod
from muster.kernel.days import LONDON, ONE_DAY
from muster.kernel.working_days import bank_holidays
from muster.services.transfers.planning.replanning import replan
from muster.services.transfers.planning.rules import NOTICE_DAYS, next_safe, plan
from tests.payroll_calendars import calendars

WANTED = st.dates(dt.date(2026, 2, 1), dt.date(2027, 12, 31))
SHIFT = st.integers(-50, 50)


def left(period: PayPeriod | None, calendar: Calendar, today: dt.date) -> int:
    """Count plainly: the working days after today on which payroll still takes changes."""
    assert period is not None
    shown = period.cut_off.astimezone(LONDON)
    last = shown.date() - ONE_DAY * (shown.time() == dt.time(0))
    days = [today + ONE_DAY * n for n in range(1, (last - today).days + 1)]
    holidays = {day for day in days if day in bank_holidays(calendar.nation, day.year)}
    return sum(day.isoweekday() <= 5 and day not in holidays for day in days)


@given(calendars(), calendars(), WANTED, SHIFT)
def test_in_time_is_two_working_days_before_the_earlier_cut_off(
    exporter: Calendar, importer: Calendar, wanted: dt.date, shift: int
) -> None:
    today = wanted + ONE_DAY * shift
    found = plan(wanted, exporter, importer, today)
    plainly = min(left(one.period_of(wanted), one, today) for one in (exporter, importer))
    assert found.in_time == (plainly >= NOTICE_DAYS)
    assert found.margin_working_days is not None
    assert max(found.margin_working_days, 0) == plainly
    assert found.started == (wanted <= today)
    assert (found.correction is not None) == (wanted < today)


@given(calendars(), calendars(), WANTED, SHIFT)
def test_the_next_safe_day_is_in_time_and_none_before_it_is(
    exporter: Calendar, importer: Calendar, wanted: dt.date, shift: int
) -> None:
    today = wanted + ONE_DAY * shift
    found = plan(wanted, exporter, importer, today).next_safe
    assert found is not None
    assert plan(found, exporter, importer, today).in_time
    day = max(wanted, today)
    assert found >= day
    while day < found:
        assert not plan(day, exporter, importer, today).in_time
        day += ONE_DAY


@given(calendars(), calendars(), WANTED, SHIFT, st.integers(0, 40), st.integers(0, 40))
def test_waiting_leaves_less_time_and_a_later_day_more(
    exporter: Calendar, importer: Calendar, wanted: dt.date, shift: int, waits: int, later: int
) -> None:
    today = wanted + ONE_DAY * shift
    now = plan(wanted, exporter, importer, today).margin_working_days
    waited = plan(wanted, exporter, importer, today + ONE_DAY * waits).margin_working_days
    after = plan(wanted + ONE_DAY * later, exporter, importer, today).margin_working_days
    assert now is not None
    assert waited is not None
    assert after is not None
    assert waited <= now <= after
    sooner = next_safe(wanted, exporter, importer, today)
    delayed = next_safe(wanted, exporter, importer, today + ONE_DAY * waits)
    assert sooner is not None
    assert delayed is None or sooner <= delayed


@given(calendars(), calendars(), WANTED)
def test_the_deadline_is_the_last_day_on_which_it_is_in_time(
    exporter: Calendar, importer: Calendar, wanted: dt.date
) -> None:
    deadline = plan(wanted, exporter, importer, wanted).deadline
    assert deadline is not None
    assert plan(wanted, exporter, importer, deadline).in_time
    assert not plan(wanted, exporter, importer, deadline + ONE_DAY).in_time


@given(calendars(), calendars(), WANTED, SHIFT)
def test_a_pro_rata_plan_pays_every_day_once_and_leaves_nobody_without_pay(
    exporter: Calendar, importer: Calendar, wanted: dt.date, shift: int
) -> None:
    today = wanted + ONE_DAY * shift
    planned = plan(wanted, exporter, importer, today)
    assume(planned.pro_rata is not None)
    found = planned.pro_rata
    assert found is not None
    spans = [days for _, days in found.shares.shares]
    start, end = min(one.start for one in spans), max(one.end or one.start for one in spans)
    for day in (start + ONE_DAY * n for n in range((end - start).days)):
        (side,) = [side for side, days in found.shares.shares if days.holds(day)]
        assert side == ("exporter" if day < wanted else "importer")
        late = found.arrears is not None and found.arrears.holds(day)
        advanced = found.advance is not None and found.advance.holds(day)
        covered = found.shares.overpaid is not None and found.shares.overpaid.holds(day)
        assert not (advanced and covered)
        assert not late or advanced or covered, "somebody pays a day that comes late"
        assert not advanced or late
    if found.arrears is not None:
        assert found.arrears.start == wanted
        assert found.arrears_in is None or found.arrears_in.starts == found.arrears.end
    assert found.advance_by is None or found.advance_by >= today
    assert (found.recover_from is None) == (found.shares.overpaid is None)


@given(calendars(), calendars(), WANTED, SHIFT)
def test_what_is_booked_takes_changes_in_time(
    exporter: Calendar, importer: Calendar, wanted: dt.date, shift: int
) -> None:
    today = wanted + ONE_DAY * shift
    found = plan(wanted, exporter, importer, today)
    for booked, calendar in zip(found.books, (exporter, importer), strict=True):
        assert booked.employer == calendar.employer
        assert booked.period.ends > wanted
        taken = left(booked.period, calendar, today) >= NOTICE_DAYS
        assert taken or booked.period == calendar.period_of(wanted)


@given(calendars(), calendars(), WANTED, SHIFT, st.integers(-6, 6), st.integers(0, 5))
def test_planning_again_tells_what_changed_and_nothing_else(
    exporter: Calendar, importer: Calendar, wanted: dt.date, shift: int, moves: int, waits: int
) -> None:
    today = wanted + ONE_DAY * shift
    before = plan(wanted, exporter, importer, today)
    assert replan(before, exporter, importer, today).changes == ()
    moved = _moved(importer, wanted, moves)
    found = replan(before, exporter, moved, today + ONE_DAY * waits)
    assert found.plan == plan(wanted, exporter, moved, today + ONE_DAY * waits)
    assert found.act == (before.in_time and not found.plan.in_time)
    if moves >= 0 and not waits:
        assert not found.act
    if found.plan.deadline != before.deadline:
        assert "deadline" in [one.what for one in found.changes]


def _moved(calendar: Calendar, day: dt.date, by: int) -> Calendar:
    """Return the calendar with the cut-off of a day's period moved, as far as it may be."""
    periods = []
    for one in calendar.periods:
        if not one.days.holds(day):
            periods.append(one)
            continue
        cut_off = one.cut_off + dt.timedelta(days=by)
        others = [other.cut_off for other in calendar.periods if other != one]
        fits = cut_off.astimezone(LONDON).date() <= one.pay_day and all(
            (other < cut_off) == (other < one.cut_off) and other != cut_off for other in others
        )
        periods.append(replace(one, cut_off=cut_off) if fits else one)
    return replace(calendar, periods=tuple(periods))
