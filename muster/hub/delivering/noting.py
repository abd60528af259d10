"""Recording what came of a shipment: the cursor, what was set aside and the evidence, at once.

Everything a batch changed in the hub is one transaction under the worker's fence. The receiver may
have taken the shipment without it, if the worker was stopped between: then the same messages are
handed over again, and the receiver (or its keys) knows them.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

import polars as pl
from django.db import transaction

from muster.connectors.outlets import Receipt
from muster.hub.delivering.following import hold_decisions, let_follow
from muster.hub.delivering.leases import Lease, move
from muster.hub.delivering.preparing import SET_ASIDE, Prepared
from muster.hub.delivering.routing import Routing
from muster.hub.messages.acceptance import shard_of
from muster.hub.models import Attempt, Delivery, Parked, ParkedState
from muster.kernel.ids import new_id
from muster.ledger.current import ledger

DELIVERED, SET_ASIDE_EVENT = "muster.hub.message.delivered.v1", "muster.hub.message.parked.v1"
_STAGES = {"rejected": "receiver", "retry": "retry", "unknown": "doubt", "behind": "behind"}
_STATES = {
    "behind": ParkedState.BEHIND, "doubt": ParkedState.DOUBTFUL, "retry": ParkedState.RELEASED,
}  # fmt: skip
_CAUSE = 500
_FIRST_WAIT = dt.timedelta(seconds=5)
_SPANS = 200


def aside_of(prepared: Prepared, receipt: Receipt) -> pl.DataFrame:
    """Return all messages of a batch that did not go on; see ``preparing.SET_ASIDE``."""
    if not receipt.results.height:
        return prepared.aside
    said = receipt.results.join(
        prepared.envelopes.select("position", "subject"), on="position"
    ).select(
        "position",
        "subject",
        pl.col("outcome").replace_strict(_STAGES, return_dtype=pl.String).alias("stage"),
        pl.col("said").str.slice(0, _CAUSE).alias("cause"),
    )
    return pl.concat([prepared.aside, said.select(list(SET_ASIDE))]).sort("position")


def note(
    lease: Lease,
    routing: Routing,
    batch: pl.DataFrame,
    aside: pl.DataFrame,
    receipt: Receipt,
    *,
    skipped: int,
    began: dt.datetime,
    now: dt.datetime,
) -> None:
    """Record a batch that was carried in its turn.

    Args:
        lease: under which it was carried.
        routing: under which agreement and translation.
        batch: the envelopes read, in order.
        aside: the messages of it that did not go on.
        receipt: what the receiver said.
        skipped: how many went nowhere by design.
        began: when the batch was begun.
        now: the present instant.

    Raises:
        LostLease: if another worker has taken over; nothing is recorded.
    """
    first, last = batch["position"][0], batch["position"][-1]
    taken = batch.height - aside.height - skipped
    with transaction.atomic():
        move(lease, now, position=last, attempts=0, retry_at=None, blocked="")
        _set_aside(routing.route.id, aside, now)
        if routing.outlet is not None and routing.outlet.describe().effect == "confirm":
            Attempt.objects.filter(
                route=routing.route, position__in=batch["position"].to_list()
            ).delete()
        evidence(lease, routing, first, last, taken, receipt, aside, None, began=began, now=now)


def evidence(
    lease: Lease,
    routing: Routing,
    first: int,
    last: int,
    taken: int,
    receipt: Receipt,
    aside: pl.DataFrame,
    again: uuid.UUID | None,
    *,
    began: dt.datetime,
    now: dt.datetime,
) -> Delivery | None:
    """Append what came of a batch to the exchange log, as the last thing before the commit."""
    route, agreement = routing.route, routing.route.agreement
    if agreement is None or not (taken or aside.height):
        return None
    body = {
        "first": first, "last": last, "messages": taken, "had": receipt.had,
        "agreement": agreement.code, "agreement_version": agreement.version,
        "translation_version": route.translation_version, "receiver": agreement.receiver,
        "acknowledged": receipt.acknowledged, "again": again and str(again),
        "aside": aside["position"].head(_SPANS).to_list(), "aside_count": aside.height,
    }  # fmt: skip
    kind = DELIVERED if taken else SET_ASIDE_EVENT
    entry = ledger().append_one("exchange", kind, f"route:hub:{route.code}", body)
    if not taken:
        return None
    return Delivery.objects.create(
        route=route, shard=lease.shard, first=first, last=last, messages=taken, had=receipt.had,
        again=again, agreement=agreement, agreement_version=agreement.version,
        translation_version=route.translation_version, fence=lease.fence,
        acknowledged=receipt.acknowledged, began_at=began, handed_at=now, entry=entry,
    )  # fmt: skip


def _set_aside(route: uuid.UUID, aside: pl.DataFrame, now: dt.datetime) -> None:
    """Park what did not go on, unless what some of it waited for was settled meanwhile."""
    behind = set(aside.filter(pl.col("stage") == "behind")["subject"])
    if behind:
        hold_decisions(route)
    park(route, aside, now)
    if behind:
        let_follow(route, behind)


def park(route: uuid.UUID, aside: pl.DataFrame, now: dt.datetime) -> None:
    """Store the messages of a batch that did not go on."""
    Parked.objects.bulk_create(
        Parked(
            id=new_id(), route_id=route, position=position, subject=subject,
            shard=shard_of(subject), state=state_of(stage), stage=stage, cause=cause, parked_at=now,
            due_at=now + _FIRST_WAIT if stage == "retry" else None,
            again=new_id() if stage == "retry" else None,
        )
        for position, subject, stage, cause in _rows(aside)
    )  # fmt: skip


def state_of(stage: str) -> ParkedState:
    """Return the state of a message that was set aside at a stage."""
    return _STATES.get(stage, ParkedState.PARKED)


def _rows(aside: pl.DataFrame) -> Iterable[tuple[int, str, str, str]]:
    return aside.select("position", "subject", "stage", "cause").iter_rows()
