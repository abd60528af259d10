"""Transfers, every step of them, what was stated and signed, hand-offs, bookings and pay.

A transfer's row says where it stands; its steps say how it came there, and never change. What the
exporter released, what people stated and what was signed are facts: only ``recorded_to`` of such a
row is ever set, once, when something newer takes its place. Records stand encrypted in ``sealed``.
"""

from django.db import models
from django.db.models import Q

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal
from muster.services.transfers import constraints as always
from muster.services.transfers import declared
from muster.services.transfers.payrolls import models as _of_payrolls  # noqa: F401


class Batch(models.Model):
    """A machinery-of-government move: many people at once, with exceptions by name.

    ``state`` is ``open``, ``effected`` or ``undone``; ``position`` is how far it was written.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=100, null=True, unique=True)  # noqa: DJ001 - none is no key
    title = models.CharField(max_length=300)
    exporter = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    importer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    first_day = models.DateField()
    state = models.CharField(max_length=20, default="open")
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    approved_by = models.CharField(max_length=100, default="")
    settled_at = models.DateTimeField(null=True)
    wanted = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)

    personal = dict.fromkeys(("asked_by", "approved_by"), declared.PROOF)
    not_personal = (
        "id", "key", "title", "exporter", "importer", "first_day", "state", "asked_at",
        "settled_at", "wanted", "moved",
    )  # fmt: skip

    class Meta:
        db_table = "services_transfers_batch"
        constraints = always.of_batches()


class Transfer(models.Model):
    """One person's move from one employer to another.

    ``employment`` is the exporter's, ``new_employment`` the importer's; ``ended_before`` is when
    the former would have ended anyway, so that it can be restored. ``gap`` is the days between the
    two. ``version`` rises by one with each step.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=100, null=True, unique=True)  # noqa: DJ001 - none is no key
    person = models.ForeignKey("register_people.Person", models.PROTECT, related_name="+")
    exporter = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    importer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=20, default="draft")
    before_hold = models.CharField(max_length=20, default="")
    version = models.PositiveIntegerField(default=0)
    first_day = models.DateField()
    return_day = models.DateField(null=True)
    post = models.CharField(max_length=300, default="")
    employment = models.UUIDField(null=True)
    new_employment = models.UUIDField(null=True)
    ended_before = models.DateField(null=True)
    gap = models.PositiveSmallIntegerField(default=0)
    continuous_from = models.DateField(null=True)
    backdated_because = models.CharField(max_length=500, default="")
    over_full_time = models.CharField(max_length=100, default="")
    case = models.UUIDField(null=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="transfers")
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="following")
    opened_by = models.CharField(max_length=100)
    opened_at = models.DateTimeField()
    accepted_by = models.CharField(max_length=100, default="")
    released_by = models.CharField(max_length=100, default="")
    effected_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    personal = {
        "person": declared.WHOSE,
        **dict.fromkeys(
            ("exporter", "importer", "kind", "first_day", "return_day", "post", "employment",
             "new_employment", "ended_before", "gap", "continuous_from", "backdated_because"),
            declared.MOVE,
        ),
        **dict.fromkeys(("opened_by", "accepted_by", "released_by", "over_full_time"),
                        declared.PROOF),
    }  # fmt: skip
    not_personal = (
        "id", "key", "state", "before_hold", "version", "case", "batch", "previous", "opened_at",
        "effected_at", "ended_at",
    )  # fmt: skip

    class Meta:
        db_table = "services_transfers_transfer"
        indexes = (
            models.Index(fields=("exporter", "state"), name="transfers_of_exporter"),
            models.Index(fields=("importer", "state"), name="transfers_of_importer"),
            models.Index(fields=("state", "first_day"), name="transfers_due"),
        )
        constraints = always.of_transfers()


class TakenStep(models.Model):
    """That somebody did a step. Never changes; ``key`` makes a second click the same step."""

    id = models.BigAutoField(primary_key=True)
    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="steps", db_index=False)
    version = models.PositiveIntegerField()
    verb = models.CharField(max_length=30)
    side = models.CharField(max_length=20)
    came_from = models.CharField(max_length=20)
    to = models.CharField(max_length=20)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    key = models.CharField(max_length=100, null=True)  # noqa: DJ001 - none is no key
    reason = models.CharField(max_length=1000, default="")

    personal = dict.fromkeys(("by", "reason"), declared.PROOF)
    not_personal = (
        "id", "transfer", "version", "verb", "side", "came_from", "to", "at", "key",
    )  # fmt: skip

    class Meta:
        db_table = "services_transfers_step"
        constraints = always.of_steps()


class Snapshot(models.Model):
    """The record as the exporter released it: its exact signed bytes stand encrypted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="snapshots")
    number = models.PositiveIntegerField()
    schema = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sealed = models.TextField()
    signature = models.CharField(max_length=200)
    signed_by = models.CharField(max_length=100)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    personal = {"sealed": declared.RECORD, "signed_by": declared.PROOF}
    not_personal = (
        "id", "transfer", "number", "schema", "digest", "signature", "recorded_from",
        "recorded_to",
    )  # fmt: skip

    class Meta:
        db_table = "services_transfers_snapshot"
        constraints = always.of_snapshots()


class Stated(models.Model):
    """What the person answered (``person``) or the importer's terms (``importer``), encrypted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="stated")
    side = models.CharField(max_length=20)
    sealed = models.TextField()
    by = models.CharField(max_length=100)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    personal = {"sealed": declared.RECORD, "by": declared.PROOF}
    not_personal = ("id", "transfer", "side", "recorded_from", "recorded_to")

    class Meta:
        db_table = "services_transfers_stated"
        constraints = always.of_stated()


