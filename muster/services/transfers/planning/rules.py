"""Is a first day in time for both payrolls, which one would be, and what if it must be. Pure.

``tests/spec/test_planning.py`` is the table of it. A first day is in time where at least 2 working
days are left until the earlier cut-off: that of the exporter's or of the importer's pay period
which holds it, each counted with its own bank holidays. The last day for changes counts as one, the
day of planning does not.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from muster.casework.calendars.rules import Calendar, PayPeriod
from muster.kernel.days import Period
from muster.kernel.working_days import latest_day_before, working_days_between
from muster.services.transfers.pay.owing import Side, WhoPays, who_pays

NOTICE_DAYS = 2
"""So many working days a payroll is told before its cut-off."""
APPROVALS = 2
"""So many people approve a first day that has passed."""
BlockedBy = Literal["before birth", "before employment", "no exporter period", "no importer period"]


@dataclass(frozen=True)
class Booking:
    """A pay period of an employer that a move counts on."""

    employer: uuid.UUID
    period: PayPeriod


@dataclass(frozen=True)
class ProRata:
    """What is done about a first day that comes too late for a payroll.

    Args:
        shares: who owes which days, over the periods that the move touches.
        advance: days that the importer pays by hand first, because its payroll cannot and the
            exporter does not either; None if there are none.
        advance_by: the pay day the payroll misses, by which they are paid by hand; the day of
            planning where that has passed.
        arrears: days that the importer's payroll pays later than it should; None if there are none.
        arrears_in: the period it pays them with; None where the calendar does not reach.
        interim_owner: who sees to it that the person is paid until the importer's payroll does.
        recover_from: the day from which the exporter takes back what it paid too much.
    """

    shares: WhoPays
    advance: Period | None
    advance_by: dt.date | None
    arrears: Period | None
    arrears_in: PayPeriod | None
    interim_owner: Side
    recover_from: dt.date | None


@dataclass(frozen=True)
class Correction:
    """What a first day that has passed asks for.

    Args:
        approvals: how many people must approve it.
        other_tax_year: whether it lies in an earlier tax year, so that what was reported for that
            year changes.
        tax_years: by the calendar year they begin in, those whose pay changes.
    """

    approvals: int
    other_tax_year: bool
    tax_years: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """What is planned for a first day.

    Args:
        first_day: the one that was wanted.
        in_time: whether both payrolls can still be told in time.
        margin_working_days: working days left until the earlier cut-off; 0 or less once it
            has come, None where a calendar does not reach.
        next_safe: the earliest first day, from the wanted one on and not before today, that is in
            time; None where the calendars do not reach one.
        pro_rata: what is done if it must be the wanted day; None where it is in time.
        books: the pay periods whose payroll takes it, exporter's first: those of the first day, or
            where it is too late for one, the first of that employer that is in time.
        deadline: the last legal day on which it is still in time; None where no calendar reaches.
        started: whether the wanted day has begun.
        correction: what a first day before today asks for.
        blocked: why it cannot be at all.
    """

    first_day: dt.date
    in_time: bool
    margin_working_days: int | None
    next_safe: dt.date | None
    pro_rata: ProRata | None
    books: tuple[Booking, ...]
    deadline: dt.date | None
    started: bool
    correction: Correction | None
    blocked: tuple[BlockedBy, ...] = ()


def plan(
    wanted: dt.date,
    exporter: Calendar,
    importer: Calendar,
    today: dt.date,
    *,
    born: dt.date | None = None,
    employed_from: dt.date | None = None,
    exporter_paid_to: dt.date | None = None,
) -> Plan:
    """Return what is planned for a first day that is wanted.

    Args:
        wanted: the first day with the importer.
        exporter: the calendar of the employer that is left.
        importer: the calendar of the employer that is joined.
        today: the legal day of planning.
        born: the person's date of birth, where it is known.
        employed_from: the first day of the employment that ends.
        exporter_paid_to: the last day the exporter has paid or will pay whatever happens; left
            out, it is worked out from its cut-off.
    """
    blocked = tuple(_blocks(wanted, exporter, importer, born, employed_from))
    margin = _margin(wanted, exporter, importer, today)
    in_time = not blocked and margin is not None and margin >= NOTICE_DAYS
    late = not blocked and not in_time
    return Plan(
        first_day=wanted,
        in_time=in_time,
        margin_working_days=margin,
        next_safe=next_safe(max(wanted, today), exporter, importer, today),
        pro_rata=_pro_rata(wanted, exporter, importer, today, exporter_paid_to) if late else None,
        books=tuple(_books(wanted, exporter, importer, today)),
        deadline=_deadline(wanted, exporter, importer),
        started=wanted <= today,
        correction=_correction(wanted, today),
        blocked=blocked,
    )


def next_safe(
    wanted: dt.date, exporter: Calendar, importer: Calendar, today: dt.date
) -> dt.date | None:
    """Return the earliest first day from ``wanted`` on that is in time; None if none is known.

    Between two beginnings of pay periods every day is as good as another, so these are looked at.
    """
    begins = {period.starts for one in (exporter, importer) for period in one.from_day(wanted)}
    for day in sorted({wanted, *(day for day in begins if day > wanted)}):
        margin = _margin(day, exporter, importer, today)
        if margin is not None and margin >= NOTICE_DAYS:
            return day
    return None


def _books(
    day: dt.date, exporter: Calendar, importer: Calendar, today: dt.date
) -> Iterator[Booking]:
    for one in (exporter, importer):
        period = one.period_of(day)
        if period is not None:
            yield Booking(one.employer, _first_in_time(day, one, today) or period)


def _margin(
    day: dt.date, exporter: Calendar, importer: Calendar, today: dt.date
) -> int | None:  # fmt: skip
    margins = [
        _left(period, one, today)
        for one in (exporter, importer)
        if (period := one.period_of(day)) is not None
    ]
    return min(margins) if len(margins) == 2 else None


def _left(period: PayPeriod, calendar: Calendar, today: dt.date) -> int:
    """Return the working days left until a period's cut-off; none of a frozen one."""
    left = working_days_between(today, period.last_day_for_changes, calendar.nation)
    return left if period.frozen_at is None else min(left, 0)


