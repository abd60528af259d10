"""Handing the difference of a file to a receiver, slice by slice, each exactly once.

Rows are numbered through all files of a route, so that the receiver's inbox knows each of them. A
row that could not be translated, or that the receiver rejects, waits with its reason; it is tried
again with the next file, or when somebody says so. A file that would change an unusual share of
what the receiver holds waits for a person (``breaker``). That the file no longer lists a record is
counted, never sent: outlets take rows, and delete none.
"""

import datetime as dt

import polars as pl
from django.db import transaction
from django.db.models import Max

from muster.connectors.outlets import ENVELOPES, Fenced, Receipt, Shipment, Unreachable
from muster.hub.delivering.carrying import block, retry
from muster.hub.delivering.lease import Lease, LostLease, move
from muster.hub.delivering.routing import Routing, routing_of
from muster.hub.forwarding.breaker import hold_if_unusual
from muster.hub.forwarding.current import FAILED, Current, current_of
from muster.hub.forwarding.difference import (
    Difference,
    difference_of,
    digest_of,
    effect_of,
    in_doubt,
    keep_told,
    told_after,
    told_before,
)
from muster.hub.forwarding.due import Due, is_last, says_everything
from muster.hub.landing import Read
from muster.hub.models import Forward, ForwardedRow, Landing
from muster.hub.translating.kept import versions_used
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import MusterError
from muster.ledger.current import ledger

FORWARDED = "muster.hub.feed.forwarded.v1"
SLICE = 20_000
_NUMBER_BITS = 32
_CAUSE = 500


def forward(lease: Lease, due: Due, read: Read, *, clock: Clock) -> int:
    """Carry a file on to a route's receiver; return how many rows it was told.

    Raises:
        LostLease: if another worker has taken the route over.
    """
    now = clock.now()
    try:
        routing = routing_of(due.route, legal_day(now))
        if routing.outlet is None:
            block(lease, routing.permission.because, now)
            return 0
        return _carried(lease, due, routing, read, clock)
    except Unreachable as problem:
        retry(lease, problem, clock.now())
    except Fenced:
        raise LostLease from None
    except MusterError as problem:
        block(lease, str(problem), clock.now())
    return 0


def _carried(lease: Lease, due: Due, routing: Routing, read: Read, clock: Clock) -> int:
    landing = Landing.objects.select_related("route", "intake").get(id=due.landing)
    current = current_of(landing, routing, read, clock=clock)
    work, told, found = _opened(due, routing, current, says_everything(landing), clock.now())
    if hold_if_unusual(lease, work, routing, landing, effect_of(current, told, found), clock.now()):
        return 0
    _begin(work, routing, in_doubt(told, current, found))
    refused = pl.DataFrame(schema=FAILED)
    said = ""
    for start in range(0, len(found.places), SLICE):
        places = found.places[start : start + SLICE]
        receipt = _handed(lease, routing, work, current, places, start)
        refused = pl.concat([refused, _refused(receipt, work, current, found.places)])
        said = receipt.acknowledged
        with transaction.atomic():
            move(lease, clock.now(), attempts=0, retry_at=None, blocked="")
    rejected = current.rows.gather(found.places).is_in(refused["row"].implode())
    sent = found.places.filter(~rejected)
    after = told_after(told, current, sent, full=says_everything(landing))
    failed = pl.concat([current.failed, refused])
    _note(lease, work, routing, landing, after, failed, len(sent), found.gone, said, clock.now())
    return len(sent)


def _opened(
    due: Due, routing: Routing, current: Current, full: bool, now: dt.datetime
) -> tuple[Forward, pl.DataFrame, Difference]:
    """Return the forward under way for this landing or a new one, what was told, and what is new.

    One that was begun before and not done is gone on with under its own number: the receiver
    knows the rows it took by it. That holds only where it would tell the very same rows still, and
    nothing was told since.
    """
    version = routing.route.translation_version
    open_one = Forward.objects.filter(
        route=due.route, landing=due.landing, parts=due.parts, translation_version=version,
        done_at__isnull=True,
    ).order_by("-number").first()  # fmt: skip
    if open_one is not None and is_last(open_one):
        told = told_before(due.route, open_one.number)
        found = difference_of(current, told, full=full)
        if bytes(open_one.digest) == digest_of(current, found):
            return open_one, told, found
    highest = Forward.objects.filter(route=due.route).aggregate(number=Max("number"))["number"]
    number = (highest or 0) + 1
    told = told_before(due.route, number)
    found = difference_of(current, told, full=full)
    made = Forward.objects.create(
        route_id=due.route, landing_id=due.landing, parts=due.parts, number=number,
        translation_version=version, began_at=now, digest=digest_of(current, found),
    )  # fmt: skip
    return made, told, found


