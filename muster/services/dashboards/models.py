"""The tables of dashboards and briefs: questions, targets and words, and never a figure.

What a tile or a brief shows is released each time, or cited. An issue of a brief keeps which
releases it stands on, so its figures stay what they were.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal
from muster.services.dashboards.rules import DIRECTIONS, DRAFT, FORMS, LATEST_DAY, SHARED

_TASK = "Public task (UK GDPR Article 6(1)(e)): informing those who lead public bodies"
_KEPT = "As long as the dashboard or brief it belongs to is kept"
_OWNER = Personal("To know whose a dashboard or brief is and who may change it", _TASK, _KEPT, "")
_SAID = Personal("To show who said what of a figure, and when", _TASK, _KEPT, "")
_READ = Personal("To tell a reader of an issue until they have opened it", _TASK, _KEPT, "")
_SENT = Personal("To tell whoever a brief is for that an issue was made", _TASK, _KEPT, "")
_NOTICE = Personal(
    "To tell whoever a brief is for that an issue was made", _TASK,
    "Until the notice was sent; what stands in it is removed then", "",
)  # fmt: skip
_WAITING, _SENT_STATES = "waiting", ("waiting", "sent", "failed")


class _Owned(models.Model):
    """What dashboards and briefs have alike; ``removed_at`` is set while it can be put back."""

    id = models.UUIDField(primary_key=True, default=new_id)
    title = models.CharField(max_length=100)
    purpose = models.CharField(max_length=500, default="")
    owner = models.CharField(max_length=100)
    owner_name = models.CharField(max_length=100)
    state = models.CharField(max_length=10, default=DRAFT)
    roles: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    employer = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


_OWNED = (
    "id", "title", "purpose", "state", "roles", "employer", "made_at", "changed_at", "removed_at",
)  # fmt: skip


def _known_state(table: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(state__in=(DRAFT, SHARED)), name=f"{table}_state")


class Dashboard(_Owned):
    """Figures side by side. Without ``as_at`` they are of the latest complete month."""

    as_at = models.DateField(null=True)

    personal = {"owner": _OWNER, "owner_name": _OWNER}
    not_personal = (*_OWNED, "as_at")

    class Meta:
        db_table = "dashboards_dashboard"
        constraints = (_known_state("dashboards_dashboard"),)


class Tile(models.Model):
    """One declared question of a dashboard, and how its answer is drawn.

    ``by`` is a dimension, or empty; ``parts`` are pairs of a dimension and the code shown of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    dashboard = models.ForeignKey(Dashboard, models.CASCADE, related_name="tiles")
    place = models.PositiveSmallIntegerField()
    metric = models.CharField(max_length=100)
    by = models.CharField(max_length=60, default="")
    parts: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    form = models.CharField(max_length=10)
    heading = models.CharField(max_length=100, default="")
    note = models.CharField(max_length=500, default="")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dashboards_tile"
        constraints = (
            models.UniqueConstraint(
                fields=("dashboard", "place"), condition=Q(removed_at__isnull=True),
                name="dashboards_tile_one_in_a_place",
            ),
            models.CheckConstraint(condition=Q(form__in=FORMS), name="dashboards_tile_form"),
        )  # fmt: skip


class Brief(_Owned):
    """One page for a leader; ``day`` of the month on which an issue is made, if it is scheduled."""

    day = models.PositiveSmallIntegerField(null=True)
    since = models.DateField(null=True)
    paused = models.BooleanField(default=False)

    personal = {"owner": _OWNER, "owner_name": _OWNER}
    not_personal = (*_OWNED, "day", "since", "paused")

    class Meta:
        db_table = "dashboards_brief"
        constraints = (
            _known_state("dashboards_brief"),
            models.CheckConstraint(
                condition=Q(day__isnull=True, since__isnull=True)
                | Q(day__gte=1, day__lte=LATEST_DAY, since__isnull=False),
                name="dashboards_brief_day",
            ),
        )


