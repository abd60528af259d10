"""The tables of feeds: what came in, what waits, and when more is due.

Exact bytes live encrypted in ``MUSTER_HOME/blobs``, not here.
"""

from django.db import models

from muster.hub.models.systems import Route
from muster.kernel.ids import new_id


class Intake(models.Model):
    """One act of taking files in: a load at a terminal, an upload, a demonstration.

    ``doing`` says what is done with the ``bytes_in_hand`` now; ``bytes_total`` is 0 if unknown.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=100)
    finished_at = models.DateTimeField(null=True)
    files_found = models.PositiveIntegerField(default=0)
    files_known = models.PositiveIntegerField(default=0)
    files_done = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveBigIntegerField(default=0)
    doing = models.CharField(max_length=20, default="")
    bytes_total = models.PositiveBigIntegerField(default=0)
    bytes_done = models.PositiveBigIntegerField(default=0)
    bytes_in_hand = models.PositiveBigIntegerField(default=0)
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
    WITHDRAWN = "withdrawn"


class Landing(models.Model):
    """One file as one layout reads it: its fingerprint, who sent it, what it states, its fate.

    A workbook whose sheets are of several layouts is several landings with the same fingerprint.
    ``sheets`` names the sheets read, in order, ``unpivoted`` tells that each row is one cell of
    them (see ``positions``), and ``aside`` counts, by kind, the rows that are no records: titles,
    headings, totals, notes. ``waits_for`` says what could let a file go on: of a held one
    ``approval``, ``rows`` or ``declaration``, of a refused one what its sender could state
    (``as_at``, ``route``) or ``layout``. ``effect`` is what it would do (see ``intakes.Effect``).

    ``covers`` says what the file speaks for within its route (a publisher, a date, a kind), so
    that a later file for the same takes its place. The same bytes for the same date of the same
    route and layout are the same landing.
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
    sheets = models.JSONField(default=list)
    unpivoted = models.BooleanField(default=False)
    aside = models.JSONField(default=dict)
    full = models.BooleanField(default=True)
    waits_for = models.CharField(max_length=20, default="")
    effect = models.JSONField(null=True)
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
                fields=("route", "as_at", "sha256", "layout"),
                condition=models.Q(state__in=("accepted", "superseded")),
                name="hub_landing_same_file_once",
            ),
            models.UniqueConstraint(
                fields=("route", "covers"),
                condition=models.Q(state="accepted"),
                name="hub_landing_one_speaks",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("accepted", "superseded", "withdrawn"))
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


class SavedLayout(models.Model):
    """A layout that a person made for files nobody had declared; the newest of a name counts."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    contract = models.CharField(max_length=100)
    toml = models.TextField()
    employer = models.UUIDField(null=True)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=100)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hub_saved_layout"
        constraints = (
            models.UniqueConstraint(
                fields=("name", "version"), name="hub_saved_layout_version_once"
            ),
        )


class Expectation(models.Model):
    """When a route's feeds are due: one for each period, so many days after it ends."""

    id = models.UUIDField(primary_key=True, default=new_id)
    route = models.OneToOneField(Route, models.PROTECT, related_name="expectation")
    period = models.CharField(max_length=20)
    days = models.PositiveIntegerField()
    since = models.DateField()
    until = models.DateField(null=True)
    set_by = models.CharField(max_length=100)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "hub_expectation"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(period__in=("day", "week", "month", "quarter")),
                name="hub_expectation_period_known",
            ),
        )


class Alarm(models.Model):
    """A feed that was due and did not come: raised once to the route's owner, until it comes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    route = models.ForeignKey(Route, models.PROTECT, related_name="alarms")
    as_at = models.DateField()
    due = models.DateField()
    raised_at = models.DateTimeField()
    raised_to = models.CharField(max_length=100)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.CharField(max_length=100, default="")

    class Meta:
        db_table = "hub_alarm"
        constraints = (models.UniqueConstraint(fields=("route", "as_at"), name="hub_alarm_once"),)


class BulkChange(models.Model):
    """An unusual change that a person announced beforehand, so that its feed is not held."""

    id = models.UUIDField(primary_key=True, default=new_id)
    route = models.ForeignKey(Route, models.PROTECT, related_name="bulk_changes")
    starts = models.DateField()
    ends = models.DateField()
    ending = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    reason = models.TextField()
    announced_at = models.DateTimeField()
    announced_by = models.CharField(max_length=100)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hub_bulk_change"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts")),
                name="hub_bulk_change_ends_after_it_starts",
            ),
        )
