"""Questions about feeds: what came in, what became of it, what waits and why."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from muster.hub.blobs import blobs
from muster.hub.four_eyes import senders_of
from muster.hub.models import Intake, Landing, LandingState, QuarantinedRow, Route
from muster.hub.quarantine_queries import (
    Cause,
    Quarantined,
    causes,
    count_quarantined,
    landings_waiting_for,
    quarantined,
)
from muster.kernel.errors import NotFound, Where
from muster.ledger.current import ledger
from muster.ledger.port import Entry

# What waits and why is asked with the rest of what became of feeds.
__all__ = [
    "SORTS", "Cause", "Figures", "LandingView", "Page", "Progress", "Quarantined", "causes",
    "count_quarantined", "evidence_of", "exact_bytes", "figures", "intake", "intakes", "landing",
    "landings", "landings_by_id", "landings_waiting_for", "progress_of", "quarantined",
    "replaced_by", "route_exists", "states",
]  # fmt: skip
# How much of the work on a file is done when this begins, as measured on large files.
_WORTH = {"reading": 0.05, "checking": 0.3, "writing": 0.5}
SORTS = {
    "received": "received_at",
    "name": "name",
    "as_at": "as_at",
    "state": "state",
    "rows": "rows",
    "quarantined": "quarantined",
}


@dataclass(frozen=True)
class LandingView:
    """One landed file and its fate; see ``models.Landing``. Totals are in the contract's unit."""

    id: uuid.UUID
    name: str
    route: str
    source: str
    system: str
    employer: uuid.UUID | None
    layout: str
    contract: str
    as_at: dt.date | None
    sha256: str
    size: int
    read_as: str
    received_at: dt.datetime
    received_by: str
    senders: frozenset[str]
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
    sheets: tuple[str, ...]
    unpivoted: bool
    aside: Mapping[str, int]
    full: bool
    waits_for: str
    effect: Mapping[str, int]
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
    system: str = "",
    by: str = "",
    as_at: dt.date | None = None,
    waiting: bool = False,
    intake: uuid.UUID | None = None,
    sort: str = "-received",
    start: int = 0,
    limit: int = 25,
) -> Page:
    """Return landings by state, words in the name, route, owner, date or intake.

    Args:
        state: a ``LandingState``.
        words: text in the file's name.
        route: the route's code.
        employer: only feeds of systems this employer owns,
        system: only feeds of the system with this code,
        by: and files without a route that this actor sent, whoever owns them.
        as_at: only feeds that speak of this day.
        waiting: only feeds with rows in quarantine.
        intake: only what one intake brought.
        sort: a key of ``SORTS``, after a minus sign from large to small.
        start: how many to leave out.
        limit: how many to return.
    """
    column, minus = SORTS[sort.removeprefix("-")], "-" if sort.startswith("-") else ""
    found = _landings().order_by(f"{minus}{column}", f"{minus}id")
    if state:
        found = found.filter(state=state)
    if words:
        found = found.filter(name__icontains=words)
    if route:
        found = found.filter(route__code=route)
    found = _owned(found, employer, by)
    if system:
        found = found.filter(Q(route__source__code=system) | Q(route__isnull=True))
    if as_at is not None:
        found = found.filter(as_at=as_at)
    if waiting:
        found = found.filter(quarantined__gt=0, state=LandingState.ACCEPTED)
    if intake is not None:
        found = found.filter(intake=intake)
    return Page(tuple(map(_view, found[start : start + limit])), found.count())


def replaced_by(landing_id: uuid.UUID) -> tuple[LandingView, ...]:
    """Return the landings whose place this one took."""
    return tuple(map(_view, _landings().filter(superseded_by=landing_id).order_by("received_at")))


def states(*, employer: uuid.UUID | None = None, by: str = "") -> dict[str, int]:
    """Return how many landings there are in each state; limited as in ``landings``."""
    found = _owned(Landing.objects.order_by(), employer, by)
    return dict(found.values_list("state").annotate(count=Count("id")))


def evidence_of(landing_id: uuid.UUID) -> tuple[Entry, ...]:
    """Return the entries of the exchange log about a landing, in order."""
    row = Landing.objects.get(id=landing_id)
    positions = ledger().store.positions_under("exchange", row.blob_key)
    return tuple(entry for at in positions for entry in ledger().read("exchange", at, 1))


def landings_by_id(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, LandingView]:
    """Return landings by id, however many."""
    found: dict[uuid.UUID, LandingView] = {}
    for start in range(0, len(ids), 500):
        for row in _landings().filter(id__in=ids[start : start + 500]):
            found[row.id] = _view(row)
    return found


@dataclass(frozen=True)
class Figures:
    """What a set of landings adds up to; files that were superseded count only as such."""

    files: int
    rows: int
    accepted: int
    quarantined: int
    total_in: int
    total_quarantined: int
    refused: int
    held: int
    superseded: int


