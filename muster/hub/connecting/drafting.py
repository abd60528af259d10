"""Drafting a route for messages: under which agreement, to which endpoint, translated how.

For integrators. A drafted route carries nothing. It begins with the messages that come from the
moment it is drafted, so that whoever switches it on floods nobody with the past, unless that is
asked for. Only a draft that never delivered is changed or taken back here: what carries messages
changes by the airlock alone.
"""

import hashlib
import re
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max, ProtectedError

from muster.hub.agreements.stored import REGISTER
from muster.hub.airlock.trials import checked
from muster.hub.connecting.systems import system_named
from muster.hub.contract_registry import live_contract
from muster.hub.contracts import Contract
from muster.hub.messages.acceptance import SHARDS
from muster.hub.models import (
    Agreement,
    Cursor,
    Delivery,
    Endpoint,
    Forward,
    Message,
    Parked,
    Route,
    Trial,
    TrialState,
)
from muster.hub.populations import CASE, populations
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.ledger.current import ledger

DRAFTED, CHANGED = "muster.hub.route.drafted.v1", "muster.hub.route.changed.v1"
DELETED = "muster.hub.route.deleted.v1"
LONGEST_CODE = 100
_LONGEST_POPULATION = 200
_CODE = re.compile(r"[a-z0-9][a-z0-9._-]*")
# What addresses beside the routes are called.
_TAKEN = ("draft",)


@dataclass(frozen=True)
class RouteDraft:
    """A route as it is drafted.

    Args:
        code: names it for good.
        contract: of the messages it carries.
        source: the sending system's code.
        receiver: the receiving system's code.
        agreement: the code of the agreement it runs under.
        endpoint: how the receiver is spoken to; None where there is but one way.
        translation: TOML; empty hands the agreed fields over as they are.
        population: whose messages go; empty is everybody's.
        shards: how many workers may share it.
        owner: who is told of it, if not whoever may govern it.
    """

    code: str
    contract: str
    source: str
    receiver: str
    agreement: str
    endpoint: uuid.UUID | None = None
    translation: str = ""
    population: str = ""
    shards: int = 1
    owner: str = ""


@transaction.atomic
def draft_route(draft: RouteDraft, *, from_start: bool = False, by: str, clock: Clock) -> None:
    """Keep a new route that carries nothing yet.

    Args:
        draft: what it is.
        from_start: begin with the first message there ever was, not with those from now on.
        by: who drafts it.
        clock: stamps the entry.

    Raises:
        BadInput: naming what is wrong with it.
        NotFound: if there is no such system, contract, agreement or endpoint.
        Conflict: if the code is taken, another route does the same, or nothing speaks to the
            receiver.
    """
    longest = len(draft.code) > LONGEST_CODE
    if not _CODE.fullmatch(draft.code) or longest or draft.code in _TAKEN:
        raise BadInput(
            "The code cannot be used", where=Where(field="code"),
            fix=f"Use up to {LONGEST_CODE} small letters, digits and . _ - as in mill-to-payroll",
        )  # fmt: skip
    row = Route(code=draft.code, enabled=False)
    _put(row, draft)
    row.translation_version = int(bool(row.translation))
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            "A route has this code already", where=Where(thing=draft.code, field="code"),
            fix="Choose another code, or change that route",
        ) from None  # fmt: skip
    begins = _place(row, from_start=from_start)
    _told(DRAFTED, row, by, begins)


@transaction.atomic
def change_draft(
    draft: RouteDraft, *, from_start: bool | None = None, by: str, clock: Clock
) -> None:
    """Replace what a draft says; its code stays.

    Args:
        draft: what it is now.
        from_start: where it begins; None leaves that as it is, unless it carries another stream.
        by: who changes it.
        clock: stamps the entry.

    Raises:
        BadInput: naming what is wrong with it.
        NotFound: if there is no such route, system, contract, agreement or endpoint.
        Conflict: if it is no draft any more, or a trial runs on it.
    """
    row = _drafted(draft.code)
    before = (row.contract, row.source_id, row.shards)
    translation, places = row.translation, _positions(row)
    _put(row, draft)
    row.translation_version += int(row.translation != translation)
    row.save()
    begins = places[0] if places else -1
    if from_start is not None or before != (row.contract, row.source_id, row.shards):
        begins = _place(row, from_start=bool(from_start))
    _told(CHANGED, row, by, begins)


