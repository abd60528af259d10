"""A batch: files that are read, kept and delivered together, safely beside other loads.

Two loads may bring the same files at once, or a file and its correction. Reading and mapping
need no lock. What is decided about earlier files is decided while the batch's routes are held:
whether a file is new, whether it may still flow, and whose place it takes.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from django.db import transaction
from django.db.models import F

from muster.connectors.contract import Offer
from muster.hub.blobs import blobs
from muster.hub.delivery import Delivery, Outcome, hand_over, work_out
from muster.hub.framing.packed import packed
from muster.hub.holding import hold_barren, hold_unusual, stop
from muster.hub.intakes import Feed
from muster.hub.landing import Asked, Examined, Read, examine, received_entry, scope_of, why_not
from muster.hub.mending.corrected import (
    Correction,
    corrections_of,
    keep,
    mended,
    received_of,
)
from muster.hub.mending.remembered import in_force
from muster.hub.models import Intake, Landing, LandingState, Route
from muster.kernel.clock import Clock
from muster.ledger.current import ledger

# What is brought up to date when a file that could not go on before is taken up again.
_TAKEN_UP = [
    "intake", "route", "covers", "layout", "as_at", "state", "said", "read_as", "blank", "notes",
    "sheets", "unpivoted", "aside", "full", "waits_for",
]  # fmt: skip
_SETTLED = (LandingState.ACCEPTED, LandingState.SUPERSEDED)


def feed_of(
    found: Examined, *, number: int, part: int = 0, replaces: uuid.UUID | None = None
) -> Feed:
    assert found.route is not None
    assert found.as_at is not None
    source = found.route.source
    return Feed(
        number, found.landing, part, source.code, source.employer, found.as_at, found.offer.name,
        replaces, found.layout is None or found.layout.full,
        found.layout is None or found.layout.covers == "system",
    )  # fmt: skip


def examined_again(landing: Landing, content: bytes, read: Read, asked: Asked) -> Examined | None:
    """Return what a kept file is by the layout it landed with; None if it may not go on now.

    Cells that people corrected are in place.
    """
    again = examine(Offer(landing.name, content), read, asked)
    found = next((one for one in again if one.layout and one.layout.name == landing.layout), None)
    if found is None or found.state != LandingState.RECEIVED or found.table is None:
        return None
    table = mended(found.table, corrections_of(landing), file=landing.name)
    return replace(found, landing=landing.id, table=table)


@dataclass
class Batch:
    """The files that are worked on together; ``approved`` landings may do something unusual.

    A feed that is taken again is read by ``only`` its own layout, with the ``corrections`` that
    people made of it in place.
    """

    offers: list[Offer]
    read: Read
    asked: Asked
    intake: Intake
    by: str
    clock: Clock
    approved: frozenset[uuid.UUID] = frozenset()
    only: str = ""
    corrections: tuple[Correction, ...] = ()
    fresh: list[uuid.UUID] = field(default_factory=list)
    known: list[uuid.UUID] = field(default_factory=list)

    def run(self) -> None:
        self._now("reading")
        examined = [
            found
            for offer in self.offers
            for found in examine(offer, self.read, self.asked)
            if not self.only or (found.layout is not None and found.layout.name == self.only)
        ]
        with transaction.atomic():
            hold_routes(_routes_of(examined))
            fresh = self._fresh(examined)
            self._keep(fresh)
            if self.corrections:
                fresh = [self._corrected(found) for found in fresh]
        self.fresh += [found.landing for found in fresh]
        self.intake.files_found += len(self.offers)
        self.intake.files_known += len(self.offers) - len({id(found.offer) for found in fresh})
        done = len(self.offers)
        # The bytes are kept by now: of a large file nobody holds them twice.
        self.offers.clear()
        ready = [_emptied(found) for found in fresh if found.state == LandingState.RECEIVED]
        ready.sort(key=lambda found: found.layout.name if found.layout else "")
        del examined, fresh
        for place in range(len(ready)):
            ready[place] = _packed(ready[place])
        parts = [
            apart
            for _name, group in groupby(ready, key=lambda found: found.layout)
            for apart in _apart(list(group))
        ]
        del ready
        parts.reverse()
        while parts:
            self.deliver(parts.pop())
        self.intake.files_done += done
        self.intake.bytes_done += self.intake.bytes_in_hand
        self.intake.doing, self.intake.bytes_in_hand = "", 0
        self.intake.save()

    def _fresh(self, examined: Sequence[Examined]) -> list[Examined]:
        """Leave out files that are here already; take up again those that stopped on the way."""
        seen: dict[tuple[object, ...], Landing] = {}
        earlier = Landing.objects.filter(sha256__in={found.sha256 for found in examined})
        # A withdrawn feed may be sent again: it is a new one, and says so.
        gone = earlier.filter(state=LandingState.WITHDRAWN)
        withdrawn = set(gone.values_list("sha256", "route_id"))
        earlier = earlier.exclude(state=LandingState.WITHDRAWN)
        for landing in earlier.order_by("received_at"):
            if landing.state in _SETTLED:
                seen[landing.route_id, landing.as_at, landing.sha256, landing.layout] = landing
            else:
                seen[landing.name, landing.sha256, landing.layout] = landing
        fresh: dict[tuple[object, ...], Examined] = {}
        for found in examined:
            route = found.route.id if found.route else found.offer.name
            layout = found.layout.name if found.layout else ""
            key: tuple[object, ...] = (route, found.as_at, found.sha256, layout)
            stopped = seen.get((found.offer.name, found.sha256, layout))
            # A file that nobody could read before may be recognised by now.
            stopped = stopped or seen.pop((found.offer.name, found.sha256, ""), None)
            if key in seen:
                self.known.append(seen[key].id)
            elif key in fresh:
                self.known.append(fresh[key].landing)
            elif stopped is not None and _stopped_alike(stopped, found):
                self.known.append(stopped.id)
            else:
                fresh[key] = found if stopped is None else replace(found, landing=stopped.id)
                if (found.sha256, found.route.id if found.route else None) in withdrawn:
                    notes = (*found.notes, "The same file was withdrawn before.")
                    fresh[key] = replace(fresh[key], notes=notes)
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
            update_fields=_TAKEN_UP,
        )
        ledger().append("exchange", [received_entry(found, self.by) for found in fresh])

    def _corrected(self, found: Examined) -> Examined:
        """Keep the corrections for a landing that is new, and put them in place."""
        if found.table is None:
            return found
        cipher = ledger().ciphers_of({scope_of(found.landing)})[scope_of(found.landing)][1]
        keep(Landing(id=found.landing), self.corrections, cipher)
        return replace(found, table=mended(found.table, self.corrections, file=found.offer.name))

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
            sheets=list(found.table.sheets) if found.table else [],
            unpivoted=found.layout is not None and found.layout.shape.unpivot is not None,
            aside=dict(found.table.aside) if found.table else {},
            full=found.layout is None or found.layout.full,
            waits_for=found.waits_for,
        )

    def deliver(self, group: list[Examined]) -> None:
        """Deliver a group whole. What changed while it was worked out is seen under the lock."""
        while group:
            replaced = _replaced(group)
            assert group[0].layout is not None
            self._now("checking")
            outcome = work_out(self._deliveries(group, replaced), group[0].layout)
            held = hold_barren(outcome) or hold_unusual(outcome, self.approved)
            if held:
                group = [found for found in group if found.landing not in held]
                continue
            self._now("writing")
            with transaction.atomic():
                free = self._not_overtaken(may_flow(group, self.asked.today))
                as_before = _replaced(group) == replaced and (
                    in_force(_routes_of(group)) == outcome.meanings
                )
                if len(free) == len(group) and as_before:
                    self._write(outcome)
                    return
            group = free

    def _deliveries(
        self,
        group: Sequence[Examined],
        replaced: Mapping[tuple[uuid.UUID | None, str], uuid.UUID],
    ) -> list[Delivery]:
        received = received_of(self.corrections)
        return [
            Delivery(
                found,
                feed_of(found, number=number, replaces=replaced.get(_place(found))),
                received=received,
            )
            for number, found in enumerate(group, start=1)
        ]

    def _now(self, doing: str) -> None:
        """Say what is done now, for those who follow the intake."""
        self.intake.doing = doing
        if self.offers:
            self.intake.bytes_in_hand = sum(len(offer.content) for offer in self.offers)
        self.intake.save(update_fields=["doing", "bytes_in_hand"])

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
        done = {(row.route_id, row.as_at, row.sha256, row.layout): row for row in settled}
        free = []
        for found in group:
            route = found.route.id if found.route else None
            layout = found.layout.name if found.layout else ""
            twin = done.get((route, found.as_at, found.sha256, layout))
            if twin is None:
                free.append(found)
                continue
            self.fresh.remove(found.landing)
            self.known.append(twin.id)
            if twin.id != found.landing:
                why = f"The same file came in at the same time as {twin.name}."
                stop(found, LandingState.REFUSED, why)
        return free

    @staticmethod
    def _supersede(delivery: Delivery) -> None:
        if delivery.feed.replaces is not None:
            Landing.objects.filter(id=delivery.feed.replaces).update(
                state=LandingState.SUPERSEDED,
                said=f"Replaced by a later file, {delivery.feed.name}",
                superseded_by=delivery.feed.landing,
            )


def _emptied(found: Examined) -> Examined:
    """Return what was found out about a file without its bytes."""
    return replace(found, offer=Offer(found.offer.name, b""))


def _packed(found: Examined) -> Examined:
    """Return what was found out about a file with its table packed, if that is large."""
    return replace(found, table=packed(found.table)) if found.table else found


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


def hold_routes(wanted: Collection[uuid.UUID]) -> dict[uuid.UUID, Route]:
    """Return routes as they are now, and keep other loads of them waiting.

    SQLite has one writer at a time, so there the open transaction alone does that.
    """
    rows = Route.objects.select_for_update(of=("self",), no_key=True).filter(id__in=wanted)
    return {
        row.id: row for row in rows.select_related("source", "agreement__sender").order_by("id")
    }


def _routes_of(group: Iterable[Examined]) -> set[uuid.UUID]:
    return {found.route.id for found in group if found.route}


def may_flow(group: Sequence[Examined], today: dt.date) -> list[Examined]:
    """Ask the agreements again, at delivery; files that may no longer flow are refused."""
    routes = hold_routes(_routes_of(group))
    free = []
    for found in group:
        assert found.route is not None
        assert found.layout is not None
        why = why_not(routes[found.route.id], found.layout, today)
        if why is None:
            free.append(found)
        else:
            stop(found, LandingState.REFUSED, why)
    return free


def _stopped_alike(stopped: Landing, found: Examined) -> bool:
    """Tell whether a file that could not go on before would stop in the same way now."""
    return found.state != LandingState.RECEIVED and (found.state, found.said) == (
        stopped.state,
        stopped.said,
    )
