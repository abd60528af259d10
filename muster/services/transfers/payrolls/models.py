"""Instructions to payrolls, what payrolls paid, differences between both, and frozen pay periods.

What pension administrators answer and what HR systems hold of leavers comes in beside them.

An ``Instruction`` says what was to be told and whether it went; its content is sealed. A
``PayResult`` never changes but for being withdrawn. A ``PayDifference`` is open until a later
result agrees or somebody says why it stands. A ``PayRun`` is one pay period of one employer,
frozen at its cut-off.
"""

from django.db import models
from django.db.models import F, Q

from muster.kernel.ids import new_id
from muster.services.transfers import declared
from muster.services.transfers.payrolls.rules import ACTIONS, ANSWERS, HELD, KINDS, OUTCOMES

_LONGEST_WHY = 500


class Instruction(models.Model):
    """What one payroll, pension administrator or HR system is to be told, once.

    ``position`` is the message's place in the exchange log; None where it waits, and then
    ``because`` says why. ``period_starts`` names the pay period that takes it, ``late_for`` the
    one that it came too late for. ``sealed`` holds the fields and the gross pay that is expected.
    What was taken back before it went never goes.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=10)
    action = models.CharField(max_length=10)
    transfer = models.UUIDField(db_index=True)
    person = models.ForeignKey("register_people.Person", models.PROTECT, related_name="+")
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    system = models.CharField(max_length=100)
    staff_number = models.CharField(max_length=60)
    sealed = models.TextField()
    digest = models.CharField(max_length=64)
    first_day = models.DateField()
    period_starts = models.DateField(null=True)
    period_ends = models.DateField(null=True)
    pay_day = models.DateField(null=True)
    late_for = models.DateField(null=True)
    position = models.BigIntegerField(null=True)
    because = models.CharField(max_length=_LONGEST_WHY, default="")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    sent_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    personal = {
        "person": declared.WHOSE,
        **dict.fromkeys(("staff_number", "sealed", "digest"), declared.RECORD),
        "first_day": declared.MOVE,
        "made_by": declared.PROOF,
    }
    not_personal = (
        "id", "key", "kind", "action", "transfer", "employer", "system", "period_starts",
        "period_ends", "pay_day", "late_for", "position", "because", "made_at", "sent_at",
        "taken_back_at",
    )  # fmt: skip

    class Meta:
        db_table = "services_transfers_instruction"
        indexes = (
            models.Index(fields=("employer", "period_starts"), name="services_transfers_in_period"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="pay", action__in=ACTIONS["pay"])
                | Q(kind="pension", action__in=ACTIONS["pension"])
                | Q(kind="hr", action__in=ACTIONS["hr"]),
                name="services_transfers_instruction_action",
            ),
            models.CheckConstraint(
                condition=Q(position__isnull=False, sent_at__isnull=False, because="")
                | Q(position__isnull=True, sent_at__isnull=True) & ~Q(because=""),
                name="services_transfers_instruction_or_why_not",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | Q(position__isnull=True),
                name="services_transfers_instruction_taken_back",
            ),
            models.CheckConstraint(
                condition=Q(period_starts__isnull=True)
                | Q(period_ends__gt=F("period_starts"), pay_day__isnull=False),
                name="services_transfers_instruction_period",
            ),
        )


class PayResult(models.Model):
    """What a payroll says that it paid one employment in one period; ``sealed`` holds its fields.

    It came as row ``row`` of a ``landing``, or as the message at ``position``.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    system = models.CharField(max_length=100)
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    instruction = models.ForeignKey(Instruction, models.PROTECT, null=True, related_name="results")
    staff_number = models.CharField(max_length=60)
    period_starts = models.DateField()
    sealed = models.TextField()
    digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=12)
    landing = models.UUIDField(null=True)
    row = models.PositiveIntegerField(null=True)
    position = models.BigIntegerField(null=True)
    came_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    personal = dict.fromkeys(("staff_number", "sealed", "digest"), declared.PAY)
    not_personal = (
        "id", "system", "employer", "instruction", "period_starts", "outcome", "landing", "row",
        "position", "came_at", "withdrawn_at",
    )  # fmt: skip

    class Meta:
        db_table = "services_transfers_pay_result"
        indexes = (
            models.Index(fields=("landing",), name="services_transfers_result_file"),
            models.Index(fields=("employer", "period_starts"), name="services_transfers_result_of"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("system", "digest"),
                condition=Q(withdrawn_at__isnull=True),
                name="services_transfers_pay_result_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=OUTCOMES), name="services_transfers_pay_result_outcome"
            ),
            models.CheckConstraint(
                condition=Q(outcome="unsolicited", instruction__isnull=True)
                | ~Q(outcome="unsolicited") & Q(instruction__isnull=False),
                name="services_transfers_pay_result_of",
            ),
        )


