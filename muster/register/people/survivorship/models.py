"""What people decided about values on which sources disagree. ``people.models`` shows it to Django.

A settlement is a fact: of it only the end of its recorded time is ever set.
"""

import uuid
from collections.abc import Collection

from django.db import models
from django.db.models import F, Q

from muster.kernel.ids import new_id
from muster.register.people import constraints as always
from muster.register.people import declared


class Settlement(models.Model):
    """The decision which of several stated values of a field is right.

    It is about values, not about a person: it holds wherever these records are of one person and
    state what they stated then, and not a moment longer. ``stated`` holds a keyed hash of what
    each record stated, ``kept`` that of the right one, ``record`` who states that. ``employer`` is
    whose caseworker decided; null for an officer of the service. Where pay hangs on it, or it
    touches what another employer states, it does not act before another person confirmed it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    record = models.ForeignKey("register_people.SourceRecord", models.PROTECT, related_name="+")
    field = models.CharField(max_length=30)
    kept = models.CharField(max_length=64)
    stated = models.JSONField()
    acts = models.BooleanField()
    employer = models.ForeignKey(
        "register_employers.Employer", models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=500)
    confirmed_by = models.CharField(max_length=100, null=True)  # noqa: DJ001 - absent is not empty
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    decided_by = models.CharField(max_length=100)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    personal = dict.fromkeys(
        ("record", "field", "kept", "stated", "reason", "valid_from", "valid_to"), declared.DISPUTE
    )
    not_personal = (
        "id", "acts", "employer", "confirmed_by", "decided_by", "recorded_from", "recorded_to",
    )  # fmt: skip

    class Meta:
        db_table = "register_field_settlement"
        constraints = (
            models.UniqueConstraint(
                fields=("record", "field", "kept"),
                condition=Q(recorded_to__isnull=True),
                name="register_field_settlement_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("decided_by")),
                name="register_field_settlement_four_eyes",
            ),
            always.days_in_order("field_settlement"),
            always.recorded_in_order("field_settlement"),
        )


def naming(records: Collection[uuid.UUID]) -> Q:
    """Return the condition that a settlement says anything of some records; for erasing them."""
    return Q(record__in=records) | Q(stated__has_any_keys=[one.hex for one in records])
