"""Counts of people in buildings as systems stated them, and what employers expect.

Counts are bitemporal by their statement: said of a day or a week, recorded from when the file came
in until it was replaced or withdrawn. Nothing here is about a person: a row says how many.
"""

from django.db import models
from django.db.models import F, Q

from muster.kernel.ids import new_id
from muster.register.attendance.rules import REGIONS


class Statement(models.Model):
    """What one landing, or a later release of its rows, says of buildings.

    The room's inbox: while a landing's part stands, it stands once.
    """

    id = models.BigAutoField(primary_key=True)
    landing = models.UUIDField()
    part = models.PositiveIntegerField()
    as_at = models.DateField()
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "register_attendance_statement"
        constraints = (
            models.UniqueConstraint(
                fields=("landing", "part"),
                condition=Q(recorded_to__isnull=True),
                name="register_attendance_inbox",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True) | Q(recorded_to__gte=F("recorded_from")),
                name="register_attendance_recorded_in_order",
            ),
        )


class Building(models.Model):
    """A building under the name and town that one system gives it.

    No building of two systems is taken for one: names of buildings repeat.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    system = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    town = models.CharField(max_length=100, default="")

    class Meta:
        db_table = "register_attendance_building"
        constraints = (
            models.UniqueConstraint(
                fields=("system", "name", "town"), name="register_attendance_building_once"
            ),
        )


class Count(models.Model):
    """People of one employer in one building, on a day or, without ``day``, over a week.

    ``week`` is the Monday. ``present`` is the sum over ``days`` days.
    """

    pk = models.CompositePrimaryKey("statement_id", "row")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="counts", db_index=False)
    row = models.PositiveIntegerField()
    building = models.ForeignKey(Building, models.PROTECT, related_name="+", db_index=False)
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    region = models.CharField(max_length=30, default="")
    week = models.DateField()
    day = models.DateField(null=True)
    days = models.PositiveSmallIntegerField()
    present = models.PositiveIntegerField()
    desks = models.PositiveIntegerField()
    based = models.PositiveIntegerField()

    class Meta:
        db_table = "register_attendance_count"
        indexes = (models.Index(fields=("week",), name="register_attendance_week"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(region__in=("", *REGIONS)), name="register_attendance_region"
            ),
            models.CheckConstraint(
                condition=Q(day__isnull=True, days__gte=1, days__lte=5)
                | Q(day__isnull=False, days=1, day__gte=F("week")),
                name="register_attendance_days",
            ),
        )


class Expectation(models.Model):
    """The share of working time, in whole per cent, that an employer expects in the office.

    In force from ``starts`` until a later one starts, unless it was taken back.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    share = models.PositiveSmallIntegerField()
    starts = models.DateField()
    declared_by = models.CharField(max_length=100)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "register_attendance_expectation"
        constraints = (
            models.UniqueConstraint(
                fields=("employer", "starts"),
                condition=Q(recorded_to__isnull=True),
                name="register_attendance_one_expectation",
            ),
            models.CheckConstraint(
                condition=Q(share__gte=1, share__lte=100),
                name="register_attendance_expectation_share",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True) | Q(recorded_to__gte=F("recorded_from")),
                name="register_attendance_expectation_in_order",
            ),
        )
