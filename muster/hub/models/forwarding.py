"""The tables of files that are carried on to other systems."""

from django.db import models

from muster.hub.models.systems import Route
from muster.kernel.ids import new_id


class Forward(models.Model):
    """That a file was carried on to a route's receiver: what it was told, and what could not be.

    ``parts`` says with how many releases from quarantine. ``number`` counts a route's forwards;
    with it the receiver knows each row; ``digest`` is of all that is to be told. Under ``blob_key``
    it is kept what the receiver was told. ``gone`` counts records that the file no longer lists.

    ``held`` says why it waits for a person, ``effect`` what it would do (see ``effects``), until
    somebody let it go. ``forgotten_at`` is when it was wished that the receiver be told everything
    again: what it was told before counts no more.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    route = models.ForeignKey(Route, models.PROTECT, related_name="forwards")
    landing = models.ForeignKey("Landing", models.PROTECT, related_name="forwards")
    parts = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    translation_version = models.PositiveIntegerField()
    sent = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    acknowledged = models.TextField(default="")
    blob_key = models.BigIntegerField(default=0)
    entry = models.BigIntegerField(null=True)
    began_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    digest = models.BinaryField(default=b"")
    held = models.CharField(max_length=500, default="")
    effect = models.JSONField(null=True)
    let_go_at = models.DateTimeField(null=True)
    let_go_by = models.CharField(max_length=100, default="")
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hub_forward"
        constraints = (
            models.UniqueConstraint(fields=("route", "number"), name="hub_forward_number_once"),
            models.CheckConstraint(
                condition=models.Q(held="")
                | models.Q(done_at__isnull=True)
                | models.Q(let_go_at__isnull=False),
                name="hub_forward_held_is_not_done",
            ),
        )


class ForwardedRow(models.Model):
    """A row of a file that a receiver could not be told, and why, without personal values."""

    id = models.BigAutoField(primary_key=True)
    forward = models.ForeignKey(Forward, models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField()
    cause = models.CharField(max_length=500)

    class Meta:
        db_table = "hub_forwarded_row"
