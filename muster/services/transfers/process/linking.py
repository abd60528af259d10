"""Small writes and reads that tie a transfer to its case and its payrolls' results."""

import uuid

from django.db.models import Exists, OuterRef

from muster.services.transfers.models import FirstPay, LateChange, Transfer
from muster.services.transfers.payrolls.models import Instruction, PayResult


def link_case(transfer: uuid.UUID, case: uuid.UUID) -> None:
    """Note which case a transfer has; within the transaction that opens it."""
    Transfer.objects.filter(id=transfer).update(case=case)


def explain_backdating(transfer: uuid.UUID, because: str) -> None:
    """Note why somebody started before it was booked; within the step that takes the plan."""
    Transfer.objects.filter(id=transfer).update(backdated_because=because[:500])


def results_in(transfer: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the employers whose payrolls have reported what they paid."""
    found = FirstPay.objects.filter(transfer=transfer, recorded_to__isnull=True)
    return frozenset(found.values_list("employer", flat=True))


def changed_ones(limit: int = 500) -> tuple[uuid.UUID, ...]:
    """Return transfers to be reconciled again after a change that no payroll has yet to answer."""
    waiting = Instruction.objects.filter(
        ~Exists(PayResult.objects.filter(instruction=OuterRef("id"), withdrawn_at__isnull=True)),
        transfer=OuterRef("id"), kind="pay", action="change", taken_back_at__isnull=True,
    )  # fmt: skip
    found = Transfer.objects.filter(
        ~Exists(waiting), Exists(LateChange.objects.filter(transfer=OuterRef("id"))),
        state="effected",
    )  # fmt: skip
    return tuple(found.order_by("id").values_list("id", flat=True)[:limit])
