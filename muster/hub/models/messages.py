"""The tables of messages: what came, how far each route is, what waits, what was handed over.

Exact bytes are in the exchange log, encrypted; these tables index them and hold no content.
"""

from django.db import models

from muster.hub.models.systems import Agreement, Route, System
from muster.kernel.ids import new_id


class SystemKey(models.Model):
    """A public key by which a system signs what it sends; ``public`` is raw Ed25519."""

    id = models.UUIDField(primary_key=True, default=new_id)
    system = models.ForeignKey(System, models.PROTECT, related_name="keys")
    name = models.CharField(max_length=100, unique=True)
    public = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=100)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=100, default="")

    class Meta:
        db_table = "hub_system_key"


class SpentNonce(models.Model):
    """A signature's nonce that was used: the same one again is a replay. Swept once too old."""

    key = models.ForeignKey(SystemKey, models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=200)
    used_at = models.DateTimeField()

    class Meta:
        db_table = "hub_spent_nonce"
        constraints = (
            models.UniqueConstraint(fields=("key", "nonce"), name="hub_spent_nonce_once"),
        )


class TakenRequest(models.Model):
    """A request that its sender gave a name (Idempotency-Key), and what it was answered.

    The same name brings the same ``answers`` as long as the body is the same. Swept after a while.
    """

    system = models.ForeignKey(System, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    digest = models.BinaryField()
    answers = models.JSONField()
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "hub_taken_request"
        constraints = (
            models.UniqueConstraint(fields=("system", "name"), name="hub_taken_request_once"),
        )


class Message(models.Model):
    """One message in the exchange log: ``position`` is its place there.

    ``source`` and ``event_id`` are the sender's own and together name the message once.
    ``shard`` spreads subjects, so that several workers can share a route. ``digest`` is SHA-256
    of the exact bytes, ``size`` how many they are (0: not counted, kept by an earlier release).
    ``refused`` says why a message that was kept goes nowhere.
    """

    position = models.BigIntegerField(primary_key=True)
    contract = models.CharField(max_length=200)
    system = models.ForeignKey(System, models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=300)
    event_id = models.CharField(max_length=200)
    subject = models.CharField(max_length=300)
    shard = models.PositiveSmallIntegerField()
    time = models.CharField(max_length=40)
    traceparent = models.CharField(max_length=60)
    correlation = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    digest = models.BinaryField()
    size = models.PositiveIntegerField(default=0)
    key = models.ForeignKey(SystemKey, models.PROTECT, null=True, related_name="+", db_index=False)
    refused = models.CharField(max_length=500)

    class Meta:
        db_table = "hub_message"
        indexes = (
            models.Index(fields=("contract", "system", "position"), name="hub_message_stream"),
            models.Index(fields=("subject", "position"), name="hub_message_subject"),
            models.Index(
                fields=("correlation", "position"),
                name="hub_message_correlation",
                condition=~models.Q(correlation=""),
            ),
            models.Index(
                fields=("system", "position"),
                name="hub_message_refused",
                condition=~models.Q(refused=""),
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("source", "event_id"), name="hub_message_once"),
        )


class Cursor(models.Model):
    """How far one shard of a route is, and which worker holds it until when.

    ``fence`` rises with every lease; whoever holds an older one can change nothing any more.
    ``position`` is the last message handed over, parked or passed by. ``blocked`` says why the
    route does not move, ``attempts`` how often the receiver was tried in vain since it last was.
    """

    route = models.ForeignKey(Route, models.CASCADE, related_name="cursors")
    shard = models.PositiveSmallIntegerField()
    position = models.BigIntegerField(default=-1)
    fence = models.BigIntegerField(default=0)
    owner = models.CharField(max_length=100, default="")
    until = models.DateTimeField(null=True)
    blocked = models.CharField(max_length=500, default="")
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hub_cursor"
        constraints = (models.UniqueConstraint(fields=("route", "shard"), name="hub_cursor_once"),)


class Delivery(models.Model):
    """One shipment that a receiver took: what was in it, under what, and what it acknowledged.

    The messages are those of the route's stream from ``first`` to ``last``, but for those that
    have an ``Exception`` of their own. ``again`` names the release or replay that sent them
    another time. ``lookups`` are the versions of the tables that values were looked up in.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    route = models.ForeignKey(Route, models.PROTECT, related_name="deliveries", db_index=False)
    shard = models.PositiveSmallIntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    messages = models.PositiveIntegerField()
    had = models.PositiveIntegerField(default=0)
    again = models.UUIDField(null=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+", db_index=False)
    agreement_version = models.PositiveIntegerField()
    translation_version = models.PositiveIntegerField()
    lookups = models.JSONField(default=dict)
    fence = models.BigIntegerField()
    acknowledged = models.TextField(default="")
    began_at = models.DateTimeField()
    handed_at = models.DateTimeField()
    entry = models.BigIntegerField()

    class Meta:
        db_table = "hub_delivery"
        indexes = (
            models.Index(fields=("route", "last"), name="hub_delivery_route"),
            models.Index(fields=("route", "handed_at"), name="hub_delivery_lately"),
            models.Index(
                fields=("again",),
                name="hub_delivery_again",
                condition=models.Q(again__isnull=False),
            ),
        )


class ParkedState(models.TextChoices):
    """What became of a message that could not be handed over in its turn."""

    PARKED = "parked"  # it failed
    BEHIND = "behind"  # an earlier one of its subject is parked
    DOUBTFUL = "doubtful"  # nobody can tell whether the receiver took it
    RELEASED = "released"  # it is to be handed over again
    DELIVERED = "delivered"
    DISCARDED = "discarded"


class Parked(models.Model):
    """A message that could not be handed over in its turn, and what became of it.

    ``stage`` is where it failed, ``cause`` why, without personal values. A released one waits
    until ``due_at`` (None: it may go at once); ``again`` names that release to its receiver.
    ``delivery`` is the shipment that took it in the end. ``decision`` names the one by which many
    were discarded at once.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    route = models.ForeignKey(Route, models.PROTECT, related_name="parked", db_index=False)
    position = models.BigIntegerField()
    subject = models.CharField(max_length=300)
    shard = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=ParkedState)
    stage = models.CharField(max_length=20)
    cause = models.CharField(max_length=500)
    attempts = models.PositiveIntegerField(default=0)
    parked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    again = models.UUIDField(null=True)
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, null=True, related_name="+", db_index=False
    )
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=100, default="")
    reason = models.TextField(default="")
    decision = models.UUIDField(null=True)

    class Meta:
        db_table = "hub_parked"
        # Whole ones: of a partial index SQLite cannot tell that it fits values given later.
        indexes = (
            models.Index(fields=("route", "subject", "state"), name="hub_parked_open"),
            models.Index(fields=("route", "state", "position"), name="hub_parked_state"),
            models.Index(fields=("route", "stage", "cause", "position"), name="hub_parked_cause"),
            # Position first: by route it would be taken for looking through a route in order.
            models.Index(fields=("position", "route"), name="hub_parked_place"),
            models.Index(
                fields=("decision",),
                name="hub_parked_decision",
                condition=models.Q(decision__isnull=False),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("route", "position"),
                condition=models.Q(state__in=("parked", "behind", "doubtful", "released")),
                name="hub_parked_once",
            ),
        )


