"""Feeds as JSON: hand files in, follow the intake, see what became of each feed, withdraw one."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from muster.gates.access import Actor, Subject, may, purpose_of
from muster.hub import queries
from muster.hub.framing.positions import in_words
from muster.hub.routes import routes
from muster.hub.uploads import hand_in
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, NotFound, NotPermitted, Where
from muster.pagekit.views import no_such

router = Router(tags=["feeds"])
_START, _LIMIT = Query(0, ge=0, le=10**9), Query(25, ge=1, le=100)  # type: ignore[type-arg]


class Refused(Schema):
    """Why a request was refused: what is wrong, where, and what to do."""

    what: str
    where: dict[str, Any]
    fix: str


class IntakeOut(Schema):
    """How far an intake is; it is done when ``finished_at`` is set."""

    id: uuid.UUID
    name: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    files_found: int
    files_known: int
    files_done: int
    rows_done: int
    not_taken: list[dict[str, str]]


class FeedOut(Schema):
    """One feed and its fate. Rows in = accepted + quarantined; ``set_aside`` are no records.

    ``waits_for`` says what could let a held or refused feed go on, such as ``as_at``.
    """

    id: uuid.UUID
    name: str
    route: str
    layout: str
    as_at: dt.date | None
    sha256: str
    received_at: dt.datetime
    state: str
    said: str
    waits_for: str
    full: bool
    sheets: list[str]
    rows: int
    accepted: int
    quarantined: int
    set_aside: dict[str, int]
    notes: list[str]


class CauseOut(Schema):
    """Rows that wait for the same reason. No personal value stands in it."""

    cause: str
    field: str
    reason: str
    rows: int
    first: str


class Stated(Schema):
    """What the sender says of the files, where names and columns do not tell."""

    route: str | None = None
    as_at: dt.date | None = None


class Reason(Schema):
    """Why something is done, in a sentence."""

    reason: str


_ERRORS = {400: Refused, 401: Refused, 403: Refused, 404: Refused, 409: Refused, 422: Refused}


@router.post("/feeds", response={202: IntakeOut, **_ERRORS}, summary="Hand files in")
def hand_in_files(
    request: HttpRequest,
    files: File[list[UploadedFile]],
    stated: Form[Stated],
) -> Status[IntakeOut]:
    """Keep files for the next worker; follow the intake that is returned."""
    actor = _allowed(request, "load feeds")
    system = _system_of(actor)
    own = [route for route in routes(employer=actor.employer) if route.sender == system]
    chosen = next((route for route in own if route.code == stated.route), None)
    if stated.route is not None and chosen is None:
        known = ", ".join(route.code for route in own)
        raise BadInput(
            "No such route takes files of this system",
            where=Where(field="route"),
            fix=f"Use {known}" if known else "Ask for an agreement first",
        )
    intake = hand_in(
        files, folder=system.partition(":")[2], among=[one.code for one in own],
        route=stated.route, as_at=stated.as_at, by=actor.id, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    return Status(202, _intake(queries.intake(intake)))


@router.get("/intakes/{intake}", response={200: IntakeOut, **_ERRORS}, summary="Follow an intake")
def follow(request: HttpRequest, intake: uuid.UUID) -> IntakeOut:
    """Say how far an intake of one's own is."""
    actor = _allowed(request, "see feeds")
    found = queries.intake(intake)
    if found.started_by != actor.id:
        raise NotFound("No such intake", where=Where(thing=str(intake)), fix="Check its id")
    return _intake(found)


@router.get("/feeds", response={200: list[FeedOut], **_ERRORS}, summary="List feeds")
def list_feeds(
    request: HttpRequest,
    intake: uuid.UUID | None = None,
    route: str = "",
    state: str = "",
    start: int = _START,
    limit: int = _LIMIT,
) -> list[FeedOut]:
    """List feeds of one's employer, newest first; at most 100 at a time."""
    actor = _allowed(request, "see feeds")
    found = queries.landings(
        employer=actor.employer, system=_system_of(actor), by=actor.id, intake=intake,
        route=route, state=state, start=start, limit=limit,
    ).found  # fmt: skip
    return list(map(_feed, found))


@router.get("/feeds/{feed}", response={200: FeedOut, **_ERRORS}, summary="See a feed")
def see_feed(request: HttpRequest, feed: uuid.UUID) -> FeedOut:
    """Say what became of a feed."""
    return _feed(_own_feed(request, feed, "see feeds"))


@router.get("/feeds/{feed}/causes", response={200: list[CauseOut], **_ERRORS})
def see_causes(request: HttpRequest, feed: uuid.UUID) -> list[CauseOut]:
    """Say why rows of a feed wait, the commonest cause first."""
    found = _own_feed(request, feed, "see feeds")
    causes = queries.causes(landing_id=found.id)
    return [
        CauseOut(
            cause=one.cause, field=one.field, reason=one.reason, rows=one.rows,
            first=in_words(one.first, found.sheets, unpivoted=found.unpivoted),
        )
        for one in causes
    ]  # fmt: skip


@router.post("/feeds/{feed}/withdrawal", response={200: FeedOut, **_ERRORS})
def withdraw_feed(request: HttpRequest, feed: uuid.UUID, why: Reason) -> FeedOut:
    """Withdraw a feed: afterwards everything is as if it had never come."""
    found = _own_feed(request, feed, "withdraw feeds")
    actor: Actor = request.auth  # type: ignore[attr-defined]
    withdraw(landing=found.id, reason=why.reason, by=actor.id, clock=SYSTEM_CLOCK)
    return _feed(queries.landing(found.id))


def _allowed(request: HttpRequest, verb: Any) -> Actor:
    """Return the calling system if its employer's own feeds are in its reach."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    if actor.employer is None or purpose_of(actor, verb) is None:
        raise NotPermitted(
            f"This system may not {verb}", fix="Use a token of a system that an employer owns"
        )
    return actor


def _system_of(actor: Actor) -> str:
    """Return the code of the calling system: a token acts for it alone, not for its siblings."""
    return actor.id.removeprefix("system:")


def _own_feed(request: HttpRequest, feed: uuid.UUID, verb: Any) -> queries.LandingView:
    actor = _allowed(request, verb)
    try:
        found = queries.landing(feed)
    except NotFound:
        raise no_such("feed") from None
    purpose = purpose_of(actor, verb)
    sent = not found.route and found.received_by == actor.id
    assert purpose is not None
    if not sent and found.system != _system_of(actor):
        raise no_such("feed")
    if not sent and not may(actor, verb, Subject("feed", found.employer), purpose).allowed:
        raise no_such("feed")
    return found


def _intake(found: queries.Progress) -> IntakeOut:
    return IntakeOut(
        id=found.id, name=found.name, started_at=found.started_at,
        finished_at=found.finished_at, files_found=found.files_found,
        files_known=found.files_known, files_done=found.files_done, rows_done=found.rows_done,
        not_taken=list(found.skipped),
    )  # fmt: skip


def _feed(view: queries.LandingView) -> FeedOut:
    return FeedOut(
        id=view.id, name=view.name, route=view.route, layout=view.layout, as_at=view.as_at,
        sha256=view.sha256, received_at=view.received_at, state=view.state, said=view.said,
        waits_for=view.waits_for, full=view.full, sheets=list(view.sheets), rows=view.rows,
        accepted=view.accepted, quarantined=view.quarantined, set_aside=dict(view.aside),
        notes=list(view.notes),
    )  # fmt: skip
