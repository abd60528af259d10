"""Holding files back: those that would only remove, and those that would do something unusual."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection

from muster.hub.delivery import Delivery, Outcome
from muster.hub.effects import Effect
from muster.hub.four_eyes import Decided, handed_in, in_words, refused_before, senders_of
from muster.hub.intakes import intake_for
from muster.hub.landing import Examined
from muster.hub.models import BulkChange, Landing, LandingState
from muster.hub.unusual import Announced, why_unusual


def stop(
    found: Examined,
    state: LandingState,
    why: str,
    *,
    waits_for: str = "",
    effect: Effect | None = None,
) -> None:
    """Stop a landed file that has not been delivered, and say why."""
    landed = Landing.objects.filter(id=found.landing, state=LandingState.RECEIVED)
    shown = dataclasses.asdict(effect) if effect is not None else None
    landed.update(state=state, said=why, waits_for=waits_for, effect=shown)


def hold_barren(outcome: Outcome) -> set[uuid.UUID]:
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
        stop(
            delivery.found,
            LandingState.HELD,
            f"None of its {rows:,} rows can be accepted, and it would take the place of"
            f" {earlier.accepted:,} accepted rows. Send it again with the rows it should hold.",
            waits_for="rows",
        )
    return held


def hold_unusual(outcome: Outcome, approved: frozenset[uuid.UUID]) -> set[uuid.UUID]:
    """Hold files that would end or change unusually many people; return their landings.

    What a person approved goes on; what somebody else than its sender announced is not unusual.
    The same bytes that an approver refused before are held whatever they would do by now: only a
    person can say that the refusal was a mistake.
    """
    waiting = [one for one in outcome.deliveries if one.feed.landing not in approved]
    if not waiting:
        return set()
    intake = intake_for(outcome.contract.name)
    feeds = [one.feed for one in outcome.deliveries]
    effects = intake.sink.effects(outcome.accepted, feeds, waiting=outcome.waiting)
    refused = refused_before([one.feed.landing for one in waiting])
    held = set()
    for delivery in waiting:
        effect, landing = effects.get(delivery.feed.number), delivery.feed.landing
        why = None if effect is None else _why(delivery, effect, intake.subjects)
        if why is None and landing not in refused:
            continue
        held.add(landing)
        stop(
            delivery.found,
            LandingState.HELD,
            _said(delivery, why, refused.get(landing)),
            waits_for="approval",
            effect=effect or Effect(),
        )
    return held


def _said(delivery: Delivery, why: str | None, refused: Decided | None) -> str:
    """Return why a file waits for its approver, and what to do."""
    route = delivery.found.route
    who = f"The approver, {route.approver}," if route and route.approver else "Its approver"
    parts = [f"{why}." if why else "", in_words(refused) if refused else ""]
    announced = "; somebody else than its sender can announce a change like this beforehand"
    parts.append(f"{who} can approve it, if that is right{announced if why else ''}.")
    return " ".join(filter(None, parts))


def _why(delivery: Delivery, effect: Effect, of: str) -> str | None:
    feed, route = delivery.feed, delivery.found.route
    announced = announced_on(feed.landing, [route.id] if route else [], feed.as_at)
    return why_unusual(effect, full=feed.full, as_at=feed.as_at, announced=announced, of=of)


def announced_on(
    landing: uuid.UUID, routes: Collection[uuid.UUID], day: dt.date
) -> list[Announced]:
    """Return what was announced of some routes for the day that a landed file speaks of."""
    live = BulkChange.objects.filter(route__in=routes, withdrawn_at__isnull=True)
    announced = []
    for one in live.filter(starts__lte=day, ends__gte=day):
        own = handed_in(_senders(landing), by=one.announced_by)
        announced.append(Announced(one.starts, one.ends, one.ending, one.changed, own))
    return announced


def _senders(landing: uuid.UUID) -> frozenset[str]:
    return senders_of(Landing.objects.select_related("intake").get(id=landing))
