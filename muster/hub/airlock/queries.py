"""Questions about trials: how far each is, in what it differs, and what two values were."""

import datetime as dt
import difflib
import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from muster.hub.airlock.looking import refuse_without_agreement, routes_with_agreement
from muster.hub.blobs import unseal
from muster.hub.delivering.queries import stream_of
from muster.hub.models import (
    ContractRevision,
    Message,
    Route,
    Trial,
    TrialDifference,
    TrialKind,
    TrialState,
)
from muster.hub.subjects import about
from muster.kernel.clock import Clock
from muster.kernel.errors import NotFound, Where
from muster.ledger.current import ledger

COUNTED = 10_000


@dataclass(frozen=True)
class KindView:
    """One kind of difference; see ``comparing``. No value of a message stands in it."""

    id: int
    field: str
    kind: str
    said: str
    messages: int
    first: int
    last: int
    accepted_at: dt.datetime | None
    accepted_by: str
    accepted_because: str


@dataclass(frozen=True)
class TrialView:
    """A trial, how far it is and what it found; ``ahead`` counts up to ``COUNTED``."""

    id: uuid.UUID
    route: str
    route_id: uuid.UUID
    contract: str
    sender: str
    receiver: str
    employers: frozenset[uuid.UUID]
    state: str
    fresh: bool
    revision: int | None
    translation: str
    against: int
    reason: str
    began_at: dt.datetime
    began_by: str
    first: int
    position: int
    looked: int
    alike: int
    ahead: int
    fault: str
    settled_at: dt.datetime | None
    settled_by: str
    settled_because: str
    kinds: tuple[KindView, ...]

    @property
    def waiting(self) -> int:
        """How many kinds of difference nobody accepted yet."""
        return sum(one.accepted_at is None for one in self.kinds)


@dataclass(frozen=True)
class DetailView:
    """What live and the trial make of one message; ``gone`` if the message was erased."""

    position: int
    live: Any
    trial: Any
    gone: bool = False


@dataclass(frozen=True)
class TriedRoute:
    """A route on which a trial can begin, and its live translation."""

    id: uuid.UUID
    code: str
    contract: str
    sender: str
    receiver: str
    employers: frozenset[uuid.UUID]
    translation: str
    version: int
    enabled: bool
    drafts: tuple[int, ...]
    trial: uuid.UUID | None


def trials(*, employer: uuid.UUID | None = None, limit: int = 100) -> tuple[TrialView, ...]:
    """Return trials, those that run first, then the latest.

    Args:
        employer: only on routes from or to systems of this employer.
        limit: how many at most.
    """
    found = Trial.objects.filter(_of(employer, "route__")).order_by("-began_at")[:limit]
    rows = found.select_related("route__source", "route__receiver", "revision")
    views = [_view(row) for row in rows]
    return tuple(sorted(views, key=lambda one: one.state != TrialState.RUNNING))


def trial(trial: uuid.UUID) -> TrialView:
    """Return one trial.

    Raises:
        NotFound: if there is none.
    """
    rows = Trial.objects.select_related("route__source", "route__receiver", "revision")
    row = rows.filter(id=trial).first()
    if row is None:
        raise NotFound("No such trial", where=Where(thing=str(trial)), fix="See the trials")
    return _view(row)


def details(
    kind: int, *, clock: Clock, without: Collection[str] = (), start: int = 0, limit: int = 50
) -> tuple[tuple[DetailView, ...], int]:
    """Return what both sides make of the messages of a kind, and how many are kept.

    For those alone who may read what messages say; ``without`` are ends of subjects whose
    messages are left out.

    Raises:
        NotPermitted: if the route's agreement does not let anything flow today.
    """
    route = routes_with_agreement().filter(trials__kinds=kind).first()
    if route is None:
        return (), 0
    refuse_without_agreement(route, None, clock)
    found = TrialDifference.objects.filter(kind=kind).order_by("position")
    if without:
        left_out = about(Message.objects.filter(position=OuterRef("position")), without)
        found = found.filter(~Exists(left_out))
    return tuple(map(_detail, found[start : start + limit])), found.count()


def tried_routes(*, employer: uuid.UUID | None = None) -> tuple[TriedRoute, ...]:
    """Return the routes to other systems on which a trial can begin, by code."""
    found = Route.objects.filter(_of(employer), receiver__isnull=False).order_by("code")
    return tuple(map(_tried, found.select_related("source", "receiver")))


def tried_route(code: str) -> TriedRoute:
    """Return one of them.

    Raises:
        NotFound: if there is none.
    """
    rows = Route.objects.filter(code=code, receiver__isnull=False)
    row = rows.select_related("source", "receiver").first()
    if row is None:
        raise NotFound("No such route", where=Where(thing=code), fix="See the routes page")
    return _tried(row)


def changed_lines(before: str, after: str) -> tuple[str, ...]:
    """Return the lines by which two translations differ, each with + or - before it."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    return tuple(line for line in lines if not line.startswith(("---", "+++")))


def _of(employer: uuid.UUID | None, path: str = "") -> Q:
    if employer is None:
        return Q()
    return Q(**{f"{path}source__employer": employer}) | Q(**{f"{path}receiver__employer": employer})


def _tried(row: Route) -> TriedRoute:
    assert row.receiver is not None
    drafts = ContractRevision.objects.filter(
        name=row.contract, accepted_at__isnull=True, retired_at__isnull=True
    )
    running = Trial.objects.filter(route=row, state=TrialState.RUNNING)
    return TriedRoute(
        row.id, row.code, row.contract, row.source.title, row.receiver.title, _employers(row),
        row.translation, row.translation_version, row.enabled,
        tuple(drafts.order_by("revision").values_list("revision", flat=True)),
        running.values_list("id", flat=True).first(),
    )  # fmt: skip


def _employers(row: Route) -> frozenset[uuid.UUID]:
    owners = (row.source.employer, row.receiver.employer if row.receiver else None)
    return frozenset(one for one in owners if one is not None)


def _view(row: Trial) -> TrialView:
    route = row.route
    assert route.receiver is not None
    ahead = 0
    if row.state == TrialState.RUNNING:
        left = stream_of(route).filter(position__gt=row.position).order_by("position")
        ahead = left[:COUNTED].count()
    return TrialView(
        id=row.id, route=route.code, route_id=route.id,
        contract=route.contract, sender=route.source.title,
        receiver=route.receiver.title, employers=_employers(route), state=row.state,
        fresh=row.fresh, revision=row.revision.revision if row.revision else None,
        translation=row.translation, against=row.against, reason=row.reason,
        began_at=row.began_at, began_by=row.began_by, first=row.first, position=row.position,
        looked=row.looked, alike=row.alike, ahead=ahead, fault=row.fault,
        settled_at=row.settled_at, settled_by=row.settled_by, settled_because=row.settled_because,
        kinds=tuple(map(_kind, TrialKind.objects.filter(trial=row).order_by("-messages", "id"))),
    )  # fmt: skip


def _kind(row: TrialKind) -> KindView:
    return KindView(
        row.id, row.field, row.kind, row.said, row.messages, row.first, row.last, row.accepted_at,
        row.accepted_by, row.accepted_because,
    )  # fmt: skip


def _detail(row: TrialDifference) -> DetailView:
    cipher = ledger().cipher_by_id(row.key)
    if cipher is None:
        return DetailView(row.position, None, None, gone=True)
    opened = unseal(cipher, bytes(row.sealed), what=f"a difference at position {row.position}")
    live, tried = json.loads(opened)
    return DetailView(row.position, live, tried)
