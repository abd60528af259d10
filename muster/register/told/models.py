"""The tables of what people tell of themselves once, and of what they ask to have put right.

What was told stands encrypted in ``sealed``. A ``ToldFact`` is bitemporal like every belief: only
``recorded_to`` is ever set, once. A ``Change`` is the act of telling, a ``Sending`` one system of
an employer that was told of it or why not, a ``Notice`` what is sent to the person.
"""

from django.db import models
from django.db.models import F, Q

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal
from muster.register.told import declared
from muster.register.told.rules import KINDS


class Change(models.Model):
    """That a person told something. Only bank details wait: the others are ``told`` at once.

    ``sealed`` holds bank details until they flow. ``code_hash`` and ``stop_hash`` are keyed hashes
    of the code that confirms and of the one that stops; ``channel`` is where the former went.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey("register_people.Person", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    sealed = models.TextField(default="")
    valid_from = models.DateField(null=True)
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=100)
    channel = models.CharField(max_length=20, default="")
    code_hash = models.CharField(max_length=64, default="")
    code_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    stop_hash = models.CharField(max_length=64, default="")
    flows_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=100, default="")

    personal = {
        "person": declared.WHOSE,
        "sealed": declared.TOLD,
        "valid_from": declared.TOLD,
        **dict.fromkeys(("told_by", "channel", "code_hash", "stop_hash", "settled_by"),
                        declared.PROOF),
    }  # fmt: skip
    not_personal = (
        "id", "kind", "state", "told_at", "code_until", "tries", "confirmed_at", "flows_at",
        "settled_at",
    )  # fmt: skip

    class Meta:
        db_table = "register_told_change"
        indexes = (
            models.Index(fields=("person", "told_at"), name="register_told_change_person"),
            models.Index(fields=("state", "flows_at"), name="register_told_change_due"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="register_told_change_kind"),
            models.CheckConstraint(
                condition=Q(state="told")
                | Q(kind="bank", state__in=("asked", "confirmed", "stopped", "expired", "locked")),
                name="register_told_change_state",
            ),
            models.CheckConstraint(
                condition=~Q(kind="bank", state__in=("confirmed", "told"))
                | Q(confirmed_at__isnull=False, flows_at__gt=F("confirmed_at")),
                name="register_told_change_confirmed",
            ),
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(kind="bank", state__in=("asked", "confirmed")),
                name="register_told_change_one_waits",
            ),
        )


class ToldFact(models.Model):
    """What a person told and the register believes: ``sealed`` holds its fields."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey("register_people.Person", models.PROTECT, related_name="+")
    change = models.ForeignKey(Change, models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=20)
    sealed = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    personal = {
        "person": declared.WHOSE,
        **dict.fromkeys(("sealed", "valid_from", "valid_to"), declared.TOLD),
    }
    not_personal = ("id", "change", "kind", "recorded_from", "recorded_to")

    class Meta:
        db_table = "register_told_fact"
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="register_told_fact_holds_a_day",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True) | Q(recorded_to__gte=F("recorded_from")),
                name="register_told_fact_recorded_in_order",
            ),
            models.UniqueConstraint(
                fields=("person", "kind", "valid_from"),
                condition=Q(recorded_to__isnull=True),
                name="register_told_fact_one_from_a_day",
            ),
            models.UniqueConstraint(
                fields=("person", "kind"),
                condition=Q(recorded_to__isnull=True, valid_to__isnull=True),
                name="register_told_fact_one_open",
            ),
        )


