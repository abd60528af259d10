"""Campaigns and applications as recruitment systems stated them, and answers about diversity.

Facts are bitemporal by their statement: said of its as-at day, recorded from when it came in until
it was replaced or withdrawn. An application is as the latest standing extract that names it says;
an extract that leaves it out changes nothing, because systems delete what is old. No table holds a
name. Answers about diversity stand apart, under the row that gave them and no other key, so that
a right to see applications is no right to see them.

Each model declares its personal fields beside them.
"""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal
from muster.register.recruitment.rules import OUTCOMES, STAGES

_TASK = "Public task (UK GDPR Article 6(1)(e)): recruitment on merit by fair and open competition"
_KEPT = "Two years from the as-at date, as records of competitions are kept"
_STAGE = Personal("To know how far applications come, and how long each stage takes", _TASK, _KEPT)
_WHOSE = Personal("To tell applications and applicants apart within their system", _TASK, _KEPT)
_EQUALITY = Personal(
    "Equality monitoring of recruitment, as counts that pass the disclosure gate; never shown with"
    " an application, and never part of a decision about one",
    "Public task (UK GDPR Article 6(1)(e)): public sector equality duty, Equality Act 2010"
    " section 149",
    _KEPT,
)
# Special category data: Article 9 asks for a condition of its own.
_SPECIAL = Personal(
    _EQUALITY.purpose,
    f"{_EQUALITY.lawful_basis}. UK GDPR Article 9(2)(g) with Data Protection Act 2018 Schedule 1"
    " paragraph 8: equality of opportunity or treatment",
    _KEPT,
)
_ANSWERS = ("sex", "disability", "age_band", "ethnicity", "orientation", "religion",
            "parental_occupation")  # fmt: skip


def _one_of(field: str, values: Sequence[str | int]) -> Q:
    """Return that a field has one of some values.

    Said one by one: SQLite builds the list of an ``IN`` anew for every row, and inserting half a
    million rows takes a third longer.
    """
    return reduce(or_, (Q(**{field: value}) for value in values))


class Statement(models.Model):
    """What one landing, or a later release of its rows, says of an employer's recruitment.

    The room's inbox: while a landing's part stands, it stands once. ``full`` tells whether the
    extract listed everything its system held.
    """

    id = models.BigAutoField(primary_key=True)
    landing = models.UUIDField()
    part = models.PositiveIntegerField()
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    system = models.CharField(max_length=100)
    as_at = models.DateField()
    full = models.BooleanField()
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    not_personal = (
        "id", "landing", "part", "employer", "system", "as_at", "full", "recorded_from",
        "recorded_to",
    )  # fmt: skip
    personal: dict[str, Personal] = {}

    class Meta:
        db_table = "register_recruitment_statement"
        indexes = (models.Index(fields=("system", "as_at"), name="register_recruitment_as_at"),)
        constraints = (
            models.UniqueConstraint(
                fields=("landing", "part"),
                condition=Q(recorded_to__isnull=True),
                name="register_recruitment_inbox",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True) | Q(recorded_to__gte=F("recorded_from")),
                name="register_recruitment_recorded_in_order",
            ),
        )


class Campaign(models.Model):
    """A campaign: the same reference of the same system is the same campaign over time."""

    id = models.UUIDField(primary_key=True, default=new_id)
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    system = models.CharField(max_length=100)
    reference = models.CharField(max_length=100)

    not_personal = ("id", "employer", "system", "reference")
    personal: dict[str, Personal] = {}

    class Meta:
        db_table = "register_campaign"
        constraints = (
            models.UniqueConstraint(fields=("system", "reference"), name="register_campaign_once"),
        )


class CampaignFact(models.Model):
    """What a statement says of a campaign. ``posts`` is in billionths of one post.

    Its grades and places are those that stand in the rows of its applications: one campaign may
    be for several.
    """

    pk = models.CompositePrimaryKey("statement_id", "campaign_id")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="facts")
    title = models.CharField(max_length=300, null=True)  # noqa: DJ001 - absent is not empty
    profession = models.CharField(max_length=200, null=True)  # noqa: DJ001
    posts = models.BigIntegerField(null=True)
    scheme = models.CharField(max_length=20, null=True)  # noqa: DJ001
    opened = models.DateField(null=True)
    closed = models.DateField(null=True)
    reopened = models.DateField(null=True)
    merged_into = models.CharField(max_length=100, null=True)  # noqa: DJ001

    not_personal = (
        "statement", "campaign", "title", "profession", "posts", "scheme", "opened", "closed",
        "reopened", "merged_into",
    )  # fmt: skip
    personal: dict[str, Personal] = {}

    class Meta:
        db_table = "register_campaign_fact"
        constraints = (
            models.CheckConstraint(
                condition=(Q(posts__isnull=True) | Q(posts__gte=0))
                & (Q(opened__isnull=True) | Q(closed__isnull=True) | Q(closed__gte=F("opened"))),
                name="register_campaign_fact_sound",
            ),
        )


