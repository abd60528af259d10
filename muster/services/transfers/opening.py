"""How what stands encrypted of a transfer is opened for its person's own copy of their data."""

import json
from collections.abc import Mapping
from typing import Any

from muster.kernel.running import keyring
from muster.register.keeping.exporting import opens
from muster.services.transfers.models import LateChange, Snapshot, Stated
from muster.services.transfers.payrolls import answers, leavers
from muster.services.transfers.payrolls.models import Instruction, PayResult
from muster.services.transfers.payrolls.results import said_in
from muster.services.transfers.payrolls.sending import content_of
from muster.services.transfers.record.snapshots import from_text
from muster.services.transfers.sealing import unseal, unseal_bytes


def open_for_copies() -> None:
    """Say how the tables of this room are opened; once at start."""
    opens("services_transfers.Snapshot", _record)
    opens("services_transfers.Stated", _stated)
    opens("services_transfers.LateChange", _change)
    opens("services_transfers.Instruction", _instruction)
    opens("services_transfers.PayResult", _result)
    opens("services_transfers.PensionAnswer", answers.said_in)
    opens("services_transfers.HeldRecord", leavers.said_in)


def _record(row: Snapshot) -> Mapping[str, Any]:
    if not row.sealed:
        return {}
    of = row.transfer
    text = unseal_bytes(
        keyring(), row.sealed, person=of.person_id, transfer=of.id, what="record"
    ).decode()
    found: dict[str, Any] = json.loads(from_text(text).body)
    return found


def _stated(row: Stated) -> Mapping[str, Any]:
    of = row.transfer
    return unseal(keyring(), row.sealed, person=of.person_id, transfer=of.id, what=row.side)


def _change(row: LateChange) -> Mapping[str, Any]:
    of = row.transfer
    return unseal(
        keyring(), row.sealed, person=of.person_id, transfer=of.id,
        what=f"change {row.number} {row.field}",
    )  # fmt: skip


def _instruction(row: Instruction) -> Mapping[str, Any]:
    fields, expected, _ = content_of(row)
    return {**fields, "expected": expected}


def _result(row: PayResult) -> Mapping[str, Any]:
    return said_in(row)
