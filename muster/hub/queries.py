"""Questions about feeds: what came in, what became of it, what waits and why."""

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from muster.hub.blobs import Blobs, unseal
from muster.hub.models import Agreement, Intake, Landing, LandingState, QuarantinedRow, Route
from muster.kernel.errors import NotFound, Where
from muster.kernel.running import settings
from muster.ledger.current import ledger


@dataclass(frozen=True)
class LandingView:
    """One landed file and its fate. Totals are control totals in the contract's unit."""

    id: uuid.UUID
    name: str
    route: str
    source: str
    employer: uuid.UUID | None
    layout: str
    contract: str
    as_at: dt.date | None
    sha256: str
    size: int
    read_as: str
    received_at: dt.datetime
    received_by: str
    state: str
    said: str
    rows: int
    accepted: int
    quarantined: int
    blank: int
    total_in: int
    total_accepted: int
    total_quarantined: int
    notes: tuple[str, ...]
    superseded_by: uuid.UUID | None


@dataclass(frozen=True)
class Page:
    """One page of landings, and how many there are in all."""

    found: tuple[LandingView, ...]
    total: int


def landing(landing_id: uuid.UUID) -> LandingView:
    """Return one landing.

    Raises:
        NotFound: if there is none.
    """
    row = _landings().filter(id=landing_id).first()
    if row is None:
        raise NotFound(
            "No such feed", where=Where(thing=str(landing_id)), fix="See the list of feeds"
        )
    return _view(row)


def landings(
    *,
    state: str = "",
    words: str = "",
    route: str = "",
    employer: uuid.UUID | None = None,
    as_at: dt.date | None = None,
    waiting: bool = False,
    start: int = 0,
    limit: int = 25,
) -> Page:
    """Return landings, newest first, by state, words in the name, route, owner or date.

    Args:
        state: a ``LandingState``.
        words: text in the file's name.
        route: the route's code.
        employer: only feeds of systems this employer owns.
        as_at: only feeds that speak of this day.
        waiting: only feeds with rows in quarantine.
        start: how many to leave out.
        limit: how many to return.
    """
    found = _landings().order_by("-received_at", "-id")
    if state:
        found = found.filter(state=state)
    if words:
        found = found.filter(name__icontains=words)
    if route:
        found = found.filter(route__code=route)
    if employer is not None:
        found = found.filter(route__source__employer=employer)
    if as_at is not None:
        found = found.filter(as_at=as_at)
    if waiting:
        found = found.filter(quarantined__gt=0, state=LandingState.ACCEPTED)
    return Page(tuple(map(_view, found[start : start + limit])), found.count())


def landings_by_id(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, LandingView]:
    """Return landings by id, however many."""
    found: dict[uuid.UUID, LandingView] = {}
    for start in range(0, len(ids), 500):
        for row in _landings().filter(id__in=ids[start : start + 500]):
            found[row.id] = _view(row)
    return found


@dataclass(frozen=True)
class Figures:
    """What a set of landings adds up to."""

    files: int
    rows: int
    accepted: int
    quarantined: int
    total_in: int
    total_quarantined: int
    refused: int
    held: int


def figures(ids: Sequence[uuid.UUID]) -> Figures:
    """Return what landings add up to. The quarantined total is summed over the rows themselves."""
    views = landings_by_id(ids).values()
    waiting = 0
    for start in range(0, len(ids), 500):
        part = QuarantinedRow.objects.filter(landing__in=ids[start : start + 500])
        waiting += part.aggregate(total=Sum("total"))["total"] or 0
    return Figures(
        files=len(views),
        rows=sum(view.rows for view in views),
        accepted=sum(view.accepted for view in views),
        quarantined=sum(view.quarantined for view in views),
        total_in=sum(view.total_in for view in views),
        total_quarantined=int(waiting),
        refused=sum(view.state == LandingState.REFUSED for view in views),
        held=sum(view.state == LandingState.HELD for view in views),
    )


@dataclass(frozen=True)
class Cause:
    """Rows that wait for the same reason. ``total`` is their control total."""

    cause: str
    field: str
    reason: str
    rows: int
    feeds: int
    total: int


def causes(
    *, landing_id: uuid.UUID | None = None, employer: uuid.UUID | None = None, reason: str = ""
) -> tuple[Cause, ...]:
    """Return why rows wait, the commonest cause first."""
    waiting = QuarantinedRow.objects.filter(landing__state=LandingState.ACCEPTED)
    if landing_id is not None:
        waiting = waiting.filter(landing=landing_id)
    if employer is not None:
        waiting = waiting.filter(landing__route__source__employer=employer)
    if reason:
        waiting = waiting.filter(reason=reason)
    grouped = waiting.values("cause", "field", "reason").annotate(
        rows=Count("id"), feeds=Count("landing", distinct=True), total=Sum("total")
    )
    return tuple(Cause(**row) for row in grouped.order_by("-rows", "cause"))


def landings_waiting_for(cause: str) -> list[uuid.UUID]:
    """Return the landings that have rows waiting for this cause."""
    waiting = QuarantinedRow.objects.filter(cause=cause, landing__state=LandingState.ACCEPTED)
    return list(waiting.values_list("landing", flat=True).distinct())


