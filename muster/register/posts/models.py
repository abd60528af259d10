"""Posts and what was stated about them. All of it is published; nothing here is personal.

Facts are bitemporal by their statement: valid on its as-at day, recorded from when it came in
until it was replaced. A fact's identity is its row: rows that repeat each other are all kept.
"""

from django.db import models
from django.db.models import Q

from muster.kernel.ids import new_id


class Statement(models.Model):
    """What one landing (or a later release of its rows) states of an employer's posts as at a day.

    The room's inbox: while a landing's part stands, it stands once, whatever is delivered twice. A
    file whose rows all wait for an employer is a statement without one: a return was made.
    """

    id = models.BigAutoField(primary_key=True)
    landing = models.UUIDField()
    part = models.PositiveIntegerField()
    employer = models.ForeignKey(
        "register_employers.Employer", models.PROTECT, null=True, related_name="+"
    )
    publisher = models.CharField(max_length=200)
    as_at = models.DateField()
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "register_post_statement"
        indexes = (models.Index(fields=("as_at", "recorded_to"), name="register_post_as_at"),)
        constraints = (
            models.UniqueConstraint(
                fields=("landing", "part", "employer"),
                condition=Q(recorded_to__isnull=True),
                name="register_post_inbox",
            ),
            models.UniqueConstraint(
                fields=("landing", "part"),
                condition=Q(employer__isnull=True, recorded_to__isnull=True),
                name="register_post_inbox_silent",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True)
                | Q(recorded_to__gte=models.F("recorded_from")),
                name="register_post_recorded_in_order",
            ),
        )


class Post(models.Model):
    """A senior post: the same reference of the same employer is the same post over time."""

    id = models.UUIDField(primary_key=True, default=new_id)
    employer = models.ForeignKey(
        "register_employers.Employer", models.PROTECT, related_name="posts"
    )
    reference = models.CharField(max_length=200)

    class Meta:
        db_table = "register_post"
        constraints = (
            models.UniqueConstraint(fields=("employer", "reference"), name="register_post_once"),
        )


class PostFact(models.Model):
    """One row of a statement: a senior post, or a group of posts with their FTE.

    ``fte`` is in billionths of one full-time equivalent, pay in pence a year.
    """

    pk = models.CompositePrimaryKey("statement_id", "row")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="facts", db_index=False)
    row = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="facts")
    organisation = models.CharField(max_length=300)
    parent_department = models.CharField(max_length=300, null=True)  # noqa: DJ001 - absent is not empty
    unit = models.TextField(null=True)  # noqa: DJ001
    title = models.TextField(null=True)  # noqa: DJ001
    function = models.TextField(null=True)  # noqa: DJ001
    grade_as_stated = models.CharField(max_length=200, null=True)  # noqa: DJ001
    level = models.CharField(max_length=10, null=True)  # noqa: DJ001
    profession_as_stated = models.CharField(max_length=200, null=True)  # noqa: DJ001
    profession = models.CharField(max_length=100, null=True)  # noqa: DJ001
    fte = models.BigIntegerField()
    pay_floor = models.BigIntegerField(null=True)
    pay_ceiling = models.BigIntegerField(null=True)
    reports_to = models.CharField(max_length=200, null=True)  # noqa: DJ001
    reports_cost = models.BigIntegerField(null=True)
    notes = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        db_table = "register_post_fact"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("post", "group")), name="register_post_fact_kind"
            ),
            models.CheckConstraint(condition=Q(fte__gte=0), name="register_post_fact_fte"),
            models.CheckConstraint(
                condition=Q(kind="group", post__isnull=True) | Q(kind="post", post__isnull=False),
                name="register_post_fact_senior_has_post",
            ),
        )
