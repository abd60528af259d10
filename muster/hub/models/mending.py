"""The tables of what people said is meant by rows that waited."""

from django.db import models

from muster.hub.models.feeds import Landing
from muster.hub.models.systems import Route
from muster.kernel.ids import new_id


class ValueFix(models.Model):
    """What a stated value of a field means on a route: decided once by a person, and remembered.

    Only for fields that are not personal; a personal value is corrected in its own row.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    route = models.ForeignKey(Route, models.PROTECT, related_name="fixes")
    field = models.CharField(max_length=100)
    stated = models.CharField(max_length=300)
    becomes = models.CharField(max_length=300)
    reason = models.TextField()
    fixed_at = models.DateTimeField()
    fixed_by = models.CharField(max_length=100)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=100, default="")

    class Meta:
        db_table = "hub_value_fix"
        constraints = (
            models.UniqueConstraint(
                fields=("route", "field", "stated"),
                condition=models.Q(undone_at__isnull=True),
                name="hub_value_fix_one_meaning",
            ),
        )


class CellFix(models.Model):
    """A cell of one row corrected in place; ``sealed`` holds the text, under the landing's key."""

    id = models.UUIDField(primary_key=True, default=new_id)
    landing = models.ForeignKey(Landing, models.CASCADE, related_name="cell_fixes")
    row = models.PositiveIntegerField()
    field = models.CharField(max_length=100)
    sealed = models.BinaryField()
    reason = models.TextField()
    fixed_at = models.DateTimeField()
    fixed_by = models.CharField(max_length=100)

    class Meta:
        db_table = "hub_cell_fix"
        indexes = (models.Index(fields=("landing", "row"), name="hub_cell_fix_row"),)
