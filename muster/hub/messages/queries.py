"""Questions about messages: what came, what became of each on every route, and what belongs to it.

Nothing here but ``content`` opens a message; lists hold no content. An employer's people see the
messages that their systems sent, and those that routes to their systems carry.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from muster.hub.delivering.queries import ParkedMessage, parked_view
from muster.hub.messages.finding import latest_of, named
from muster.hub.messages.legs import LegState, leg_state
from muster.hub.models import Cursor, Delivery, Message, Parked, Replay, Route
from muster.hub.subjects import end_of, not_about
from muster.kernel.errors import NotFound, Where

COUNTED = 10_000
"""So many messages are counted, and can be paged through; a search narrows the rest."""
_RELATED = 25
# No log is as long; what an address names beyond it is not there either.
_LAST = 2**62


@dataclass(frozen=True)
class MessageView:
    """One message as a list shows it. ``refused`` says why it goes nowhere; "" if it may."""

    position: int
    id: str
    source: str
    contract: str
    system: str
    system_title: str
    employer: uuid.UUID | None
    subject: str
    time: str
    correlation: str
    traceparent: str
    received_at: dt.datetime
    digest: str
    key: str
    refused: str


@dataclass(frozen=True)
class Page:
    """Some messages, and how many there are in all, counted up to ``COUNTED``."""

    found: tuple[MessageView, ...]
    total: int


@dataclass(frozen=True)
class Shipment:
    """One handing over of which a message was part; ``why`` is a replay's or release's reason.

    ``lookups`` names the versions of the tables that its values were looked up in.
    """

    handed_at: dt.datetime
    took: dt.timedelta
    messages: int
    had: int
    agreement: str
    agreement_version: int
    translation_version: int
    acknowledged: str
    entry: int
    why: str = ""
    by: str = ""
    lookups: str = ""


@dataclass(frozen=True)
class Leg:
    """What became of a message on one route; see ``legs`` for the states."""

    route: str
    receiver: str
    receiver_title: str
    state: LegState
    because: str
    shipment: Shipment | None
    again: tuple[Shipment, ...]
    parked: ParkedMessage | None


@dataclass(frozen=True)
class Journey:
    """A message, what became of it on each route, and what belongs to it."""

    message: MessageView
    legs: tuple[Leg, ...]
    same_case: tuple[MessageView, ...]
    same_subject: tuple[MessageView, ...]


def messages(
    *,
    words: str = "",
    contract: str = "",
    system: str = "",
    refused: bool = False,
    employer: uuid.UUID | None = None,
    of: str = "",
    without: Collection[str] = (),
    start: int = 0,
    limit: int = 50,
) -> Page:
    """Return messages, the latest first.

    Args:
        words: a position, an id, a subject or a case, in full.
        contract: only of this contract.
        system: only those this system sent.
        refused: only those that go nowhere.
        employer: only those that systems of this employer sent or may have.
        of: only those that this system sent or may have.
        without: ends of subjects whose messages are left out; see ``subjects``.
        start: how many to leave out.
        limit: how many at most.
    """
    found = not_about(_within(Message.objects.all(), employer, of), without)
    if words:
        found = found.filter(position__in=named(words.strip()))
    if contract:
        found = found.filter(contract=contract)
    if refused:
        found = found.exclude(refused="")
    if system and not (words or contract or refused):
        rows, total = latest_of(found, system, start=start, limit=limit, counted=COUNTED)
    else:
        found = found.filter(system__code=system) if system else found
        rows = found.order_by("-position")[start : start + limit]
        total = found.order_by("-position")[:COUNTED].count()
    return Page(tuple(map(_view, rows.select_related("system", "key"))), total)


def journey(
    position: int, *, employer: uuid.UUID | None = None, of: str = "",
    without: Collection[str] = (),
) -> Journey:  # fmt: skip
    """Return one message's whole way.

    Args:
        position: its place in the exchange log.
        employer: of the reader; whoever only receives sees the own routes alone.
        of: the system that asks, likewise.
        without: ends of subjects whose messages are answered as not there; see ``subjects``.

    Raises:
        NotFound: if there is none, or none within reach.
    """
    row = _one(position, employer, of)
    if end_of(row.subject) in without:
        raise _none(position)
    everything = _sends(row, employer, of)
    taking = Route.objects.filter(
        contract=row.contract, source=row.system_id, receiver__isnull=False
    )
    if not everything:
        taking = taking.filter(Q(receiver__employer=employer) if employer else Q(receiver__code=of))
    legs = () if row.refused else tuple(
        _leg(one, row) for one in taking.select_related("receiver").order_by("code")
    )  # fmt: skip
    near = not_about(
        _within(Message.objects.exclude(position=position), employer, of), without
    )  # fmt: skip
    return Journey(
        _view(row), legs,
        _related(near.filter(correlation=row.correlation)) if row.correlation else (),
        _related(near.filter(subject=row.subject)),
    )  # fmt: skip


def contracts_seen(*, employer: uuid.UUID | None = None) -> tuple[str, ...]:
    """Return the contracts of which an employer's systems send or receive messages."""
    routes = Route.objects.filter(receiver__isnull=False)
    if employer is not None:
        routes = routes.filter(Q(source__employer=employer) | Q(receiver__employer=employer))
    return tuple(sorted(set(routes.values_list("contract", flat=True))))


def sent_by_others(position: int, *, employer: uuid.UUID) -> bool:
    """Tell whether a message came from a system that is not this employer's."""
    return Message.objects.exclude(system__employer=employer).filter(position=position).exists()