class Difference(models.Model):
    """A field in which two statements differ; the values stand in what was stated, not here."""

    id = models.BigAutoField(primary_key=True)
    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="differences")
    field = models.CharField(max_length=60)
    matters = models.BooleanField()
    recorded_from = models.DateTimeField()
    settled_by = models.CharField(max_length=100, default="")
    settled_at = models.DateTimeField(null=True)
    chosen = models.CharField(max_length=20, default="")
    why = models.CharField(max_length=500, default="")
    recorded_to = models.DateTimeField(null=True)

    personal = dict.fromkeys(("settled_by", "why"), declared.PROOF)
    not_personal = (
        "id", "transfer", "field", "matters", "recorded_from", "settled_at", "chosen",
        "recorded_to",
    )  # fmt: skip

    class Meta:
        db_table = "services_transfers_difference"
        constraints = always.of_differences()


class Signature(models.Model):
    """That somebody of one side agreed a first day, or a reversal, on a released record."""

    id = models.UUIDField(primary_key=True, default=new_id)
    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="signatures")
    purpose = models.CharField(max_length=20)
    side = models.CharField(max_length=20)
    first_day = models.DateField()
    digest = models.CharField(max_length=64)
    by = models.CharField(max_length=100)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    personal = {"by": declared.PROOF, "first_day": declared.MOVE}
    not_personal = (
        "id", "transfer", "purpose", "side", "digest", "recorded_from", "recorded_to",
    )  # fmt: skip

    class Meta:
        db_table = "services_transfers_signature"
        constraints = always.of_signatures()


class HandOff(models.Model):
    """Something that one lane hands over once: done with evidence, or waived by whom and why."""

    id = models.UUIDField(primary_key=True, default=new_id)
    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="hand_offs",
                                 db_index=False)  # fmt: skip
    kind = models.CharField(max_length=40)
    owner = models.CharField(max_length=20)
    due = models.DateField()
    state = models.CharField(max_length=10, default="open")
    evidence = models.CharField(max_length=300, default="")
    by = models.CharField(max_length=100, default="")
    why = models.CharField(max_length=500, default="")
    at = models.DateTimeField(null=True)

    personal = dict.fromkeys(("evidence", "by", "why"), declared.PROOF)
    not_personal = ("id", "transfer", "kind", "owner", "due", "state", "at")

    class Meta:
        db_table = "services_transfers_hand_off"
        indexes = (models.Index(fields=("state", "due"), name="transfers_hand_off_due"),)
        constraints = always.of_hand_offs()


class Booking(models.Model):
    """The pay period in which one employer's payroll takes a transfer in; ended when given up."""

    id = models.UUIDField(primary_key=True, default=new_id)
    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="bookings")
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    period_starts = models.DateField()
    period_ends = models.DateField()
    cut_off = models.DateTimeField(null=True)
    pay_day = models.DateField(null=True)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    personal: dict[str, Personal] = {}
    not_personal = (
        "id", "transfer", "employer", "period_starts", "period_ends", "cut_off", "pay_day",
        "recorded_from", "recorded_to",
    )  # fmt: skip

    class Meta:
        db_table = "services_transfers_booking"
        indexes = (
            models.Index(fields=("employer", "period_starts"), condition=Q(recorded_to=None),
                         name="transfers_booked"),
        )  # fmt: skip
        constraints = always.of_bookings()


class FirstPay(models.Model):
    """What one payroll paid in a period beside what was expected, in pence, and what came of it.

    ``exception`` is empty where both are the same, ``open`` where not, ``settled`` once somebody
    saw to it and said how.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="first_pay")
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    period_starts = models.DateField()
    expected = models.BigIntegerField()
    actual = models.BigIntegerField()
    exception = models.CharField(max_length=10, default="")
    cause = models.CharField(max_length=60, default="")
    why = models.CharField(max_length=500, default="")
    by = models.CharField(max_length=100, default="")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    recorded_to = models.DateTimeField(null=True)

    personal = {
        **dict.fromkeys(("expected", "actual"), declared.PAY),
        **dict.fromkeys(("why", "by"), declared.PROOF),
    }
    not_personal = (
        "id", "transfer", "employer", "period_starts", "exception", "cause", "at", "settled_at",
        "recorded_to",
    )  # fmt: skip

    class Meta:
        db_table = "services_transfers_first_pay"
        constraints = always.of_first_pay()


class LateChange(models.Model):
    """A change after effect that both payrolls see, field by field, encrypted; never rewritten."""

    id = models.UUIDField(primary_key=True, default=new_id)
    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="late_changes")
    number = models.PositiveIntegerField()
    field = models.CharField(max_length=60)
    effective_from = models.DateField()
    sealed = models.TextField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    personal = {
        "sealed": declared.RECORD, "effective_from": declared.MOVE, "by": declared.PROOF,
    }  # fmt: skip
    not_personal = ("id", "transfer", "number", "field", "at")

    class Meta:
        db_table = "services_transfers_late_change"
        constraints = always.of_late_changes()


class BatchException(models.Model):
    """Somebody of a batch who was not moved with it, and why: they are seen to by name."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="exceptions")
    person = models.ForeignKey("register_people.Person", models.PROTECT, related_name="+")
    why = models.CharField(max_length=300)

    personal = {"person": declared.WHOSE, "why": declared.PROOF}
    not_personal = ("id", "batch")

    class Meta:
        db_table = "services_transfers_batch_exception"
        constraints = always.of_batch_exceptions()


__all__ = [
    "Batch",
    "BatchException",
    "Booking",
    "Difference",
    "FirstPay",
    "HandOff",
    "LateChange",
    "Signature",
    "Snapshot",
    "Stated",
    "TakenStep",
    "Transfer",
]  # fmt: skip
