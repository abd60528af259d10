"""The breaker in front of a route: what would be unusual waits for a person, before any of it goes.

Asked before a shipment is handed over in its turn; what a person released or asked to have replayed
was decided on already. All that waits is looked at ahead, so that not one message of it goes. The
route then stops by itself, with the reason; its approver is told once, and decides (``deciding``).

Where several workers share a route, each watches its own part, and looks at the whole as soon as
half the part's share of what is usual waits there. If more than what is usual waits on the whole
route, then more than its share waits on some part, so it is found; where it fell most unevenly into
parts, less than what is usual can have gone before.
"""

import datetime as dt
import threading
import uuid
from collections.abc import Sequence

from django.db import transaction

from muster.hub.contract_registry import live_contract
from muster.hub.delivering.lease import Lease, waiting_of
from muster.hub.delivering.watching import WHOLE, Part, Seen, Watch, watch_of
from muster.hub.four_eyes import handed_in
from muster.hub.models import BulkChange, Cursor, HeldMessages, Message, Route
from muster.hub.unusual import Announced
from muster.hub.unusual_messages import (
    FEW_ENDING,
    FEW_TOUCHED,
    WITHIN,
    Limits,
    Waiting,
    usual_ended,
    usual_touched,
    why_unusual_messages,
)
from muster.kernel.days import legal_day
from muster.kernel.errors import Conflict, Where
from muster.ledger.current import ledger

HELD = "muster.hub.route.held.v1"
# Of so many subjects for each that is touched, or ended, these are a usual share.
_FOR_ONE_TOUCHED, _FOR_ONE_ENDED = 5, 51
_LONGEST = 500
_COUNTED = 1_000_000
# So long a worker goes by what a contract said of endings.
_ASKED = dt.timedelta(seconds=10)


class _Watches(threading.local):
    """The watches of one worker, by route and part."""

    def __init__(self) -> None:
        self.of: dict[tuple[uuid.UUID, Part], Watch] = {}


_watches = _Watches()


def stop_if_unusual(route: Route, lease: Lease, last: int, now: dt.datetime) -> None:
    """Hold all that waits on a route if it would do something unusual.

    Args:
        route: as it stands now.
        lease: under which it is carried.
        last: the last position of what is about to be handed over.
        now: the present instant.

    Raises:
        Conflict: if it waits for a person; nothing was handed over.
    """
    part = lease.shard, lease.shards
    if lease.shards > 1 and not _looked(route, lease, last, now, part=part).beyond:
        return
    watch = _looked(route, lease, last, now, part=WHOLE)
    for waiting, up_to in watch.beyond:
        why = _why(route, waiting, now)
        if why is not None:
            _watches.of.pop((route.id, WHOLE), None)
            _hold(route, lease, up_to, waiting, why, now)
    watch.beyond = []


def _looked(route: Route, lease: Lease, last: int, now: dt.datetime, *, part: Part) -> Watch:
    """Return the watch over a part of a route, up to a position at least."""
    watch = _watches.of.get((route.id, part))
    if watch is None or watch.let_go_to != route.let_go_to:
        watch = _begun(route, lease, part)
    _watches.of[route.id, part] = watch
    if last <= watch.judged:
        return watch
    rows = watch.ahead()
    watch.beyond = []
    for some in _hours(rows):
        watch.add(some)
        waiting = _unusual(watch, route, now)
        if waiting is not None:
            watch.beyond.append((waiting, rows[-1][0]))
    if rows:
        watch.judged = rows[-1][0]
    return watch


def _begun(route: Route, lease: Lease, part: Part) -> Watch:
    """Return a watch that knows what came in the hour before what waits."""
    done = lease.position
    if part == WHOLE:
        cursors = Cursor.objects.filter(route=route).values_list("position", flat=True)
        done = min(cursors, default=done)
    watch = watch_of(route, done, part)
    first = watch.ahead(1)
    earlier = watch.hour_before(first[0][2]) if first else []
    if earlier:
        watch.add(earlier)
    return watch


def _hours(rows: Sequence[Seen]) -> list[Sequence[Seen]]:
    """Return messages in parts that came within an hour each."""
    parts, start = list[Sequence[Seen]](), 0
    span = WITHIN.total_seconds()
    if rows and rows[-1][2] - rows[0][2] < span:
        return [rows]
    for at, row in enumerate(rows):
        if row[2] - rows[start][2] >= span:
            parts.append(rows[start:at])
            start = at
    return [*parts, rows[start:]] if rows else []