def _within(found: QuerySet[Message], employer: uuid.UUID | None, of: str) -> QuerySet[Message]:
    """Keep to what an employer's systems, or one system, sent or may have."""
    if employer is None and not of:
        return found
    taking = Route.objects.filter(
        contract=OuterRef("contract"), source=OuterRef("system"), agreement__isnull=False
    )
    taking = taking.filter(receiver__code=of) if of else taking.filter(receiver__employer=employer)
    own = Q(system__code=of) if of else Q(system__employer=employer)
    return found.filter(own | (Q(refused="") & Exists(taking)))


def _one(position: int, employer: uuid.UUID | None, of: str) -> Message:
    rows = _within(Message.objects.filter(position=min(position, _LAST)), employer, of)
    row = rows.select_related("system", "key").first()
    if row is None:
        raise _none(position)
    return row


def _none(position: int) -> NotFound:
    return NotFound(
        "No such message", where=Where(thing=str(position)), fix="See the list of messages"
    )


def _sends(row: Message, employer: uuid.UUID | None, of: str) -> bool:
    """Tell whether whoever asks is the sender, or may see all."""
    if of:
        return row.system.code == of
    return employer is None or row.system.employer == employer


def _leg(route: Route, row: Message) -> Leg:
    """Return what became of a message on a route."""
    part = row.shard % route.shards
    cursor = Cursor.objects.filter(route=route, shard=part).first()
    shipments = Delivery.objects.filter(route=route).select_related("agreement")
    parked = (
        Parked.objects.filter(route=route, position=row.position)
        .select_related("route", "delivery__agreement")
        .order_by("-parked_at")
        .first()
    )
    in_turn = (
        shipments.filter(shard=part, last__gte=row.position, again__isnull=True)
        .order_by("last")
        .first()
    )
    if in_turn is not None and (in_turn.first > row.position or parked is not None):
        in_turn = None
    state = leg_state(
        parked=parked.state if parked else "",
        passed=cursor is not None and cursor.position >= row.position,
        shipped=in_turn is not None,
        complete=in_turn is not None and _complete(route, in_turn, part),
    )
    shipped = parked.delivery if parked is not None and parked.delivery else in_turn
    receiver = route.receiver
    assert receiver is not None
    return Leg(
        route.code, receiver.code, receiver.title, state, _because(route, cursor, parked, state),
        _shipment(shipped, *((parked.reason, parked.settled_by) if parked else ("", "")))
        if shipped else None,
        _replayed(route, row),
        parked_view(parked) if parked is not None else None,
    )  # fmt: skip


def _because(route: Route, cursor: Cursor | None, parked: Parked | None, state: LegState) -> str:
    """Return why a message waits, as far as it is known."""
    if parked is not None and state != "delivered":
        return parked.cause
    if state != "waiting":
        return ""
    return route.paused or (cursor.blocked if cursor is not None else "")


def _complete(route: Route, shipment: Delivery, part: int) -> bool:
    """Tell whether a shipment took all messages between its first and its last."""
    there = Message.objects.filter(
        contract=route.contract, system=route.source_id, refused="",
        position__gte=shipment.first, position__lte=shipment.last,
    ).values_list("position", "shard")  # fmt: skip
    own = {position for position, shard in there if shard % route.shards == part}
    # What its receiver rejected only later, in an answer of its own, was part of it.
    aside = Parked.objects.filter(
        route=route, position__gte=shipment.first, position__lte=shipment.last,
        parked_at__lte=shipment.handed_at,
    ).values_list("position", flat=True)  # fmt: skip
    return len(own - set(aside)) == shipment.messages


def _replayed(route: Route, row: Message) -> tuple[Shipment, ...]:
    """Return the replays that handed a message over once more."""
    asked = Replay.objects.filter(
        Q(subject="") | Q(subject=row.subject), Q(correlation="") | Q(correlation=row.correlation),
        route=route, first__lte=row.position, last__gte=row.position,
    )  # fmt: skip
    wishes = {one.id: one for one in asked}
    shipments = Delivery.objects.filter(
        route=route, again__in=list(wishes), first__lte=row.position, last__gte=row.position
    ).select_related("agreement").order_by("handed_at")  # fmt: skip
    found = []
    for one in shipments:
        assert one.again is not None
        wish = wishes[one.again]
        found.append(_shipment(one, wish.reason, wish.asked_by))
    return tuple(found)


def _shipment(row: Delivery, why: str = "", by: str = "") -> Shipment:
    return Shipment(
        row.handed_at, row.handed_at - row.began_at, row.messages, row.had, row.agreement.code,
        row.agreement_version, row.translation_version, row.acknowledged, row.entry, why, by,
        ", ".join(f"{name} {version}" for name, version in sorted(row.lookups.items())),
    )  # fmt: skip


def _related(found: QuerySet[Message]) -> tuple[MessageView, ...]:
    rows = found.select_related("system", "key").order_by("-position")[:_RELATED]
    return tuple(map(_view, rows))


def _view(row: Message) -> MessageView:
    return MessageView(
        position=row.position, id=row.event_id, source=row.source, contract=row.contract,
        system=row.system.code, system_title=row.system.title, employer=row.system.employer,
        subject=row.subject, time=row.time, correlation=row.correlation,
        traceparent=row.traceparent, received_at=row.received_at,
        digest=bytes(row.digest).hex(), key=row.key.name if row.key else "", refused=row.refused,
    )  # fmt: skip
