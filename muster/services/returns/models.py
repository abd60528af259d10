"""What the returns service keeps: questions, metrics asked for, returns and what employers stated.

Employers and actors stand here as plain identifiers. Figures are of groups of people, as an
employer stated them; they leave through the gate alone.
"""

from django.db import models
from django.db.models import F, Q

from muster.kernel.ids import new_id
from muster.services.returns.rules import ANSWERED, OPEN, STATES, WAYS

RETURN_STATES = ("open", "released", "cancelled")
ASK_STATES = ("asked", "stated", "signed", "fed", "closed")
REQUEST_STATES = ("waits", "asked back", "approved", "declined")


class Question(models.Model):
    """What somebody wants to know, and how it was answered.

    ``releases`` are the tables that answer it, ``cites`` the number of the earlier question whose
    answer they are. ``known`` employers' figures were needed, ``asked_of`` were asked.
    """

    number = models.BigAutoField(primary_key=True)
    words = models.CharField(max_length=500)
    why = models.CharField(max_length=500)
    for_whom = models.CharField(max_length=100)
    needed_by = models.DateField()
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=20, default=OPEN)
    way = models.CharField(max_length=20, default="")
    metric = models.CharField(max_length=100, default="")
    dimensions = models.CharField(max_length=200, default="")
    as_at = models.DateField(null=True)
    releases = models.JSONField(default=list)
    cites = models.BigIntegerField(null=True)
    known = models.PositiveIntegerField(default=0)
    asked_of = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=500, default="")
    answered_by = models.CharField(max_length=100, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "returns_question"
        indexes = (
            models.Index(fields=("metric", "as_at", "state"), name="returns_question_answers"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=STATES) & Q(way__in=("", *WAYS)),
                name="returns_question_state",
            ),
            models.CheckConstraint(
                condition=(Q(state=ANSWERED, answered_at__isnull=False) & ~Q(way=""))
                | (~Q(state=ANSWERED) & Q(answered_at__isnull=True)),
                name="returns_question_answered",
            ),
            models.CheckConstraint(
                condition=Q(asked_of__lte=F("known")), name="returns_question_asked_of_known"
            ),
        )


class MetricRequest(models.Model):
    """A metric that somebody asks for, until its owner approves or declines it.

    ``seconds`` passed between the form being shown and being sent. It is live once it is declared.
    """

    number = models.BigAutoField(primary_key=True)
    question = models.ForeignKey(Question, models.PROTECT, null=True, related_name="requests")
    title = models.CharField(max_length=100)
    counts = models.CharField(max_length=500)
    grain = models.CharField(max_length=200)
    dimensions = models.JSONField(default=list)
    lawful_basis = models.CharField(max_length=300)
    owner = models.CharField(max_length=100)
    seconds = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=20, default="waits")
    reason = models.CharField(max_length=500, default="")
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "returns_metric_request"
        constraints = (
            models.CheckConstraint(
                condition=Q(state="waits")
                | (Q(state="approved") & ~Q(decided_by=""))
                | (Q(state__in=("asked back", "declined")) & ~Q(decided_by="") & ~Q(reason="")),
                name="returns_metric_request_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("asked_by")),
                name="returns_metric_request_four_eyes",
            ),
        )


class Return(models.Model):
    """Figures asked of employers for one date, by a deadline, to answer a question.

    ``stood`` employers were not asked, as their figures were there. ``minutes`` is what one
    employer was taken to spend, as declared when it was asked.
    """

    number = models.BigAutoField(primary_key=True)
    question = models.OneToOneField(Question, models.PROTECT, related_name="asked_in")
    as_at = models.DateField()
    deadline = models.DateField()
    extended_because = models.CharField(max_length=500, default="")
    stood = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    state = models.CharField(max_length=20, default="open")
    opened_by = models.CharField(max_length=100)
    opened_at = models.DateTimeField()
    closed_by = models.CharField(max_length=100, default="")
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=500, default="")

    class Meta:
        db_table = "returns_return"
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="released", closed_at__isnull=False)
                | (Q(state="cancelled", closed_at__isnull=False) & ~Q(closed_because="")),
                name="returns_return_state",
            ),
            models.CheckConstraint(
                condition=Q(deadline__gt=F("as_at")), name="returns_return_days"
            ),
        )


class Item(models.Model):
    """One table of a return: a metric, and what an employer breaks it down by.

    ``releases`` are the tables that left for it: from records, and as stated.
    """

    of = models.ForeignKey(Return, models.PROTECT, related_name="items")
    metric = models.CharField(max_length=100)
    dimensions = models.CharField(max_length=200)
    releases = models.JSONField(default=list)

    class Meta:
        db_table = "returns_item"
        constraints = (
            models.UniqueConstraint(
                fields=("of", "metric", "dimensions"), name="returns_item_once"
            ),
        )


class Ask(models.Model):
    """What one employer is asked in a return, because its figures are missing.

    ``missing`` are the items asked of it. ``version`` goes up with every change, so that of two
    officers who answer at the same moment one is told.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    of = models.ForeignKey(Return, models.PROTECT, related_name="asks")
    employer = models.UUIDField()
    title = models.CharField(max_length=300)
    missing = models.JSONField(default=list)
    state = models.CharField(max_length=20, default="asked")
    version = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=300, default="")
    stated_by = models.CharField(max_length=100, default="")
    stated_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=100, default="")
    signed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reminded_on = models.DateField(null=True)
    reminders = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "returns_ask"
        constraints = (
            models.UniqueConstraint(fields=("of", "employer"), name="returns_ask_once"),
            models.CheckConstraint(
                condition=Q(state="asked")
                | (Q(state="stated", stated_at__isnull=False) & ~Q(source=""))
                | (Q(state="signed", signed_at__isnull=False) & ~Q(source="") & ~Q(signed_by=""))
                | Q(state__in=("fed", "closed"), closed_at__isnull=False),
                name="returns_ask_state",
            ),
            models.CheckConstraint(
                condition=Q(signed_by="") | (~Q(signed_by=F("stated_by")) & ~Q(stated_by="")),
                name="returns_ask_four_eyes",
            ),
        )


class StatedCell(models.Model):
    """One figure as an employer stated it; ``key`` are its codes in the order of the item,
    as JSON; ``value`` is in the metric's scale.
    """

    ask = models.ForeignKey(Ask, models.PROTECT, related_name="cells")
    item = models.ForeignKey(Item, models.PROTECT, related_name="cells")
    key = models.CharField(max_length=300)
    value = models.BigIntegerField()
    people = models.PositiveIntegerField()

    class Meta:
        db_table = "returns_stated_cell"
        constraints = (
            models.UniqueConstraint(fields=("ask", "item", "key"), name="returns_stated_cell_once"),
            models.CheckConstraint(
                condition=Q(value=0) | Q(value__gt=0, people__gt=0),
                name="returns_stated_cell_people",
            ),
        )


class Assumption(models.Model):
    """What one employer is taken to spend on one return, as declared; the latest counts."""

    id = models.BigAutoField(primary_key=True)
    minutes = models.PositiveIntegerField()
    why = models.CharField(max_length=500)
    set_by = models.CharField(max_length=100)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "returns_assumption"
        constraints = (
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=10_000) & ~Q(why=""),
                name="returns_assumption_said",
            ),
        )
