"""Questions about routes between systems: how far each is, how fast, what waits on it and why."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from muster.hub.delivering.following import OPEN
from muster.hub.models import Cursor, Delivery, Message, Parked, ParkedState, Route
from muster.hub.standing import permission
from muster.hub.subjects import not_about
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import NotFound, Where

COUNTED = 100_000
"""So many messages behind are counted; a route with more is far behind in any case."""

RouteState = Literal["off", "paused", "held", "blocked", "behind", "level"]
_BEHIND = "behind"
_Key = tuple[str, str, str, str]
_KEYS = ("route__code", "route__receiver__title", "route__owner", "stage", "cause", "state")
_COUNTS: Mapping[str, Any] = {
    "messages": Count("id"), "subjects": Count("subject", distinct=True),
    "position": Min("position"), "since": Min("parked_at"),
}  # fmt: skip
_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@dataclass(frozen=True)
class RouteView:
    """A route to another system, and how it is doing.

    ``behind`` messages wait for their turn (at most ``COUNTED``), the oldest since ``oldest``.
    ``parked`` messages of ``subjects`` subjects wait for a person, ``retrying`` ones for the
    receiver. ``held`` says why the route stopped by itself for its ``approver``; ``most_touched``
    and ``most_ending`` are its own limits. ``last_hour`` and ``last_day`` messages were handed
    over.
    """

    code: str
    contract: str
    sender: str
    sender_title: str
    sender_employer: uuid.UUID | None
    receiver: str
    receiver_title: str
    receiver_employer: uuid.UUID | None
    agreement: str
    agreement_title: str
    kind: str
    owner: str
    enabled: bool
    paused: str
    held: str
    approver: str
    most_touched: int | None
    most_ending: int | None
    blocked: str
    attempts: int
    retry_at: dt.datetime | None
    shards: int
    translation_version: int
    position: int
    behind: int
    oldest: dt.datetime | None
    parked: int
    subjects: int
    retrying: int
    last_hour: int
    last_day: int

    @property
    def state(self) -> RouteState:
        """What matters most about the route now."""
        if not self.enabled:
            return "off"
        if self.paused:
            return "paused"
        if self.held:
            return "held"
        if self.blocked:
            return "blocked"
        return "behind" if self.behind else "level"


@dataclass(frozen=True)
class ParkedCause:
    """Messages of a route that wait for one cause. No personal value stands in it.

    ``messages`` failed for it, ``behind`` more wait behind them; ``cause`` is empty of those whose
    turn comes after another one of their subject that was settled. ``position`` is the first of
    them, ``since`` when it was parked. ``retrying`` ones are handed over again by themselves.
    """

    route: str
    receiver: str
    owner: str
    stage: str
    cause: str
    retrying: bool
    messages: int
    subjects: int
    behind: int
    position: int
    since: dt.datetime


@dataclass(frozen=True)
class ParkedMessage:
    """One message that waits on a route, or waited, and what became of it."""

    id: uuid.UUID
    route: str
    position: int
    subject: str
    state: str
    stage: str
    cause: str
    attempts: int
    parked_at: dt.datetime
    due_at: dt.datetime | None
    settled_at: dt.datetime | None
    settled_by: str
    reason: str


def routes(
    *, clock: Clock, employer: uuid.UUID | None = None, system: str = ""
) -> tuple[RouteView, ...]:
    """Return routes to other systems by code.

    Args:
        clock: tells what the last hour is.
        employer: only those from or to systems of this employer.
        system: only those from or to this system.
    """
    found = Route.objects.filter(_of(employer, system), receiver__isnull=False).order_by("code")
    return _views(found, clock.now())


def route(code: str, *, clock: Clock) -> RouteView:
    """Return one route to another system.

    Raises:
        NotFound: if there is none.
    """
    views = _views(Route.objects.filter(code=code, receiver__isnull=False), clock.now())
    if not views:
        raise NotFound("No such route", where=Where(thing=code), fix="See the routes page")
    return views[0]


def causes(
    *, employer: uuid.UUID | None = None, system: str = "", route: str = ""
) -> tuple[ParkedCause, ...]:
    """Return why messages wait: one for each route, stage and cause, the most messages first."""
    waiting = _open(employer, system, route)
    # What only waits for another one is counted with that one; without it, in a line of its own.
    groups = waiting.exclude(stage=_BEHIND).values(*_KEYS).annotate(**_COUNTS)
    behind = _headed(waiting).filter(head_stage__isnull=False).values(
        "route__code", "head_stage", "head_cause", "head_state"
    ).annotate(messages=Count("id"))  # fmt: skip
    counted: dict[_Key, int] = {
        (one["route__code"], one["head_stage"], one["head_cause"], one["head_state"]):
            one["messages"]
        for one in behind
    }  # fmt: skip
    alone = _headed(waiting).filter(head_stage__isnull=True).values(
        *(key for key in _KEYS if key != "cause")
    ).annotate(**_COUNTS)  # fmt: skip
    found = [_cause(group, counted) for group in (*groups, *alone)]
    return tuple(sorted(found, key=lambda one: (one.retrying, -one.messages, one.route, one.cause)))


def parked(
    route: str, *, stage: str = "", cause: str = "", subject: str = "",
    without: Collection[str] = (), start: int = 0, limit: int = 50,
) -> tuple[tuple[ParkedMessage, ...], int]:  # fmt: skip
    """Return messages that wait on a route, the first come first, and how many there are.

    Args:
        route: the route's code.
        stage: only those that failed there; with ``cause``.
        cause: only those that wait for it.
        subject: only those of this subject, those behind included.
        without: ends of subjects whose messages are left out; see ``subjects``.
        start: how many to leave out.
        limit: how many at most.
    """
    waiting = not_about(Parked.objects.filter(route__code=route, state__in=OPEN), without)
    if stage == _BEHIND:
        waiting = _headed(waiting).filter(head_stage__isnull=True)
    elif stage or cause:
        waiting = waiting.filter(stage=stage, cause=cause)
    if subject:
        waiting = waiting.filter(subject=subject)
    rows = waiting.select_related("route").order_by("position")
    return tuple(map(parked_view, rows[start : start + limit])), waiting.count()


def parked_message(parked: uuid.UUID) -> ParkedMessage:
    """Return one message that waits or waited.

    Raises:
        NotFound: if there is none.
    """
    row = Parked.objects.filter(id=parked).select_related("route").first()
    if row is None:
        raise NotFound("No such message waits", fix="See what is parked")
    return parked_view(row)


def parked_view(row: Parked) -> ParkedMessage:
    """Return a parked message as people see it."""
    return ParkedMessage(
        row.id, row.route.code, row.position, row.subject, row.state, row.stage, row.cause,
        row.attempts, row.parked_at, row.due_at, row.settled_at, row.settled_by, row.reason,
    )  # fmt: skip


def stream_of(route: Route) -> QuerySet[Message]:
    """Return the messages that a route carries."""
    return Message.objects.filter(
        contract=route.contract, system=route.source_id, refused=""
    )  # fmt: skip


def _of(employer: uuid.UUID | None, system: str, path: str = "") -> Q:
    """Return the condition by which routes, or what has one, are an employer's or a system's."""
    asked = Q()
    if employer is not None:
        asked &= Q(**{f"{path}source__employer": employer}) | Q(
            **{f"{path}receiver__employer": employer}
        )
    if system:
        asked &= Q(**{f"{path}source__code": system}) | Q(**{f"{path}receiver__code": system})
    return asked


def _open(employer: uuid.UUID | None, system: str, route: str) -> QuerySet[Parked]:
    waiting = Parked.objects.filter(_of(employer, system, "route__"), state__in=OPEN)
    return waiting.filter(route__code=route) if route else waiting


def _headed(waiting: QuerySet[Parked]) -> QuerySet[Any, Any]:
    """Return what only waits for another message of its subject, with what that one waits for."""
    # By a sum, not by the position itself: else SQLite goes by an index of positions, through all
    # that ever waited, for each of them.
    heads = Parked.objects.filter(
        route=OuterRef("route"), subject=OuterRef("subject"), state__in=OPEN
    ).exclude(stage=_BEHIND).order_by(F("position") + 0)  # fmt: skip
    return waiting.filter(stage=_BEHIND).annotate(
        head_stage=Subquery(heads.values("stage")[:1]),
        head_cause=Subquery(heads.values("cause")[:1]),
        head_state=Subquery(heads.values("state")[:1]),
    )


def _cause(group: Mapping[str, Any], behind: Mapping[_Key, int]) -> ParkedCause:
    cause = group.get("cause", "")
    key = (group["route__code"], group["stage"], cause, group["state"])
    return ParkedCause(
        route=group["route__code"], receiver=group["route__receiver__title"],
        owner=group["route__owner"], stage=group["stage"], cause=cause,
        retrying=group["state"] == ParkedState.RELEASED, messages=group["messages"],
        subjects=group["subjects"], behind=behind.get(key, 0), position=group["position"],
        since=group["since"],
    )  # fmt: skip


def _views(found: QuerySet[Route], now: dt.datetime) -> tuple[RouteView, ...]:
    rows = list(found.select_related("source", "receiver", "agreement", "endpoint"))
    ids = [row.id for row in rows]
    cursors: dict[uuid.UUID, list[Cursor]] = defaultdict(list)
    for cursor in Cursor.objects.filter(route__in=ids).order_by("shard"):
        cursors[cursor.route_id].append(cursor)
    waiting: dict[uuid.UUID, Mapping[str, Any]] = {
        one["route"]: one
        for one in Parked.objects.filter(route__in=ids, state__in=OPEN)
        .values("route")
        .annotate(
            parked=Count("id", filter=~Q(state=ParkedState.RELEASED)),
            subjects=Count("subject", filter=~Q(state=ParkedState.RELEASED), distinct=True),
            retrying=Count("id", filter=Q(state=ParkedState.RELEASED)),
        )
    }
    rates = _rates(ids, now)
    return tuple(
        _view(row, cursors[row.id], waiting.get(row.id, {}), rates.get(row.id, {}), legal_day(now))
        for row in rows
    )


def _rates(ids: Sequence[uuid.UUID], now: dt.datetime) -> dict[uuid.UUID, Mapping[str, Any]]:
    """Return how many messages each route handed over in the last hour and day."""
    lately = Delivery.objects.filter(route__in=ids, handed_at__gt=now - _DAY)
    summed = lately.values("route").annotate(
        hour=Sum("messages", filter=Q(handed_at__gt=now - _HOUR)), day=Sum("messages")
    )
    return {one["route"]: one for one in summed}


def _view(
    row: Route, cursors: Sequence[Cursor], waiting: Mapping[str, Any], rate: Mapping[str, Any],
    today: dt.date,
) -> RouteView:  # fmt: skip
    behind, oldest = _lag(row, cursors)
    stopped = [why] if (why := _stopped(row, today)) else []
    receiver, agreement = row.receiver, row.agreement
    assert receiver is not None
    return RouteView(
        code=row.code, contract=row.contract,
        sender=row.source.code, sender_title=row.source.title, sender_employer=row.source.employer,
        receiver=receiver.code, receiver_title=receiver.title, receiver_employer=receiver.employer,
        agreement=agreement.code if agreement else "",
        agreement_title=agreement.title if agreement else "",
        kind=row.endpoint.kind if row.endpoint else "",
        owner=row.owner, enabled=row.enabled, paused=row.paused, held=row.held,
        approver=row.approver, most_touched=row.most_touched, most_ending=row.most_ending,
        blocked="; ".join(dict.fromkeys(
            stopped or [one.blocked for one in cursors if one.blocked]
        )),
        attempts=max((one.attempts for one in cursors), default=0),
        retry_at=_first(one.retry_at for one in cursors if one.blocked),
        shards=row.shards, translation_version=row.translation_version,
        position=min((one.position for one in cursors), default=-1),
        behind=behind, oldest=oldest,
        parked=waiting.get("parked", 0), subjects=waiting.get("subjects", 0),
        retrying=waiting.get("retrying", 0),
        last_hour=rate.get("hour") or 0, last_day=rate.get("day") or 0,
    )  # fmt: skip


def _stopped(row: Route, today: dt.date) -> str:
    """Return why the agreement of a route that is switched on lets nothing flow now; "" if it does.

    A route that has nothing to carry was not told yet.
    """
    agreement = row.agreement
    if agreement is None or not row.enabled:
        return ""
    over = any(day is not None and day <= today for day in (agreement.ends, agreement.ended_on))
    if agreement.suspended_at is None and not over:
        return ""
    found = permission(row, fields=frozenset(), on=today)
    return "" if found.allowed else found.because


def _lag(row: Route, cursors: Sequence[Cursor]) -> tuple[int, dt.datetime | None]:
    """Return how many messages wait for their turn, and since when the oldest does."""
    behind, came = 0, list[dt.datetime | None]()
    for cursor in cursors:
        ahead = stream_of(row).filter(position__gt=cursor.position)
        if row.shards > 1:
            ahead = ahead.annotate(part=F("shard") % row.shards).filter(part=cursor.shard)
        first = ahead.order_by("position").values_list("received_at", flat=True).first()
        if first is not None:
            behind += ahead.order_by("position")[:COUNTED].count()
            came.append(first)
    return min(behind, COUNTED), _first(came)


def backlog(route: Route, most: int) -> int:
    """Return how many messages wait for their turn on a route, counted up to ``most``."""
    ahead = Q(pk__in=[])
    for cursor in route.cursors.all():
        later = Q(position__gt=cursor.position)
        if route.shards > 1:
            later &= Q(part=cursor.shard)
        ahead |= later
    stream = stream_of(route)
    if route.shards > 1:
        stream = stream.annotate(part=F("shard") % route.shards)
    return stream.filter(ahead).order_by("position")[:most].count()


def _first(moments: Iterable[dt.datetime | None]) -> dt.datetime | None:
    return min((one for one in moments if one is not None), default=None)


def handed_over() -> dict[str, tuple[int, int]]:
    """Return how many messages, and in how many shipments, each route ever handed over."""
    counted = Delivery.objects.values("route__code").annotate(
        messages=Sum("messages"), shipments=Count("id"), last=Max("last")
    )
    return {one["route__code"]: (one["messages"], one["shipments"]) for one in counted}
