"""Recording what came of a shipment: the cursor, what was set aside and the evidence, at once.

Everything a batch changed in the hub is one transaction under the worker's fence. The receiver may
have taken the shipment without it, if the worker was stopped between: then the same messages are
handed over again, and the receiver (or its keys) knows them. One that cannot be handed over again,
because it fails by now, is asked for (``recalling``): what the receiver has never waits.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

import polars as pl
from django.db import transaction

from muster.connectors.outlets import Receipt
from muster.hub.delivering.following import OPEN, hold_decisions, let_follow
from muster.hub.delivering.lease import Lease, move
from muster.hub.delivering.preparing import SET_ASIDE, Prepared
from muster.hub.delivering.recalling import recalled_again, recalled_in_turn
from muster.hub.delivering.routing import Routing
from muster.hub.messages.acceptance import shard_of
from muster.hub.models import Attempt, Delivery, Parked, ParkedState, Replay, ReplayFailure
from muster.hub.translating.kept import versions_used
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
    sent: pl.Series,
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
        sent: the positions of those that were in the shipment.
        aside: the messages of it that did not go on.
        receipt: what the receiver said.
        skipped: how many went nowhere by design.
        began: when the batch was begun.
        now: the present instant.

    Raises:
        LostLease: if another worker has taken over; nothing is recorded.
        Unreachable: if the receiver must be asked what it has, and cannot; nothing is recorded.
    """
    known = recalled_in_turn(lease, routing, batch, aside, receipt, skipped)
    aside, receipt = known.aside, known.receipt
    last = batch["position"][-1]
    with transaction.atomic():
        move(lease, now, position=last, attempts=0, retry_at=None, blocked="")
        _set_aside(routing.route.id, aside, now)
        if routing.outlet is not None and routing.outlet.describe().effect == "confirm":
            Attempt.objects.filter(
                route=routing.route, position__in=batch["position"].to_list()
            ).delete()
        evidence(
            lease, routing, batch["position"], _taken(sent, aside, known.found), receipt, aside,
            None, began=began, now=now,
        )  # fmt: skip
    lease.trail.noted = last


def evidence(
    lease: Lease,
    routing: Routing,
    batch: pl.Series,
    sent: pl.Series,
    receipt: Receipt,
    aside: pl.DataFrame,
    again: uuid.UUID | None,
    *,
    began: dt.datetime,
    now: dt.datetime,
) -> Delivery | None:
    """Append what came of a batch to the exchange log, as the last thing before the commit.

    Args:
        lease: under which it was carried.
        routing: under which agreement and translation.
        batch: the positions that were read, in order.
        sent: those of them that were in the shipment, or that the receiver had before.
        receipt: what the receiver said.
        aside: what did not go on.
        again: the release or replay that sent them another time.
        began: when the batch was begun.
        now: the present instant.
    """
    route, agreement = routing.route, routing.route.agreement
    first, last, found = batch[0], batch[-1], frozenset[int]()
    if again is not None:
        known = recalled_again(lease, route, aside, receipt, again)
        aside, receipt, found = known.aside, known.receipt, known.found
        _note_replay(route.id, again, first, last, aside, now)
    handed = _taken(sent, aside, found)
    taken = len(handed)
    if agreement is None or not (taken or aside.height):
        return None
    body = {
        "first": first, "last": last, "messages": taken, "had": receipt.had,
        "handed": spans(handed),
        "agreement": agreement.code, "agreement_version": agreement.version,
        "translation_version": route.translation_version, "receiver": agreement.receiver,
        "lookups": versions_used(routing.lookups),
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
        lookups=versions_used(routing.lookups),
        acknowledged=receipt.acknowledged, began_at=began, handed_at=now, entry=entry,
    )  # fmt: skip


def _taken(sent: pl.Series, aside: pl.DataFrame, found: frozenset[int]) -> pl.Series:
    """Return the positions that the receiver has of a shipment, in order."""
    went = sent.filter(~sent.is_in(aside["position"].implode())) if aside.height else sent
    more = pl.Series(sorted(found), dtype=went.dtype)
    return pl.concat([went, more]).unique().sort() if len(more) else went


def spans(positions: pl.Series) -> list[list[int]]:
    """Return rising positions as runs, each with its first and last."""
    if not len(positions):
        return []
    begins = positions.diff().ne_missing(1)
    ends = begins.shift(-1, fill_value=True)
    return [list(run) for run in zip(positions.filter(begins), positions.filter(ends), strict=True)]


def _note_replay(
    route: uuid.UUID, again: uuid.UUID, first: int, last: int, aside: pl.DataFrame, now: dt.datetime
) -> None:
    """Keep what a replay could not hand over; what came of the rest is known from here on."""
    if not Replay.objects.filter(id=again).exists():
        return
    waits = Parked.objects.filter(route=route, state__in=OPEN, position__range=(first, last))
    Attempt.objects.filter(route=route, position__range=(first, last)).exclude(
        position__in=waits.values("position")
    ).delete()
    ReplayFailure.objects.bulk_create(
        [
            ReplayFailure(
                replay_id=again, position=position, stage=stage, cause=cause, failed_at=now
            )
            for position, _, stage, cause in _rows(aside)
        ],
        batch_size=_SPANS,
        ignore_conflicts=True,
    )


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
