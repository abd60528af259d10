"""Messages as JSON: send them, ask what became of each, see routes, release and replay.

A token acts for its system alone: it sends that system's messages, and sees those it sent or may
have. Where the system has registered keys, what it sends must be signed (RFC 9421).
"""

import datetime as dt
import re
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status

from muster.connectors.http_json.signatures import SignatureRefused
from muster.gates.access import Actor, Verb, purpose_of
from muster.hub.delivering import queries as delivering
from muster.hub.delivering.releasing import release_all
from muster.hub.delivering.replaying import plan, replay
from muster.hub.messages import queries
from muster.hub.messages.acceptance import Answer
from muster.hub.messages.pressure import WAIT_SECONDS, Overfull
from muster.hub.messages.signatures import SignedRequest, check_signature
from muster.hub.messages.taking import Signed, take
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotPermitted
from muster.pagekit.views import no_such
from muster.services.messages.reading import Fault, read_request

router = Router(tags=["messages"])
_START, _LIMIT = Query(0, ge=0, le=10**9), Query(50, ge=1, le=100)  # type: ignore[type-arg]
_KEPT = ("accepted", "known", "refused")
# As receivers of batches tell what became of each message, so that a hub can send to a hub.
_STATUSES = {"accepted": 202, "known": 208, "refused": 202, "malformed": 400, "conflict": 409}
_KEY = re.compile(r'"?([\x21\x23-\x7e][\x20\x21\x23-\x7e]{0,198})"?')


class Refused(Schema):
    """Why a request was refused: what is wrong, where, and what to do."""

    what: str
    where: dict[str, Any]
    fix: str


class ResultOut(Schema):
    """What became of one message: in the order in which they were sent.

    ``outcome`` is ``accepted``, ``known`` (it came before), ``refused`` (kept, but it goes
    nowhere), ``malformed`` or ``conflict`` (not kept); ``detail`` says why. ``position`` is its
    place in the exchange log.
    """

    id: str
    outcome: str
    status: int
    position: int | None
    detail: str
    field: str | None


class ShipmentOut(Schema):
    """One handing over; ``why`` is the reason of a release or replay."""

    handed_at: dt.datetime
    messages: int
    agreement: str
    agreement_version: int
    translation_version: int
    acknowledged: str
    why: str


class LegOut(Schema):
    """What became of a message on one route; ``because`` says why it waits."""

    route: str
    receiver: str
    state: str
    because: str
    shipment: ShipmentOut | None
    replays: list[ShipmentOut]


class MessageOut(Schema):
    """One message without its data: ``refused`` says why it goes nowhere, empty if it may.

    ``same_case`` are positions of messages with the same ``correlationid``: a request's replies.
    """

    position: int
    id: str
    source: str
    type: str
    subject: str
    time: str
    correlationid: str
    traceparent: str
    received_at: dt.datetime
    sha256: str
    signed_by: str
    refused: str
    routes: list[LegOut]
    same_case: list[int]


class RouteOut(Schema):
    """A route from or to the system, and how it is doing.

    ``state`` is ``level``, ``behind``, ``blocked``, ``paused`` or ``off``; ``behind`` messages
    wait for their turn, the oldest since ``oldest``.
    """

    code: str
    contract: str
    sender: str
    receiver: str
    agreement: str
    state: str
    paused: str
    blocked: str
    behind: int
    oldest: dt.datetime | None
    parked: int
    parked_subjects: int
    last_hour: int
    last_day: int


class ParkedOut(Schema):
    """Messages that wait for the same cause; ``behind`` more wait behind them."""

    stage: str
    cause: str
    retrying: bool
    messages: int
    subjects: int
    behind: int
    first: int
    since: dt.datetime


class ReleaseIn(Schema):
    """Which messages may go on: those of a subject, or those that wait for a cause; and why."""

    reason: str
    subject: str = ""
    stage: str = ""
    cause: str = ""


class ReleasedOut(Schema):
    """How many messages were released, those behind included."""

    messages: int


class ReplayIn(Schema):
    """Which messages to hand over once more, and why."""

    reason: str
    first: int | None = None
    last: int | None = None
    subject: str = ""
    correlationid: str = ""