def _deadline(day: dt.date, exporter: Calendar, importer: Calendar) -> dt.date | None:
    days = [
        latest_day_before(period.last_day_for_changes, NOTICE_DAYS, one.nation)
        for one in (exporter, importer)
        if (period := one.period_of(day)) is not None
    ]
    return min(days) if len(days) == 2 else None


def _blocks(
    day: dt.date, exporter: Calendar, importer: Calendar, born: dt.date | None,
    employed_from: dt.date | None,
) -> Iterator[BlockedBy]:  # fmt: skip
    if born is not None and day <= born:
        yield "before birth"
    if employed_from is not None and day <= employed_from:
        yield "before employment"
    if exporter.period_of(day) is None:
        yield "no exporter period"
    if importer.period_of(day) is None:
        yield "no importer period"


def _pro_rata(
    day: dt.date, exporter: Calendar, importer: Calendar, today: dt.date, paid_to: dt.date | None
) -> ProRata | None:
    leaves, joins = exporter.period_of(day), importer.period_of(day)
    assert leaves is not None
    assert joins is not None
    pays_on = paid_to if paid_to is not None else _pays_anyway(day, exporter, today)
    taken_in = _first_in_time(day, importer, today)
    until = joins.ends if taken_in is None else max(joins.ends, taken_in.starts)
    shares = who_pays(
        day, pays_on, since=min(leaves.starts, joins.starts), until=max(until, leaves.ends)
    )
    late = None if taken_in == joins else Period(day, until)
    covered = day if shares.overpaid is None else shares.overpaid.end or day
    advance = None if late is None or covered >= until else Period(covered, until)
    return ProRata(
        shares=shares,
        advance=advance,
        advance_by=None if advance is None else _missed(importer, advance.start, today),
        arrears=late,
        arrears_in=taken_in if late else None,
        interim_owner="exporter" if shares.overpaid is not None else "importer",
        recover_from=(taken_in or joins).pay_day if shares.overpaid is not None else None,
    )


def _missed(importer: Calendar, day: dt.date, today: dt.date) -> dt.date:
    """Return the pay day on which a day is not paid although it should be; today if that passed."""
    period = importer.period_of(day)
    return today if period is None else max(period.pay_day, today)


def _pays_anyway(day: dt.date, exporter: Calendar, today: dt.date) -> dt.date:
    """Return the last day the exporter's payroll pays although somebody leaves before ``day``."""
    paid_to = day - dt.timedelta(days=1)
    for period in exporter.from_day(day):
        if _left(period, exporter, today) >= NOTICE_DAYS:
            break
        paid_to = period.last_day
    return paid_to


def _first_in_time(day: dt.date, calendar: Calendar, today: dt.date) -> PayPeriod | None:
    return next(
        (one for one in calendar.from_day(day) if _left(one, calendar, today) >= NOTICE_DAYS), None
    )


def _correction(day: dt.date, today: dt.date) -> Correction | None:
    if day >= today:
        return None
    years = range(tax_year(day), tax_year(today) + 1)
    return Correction(APPROVALS, len(years) > 1, tuple(years))


def tax_year(day: dt.date) -> int:
    """Return the calendar year in which the tax year of a day begins: on 6 April."""
    return day.year - ((day.month, day.day) < (4, 6))