def _unusual(watch: Watch, route: Route, now: dt.datetime) -> Waiting | None:
    """Return what waits if it is beyond the limits, counted only as far as that needs."""
    came = len(watch.subjects)
    touch, end = _limits(route, watch)
    if came <= min(touch, end):
        return None
    lately = watch.asked_at is not None and dt.timedelta() <= now - watch.asked_at < _ASKED
    if not lately:
        contract, watch.asked_at = live_contract(route.contract), now
        watch.ends = contract if contract is not None and contract.schema.get("x-ends") else None
    ends = watch.ends
    if came <= touch and ends is None:
        return None
    if not lately or not watch.known:
        most = max(_FOR_ONE_TOUCHED * came, _FOR_ONE_ENDED * came if ends is not None else 0)
        watch.count_known(most + 1)
        touch, end = _limits(route, watch)
    touched = watch.touched() if came > touch else 0
    ending = watch.ending(ends) if ends is not None and came > end else 0
    if touched <= touch and ending <= end:
        return None
    waiting = Waiting(watch.count_known(_COUNTED), touched or watch.touched(), ending)
    touch, end = _limits(route, watch)
    return waiting if waiting.touched > touch or ending > end else None


def _limits(route: Route, watch: Watch) -> tuple[int, int]:
    """Return how many subjects may be touched and ended: of a part, before the whole is looked at.

    That is half the part's share, so that it hardly matters how unevenly subjects fall into parts.
    """
    touch = usual_touched(watch.known) if watch.known else FEW_TOUCHED
    end = usual_ended(watch.known) if watch.known else FEW_ENDING
    touch = touch if route.most_touched is None else route.most_touched
    end = end if route.most_ending is None else route.most_ending
    among = 1 if watch.part == WHOLE else 2 * watch.part[1]
    return touch // among, end // among


def _why(route: Route, waiting: Waiting, now: dt.datetime) -> str | None:
    day = legal_day(now)
    live = BulkChange.objects.filter(
        route=route, withdrawn_at__isnull=True, starts__lte=day, ends__gte=day
    )
    sender = frozenset((f"system:{route.source.code}",))
    announced = [
        Announced(one.starts, one.ends, one.ending, one.changed,
                  handed_in(sender, by=one.announced_by))
        for one in live
    ]  # fmt: skip
    limits = Limits(route.most_touched, route.most_ending)
    return why_unusual_messages(waiting, on=day, limits=limits, announced=announced)


def _hold(
    route: Route, lease: Lease, last: int, waiting: Waiting, why: str, now: dt.datetime
) -> None:
    """Stop a route for its approver, once; raises what says so."""
    who = f"The approver, {route.approver}," if route.approver else "Its approver"
    said = f"{why}. {who} can let them go, if that is right."[:_LONGEST]
    with transaction.atomic():
        row = Route.objects.select_for_update(of=("self",), no_key=True).get(id=route.id)
        if not row.held:
            parts = list(row.cursors.all())
            if any(waiting_of(row, one, row.let_go_to).exists() for one in parts):
                raise Conflict(
                    "Messages that were let go are carried first", where=Where(thing=row.code),
                    fix="Nothing needs to be done",
                )  # fmt: skip
            done = min((one.position for one in parts), default=lease.position)
            there = Message.objects.filter(
                contract=row.contract, system=row.source_id, refused="",
                position__gt=max(done, row.let_go_to), position__lte=last,
            )  # fmt: skip
            first = there.order_by("position").values_list("position", flat=True).first()
            HeldMessages.objects.create(
                route=row, first=last if first is None else first, last=last,
                messages=there.count(), touched=waiting.touched, known=waiting.known,
                ending=waiting.ending, said=said, raised_at=now, raised_to=row.approver,
            )  # fmt: skip
            Route.objects.filter(id=row.id).update(held=said)
            body = {
                "first": first, "last": last, "touched": waiting.touched, "known": waiting.known,
                "ending": waiting.ending, "said": said, "to": row.approver,
            }  # fmt: skip
            ledger().append_one("decisions", HELD, f"route:hub:{row.code}", body)
    raise Conflict(said, where=Where(thing=route.code), fix="See the route's page")
