"""The hub's verbs: take files in, release rows from quarantine, agree, open routes."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from django.db import transaction
from django.db.models import F

from muster.connectors.contract import Connector, Offer, Skipped, Table
from muster.hub.agreements import AgreementTerms
from muster.hub.blobs import Blobs
from muster.hub.delivery import Delivery, hand_over, work_out
from muster.hub.intakes import Feed
from muster.hub.landing import Asked, Examined, examine, received_entry, scope_of
from muster.hub.models import Agreement, Intake, Landing, LandingState, Route, System
from muster.hub.queries import Progress, progress_of
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import NotFound, Where
from muster.kernel.ids import new_id
from muster.kernel.running import settings
from muster.ledger.current import ledger

Read = Callable[[Offer], Table]
# Files are worked on together up to this many bytes: enough to make column work pay, little
# enough to keep memory and the write transaction small.
_BATCH_BYTES = 6 * 1024 * 1024
_BATCH_FILES = 200
_SETTLED = (LandingState.ACCEPTED, LandingState.SUPERSEDED)


@dataclass(frozen=True)
class Taken:
    """What an intake came to: the files that were new, and those that were here already."""

    intake: Progress
    fresh: tuple[uuid.UUID, ...]
    known: tuple[uuid.UUID, ...]


def blobs() -> Blobs:
    """Return the store of exact bytes of this process's home."""
    return Blobs(settings().home / "blobs")


def begin_intake(*, name: str, by: str, clock: Clock) -> uuid.UUID:
    """Open an intake, so that its progress can be followed from the first moment."""
    return Intake.objects.create(name=name, started_at=clock.now(), started_by=by).id


