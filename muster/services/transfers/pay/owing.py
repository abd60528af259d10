"""Which employer pays which day, and what follows where one paid too much or pays late. Pure.

``tests/spec/test_who_pays.py`` is the table of it. The exporter pays up to the last day, the
importer from the first day, whatever was keyed when: each day has one employer that owes it. What
the exporter's payroll has paid beyond the last day is an overpayment, which the exporter takes
back. What the importer's payroll cannot pay in time is advanced by hand and comes as arrears.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from muster.casework.calendars.rules import Calendar, PayPeriod
from muster.kernel.days import ONE_DAY, Period
from muster.kernel.errors import BadInput, Where
from muster.services.transfers.pay.rules import ExpectedPay, Line, Stretch, expected_pay

Side = Literal["exporter", "importer"]


@dataclass(frozen=True)
class WhoPays:
    """Who owes the days of a span, and what has gone otherwise.

    Args:
        exporter: the days the exporter owes.
        importer: the days the importer owes.
        overpaid: days the importer owes that the exporter has paid as well.
        unpaid: days the exporter owes and has not paid yet.
    """

    exporter: Period | None
    importer: Period | None
    overpaid: Period | None = None
    unpaid: Period | None = None

    @property
    def shares(self) -> tuple[tuple[Side, Period], ...]:
        """Each side's days, in order; together the whole span, each day once."""
        both: tuple[tuple[Side, Period | None], ...] = (
            ("exporter", self.exporter), ("importer", self.importer),
        )  # fmt: skip
        return tuple((side, days) for side, days in both if days is not None)


def who_pays(
    first_day: dt.date, exporter_paid_to: dt.date | None, *, since: dt.date, until: dt.date
) -> WhoPays:
    """Return who owes each day from ``since`` to before ``until``.

    Args:
        first_day: the first day with the importer; the last with the exporter is the day before.
        exporter_paid_to: the last day the exporter has paid, or will pay whatever happens; None
            where nothing is paid within the span.
        since: the first day of the span.
        until: the day after its last.
    """
    paid_until = since if exporter_paid_to is None else exporter_paid_to + ONE_DAY
    turn = min(max(first_day, since), until)
    return WhoPays(
        exporter=_span(since, turn),
        importer=_span(turn, until),
        overpaid=_span(turn, min(paid_until, until)),
        unpaid=_span(max(since, min(paid_until, until)), turn),
    )


def _span(start: dt.date, end: dt.date) -> Period | None:
    return Period(start, end) if start < end else None


@dataclass(frozen=True)
class AfterLeaving:
    """Gross pay for service after leaving, as the exporter states it to the importer.

    Args:
        paid_to: the last day the exporter paid.
        days: the days paid beyond the last day; None if there are none.
        gross: pence paid for them: what was paid less what was due.
        by_period: the same for each pay period of the exporter.
    """

    paid_to: dt.date
    days: Period | None
    gross: int
    by_period: tuple[tuple[PayPeriod, int], ...]


def pay_after_leaving(
    stretches: Sequence[Stretch], exporter: Calendar, *, first_day: dt.date, paid_to: dt.date
) -> AfterLeaving:
    """Return what the exporter paid beyond the last day.

    Args:
        stretches: on what terms the exporter paid, as if nobody had left.
        exporter: its calendar.
        first_day: the first day with the importer.
        paid_to: the last day the exporter paid.

    Raises:
        BadInput: if its calendar does not reach a day it paid.
    """
    days = _span(first_day, paid_to + ONE_DAY)
    if days is None:
        return AfterLeaving(paid_to, None, 0, ())
    by_period = []
    for period in periods_of(exporter, days):
        paid = _to(stretches, period, exporter, paid_to + ONE_DAY)
        due = _to(stretches, period, exporter, first_day)
        by_period.append((period, paid - due))
    return AfterLeaving(paid_to, days, sum(pence for _, pence in by_period), tuple(by_period))


def _to(stretches: Sequence[Stretch], period: PayPeriod, calendar: Calendar, end: dt.date) -> int:
    """Return what a period pays for the days before ``end``."""
    cut = _cut(stretches, end)
    return expected_pay(cut, period, calendar.convention, frequency=calendar.frequency).gross


def _cut(stretches: Sequence[Stretch], end: dt.date) -> list[Stretch]:
    return [
        (Period(days.start, end if days.end is None else min(days.end, end)), terms)
        for days, terms in stretches
        if days.start < end
    ]


def periods_of(calendar: Calendar, days: Period) -> tuple[PayPeriod, ...]:
    """Return the periods that pay a span of days, in order.

    Raises:
        BadInput: if the calendar does not reach all of them.
    """
    assert days.end is not None
    for day in (days.start, days.end - ONE_DAY):
        if calendar.period_of(day) is None:
            raise no_period(day)
    return tuple(one for one in calendar.from_day(days.start) if one.starts < days.end)


def no_period(day: dt.date) -> BadInput:
    """Return the error that no pay period is known for a day."""
    return BadInput(
        f"No pay period is known for {day}", where=Where(field="payroll calendar"),
        fix="Load the payroll calendar of that year",
    )  # fmt: skip


