"""What providers of shared services did, and their business cases, as they state them.

Bitemporal by their statement, as official figures are. All of it is published by its owners; none
of it is personal. Money is whole pence, shares are billionths of one.
"""

from django.db import models
from django.db.models import F, Q

from muster.register.shared_services.rules import SERVICES


class Statement(models.Model):
    """What one landing, or a later release of its rows, says of a provider.

    The room's inbox: while a landing's part stands, it stands once.
    """

    id = models.BigAutoField(primary_key=True)
    landing = models.UUIDField()
    part = models.PositiveIntegerField()
    as_at = models.DateField()
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "register_shared_service_statement"
        constraints = (
            models.UniqueConstraint(
                fields=("landing", "part"),
                condition=Q(recorded_to__isnull=True),
                name="register_shared_service_inbox",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True) | Q(recorded_to__gte=F("recorded_from")),
                name="register_shared_service_recorded_in_order",
            ),
        )


class ServiceReturn(models.Model):
    """One line of service in one quarter, named by its last day."""

    pk = models.CompositePrimaryKey("statement_id", "row")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="+", db_index=False)
    row = models.PositiveIntegerField()
    provider = models.CharField(max_length=200)
    service = models.CharField(max_length=20)
    quarter = models.DateField()
    transactions = models.BigIntegerField()
    cost = models.BigIntegerField()
    on_time = models.BigIntegerField(null=True)
    satisfaction = models.BigIntegerField(null=True)
    answers = models.BigIntegerField(null=True)

    class Meta:
        db_table = "register_shared_service_return"
        indexes = (models.Index(fields=("quarter",), name="register_shared_service_when"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(service__in=tuple(SERVICES)), name="register_shared_service_line"
            ),
            models.CheckConstraint(
                condition=Q(transactions__gte=0, cost__gte=0),
                name="register_shared_service_amounts",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(answers__isnull=False),
                name="register_shared_service_answered",
            ),
        )


class CaseYear(models.Model):
    """One year of a business case, named by its last day. Of years to come nothing was done yet."""

    pk = models.CompositePrimaryKey("statement_id", "row")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="+", db_index=False)
    row = models.PositiveIntegerField()
    provider = models.CharField(max_length=200)
    year = models.DateField()
    baseline = models.BigIntegerField()
    planned_investment = models.BigIntegerField()
    investment = models.BigIntegerField(null=True)
    promised_saving = models.BigIntegerField()
    saving = models.BigIntegerField(null=True)

    class Meta:
        db_table = "register_shared_service_case"
        constraints = (
            models.CheckConstraint(
                condition=Q(baseline__gt=0, planned_investment__gte=0, promised_saving__gte=0)
                & (Q(investment__isnull=True) | Q(investment__gte=0)),
                name="register_shared_service_case_amounts",
            ),
        )
