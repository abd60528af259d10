"""What the gates keep: tables they released, and where the access log speaks of a person."""

from django.db import models

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal


class Release(models.Model):
    """A table that left through the gate, as it left."""

    id = models.UUIDField(primary_key=True, default=new_id)
    metric = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    dimensions = models.CharField(max_length=200)
    as_at = models.DateField()
    snapshot = models.BigIntegerField()
    audience = models.CharField(max_length=100)
    profile = models.CharField(max_length=30)
    purpose = models.TextField()
    released_by = models.CharField(max_length=100)
    released_at = models.DateTimeField()
    content = models.JSONField()

    class Meta:
        db_table = "gates_release"
        constraints = (
            models.UniqueConstraint(
                fields=("fingerprint", "dimensions", "as_at", "snapshot", "audience"),
                name="gates_release_once",
            ),
        )


class Look(models.Model):
    """Where the access log says that a person's record was seen, so that the person can be told.

    The log is the evidence; this is only its index by person, and can be made again from it.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.UUIDField()
    position = models.BigIntegerField()

    personal = {
        "person": Personal(
            purpose="Telling a person who has seen their record",
            lawful_basis="Legal obligation: UK GDPR Article 15 and Article 5(2)",
            retention="As long as the access log",
        ),
    }
    not_personal = ("id", "position")

    class Meta:
        db_table = "gates_look"
        constraints = (
            models.UniqueConstraint(fields=("person", "position"), name="gates_look_once"),
        )
