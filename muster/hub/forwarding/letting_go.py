"""Files that wait at one receiver because they would change too much there, and letting them go.

Nobody lets a file go that they handed in themselves, and where the route names its approver, nobody
else does. Whoever thinks it wrong leaves it: it never goes on by itself, and the next file that
the system sends takes its place.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from muster.hub.approval import bar_to
from muster.hub.forwarding.due import is_last
from muster.hub.four_eyes import senders_of
from muster.hub.models import Forward, LandingState
from muster.hub.withdrawal import stated
from muster.kernel.clock import Clock
from muster.kernel.errors import Conflict, NotFound, NotPermitted, Where
from muster.ledger.current import ledger

LET_GO = "muster.hub.feed.let_go.v1"
FORGOTTEN = "muster.hub.feed.told_again.v1"


@dataclass(frozen=True)
class HeldForward:
    """A file that waits for a person before one receiver is told of it.

    ``effect`` counts the receiver's records: covered, ending, changed, joining, rows. ``senders``
    handed the file in.
    """

    id: uuid.UUID
    route: str
    receiver: str
    receiver_employer: uuid.UUID | None
    sender_employer: uuid.UUID | None
    landing: uuid.UUID
    name: str
    as_at: dt.date | None
    said: str
    effect: Mapping[str, int]
    approver: str
    senders: frozenset[str]
    since: dt.datetime


def held_forwards() -> tuple[HeldForward, ...]:
    """Return what waits at receivers, the oldest first; not what a later file took the place of."""
    later = Forward.objects.filter(route=OuterRef("route"), number__gt=OuterRef("number"))
    waiting = Forward.objects.filter(
        ~Exists(later), done_at__isnull=True, let_go_at__isnull=True,
        landing__state=LandingState.ACCEPTED,
    ).exclude(held="")  # fmt: skip
    found = waiting.select_related("route__receiver", "route__source", "landing__intake")
    return tuple(_view(one) for one in found.order_by("began_at"))


@transaction.atomic
def let_go(*, forward: uuid.UUID, reason: str, by: str, clock: Clock) -> None:
    """Let a file go on to the receiver where it waits, with the next worker.

    Raises:
        BadInput: without a reason.
        NotFound: if no such file waits.
        NotPermitted: if it is one's own, or somebody else is named to decide.
        Conflict: if a later file took its place, or it stands no more.
    """
    reason = stated(reason)
    rows = Forward.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("route__receiver", "landing__intake").filter(id=forward).first()
    if found is None or not found.held or found.done_at or found.let_go_at:
        raise NotFound(
            "No such file waits at a receiver", where=Where(thing=str(forward)),
            fix="See what waits",
        )  # fmt: skip
    where = Where(file=found.landing.name)
    if found.landing.state != LandingState.ACCEPTED or not is_last(found):
        raise Conflict(
            "A later file took its place, or it was withdrawn", where=where, fix="See what waits"
        )
    bar = bar_to(senders=senders_of(found.landing), approver=found.route.approver, by=by)
    if bar:
        alone = bar == "handed it in"
        raise NotPermitted(
            "Nobody lets a file go that they handed in themselves"
            if alone
            else "Somebody else is named to decide on this route",
            where=where,
            fix=f"Ask {found.route.approver if found.route.approver != by else ''}".strip()
            if found.route.approver and found.route.approver != by
            else "Ask a colleague",
        )
    found.let_go_at, found.let_go_by = clock.now(), by
    found.save(update_fields=["let_go_at", "let_go_by"])
    body = {"forward": found.id, "landing": found.landing_id, "effect": found.effect,
            "reason": reason, "by": by}  # fmt: skip
    ledger().append_one("decisions", LET_GO, f"route:hub:{found.route.code}", body)


@transaction.atomic
def tell_again(*, route: str, reason: str, by: str, clock: Clock) -> None:
    """Have a receiver told everything once more that the files in force say.

    For a receiver that lost what it had. A table that only appends gets the rows a second time.

    Raises:
        BadInput: without a reason.
        NotFound: if nothing was carried on by such a route.
    """
    reason = stated(reason)
    done = Forward.objects.filter(route__code=route, forgotten_at__isnull=True)
    if not done.update(forgotten_at=clock.now()):
        raise NotFound(
            "No file was carried on by this route", where=Where(thing=route),
            fix="See the routes",
        )  # fmt: skip
    body = {"route": route, "reason": reason, "by": by}
    ledger().append_one("decisions", FORGOTTEN, f"route:hub:{route}", body)


def _view(row: Forward) -> HeldForward:
    assert row.route.receiver is not None
    return HeldForward(
        row.id, row.route.code, row.route.receiver.title, row.route.receiver.employer,
        row.route.source.employer, row.landing_id, row.landing.name, row.landing.as_at, row.held,
        row.effect or {}, row.route.approver, senders_of(row.landing), row.began_at,
    )  # fmt: skip
