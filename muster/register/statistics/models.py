"""Official figures, survey scores and the statements that made them: published, never personal.

Bitemporal by their statement, as posts are: a figure or score speaks of its period, and was
recorded from when its file came in until that was replaced or withdrawn.
"""

from django.db import models
from django.db.models import Q


class Statement(models.Model):
    """What one landing (or a later release of its rows) states. ``as_at`` is the release's day.

    The room's inbox: while a landing's part stands, it stands once, whatever is delivered twice.
    """

    id = models.BigAutoField(primary_key=True)
    landing = models.UUIDField()
    part = models.PositiveIntegerField()
    as_at = models.DateField()
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "register_statistics_statement"
        constraints = (
            models.UniqueConstraint(
                fields=("landing", "part"),
                condition=Q(recorded_to__isnull=True),
                name="register_statistics_inbox",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True)
                | Q(recorded_to__gte=models.F("recorded_from")),
                name="register_statistics_recorded_in_order",
            ),
        )


class Figure(models.Model):
    """One published figure: ``value`` in billionths of a person, an FTE or a percentage point.

    ``row`` is where it stands in its file, as the hub numbers rows and cells. ``published_as`` is
    the publisher's own name of the organisation, where the file holds another beside it.
    """

    pk = models.CompositePrimaryKey("statement_id", "row")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="figures", db_index=False)
    row = models.PositiveIntegerField()
    level = models.CharField(max_length=20)
    organisation = models.CharField(max_length=300)
    published_as = models.CharField(max_length=300, null=True)  # noqa: DJ001 - absent is not empty
    employer = models.ForeignKey(
        "register_employers.Employer", models.PROTECT, null=True, related_name="+"
    )
    department = models.CharField(max_length=300, null=True)  # noqa: DJ001
    measure = models.CharField(max_length=60)
    measure_label = models.TextField(null=True)  # noqa: DJ001
    period = models.DateField()
    source = models.CharField(max_length=100)
    table = models.CharField(max_length=100)
    value = models.BigIntegerField()
    postcode = models.CharField(max_length=10, null=True)  # noqa: DJ001
    grade_group = models.CharField(max_length=60, null=True)  # noqa: DJ001
    sex = models.CharField(max_length=10, default="all")
    working_pattern = models.CharField(max_length=10, default="all")
    tenure = models.CharField(max_length=10, default="all")
    latitude = models.CharField(max_length=20, null=True)  # noqa: DJ001
    longitude = models.CharField(max_length=20, null=True)  # noqa: DJ001
    notes = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        db_table = "register_statistics_figure"
        indexes = (
            models.Index(
                fields=("source", "table", "measure", "period"),
                name="register_statistics_series",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    level__in=("organisation", "place", "department", "part", "civil_service")
                ),
                name="register_statistics_level",
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="register_statistics_value"),
            models.CheckConstraint(
                condition=Q(level__in=("organisation", "place"), employer__isnull=False)
                | Q(level__in=("department", "part", "civil_service"), employer__isnull=True),
                name="register_statistics_bodies_have_employers",
            ),
        )


class SurveyScore(models.Model):
    """One published score: ``score`` in billionths of a point or per cent, or the ``mark`` instead.

    ``measure`` is what the publication writes, ``code`` what the room reads in it, and ``words``
    the same on one line. A body's score has an employer; a group's, or that of all, has none.
    """

    pk = models.CompositePrimaryKey("statement_id", "row")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="scores", db_index=False)
    row = models.PositiveIntegerField()
    level = models.CharField(max_length=20)
    organisation = models.CharField(max_length=300)
    organisation_code = models.CharField(max_length=60, null=True)  # noqa: DJ001 - absent is not empty
    department = models.CharField(max_length=300, null=True)  # noqa: DJ001
    employer = models.ForeignKey(
        "register_employers.Employer", models.PROTECT, null=True, related_name="+"
    )
    measure = models.TextField()
    code = models.CharField(max_length=20)
    words = models.TextField()
    period = models.DateField()
    source = models.CharField(max_length=100)
    table = models.CharField(max_length=100)
    score = models.BigIntegerField(null=True)
    published = models.CharField(max_length=40)
    mark = models.CharField(max_length=10, null=True)  # noqa: DJ001
    notes = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        db_table = "register_statistics_score"
        indexes = (
            models.Index(fields=("period", "code", "level"), name="register_statistics_measure"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(level__in=("organisation", "group", "civil_service")),
                name="register_statistics_score_level",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=False, score__gte=0, mark__isnull=True)
                | Q(score__isnull=True, mark__isnull=False, mark__in=("[c]", "[z]")),
                name="register_statistics_score_or_mark",
            ),
            models.CheckConstraint(
                condition=Q(level="organisation", employer__isnull=False)
                | Q(level__in=("group", "civil_service"), employer__isnull=True),
                name="register_statistics_scores_of_employers",
            ),
        )
