"""Cases, the diagrams they follow, their tasks and what they wait for.

A case keeps the version of the diagram it started with. What it knows holds nothing personal; what
people answered is kept by the service whose process it is.
"""

from django.db import models
from django.db.models import Q

from muster.casework import declared
from muster.casework.calendars import models as _of_calendars  # noqa: F401
from muster.casework.notifying import models as _of_notifying  # noqa: F401
from muster.kernel.ids import new_id
from muster.kernel.personal import Personal


class Diagram(models.Model):
    """One version of a process: the exact bytes of its file and of those it calls.

    ``files`` is JSON, file text by process id; ``digest`` the SHA-256 over them.
    """

    process = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    files = models.TextField()
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=100)

    personal: dict[str, Personal] = {}
    not_personal = ("id", "process", "digest", "files", "loaded_at", "loaded_by")

    class Meta:
        db_table = "casework_diagram"
        constraints = (
            models.UniqueConstraint(fields=("process", "digest"), name="casework_diagram_once"),
        )


class Case(models.Model):
    """One run of a process, about one subject.

    ``shape`` is what the engine keeps, ``known`` what conditions ask about, ``parties`` who stands
    in each lane. ``version`` counts the steps, so that of two who act at once one is told.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    diagram = models.ForeignKey(Diagram, models.PROTECT, related_name="+")
    process = models.CharField(max_length=100)
    subject = models.CharField(max_length=120)
    about = models.UUIDField(null=True, db_index=True)
    state = models.CharField(max_length=12, default="running")
    shape = models.BinaryField()
    known = models.TextField(default="{}")
    parties = models.TextField(default="{}")
    nation = models.CharField(max_length=20, default="england-and-wales")
    version = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)

    personal = {"about": declared.CASE_OF, "parties": declared.CASE_OF}
    not_personal = (
        "id", "diagram", "process", "subject", "state", "shape", "known", "nation", "version",
        "opened_at", "opened_by", "ended_at",
    )  # fmt: skip

    class Meta:
        db_table = "casework_case"
        indexes = (
            models.Index(
                fields=("process", "opened_at"), condition=Q(ended_at__isnull=True),
                name="casework_case_open",
            ),
        )  # fmt: skip
        constraints = (
            models.UniqueConstraint(
                fields=("process", "subject"), condition=Q(ended_at__isnull=True),
                name="casework_case_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("running", "suspended"), ended_at__isnull=True)
                | Q(state__in=("ended", "called off"), ended_at__isnull=False),
                name="casework_case_state",
            ),
        )  # fmt: skip


class Task(models.Model):
    """Something a person is to do for a case; its id is the engine's."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="tasks")
    process = models.CharField(max_length=100)
    element = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    lane = models.CharField(max_length=100)
    role = models.CharField(max_length=40)
    employer = models.UUIDField(null=True)
    person = models.UUIDField(null=True)
    assignee = models.CharField(max_length=100, default="")
    state = models.CharField(max_length=12, default="open")
    bulk = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    first_looked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=100, default="")

    personal = {"person": declared.CASE_OF}
    not_personal = (
        "id", "case", "process", "element", "title", "lane", "role", "employer", "assignee",
        "state", "bulk", "opened_at", "due_at", "first_looked_at", "done_at", "done_by",
    )  # fmt: skip

    class Meta:
        db_table = "casework_task"
        indexes = (
            models.Index(
                fields=("employer", "role", "due_at"), condition=Q(state="open"),
                name="casework_task_of_role",
            ),
            models.Index(
                fields=("person", "due_at"), condition=Q(state="open"),
                name="casework_task_of_person",
            ),
            models.Index(
                fields=("assignee", "due_at"), condition=Q(state="open"),
                name="casework_task_taken",
            ),
        )  # fmt: skip
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", done_at__isnull=True)
                | Q(state="done", done_at__isnull=False)
                | Q(state="taken back", done_at__isnull=False),
                name="casework_task_state",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(employer__isnull=False),
                name="casework_task_party",
            ),
        )


class Wait(models.Model):
    """A timer or a message that a case waits for; its id is the engine's.

    ``due_at`` is when a timer fires; a timer whose date is not known yet has none. What went wrong
    when it last fired stands in ``said``.
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="waits")
    process = models.CharField(max_length=100)
    element = models.CharField(max_length=100)
    message = models.CharField(max_length=100, default="")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    said = models.CharField(max_length=300, default="")

    personal: dict[str, Personal] = {}
    not_personal = (
        "id", "case", "process", "element", "message", "opened_at", "due_at", "attempts", "said",
    )  # fmt: skip

    class Meta:
        db_table = "casework_wait"


class Step(models.Model):
    """What happened in a case, element by element; written once."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    process = models.CharField(max_length=100)
    element = models.CharField(max_length=100)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    words = models.CharField(max_length=300, default="")

    personal: dict[str, Personal] = {}
    not_personal = ("id", "case", "process", "element", "at", "by", "words")

    class Meta:
        db_table = "casework_step"
