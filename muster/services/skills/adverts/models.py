"""Adverts as they were sent, and their texts, each kept once however often it is sent.

A file that tells of an advert again adds a row; the latest row that was not withdrawn stands. So a
file that is taken back leaves what stood before it, and nothing else of it.
"""

from django.db import models
from django.db.models import Q

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal

KEPT = "Five years after the advert came in, to see how what is asked for changes"
_TEXT = Personal(
    "To learn which skills the service asks for. Contacts are taken out before it is kept; a name"
    " that was not known to be one may be left",
    "Public task (UK GDPR Article 6(1)(e)): planning the public workforce", KEPT, "",
)  # fmt: skip


class AdvertText(models.Model):
    """The words of adverts, without contacts; ``digest`` is the SHA-256 of them."""

    digest = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()

    personal = {"text": _TEXT}
    not_personal = ("digest",)

    class Meta:
        db_table = "services_skills_advert_text"
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="services_skills_advert_says"),
        )


class Advert(models.Model):
    """One telling of an advert: row ``row`` of a ``landing``.

    ``key`` is the sending system's own. ``may_show`` tells whether a sentence of it may be shown.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    system = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    profession = models.CharField(max_length=200, default="")
    grade = models.CharField(max_length=200, default="")
    place = models.CharField(max_length=300, default="")
    region = models.CharField(max_length=100, default="")
    posted = models.DateField(null=True)
    of_text = models.ForeignKey(AdvertText, models.PROTECT, related_name="adverts")
    may_show = models.BooleanField(default=False)
    landing = models.UUIDField()
    row = models.PositiveIntegerField(null=True)
    came_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    personal: dict[str, Personal] = {}
    not_personal = (
        "id", "employer", "system", "key", "title", "profession", "grade", "place", "region",
        "posted", "of_text", "may_show", "landing", "row", "came_at", "withdrawn_at",
    )  # fmt: skip

    class Meta:
        db_table = "services_skills_advert"
        indexes = (
            models.Index(fields=("landing",), name="services_skills_advert_file"),
            models.Index(fields=("system", "key", "came_at"), name="services_skills_advert_told"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("system", "key", "landing"), condition=Q(withdrawn_at__isnull=True),
                name="services_skills_advert_told_once",
            ),
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(title=""), name="services_skills_advert_named"
            ),
        )  # fmt: skip
