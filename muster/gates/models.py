"""What the gates keep: released tables, who looked at whom, inquiries, and unusual reading."""

from django.db import models
from django.db.models import Q

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal

# What may be the state of a release: it is out until an audit finds that it tells too much; then it
# is held, and a person lets it out or withdraws it.
OUT, HELD, LET_OUT, WITHDRAWN = "out", "held", "let out", "withdrawn"
RELEASE_STATES = (OUT, HELD, LET_OUT, WITHDRAWN)
SHUT = (HELD, WITHDRAWN)


class Release(models.Model):
    """A table that left through the gate, as it left.

    ``state`` says whether it may still be read: see ``gates.audit``.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    metric = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    dimensions = models.CharField(max_length=200)
    as_at = models.DateField()
    snapshot = models.BigIntegerField()
    audience = models.CharField(max_length=100)
    profile = models.CharField(max_length=30)
    purpose = models.TextField()
    released_by = models.CharField(max_length=100)
    released_at = models.DateTimeField()
    content = models.JSONField()
    state = models.CharField(max_length=20, default=OUT)

    class Meta:
        db_table = "gates_release"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=RELEASE_STATES), name="gates_release_state"
            ),
            models.UniqueConstraint(
                fields=("fingerprint", "dimensions", "as_at", "snapshot", "audience"),
                name="gates_release_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("metric", "dimensions", "as_at", "state"), name="gates_release_same"
            ),
        )


class Stood(models.Model):
    """What stood behind figures by a characteristic when a date was told last: see ``telling``.

    Counts as they were, for the gate alone: a later telling differs only once more than seven
    people have moved. ``dimensions`` are in the order of the alphabet, as is each cell's key.
    """

    id = models.BigAutoField(primary_key=True)
    fingerprint = models.CharField(max_length=64)
    dimensions = models.CharField(max_length=200)
    as_at = models.DateField()
    cells = models.JSONField()

    class Meta:
        db_table = "gates_stood"
        constraints = (
            models.UniqueConstraint(
                fields=("fingerprint", "dimensions", "as_at"), name="gates_stood_once"
            ),
        )


_TOLD = Personal(
    purpose="Telling a person who has seen their record",
    lawful_basis="Legal obligation: UK GDPR Article 15 and Article 5(2)",
    retention="As long as the access log",
)
_WATCHED = Personal(
    purpose="Finding out who has read records without need",
    lawful_basis="Legal obligation: UK GDPR Articles 5(1)(f), 5(2) and 32",
    retention="As long as the access log",
)


class Look(models.Model):
    """Where the access log says that a person's record was seen, so that the person can be told.

    The log is the evidence; this is only its index by person, and can be made again from it.
    ``glass`` names the broken glass under which somebody looked.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.UUIDField()
    position = models.BigIntegerField()
    glass = models.UUIDField(null=True)

    personal = {"person": _TOLD}
    not_personal = ("id", "position", "glass")

    class Meta:
        db_table = "gates_look"
        indexes = (models.Index(fields=("position",), name="gates_look_position"),)
        constraints = (
            models.UniqueConstraint(fields=("person", "position"), name="gates_look_once"),
        )


class Reading(models.Model):
    """One entry of the access log by reader and time: its index for investigators and watching.

    ``reader`` is the person whom the reader is, where that is known.
    """

    position = models.BigIntegerField(primary_key=True)
    by = models.CharField(max_length=100)
    reader = models.UUIDField(null=True)
    employer = models.UUIDField(null=True)
    role = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    what = models.CharField(max_length=60)
    at = models.DateTimeField()

    personal = {"reader": _WATCHED}
    not_personal = ("position", "by", "employer", "role", "purpose", "what", "at")

    class Meta:
        db_table = "gates_reading"
        indexes = (
            models.Index(fields=("by", "at"), name="gates_reading_by"),
            models.Index(fields=("at",), name="gates_reading_at"),
        )


class Watched(models.Model):
    """Up to which position of the access log something has been done; one row for each thing."""

    name = models.CharField(max_length=40, primary_key=True)
    position = models.BigIntegerField()

    personal: dict[str, Personal] = {}
    not_personal = ("name", "position")

    class Meta:
        db_table = "gates_watched"


