"""Taking back what payrolls were told of a transfer that is no more.

What they are told in the first place is worked out by the process of a transfer; see
``process.told``.
"""

import uuid
from typing import cast

from django.db import transaction

from muster.kernel.clock import Clock
from muster.services.transfers.payrolls.models import Instruction
from muster.services.transfers.payrolls.rules import Kind
from muster.services.transfers.payrolls.sending import Told, instruct


@transaction.atomic
def cancel_payrolls(*, transfer_id: uuid.UUID, by: str, clock: Clock) -> tuple[Told, ...]:
    """Take back what payrolls were told of a transfer; again changes nothing.

    What has not gone yet, to payrolls, pension administrators or HR systems, never goes; what has
    gone is cancelled with whoever was told.

    Returns:
        What became of the cancellations that had to be told.
    """
    rows = Instruction.objects.select_for_update(of=("self",)).filter(transfer=transfer_id)
    waiting = rows.filter(position__isnull=True, taken_back_at__isnull=True)
    waiting.exclude(action="cancel").update(taken_back_at=clock.now())
    told = rows.filter(position__isnull=False).exclude(action="cancel")
    return tuple(
        instruct(
            transfer=transfer_id, person=row.person_id, employer=row.employer_id, action="cancel",
            staff_number=row.staff_number, first_day=row.first_day, fields={}, system=row.system,
            kind=cast(Kind, row.kind), key=f"{row.id}:cancel", by=by, clock=clock,
        )
        for row in told.order_by("made_at", "id")
    )  # fmt: skip
