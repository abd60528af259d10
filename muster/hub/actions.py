"""The hub's verbs: take files in, release rows from quarantine, agree, open routes."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from muster.connectors.contract import Connector, Offer, Skipped
from muster.hub.agreements import AgreementTerms
from muster.hub.batch import Batch
from muster.hub.landing import Asked, Read
from muster.hub.mending.releasing import release_rows, waiting_rows
from muster.hub.models import Agreement, Intake, Landing, LandingState, Route, System
from muster.hub.queries import Progress, progress_of
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import NotFound, Where
from muster.ledger.current import ledger

# Files are worked on together up to this many bytes: enough to make column work pay, little
# enough to keep memory and the write transaction small.
_BATCH_BYTES = 6 * 1024 * 1024
_BATCH_FILES = 200


@dataclass(frozen=True)
class Taken:
    """What an intake came to: the files that were new, and those that were here already."""

    intake: Progress
    fresh: tuple[uuid.UUID, ...]
    known: tuple[uuid.UUID, ...]


def begin_intake(*, name: str, by: str, clock: Clock, size: int = 0) -> uuid.UUID:
    """Open an intake, so that its progress can be followed; ``size`` is its bytes, if known."""
    return Intake.objects.create(
        name=name, started_at=clock.now(), started_by=by, bytes_total=size
    ).id


def take_in(
    connector: Connector,
    read: Read,
    *,
    intake: uuid.UUID,
    by: str,
    clock: Clock,
    route: str | None = None,
    as_at: dt.date | None = None,
    among: Collection[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Taken:
    """Land, map and deliver everything a connector holds out; return what came of it.

    The same file again (same route, as-at date and bytes) changes nothing. A file for what an
    earlier file of the route covered takes its place.

    Args:
        connector: the system to pull from.
        read: reads its bytes as rows.
        intake: opened by ``begin_intake``.
        by: who takes the files in.
        clock: stamps landings.
        route: the route's code, where layout and folder do not tell.
        as_at: the date the files speak of, where their names do not tell.
        among: the codes of the routes that the sender may use; any if not given.
        progress: called after every batch.
    """
    open_routes = Route.to_register.filter(enabled=True)
    if among is not None:
        open_routes = open_routes.filter(code__in=among)
    routes = tuple(open_routes.select_related("source", "agreement__sender"))
    asked = Asked(routes, legal_day(clock.now()), route, as_at)
    row = Intake.objects.get(id=intake)
    fresh: list[uuid.UUID] = []
    known: list[uuid.UUID] = []
    for offers in _batches(connector.pull(), row):
        batch = Batch(offers, read, asked, row, by, clock)
        batch.run()
        fresh += batch.fresh
        known += batch.known
        if progress is not None:
            progress(progress_of(row))
    row.finished_at, row.doing, row.bytes_in_hand = clock.now(), "", 0
    row.save()
    return Taken(progress_of(row), tuple(fresh), tuple(known))


def release(
    landings: Sequence[uuid.UUID], read: Read, *, cause: str | None = None, by: str, clock: Clock
) -> int:
    """Work through quarantined rows again, now that something was mended; return how many went on.

    Reads the exact bytes of each landing again; rows that still fail stay, with their new reason.
    Nothing goes on without an agreement in force, or where another release was faster.

    Args:
        landings: whose rows to work through.
        read: reads the bytes as rows.
        cause: only rows quarantined for this cause.
        by: who released them.
        clock: stamps the evidence.

    Raises:
        NotFound: if the bytes of a landing were erased.
    """
    chosen = Landing.objects.filter(id__in=landings, state=LandingState.ACCEPTED)
    return sum(
        release_rows(landing, lambda one: waiting_rows(one, cause), read, by=by, clock=clock)
        for landing in chosen.select_related("route")
    )


def open_system(*, code: str, title: str, kind: str, employer: uuid.UUID | None) -> System:
    """Register a system that sends files; the same code again keeps the one there is."""
    system, _ = System.objects.get_or_create(
        code=code, defaults={"title": title, "kind": kind, "employer": employer}
    )
    return system


@transaction.atomic
def open_route(
    *,
    code: str,
    terms: AgreementTerms,
    title: str,
    purpose: str,
    lawful_basis: str,
    retention: str,
    processors: Sequence[str] = (),
    signatories: Sequence[str] = (),
    by: str,
) -> Route:
    """Make an agreement and the route it permits; the same code again changes nothing.

    Raises:
        NotFound: if the sending system is not registered.
    """
    existing = Route.objects.filter(code=code).first()
    if existing is not None:
        return existing
    sender = System.objects.filter(code=terms.sender).first()
    if sender is None:
        raise NotFound(
            "No such system", where=Where(thing=terms.sender), fix="Register the system first"
        )
    agreement = Agreement.objects.create(
        code=terms.code,
        title=title,
        contract=terms.contract,
        sender=sender,
        receiver=terms.receiver,
        fields=sorted(terms.fields),
        purpose=purpose,
        lawful_basis=lawful_basis,
        retention=retention,
        processors=list(processors),
        signatories=list(signatories),
        starts=terms.starts,
        ends=terms.ends,
    )
    route = Route.objects.create(
        code=code, contract=terms.contract, source=sender, agreement=agreement
    )
    body = {"agreement": terms.code, "route": code, "purpose": purpose, "by": by}
    ledger().append_one("decisions", "muster.hub.route.opened.v1", f"route:hub:{code}", body)
    return route


def _batches(pulled: Iterable[Offer | Skipped], intake: Intake) -> Iterable[list[Offer]]:
    batch: list[Offer] = []
    size = 0
    for item in pulled:
        if isinstance(item, Skipped):
            intake.skipped.append({"name": item.name, "why": item.why})
            continue
        batch.append(item)
        size += len(item.content)
        del item  # the batch lets go of the bytes once they are kept
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