def _begin(work: Forward, routing: Routing, told: pl.DataFrame) -> None:
    """Keep what is told while it is in doubt what the receiver takes."""
    if not work.blob_key and told.height:
        work.blob_key = keep_told(work.id, routing.route.id, told)
        work.save(update_fields=["blob_key"])


def _handed(
    lease: Lease, routing: Routing, work: Forward, current: Current, places: pl.Series, start: int
) -> Receipt:
    """Hand one slice over. Its rows are numbered by forward and place in the difference."""
    first = (work.number << _NUMBER_BITS) + start
    rows, keys = current.rows.gather(places), current.keys.gather(places)
    route = routing.route
    envelopes = (
        pl.DataFrame(
            {
                "position": pl.int_range(first, first + len(places), eager=True),
                "id": rows.cast(pl.String),
                "subject": keys.bin.encode("hex"),
            }
        )
        .with_columns(
            id=pl.format("{}:{}", pl.lit(str(work.landing_id)), "id"),
            source=pl.lit(f"/systems/{route.source.code}/feeds"),
            type=pl.lit(route.contract),
            time=pl.lit(work.began_at.isoformat()),
            traceparent=pl.lit(""),
            correlation=pl.lit(""),
        )
        .with_columns(key=pl.format("{}#{}", pl.lit(f"{route.code}#{work.number}"), "id"))
    )
    assert routing.outlet is not None
    return routing.outlet.deliver(
        Shipment(f"{route.code}#feeds", 0, lease.fence, "", envelopes.select(list(ENVELOPES)),
                 current.data[places], after=(work.number << _NUMBER_BITS) - 1)
    )  # fmt: skip


def _refused(receipt: Receipt, work: Forward, current: Current, places: pl.Series) -> pl.DataFrame:
    """Return the rows that the receiver did not take, and what it said."""
    if not receipt.results.height:
        return pl.DataFrame(schema=FAILED)
    within = receipt.results["position"] - (work.number << _NUMBER_BITS)
    return pl.DataFrame(
        {
            "row": current.rows.gather(places.gather(within)).cast(pl.Int64),
            "cause": receipt.results["said"],
        }
    )


def _note(
    lease: Lease,
    work: Forward,
    routing: Routing,
    landing: Landing,
    told: pl.DataFrame,
    failed: pl.DataFrame,
    sent: int,
    gone: int,
    said: str,
    now: dt.datetime,
) -> None:
    """Record that a file was carried on, with what could not be."""
    agreement = routing.route.agreement
    assert agreement is not None
    key = keep_told(work.id, routing.route.id, told)
    with transaction.atomic():
        move(lease, now, attempts=0, retry_at=None, blocked="")
        ForwardedRow.objects.filter(forward__route=routing.route).delete()
        ForwardedRow.objects.bulk_create(
            [ForwardedRow(forward=work, row=row, cause=cause[:_CAUSE])
             for row, cause in failed.iter_rows()],
            batch_size=5000,
        )  # fmt: skip
        work.sent, work.waiting, work.gone = sent, failed.height, gone
        work.done_at, work.blob_key, work.acknowledged = now, key, said
        body = {
            "landing": landing.id, "sha256": landing.sha256, "sent": sent, "gone": gone,
            "waiting": failed.height, "agreement": agreement.code,
            "agreement_version": agreement.version, "receiver": agreement.receiver,
            "translation_version": work.translation_version, "acknowledged": said,
            "lookups": versions_used(routing.lookups),
        }  # fmt: skip
        subject = f"route:hub:{routing.route.code}"
        work.entry = ledger().append_one("exchange", FORWARDED, subject, body)
        work.save()
