"""What a receiver took before the hub could note it, asked before anything of it waits.

A worker may be gone after its receiver took a shipment and before the hub noted that. What comes
next is prepared anew, by whatever translation, contract and population hold by then. A message that
fails now, though the receiver has it, must not wait for a person: a release would hand it over a
second time. So the receiver is asked, as its effect class allows: an inbox tells for certain; of
others those messages are looked for that were attempted, or that they know by their key.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from muster.connectors.outlets import ENVELOPES, Outlet, Receipt, Remembers, Shipment
from muster.hub.delivering.lease import Lease
from muster.hub.delivering.outlets import outlet_of
from muster.hub.delivering.routing import Routing
from muster.hub.models import Attempt, Cursor, Message, Parked, Replay, Route

DOUBT = "It was attempted before, and the receiver cannot tell whether it took it; by now: "
_CAUSE = 500


@dataclass(frozen=True)
class Recalled:
    """What is known after asking.

    Args:
        aside: what waits; see ``preparing.SET_ASIDE``.
        receipt: with what the receiver had before.
        skipped: how many went nowhere by design.
        found: the positions of messages that the receiver has from before.
    """

    aside: pl.DataFrame
    receipt: Receipt
    skipped: int = 0
    found: frozenset[int] = frozenset()


def recalled_in_turn(
    lease: Lease, routing: Routing, batch: pl.DataFrame, aside: pl.DataFrame, receipt: Receipt,
    skipped: int,
) -> Recalled:  # fmt: skip
    """Return what became of a batch carried in its turn, if its last messages may be known.

    Nothing is asked where this worker noted what it handed over before, or where all went.

    Raises:
        Unreachable: if the receiver cannot be asked now.
        Fenced: if another worker has taken the route over.
    """
    known, outlet = Recalled(aside, receipt, skipped), routing.outlet
    if lease.sure or outlet is None or not (aside.height or skipped):
        return known
    if aside.height:
        known = _without(known, *_told(routing.route, lease, outlet, aside["position"], ""))
    if skipped and isinstance(outlet, Remembers):
        went = batch.filter(~batch["position"].is_in(aside["position"].implode()))
        has = outlet.recall(_asked(routing.route, lease, went["position"], ""))
        # What it has and did not go now went before, though it is left out by now.
        before = int(has.sum()) - (went.height - skipped)
        had = known.receipt.had + before
        known = replace(
            known, receipt=replace(known.receipt, had=had), skipped=known.skipped - before,
            found=known.found | frozenset(went["position"].filter(has)),
        )  # fmt: skip
    return known


def recalled_again(
    lease: Lease, route: Route, aside: pl.DataFrame, receipt: Receipt, again: uuid.UUID
) -> Recalled:
    """Return what became of a release or replay; raises as ``recalled_in_turn`` does."""
    known = Recalled(aside, receipt)
    if not aside.height or route.endpoint is None:
        return known
    outlet = outlet_of(route.endpoint)
    if not isinstance(outlet, Remembers) and Replay.objects.filter(id=again).exists():
        # Whoever is only looked at cannot tell a replay from what it repeats.
        return known
    return _without(known, *_told(route, lease, outlet, aside["position"], str(again)))


def recalled_release(route: uuid.UUID, positions: Sequence[int], aside: pl.DataFrame) -> Recalled:
    """Return what became of released messages, under the lease that holds their part."""
    known = Recalled(aside, Receipt())
    row = Parked.objects.filter(route=route, position__in=positions, again__isnull=False).first()
    if not aside.height or row is None or row.again is None:
        return known
    found = Route.objects.select_related("endpoint__system").get(id=route)
    cursor = Cursor.objects.get(route=route, shard=row.shard % found.shards)
    lease = Lease(
        cursor.pk, route, cursor.shard, found.shards, cursor.position, cursor.fence,
        cursor.attempts, cursor.owner,
    )  # fmt: skip
    return recalled_again(lease, found, aside, Receipt(), row.again)


def recalled_before(
    route: Route, lease: Lease, positions: pl.Series
) -> tuple[frozenset[int], frozenset[int]]:
    """Return which of the messages next in their turn the receiver has, or may have.

    Args:
        route: with its endpoint.
        lease: that was just taken over.
        positions: of messages that are not noted, in order.

    Raises:
        Unreachable: if it cannot be asked now.
        Fenced: if another worker has taken the route over.
    """
    if route.endpoint is None or not len(positions):
        return frozenset(), frozenset()
    return _told(route, lease, outlet_of(route.endpoint), positions, "")


def _told(
    route: Route, lease: Lease, outlet: Outlet, positions: pl.Series, again: str
) -> tuple[frozenset[int], frozenset[int]]:
    """Return which messages the receiver has, and of which nobody can tell."""
    if isinstance(outlet, Remembers):
        taken = outlet.recall(_asked(route, lease, positions, again))
        return frozenset(positions.filter(taken)), frozenset()
    confirm = outlet.describe().effect == "confirm"
    if confirm:
        tried = Attempt.objects.filter(route=route, position__in=positions.to_list())
        positions = pl.Series(sorted(tried.values_list("position", flat=True)), dtype=pl.Int64)
    if not len(positions):
        return frozenset(), frozenset()
    seen = outlet.look(_envelopes(route, positions))
    has = frozenset(seen.filter(pl.col("present"))["position"])
    # A receiver that knows messages by their key may be handed them again.
    doubt = seen.filter(pl.col("present").is_null())["position"] if confirm else ()
    return has, frozenset(doubt)


def _without(known: Recalled, has: frozenset[int], doubt: frozenset[int]) -> Recalled:
    aside, position = known.aside, pl.col("position")
    if doubt:
        unsure = position.is_in(list(doubt))
        aside = aside.with_columns(
            stage=pl.when(unsure).then(pl.lit("doubt")).otherwise("stage"),
            cause=pl.when(unsure)
            .then((pl.lit(DOUBT) + pl.col("cause")).str.slice(0, _CAUSE))
            .otherwise("cause"),
        )
    if not has:
        return replace(known, aside=aside)
    receipt = replace(known.receipt, had=known.receipt.had + len(has))
    return replace(
        known, aside=aside.filter(~position.is_in(list(has))), receipt=receipt, found=has
    )


def _asked(route: Route, lease: Lease, positions: pl.Series, again: str) -> Shipment:
    """Return a shipment of messages that are only asked about: it holds no data."""
    envelopes = pl.DataFrame({"position": positions})
    return Shipment(
        route.code, lease.shard, lease.fence, again, envelopes, pl.DataFrame(),
        after=lease.position,
    )  # fmt: skip


def _envelopes(route: Route, positions: pl.Series) -> pl.DataFrame:
    names = ("position", "event_id", "source", "subject", "time", "traceparent", "correlation")
    rows = Message.objects.filter(position__in=positions.to_list()).order_by("position")
    schema = {name: ENVELOPES.get(name, pl.String) for name in names}
    frame = pl.DataFrame(list(rows.values_list(*names)), schema=schema, orient="row")
    return frame.rename({"event_id": "id"}).with_columns(
        type=pl.lit(route.contract), key=pl.concat_str("source", "id", separator="#")
    ).select(list(ENVELOPES))  # fmt: skip