class ReplayOut(Schema):
    """A replay that was asked for: at most so many messages, between two positions."""

    id: uuid.UUID
    first: int
    last: int
    messages: int


_ERRORS = {400: Refused, 401: Refused, 403: Refused, 404: Refused, 409: Refused, 422: Refused}
_SENDING = {**_ERRORS, 413: Refused, 415: Refused, 429: Refused}
_BODIES = {
    "application/cloudevents+json": {"schema": {"type": "object"}},
    "application/cloudevents-batch+json": {
        "schema": {"type": "array", "items": {"type": "object"}}
    },
    "application/json": {"schema": {"type": "object"}},
}


@router.post(
    "/events",
    response={202: list[ResultOut], **_SENDING},
    summary="Send messages",
    openapi_extra={"requestBody": {"required": True, "content": _BODIES}},
)
def send_messages(request: HttpRequest, response: HttpResponse) -> Any:
    """Keep CloudEvents (structured, a batch, or binary), and say what became of each."""
    system = _system(request, "send messages")
    try:
        body, raws, single = read_request(request)
        signed = _signed(request, body, system)
        answers = take(raws, system=system, clock=SYSTEM_CLOCK, name=_name(request), signed=signed)
    except Fault as fault:
        return _refused(fault.status, fault.what, fault.field, fault.fix)
    except Overfull as problem:
        response["Retry-After"] = str(WAIT_SECONDS)
        return _refused(429, problem.what, None, problem.fix)
    except SignatureRefused as problem:
        status = 400 if problem.code == "digest" else 403
        return _refused(status, problem.what, problem.where.field, problem.fix)
    if single and answers[0].outcome not in _KEPT:
        status = 409 if answers[0].outcome == "conflict" else 422
        return _refused(status, *_said(answers[0]))
    return Status(202, [_result(answer) for answer in answers])


@router.get("/events/{int:position}", response={200: MessageOut, **_ERRORS})
def see_message(request: HttpRequest, position: int) -> MessageOut:
    """Say what became of a message that the system sent or may have."""
    system = _system(request, "see messages")
    found = queries.journey(position, of=system)
    one = found.message
    return MessageOut(
        position=one.position, id=one.id, source=one.source, type=one.contract,
        subject=one.subject, time=one.time, correlationid=one.correlation,
        traceparent=one.traceparent, received_at=one.received_at, sha256=one.digest,
        signed_by=one.key, refused=one.refused, routes=list(map(_leg, found.legs)),
        same_case=[other.position for other in found.same_case],
    )  # fmt: skip


@router.get("/routes", response={200: list[RouteOut], **_ERRORS}, summary="List routes")
def list_routes(request: HttpRequest) -> list[RouteOut]:
    """List the routes from and to the system, and how each is doing."""
    system = _system(request, "see messages")
    return list(map(_route, delivering.routes(clock=SYSTEM_CLOCK, system=system)))


@router.get("/routes/{code}/parked", response={200: list[ParkedOut], **_ERRORS})
def see_parked(request: HttpRequest, code: str) -> list[ParkedOut]:
    """Say why messages wait on a route, by cause and without any personal value."""
    system = _system(request, "see messages")
    _own(code, system)
    return [
        ParkedOut(
            stage=one.stage, cause=one.cause, retrying=one.retrying, messages=one.messages,
            subjects=one.subjects, behind=one.behind, first=one.position, since=one.since,
        )
        for one in delivering.causes(route=code, system=system)
    ]  # fmt: skip


