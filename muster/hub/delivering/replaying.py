"""Handing messages over once more, because somebody asks for it: a receiver lost what it had.

A replay names which messages and why. Each is handed over as it was the first time, under today's
agreement and translation, and links to what it repeats. Only what was handed over before can be
replayed: what still waits comes in its turn.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Min

from muster.hub.models import Cursor, Delivery, Message, Replay, ReplayFailure, Route
from muster.hub.subjects import not_about
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, NotFound, Where
from muster.ledger.current import ledger

ASKED = "muster.hub.replay.asked.v1"
MOST = 100_000
"""So many messages are counted of a replay; more are more than anybody looks at."""


@dataclass(frozen=True)
class ReplayPlan:
    """What a replay would hand over: positions ``first`` to ``last``, ``messages`` of them.

    ``messages`` stops at ``MOST``.
    """

    first: int
    last: int
    messages: int


@dataclass(frozen=True)
class ReplayView:
    """A replay and how far it is: ``handed`` messages went, ``failed`` ones could not."""

    id: uuid.UUID
    first: int
    last: int
    subject: str
    correlation: str
    reason: str
    asked_at: dt.datetime
    asked_by: str
    done_at: dt.datetime | None
    position: int
    handed: int
    failed: int


@dataclass(frozen=True)
class Failure:
    """A message that a replay could not hand over, and why; no personal value stands in it."""

    replay: uuid.UUID
    position: int
    stage: str
    cause: str
    failed_at: dt.datetime
    reason: str
    by: str


def plan(
    route: str,
    *,
    first: int | None = None,
    last: int | None = None,
    subject: str = "",
    correlation: str = "",
    without: Collection[str] = (),
) -> ReplayPlan:
    """Return what a replay would hand over; nothing is changed.

    Args:
        route: the route's code.
        first: the first position; from the beginning if not given.
        last: the last position; up to what was handed over if not given.
        subject: only messages of this subject.
        correlation: only messages of this case.
        without: ends of subjects that are answered as those of no message; see ``subjects``.

    Raises:
        BadInput: if nothing is chosen, or nothing of it was handed over yet.
        NotFound: if there is no such route.
    """
    found = _route(route)
    if first is None and last is None and not (subject or correlation):
        raise BadInput(
            "It is not said what to replay", where=Where(field="first"),
            fix="Name positions, a subject or a case",
        )  # fmt: skip
    handed = Cursor.objects.filter(route=found).aggregate(to=Min("position"))["to"]
    end = min(_or(last, handed), _or(handed, -1))
    messages = Message.objects.filter(
        contract=found.contract, system=found.source_id, refused="",
        position__gte=max(_or(first, 0), 0), position__lte=end,
    )  # fmt: skip
    if subject:
        messages = not_about(messages.filter(subject=subject), without)
    if correlation:
        messages = messages.filter(correlation=correlation)
    positions = messages.order_by("position").values_list("position", flat=True)
    begin, finish = positions.first(), positions.last()
    if begin is None or finish is None:
        raise BadInput(
            "None of these messages was handed over on this route yet", where=Where(thing=route),
            fix="Choose messages that were; what waits comes in its turn",
        )  # fmt: skip
    return ReplayPlan(begin, finish, positions[:MOST].count())


@transaction.atomic
def replay(
    route: str,
    *,
    first: int | None = None,
    last: int | None = None,
    subject: str = "",
    correlation: str = "",
    reason: str,
    by: str,
    clock: Clock,
) -> uuid.UUID:
    """Ask for messages to be handed over once more; return the replay's id.

    Args:
        route: the route's code.
        first: see ``plan``, as for the next three.
        last: the last position.
        subject: only messages of this subject.
        correlation: only messages of this case.
        reason: why; it is recorded.
        by: who asks.
        clock: stamps it.

    Raises:
        BadInput: as for ``plan``, or without a reason.
        NotFound: if there is no such route.
    """
    if not reason.strip():
        raise BadInput("There is no reason", where=Where(field="reason"), fix="Say why")
    planned = plan(route, first=first, last=last, subject=subject, correlation=correlation)
    row = Replay.objects.create(
        route=_route(route), first=planned.first, last=planned.last, subject=subject,
        correlation=correlation, reason=reason, asked_at=clock.now(), asked_by=by,
        position=planned.first - 1,
    )  # fmt: skip
    body = {
        "replay": str(row.id), "first": planned.first, "last": planned.last, "subject": subject,
        "correlation": correlation, "messages": planned.messages, "reason": reason, "by": by,
    }  # fmt: skip
    ledger().append_one("decisions", ASKED, f"route:hub:{route}", body)
    return row.id


def replays(route: str, *, limit: int = 20) -> tuple[ReplayView, ...]:
    """Return the replays of a route, the latest first."""
    rows = Replay.objects.filter(route__code=route).order_by("-asked_at")[:limit]
    return tuple(map(_view, rows))


def replay_view(route: str, replay: uuid.UUID) -> ReplayView:
    """Return one replay of a route; ``NotFound`` if there is none."""
    row = Replay.objects.filter(route__code=route, id=replay).first()
    if row is None:
        raise NotFound("No such replay", where=Where(thing=route), fix="See the route's page")
    return _view(row)


def failures(
    *, replay: uuid.UUID | None = None, route: str = "", position: int | None = None,
    start: int = 0, limit: int = 50,
) -> tuple[Failure, ...]:  # fmt: skip
    """Return messages that replays could not hand over, in order.

    Args:
        replay: only of this replay.
        route: only of replays of this route.
        position: only this message.
        start: how many to leave out.
        limit: how many at most.
    """
    rows = ReplayFailure.objects.select_related("replay").order_by("replay__asked_at", "position")
    if replay is not None:
        rows = rows.filter(replay=replay)
    if route:
        rows = rows.filter(replay__route__code=route)
    if position is not None:
        rows = rows.filter(position=position)
    return tuple(
        Failure(one.replay_id, one.position, one.stage, one.cause, one.failed_at,
                one.replay.reason, one.replay.asked_by)
        for one in rows[start : start + limit]
    )  # fmt: skip


def _view(row: Replay) -> ReplayView:
    shipments = Delivery.objects.filter(route=row.route_id, again=row.id)
    return ReplayView(
        row.id, row.first, row.last, row.subject, row.correlation, row.reason, row.asked_at,
        row.asked_by, row.done_at, row.position,
        sum(shipments.values_list("messages", flat=True)), row.failures.count(),
    )  # fmt: skip


def _route(code: str) -> Route:
    found = Route.objects.filter(code=code, receiver__isnull=False).first()
    if found is None:
        raise NotFound("No such route", where=Where(thing=code), fix="See the routes page")
    return found


def _or(value: int | None, otherwise: int | None) -> int:
    return value if value is not None else (otherwise if otherwise is not None else -1)
