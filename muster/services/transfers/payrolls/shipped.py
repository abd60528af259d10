"""The contracts by which payrolls are told, and each employer's sending system of transfers.

They ship as texts and come into force like any other: one person drafts them, another accepts
them. What payrolls answer is received by this room itself, so that contract is in force already.
"""

import uuid
from pathlib import Path

from muster.kernel.clock import Clock
from muster.register.employers.sending import enact_shipped, open_own_system, own_system

PAY_INSTRUCTION = "muster.transfers.pay_instruction.v1"
PENSION_INSTRUCTION = "muster.transfers.pension_instruction.v1"
PAY_RESULT = "muster.transfers.pay_result.v1"
PENSION_ANSWER = "muster.transfers.pension_answer.v1"
JOINER = "muster.transfers.joiner.v1"
RECORD_KNOWN = "muster.transfers.record_known.v1"
RECORD_RELEASED = "muster.transfers.record_released.v1"
TRANSFERS = "transfers"
"""The kind of the systems that send, and what their codes begin with."""
CONTRACTS = Path(__file__).parent / "contracts"


def enact_contracts(*, drafted_by: str, accepted_by: str, clock: Clock) -> None:
    """Draft the contracts and let them come into force, by two people."""
    enact_shipped(
        CONTRACTS, drafted_by=drafted_by, accepted_by=accepted_by,
        reason="Payrolls are told of transfers", clock=clock,
    )  # fmt: skip


def open_transfers(employer: uuid.UUID, *, by: str) -> str:
    """Give an employer's transfers a system to send by; return its code. Once is enough.

    Raises:
        NotFound: if there is no such employer.
    """
    return open_own_system(
        employer, kind=TRANSFERS, title="Transfers of %s",
        entry="muster.transfers.system.opened.v1", by=by,
    )  # fmt: skip


def transfers_system_of(employer: uuid.UUID) -> str | None:
    """Return the code of the system that sends an employer's instructions; None if none does."""
    return own_system(employer, TRANSFERS)
