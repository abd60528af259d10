"""The contracts by which what people told goes out, and each employer's sending system.

The contracts ship as texts and come into force like any other: one person drafts them, another
accepts them. Each employer's people tell through a system of Muster's own, *self-service*, which is
the sender that agreements name.
"""

import json
import re
import uuid
from pathlib import Path

from muster.hub.actions import open_system
from muster.hub.contract_registry import accept_revision, draft_revision, live_contract
from muster.hub.messages import systems
from muster.kernel.clock import Clock
from muster.kernel.errors import NotFound, Where
from muster.ledger.current import ledger
from muster.register.employers.queries import by_id

PERSON_CHANGED = "muster.people.person.changed.v1"
BANK_CHANGED = "muster.people.bank_details.changed.v1"
CORRECTION_REQUESTED = "muster.people.correction.requested.v1"
CORRECTION_ANSWERED = "muster.people.correction.answered.v1"
SELF_SERVICE = "self-service"
_FOLDER = Path(__file__).parent / "contracts"
_MOST_SYSTEMS = 1000


def draft_contracts(*, by: str, clock: Clock) -> tuple[tuple[str, int], ...]:
    """Draft the contracts that are not in force yet; return their names and revisions."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.json"))]
    return tuple(
        draft_revision(text, by=by, clock=clock)
        for text in texts
        if live_contract(json.loads(text)["$id"]) is None
    )


def enact_contracts(*, drafted_by: str, accepted_by: str, clock: Clock) -> None:
    """Draft the contracts and let them come into force, by two people."""
    for name, revision in draft_contracts(by=drafted_by, clock=clock):
        accept_revision(
            name, revision, by=accepted_by, reason="People tell their changes once", clock=clock
        )


def open_self_service(employer: uuid.UUID, *, by: str) -> str:
    """Give an employer's people a system to tell through; return its code. Once is enough.

    Raises:
        NotFound: if there is no such employer.
    """
    known = self_service_of(employer)
    if known is not None:
        return known
    found = by_id(employer)
    if found is None:
        raise NotFound(
            "No such employer", where=Where(thing=str(employer)), fix="See the employers"
        )
    name = re.sub(r"[^a-z0-9._-]+", "-", found.key.rpartition(":")[2].lower()).strip("-.")
    code = f"{SELF_SERVICE}:{name}"
    open_system(
        code=code, title=f"Self-service of {found.title}", kind=SELF_SERVICE, employer=employer
    )
    ledger().append_one(
        "decisions", "muster.register.self-service.opened.v1", f"system:hub:{code}",
        {"employer": str(employer), "by": by},
    )  # fmt: skip
    return code


def self_service_of(employer: uuid.UUID) -> str | None:
    """Return the code of the system by which an employer's people tell; None if there is none."""
    own = systems.systems(employer=employer, limit=_MOST_SYSTEMS).found
    return next((one.code for one in own if one.kind == SELF_SERVICE), None)


def systems_of(employer: uuid.UUID) -> dict[str, str]:
    """Return code and title of an employer's systems, without the one people tell through."""
    own = systems.systems(employer=employer, limit=_MOST_SYSTEMS).found
    return {one.code: one.title for one in own if one.kind != SELF_SERVICE}
