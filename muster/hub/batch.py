"""A batch: files that are read, kept and delivered together, safely beside other loads.

Two loads may bring the same files at once, or a file and its correction. Reading and mapping
need no lock. What is decided about earlier files is decided while the batch's routes are held:
whether a file is new, whether it may still flow, and whose place it takes.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from django.db import transaction
from django.db.models import F

from muster.connectors.contract import Offer, Table
from muster.hub.blobs import blobs
from muster.hub.delivery import Delivery, Outcome, hand_over, work_out
from muster.hub.intakes import Feed
from muster.hub.landing import Asked, Examined, examine, received_entry, scope_of, why_not
from muster.hub.models import Intake, Landing, LandingState, Route
from muster.kernel.clock import Clock
from muster.kernel.ids import new_id
from muster.ledger.current import ledger

Read = Callable[[Offer], Table]
_SETTLED = (LandingState.ACCEPTED, LandingState.SUPERSEDED)


def feed_of(
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
class Batch:
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
        with transaction.atomic():
            _hold_routes(examined)
            fresh = self._fresh(examined)
            self._keep(fresh)
        self.fresh += [found.landing for found in fresh]
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
        """Deliver a group whole. What changed while it was worked out is seen under the lock."""
        while group:
            replaced = _replaced(group)
            deliveries = [
                Delivery(found, feed_of(found, number=number, replaces=replaced.get(_place(found))))
                for number, found in enumerate(group, start=1)
            ]
            assert group[0].layout is not None
            outcome = work_out(deliveries, group[0].layout)
            barren = _hold_barren(outcome)
            if barren:
                group = [found for found in group if found.landing not in barren]
                continue
            with transaction.atomic():
                free = self._not_overtaken(may_flow(group, self.asked.today))
                if len(free) == len(group) and _replaced(group) == replaced:
                    self._write(outcome)
                    return
            group = free

    def _write(self, outcome: Outcome) -> None:
        for delivery in outcome.deliveries:
            self._supersede(delivery)
        hand_over(outcome, by=self.by, at=self.clock.now())
        rows = sum(count.rows for count in outcome.counts.values())
        Intake.objects.filter(id=self.intake.id).update(rows_done=F("rows_done") + rows)
        self.intake.rows_done += rows

    def _not_overtaken(self, group: list[Examined]) -> list[Examined]:
        """Leave out files that another load delivered since this one looked."""
        settled = Landing.objects.filter(
            sha256__in={found.sha256 for found in group}, state__in=_SETTLED
        )
        done = {(row.route_id, row.as_at, row.sha256): row for row in settled}
        free = []
        for found in group:
            route = found.route.id if found.route else None
            twin = done.get((route, found.as_at, found.sha256))
            if twin is None:
                free.append(found)
                continue
            self.fresh.remove(found.landing)
            self.known.append(twin.id)
            if twin.id != found.landing:
                why = f"The same file came in at the same time as {twin.name}."
                _stop(found, LandingState.REFUSED, why)
        return free

    @staticmethod
    def _supersede(delivery: Delivery) -> None:
        if delivery.feed.replaces is not None:
            Landing.objects.filter(id=delivery.feed.replaces).update(
                state=LandingState.SUPERSEDED,
                said=f"Replaced by a later file, {delivery.feed.name}",
                superseded_by=delivery.feed.landing,
            )


def _hold_barren(outcome: Outcome) -> set[uuid.UUID]:
    """Hold files that would only remove what an earlier file brought; return their landings.

    A header without rows, or rows of which none can be accepted, is far more often a broken
    export than a service that has lost everybody.
    """
    replacing = {
        delivery.feed.replaces: delivery
        for delivery in outcome.deliveries
        if delivery.feed.replaces and not outcome.counts[delivery.feed.number].accepted
    }
    held = set()
    for earlier in Landing.objects.filter(id__in=replacing, accepted__gt=0):
        delivery = replacing[earlier.id]
        held.add(delivery.feed.landing)
        rows = outcome.counts[delivery.feed.number].rows
        _stop(
            delivery.found,
            LandingState.HELD,
            f"None of its {rows:,} rows can be accepted, and it would take the place of"
            f" {earlier.accepted:,} accepted rows. Send it again with the rows it should hold.",
        )
    return held


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
    return {(route, covers): row for row, route, covers in rows if row not in ours}


def _hold_routes(group: Iterable[Examined]) -> dict[uuid.UUID, Route]:
    """Return the routes of files as they are now, and keep other loads of them waiting.

    SQLite has one writer at a time, so there the open transaction alone does that.
    """
    wanted = {found.route.id for found in group if found.route}
    rows = Route.objects.select_for_update(of=("self",), no_key=True).filter(id__in=wanted)
    return {
        row.id: row for row in rows.select_related("source", "agreement__sender").order_by("id")
    }


def may_flow(group: Sequence[Examined], today: dt.date) -> list[Examined]:
    """Ask the agreements again, at delivery; files that may no longer flow are refused."""
    routes = _hold_routes(group)
    free = []
    for found in group:
        assert found.route is not None
        assert found.layout is not None
        why = why_not(routes[found.route.id], found.layout, today)
        if why is None:
            free.append(found)
        else:
            _stop(found, LandingState.REFUSED, why)
    return free


def _stop(found: Examined, state: LandingState, why: str) -> None:
    """Stop a landed file that has not been delivered, and say why."""
    landed = Landing.objects.filter(id=found.landing, state=LandingState.RECEIVED)
    landed.update(state=state, said=why)


def _stopped_alike(stopped: Landing, found: Examined) -> bool:
    """Tell whether a file that could not go on before would stop in the same way now."""
    return found.state != LandingState.RECEIVED and (found.state, found.said) == (
        stopped.state,
        stopped.said,
    )