@transaction.atomic
def delete_draft(*, code: str, reason: str, by: str, clock: Clock) -> None:
    """Take a draft back; its trials go with it, their decisions stay in the log.

    Raises:
        BadInput: without a reason.
        NotFound: if there is no such route.
        Conflict: if it is no draft any more, a trial runs on it, or others hang on it.
    """
    if not reason.strip():
        raise BadInput("There is no reason", where=Where(field="reason"), fix="Say why")
    row = _drafted(code)
    try:
        with transaction.atomic():
            Trial.objects.filter(route=row).delete()
            row.delete()
    except ProtectedError as problem:
        kinds = sorted({str(one._meta.verbose_name) for one in problem.protected_objects})
        raise Conflict(
            f"Something was set up on this route: {', '.join(kinds)}", where=Where(thing=code),
            fix="Take that away first",
        ) from None  # fmt: skip
    ledger().append_one("decisions", DELETED, f"route:hub:{code}", {"reason": reason, "by": by})


def look_over(draft: RouteDraft) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which worked examples of a draft's translation hold, and what it is warned of.

    Nothing is kept.

    Raises:
        BadInput: naming what is wrong with the draft, or which example does not hold.
        NotFound: if there is no such system, contract, agreement or endpoint.
        Conflict: as ``draft_route``.
    """
    there = Route.objects.filter(code=draft.code).first()
    row = there or Route(code=draft.code, enabled=False)
    _put(row, draft)
    mapping = checked(row.translation, row, _contract(draft.contract))
    if mapping is None:
        return (), ()
    return tuple(one.title for one in mapping.examples), mapping.warnings


def may_change(row: Route) -> str:
    """Return why a route is no draft that can be changed; "" if it is one."""
    if row.receiver_id is None:
        return "It leads to the register"
    if row.enabled:
        return "It is live"
    if any(each.objects.filter(route=row).exists() for each in (Delivery, Forward, Parked)):
        return "It has carried something"
    if Trial.objects.filter(route=row, state=TrialState.RUNNING).exists():
        return "A trial runs on it"
    return ""


def _put(row: Route, draft: RouteDraft) -> None:
    """Put a draft into a route's row, checked."""
    source = system_named(draft.source, "source")
    row.contract, row.source = draft.contract, source
    contract = _contract(draft.contract)
    row.agreement = _agreement(draft)
    row.receiver = system_named(draft.receiver, "receiver")
    row.endpoint = _endpoint(draft)
    row.translation = draft.translation.replace("\r\n", "\n") if draft.translation.strip() else ""
    checked(row.translation, row, contract)
    row.population, row.owner = _population(draft.population.strip()), draft.owner.strip()
    if not 1 <= draft.shards <= SHARDS:
        raise BadInput(
            "So many workers cannot share it", where=Where(field="shards"),
            fix=f"Give a number from 1 to {SHARDS}",
        )  # fmt: skip
    row.shards = draft.shards
    _refuse_twice(row)


def _contract(name: str) -> Contract:
    found = live_contract(name)
    if found is None:
        raise NotFound(
            "No such contract is in force", where=Where(thing=name, field="contract"),
            fix="Accept it first, or name another",
        )  # fmt: skip
    return found


def _agreement(draft: RouteDraft) -> Agreement:
    """Return the agreement of a draft; it must be about the very same."""
    rows = Agreement.objects.select_related("sender")
    found = rows.filter(code=draft.agreement).first()
    if found is None:
        raise NotFound(
            "No such agreement", where=Where(thing=draft.agreement, field="agreement"),
            fix="Draft it first, or name another",
        )  # fmt: skip
    about = (found.contract, found.sender.code, found.receiver)
    if about != (draft.contract, draft.source, draft.receiver) or found.receiver == REGISTER:
        raise BadInput(
            f"The agreement is about {found.contract} from {found.sender.code}"
            f" to {found.receiver}", where=Where(thing=found.code, field="agreement"),
            fix="Name the agreement of this contract between these systems",
        )  # fmt: skip
    if found.ended_on is not None:
        raise Conflict(
            "The agreement was ended for good", where=Where(thing=found.code, field="agreement"),
            fix="Draft a new one",
        )  # fmt: skip
    return found


