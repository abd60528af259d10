"""Settling a pay that was not as expected: here, and in its transfer, in one transaction."""

import uuid

from django.db import transaction

from muster.kernel.clock import Clock
from muster.kernel.errors import NotPermitted, Where
from muster.services.transfers.payrolls import results
from muster.services.transfers.payrolls.models import Instruction
from muster.services.transfers.payrolls.noting import settle_there


@transaction.atomic
def settle(
    *, instruction: uuid.UUID, employer: uuid.UUID, why: str, by: str, clock: Clock,
    as_person: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """Say why a difference stands as it is, or how it was put right; see ``results.settle``.

    Raises:
        BadInput: without a reason, or with too long a one.
        NotFound: if this employer has no such instruction.
        Conflict: if nothing is open.
        NotPermitted: if it is their own pay; ``as_person`` is who the actor is in the register.
    """
    own = Instruction.objects.filter(id=instruction, person=as_person)
    if as_person is not None and own.exists():
        raise NotPermitted(
            "Nobody settles their own pay", where=Where(field="why"),
            fix="Ask a colleague to do it",
        )  # fmt: skip
    results.settle(instruction=instruction, employer=employer, why=why, by=by, clock=clock)
    settle_there(instruction, why=why.strip(), by=by, clock=clock)
