"""What people do with trials: begin one, accept how it differs, let it go live, give it up.

Nobody lets their own proposal go live. What was accepted is the kinds of difference that a person
saw; a kind that turns up later has to be accepted as well.
"""

import hashlib
import tomllib
import uuid
from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from muster.hub.airlock.looking import FRESH, SLICE, contract_of, look_on
from muster.hub.contract_registry import accept_revision
from muster.hub.contracts import Contract
from muster.hub.delivering.queries import stream_of
from muster.hub.delivering.routing import mapping_of
from muster.hub.models import (
    ContractRevision,
    Delivery,
    Route,
    Trial,
    TrialDifference,
    TrialKind,
    TrialState,
)
from muster.hub.translating import RouteMapping, beyond, check_examples
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.ledger.current import ledger

BEGUN, ACCEPTED = "muster.hub.trial.begun.v1", "muster.hub.trial.accepted.v1"
WENT_LIVE, WITHDRAWN = "muster.hub.trial.ended.v1", "muster.hub.trial.withdrawn.v1"
LARGEST = 200_000
LAST = 1000


def begin(
    route: str,
    *,
    translation: str | None = None,
    revision: int | None = None,
    since: int | None = None,
    last: int = LAST,
    reason: str,
    by: str,
    clock: Clock,
) -> uuid.UUID:
    """Begin a trial on a route: nothing of it is delivered; return its id.

    Args:
        route: the route's code.
        translation: what is tried instead of the live translation; None leaves that as it is.
        revision: a drafted revision of the route's contract to try; None takes the one in force.
        since: look at messages from this position on.
        last: without ``since``, how many past messages to begin with.
        reason: why; it is recorded.
        by: who proposes it.
        clock: stamps it.

    Raises:
        BadInput: without a reason, or if the translation is wrong, needs a field that is not
            agreed, or its own worked examples do not hold.
        NotFound: if there is no such route, or no such draft.
        Conflict: if a trial runs on the route already.
    """
    reasoned(reason)
    found = Route.objects.select_related("agreement").filter(
        code=route, receiver__isnull=False
    ).first()  # fmt: skip
    if found is None:
        raise NotFound("No such route", where=Where(thing=route), fix="See the routes page")
    drafted = _draft(found, revision)
    text = found.translation if translation is None else translation.replace("\r\n", "\n")
    checked(text, found, contract_of(found, drafted))
    fresh = not found.enabled and not Delivery.objects.filter(route=found).exists()
    first, until = _stretch(found, since, FRESH if fresh else last)
    try:
        with transaction.atomic():
            row = Trial.objects.create(
                route=found, revision=drafted, translation=text, fresh=fresh,
                against=found.translation_version, reason=reason, began_at=clock.now(),
                began_by=by, first=first, position=first - 1, until=until,
            )  # fmt: skip
            digest = hashlib.sha256(text.encode()).hexdigest()
            _told(BEGUN, row, by, reason, translation=digest, revision=revision, since=first)
    except IntegrityError:
        raise Conflict(
            "A trial runs on this route already", where=Where(thing=route),
            fix="Wait for it, or withdraw it",
        ) from None  # fmt: skip
    return row.id


def checked(text: str, route: Route, contract: Contract) -> RouteMapping | None:
    """Return what a translation states; None if messages go as they are.

    Raises:
        BadInput: saying what is wrong with it.
    """
    where = Where(thing=f"route {route.code}")
    if len(text) > LARGEST or "\x00" in text:
        raise BadInput(
            "Too long a translation, or one with a null character", where=where,
            fix=f"Write up to {LARGEST:,} characters",
        )  # fmt: skip
    try:
        head = tomllib.loads(text).get("mapping", {})
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise BadInput(f"Not TOML: {problem}", where=where, fix="Correct the text") from None
    if not isinstance(head, dict):
        raise BadInput("[mapping] is no table", where=where, fix="Write [mapping] with its words")
    mapping = mapping_of(text, contract)
    if mapping is None:
        return None
    more = sorted(beyond(mapping, route.agreement.fields if route.agreement else ()))
    if more:
        raise BadInput(
            f"The agreement does not name what the translation reads: {', '.join(more)}",
            where=where, fix="Amend the agreement first, or leave them out",
        )  # fmt: skip
    wrong = check_examples(mapping)
    if wrong:
        raise BadInput(
            f"Its worked examples do not hold: {'; '.join(wrong)}", where=where,
            fix="Correct the translation or its examples",
        )  # fmt: skip
    return mapping


