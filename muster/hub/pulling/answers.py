"""What a receiver's loader answered to the files that a route left: read back, row by row.

A shipment counts as handed over once its file stands there; hours later the loader says what became
of each row. A row that it rejected parks its message with the receiver's words, so that somebody
mends and releases it, and what comes later of its subject waits behind. What was answered once is
answered for good: the same file read again changes nothing.
"""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import F

from muster.connectors.load_file.connector import COMING, KIND, LoadFile
from muster.connectors.outlets import Shipment
from muster.hub.delivering.following import OPEN, hold_decisions
from muster.hub.delivering.outlets import outlet_of
from muster.hub.delivering.routing import routing_of
from muster.hub.messages.acceptance import shard_of
from muster.hub.models import (
    AnswerFile,
    Cursor,
    Delivery,
    Inlet,
    Message,
    Parked,
    ParkedState,
    Route,
    RowAnswer,
)
from muster.hub.pulling.came import Came
from muster.hub.pulling.leases import Turn, move
from muster.hub.pulling.sent import NotTold, sent
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import NotFound, Where
from muster.kernel.ids import new_id
from muster.ledger.current import ledger

ANSWERED = "muster.hub.shipment.answered.v1"
AWAITED = dt.timedelta(days=30)
"""So long an answer is waited for."""
LATER = "a later message of its subject was handed over before it was rejected"
_AT_ONCE = 200
_SAID, _LISTED = 500, 200


def pull_answers(row: Inlet, turn: Turn, *, clock: Clock) -> Came:
    """Read what a loader answered since the last time.

    Raises:
        LostLease: if another worker has taken the inlet over.
        Unreachable: if the answers cannot be fetched now; what was read stands.
        NotFound: if the route is gone, or leads to no loader any more.
    """
    code = row.settings.get("route", "")
    route = Route.objects.select_related("endpoint").filter(code=code).first()
    if route is None or route.endpoint is None or route.endpoint.kind != KIND:
        fix = "Remove this inlet, or let the route lead to a loader again"
        raise NotFound("No route to a loader", where=Where(thing=code), fix=fix)
    outlet = outlet_of(route.endpoint)
    assert isinstance(outlet, LoadFile)
    now = clock.now()
    with transaction.atomic():
        move(turn, now)
        _await_new(route, now)
    waiting = AnswerFile.objects.filter(route=route, done_at__isnull=True)
    brought = 0
    for file in waiting.select_related("delivery").order_by("looked_at")[:_AT_ONCE]:
        brought += _read(file, route, outlet, turn, clock)
    return Came(brought)


def _await_new(route: Route, now: dt.datetime) -> None:
    """Begin to wait for the answers to what was left since the last time."""
    fresh = Delivery.objects.filter(route=route, handed_at__gt=now - AWAITED).exclude(
        id__in=AnswerFile.objects.filter(route=route).values("delivery")
    )
    AnswerFile.objects.bulk_create(
        AnswerFile(
            delivery=one, route=route, waiting=one.messages, looked_at=one.handed_at,
            name=one.acknowledged.partition(".zip:")[0][:200],
        )
        for one in fresh
    )  # fmt: skip


def _read(file: AnswerFile, route: Route, outlet: LoadFile, turn: Turn, clock: Clock) -> int:
    """Read one answer; return how many rows were answered now."""
    if outlet.answers_are_read and not outlet.is_answered(file.name):
        _note(file, route, {}, COMING, turn, clock)
        return 0
    routing = routing_of(route.id, legal_day(clock.now()))
    try:
        went = sent(file.delivery, routing)
    except NotTold as problem:
        _note(file, route, {}, str(problem), turn, clock, over=True)
        return 0
    told = outlet.results(went, file.name)
    fates = dict.fromkeys(went.envelopes["position"].to_list(), ("taken", ""))
    fates.update({at: (outcome, said) for at, outcome, said in told.iter_rows()})
    unclear = [said for outcome, said in fates.values() if outcome == "unknown"]
    why = unclear[0] if unclear else ""
    return _note(file, route, fates, why, turn, clock, went=went)


def _note(
    file: AnswerFile,
    route: Route,
    fates: Mapping[int, tuple[str, str]],
    why: str,
    turn: Turn,
    clock: Clock,
    *,
    went: Shipment | None = None,
    over: bool = False,
) -> int:
    """Keep what is new of an answer, and park what was rejected, in one transaction."""
    now = clock.now()
    with transaction.atomic():
        move(turn, now)
        known = set(RowAnswer.objects.filter(file=file).values_list("position", flat=True))
        fresh = {
            at: one for at, one in sorted(fates.items()) if one[0] != "unknown" and at not in known
        }
        RowAnswer.objects.bulk_create(
            RowAnswer(file=file, position=at, outcome=outcome, said=said[:_SAID], told_at=now)
            for at, (outcome, said) in fresh.items()
        )
        rejected = {at: said for at, (outcome, said) in fresh.items() if outcome == "rejected"}
        file.taken += len(fresh) - len(rejected)
        file.rejected += len(rejected)
        file.waiting = max(0, file.delivery.messages - file.taken - file.rejected)
        file.said, file.looked_at = why[:_SAID], now
        if over or not file.waiting or now - file.delivery.handed_at > AWAITED:
            file.done_at = now
        file.save()
        if rejected and went is not None:
            subjects = dict(went.envelopes.select("position", "subject").iter_rows())
            _park(route, rejected, subjects, now)
        if fresh:
            Inlet.objects.filter(id=turn.inlet).update(brought=F("brought") + len(fresh))
            body = {
                "file": file.name, "entry": file.delivery.entry, "taken": file.taken,
                "rejected": sorted(rejected)[:_LISTED], "rejected_count": len(rejected),
                "waiting": file.waiting,
            }  # fmt: skip
            ledger().append_one("exchange", ANSWERED, f"route:hub:{route.code}", body)
    return len(fresh)


def _park(
    route: Route, rejected: Mapping[int, str], subjects: Mapping[int, str], now: dt.datetime
) -> None:
    """Park what a loader rejected, unless it waits already."""
    hold_decisions(route.id)
    waits = Parked.objects.filter(route=route, position__in=rejected, state__in=OPEN)
    known = set(waits.values_list("position", flat=True))
    overtaken = _overtaken(route, {at: subjects[at] for at in rejected})
    Parked.objects.bulk_create(
        Parked(
            id=new_id(), route=route, position=at, subject=subjects[at],
            shard=shard_of(subjects[at]), state=ParkedState.PARKED, stage="receiver",
            cause=(f"{said} ({LATER})" if at in overtaken else said)[:_SAID], parked_at=now,
        )
        for at, said in rejected.items()
        if at not in known
    )  # fmt: skip


def _overtaken(route: Route, rejected: Mapping[int, str]) -> set[int]:
    """Return which messages have later ones of their subject that were handed over meanwhile."""
    reached = {one.shard: one.position for one in Cursor.objects.filter(route=route)}
    later = Message.objects.filter(
        contract=route.contract, system=route.source_id, refused="",
        subject__in=set(rejected.values()), position__gt=min(rejected),
    ).values_list("subject", "position", "shard")  # fmt: skip
    aside = set(
        Parked.objects.filter(route=route, subject__in=set(rejected.values()), state__in=OPEN)
        .values_list("position", flat=True)
    )  # fmt: skip
    went = [
        (subject, at) for subject, at, shard in later
        if at <= reached.get(shard % route.shards, -1) and at not in aside and at not in rejected
    ]  # fmt: skip
    return {at for at, subject in rejected.items() if any(
        other == subject and place > at for other, place in went
    )}  # fmt: skip