class BriefFigure(models.Model):
    """One figure of a brief with its target: a level, in which direction, by when, said by whom.

    ``since`` is where the way to the target begins.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    brief = models.ForeignKey(Brief, models.CASCADE, related_name="figures")
    place = models.PositiveSmallIntegerField()
    metric = models.CharField(max_length=100)
    parts: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    heading = models.CharField(max_length=100, default="")
    target = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    direction = models.CharField(max_length=10, default="")
    due = models.DateField(null=True)
    since = models.DateField(null=True)
    stated_by = models.CharField(max_length=200, default="")
    removed_at = models.DateTimeField(null=True)

    personal = {"stated_by": _SAID}
    not_personal = (
        "id", "brief", "place", "metric", "parts", "heading", "target", "direction", "due", "since",
        "removed_at",
    )  # fmt: skip

    class Meta:
        db_table = "dashboards_figure"
        constraints = (
            models.UniqueConstraint(
                fields=("brief", "place"), condition=Q(removed_at__isnull=True),
                name="dashboards_figure_one_in_a_place",
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=True, due__isnull=True, direction="", stated_by="")
                | (Q(target__isnull=False, due__isnull=False, direction__in=DIRECTIONS)
                   & ~Q(stated_by="")),
                name="dashboards_figure_whole_target",
            ),
        )  # fmt: skip


class Commentary(models.Model):
    """What somebody said of a brief's figures; never changed: later words stand above it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    brief = models.ForeignKey(Brief, models.CASCADE, related_name="commentary")
    text = models.CharField(max_length=1500)
    by = models.CharField(max_length=100)
    by_name = models.CharField(max_length=100)
    at = models.DateTimeField()

    personal = {"by": _SAID, "by_name": _SAID, "text": _SAID}
    not_personal = ("id", "brief", "at")

    class Meta:
        db_table = "dashboards_commentary"


class Recipient(models.Model):
    """Who gets a notice of each issue, by their email address at work."""

    id = models.UUIDField(primary_key=True, default=new_id)
    brief = models.ForeignKey(Brief, models.CASCADE, related_name="recipients")
    email = models.CharField(max_length=254)

    personal = {"email": _SENT}
    not_personal = ("id", "brief")

    class Meta:
        db_table = "dashboards_recipient"
        constraints = (
            models.UniqueConstraint(fields=("brief", "email"), name="dashboards_recipient_once"),
        )


class Issue(models.Model):
    """A brief as it was made: which releases it stands on, with the words as they were.

    ``due`` is the day of the schedule it was made for; empty if somebody asked for it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    brief = models.ForeignKey(Brief, models.PROTECT, related_name="issues")
    number = models.PositiveIntegerField()
    month = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    due = models.DateField(null=True)
    content: "models.JSONField[Any, Any]" = models.JSONField()

    personal = {"made_by": _SAID, "content": _SAID}
    not_personal = ("id", "brief", "number", "month", "made_at", "due")

    class Meta:
        db_table = "dashboards_issue"
        constraints = (
            models.UniqueConstraint(fields=("brief", "number"), name="dashboards_issue_number"),
            models.UniqueConstraint(
                fields=("brief", "due"), condition=Q(due__isnull=False),
                name="dashboards_issue_once_for_a_day",
            ),
        )  # fmt: skip


class IssueRead(models.Model):
    """That somebody opened an issue, so that their home page no longer says it is new."""

    id = models.BigAutoField(primary_key=True)
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="reads")
    reader = models.CharField(max_length=100)

    personal = {"reader": _READ}
    not_personal = ("id", "issue")

    class Meta:
        db_table = "dashboards_issue_read"
        constraints = (
            models.UniqueConstraint(fields=("issue", "reader"), name="dashboards_issue_read_once"),
        )


class IssueNotice(models.Model):
    """An email that an issue was made, written with it and sent later; ``to`` is then empty."""

    id = models.UUIDField(primary_key=True, default=new_id)
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="notices")
    to = models.CharField(max_length=254)
    state = models.CharField(max_length=10, default=_WAITING)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=200, default="")

    personal = {"to": _NOTICE}
    not_personal = ("id", "issue", "state", "attempts", "retry_at", "said")

    class Meta:
        db_table = "dashboards_notice"
        indexes = (models.Index(fields=("state", "retry_at"), name="dashboards_notice_due"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state=_WAITING) | Q(state__in=_SENT_STATES, to=""),
                name="dashboards_notice_emptied",
            ),
        )
