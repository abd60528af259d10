"""The tables of the airlock: what runs in shadow, how it differs from what is live, who decided.

What a message says stands nowhere here in the open: the two values of a difference are sealed under
the key of the message, and go with it when it is erased.
"""

from django.db import models

from muster.hub.models.messages import ContractRevision
from muster.hub.models.systems import Route
from muster.kernel.ids import new_id


class RevisionDecision(models.Model):
    """That somebody accepted or retired a revision of a contract, and why."""

    id = models.UUIDField(primary_key=True, default=new_id)
    revision = models.ForeignKey(ContractRevision, models.PROTECT, related_name="decisions")
    what = models.CharField(max_length=20)
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)

    class Meta:
        db_table = "hub_revision_decision"
        constraints = (
            models.UniqueConstraint(fields=("revision", "what"), name="hub_revision_decision_once"),
            models.CheckConstraint(
                condition=models.Q(what__in=("accepted", "retired")),
                name="hub_revision_decision_known",
            ),
        )


class TrialState(models.TextChoices):
    """What became of a trial."""

    RUNNING = "running"
    LIVE = "live"
    WITHDRAWN = "withdrawn"


class Trial(models.Model):
    """A translation, a contract's revision or a new route that runs in shadow: nothing leaves.

    ``translation`` and ``revision`` (None: the contract in force) are what is tried, beside the
    translation of version ``against``. A ``fresh`` route carries nothing yet: there is nothing to
    compare with, and what it would send is shown. ``position`` is the last message looked at of
    the route's stream, from ``first`` on; ``until`` was the last there when the trial began.
    ``looked`` messages were compared, ``alike`` of them came out the same. ``fault`` says why it
    does not move.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    route = models.ForeignKey(Route, models.PROTECT, related_name="trials")
    revision = models.ForeignKey(ContractRevision, models.PROTECT, null=True, related_name="trials")
    translation = models.TextField(default="")
    against = models.PositiveIntegerField()
    fresh = models.BooleanField()
    state = models.CharField(max_length=20, choices=TrialState, default=TrialState.RUNNING)
    reason = models.TextField()
    began_at = models.DateTimeField()
    began_by = models.CharField(max_length=100)
    first = models.BigIntegerField()
    position = models.BigIntegerField()
    until = models.BigIntegerField()
    looked = models.PositiveIntegerField(default=0)
    alike = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=500, default="")
    fault_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=100, default="")
    settled_because = models.TextField(default="")

    class Meta:
        db_table = "hub_trial"
        constraints = (
            models.UniqueConstraint(
                fields=("route",),
                condition=models.Q(state="running"),
                name="hub_trial_one_on_a_route",
            ),
        )


class TrialKind(models.Model):
    """One kind of difference of a trial: in which field, of what sort, in how many messages.

    ``said`` tells reasons apart and holds no personal value. A person accepts a kind.
    """

    id = models.BigAutoField(primary_key=True)
    trial = models.ForeignKey(Trial, models.CASCADE, related_name="kinds")
    field = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    said = models.CharField(max_length=300)
    messages = models.PositiveIntegerField(default=0)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=100, default="")
    accepted_because = models.TextField(default="")

    class Meta:
        db_table = "hub_trial_kind"
        constraints = (
            models.UniqueConstraint(
                fields=("trial", "field", "kind", "said"), name="hub_trial_kind_once"
            ),
        )


class TrialDifference(models.Model):
    """One message that differs: what live gives and what the trial gives, sealed.

    ``key`` is the ledger's key under which the message itself is kept. Dropped once the trial is
    settled.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.ForeignKey(TrialKind, models.CASCADE, related_name="differences")
    position = models.BigIntegerField()
    key = models.BigIntegerField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "hub_trial_difference"
        constraints = (
            models.UniqueConstraint(fields=("kind", "position"), name="hub_trial_difference_once"),
        )
