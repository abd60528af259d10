"""Places, each as one employer names it. Nothing here is personal."""

from django.db import models

from muster.kernel.ids import new_id


class Place(models.Model):
    """A place of work under the name an employer's system gives it; ``kind`` as ``rules`` say."""

    id = models.UUIDField(primary_key=True, default=new_id)
    employer = models.ForeignKey(
        "register_employers.Employer", models.PROTECT, related_name="places"
    )
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, default="site")
    town = models.CharField(max_length=100, default="")
    region = models.CharField(max_length=100, default="")

    class Meta:
        db_table = "register_place"
        constraints = (
            models.UniqueConstraint(fields=("employer", "name"), name="register_place_once"),
        )