@dataclass(frozen=True)
class Quarantined:
    """One waiting row: where it stands, everything wrong with it, and its cells."""

    landing: uuid.UUID
    file: str
    row: int
    problems: tuple[dict[str, str], ...]
    cells: dict[str, str]


def quarantined(
    *, landing_id: uuid.UUID | None = None, cause: str = "", start: int = 0, limit: int = 50
) -> tuple[Quarantined, ...]:
    """Return waiting rows in file order, unsealed. Callers check access before they ask."""
    waiting = QuarantinedRow.objects.select_related("landing").order_by("landing_id", "row")
    if landing_id is not None:
        waiting = waiting.filter(landing=landing_id)
    if cause:
        waiting = waiting.filter(cause=cause)
    return tuple(map(_unsealed, waiting[start : start + limit]))


def exact_bytes(landing_id: uuid.UUID) -> bytes:
    """Return a landing's bytes as received.

    Raises:
        NotFound: if they were erased.
        EvidenceBroken: if they were changed.
    """
    row = Landing.objects.get(id=landing_id)
    return Blobs(settings().home / "blobs").read(row.id, ledger().cipher_by_id(row.blob_key))


@dataclass(frozen=True)
class Progress:
    """How far an intake is. ``files_found`` grows while a folder is read."""

    id: uuid.UUID
    name: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    files_found: int
    files_known: int
    files_done: int
    rows_done: int
    skipped: tuple[dict[str, str], ...]


def intakes(limit: int = 10) -> tuple[Progress, ...]:
    """Return the latest intakes, newest first."""
    return tuple(map(progress_of, Intake.objects.order_by("-started_at")[:limit]))


def intake(intake_id: uuid.UUID) -> Progress:
    """Return one intake; ``NotFound`` if there is none."""
    row = Intake.objects.filter(id=intake_id).first()
    if row is None:
        raise NotFound("No such intake", where=Where(thing=str(intake_id)), fix="See the feeds")
    return progress_of(row)


@dataclass(frozen=True)
class RouteView:
    """A route with its agreement and when it last brought something."""

    code: str
    contract: str
    source: str
    employer: uuid.UUID | None
    agreement: str
    purpose: str
    lawful_basis: str
    retention: str
    fields: tuple[str, ...]
    starts: dt.date | None
    ends: dt.date | None
    suspended: bool
    feeds: int
    first: dt.date | None
    last: dt.date | None


def route_exists(code: str) -> bool:
    """Tell whether a route was opened."""
    return Route.objects.filter(code=code).exists()


def routes() -> tuple[RouteView, ...]:
    """Return every route by code, with what it has brought."""
    settled = Q(landings__state=LandingState.ACCEPTED)
    found = Route.objects.select_related("source", "agreement").annotate(
        feeds=Count("landings", filter=settled),
        first=Min("landings__as_at", filter=settled),
        last=Max("landings__as_at", filter=settled),
    )
    return tuple(map(_route, found.order_by("code")))


def _route(row: Route) -> RouteView:
    terms = row.agreement or Agreement()
    return RouteView(
        code=row.code,
        contract=row.contract,
        source=row.source.title,
        employer=row.source.employer,
        agreement=terms.title,
        purpose=terms.purpose,
        lawful_basis=terms.lawful_basis,
        retention=terms.retention,
        fields=tuple(terms.fields or ()),
        starts=terms.starts,
        ends=terms.ends,
        suspended=terms.suspended_at is not None,
        feeds=row.feeds,  # type: ignore[attr-defined]  # annotated above
        first=row.first,  # type: ignore[attr-defined]
        last=row.last,  # type: ignore[attr-defined]
    )


def _landings() -> QuerySet[Landing]:
    return Landing.objects.select_related("route__source")


def _view(row: Landing) -> LandingView:
    plain = {
        name: getattr(row, name)
        for name in (
            "id", "name", "layout", "as_at", "sha256", "size", "read_as", "received_at",
            "received_by", "state", "said", "rows", "accepted", "quarantined", "blank", "total_in",
            "total_accepted", "total_quarantined",
        )
    }  # fmt: skip
    return LandingView(
        **plain,
        route=row.route.code if row.route else "",
        source=row.route.source.title if row.route else "",
        employer=row.route.source.employer if row.route else None,
        contract=row.route.contract if row.route else "",
        notes=tuple(row.notes),
        superseded_by=row.superseded_by_id,
    )


def progress_of(row: Intake) -> Progress:
    """Return an intake as it stands."""
    return Progress(
        row.id, row.name, row.started_at, row.finished_at, row.files_found, row.files_known,
        row.files_done, row.rows_done, tuple(row.skipped),
    )  # fmt: skip


def _unsealed(row: QuarantinedRow) -> Quarantined:
    cipher = ledger().cipher_by_id(row.landing.blob_key)
    if cipher is None:
        return Quarantined(row.landing_id, row.landing.name, row.row, (), {})
    body = json.loads(unseal(cipher, bytes(row.sealed), what=f"quarantined row {row.id}"))
    return Quarantined(
        row.landing_id, row.landing.name, row.row, tuple(body["problems"]), body["cells"]
    )
