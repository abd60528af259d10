"""Deciding on feeds that were held as unusual, and announcing such changes beforehand.

Nobody approves a feed they handed in themselves. A refused feed stays refused with the reason;
its sender can send a better one. Approving only marks a feed: its rows go on with the next worker
(``go_on``), so that a page answers at once and nothing approved is forgotten in a crash.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from muster.hub.batch import Batch, examined_again
from muster.hub.blobs import blobs
from muster.hub.four_eyes import APPROVED, REFUSED, Decided, decided_under, handed_in, senders_of
from muster.hub.landing import Asked, Read, scope_of
from muster.hub.models import BulkChange, Landing, LandingState, Route
from muster.hub.queries import LandingView, landings_by_id
from muster.hub.withdrawal import WITHDRAWN, stated
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, MusterError, NotFound, NotPermitted, Where
from muster.ledger.current import ledger

ANNOUNCED = "muster.hub.bulk_change.announced.v1"
UNANNOUNCED = "muster.hub.bulk_change.withdrawn.v1"
APPROVAL = "approval"
# Decisions are shown with the rest of a feed.
__all__ = [
    "APPROVAL", "APPROVED", "MOST_PEOPLE", "REFUSED", "WORKER", "Announcement", "Decided", "allow",
    "announce", "announcements", "approve", "bar_to", "decisions_of", "feeds_to_decide", "go_on",
    "refuse", "take_back",
]  # fmt: skip
# What an approved feed waits for until its rows have gone on.
WORKER = "worker"
MOST_PEOPLE = 10_000_000
Bar = Literal["", "handed it in", "another is named"]
_log = logging.getLogger(__name__)


def approve(*, landing: uuid.UUID, reason: str, by: str, read: Read, clock: Clock) -> str:
    """Let a held feed go on and wait until it did; return its ``LandingState`` then.

    Its exact bytes are read again, so what was mended meanwhile counts.

    Raises:
        BadInput: if no reason is given.
        NotFound: if no such feed waits for approval.
        NotPermitted: if it is one's own, or somebody else is named to approve it.
        Conflict: if a later feed stands in its place, or it may not flow any more. It stays held.
    """
    allow(landing=landing, reason=reason, by=by)
    found = Landing.objects.select_related("route", "intake").get(id=landing)
    why = _go_on(found, read, clock)
    if why:
        raise Conflict(
            why.rstrip("."), where=Where(file=found.name),
            fix="It still waits. See its agreement, or refuse it and ask its sender for it again",
        )  # fmt: skip
    found.refresh_from_db()
    return str(found.state)


@transaction.atomic
def allow(*, landing: uuid.UUID, reason: str, by: str) -> None:
    """Approve a held feed, to go on with the next worker; raises as ``approve`` does."""
    reason = stated(reason)
    found = _waiting(landing, by)
    later = _later(found)
    if later is not None:
        raise Conflict(
            f"A later feed for the same, {later.name}, has come in and stands",
            where=Where(file=found.name),
            fix="Refuse this one, or withdraw the later one first",
        )
    found.state, found.waits_for = LandingState.RECEIVED, WORKER
    found.said = f"Approved: {reason}"
    found.save(update_fields=["state", "waits_for", "said"])
    _record(APPROVED, found, reason, by)


def go_on(read: Read, *, clock: Clock) -> bool:
    """Let the rows of the approved feed that came first go on; return whether there was one."""
    approved = Landing.objects.filter(state=LandingState.RECEIVED, waits_for=WORKER)
    found = approved.select_related("route", "intake").order_by("received_at").first()
    if found is None:
        return False
    try:
        _go_on(found, read, clock)
    except Exception:
        _log.exception("feed %s was approved and could not go on", found.id)
        _wait_again(found, "An unforeseen fault: the operator's log names it. Approve it again.")
    return True


@transaction.atomic
def refuse(*, landing: uuid.UUID, reason: str, by: str) -> None:
    """Refuse a held feed; raises as ``approve`` does."""
    reason = stated(reason)
    found = _waiting(landing, by)
    found.state, found.waits_for = LandingState.REFUSED, ""
    found.said = f"Refused by its approver: {reason}"
    found.save(update_fields=["state", "waits_for", "said"])
    _record(REFUSED, found, reason, by)


def feeds_to_decide(*, employer: uuid.UUID | None = None) -> tuple[LandingView, ...]:
    """Return the feeds that wait for approval, the oldest first; of one employer if given."""
    held = Landing.objects.filter(state=LandingState.HELD, waits_for=APPROVAL)
    if employer is not None:
        held = held.filter(route__source__employer=employer)
    ids = list(held.order_by("received_at", "id").values_list("id", flat=True))
    views = landings_by_id(ids)
    return tuple(views[one] for one in ids if one in views)


def bar_to(*, senders: Collection[str], approver: str, by: str) -> Bar:
    """Return what keeps somebody from deciding on a feed; empty if nothing does.

    Who made a token of a system stands for what that system hands in.
    """
    if handed_in(senders, by=by):
        return "handed it in"
    return "another is named" if approver and approver != by else ""


def _waiting(landing: uuid.UUID, by: str) -> Landing:
    """Return a landing that waits for approval, locked against a second decision."""
    held = Landing.objects.select_for_update(of=("self",)).select_related("route", "intake")
    found = held.filter(id=landing, state=LandingState.HELD, waits_for=APPROVAL).first()
    if found is None:
        raise NotFound(
            "No such feed waits for approval", where=Where(thing=str(landing)),
            fix="See the list of feeds",
        )  # fmt: skip
    named = found.route.approver if found.route else ""
    bar = bar_to(senders=senders_of(found), approver=named, by=by)
    if bar == "handed it in":
        alone = "Have somebody else named as the approver of its route"
        raise NotPermitted(
            "Nobody decides on a feed they handed in themselves", where=Where(file=found.name),
            fix=alone if named == by else f"Ask {named or 'a colleague'}",
        )  # fmt: skip
    if bar:
        raise NotPermitted(
            "Somebody else is named to decide on this feed", where=Where(file=found.name),
            fix=f"Ask {named}",
        )  # fmt: skip
    return found


def _later(found: Landing) -> Landing | None:
    """Return a later feed for the same that stands by now, if there is one."""
    return Landing.objects.filter(
        route=found.route, covers=found.covers, state=LandingState.ACCEPTED,
        received_at__gt=found.received_at,
    ).first()  # fmt: skip


def _go_on(found: Landing, read: Read, clock: Clock) -> str:
    """Deliver an approved feed; return why it waits again, empty if it does not."""
    later = _later(found)
    if later is not None:
        return _wait_again(found, f"A later feed for the same, {later.name}, stands by now.")
    routes = tuple(Route.to_register.select_related("source", "agreement__sender"))
    code = found.route.code if found.route else None
    asked = Asked(routes, legal_day(clock.now()), code, found.as_at)
    try:
        content = blobs().read(found.id, ledger().cipher_by_id(found.blob_key))
    except MusterError as problem:
        return _wait_again(found, f"{problem.what}.")
    again = examined_again(found, content, read, asked)
    if again is None:
        return _wait_again(
            found, "It can no longer be read by its layout, or may not flow any more."
        )
    sender, own = found.received_by, frozenset((found.id,))
    batch = Batch([], read, asked, found.intake, sender, clock, own, fresh=[found.id])
    batch.deliver([again])
    found.intake.doing = ""
    found.intake.save(update_fields=["doing"])
    left = Landing.objects.filter(id=found.id, waits_for=WORKER)
    left.exclude(state=LandingState.RECEIVED).update(waits_for="")
    if left.exists():
        return _wait_again(found, "It could not go on.")
    return ""


def _wait_again(found: Landing, why: str) -> str:
    """Hold an approved feed once more, and say why."""
    still = Landing.objects.filter(id=found.id, state=LandingState.RECEIVED)
    still.update(state=LandingState.HELD, waits_for=APPROVAL, said=why)
    return why


def _record(kind: str, found: Landing, reason: str, by: str) -> None:
    """Append a decision under the landing's key, so that its page finds it."""
    body = {"landing": str(found.id), "effect": found.effect, "reason": reason, "by": by}
    subject = f"feed:hub:{found.id}"
    ledger().append_one("decisions", kind, subject, body, scope=scope_of(found.id))


