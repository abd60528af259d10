"""The tables of systems that are asked for what is new, and of what loaders answer."""

from typing import ClassVar

from django.db import models

from muster.hub.models.feeds import Intake
from muster.hub.models.messages import Delivery
from muster.hub.models.systems import Route, System
from muster.kernel.ids import new_id
from muster.kernel.personal import Personal


class Inlet(models.Model):
    """A system that is asked for what is new, every so many seconds.

    ``settings`` are its connector's; ``sealed`` holds the secret ones, and ``after`` how far it was
    read, both encrypted under this installation's key, because ``after`` may name people. ``fence``
    rises with every turn: whoever holds an older one can change nothing any more. ``attempts``
    counts turns in vain since the last good one, ``said`` and ``fix`` are why, and what to do.
    ``came`` counts what the latest turn that brought anything brought, ``brought`` all of it;
    ``pages`` how often ``after`` was moved. ``paused`` says why a person stopped it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=100, unique=True)
    system = models.ForeignKey(System, models.PROTECT, related_name="inlets")
    kind = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)
    sealed = models.BinaryField(default=b"")
    after = models.BinaryField(default=b"")
    every = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    said = models.CharField(max_length=500, default="")
    fix = models.CharField(max_length=500, default="")
    paused = models.CharField(max_length=500, default="")
    owner = models.CharField(max_length=100, default="")
    until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    pages = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    came_at = models.DateTimeField(null=True)
    came = models.PositiveIntegerField(default=0)
    brought = models.BigIntegerField(default=0)
    intake = models.ForeignKey(Intake, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=100)

    personal: ClassVar[dict[str, Personal]] = {
        "after": Personal(
            "Knowing which rows were read, by their keys, so that each is kept once",
            "Public task (UK GDPR article 6(1)(e)), under the agreement of what is read",
            "As long as the system is asked; replaced at each turn, removed with the inlet",
            b"",
        ),
    }
    not_personal: ClassVar[tuple[str, ...]] = (
        "id", "code", "system", "kind", "settings", "sealed", "every", "due_at", "attempts",
        "said", "fix", "paused", "owner", "until", "fence", "pages", "asked_at", "came_at", "came",
        "brought", "intake", "set_at", "set_by",
    )  # fmt: skip

    class Meta:
        db_table = "hub_inlet"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(every__gte=10), name="hub_inlet_not_all_the_time"
            ),
        )


class InletAlarm(models.Model):
    """That an inlet fails for a cause; raised once, and cleared when it brings something again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    inlet = models.ForeignKey(Inlet, models.CASCADE, related_name="alarms")
    cause = models.CharField(max_length=64)
    said = models.CharField(max_length=500)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hub_inlet_alarm"
        constraints = (
            models.UniqueConstraint(
                fields=("inlet", "cause"),
                condition=models.Q(cleared_at__isnull=True),
                name="hub_inlet_alarm_one_for_a_cause",
            ),
        )


class AnswerFile(models.Model):
    """The file by which a receiver's loader answers one shipment, and what it said in all.

    ``done_at`` is when every message of the shipment was answered, or nobody waits any more.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    delivery = models.OneToOneField(Delivery, models.CASCADE, related_name="+")
    route = models.ForeignKey(Route, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    taken = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    said = models.CharField(max_length=500, default="")
    looked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hub_answer_file"
        indexes = (models.Index(fields=("route", "done_at"), name="hub_answer_file_route"),)


class RowAnswer(models.Model):
    """What a receiver's loader said of one message of a shipment, for good.

    ``said`` are the receiver's words, without the message's values.
    """

    file = models.ForeignKey(AnswerFile, models.CASCADE, related_name="rows")
    position = models.BigIntegerField()
    outcome = models.CharField(max_length=20)
    said = models.CharField(max_length=500, default="")
    told_at = models.DateTimeField()

    class Meta:
        db_table = "hub_row_answer"
        indexes = (models.Index(fields=("position",), name="hub_row_answer_position"),)
        constraints = (
            models.UniqueConstraint(fields=("file", "position"), name="hub_row_answer_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=("taken", "rejected")),
                name="hub_row_answer_outcome_known",
            ),
        )


class LookupTable(models.Model):
    """One version of a table that a route's mapping looks values up in; the newest counts.

    ``content`` is the file as it came, encrypted under this installation's key; ``columns`` are its
    headings, the first of which holds the codes, and ``about_people`` those of them that are about
    people.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    route = models.ForeignKey(Route, models.PROTECT, related_name="lookups")
    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    columns = models.JSONField()
    about_people = models.JSONField(default=list)
    rows = models.PositiveIntegerField()
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=100)

    personal: ClassVar[dict[str, Personal]] = {
        "content": Personal(
            "Writing what a receiver calls a thing where its codes are about people",
            "Public task (UK GDPR article 6(1)(e)), under the agreement of the route",
            "As long as the route stands, so that each delivery can be told from its version",
            b"",
        ),
    }
    not_personal: ClassVar[tuple[str, ...]] = (
        "id", "route", "name", "version", "columns", "about_people", "rows", "digest", "kept_at",
        "kept_by",
    )  # fmt: skip

    class Meta:
        db_table = "hub_lookup"
        constraints = (
            models.UniqueConstraint(
                fields=("route", "name", "version"), name="hub_lookup_version_once"
            ),
        )