class Inquiry(models.Model):
    """A question of an investigator: who saw a person, or whom a reader saw, between two days.

    ``person`` is null where the identifier that was asked for is of nobody, so that the answer to
    that is the same as to somebody at whom nobody looked.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=10)
    person = models.UUIDField(null=True)
    reader = models.CharField(max_length=100)
    starts = models.DateField()
    ends = models.DateField()
    reason = models.CharField(max_length=40)
    words = models.CharField(max_length=500)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    personal = dict.fromkeys(("person", "reader", "words"), _WATCHED)
    not_personal = ("id", "kind", "starts", "ends", "reason", "by", "at")

    class Meta:
        db_table = "gates_inquiry"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="person", reader="")
                | (Q(kind="reader", person__isnull=True) & ~Q(reader="")),
                name="gates_inquiry_kind",
            ),
            models.CheckConstraint(
                condition=Q(ends__gte=models.F("starts")), name="gates_inquiry_days"
            ),
        )


class Alert(models.Model):
    """Reading that was unusual, raised once for its cause, until somebody settles it.

    ``cause`` tells apart what one rule raises of one reader, such as an hour; ``person`` is whom
    the reading was of, where it was of one. ``seen`` was counted, ``usual`` it was compared with.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    rule = models.CharField(max_length=40)
    by = models.CharField(max_length=100)
    cause = models.CharField(max_length=80)
    person = models.UUIDField(null=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    seen = models.PositiveIntegerField()
    usual = models.FloatField()
    raised_at = models.DateTimeField()
    verdict = models.CharField(max_length=20, null=True)  # noqa: DJ001 - absent is not empty
    words = models.CharField(max_length=500, null=True)  # noqa: DJ001
    settled_by = models.CharField(max_length=100, null=True)  # noqa: DJ001
    settled_at = models.DateTimeField(null=True)

    personal = dict.fromkeys(("by", "cause", "person", "seen", "words"), _WATCHED)
    not_personal = (
        "id", "rule", "starts", "ends", "usual", "raised_at", "verdict", "settled_by",
        "settled_at",
    )  # fmt: skip

    class Meta:
        db_table = "gates_alert"
        constraints = (
            models.UniqueConstraint(
                fields=("rule", "by", "cause"), name="gates_alert_once_for_a_cause"
            ),
            models.CheckConstraint(
                condition=Q(verdict__isnull=True, settled_by__isnull=True)
                | (Q(verdict__isnull=False, settled_by__isnull=False)
                   & ~Q(settled_by=models.F("by"))),
                name="gates_alert_settled_by_another",
            ),
        )  # fmt: skip


class Audit(models.Model):
    """What an attacker could work out of a release beside those before it, as far as was looked.

    ``small`` cells are told as a band; of these ``looked`` were attacked: ``exact`` were found out,
    ``narrow`` to fewer than three possible values. ``tables`` were read together. ``bounds`` hold
    what was found of the worst cells.
    """

    release = models.OneToOneField(Release, models.PROTECT, primary_key=True)
    at = models.DateTimeField()
    tables = models.PositiveIntegerField()
    small = models.PositiveIntegerField()
    looked = models.PositiveIntegerField()
    exact = models.PositiveIntegerField()
    narrow = models.PositiveIntegerField()
    narrowest = models.PositiveIntegerField(null=True)
    seconds = models.FloatField()
    bounds = models.JSONField()
    verdict = models.CharField(max_length=20, null=True)  # noqa: DJ001 - absent is not empty
    reason = models.CharField(max_length=500, null=True)  # noqa: DJ001
    decided_by = models.CharField(max_length=100, null=True)  # noqa: DJ001
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "gates_audit"
        constraints = (
            models.CheckConstraint(
                condition=Q(exact__lte=models.F("narrow"), narrow__lte=models.F("looked"),
                            looked__lte=models.F("small")),
                name="gates_audit_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(verdict__isnull=True, reason__isnull=True, decided_by__isnull=True,
                            decided_at__isnull=True)
                | (Q(verdict__in=(LET_OUT, WITHDRAWN), reason__isnull=False,
                     decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                name="gates_audit_decided_with_a_reason",
            ),
        )  # fmt: skip