def decisions_of(landing: uuid.UUID) -> tuple[Decided, ...]:
    """Return what people decided on a feed, in order, as the ledger has it."""
    key = Landing.objects.values_list("blob_key", flat=True).get(id=landing)
    return decided_under(key, {"decisions": (APPROVED, REFUSED), "exchange": (WITHDRAWN,)})


@transaction.atomic
def announce(
    *,
    route: str,
    starts: dt.date,
    ends: dt.date,
    ending: int,
    changed: int,
    reason: str,
    by: str,
    clock: Clock,
) -> uuid.UUID:
    """Announce that feeds of a route, as at some days, will end or change unusually many people.

    It lets no feed through that its announcer hands in: that takes a second person.

    Raises:
        NotFound: if there is no such route.
        BadInput: if the days or numbers make no sense, or no reason is given.
    """
    reason = stated(reason)
    found = Route.objects.filter(code=route).first()
    if found is None:
        raise NotFound("No such route", where=Where(thing=route), fix="See the agreements page")
    sensible = 0 <= min(ending, changed) <= max(ending, changed) <= MOST_PEOPLE
    if ends < starts or not sensible or not (ending or changed):
        raise BadInput(
            "The days or numbers make no sense",
            where=Where(field="ends" if ends < starts else "ending"),
            fix="Give a first and a last day in order, and how many people will end or change",
        )
    row = BulkChange.objects.create(
        route=found, starts=starts, ends=ends, ending=ending, changed=changed, reason=reason,
        announced_at=clock.now(), announced_by=by,
    )  # fmt: skip
    body = {
        "route": route, "starts": str(starts), "ends": str(ends), "ending": ending,
        "changed": changed, "reason": reason, "by": by,
    }  # fmt: skip
    ledger().append_one("decisions", ANNOUNCED, f"route:hub:{route}", body)
    return row.id


