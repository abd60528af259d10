"""What the gate released: one row for each table and state of the data. Nothing is personal."""

from django.db import models

from muster.kernel.ids import new_id


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
