"""What a shipment held when it was handed over, made again from what was kept.

Only what is certainly the same is told: where the agreement, the translation or a table that it
looks up in has changed since, nobody can say which row of the answer is whose.
"""

from collections.abc import Callable

import polars as pl

from muster.connectors.outlets import ENVELOPES, Shipment
from muster.hub.delivering.preparing import prepare
from muster.hub.delivering.routing import Routing
from muster.hub.delivering.stream import replayed_messages
from muster.hub.models import Delivery, Message, Parked, Replay, Route
from muster.hub.translating.kept import versions_used

CHANGED = "its {} changed after it was handed over: look into the answer itself"
LESS = "not all of its messages are as they were: look into the answer itself"


class NotTold(Exception):
    """It cannot be said what a shipment held. Its text says why, without personal values."""


def sent(delivery: Delivery, routing: Routing) -> Shipment:
    """Return the messages of a shipment that its receiver took, as they were handed over.

    Raises:
        NotTold: if they cannot be made again exactly.
    """
    route = routing.route
    now = {
        "agreement": (route.agreement_id, route.agreement.version if route.agreement else 0),
        "translation": route.translation_version,
        "lookup table": versions_used(routing.lookups),
    }
    then = {
        "agreement": (delivery.agreement_id, delivery.agreement_version),
        "translation": delivery.translation_version,
        "lookup table": delivery.lookups,
    }
    for name, state in then.items():
        if now[name] != state:
            raise NotTold(CHANGED.format(name))
    envelopes = _envelopes(delivery, routing)
    prepared = prepare(envelopes, routing) if envelopes.height else None
    if prepared is None or prepared.envelopes.height != delivery.messages:
        raise NotTold(LESS)
    return Shipment(
        route.code, delivery.shard, delivery.fence, str(delivery.again or ""),
        prepared.envelopes, prepared.data,
    )  # fmt: skip


def _envelopes(delivery: Delivery, routing: Routing) -> pl.DataFrame:
    """Return the envelopes of the messages that went, in order."""
    route = routing.route
    if delivery.again is None:
        # What was set aside with this shipment was written down at the same moment.
        aside = Parked.objects.filter(
            route=route, position__gte=delivery.first, position__lte=delivery.last,
            parked_at__lte=delivery.handed_at,
        )  # fmt: skip
        left = set(aside.values_list("position", flat=True))
        return _between(
            delivery, route,
            lambda at, shard: shard % route.shards == delivery.shard and at not in left,
        )  # fmt: skip
    wish = Replay.objects.filter(id=delivery.again).first()
    if wish is not None:
        return replayed_messages(
            route, after=delivery.first - 1, last=delivery.last, subject=wish.subject,
            correlation=wish.correlation, limit=delivery.last - delivery.first + 1,
        )  # fmt: skip
    again = set(Parked.objects.filter(delivery=delivery).values_list("position", flat=True))
    return _between(delivery, route, lambda at, _: at in again)


def _between(delivery: Delivery, route: Route, went: Callable[[int, int], bool]) -> pl.DataFrame:
    """Return the envelopes of the messages of a shipment's stretch that went, in order."""
    rows = Message.objects.filter(
        contract=route.contract, system=route.source_id, refused="",
        position__gte=delivery.first, position__lte=delivery.last,
    ).order_by("position").values_list(
        "position", "event_id", "source", "subject", "time", "traceparent", "correlation", "shard"
    )  # fmt: skip
    found = [row[:-1] for row in rows if went(row[0], row[-1])]
    read = {name: ENVELOPES[name] for name in ENVELOPES if name not in ("type", "key")}
    return pl.DataFrame(found, schema=read, orient="row").with_columns(
        type=pl.lit(route.contract), key=pl.concat_str("source", "id", separator="#")
    ).select(list(ENVELOPES))  # fmt: skip
