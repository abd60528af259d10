"""Tables of the skills map: builds, published releases, and what people report of them.

What a release shows stands in files of its folder (``map.release``); here stands who built and
published it, and from what.
"""

from typing import Any

from django.db import models
from django.db.models import F, Q

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal
from muster.services.skills.adverts import models as _of_adverts  # noqa: F401
from muster.services.skills.rules import KINDS, LINKERS, REPORT_STATES, STATES

_TASK = "Public task (UK GDPR Article 6(1)(e)): planning the public workforce"
_KEPT = "As long as the release it belongs to is kept"
_BUILT = Personal("To know who built or published a map that others rely on", _TASK, _KEPT, "")
_REPORTED = Personal(
    "To ask back about what was reported of a skill, and to keep two people between a report and "
    "its effect", _TASK, "Three years after it was decided", "",
)  # fmt: skip
_WORDS = Personal(
    "To mend the map by what was reported", _TASK, "Three years after it was decided", ""
)


class Build(models.Model):
    """One attempt to learn a map. ``heard_at`` is the last sign of life of whoever works on it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    linker = models.CharField(max_length=10)
    seed = models.PositiveIntegerField(default=0)
    files: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    held = models.BooleanField(default=False)
    may_show = models.BooleanField(default=False)
    lexicon = models.CharField(max_length=200, default="")
    lexicon_digest = models.CharField(max_length=64, default="")
    lexicon_adds = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default="waiting")
    step = models.CharField(max_length=60, default="")
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    said: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    cause = models.CharField(max_length=1000, default="")
    started_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    personal = {"asked_by": _BUILT}
    not_personal = (
        "id", "asked_at", "linker", "seed", "files", "held", "may_show", "lexicon",
        "lexicon_digest", "lexicon_adds", "state", "step", "done", "of", "said", "cause",
        "started_at", "heard_at", "ended_at",
    )  # fmt: skip

    class Meta:
        db_table = "services_skills_build"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=STATES), name="services_skills_state"),
            models.CheckConstraint(condition=Q(linker__in=LINKERS), name="services_skills_linker"),
            models.CheckConstraint(
                condition=Q(done__lte=F("of")), name="services_skills_done_of_all"
            ),
            models.CheckConstraint(
                condition=Q(lexicon="", lexicon_digest="", lexicon_adds=False)
                | (~Q(lexicon="") & ~Q(lexicon_digest="")),
                name="services_skills_lexicon_known_again",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("done", "failed", "stopped"), ended_at__isnull=False)
                | Q(state__in=("waiting", "running", "stopping"), ended_at__isnull=True),
                name="services_skills_ended_when_over",
            ),
            models.UniqueConstraint(
                fields=("state",), condition=Q(state="running"),
                name="services_skills_one_build_runs",
            ),
        )  # fmt: skip


class Published(models.Model):
    """A release that people see. The one of the highest number that was not withdrawn is current.

    ``quality`` are the figures that the release states of itself.
    """

    number = models.PositiveIntegerField(primary_key=True)
    build = models.OneToOneField(Build, models.PROTECT, related_name="published")
    digest = models.CharField(max_length=64)
    adverts = models.PositiveIntegerField()
    skills = models.PositiveIntegerField()
    quality: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    published_by = models.CharField(max_length=100)
    published_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=100, default="")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=500, default="")

    personal = {"published_by": _BUILT, "withdrawn_by": _BUILT}
    not_personal = (
        "number", "build", "digest", "adverts", "skills", "quality", "published_at",
        "withdrawn_at", "withdrawn_why",
    )  # fmt: skip

    class Meta:
        db_table = "services_skills_published"
        constraints = (
            models.CheckConstraint(
                condition=Q(number__gte=1), name="services_skills_numbered_from_one"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="", withdrawn_why="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="") & ~Q(withdrawn_why="")),
                name="services_skills_withdrawn_with_a_reason",
            ),
        )


class Report(models.Model):
    """What somebody reported of a skill: words that do not mean it, or that do.

    Once accepted it is a correction of the lexicon, from the next build on, for good.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    release = models.PositiveIntegerField()
    skill = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    words = models.CharField(max_length=100)
    why = models.CharField(max_length=500, default="")
    state = models.CharField(max_length=10, default="open")
    reported_by = models.CharField(max_length=100)
    reported_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100, default="")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=500, default="")

    personal = {"reported_by": _REPORTED, "decided_by": _REPORTED, "why": _WORDS}
    not_personal = (
        "id", "release", "skill", "kind", "words", "state", "reported_at", "decided_at",
        "decided_why",
    )  # fmt: skip

    class Meta:
        db_table = "services_skills_report"
        indexes = (models.Index(fields=("state", "reported_at"), name="services_skills_report_by"),)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="services_skills_report_kind"),
            models.CheckConstraint(
                condition=Q(state__in=REPORT_STATES), name="services_skills_report_state"
            ),
            models.CheckConstraint(
                condition=~Q(words=""), name="services_skills_words_said"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by="")
                | (
                    ~Q(state="open") & Q(decided_at__isnull=False) & ~Q(decided_by="")
                    & ~Q(decided_by=F("reported_by"))
                ),
                name="services_skills_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=("skill", "kind", "words", "reported_by"), condition=Q(state="open"),
                name="services_skills_reported_once",
            ),
        )  # fmt: skip