def figures(ids: Sequence[uuid.UUID]) -> Figures:
    """Return what landings add up to. The quarantined total is summed over the rows themselves."""
    ids = list(dict.fromkeys(ids))
    found = landings_by_id(ids).values()
    states = Counter(view.state for view in found)
    views = [view for view in found if view.state != LandingState.SUPERSEDED]
    waiting = 0
    for start in range(0, len(ids), 500):
        part = QuarantinedRow.objects.filter(
            landing__in=ids[start : start + 500], landing__state=LandingState.ACCEPTED
        )
        waiting += part.aggregate(total=Sum("total"))["total"] or 0
    return Figures(
        files=len(found),
        rows=sum(view.rows for view in views),
        accepted=sum(view.accepted for view in views),
        quarantined=sum(view.quarantined for view in views),
        total_in=sum(view.total_in for view in views),
        total_quarantined=int(waiting),
        refused=states[LandingState.REFUSED],
        held=states[LandingState.HELD],
        superseded=states[LandingState.SUPERSEDED],
    )


def exact_bytes(landing_id: uuid.UUID) -> bytes:
    """Return a landing's bytes as received.

    Raises:
        NotFound: if they were erased.
        EvidenceBroken: if they were changed.
    """
    row = Landing.objects.get(id=landing_id)
    return blobs().read(row.id, ledger().cipher_by_id(row.blob_key))


@dataclass(frozen=True)
class Progress:
    """How far an intake is. ``files_found`` grows while a folder is read.

    ``doing`` is ``reading``, ``checking`` or ``writing`` while it runs, ``percent`` how much of
    the handed-in bytes is worked through; None if their number is not known.
    """

    id: uuid.UUID
    name: str
    started_by: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    files_found: int
    files_known: int
    files_done: int
    rows_done: int
    skipped: tuple[dict[str, str], ...]
    doing: str
    percent: int | None


def intakes(*, by: str = "", limit: int = 10) -> tuple[Progress, ...]:
    """Return the latest intakes, newest first; only those that ``by`` started if given."""
    found = Intake.objects.order_by("-started_at")
    return tuple(map(progress_of, (found.filter(started_by=by) if by else found)[:limit]))


def intake(intake_id: uuid.UUID) -> Progress:
    """Return one intake; ``NotFound`` if there is none."""
    row = Intake.objects.filter(id=intake_id).first()
    if row is None:
        raise NotFound("No such intake", where=Where(thing=str(intake_id)), fix="See the feeds")
    return progress_of(row)


def route_exists(code: str) -> bool:
    """Tell whether a route was opened."""
    return Route.objects.filter(code=code).exists()


def _landings() -> QuerySet[Landing]:
    return Landing.objects.select_related("route__source", "intake")


def _owned(found: QuerySet[Landing], employer: uuid.UUID | None, by: str) -> QuerySet[Landing]:
    """Keep to an employer's systems, and to files nobody's route took that ``by`` sent."""
    if employer is None:
        return found
    own = Q(route__source__employer=employer)
    return found.filter(own | Q(route__isnull=True, received_by=by) if by else own)


def _view(row: Landing) -> LandingView:
    plain = {
        name: getattr(row, name)
        for name in (
            "id", "name", "layout", "as_at", "sha256", "size", "read_as", "received_at",
            "received_by", "state", "said", "rows", "accepted", "quarantined", "blank", "total_in",
            "total_accepted", "total_quarantined", "unpivoted", "aside", "full", "waits_for",
        )
    }  # fmt: skip
    return LandingView(
        **plain,
        senders=senders_of(row),
        route=row.route.code if row.route else "",
        source=row.route.source.title if row.route else "",
        system=row.route.source.code if row.route else "",
        employer=row.route.source.employer if row.route else None,
        contract=row.route.contract if row.route else "",
        notes=tuple(row.notes),
        sheets=tuple(row.sheets),
        effect=row.effect or {},
        superseded_by=row.superseded_by_id,
    )


def progress_of(row: Intake) -> Progress:
    """Return an intake as it stands."""
    return Progress(
        row.id, row.name, row.started_by, row.started_at, row.finished_at, row.files_found,
        row.files_known, row.files_done, row.rows_done, tuple(row.skipped), row.doing,
        _percent(row),
    )  # fmt: skip


def _percent(row: Intake) -> int | None:
    """Return how much is done; a finished intake is done whatever its files were."""
    if row.finished_at is not None:
        return 100
    if not row.bytes_total:
        return None
    done = row.bytes_done + row.bytes_in_hand * _WORTH.get(row.doing, 0.0)
    return min(99, int(100 * done / row.bytes_total))
