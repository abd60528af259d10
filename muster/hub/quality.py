"""Questions about how good feeds are: what each supplier sent of each date, when, with how much
wrong.

A *supplier* is a system as it sends one contract: a route. What it sent of one as-at date is
counted together, whatever the number of files. Each question is one statement over all suppliers;
how many rows were wrong at first is read from the log, for files of which rows went on since.
"""

import datetime as dt
import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum

from muster.hub.delivery import DELIVERED
from muster.hub.expected import Rhythm
from muster.hub.intakes import intake_for
from muster.hub.models import Landing, LandingState, QuarantinedRow, Route
from muster.ledger.current import ledger

_STANDS = Q(state=LandingState.ACCEPTED)
_CAME = Q(state__in=(LandingState.ACCEPTED, LandingState.SUPERSEDED))
_STOPPED = Q(state__in=(LandingState.HELD, LandingState.REFUSED))


@dataclass(frozen=True)
class Supplier:
    """A system as it sends one contract: ``route`` and ``system`` are their codes.

    ``rhythm`` says when its feeds are due, if that was declared.
    """

    route: str
    system: str
    title: str
    contract: str
    contract_title: str
    employer: uuid.UUID | None
    rhythm: Rhythm | None


@dataclass(frozen=True)
class FeedCounts:
    """What a supplier sent of one as-at date; ``as_at`` is None for files of no known date.

    Rows are those of files that stand. ``wrong`` could not go on when they came, None where the
    evidence of that was erased; ``waiting`` cannot go on yet. ``came_at`` is when the first file
    that was taken in was received, None if none was; the same bytes taken in again, after they
    were withdrawn, came when they first came.
    """

    as_at: dt.date | None
    files: int
    rows: int
    wrong: int | None
    waiting: int
    resent: int
    withdrawn: int
    stopped: int
    came_at: dt.datetime | None


@dataclass(frozen=True)
class WaitingCause:
    """Why rows wait; ``cause`` may name a stated value, ``field`` and ``reason`` never do."""

    cause: str
    field: str
    reason: str
    rows: int


def suppliers(*, employer: uuid.UUID | None = None, route: str = "") -> tuple[Supplier, ...]:
    """Return suppliers by title; only an employer's, or the one of a route, if given."""
    known = Route.to_register.select_related("source", "expectation")
    found = known.order_by("source__title", "code")
    if employer is not None:
        found = found.filter(source__employer=employer)
    if route:
        found = found.filter(code=route)
    return tuple(map(_supplier, found))


def feed_counts(routes: Collection[str], *, since: dt.date) -> dict[str, tuple[FeedCounts, ...]]:
    """Return what each route brought of each date from ``since`` on, latest first.

    Files of no known date, which were stopped, come last.
    """
    grouped = (
        _landings(routes, since)
        .values("route__code", "as_at")
        .annotate(
            files=Count("id", filter=_STANDS),
            every_row=Sum("rows", filter=_STANDS, default=0),
            waits=Sum("quarantined", filter=_STANDS & ~_erased(), default=0),
            late=Sum("quarantined", filter=_STANDS, default=0),
            again=Count("id", filter=Q(state=LandingState.SUPERSEDED)),
            back=Count("id", filter=Q(state=LandingState.WITHDRAWN)),
            no=Count("id", filter=_STOPPED),
            came=Min("received_at", filter=_CAME),
        )
    )
    released, first = _released(routes, since), _first_came(routes, since)
    found: dict[str, list[FeedCounts]] = defaultdict(list)
    for one in grouped:
        key = (one["route__code"], one["as_at"])
        more = released.get(key, 0)
        wrong = None if more is None else one["late"] + more
        found[key[0]].append(
            FeedCounts(
                one["as_at"], one["files"], one["every_row"], wrong, one["waits"], one["again"],
                one["back"], one["no"], _earlier(one["came"], first.get(key)),
            )
        )  # fmt: skip
    latest = lambda one: one.as_at or dt.date.min  # noqa: E731
    return {route: tuple(sorted(feeds, key=latest, reverse=True)) for route, feeds in found.items()}


