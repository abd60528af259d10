"""Four eyes over a feed: who handed it in, and what was decided before on the same bytes.

What one person hands in, another person lets through. So neither an approval nor an announcement
of the sender's own counts, and what an approver refused does not come in by being sent once more.
"""

import datetime as dt
import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from muster.hub.models import Landing, SystemToken
from muster.kernel.days import legal_day
from muster.ledger.current import ledger
from muster.ledger.port import LogName

APPROVED, REFUSED = "muster.hub.feed.approved.v1", "muster.hub.feed.refused.v1"


@dataclass(frozen=True)
class Decided:
    """What somebody decided on a feed: ``approved``, ``refused`` or ``withdrawn``, and why."""

    what: str
    at: dt.datetime
    by: str
    reason: str


def senders_of(landing: Landing) -> frozenset[str]:
    """Return who handed a feed in: the first time and, where its file was sent again, the last."""
    return frozenset((landing.received_by, landing.intake.started_by))


def handed_in(senders: Collection[str], *, by: str) -> bool:
    """Tell whether somebody handed a feed in, themselves or by a system.

    Who made a token of a system stands for what that system hands in.

    Args:
        senders: who handed it in: people, or systems as ``system:`` and their code.
        by: who is asked about.
    """
    systems = [one.removeprefix("system:") for one in senders if one.startswith("system:")]
    made = SystemToken.objects.filter(system__code__in=systems, made_by=by)
    return by in senders or (bool(systems) and made.exists())


def decided_under(key: int, kinds: Mapping[LogName, Collection[str]]) -> tuple[Decided, ...]:
    """Return what people decided on a landing, in order, as the ledger has it.

    Args:
        key: the landing's key.
        kinds: in each log, the types of entries that are decisions.
    """
    found = []
    for log, types in kinds.items():
        for at in ledger().store.positions_under(log, key):
            (entry,) = ledger().read(log, at, 1)
            if entry.type in types and entry.body is not None:
                body = json.loads(entry.body)
                what = entry.type.split(".")[-2]
                found.append(Decided(what, entry.recorded_at, body["by"], body["reason"]))
    return tuple(sorted(found, key=lambda one: one.at))


def refused_before(landings: Collection[uuid.UUID]) -> dict[uuid.UUID, Decided]:
    """Return for landings of which the same bytes were refused on their route: that decision.

    Only the latest decision counts: what was refused and approved later was not refused.
    """
    asked = Landing.objects.filter(id__in=landings)
    # Only what was held as unusual has an effect; a refused feed that is sent again keeps it.
    earlier = Landing.objects.filter(sha256__in=asked.values("sha256"), effect__isnull=False)
    decided: dict[tuple[str, uuid.UUID | None], Decided] = {}
    for one in earlier:
        for latest in decided_under(one.blob_key, {"decisions": (APPROVED, REFUSED)})[-1:]:
            known = decided.setdefault((one.sha256, one.route_id), latest)
            if latest.at > known.at:
                decided[one.sha256, one.route_id] = latest
    last = {one.id: decided.get((one.sha256, one.route_id)) for one in asked}
    return {one: found for one, found in last.items() if found and found.what == "refused"}


def in_words(refusal: Decided) -> str:
    """Return who refused the same bytes, when and why, as a sentence."""
    day = legal_day(refusal.at)
    return (
        f"The same bytes were refused before, by {refusal.by} on {day.day} {day:%B %Y}:"
        f" {refusal.reason.rstrip('.')}."
    )