def _endpoint(draft: RouteDraft) -> Endpoint:
    there = list(Endpoint.objects.filter(system__code=draft.receiver).order_by("id"))
    if draft.endpoint is not None:
        there = [one for one in there if one.id == draft.endpoint]
        if not there:
            raise NotFound(
                "No such endpoint of the receiver",
                where=Where(thing=str(draft.endpoint), field="endpoint"),
                fix="See the page of the receiving system",
            )  # fmt: skip
    if not there:
        raise Conflict(
            "Nothing is set up to speak to the receiver",
            where=Where(thing=draft.receiver, field="endpoint"), fix="Set its endpoint first",
        )  # fmt: skip
    if len(there) > 1:
        raise BadInput(
            "The receiver is spoken to in several ways", where=Where(field="endpoint"),
            fix=f"Say which is meant: {', '.join(f'{one.id} ({one.kind})' for one in there)}",
        )  # fmt: skip
    return there[0]


def _population(name: str) -> str:
    known = name in populations() or (name.startswith(CASE) and name != CASE)
    if (name and not known) or len(name) > _LONGEST_POPULATION:
        raise BadInput(
            "No such population", where=Where(thing=name[:_LONGEST_POPULATION], field="population"),
            fix=f"Use {', '.join((*populations(), CASE + 'its name'))}, or none for everybody",
        )  # fmt: skip
    return name


def _refuse_twice(row: Route) -> None:
    """Refuse a route that would hand the same messages to the same place as another."""
    same = Route.objects.filter(
        contract=row.contract, source=row.source, endpoint=row.endpoint, population=row.population
    ).exclude(id=row.id)  # fmt: skip
    other = same.values_list("code", flat=True).first()
    if other is not None:
        raise Conflict(
            f"Route {other} hands the same messages to the same endpoint",
            where=Where(thing=row.code, field="endpoint"),
            fix="Change that route, or choose another endpoint or population",
        )  # fmt: skip


def _place(row: Route, *, from_start: bool) -> int:
    """Make a route's cursors; return the position after which it begins.

    Positions are given under the lock of the log's head and only rise: whatever is committed from
    now on lies behind the last one there is.
    """
    Cursor.objects.filter(route=row).delete()
    stream = Message.objects.filter(contract=row.contract, system=row.source)
    last = None if from_start else stream.aggregate(last=Max("position"))["last"]
    begins = -1 if last is None else int(last)
    Cursor.objects.bulk_create(
        Cursor(route=row, shard=shard, position=begins) for shard in range(row.shards)
    )
    return begins


def _positions(row: Route) -> list[int]:
    return list(Cursor.objects.filter(route=row).values_list("position", flat=True))


def _drafted(code: str) -> Route:
    """Return a draft, locked; refuse what is none any more."""
    rows = Route.objects.select_for_update(of=("self",), no_key=True)
    row = rows.filter(code=code, receiver__isnull=False).first()
    if row is None:
        raise NotFound("No such route", where=Where(thing=code), fix="See the routes page")
    why = may_change(row)
    if why:
        raise Conflict(
            f"This is no draft that can be changed: {why[0].lower()}{why[1:]}",
            where=Where(thing=code), fix="Change it by a trial, or wait until its trial is over",
        )  # fmt: skip
    return row


def _told(what: str, row: Route, by: str, begins: int) -> None:
    assert row.agreement is not None
    assert row.receiver is not None
    body = {
        "contract": row.contract, "source": row.source.code, "receiver": row.receiver.code,
        "agreement": row.agreement.code, "endpoint": str(row.endpoint_id),
        "translation": hashlib.sha256(row.translation.encode()).hexdigest(),
        "population": row.population, "shards": row.shards, "begins_after": begins, "by": by,
    }  # fmt: skip
    ledger().append_one("decisions", what, f"route:hub:{row.code}", body)
