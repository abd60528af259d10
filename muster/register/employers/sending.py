"""Systems of Muster's own by which an employer's people and transfers send, and what they send by.

For the rooms that send messages for an employer: each has one such system for each employer, named
by its kind, and contracts that ship as texts and come into force like any other: one person drafts
them, another accepts them.
"""

import json
import re
import uuid
from pathlib import Path

from muster.hub.actions import open_system
from muster.hub.contract_registry import accept_revision, draft_revision, live_contract
from muster.hub.models import System
from muster.kernel.clock import Clock
from muster.kernel.errors import NotFound, Where
from muster.ledger.current import ledger
from muster.register.employers.queries import by_id


def draft_shipped(folder: Path, *, by: str, clock: Clock) -> tuple[tuple[str, int], ...]:
    """Draft a folder's contracts that are not in force yet; return their names and revisions."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json"))]
    return tuple(
        draft_revision(text, by=by, clock=clock)
        for text in texts
        if live_contract(json.loads(text)["$id"]) is None
    )


def enact_shipped(
    folder: Path, *, drafted_by: str, accepted_by: str, reason: str, clock: Clock
) -> None:
    """Draft a folder's contracts and let them come into force, by two people."""
    for name, revision in draft_shipped(folder, by=drafted_by, clock=clock):
        accept_revision(name, revision, by=accepted_by, reason=reason, clock=clock)


def open_own_system(employer: uuid.UUID, *, kind: str, title: str, entry: str, by: str) -> str:
    """Give an employer a system of a kind to send by; return its code. Once is enough.

    Args:
        employer: whose.
        kind: what it sends, which its code begins with.
        title: what it is called, with ``%s`` for the employer.
        entry: the type of its entry in the decisions log.
        by: who opens it.

    Raises:
        NotFound: if there is no such employer.
    """
    known = own_system(employer, kind)
    if known is not None:
        return known
    found = by_id(employer)
    if found is None:
        raise NotFound(
            "No such employer", where=Where(thing=str(employer)), fix="See the employers"
        )
    name = re.sub(r"[^a-z0-9._-]+", "-", found.key.rpartition(":")[2].lower()).strip("-.")
    code = f"{kind}:{name}"
    open_system(code=code, title=title % found.title, kind=kind, employer=employer)
    ledger().append_one(
        "decisions", entry, f"system:hub:{code}", {"employer": str(employer), "by": by}
    )
    return code


def own_system(employer: uuid.UUID, kind: str) -> str | None:
    """Return the code of an employer's system of a kind; None if it has none."""
    own = System.objects.filter(employer=employer, kind=kind).order_by("code")
    return own.values_list("code", flat=True).first()
