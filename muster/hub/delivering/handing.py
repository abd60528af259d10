"""Handing a shipment to its receiver as the receiver's effect class asks.

Transactional and idempotent receivers may be given messages again after an interruption. A receiver
of the class ``confirm`` may not: that a message is being handed over is written down and committed
first. Where such a note is found later, nobody knows what came of it, and the receiver is asked; if
it cannot tell, a person is.
"""

import datetime as dt

import polars as pl
from django.db import transaction

from muster.connectors.outlets import RESULTS, Outlet, Receipt, Shipment, Unreachable
from muster.hub.delivering.breaker import stop_if_unusual
from muster.hub.delivering.lease import Lease
from muster.hub.delivering.preparing import Prepared
from muster.hub.models import Attempt, Route


def hand_over(
    route: Route,
    lease: Lease,
    prepared: Prepared,
    outlet: Outlet,
    *,
    again: str,
    now: dt.datetime,
) -> Receipt:
    """Hand what was prepared to the receiver; return what it said.

    Raises:
        Unreachable: if it may be tried again later.
        Fenced: if another worker has taken the route over.
        Conflict: if what waits would do something unusual: it waits for a person.
    """
    if not again:
        stop_if_unusual(route, lease, prepared.envelopes["position"][-1], now)
    shipment = Shipment(
        route.code, lease.shard, lease.fence, again, prepared.envelopes, prepared.data,
        after=lease.position,
    )  # fmt: skip
    if outlet.describe().effect == "confirm":
        return _once(route, shipment, outlet, now)
    return outlet.deliver(shipment)


def _once(route: Route, shipment: Shipment, outlet: Outlet, now: dt.datetime) -> Receipt:
    """Hand over what was never attempted; find out about what was."""
    positions = shipment.envelopes["position"]
    tried = set(
        Attempt.objects.filter(route=route, position__in=positions.to_list()).values_list(
            "position", flat=True
        )
    )
    earlier = positions.is_in(list(tried))
    doubtful, had = _looked(shipment.envelopes.filter(earlier), outlet)
    known = [*had, *doubtful["position"]]
    fresh = ~positions.is_in(known)
    rest = Shipment(
        shipment.route, shipment.shard, shipment.fence, shipment.again,
        shipment.envelopes.filter(fresh), shipment.data.filter(fresh),
    )  # fmt: skip
    if not rest.envelopes.height:
        return Receipt(doubtful, had=len(had))
    begun = [one for one in rest.envelopes["position"] if one not in tried]
    with transaction.atomic():
        Attempt.objects.bulk_create(
            Attempt(route=route, position=one, began_at=now) for one in begun
        )
    try:
        receipt = outlet.deliver(rest)
    except Unreachable:
        Attempt.objects.filter(
            route=route, position__in=rest.envelopes["position"].to_list()
        ).delete()
        raise
    told = _asked_about(receipt.results.select(list(RESULTS)), rest.envelopes, outlet)
    results = pl.concat([doubtful, told]).sort("position")
    return Receipt(results, receipt.acknowledged, receipt.had + len(had))


def _asked_about(results: pl.DataFrame, envelopes: pl.DataFrame, outlet: Outlet) -> pl.DataFrame:
    """Return what was said of a shipment without those in doubt that the receiver has."""
    doubt = results.filter(pl.col("outcome") == "unknown")["position"]
    if not len(doubt):
        return results
    seen = outlet.look(envelopes.filter(pl.col("position").is_in(doubt.implode())))
    has = seen.filter(pl.col("present"))["position"]
    return results.filter(~pl.col("position").is_in(has.implode()))


def _looked(envelopes: pl.DataFrame, outlet: Outlet) -> tuple[pl.DataFrame, list[int]]:
    """Return which attempted messages stay in doubt, as results, and which the receiver has."""
    if not envelopes.height:
        return pl.DataFrame(schema=RESULTS), []
    seen = outlet.look(envelopes)
    doubt = seen.filter(pl.col("present").is_null()).select(
        "position",
        outcome=pl.lit("unknown"),
        said=pl.lit("The receiver cannot tell whether it took this message"),
    )
    return doubt.select(list(RESULTS)), seen.filter(pl.col("present"))["position"].to_list()
