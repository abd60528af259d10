"""What the database always states of payroll calendars, and how it is violated."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from muster.casework.calendars.constraints import FROZEN_STAYS, KEEPS, NO_OVERLAP, STATES
from muster.casework.calendars.models import CalendarLoad, PayrollCalendar, PayrollPeriod
from muster.kernel.ids import new_id
from muster.register.employers.models import Employer

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
BEFORE = NOW - dt.timedelta(days=1)
MAY, JUNE, JULY = dt.date(2026, 5, 1), dt.date(2026, 6, 1), dt.date(2026, 7, 1)
CUT_OFF = dt.datetime(2026, 6, 12, 16, tzinfo=dt.UTC)


def employer() -> Employer:
    return Employer.objects.create(key=f"test:{new_id()}", title="Mill", status="live")


def calendar(**changes: Any) -> PayrollCalendar:
    said = {
        "employer": changes.pop("employer", None) or employer(), "frequency": "monthly",
        "convention": "calendar_days", "nation": "scotland", **changes,
    }  # fmt: skip
    return PayrollCalendar.objects.create(**said)


def load(of: Employer, **changes: Any) -> CalendarLoad:
    said = {"name": "2026.csv", "loaded_at": NOW, "loaded_by": "payroll", **changes}
    return CalendarLoad.objects.create(employer=of, **said)


def period(of: PayrollCalendar | None = None, **changes: Any) -> PayrollPeriod:
    of = of or calendar()
    said = {
        "load": load(of.employer), "starts": JUNE, "ends": JULY, "cut_off": CUT_OFF,
        "cut_off_day": CUT_OFF.date(), "pay_day": dt.date(2026, 6, 30), "recorded_from": NOW,
        **changes,
    }  # fmt: skip
    return PayrollPeriod.objects.create(calendar=of, **said)


def _frozen() -> PayrollPeriod:
    return period(frozen_at=CUT_OFF, frozen_by="payroll")


def _two_calendars() -> None:
    of = employer()
    for _ in range(2):
        calendar(employer=of)


def _overlapping() -> None:
    of = calendar()
    period(of)
    period(of, starts=MAY, ends=JUNE + dt.timedelta(days=1))


def _repaid() -> None:
    period()
    PayrollPeriod.objects.update(pay_day=JULY)


def _reopened() -> None:
    of = calendar()
    period(of, recorded_to=NOW, ended_by=load(of.employer))
    PayrollPeriod.objects.update(recorded_to=None, ended_by=None)


def _thawed() -> None:
    _frozen()
    PayrollPeriod.objects.update(frozen_at=None, frozen_by="")


def _ended_though_frozen() -> None:
    one = _frozen()
    PayrollPeriod.objects.update(recorded_to=NOW, ended_by=one.load)


# name in the database: (what it states, how to violate it)
CALENDARS_CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "casework_payroll_calendar_once": (
        "An employer has one calendar for each frequency.",
        _two_calendars,
    ),
    "casework_payroll_calendar_known": (
        "A calendar counts in a known way.",
        lambda: calendar(convention="by moons"),
    ),
    "casework_calendar_load_undone": (
        "A load is undone by somebody, no earlier than it was loaded.",
        lambda: load(employer(), undone_at=BEFORE, undone_by="payroll"),
    ),
    "casework_payroll_period_holds_a_day": (
        "A pay period holds at least one day.",
        lambda: period(ends=JUNE),
    ),
    "casework_payroll_period_cut_off_before_pay": (
        "Payroll takes no changes once it has paid.",
        lambda: period(pay_day=CUT_OFF.date() - dt.timedelta(days=1)),
    ),
    "casework_payroll_period_frozen_at_cut_off": (
        "A period is frozen by somebody, no earlier than its cut-off.",
        lambda: period(frozen_at=CUT_OFF - dt.timedelta(seconds=1), frozen_by="payroll"),
    ),
    "casework_payroll_period_recorded_in_order": (
        "A period is ended by a load, no earlier than it was recorded.",
        lambda: period(recorded_to=NOW),
    ),
}
CALENDARS_TRIGGERS: dict[str, tuple[str, Callable[[], object]]] = {
    NO_OVERLAP: (STATES[NO_OVERLAP], _overlapping),
    KEEPS: (STATES[KEEPS], _repaid),
    f"{KEEPS} ended": (STATES[KEEPS], _reopened),
    FROZEN_STAYS: (STATES[FROZEN_STAYS], _thawed),
    f"{FROZEN_STAYS} in force": (STATES[FROZEN_STAYS], _ended_though_frozen),
}