@transaction.atomic
def accept_differences(
    trial: uuid.UUID, kinds: Collection[int], *, reason: str, by: str, clock: Clock
) -> int:
    """Accept kinds of difference that were seen; return how many still wait.

    Raises:
        BadInput: without a reason, or for kinds that the trial does not have.
        NotFound: if there is no such trial.
        NotPermitted: for whoever proposed it.
        Conflict: if it is over.
    """
    reasoned(reason)
    row = _running(trial, by)
    _accept(row, kinds, reason, by, clock)
    return TrialKind.objects.filter(trial=row, accepted_at__isnull=True).count()


def go_live(
    trial: uuid.UUID, accepted: Collection[int] = (), *, reason: str, by: str, clock: Clock
) -> int:
    """Let what was tried go live; return the route's version of its translation now.

    Args:
        trial: which.
        accepted: the kinds of difference that are accepted with this; others were before.
        reason: why; it is recorded.
        by: who decides; not who proposed it.
        clock: stamps it.

    Raises:
        BadInput: without a reason, or for kinds that the trial does not have.
        NotFound: if there is no such trial.
        NotPermitted: for whoever proposed it, or drafted the contract's revision.
        Conflict: if differences are not accepted, the messages there were at the beginning are not
            all looked at, it stands still for a fault, or the live translation was replaced.
    """
    reasoned(reason)
    # What came last counts as well: a new kind of difference in it stops this.
    look_on(clock=clock, route=_one(trial).route_id, limit=SLICE)
    with transaction.atomic():
        row = _running(trial, by)
        route = Route.objects.select_for_update(of=("self",), no_key=True).get(id=row.route_id)
        _accept(row, accepted, reason, by, clock)
        _refuse_unready(row, route)
        contract = contract_of(route, row.revision)
        checked(
            row.translation, Route.objects.select_related("agreement").get(id=route.id), contract
        )
        replaces = row.translation != route.translation or row.revision is None
        version = route.translation_version + int(replaces)
        Route.objects.filter(id=route.id).update(
            translation=row.translation, translation_version=version,
            enabled=True if row.fresh else F("enabled"),
        )  # fmt: skip
        if row.revision is not None:
            accept_revision(
                row.revision.name, row.revision.revision, by=by, reason=reason, clock=clock
            )
        _settle(row, TrialState.LIVE, reason, by, clock)
        _told(WENT_LIVE, row, by, reason, translation_version=version,
              revision=row.revision and row.revision.revision, looked=row.looked)  # fmt: skip
    return version


@transaction.atomic
def withdraw(trial: uuid.UUID, *, reason: str, by: str, clock: Clock) -> None:
    """Give a trial up; what is live stays as it is.

    Raises:
        BadInput: without a reason.
        NotFound: if there is no such trial.
        Conflict: if it is over.
    """
    reasoned(reason)
    row = _running(trial, "")
    _settle(row, TrialState.WITHDRAWN, reason, by, clock)
    _told(WITHDRAWN, row, by, reason, looked=row.looked)


def reasoned(reason: str) -> None:
    """Refuse a decision without a reason."""
    if not reason.strip():
        raise BadInput("There is no reason", where=Where(field="reason"), fix="Say why")


def _draft(route: Route, revision: int | None) -> ContractRevision | None:
    if revision is None:
        return None
    drafts = ContractRevision.objects.filter(
        name=route.contract, accepted_at__isnull=True, retired_at__isnull=True
    )
    found = drafts.filter(revision=revision).first()
    if found is None:
        raise NotFound(
            "No such draft", where=Where(thing=f"{route.contract}, revision {revision}"),
            fix="See the contract's page",
        )  # fmt: skip
    return found