class PayDifference(models.Model):
    """That a payroll paid something else than it should: ``fields`` names what differs."""

    id = models.UUIDField(primary_key=True, default=new_id)
    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="differences")
    result = models.ForeignKey(PayResult, models.PROTECT, related_name="+")
    fields = models.JSONField()
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=100, default="")
    why = models.CharField(max_length=_LONGEST_WHY, default="")

    personal = dict.fromkeys(("settled_by", "why"), declared.PROOF)
    not_personal = ("id", "instruction", "result", "fields", "opened_at", "settled_at")

    class Meta:
        db_table = "services_transfers_pay_difference"
        constraints = (
            models.UniqueConstraint(
                fields=("instruction",),
                condition=Q(settled_at__isnull=True),
                name="services_transfers_one_open_difference",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | ~Q(why=""),
                name="services_transfers_difference_settled_with_a_reason",
            ),
        )


class PayRun(models.Model):
    """One pay period of one employer, frozen: what comes later is of the next.

    ``agreed_*`` say that the payroll lead found the payroll's count and total to be the same.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    starts = models.DateField()
    ends = models.DateField()
    cut_off = models.DateTimeField()
    pay_day = models.DateField()
    frozen_at = models.DateTimeField()
    starters = models.PositiveIntegerField()
    leavers = models.PositiveIntegerField()
    changes = models.PositiveIntegerField()
    moved_on = models.PositiveIntegerField()
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.CharField(max_length=100, default="")

    personal = {"agreed_by": declared.PROOF}
    not_personal = (
        "id", "employer", "starts", "ends", "cut_off", "pay_day", "frozen_at", "starters",
        "leavers", "changes", "moved_on", "agreed_at",
    )  # fmt: skip

    class Meta:
        db_table = "services_transfers_pay_run"
        constraints = (
            models.UniqueConstraint(
                fields=("employer", "starts"), name="services_transfers_pay_run_once"
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts"), frozen_at__gte=F("cut_off")),
                name="services_transfers_pay_run_in_order",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by="")
                | Q(agreed_at__gte=F("frozen_at")) & ~Q(agreed_by=""),
                name="services_transfers_pay_run_agreed_by",
            ),
        )


class PensionAnswer(models.Model):
    """What a pension administrator answered to one instruction; ``sealed`` holds its fields.

    The answer that came last stands. One that asks or refuses is an exception for as long as
    nobody has settled the hand-off of the pension.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="answers")
    system = models.CharField(max_length=100)
    answer = models.CharField(max_length=20)
    sealed = models.TextField()
    landing = models.UUIDField(db_index=True)
    row = models.PositiveIntegerField(null=True)
    came_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    personal = {"sealed": declared.RECORD}
    not_personal = (
        "id", "instruction", "system", "answer", "landing", "row", "came_at", "withdrawn_at",
    )  # fmt: skip

    class Meta:
        db_table = "services_transfers_pension_answer"
        constraints = (
            models.CheckConstraint(
                condition=Q(answer__in=ANSWERS), name="services_transfers_pension_answer_known"
            ),
        )


class HeldRecord(models.Model):
    """What an employer's HR system holds of somebody who leaves, until their transfer takes it.

    ``sealed`` holds it while it waits and nothing afterwards: then it is a statement of the
    transfer. ``late`` came after the record was released and compared; ``differs`` names the
    fields in which that record is otherwise.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    system = models.CharField(max_length=100)
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "register_people.Person", models.PROTECT, null=True, related_name="+"
    )
    staff_number = models.CharField(max_length=60)
    sealed = models.TextField()
    digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10)
    transfer = models.UUIDField(null=True)
    differs = models.JSONField(default=list)
    landing = models.UUIDField(db_index=True)
    row = models.PositiveIntegerField(null=True)
    came_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    personal = {
        "person": declared.WHOSE,
        **dict.fromkeys(("staff_number", "sealed", "digest"), declared.RECORD),
    }
    not_personal = (
        "id", "system", "employer", "outcome", "transfer", "differs", "landing", "row", "came_at",
        "withdrawn_at",
    )  # fmt: skip

    class Meta:
        db_table = "services_transfers_held_record"
        indexes = (
            models.Index(
                fields=("employer", "staff_number"), name="services_transfers_held_number"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("system", "staff_number"),
                condition=Q(outcome="waiting", withdrawn_at__isnull=True),
                name="services_transfers_one_held_record_waits",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=HELD), name="services_transfers_held_record_outcome"
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", transfer__isnull=True)
                | ~Q(outcome="waiting")
                & Q(transfer__isnull=False, person__isnull=False, sealed=""),
                name="services_transfers_held_record_of",
            ),
        )


class ReadUpTo(models.Model):
    """Up to which position of the exchange log messages with results were read."""

    contract = models.CharField(max_length=100, primary_key=True)
    position = models.BigIntegerField()

    personal: dict[str, object] = {}
    not_personal = ("contract", "position")

    class Meta:
        db_table = "services_transfers_read_up_to"


__all__ = [
    "KINDS", "HeldRecord", "Instruction", "PayDifference", "PayResult", "PayRun", "PensionAnswer",
    "ReadUpTo",
]  # fmt: skip
