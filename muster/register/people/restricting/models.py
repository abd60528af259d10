"""Restrictions, who may know of them, broken glass, and what its guardians were told.

``people.models`` shows these to Django. A restriction holds for a person and for the records the
person was of when it was set: whatever matching makes of those records later, it goes with them.
"""

from django.db import models
from django.db.models import F, Q

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal
from muster.register.people import constraints as always
from muster.register.people.restricting.rules import KINDS, VERDICTS

_BASIS = (
    "Legal obligation (UK GDPR Article 6(1)(c), Article 32; for hidden names the Gender"
    " Recognition Act 2004 section 22)"
)
_KEPT = "Seven years after it was lifted"
_HELD = Personal("To keep a person from those who may not know of them", _BASIS, _KEPT, None)
_GLASS = Personal(
    "To show who opened a restricted record in an emergency, why, and what was found of it",
    _BASIS, "Seven years from the look", None,
)  # fmt: skip


class Restriction(models.Model):
    """A person, or a person's names of before a day, that not everybody may know of.

    ``office`` is the employer whose information-governance officers answer for it, the central
    office if there is none; ``guardian`` is one actor who answers for it besides. If
    ``notice_waits``, the person is not told of broken glass while the restriction stands.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey("register_people.Person", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    names_before = models.DateField(null=True)
    office = models.ForeignKey(
        "register_employers.Employer", models.PROTECT, null=True, related_name="+"
    )
    guardian = models.CharField(max_length=100)
    notice_waits = models.BooleanField(default=False)
    reason = models.CharField(max_length=40)
    set_by = models.CharField(max_length=100)
    recorded_from = models.DateTimeField()
    lift_asked_by = models.CharField(max_length=100, null=True)  # noqa: DJ001 - absent is not empty
    lift_asked_at = models.DateTimeField(null=True)
    lift_reason = models.CharField(max_length=40, null=True)  # noqa: DJ001
    lifted_by = models.CharField(max_length=100, null=True)  # noqa: DJ001
    recorded_to = models.DateTimeField(null=True)

    personal = dict.fromkeys(("person", "kind", "names_before", "reason", "lift_reason"), _HELD)
    not_personal = (
        "id", "office", "guardian", "notice_waits", "set_by", "recorded_from", "lift_asked_by",
        "lift_asked_at", "lifted_by", "recorded_to",
    )  # fmt: skip

    class Meta:
        db_table = "register_restriction"
        indexes = (
            models.Index(
                fields=("person",), condition=Q(recorded_to__isnull=True),
                name="register_restriction_now",
            ),
        )  # fmt: skip
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="hidden_names", names_before__isnull=False)
                | Q(kind__in=KINDS[:2], names_before__isnull=True),
                name="register_restriction_kind",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True, lifted_by__isnull=True)
                | (
                    Q(recorded_to__isnull=False, lifted_by__isnull=False)
                    & Q(lift_asked_by__isnull=False)
                    & ~Q(lifted_by=F("lift_asked_by"))
                ),
                name="register_restriction_four_eyes",
            ),
            always.recorded_in_order("restriction"),
        )


class RestrictedRecord(models.Model):
    """A record that was the person's when a restriction was set."""

    id = models.BigAutoField(primary_key=True)
    restriction = models.ForeignKey(Restriction, models.CASCADE, related_name="records")
    record = models.ForeignKey("register_people.SourceRecord", models.PROTECT, related_name="+")

    personal = {"record": _HELD}
    not_personal = ("id", "restriction")

    class Meta:
        db_table = "register_restricted_record"
        constraints = (
            models.UniqueConstraint(
                fields=("restriction", "record"), name="register_restricted_record_once"
            ),
        )


class Knower(models.Model):
    """Somebody whom a guardian let know, because their work needs it, such as who pays."""

    id = models.BigAutoField(primary_key=True)
    restriction = models.ForeignKey(Restriction, models.CASCADE, related_name="knowers")
    actor = models.CharField(max_length=100)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    ended_by = models.CharField(max_length=100, null=True)  # noqa: DJ001
    ended_at = models.DateTimeField(null=True)

    personal: dict[str, Personal] = {}
    not_personal = ("id", "restriction", "actor", "by", "at", "ended_by", "ended_at")

    class Meta:
        db_table = "register_restriction_knower"
        constraints = (
            models.UniqueConstraint(
                fields=("restriction", "actor"), condition=Q(ended_at__isnull=True),
                name="register_restriction_knower_once",
            ),
        )  # fmt: skip


class BrokenGlass(models.Model):
    """One person's record, open to one actor in an emergency until an instant."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey("register_people.Person", models.PROTECT, related_name="+")
    actor = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=60)
    employer = models.ForeignKey(
        "register_employers.Employer", models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=40)
    words = models.CharField(max_length=500)
    at = models.DateTimeField()
    until = models.DateTimeField()

    personal = dict.fromkeys(("person", "reason", "words"), _GLASS)
    not_personal = ("id", "actor", "name", "role", "employer", "at", "until")

    class Meta:
        db_table = "register_broken_glass"
        indexes = (models.Index(fields=("actor", "until"), name="register_broken_glass_open"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(until__gt=F("at")), name="register_broken_glass_ends"
            ),
        )


class GlassNotice(models.Model):
    """What the guardian of a restriction was told of broken glass, and what they found of it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    glass = models.ForeignKey(BrokenGlass, models.CASCADE, related_name="notices")
    restriction = models.ForeignKey(Restriction, models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    verdict = models.CharField(max_length=20, null=True)  # noqa: DJ001
    words = models.CharField(max_length=500, null=True)  # noqa: DJ001
    reviewed_by = models.CharField(max_length=100, null=True)  # noqa: DJ001
    reviewed_at = models.DateTimeField(null=True)

    personal = {"words": _GLASS}
    not_personal = (
        "id", "glass", "restriction", "told_at", "verdict", "reviewed_by", "reviewed_at",
    )  # fmt: skip

    class Meta:
        db_table = "register_glass_notice"
        constraints = (
            models.UniqueConstraint(
                fields=("glass", "restriction"), name="register_glass_notice_once"
            ),
            models.CheckConstraint(
                condition=Q(verdict__isnull=True, reviewed_by__isnull=True)
                | Q(verdict__in=VERDICTS, reviewed_by__isnull=False),
                name="register_glass_notice_reviewed",
            ),
        )