def _stretch(route: Route, since: int | None, last: int) -> tuple[int, int]:
    """Return the first position to look at, and the last there is."""
    positions = stream_of(route).order_by("-position").values_list("position", flat=True)
    until = positions.first()
    if until is None:
        return since or 0, -1
    if since is not None:
        return max(since, 0), until
    past = list(positions[: max(0, last)])
    return (past[-1] if past else until + 1), until


def _refuse_unready(row: Trial, route: Route) -> None:
    where = Where(thing=f"route {route.code}")
    if route.translation_version != row.against:
        raise Conflict(
            "The live translation was replaced since this trial began", where=where,
            fix="Withdraw the trial and begin another one",
        )  # fmt: skip
    if row.fault:
        raise Conflict(f"The trial stands still: {row.fault}", where=where, fix="Mend that first")
    ahead = stream_of(route).filter(position__gt=row.position, position__lte=row.until)
    if ahead.exists() and not (row.fresh and row.looked >= FRESH):
        raise Conflict(
            "Messages that were there when it began are not looked at yet", where=where,
            fix="Wait until it has looked at them",
        )  # fmt: skip
    waiting = TrialKind.objects.filter(trial=row, accepted_at__isnull=True).count()
    if waiting:
        raise Conflict(
            f"{waiting} kinds of difference are not accepted", where=where,
            fix="Look at them, and accept them or withdraw the trial",
        )  # fmt: skip


def _accept(row: Trial, kinds: Collection[int], reason: str, by: str, clock: Clock) -> None:
    asked = TrialKind.objects.filter(trial=row, id__in=list(kinds))
    if asked.count() != len(set(kinds)):
        raise BadInput(
            "Not a kind of difference of this trial", where=Where(field="accepted"),
            fix="Load the page again",
        )  # fmt: skip
    fresh = list(asked.filter(accepted_at__isnull=True).order_by("id"))
    if not fresh:
        return
    told = [
        {"field": one.field, "kind": one.kind, "said": one.said, "messages": one.messages}
        for one in fresh
    ]
    TrialKind.objects.filter(id__in=[one.id for one in fresh]).update(
        accepted_at=clock.now(), accepted_by=by, accepted_because=reason
    )
    _told(ACCEPTED, row, by, reason, differences=told)


def _settle(row: Trial, state: TrialState, reason: str, by: str, clock: Clock) -> None:
    """End a trial; the values of its differences are needed no more."""
    row.state, row.settled_at, row.settled_by, row.settled_because = (
        state, clock.now(), by, reason,
    )  # fmt: skip
    row.save(update_fields=["state", "settled_at", "settled_by", "settled_because"])
    TrialDifference.objects.filter(kind__trial=row).delete()


def _running(trial: uuid.UUID, by: str) -> Trial:
    """Return a running trial, locked, unless ``by`` proposed it."""
    Trial.objects.select_for_update(of=("self",), no_key=True).filter(id=trial).first()
    row = _one(trial)
    if row.state != TrialState.RUNNING:
        raise Conflict("This trial is over", where=Where(thing=str(trial)), fix="See its page")
    if by and by == row.began_by:
        raise NotPermitted(
            "Whoever proposed a trial does not accept it", where=Where(thing=str(trial)),
            fix="Ask somebody else",
        )  # fmt: skip
    return row


def _one(trial: uuid.UUID) -> Trial:
    row = Trial.objects.select_related("route", "revision").filter(id=trial).first()
    if row is None:
        raise NotFound("No such trial", where=Where(thing=str(trial)), fix="See the trials")
    return row


def _told(kind: str, row: Trial, by: str, reason: str, **more: Any) -> None:
    body = {"trial": str(row.id), "reason": reason, "by": by, **more}
    ledger().append_one("decisions", kind, f"route:hub:{row.route.code}", body)