@transaction.atomic
def take_back(*, announcement: uuid.UUID, by: str, clock: Clock) -> None:
    """Take an announcement back; ``NotFound`` if there is none in force."""
    live = BulkChange.objects.filter(id=announcement, withdrawn_at__isnull=True)
    found = live.select_related("route").first()
    if found is None or not live.update(withdrawn_at=clock.now()):
        raise NotFound(
            "No such announcement is in force", where=Where(thing=str(announcement)),
            fix="See the route's page",
        )  # fmt: skip
    body = {"announcement": str(announcement), "by": by}
    ledger().append_one("decisions", UNANNOUNCED, f"route:hub:{found.route.code}", body)


@dataclass(frozen=True)
class Announcement:
    """A bulk change announced for a route; see ``models.BulkChange``. Both days count."""

    id: uuid.UUID
    route: str
    starts: dt.date
    ends: dt.date
    ending: int
    changed: int
    reason: str
    announced_at: dt.datetime
    announced_by: str


def announcements(route: str) -> tuple[Announcement, ...]:
    """Return the announcements in force for a route, the latest days first."""
    live = BulkChange.objects.filter(route__code=route, withdrawn_at__isnull=True)
    return tuple(
        Announcement(
            row.id, route, row.starts, row.ends, row.ending, row.changed, row.reason,
            row.announced_at, row.announced_by,
        )
        for row in live.order_by("-ends", "-starts", "id")
    )  # fmt: skip
