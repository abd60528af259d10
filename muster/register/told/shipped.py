"""The contracts by which what people told goes out, and each employer's sending system.

The contracts ship as texts and come into force like any other: one person drafts them, another
accepts them. Each employer's people tell through a system of Muster's own, *self-service*, which is
the sender that agreements name.
"""

import uuid
from pathlib import Path

from muster.hub.messages import systems
from muster.kernel.clock import Clock
from muster.register.employers.sending import enact_shipped, open_own_system, own_system

PERSON_CHANGED = "muster.people.person.changed.v1"
BANK_CHANGED = "muster.people.bank_details.changed.v1"
CORRECTION_REQUESTED = "muster.people.correction.requested.v1"
CORRECTION_ANSWERED = "muster.people.correction.answered.v1"
SELF_SERVICE = "self-service"
_FOLDER = Path(__file__).parent / "contracts"
_MOST_SYSTEMS = 1000


def enact_contracts(*, drafted_by: str, accepted_by: str, clock: Clock) -> None:
    """Draft the contracts and let them come into force, by two people."""
    enact_shipped(
        _FOLDER, drafted_by=drafted_by, accepted_by=accepted_by,
        reason="People tell their changes once", clock=clock,
    )  # fmt: skip


def open_self_service(employer: uuid.UUID, *, by: str) -> str:
    """Give an employer's people a system to tell through; return its code. Once is enough.

    Raises:
        NotFound: if there is no such employer.
    """
    return open_own_system(
        employer, kind=SELF_SERVICE, title="Self-service of %s",
        entry="muster.register.self-service.opened.v1", by=by,
    )  # fmt: skip


def self_service_of(employer: uuid.UUID) -> str | None:
    """Return the code of the system by which an employer's people tell; None if there is none."""
    return own_system(employer, SELF_SERVICE)


def systems_of(employer: uuid.UUID) -> dict[str, str]:
    """Return code and title of an employer's systems, without the one people tell through."""
    own = systems.systems(employer=employer, limit=_MOST_SYSTEMS).found
    return {one.code: one.title for one in own if one.kind != SELF_SERVICE}
