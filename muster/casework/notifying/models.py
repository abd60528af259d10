"""The tables of notices of casework, of who works on cases, and of what they chose.

A ``holder`` is whose notices, choices and feed these are: ``person:<id>`` where the register knows
the person, else the actor's id; a team's are ``team:<employer>:<role>``. Notices keep no address:
where one goes is asked when it is sent, so nothing goes where a person no longer reads.
"""

from typing import Any

from django.db import models
from django.db.models import F, Q

from muster.casework.notifying import declared
from muster.casework.notifying.rules import KINDS
from muster.kernel.ids import new_id
from muster.kernel.personal import Personal

STATES = ("waiting", "gathering", "gathered", "sent", "delivered", "failed", "dropped")
_PERSON = "register_people.Person"
_EMPLOYER = "register_employers.Employer"


class Notice(models.Model):
    """What somebody is told: written with what it tells of, sent afterwards, never lost.

    ``key`` names what it tells of, so that nobody is told twice. ``fill`` fills its template and
    holds nothing personal. ``goes_at`` is from when it goes, or from when a digest takes it up
    (``gathering``); ``digest`` is the one that did (``gathered``). ``dropped`` ones told of a task
    that was done before their digest was made.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=300, unique=True)
    kind = models.CharField(max_length=20)
    template = models.CharField(max_length=40)
    holder = models.CharField(max_length=150)
    person = models.ForeignKey(_PERSON, models.PROTECT, null=True, related_name="+")
    employer = models.ForeignKey(_EMPLOYER, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=40, default="")
    task = models.UUIDField(null=True)
    case = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)
    fill: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    state = models.CharField(max_length=10)
    way = models.CharField(max_length=10, default="")
    written_at = models.DateTimeField()
    goes_at = models.DateTimeField()
    retry_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    service_id = models.CharField(max_length=100, default="")
    settled_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=200, default="")
    digest = models.ForeignKey("self", models.PROTECT, null=True, related_name="gathered")

    personal = dict.fromkeys(("holder", "person", "key"), declared.TOLD)
    not_personal = (
        "id", "kind", "template", "employer", "role", "task", "case", "due_at", "fill", "state",
        "way", "written_at", "goes_at", "retry_at", "attempts", "service_id", "settled_at", "said",
        "digest",
    )  # fmt: skip

    class Meta:
        db_table = "casework_notice"
        indexes = (
            models.Index(fields=("state", "goes_at"), name="casework_notice_due"),
            models.Index(fields=("holder", "written_at"), name="casework_notice_holder"),
            models.Index(fields=("task",), name="casework_notice_task"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=STATES) & Q(kind__in=(*KINDS, "digest"))
                & Q(way__in=("", "email", "sms", "letter")),
                name="casework_notice_known",
            ),
            models.CheckConstraint(
                condition=Q(role="", employer__isnull=True)
                | (~Q(role="") & Q(employer__isnull=False, person__isnull=True)),
                name="casework_notice_to_a_person_or_a_team",
            ),
            models.CheckConstraint(
                condition=Q(state="gathered", digest__isnull=False)
                | (~Q(state="gathered") & Q(digest__isnull=True)),
                name="casework_notice_gathered_in_a_digest",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=("escalation", "cover", "digest"))
                | ~Q(state__in=("gathering", "gathered")),
                name="casework_notice_escalation_goes",
            ),
        )  # fmt: skip


class Colleague(models.Model):
    """That somebody works for an employer in a role, as their sign-in said when last seen."""

    id = models.UUIDField(primary_key=True, default=new_id)
    actor = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    person = models.ForeignKey(_PERSON, models.PROTECT, null=True, related_name="+")
    employer = models.ForeignKey(_EMPLOYER, models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    seen_at = models.DateTimeField()

    personal = dict.fromkeys(("actor", "name", "person", "employer", "role"), declared.COLLEAGUE)
    not_personal = ("id", "seen_at")

    class Meta:
        db_table = "casework_colleague"
        indexes = (models.Index(fields=("employer", "role"), name="casework_colleague_team"),)
        constraints = (
            models.UniqueConstraint(
                fields=("actor", "employer", "role"), name="casework_colleague_once"
            ),
        )


class TeamAddress(models.Model):
    """The shared mailbox of an employer's role; what the team is told goes there too."""

    id = models.UUIDField(primary_key=True, default=new_id)
    employer = models.ForeignKey(_EMPLOYER, models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    email = models.CharField(max_length=254)
    set_by = models.CharField(max_length=100)
    set_at = models.DateTimeField()

    personal = {"set_by": declared.COLLEAGUE}
    not_personal = ("id", "employer", "role", "email", "set_at")

    class Meta:
        db_table = "casework_team_address"
        constraints = (
            models.UniqueConstraint(
                fields=("employer", "role"), name="casework_team_address_one_for_a_team"
            ),
            models.CheckConstraint(condition=~Q(email=""), name="casework_team_address_is_one"),
        )


class Chosen(models.Model):
    """What a person chose to be told, how and when; what is due to them comes all the same."""

    holder = models.CharField(max_length=150, primary_key=True)
    person = models.ForeignKey(_PERSON, models.PROTECT, null=True, related_name="+")
    rhythms: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    way = models.CharField(max_length=10, default="email")
    quiet = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    personal = dict.fromkeys(("holder", "person", "rhythms", "way", "quiet"), declared.COLLEAGUE)
    not_personal = ("changed_at",)

    class Meta:
        db_table = "casework_chosen"
        constraints = (
            models.CheckConstraint(
                condition=Q(way__in=("email", "sms")), name="casework_chosen_way"
            ),
        )


class CalendarFeed(models.Model):
    """An address that a person's calendar asks for their deadlines, known by its hash alone."""

    actor = models.CharField(max_length=100, primary_key=True)
    person = models.ForeignKey(_PERSON, models.PROTECT, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    personal = dict.fromkeys(("actor", "person", "token_hash", "read_at"), declared.COLLEAGUE)
    not_personal = ("made_at",)

    class Meta:
        db_table = "casework_calendar_feed"


class CalendarEntry(models.Model):
    """What calendars were last told of a task's deadline, so that a change is known as one."""

    task = models.UUIDField(primary_key=True)
    day = models.DateField()
    open = models.BooleanField(default=True)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    personal: dict[str, Personal] = {}
    not_personal = ("task", "day", "open", "sequence", "changed_at")

    class Meta:
        db_table = "casework_calendar_entry"


class Cover(models.Model):
    """That a colleague does somebody's tasks while they are away: from a day until another.

    ``ends`` is the first day that no longer counts. It ends by itself, or was ended early.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    employer = models.ForeignKey(_EMPLOYER, models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    absent = models.CharField(max_length=100)
    absent_person = models.ForeignKey(_PERSON, models.PROTECT, null=True, related_name="+")
    coverer = models.CharField(max_length=100)
    coverer_person = models.ForeignKey(_PERSON, models.PROTECT, null=True, related_name="+")
    starts = models.DateField()
    ends = models.DateField()
    set_by = models.CharField(max_length=100)
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, default="")

    personal = dict.fromkeys(
        (
            "role", "absent", "absent_person", "coverer", "coverer_person", "starts", "ends",
            "set_by", "ended_by",
        ),
        declared.COVER,
    )  # fmt: skip
    not_personal = ("id", "employer", "set_at", "ended_at")

    class Meta:
        db_table = "casework_cover"
        indexes = (
            models.Index(fields=("coverer", "ends"), name="casework_cover_by"),
            models.Index(fields=("absent", "ends"), name="casework_cover_of"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="casework_cover_holds_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(absent=F("coverer")), name="casework_cover_by_another"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="")
                | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="casework_cover_ended_by_somebody",
            ),
            models.UniqueConstraint(
                fields=("absent", "coverer", "employer", "role", "starts"),
                condition=Q(ended_at__isnull=True),
                name="casework_cover_once",
            ),
        )


class Draft(models.Model):
    """What somebody began to answer to a task and saved, sealed; gone once the task is done."""

    id = models.UUIDField(primary_key=True, default=new_id)
    task = models.UUIDField()
    actor = models.CharField(max_length=100)
    person = models.ForeignKey(_PERSON, models.PROTECT, null=True, related_name="+")
    sealed = models.TextField()
    saved_at = models.DateTimeField()

    personal = dict.fromkeys(("actor", "person", "sealed"), declared.DRAFT)
    not_personal = ("id", "task", "saved_at")

    class Meta:
        db_table = "casework_draft"
        constraints = (
            models.UniqueConstraint(fields=("task", "actor"), name="casework_draft_one_each"),
        )
