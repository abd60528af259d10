"""Places as employers name them, which towns they are said to be in, and what was promised.

Nothing here is personal: who said something is kept as the record of it. Where a place lies is
worked out whenever it is asked, from what was said of it and else from its name.
"""

from django.db import models
from django.db.models import Q

from muster.kernel.ids import new_id

_EMPLOYER = "register_employers.Employer"


class Place(models.Model):
    """A place of work under the name an employer's system gives it; ``kind`` as ``rules`` say."""

    id = models.UUIDField(primary_key=True, default=new_id)
    employer = models.ForeignKey(_EMPLOYER, models.PROTECT, related_name="places")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, default="site")

    class Meta:
        db_table = "register_place"
        constraints = (
            models.UniqueConstraint(fields=("employer", "name"), name="register_place_once"),
        )


class SaidTown(models.Model):
    """In which town of the list somebody said that an employer's place is, until it is undone."""

    id = models.UUIDField(primary_key=True, default=new_id)
    employer = models.ForeignKey(_EMPLOYER, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    town = models.CharField(max_length=100)
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "register_place_said"
        constraints = (
            models.UniqueConstraint(
                fields=("employer", "name"),
                condition=Q(undone_at__isnull=True),
                name="register_place_said_once",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=models.F("said_at")),
                name="register_place_said_in_order",
            ),
        )


class Commitment(models.Model):
    """What an employer promised under Places for Growth, until the entry is undone.

    Either ``percent`` of its people, or ``roles``, so many of them, outside London by ``due``.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    employer = models.ForeignKey(_EMPLOYER, models.PROTECT, related_name="+")
    due = models.DateField()
    percent = models.PositiveSmallIntegerField(null=True)
    roles = models.PositiveIntegerField(null=True)
    stated_by = models.CharField(max_length=200)
    source = models.CharField(max_length=500)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "register_place_commitment"
        constraints = (
            models.UniqueConstraint(
                fields=("employer", "due"),
                condition=Q(undone_at__isnull=True),
                name="register_place_commitment_once",
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100, roles__isnull=True)
                | Q(percent__isnull=True, roles__gte=1),
                name="register_place_commitment_one_measure",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=models.F("entered_at")),
                name="register_place_commitment_in_order",
            ),
        )