def causes_of(route: str, as_at: dt.date) -> tuple[WaitingCause, ...]:
    """Return why rows of a feed wait, the commonest cause first."""
    waiting = QuarantinedRow.objects.filter(
        landing__route__code=route, landing__as_at=as_at, landing__state=LandingState.ACCEPTED
    )
    erased = ledger().store.destroyed_keys()
    if erased:
        waiting = waiting.exclude(landing__blob_key__in=erased)
    grouped = waiting.values("cause", "field", "reason").annotate(count=Count("id"))
    return tuple(
        WaitingCause(one["cause"], one["field"], one["reason"], one["count"])
        for one in grouped.order_by("-count", "cause")
    )


def set_aside(route: str, *, since: dt.date) -> dict[dt.date, int]:
    """Return by date how many lines of a route's standing files are no records, such as totals."""
    found: dict[dt.date, int] = defaultdict(int)
    standing = _landings([route], since).filter(_STANDS).exclude(aside={})
    for as_at, aside in standing.values_list("as_at", "aside"):
        if as_at is not None:
            found[as_at] += sum(aside.values())
    return dict(found)


def settled_at(route: str, *, since: dt.date) -> dict[dt.date, dt.datetime | None]:
    """Return by date when the last row of a route's standing files was accepted.

    None while a row waits, and where the evidence was erased.
    """
    found: dict[dt.date, dt.datetime | None] = {}
    erased = set(ledger().store.destroyed_keys())
    for one in _landings([route], since).filter(_STANDS).exclude(as_at=None).order_by("id"):
        assert one.as_at is not None
        moment: dt.datetime | None = one.received_at
        if one.quarantined or one.blob_key in erased:
            moment = None
        elif one.parts > 1:
            moment = _evidence(one.id, one.blob_key, one.parts).last
        earlier = found.get(one.as_at, moment)
        found[one.as_at] = max(earlier, moment) if earlier and moment else None
    return found


def _supplier(row: Route) -> Supplier:
    stated = getattr(row, "expectation", None)
    return Supplier(
        row.code,
        row.source.code,
        row.source.title,
        row.contract,
        intake_for(row.contract).contract.title,
        row.source.employer,
        stated and Rhythm(stated.period, stated.days, stated.since, stated.until),
    )


def _landings(routes: Collection[str], since: dt.date) -> QuerySet[Landing]:
    known = Q(as_at__gte=since) | Q(as_at__isnull=True)
    return Landing.objects.filter(known, route__code__in=list(routes)).order_by()


def _erased() -> Q:
    return Q(blob_key__in=ledger().store.destroyed_keys())


@dataclass(frozen=True)
class _Evidence:
    """What the log says of one landing: rows wrong when it came, when rows last went on."""

    wrong: int
    last: dt.datetime


def _released(
    routes: Collection[str], since: dt.date
) -> Mapping[tuple[str, dt.date | None], int | None]:
    """Return by route and date how many rows went on after they had waited; None if unknown."""
    erased = set(ledger().store.destroyed_keys())
    found: dict[tuple[str, dt.date | None], int | None] = {}
    rows = _landings(routes, since).filter(_STANDS, parts__gt=1)
    for route, as_at, landing, key, parts, waits in rows.values_list(
        "route__code", "as_at", "id", "blob_key", "parts", "quarantined"
    ):
        before = found.get((route, as_at), 0)
        if key in erased or before is None:
            found[route, as_at] = None
            continue
        found[route, as_at] = before + _evidence(landing, key, parts).wrong - waits
    return found


def _first_came(
    routes: Collection[str], since: dt.date
) -> dict[tuple[str, dt.date | None], dt.datetime]:
    """Return by route and date when bytes first came that were withdrawn and taken in again."""
    same = {name: OuterRef(name) for name in ("route", "as_at", "sha256")}
    again = Exists(Landing.objects.filter(_CAME, **same))
    found = _landings(routes, since).filter(again, state=LandingState.WITHDRAWN)
    rows = found.values("route__code", "as_at").annotate(came=Min("received_at"))
    return {(one["route__code"], one["as_at"]): one["came"] for one in rows}


def _earlier(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    return min(one, other) if one and other else one


@lru_cache(maxsize=20_000)
def _evidence(landing: uuid.UUID, key: int, parts: int) -> _Evidence:
    """Return what the log says of a landing; it can never say anything else of so many parts."""
    log = ledger()
    positions = log.store.positions_under("exchange", key)
    entries = [entry for at in positions for entry in log.read("exchange", at, 1)]
    delivered = [entry for entry in entries if entry.type == DELIVERED]
    first = json.loads(delivered[0].body or b"{}")
    return _Evidence(first["quarantined"], delivered[-1].recorded_at)