class ContractRevision(models.Model):
    """One revision of a contract, as JSON Schema; the newest that is live counts.

    ``kind`` says how it differs from the one before (see ``contract_versions``).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=200)
    revision = models.PositiveIntegerField()
    schema = models.TextField()
    kind = models.CharField(max_length=20)
    changes = models.JSONField(default=list)
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=100)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=100, default="")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hub_contract_revision"
        constraints = (
            models.UniqueConstraint(fields=("name", "revision"), name="hub_contract_revision_once"),
        )


class Replay(models.Model):
    """A wish that messages be handed over once more: which, why, by whom, and how far it is."""

    id = models.UUIDField(primary_key=True, default=new_id)
    route = models.ForeignKey(Route, models.PROTECT, related_name="replays")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    subject = models.CharField(max_length=300, default="")
    correlation = models.CharField(max_length=200, default="")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    position = models.BigIntegerField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hub_replay"


class ReplayFailure(models.Model):
    """A message that a replay could not hand over: where it failed and, without values, why."""

    id = models.BigAutoField(primary_key=True)
    replay = models.ForeignKey(Replay, models.CASCADE, related_name="failures", db_index=False)
    position = models.BigIntegerField()
    stage = models.CharField(max_length=20)
    cause = models.CharField(max_length=500)
    failed_at = models.DateTimeField()

    class Meta:
        db_table = "hub_replay_failure"
        constraints = (
            models.UniqueConstraint(fields=("replay", "position"), name="hub_replay_failure_once"),
        )


class HeldMessages(models.Model):
    """Messages for which a route stopped by itself: those from ``first`` to ``last`` of its stream.

    ``touched``, ``known`` and ``ending`` are what was counted (``hub.unusual_messages``),
    ``raised_to`` is who was told. ``decision`` is what a person decided: ``let go`` or
    ``discarded``; a discarding can be undone until ``due_at``, when it takes effect. ``done_at`` is
    when the route went on.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    route = models.ForeignKey(Route, models.PROTECT, related_name="held_messages")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    messages = models.PositiveIntegerField()
    touched = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    ending = models.PositiveIntegerField()
    said = models.CharField(max_length=500)
    raised_at = models.DateTimeField()
    raised_to = models.CharField(max_length=100)
    decision = models.CharField(max_length=20, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, default="")
    reason = models.TextField(default="")
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hub_held_messages"
        constraints = (
            models.UniqueConstraint(
                fields=("route",),
                condition=models.Q(done_at__isnull=True),
                name="hub_held_messages_one_open",
            ),
        )


class Attempt(models.Model):
    """That a message is being handed to a receiver that cannot know it again: once, and no more."""

    route = models.ForeignKey(Route, models.PROTECT, related_name="+", db_index=False)
    position = models.BigIntegerField()
    began_at = models.DateTimeField()

    class Meta:
        db_table = "hub_attempt"
        constraints = (
            models.UniqueConstraint(fields=("route", "position"), name="hub_attempt_once"),
        )