def take_in(
    connector: Connector,
    read: Read,
    *,
    intake: uuid.UUID,
    by: str,
    clock: Clock,
    route: str | None = None,
    as_at: dt.date | None = None,
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
        progress: called after every batch.
    """
    routes = tuple(
        Route.objects.filter(enabled=True).select_related("source", "agreement__sender")
    )
    asked = Asked(routes, legal_day(clock.now()), route, as_at)
    row = Intake.objects.get(id=intake)
    fresh: list[uuid.UUID] = []
    known: list[uuid.UUID] = []
    for offers in _batches(connector.pull(), row):
        batch = _Batch(offers, read, asked, row, by, clock)
        batch.run()
        fresh += batch.fresh
        known += batch.known
        if progress is not None:
            progress(progress_of(row))
    row.finished_at = clock.now()
    row.save()
    return Taken(progress_of(row), tuple(fresh), tuple(known))


def note_skipped(intake: uuid.UUID, *, name: str, why: str, clock: Clock) -> None:
    """Note a file that could not be taken in at all, and close its intake."""
    row = Intake.objects.get(id=intake)
    row.skipped.append({"name": name, "why": why})
    row.finished_at = clock.now()
    row.save()


def release(
    landings: Sequence[uuid.UUID], read: Read, *, cause: str | None = None, by: str, clock: Clock
) -> int:
    """Work through quarantined rows again, now that something was mended; return how many went on.

    Reads the exact bytes of each landing again; rows that still fail stay, with their new reason.

    Args:
        landings: whose rows to work through.
        read: reads the bytes as rows.
        cause: only rows quarantined for this cause.
        by: who released them.
        clock: stamps the evidence.

    Raises:
        NotFound: if the bytes of a landing were erased.
    """
    went_on = 0
    chosen = Landing.objects.filter(id__in=landings, state=LandingState.ACCEPTED)
    asked_routes = tuple(Route.objects.select_related("source", "agreement__sender"))
    for landing in chosen.select_related("route"):
        rows = landing.quarantine.all()
        if cause is not None:
            rows = rows.filter(cause=cause)
        numbers = frozenset(rows.values_list("row", flat=True))
        if not numbers:
            continue
        content = blobs().read(landing.id, ledger().cipher_by_id(landing.blob_key))
        code = landing.route.code if landing.route else None
        asked = Asked(asked_routes, legal_day(clock.now()), code, landing.as_at)
        found = examine(landing.id, Offer(landing.name, content), read, asked)
        if found.layout is None or found.state != LandingState.RECEIVED:
            continue
        delivery = Delivery(found, _feed(found, number=1, part=landing.parts), numbers)
        outcome = work_out([delivery], found.layout)
        with transaction.atomic():
            hand_over(outcome, by=by, at=clock.now())
        went_on += outcome.counts[1].accepted
    return went_on


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


@transaction.atomic
def suspend_agreement(*, code: str, reason: str, by: str, clock: Clock) -> None:
    """Suspend an agreement at once: nothing flows under it until it is resumed."""
    changed = Agreement.objects.filter(code=code).update(suspended_at=clock.now())
    if not changed:
        raise NotFound("No such agreement", where=Where(thing=code), fix="See the agreements page")
    ledger().append_one(
        "decisions",
        "muster.hub.agreement.suspended.v1",
        f"agreement:hub:{code}",
        {"reason": reason, "by": by},
    )


def _batches(pulled: Iterable[Offer | Skipped], intake: Intake) -> Iterable[list[Offer]]:
    batch: list[Offer] = []
    size = 0
    for item in pulled:
        if isinstance(item, Skipped):
            intake.skipped.append({"name": item.name, "why": item.why})
            continue
        batch.append(item)
        size += len(item.content)
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _feed(
    found: Examined, *, number: int, part: int = 0, replaces: uuid.UUID | None = None
) -> Feed:
    assert found.route is not None
    assert found.as_at is not None
    source = found.route.source
    return Feed(
        number, found.landing, part, source.code, source.employer, found.as_at, found.offer.name,
        replaces,
    )  # fmt: skip


@dataclass
class _Batch:
    """The files that are worked on together."""

    offers: list[Offer]
    read: Read
    asked: Asked
    intake: Intake
    by: str
    clock: Clock
    fresh: list[uuid.UUID] = field(default_factory=list)
    known: list[uuid.UUID] = field(default_factory=list)

    def run(self) -> None:
        examined = [examine(new_id(), offer, self.read, self.asked) for offer in self.offers]
        fresh = self._fresh(examined)
        self.fresh += [found.landing for found in fresh]
        self._keep(fresh)
        ready = [found for found in fresh if found.state == LandingState.RECEIVED]
        ready.sort(key=lambda found: found.layout.name if found.layout else "")
        for _name, group in groupby(ready, key=lambda found: found.layout):
            for apart in _apart(list(group)):
                self._deliver(apart)
        self.intake.files_found += len(self.offers)
        self.intake.files_known += len(self.offers) - len(fresh)
        self.intake.files_done += len(self.offers)
        self.intake.save()

    def _fresh(self, examined: Sequence[Examined]) -> list[Examined]:
        """Leave out files that are here already; take up again those that stopped on the way."""
        seen: dict[tuple[object, ...], Landing] = {}
        earlier = Landing.objects.filter(sha256__in={found.sha256 for found in examined})
        for landing in earlier.order_by("received_at"):
            if landing.state in _SETTLED:
                seen[landing.route_id, landing.as_at, landing.sha256] = landing
            else:
                seen[landing.name, landing.sha256] = landing
        fresh: dict[tuple[object, ...], Examined] = {}
        for found in examined:
            route = found.route.id if found.route else found.offer.name
            key = (route, found.as_at, found.sha256)
            stopped = seen.get((found.offer.name, found.sha256))
            if key in seen:
                self.known.append(seen[key].id)
            elif key in fresh:
                self.known.append(fresh[key].landing)
            elif stopped is not None and _stopped_alike(stopped, found):
                self.known.append(stopped.id)
            else:
                fresh[key] = found if stopped is None else replace(found, landing=stopped.id)
        return list(fresh.values())

    @transaction.atomic
    def _keep(self, fresh: Sequence[Examined]) -> None:
        """Store exact bytes and evidence of files that are new, whatever their fate."""
        if not fresh:
            return
        ciphers = ledger().ciphers_of({scope_of(found.landing) for found in fresh})
        now, rows = self.clock.now(), []
        for found in fresh:
            key_id, cipher = ciphers[scope_of(found.landing)]
            blobs().keep(found.landing, found.offer.content, cipher)
            rows.append(self._landing(found, key_id, now))
        Landing.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["intake", "route", "covers", "layout", "as_at", "state", "said"],
        )
        ledger().append("exchange", [received_entry(found, self.by) for found in fresh])

    def _landing(self, found: Examined, key_id: int, now: dt.datetime) -> Landing:
        return Landing(
            id=found.landing,
            intake=self.intake,
            route=found.route,
            name=found.offer.name,
            covers=found.covers,
            layout=found.layout.name if found.layout else "",
            as_at=found.as_at,
            sha256=found.sha256,
            size=len(found.offer.content),
            blob_key=key_id,
            read_as=found.table.read_as if found.table else "",
            blank=found.table.blank if found.table else 0,
            received_at=now,
            received_by=self.by,
            state=found.state,
            said=found.said,
            notes=list(found.notes),
        )

    def _deliver(self, group: list[Examined]) -> None:
        replaced = _replaced(group)
        deliveries = [
            Delivery(found, _feed(found, number=number, replaces=replaced.get(_place(found))))
            for number, found in enumerate(group, start=1)
        ]
        assert group[0].layout is not None
        outcome = work_out(deliveries, group[0].layout)
        with transaction.atomic():
            for delivery in deliveries:
                self._supersede(delivery)
            hand_over(outcome, by=self.by, at=self.clock.now())
            rows = sum(count.rows for count in outcome.counts.values())
            Intake.objects.filter(id=self.intake.id).update(rows_done=F("rows_done") + rows)
        self.intake.rows_done += rows

    @staticmethod
    def _supersede(delivery: Delivery) -> None:
        if delivery.feed.replaces is not None:
            Landing.objects.filter(id=delivery.feed.replaces).update(
                state=LandingState.SUPERSEDED,
                said=f"Replaced by a later file, {delivery.feed.name}",
                superseded_by=delivery.feed.landing,
            )


def _place(found: Examined) -> tuple[uuid.UUID | None, str]:
    """Return what a file speaks for: its route and what it covers there."""
    return (found.route.id if found.route else None, found.covers)


def _apart(group: Sequence[Examined]) -> list[list[Examined]]:
    """Part a group so that no two files of one part speak for the same: the later replaces."""
    parts: list[dict[object, Examined]] = []
    for found in group:
        free = next((part for part in parts if _place(found) not in part), None)
        if free is None:
            parts.append(free := {})
        free[_place(found)] = found
    return [list(part.values()) for part in parts]


def _replaced(group: Sequence[Examined]) -> dict[tuple[uuid.UUID | None, str], uuid.UUID]:
    """Return the accepted landings that the files of a group take the place of."""
    ours = {found.landing for found in group}
    same = Landing.objects.filter(
        route__in={found.route for found in group},
        covers__in={found.covers for found in group},
        state=LandingState.ACCEPTED,
    )
    rows = same.order_by("received_at").values_list("id", "route_id", "covers")
    return {(route, covers): id for id, route, covers in rows if id not in ours}


def _stopped_alike(stopped: Landing, found: Examined) -> bool:
    """Tell whether a file that could not go on before would stop in the same way now."""
    return (
        found.state != LandingState.RECEIVED
        and (found.state, found.said) == (stopped.state, stopped.said)
    )