@dataclass(frozen=True)
class RecoveryPlan:
    """How an overpayment comes back: pence on pay days, the first a penny more where it is odd.

    Args:
        instalments: pay day and pence, in order.
        left: pence that no known pay day takes; they are settled otherwise.
    """

    instalments: tuple[tuple[dt.date, int], ...]
    left: int = 0


def recovery_plan(
    amount: int, *, pay_days: Sequence[dt.date], begins: dt.date, at_most: int
) -> RecoveryPlan:
    """Return equal instalments by which an overpayment comes back.

    Args:
        amount: pence.
        pay_days: known pay days, in order.
        begins: the day before which nothing is taken back: that on which the importer has paid
            the same days, so that nobody is out of pocket in between.
        at_most: the most pence that one instalment may take.

    Raises:
        ValueError: if the amount is below zero, or nothing may be taken.
    """
    if amount < 0 or at_most <= 0:
        raise ValueError("an overpayment and its instalments are amounts above zero")
    days = [day for day in pay_days if day >= begins]
    wanted = -(-amount // at_most)
    count = min(wanted, len(days))
    taken = min(amount, count * at_most)
    each, odd = divmod(taken, count) if count else (0, 0)
    return RecoveryPlan(
        tuple((day, each + (n < odd)) for n, day in enumerate(days[:count])), amount - taken
    )


@dataclass(frozen=True)
class FirstPay:
    """The first pay by the importer's payroll.

    Args:
        period: the first period whose payroll can still take the start.
        own: what is paid for that period itself.
        arrears: what is paid with it for each period before that payroll could not take.
        gross: all of it, in pence.
        advance: pence of it that are owed before this pay day, so that they can be paid by hand.
    """

    period: PayPeriod
    own: ExpectedPay
    arrears: tuple[ExpectedPay, ...]
    gross: int
    advance: int

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of it, arrears first."""
        return tuple(line for pay in (*self.arrears, self.own) for line in pay.lines)


def first_pay(
    stretches: Sequence[Stretch],
    importer: Calendar,
    *,
    told: dt.datetime | None = None,
    period: PayPeriod | None = None,
) -> FirstPay:
    """Return what the first pay will be.

    Args:
        stretches: on what terms the person works with the importer, from the first day on.
        importer: its calendar.
        told: when its payroll is told; the first period that still takes changes then pays first.
        period: the period that was booked, which pays first whatever its cut-off.

    Raises:
        BadInput: if nothing is to be paid, or the calendar does not reach.
    """
    if not stretches:
        raise BadInput(
            "There are no terms to pay by", where=Where(field="terms"), fix="State the terms first"
        )
    first_day = min(days.start for days, _ in stretches)
    if importer.period_of(first_day) is None:
        raise no_period(first_day)
    missed: list[ExpectedPay] = []
    for one in importer.from_day(first_day):
        pay = expected_pay(stretches, one, importer.convention, frequency=importer.frequency)
        if one == period or (period is None and (told is None or one.takes_changes_at(told))):
            arrears = sum(each.gross for each in missed)
            return FirstPay(one, pay, tuple(missed), arrears + pay.gross, arrears)
        missed.append(pay)
    raise no_period(importer.periods[-1].ends if period is None else period.starts)


@dataclass(frozen=True)
class LastPay:
    """What the exporter's payroll pays once it is told that somebody has left or will leave.

    Args:
        period: the first period, from that of the last day on, whose payroll can still take it.
        own: what is due for that period itself.
        after_leaving: pence that periods before it paid beyond the last day.
        gross: what is due less what was paid too much; below zero where less is due.
    """

    period: PayPeriod
    own: ExpectedPay
    after_leaving: int
    gross: int


def last_pay(
    stretches: Sequence[Stretch],
    exporter: Calendar,
    *,
    first_day: dt.date,
    told: dt.datetime | None = None,
    period: PayPeriod | None = None,
) -> LastPay:
    """Return what the exporter's payroll pays last, what it paid too much taken back in one go.

    Where it comes back by instalments instead, ``own`` is paid and ``recovery_plan`` says the rest.

    Args:
        stretches: on what terms the exporter paid, as if nobody had left.
        exporter: its calendar.
        first_day: the first day with the importer.
        told: when its payroll is told; the first period that still takes changes then is the last.
        period: the period that was booked, which is the last whatever its cut-off.

    Raises:
        BadInput: if the calendar does not reach.
    """
    last_day = first_day - ONE_DAY
    if exporter.period_of(last_day) is None:
        raise no_period(last_day)
    after = 0
    for one in exporter.from_day(last_day):
        if one == period or (period is None and (told is None or one.takes_changes_at(told))):
            cut = _cut(stretches, first_day)
            own = expected_pay(cut, one, exporter.convention, frequency=exporter.frequency)
            return LastPay(one, own, after, own.gross - after)
        after += _to(stretches, one, exporter, one.ends) - _to(stretches, one, exporter, first_day)
    raise no_period(exporter.periods[-1].ends if period is None else period.starts)
