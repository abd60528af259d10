"""The hub's tables. Exact bytes live encrypted in ``MUSTER_HOME/blobs``, not here."""

from django.db import models

from muster.kernel.ids import new_id


class System(models.Model):
    """A system that sends or receives: ``code`` names it, ``employer`` owns it, if one does."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    employer = models.UUIDField(null=True)

    class Meta:
        db_table = "hub_system"


class Agreement(models.Model):
    """A data-sharing agreement: what may flow, from whom to whom, why, and until when."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    contract = models.CharField(max_length=100)
    sender = models.ForeignKey(System, models.PROTECT, related_name="+")
    receiver = models.CharField(max_length=100)
    fields = models.JSONField()
    purpose = models.TextField()
    lawful_basis = models.TextField()
    retention = models.TextField()
    processors = models.JSONField(default=list)
    signatories = models.JSONField(default=list)
    starts = models.DateField()
    ends = models.DateField(null=True)
    suspended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hub_agreement"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gt=models.F("starts")),
                name="hub_agreement_ends_after_it_starts",
            ),
        )


class Route(models.Model):
    """A way for one contract from one system to one sink, under one agreement."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=100, unique=True)
    contract = models.CharField(max_length=100)
    source = models.ForeignKey(System, models.PROTECT, related_name="routes")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="routes")
    enabled = models.BooleanField(default=True)

    class Meta:
        db_table = "hub_route"


class Intake(models.Model):
    """One act of taking files in: a load at a terminal, an upload, a demonstration."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=100)
    finished_at = models.DateTimeField(null=True)
    files_found = models.PositiveIntegerField(default=0)
    files_known = models.PositiveIntegerField(default=0)
    files_done = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveBigIntegerField(default=0)
    skipped = models.JSONField(default=list)

    class Meta:
        db_table = "hub_intake"


class LandingState(models.TextChoices):
    """What became of a landed file."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    HELD = "held"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


class Landing(models.Model):
    """One file as received: its fingerprint, who sent it, what it states, and its fate.

    ``covers`` says what the file speaks for within its route (a publisher, a date, a kind), so
    that a later file for the same takes its place. The same bytes for the same date of the same
    route are the same landing.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    intake = models.ForeignKey(Intake, models.PROTECT, related_name="landings")
    route = models.ForeignKey(Route, models.PROTECT, null=True, related_name="landings")
    name = models.CharField(max_length=400)
    covers = models.CharField(max_length=450)
    layout = models.CharField(max_length=100)
    as_at = models.DateField(null=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    blob_key = models.BigIntegerField()
    read_as = models.CharField(max_length=100, default="")
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=100)
    state = models.CharField(max_length=20, choices=LandingState, default=LandingState.RECEIVED)
    said = models.TextField(default="")
    rows = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    blank = models.PositiveIntegerField(default=0)
    total_in = models.BigIntegerField(default=0)
    total_accepted = models.BigIntegerField(default=0)
    total_quarantined = models.BigIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "hub_landing"
        indexes = (
            models.Index(fields=("route", "covers"), name="hub_landing_covers"),
            models.Index(fields=("state", "received_at"), name="hub_landing_state"),
            models.Index(fields=("sha256",), name="hub_landing_sha256"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("route", "as_at", "sha256"),
                condition=models.Q(state__in=("accepted", "superseded")),
                name="hub_landing_same_file_once",
            ),
            models.UniqueConstraint(
                fields=("route", "covers"),
                condition=models.Q(state="accepted"),
                name="hub_landing_one_speaks",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("accepted", "superseded"))
                | models.Q(rows=models.F("accepted") + models.F("quarantined")),
                name="hub_landing_rows_add_up",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    total_in=models.F("total_accepted") + models.F("total_quarantined")
                ),
                name="hub_landing_totals_add_up",
            ),
        )


class QuarantinedRow(models.Model):
    """A row that could not go on: where it stands, why, and (sealed) what stood in it.

    ``sealed`` is encrypted under the landing's key, so erasing the landing erases it too.
    ``cause`` holds no personal value.
    """

    id = models.BigAutoField(primary_key=True)
    landing = models.ForeignKey(Landing, models.CASCADE, related_name="quarantine")
    row = models.PositiveIntegerField()
    field = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)
    cause = models.CharField(max_length=500)
    total = models.BigIntegerField(default=0)
    sealed = models.BinaryField()

    class Meta:
        db_table = "hub_quarantined_row"
        indexes = (models.Index(fields=("cause",), name="hub_quarantine_cause"),)
        constraints = (
            models.UniqueConstraint(fields=("landing", "row"), name="hub_quarantine_row_once"),
        )
