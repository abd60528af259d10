"""What the database states of payroll calendars holds, whatever the code does."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from muster.casework.calendars.constraints import install
from muster.casework.calendars.models import CalendarLoad, PayrollCalendar, PayrollPeriod
from tests.integration.calendars_constraints import (
    CALENDARS_CONSTRAINTS,
    CALENDARS_TRIGGERS,
    JULY,
    calendar,
    load,
    period,
)

pytestmark = pytest.mark.django_db


def test_every_constraint_is_listed() -> None:
    models = (PayrollCalendar, CalendarLoad, PayrollPeriod)
    declared = {one.name for model in models for one in model._meta.constraints}
    assert declared == set(CALENDARS_CONSTRAINTS)


@pytest.mark.parametrize("name", CALENDARS_CONSTRAINTS)
def test_the_database_refuses_what_is_never_true(name: str) -> None:
    _states, violate = CALENDARS_CONSTRAINTS[name]
    with pytest.raises(IntegrityError), transaction.atomic():
        violate()


@pytest.mark.parametrize("name", CALENDARS_TRIGGERS)
def test_the_database_refuses_what_contradicts_other_rows(name: str) -> None:
    _states, violate = CALENDARS_TRIGGERS[name]
    with pytest.raises(IntegrityError, match=name.split(maxsplit=1)[0]), transaction.atomic():
        violate()


def test_installing_again_does_no_harm() -> None:
    install(connection)
    with pytest.raises(IntegrityError), transaction.atomic():
        CALENDARS_TRIGGERS["casework_payroll_period_no_overlap"][1]()


def test_periods_may_meet_and_the_ended_may_be_overlapped() -> None:
    """Control: the helpers make rows that only their change spoils."""
    of = calendar()
    old = period(of)
    period(of, starts=JULY, ends=JULY + dt.timedelta(days=31), pay_day=JULY,
           cut_off=old.cut_off, cut_off_day=old.cut_off_day)  # fmt: skip
    PayrollPeriod.objects.filter(id=old.id).update(
        recorded_to=old.recorded_from, ended_by=load(of.employer)
    )
    period(of)
    period()
    assert PayrollPeriod.objects.count() == 4