class ApplicationFact(models.Model):
    """What one row says of an application, and how the rules read it.

    ``stage`` is the furthest stage reached, ``outcome`` what became of it, ``round`` 2 for those
    who applied after the campaign opened again. Grade and place are as the row states them.
    """

    pk = models.CompositePrimaryKey("statement_id", "row")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="facts", db_index=False)
    row = models.PositiveIntegerField()
    # Campaigns are asked for by statement; an index of their own would cost a load a tenth.
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    application = models.CharField(max_length=100)
    applicant = models.CharField(max_length=100)
    grade = models.CharField(max_length=200, null=True)  # noqa: DJ001
    location = models.CharField(max_length=2000, null=True)  # noqa: DJ001
    applied = models.DateField()
    sifted = models.DateField(null=True)
    sift_outcome = models.CharField(max_length=10, null=True)  # noqa: DJ001
    interviewed = models.DateField(null=True)
    interview_outcome = models.CharField(max_length=10, null=True)  # noqa: DJ001
    offered = models.DateField(null=True)
    offer_response = models.CharField(max_length=10, null=True)  # noqa: DJ001
    vetting_started = models.DateField(null=True)
    vetting_cleared = models.DateField(null=True)
    started = models.DateField(null=True)
    withdrawn = models.DateField(null=True)
    reinstated = models.DateField(null=True)
    rejected_stage = models.CharField(max_length=12, null=True)  # noqa: DJ001
    stage = models.CharField(max_length=12)
    outcome = models.CharField(max_length=12)
    round = models.PositiveSmallIntegerField()

    personal = {
        **dict.fromkeys(("application", "applicant"), _WHOSE),
        **dict.fromkeys(
            ("campaign", "grade", "location", "applied", "sifted", "sift_outcome", "interviewed",
             "interview_outcome", "offered", "offer_response", "vetting_started",
             "vetting_cleared", "started", "withdrawn", "reinstated", "rejected_stage", "stage",
             "outcome", "round"),
            _STAGE,
        ),
    }  # fmt: skip
    not_personal = ("statement", "row")

    class Meta:
        db_table = "register_application_fact"
        indexes = (models.Index(fields=("application",), name="register_application_known"),)
        constraints = (
            models.CheckConstraint(
                condition=_one_of("stage", STAGES)
                & _one_of("outcome", OUTCOMES)
                & _one_of("round", (1, 2)),
                name="register_application_fact_read",
            ),
            models.CheckConstraint(
                condition=Q(outcome="started", stage="start")
                | (~Q(outcome="started") & ~Q(stage="start")),
                name="register_application_fact_started",
            ),
        )


class DiversityAnswer(models.Model):
    """What an applicant answered, as one row states it; a row without any answer has none here.

    ``prefer_not_to_say`` is an answer. An absent one was not asked for, or not given.
    """

    pk = models.CompositePrimaryKey("statement_id", "row")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="+", db_index=False)
    row = models.PositiveIntegerField()
    sex = models.CharField(max_length=20, null=True)  # noqa: DJ001
    ethnicity = models.CharField(max_length=20, null=True)  # noqa: DJ001
    disability = models.CharField(max_length=20, null=True)  # noqa: DJ001
    orientation = models.CharField(max_length=20, null=True)  # noqa: DJ001
    religion = models.CharField(max_length=20, null=True)  # noqa: DJ001
    age_band = models.CharField(max_length=20, null=True)  # noqa: DJ001
    parental_occupation = models.CharField(max_length=24, null=True)  # noqa: DJ001

    personal = {
        **dict.fromkeys(("sex", "age_band", "parental_occupation"), _EQUALITY),
        **dict.fromkeys(("ethnicity", "disability", "orientation", "religion"), _SPECIAL),
    }
    not_personal = ("statement", "row")

    class Meta:
        db_table = "register_diversity_answer"
        constraints = (
            models.CheckConstraint(
                condition=~Q(**{f"{name}__isnull": True for name in _ANSWERS}),
                name="register_diversity_answer_given",
            ),
        )


class WaitingApplication(models.Model):
    """A row of an extract that waits in quarantine, and the application it is of, if it says so.

    Such an application is not missing from its extract. While a row is of none that is known,
    nobody can say that another is missing.
    """

    pk = models.CompositePrimaryKey("statement_id", "row")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="+", db_index=False)
    row = models.PositiveIntegerField()
    application = models.CharField(max_length=100, null=True)  # noqa: DJ001

    personal = {"application": _WHOSE}
    not_personal = ("statement", "row")

    class Meta:
        db_table = "register_recruitment_waiting_row"
