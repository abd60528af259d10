"""What each side states of a transfer: kept encrypted, the earlier one closed, never changed.

Sides are the person, the importing employer, the exporting employer's own systems, and ``offer``,
the terms that were offered.
"""

from typing import Any

from muster.kernel.running import keyring
from muster.services.transfers.models import Stated, Transfer
from muster.services.transfers.sealing import Record, seal, unseal
from muster.services.transfers.verbs.stepping import Taken

OFFER = "offer"


def said_by(row: Transfer, side: str) -> dict[str, Any]:
    """Return what a side states now; nothing where it does not."""
    standing = Stated.objects.filter(transfer=row.id, side=side, recorded_to__isnull=True)
    sealed = standing.values_list("sealed", flat=True).first()
    return unseal(keyring(), sealed or "", person=row.person_id, transfer=row.id, what=side)


def keep_statement(one: Taken, side: str, said: Record) -> None:
    """Keep a side's statement in place of its earlier one."""
    row = one.row
    Stated.objects.filter(transfer=row.id, side=side, recorded_to__isnull=True).update(
        recorded_to=one.at
    )
    Stated.objects.create(
        transfer_id=row.id, side=side, by=one.by, recorded_from=one.at,
        sealed=seal(keyring(), said, person=row.person_id, transfer=row.id, what=side),
    )  # fmt: skip
