"""The payroll calendars that are known: what deadlines and plans are worked out by."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from muster.casework.calendars.models import CalendarLoad, PayrollCalendar, PayrollPeriod
from muster.casework.calendars.reading import as_csv, as_rows
from muster.casework.calendars.rules import (
    FREQUENCIES,
    Calendar,
    Convention,
    Frequency,
    PayPeriod,
)
from muster.kernel.errors import NotFound, Where
from muster.kernel.working_days import Nation
from muster.register.employers.models import Employer


def calendar_of(employer: uuid.UUID, frequency: Frequency | None = None) -> Calendar | None:
    """Return the payroll calendar of an employer in force; None if it has none.

    Args:
        employer: whose.
        frequency: which one; left out, that of the employer's longest pay periods.
    """
    found = calendars_of(employer)
    return next((one for one in found if frequency in (None, one.frequency)), None)


def calendars_of(employer: uuid.UUID) -> tuple[Calendar, ...]:
    """Return all calendars of an employer that hold a period, monthly ones first."""
    rows = PayrollCalendar.objects.filter(employer=employer)
    found = [one for row in rows if (one := calendar_from(row)).periods]
    return tuple(sorted(found, key=lambda one: FREQUENCIES.index(one.frequency)))


def calendar_from(row: PayrollCalendar) -> Calendar:
    """Return a stored calendar as rules know it."""
    periods = PayrollPeriod.objects.filter(calendar=row, recorded_to__isnull=True)
    return Calendar(
        row.employer_id,
        cast(Frequency, row.frequency),
        cast(Convention, row.convention),
        cast(Nation, row.nation),
        tuple(map(period_from, periods.order_by("starts"))),
    )


def period_from(row: PayrollPeriod) -> PayPeriod:
    """Return a stored period as rules know it."""
    return PayPeriod(row.starts, row.ends, row.cut_off, row.pay_day, row.frozen_at)


def sheet_of(employer: uuid.UUID) -> bytes:
    """Return an employer's calendars as delimited text, which loads again as it is.

    Raises:
        NotFound: if the employer has none.
    """
    return as_csv(rows_of_sheet(employer))


def rows_of_sheet(employer: uuid.UUID) -> list[list[str]]:
    """Return the same as rows below ``reading.COLUMNS``, for a workbook.

    Raises:
        NotFound: if the employer has none.
    """
    found = calendars_of(employer)
    if not found:
        raise NotFound(
            "No payroll calendar is known", where=Where(thing=str(employer)),
            fix="Load one from a sheet first",
        )  # fmt: skip
    title = Employer.objects.get(id=employer).title
    return as_rows(title, found)


@dataclass(frozen=True)
class KnownLoad:
    """A sheet that was loaded: its name, when and by whom, and whether it can be undone.

    Args:
        load: its id.
        name: the file's name.
        at: when.
        by: by whom.
        undone_at: when it was undone; None while it stands.
        last: whether it is the latest that stands, the only one that can be undone.
    """

    load: uuid.UUID
    name: str
    at: dt.datetime
    by: str
    undone_at: dt.datetime | None
    last: bool


def loads_of(employer: uuid.UUID) -> Sequence[KnownLoad]:
    """Return the sheets that were loaded for an employer, the latest first."""
    rows = list(CalendarLoad.objects.filter(employer=employer).order_by("-loaded_at", "-id"))
    last = next((row.id for row in rows if row.undone_at is None), None)
    return [
        KnownLoad(row.id, row.name, row.loaded_at, row.loaded_by, row.undone_at, row.id == last)
        for row in rows
    ]


def employers_with_calendars() -> tuple[tuple[uuid.UUID, str], ...]:
    """Return id and title of every employer that has a calendar, by title."""
    found = Employer.objects.filter(
        id__in=PayrollPeriod.objects.filter(recorded_to__isnull=True).values("calendar__employer")
    )
    return tuple(found.order_by("title").values_list("id", "title"))
