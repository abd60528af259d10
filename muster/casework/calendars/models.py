"""Payroll calendars as they are stored: nothing personal.

A period is a fact: it is replaced, never changed, so that what a plan counted on can be seen later
and a load be undone. Once it is frozen it cannot be replaced either.
"""

from django.db import models
from django.db.models import F, Q

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal
from muster.register.employers.models import Employer


class PayrollCalendar(models.Model):
    """How an employer's payroll counts: how often it pays, part periods, whose bank holidays."""

    id = models.UUIDField(primary_key=True, default=new_id)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="+")
    frequency = models.CharField(max_length=20)
    convention = models.CharField(max_length=20)
    nation = models.CharField(max_length=20)

    personal: dict[str, Personal] = {}
    not_personal = ("id", "employer", "frequency", "convention", "nation")

    class Meta:
        db_table = "casework_payroll_calendar"
        constraints = (
            models.UniqueConstraint(
                fields=("employer", "frequency"), name="casework_payroll_calendar_once"
            ),
            models.CheckConstraint(
                condition=Q(frequency__in=("monthly", "four-weekly", "weekly"))
                & Q(convention__in=("calendar_days", "365ths", "working_days"))
                & Q(nation__in=("england-and-wales", "scotland", "northern-ireland")),
                name="casework_payroll_calendar_known",
            ),
        )


class CalendarLoad(models.Model):
    """One sheet that was loaded for an employer, or the undoing of it.

    ``before`` is how its calendars counted until then, by frequency: convention and nation, or
    nothing where there was no calendar.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)
    before = models.JSONField(default=dict)
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=100)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=100, default="")

    personal: dict[str, Personal] = {}
    not_personal = (
        "id", "employer", "name", "before", "loaded_at", "loaded_by", "undone_at", "undone_by",
    )  # fmt: skip

    class Meta:
        db_table = "casework_calendar_load"
        constraints = (
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by="")
                | Q(undone_at__gte=F("loaded_at")) & ~Q(undone_by=""),
                name="casework_calendar_load_undone",
            ),
        )


class PayrollPeriod(models.Model):
    """One pay of a calendar: days (half open), cut-off and pay day.

    ``cut_off_day`` is the legal day of the cut-off, which the database compares with the pay day.
    It is in force while ``recorded_to`` is empty.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    calendar = models.ForeignKey(PayrollCalendar, models.PROTECT, related_name="periods")
    load = models.ForeignKey(CalendarLoad, models.PROTECT, related_name="brought")
    starts = models.DateField()
    ends = models.DateField()
    cut_off = models.DateTimeField()
    cut_off_day = models.DateField()
    pay_day = models.DateField()
    frozen_at = models.DateTimeField(null=True)
    frozen_by = models.CharField(max_length=100, default="")
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(CalendarLoad, models.PROTECT, null=True, related_name="ended")

    personal: dict[str, Personal] = {}
    not_personal = (
        "id", "calendar", "load", "starts", "ends", "cut_off", "cut_off_day", "pay_day",
        "frozen_at", "frozen_by", "recorded_from", "recorded_to", "ended_by",
    )  # fmt: skip

    class Meta:
        db_table = "casework_payroll_period"
        indexes = (
            models.Index(
                fields=("cut_off",), condition=Q(frozen_at__isnull=True, recorded_to__isnull=True),
                name="casework_period_to_freeze",
            ),
        )  # fmt: skip
        constraints = (
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="casework_payroll_period_holds_a_day"
            ),
            models.CheckConstraint(
                condition=Q(cut_off_day__lte=F("pay_day")),
                name="casework_payroll_period_cut_off_before_pay",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True, frozen_by="")
                | Q(frozen_at__gte=F("cut_off")) & ~Q(frozen_by=""),
                name="casework_payroll_period_frozen_at_cut_off",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True, ended_by__isnull=True)
                | Q(recorded_to__gte=F("recorded_from"), ended_by__isnull=False),
                name="casework_payroll_period_recorded_in_order",
            ),
        )
