"""The pay periods of employers, as their calendars state them, and which of them are frozen."""

import datetime as dt
import uuid

from muster.casework.calendars.queries import calendar_of
from muster.casework.calendars.rules import Calendar, PayPeriod
from muster.services.transfers.payrolls.models import Instruction, PayRun
from muster.services.transfers.payrolls.rules import Placed, place


def calendar(employer: uuid.UUID) -> Calendar | None:
    """Return the calendar of an employer's payroll; None if it has none."""
    return calendar_of(employer)


def placed(employer: uuid.UUID, first_day: dt.date, now: dt.datetime) -> Placed | None:
    """Return which pay period of an employer takes what counts from a day; see ``rules.place``."""
    found = calendar_of(employer)
    if found is None:
        return None
    return place(first_day, now, found.periods, frozen(employer))


def told_first(transfer: uuid.UUID, employer: uuid.UUID) -> dt.date | None:
    """Return the first day of the period whose payroll was told of a start; None if none was."""
    starts = Instruction.objects.filter(
        transfer=transfer, employer=employer, kind="pay", action="start",
        taken_back_at__isnull=True,
    )  # fmt: skip
    return starts.order_by("-made_at").values_list("period_starts", flat=True).first()


def current(employer: uuid.UUID, now: dt.datetime) -> PayPeriod | None:
    """Return the period that takes changes now; None where the calendar does not reach."""
    found = calendar_of(employer)
    done = frozen(employer)
    periods = found.periods if found else ()
    return next((p for p in periods if p.takes_changes_at(now) and p.starts not in done), None)


def frozen(employer: uuid.UUID) -> frozenset[dt.date]:
    """Return the first days of the periods of an employer that are frozen."""
    return frozenset(PayRun.objects.filter(employer=employer).values_list("starts", flat=True))
