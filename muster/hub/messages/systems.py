"""Questions about systems: how each is spoken to and whether it answers, and what it sends."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from muster.hub.models import Agreement, Endpoint, Message, Route, System
from muster.kernel.errors import NotFound, Where


@dataclass(frozen=True)
class EndpointView:
    """How a system is spoken to, and what it said when it was last asked; ``ready`` None: never."""

    kind: str
    tried_at: dt.datetime | None
    ready: bool | None
    said: str


@dataclass(frozen=True)
class SystemView:
    """A system. ``keys`` counts those in force; ``last`` is when its latest message came."""

    code: str
    title: str
    kind: str
    employer: uuid.UUID | None
    endpoints: tuple[EndpointView, ...]
    keys: int
    sends: tuple[str, ...]
    receives: tuple[str, ...]
    last: dt.datetime | None


@dataclass(frozen=True)
class Page:
    """Some systems, and how many there are in all."""

    found: tuple[SystemView, ...]
    total: int


def systems(
    *, words: str = "", employer: uuid.UUID | None = None, start: int = 0, limit: int = 50
) -> Page:
    """Return systems by code.

    Args:
        words: only those with this in code or title.
        employer: only those this employer owns.
        start: how many to leave out.
        limit: how many at most.
    """
    found = _systems()
    if employer is not None:
        found = found.filter(employer=employer)
    if words:
        found = found.filter(Q(code__icontains=words) | Q(title__icontains=words))
    rows = found.order_by("code")[start : start + limit]
    return Page(tuple(map(_view, rows)), found.count())


def system(code: str) -> SystemView:
    """Return one system.

    Raises:
        NotFound: if there is none.
    """
    found = _systems().filter(code=code).first()
    if found is None:
        raise NotFound("No such system", where=Where(thing=code), fix="See the systems page")
    return _view(found)


def _systems() -> QuerySet[System]:
    live = Count("keys", filter=Q(keys__revoked_at__isnull=True))
    return System.objects.annotate(live=live).prefetch_related("endpoints")


def _view(row: System) -> SystemView:
    sends = set(Agreement.objects.filter(sender=row).values_list("contract", flat=True))
    taking = Route.objects.filter(receiver=row).values_list("contract", flat=True)
    return SystemView(
        code=row.code, title=row.title, kind=row.kind, employer=row.employer,
        endpoints=tuple(map(_endpoint, row.endpoints.all())),
        keys=row.live,  # type: ignore[attr-defined]  # annotated above
        sends=tuple(sorted(sends)), receives=tuple(sorted(set(taking))),
        last=max(filter(None, (_last(row, contract) for contract in sends)), default=None),
    )  # fmt: skip


def _endpoint(row: Endpoint) -> EndpointView:
    return EndpointView(row.kind, row.tried_at, row.ready, row.said)


def _last(row: System, contract: str) -> dt.datetime | None:
    stream = Message.objects.filter(contract=contract, system=row).order_by("-position")
    return stream.values_list("received_at", flat=True).first()