@router.post("/routes/{code}/releases", response={200: ReleasedOut, **_ERRORS})
def release(request: HttpRequest, code: str, wish: ReleaseIn) -> Any:
    """Let messages that wait be handed over again, after what was wrong is mended."""
    system = _system(request, "release messages")
    _own(code, system)
    if not (wish.subject or wish.cause):
        return _refused(422, "It is not said what to release", "cause", "Name a cause or a subject")
    if not wish.reason.strip():
        return _refused(422, "There is no reason", "reason", "Say why")
    actor: Actor = request.auth  # type: ignore[attr-defined]
    messages = release_all(
        code, stage=wish.stage, cause=wish.cause, subject=wish.subject, reason=wish.reason,
        by=actor.id, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    return ReleasedOut(messages=messages)


@router.post("/routes/{code}/replays", response={202: ReplayOut, **_ERRORS})
def ask_replay(request: HttpRequest, code: str, wish: ReplayIn) -> Any:
    """Ask for messages to be handed over once more: by position, subject or case."""
    system = _system(request, "replay messages")
    _own(code, system)
    actor: Actor = request.auth  # type: ignore[attr-defined]
    which: dict[str, Any] = {
        "first": wish.first, "last": wish.last, "subject": wish.subject,
        "correlation": wish.correlationid,
    }  # fmt: skip
    made = replay(code, **which, reason=wish.reason, by=actor.id, clock=SYSTEM_CLOCK)
    planned = plan(code, **which)
    return Status(
        202,
        ReplayOut(id=made, first=planned.first, last=planned.last, messages=planned.messages),
    )


def _system(request: HttpRequest, verb: Verb) -> str:
    """Return the calling system, which may do something for itself alone."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    if purpose_of(actor, verb) is None:
        raise NotPermitted(f"This system may not {verb}", fix="Use a token of another system")
    return actor.id.removeprefix("system:")


def _own(code: str, system: str) -> None:
    """Refuse a route that is not of a system, as one that is not there."""
    if code not in {one.code for one in delivering.routes(clock=SYSTEM_CLOCK, system=system)}:
        raise no_such("route")


def _signed(request: HttpRequest, body: bytes, system: str) -> Signed | None:
    came = SignedRequest(
        request.method or "", request.build_absolute_uri(), dict(request.headers), body
    )
    key = check_signature(came, system=system, clock=SYSTEM_CLOCK)
    return Signed(came, key) if key is not None else None


def _name(request: HttpRequest) -> str:
    """Return what the sender calls the request; "" if nothing."""
    stated = request.headers.get("Idempotency-Key")
    if stated is None:
        return ""
    found = _KEY.fullmatch(stated.strip())
    if found is None:
        raise Fault(400, "The Idempotency-Key cannot be read", "Idempotency-Key",
                    "Send 1 to 199 printable characters")  # fmt: skip
    return found[1]


def _refused(status: int, what: str, field: str | None, fix: str) -> Status[Refused]:
    where = {"field": field} if field else {}
    return Status(status, Refused(what=what, where=where, fix=fix))


def _said(answer: Answer) -> tuple[str, str | None, str]:
    """Return what is wrong with a message, where, and what to do."""
    what, _, fix = answer.said.rstrip(".").partition(". ")
    if answer.field:
        what = what.replace(f" (field {answer.field})", "")
    return what, answer.field, fix or "Correct it and send it again"


def _result(answer: Answer) -> ResultOut:
    return ResultOut(
        id=answer.id, outcome=answer.outcome, status=_STATUSES[answer.outcome],
        position=answer.position, detail=answer.said, field=answer.field,
    )  # fmt: skip


def _leg(leg: queries.Leg) -> LegOut:
    return LegOut(
        route=leg.route, receiver=leg.receiver, state=leg.state, because=leg.because,
        shipment=_shipment(leg.shipment) if leg.shipment else None,
        replays=list(map(_shipment, leg.again)),
    )  # fmt: skip


def _shipment(one: queries.Shipment) -> ShipmentOut:
    return ShipmentOut(
        handed_at=one.handed_at, messages=one.messages, agreement=one.agreement,
        agreement_version=one.agreement_version, translation_version=one.translation_version,
        acknowledged=one.acknowledged, why=one.why,
    )  # fmt: skip


def _route(one: delivering.RouteView) -> RouteOut:
    return RouteOut(
        code=one.code, contract=one.contract, sender=one.sender, receiver=one.receiver,
        agreement=one.agreement, state=one.state, paused=one.paused, blocked=one.blocked,
        behind=one.behind, oldest=one.oldest, parked=one.parked, parked_subjects=one.subjects,
        last_hour=one.last_hour, last_day=one.last_day,
    )  # fmt: skip