class Sending(models.Model):
    """That an employer's systems were sent a change under one staff number, or why they were not.

    ``position`` is the message's place in the exchange log; None where nothing was sent, and then
    ``because`` says why.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    change = models.ForeignKey(Change, models.PROTECT, related_name="sendings")
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    record = models.ForeignKey("register_people.SourceRecord", models.PROTECT, related_name="+")
    contract = models.CharField(max_length=100)
    position = models.BigIntegerField(null=True)
    because = models.CharField(max_length=500, default="")
    holds_from = models.DateField(null=True)
    sent_at = models.DateTimeField()

    personal = dict.fromkeys(("employer", "record", "holds_from"), declared.SENT)
    not_personal = ("id", "change", "contract", "position", "because", "sent_at")

    class Meta:
        db_table = "register_told_sending"
        constraints = (
            models.UniqueConstraint(fields=("change", "record"), name="register_told_sending_once"),
            models.CheckConstraint(
                condition=Q(position__isnull=False, because="")
                | (Q(position__isnull=True) & ~Q(because="")),
                name="register_told_sending_or_why_not",
            ),
        )


class Notice(models.Model):
    """An email or text to a person: written with what it tells of, sent afterwards, never lost.

    ``sealed`` holds where it goes and what fills its template; it is emptied once it was sent.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey("register_people.Person", models.PROTECT, related_name="+")
    template = models.CharField(max_length=40)
    way = models.CharField(max_length=10)
    sealed = models.TextField()
    state = models.CharField(max_length=20, default="waiting")
    written_at = models.DateTimeField()
    retry_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    service_id = models.CharField(max_length=100, default="")
    settled_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=200, default="")

    personal = {"person": declared.WHOSE, "sealed": declared.NOTICE}
    not_personal = (
        "id", "template", "way", "state", "written_at", "retry_at", "attempts", "service_id",
        "settled_at", "said",
    )  # fmt: skip

    class Meta:
        db_table = "register_told_notice"
        indexes = (models.Index(fields=("state", "retry_at"), name="register_told_notice_due"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(way__in=("email", "sms", "letter"))
                & Q(state__in=("waiting", "sent", "delivered", "failed")),
                name="register_told_notice_known",
            ),
        )


class Payday(models.Model):
    """When an employer pays: a day of the month, or None for its last working day."""

    employer = models.OneToOneField(
        "register_employers.Employer", models.PROTECT, primary_key=True, related_name="+"
    )
    day = models.PositiveSmallIntegerField(null=True)
    notice = models.PositiveSmallIntegerField()

    personal: dict[str, Personal] = {}
    not_personal = ("employer", "day", "notice")

    class Meta:
        db_table = "register_told_payday"
        constraints = (
            models.CheckConstraint(
                condition=(Q(day__isnull=True) | Q(day__gte=1, day__lte=31)) & Q(notice__gte=1),
                name="register_told_payday_in_month",
            ),
        )


class Correction(models.Model):
    """A person's request that a fact be put right by the system that states it.

    ``fact`` is the belief in dispute, ``field`` which of its values, ``system`` who states it.
    ``sealed`` holds what it should be and where the evidence is. ``position`` is the message to
    the source; None where its employer's HR answers here. ``promised`` is the last day for an
    answer. ``reason`` is the answer's, ``reminded_at`` when the overdue answer was called in.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey("register_people.Person", models.PROTECT, related_name="+")
    fact = models.UUIDField()
    field = models.CharField(max_length=30)
    system = models.CharField(max_length=100)
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    record = models.ForeignKey(
        "register_people.SourceRecord", models.PROTECT, null=True, related_name="+"
    )
    sealed = models.TextField()
    state = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    promised = models.DateField()
    position = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=100, default="")
    reason = models.CharField(max_length=1000, default="")
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    personal = dict.fromkeys(
        ("person", "fact", "field", "record", "sealed", "asked_by", "answered_by", "reason"),
        declared.CORRECTION,
    )
    not_personal = (
        "id", "system", "employer", "state", "asked_at", "promised", "position", "answered_at",
        "reminded_at", "closed_at",
    )  # fmt: skip

    class Meta:
        db_table = "register_told_correction"
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    state__in=(
                        "sent",
                        "queued",
                        "accepted",
                        "refused",
                        "answered",
                        "corrected",
                        "withdrawn",
                    )
                ),
                name="register_told_correction_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("corrected", "withdrawn"), closed_at__isnull=False)
                | (~Q(state__in=("corrected", "withdrawn")) & Q(closed_at__isnull=True)),
                name="register_told_correction_closed",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""),
                name="register_told_correction_refused_with_reason",
            ),
            models.UniqueConstraint(
                fields=("fact", "field"),
                condition=Q(closed_at__isnull=True, answered_at__isnull=True),
                name="register_told_correction_one_waits",
            ),
        )
