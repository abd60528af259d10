"""Holding files back: those that would only remove, and those that would do something unusual."""

import dataclasses
import uuid

from muster.hub.delivery import Delivery, Outcome
from muster.hub.effects import Effect
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

    What a person approved goes on; what was announced is not unusual.
    """
    waiting = [one for one in outcome.deliveries if one.feed.landing not in approved]
    if not waiting:
        return set()
    sink = intake_for(outcome.contract.name).sink
    feeds = [one.feed for one in outcome.deliveries]
    effects = sink.effects(outcome.accepted, feeds, waiting=outcome.waiting)
    held = set()
    for delivery in waiting:
        effect = effects.get(delivery.feed.number)
        why = None if effect is None else _why(delivery, effect)
        if why is None:
            continue
        held.add(delivery.feed.landing)
        stop(
            delivery.found,
            LandingState.HELD,
            f"{why}. {_who(delivery)} can approve it, if that is right; a change like this can be"
            " announced beforehand.",
            waits_for="approval",
            effect=effect,
        )
    return held


def _why(delivery: Delivery, effect: Effect) -> str | None:
    feed, route = delivery.feed, delivery.found.route
    live = BulkChange.objects.filter(route=route, withdrawn_at__isnull=True)
    announced = [Announced(*row) for row in live.values_list("starts", "ends", "ending", "changed")]
    return why_unusual(effect, full=feed.full, as_at=feed.as_at, announced=announced)


def _who(delivery: Delivery) -> str:
    route = delivery.found.route
    return f"The approver, {route.approver}," if route and route.approver else "Its approver"
