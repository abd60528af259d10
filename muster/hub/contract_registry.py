"""Which revision of each contract is in force: those that ship with a room, and those accepted.

A contract's name carries its major version; within it, revisions may only be compatible. A room
that receives a contract ships its first revision (``intakes``); others are drafted by one person
and accepted by another. What breaks readers or senders becomes a contract of its own, with the next
major version in its name. ``contract_drafts`` reads a draft and holds it against what is live,
``contract_queries`` shows all of it.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, transaction

from muster.hub.contract_drafts import next_major, read_draft, routes_that_stop, said_of
from muster.hub.contract_versions import Comparison, compare
from muster.hub.contracts import Contract, load_contract
from muster.hub.intakes import registered_contracts
from muster.hub.models import ContractRevision, RevisionDecision, Route
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.ledger.current import ledger

DRAFTED = "muster.hub.contract.drafted.v1"
ACCEPTED = "muster.hub.contract.accepted.v1"
RETIRED = "muster.hub.contract.retired.v1"
FIRST = "first"


def live_contract(name: str) -> Contract | None:
    """Return the contract of this name that messages are checked against; None if none is."""
    accepted = ContractRevision.objects.filter(
        name=name, accepted_at__isnull=False, retired_at__isnull=True
    )
    schema = accepted.order_by("-revision").values_list("schema", flat=True).first()
    return registered_contracts().get(name) if schema is None else _loaded(schema)


def live_revision(name: str) -> int:
    """Return which revision of a contract is in force; one that ships is the first, none is 0."""
    accepted = ContractRevision.objects.filter(
        name=name, accepted_at__isnull=False, retired_at__isnull=True
    )
    found = accepted.order_by("-revision").values_list("revision", flat=True).first()
    return found or (1 if name in registered_contracts() else 0)


@lru_cache(maxsize=256)
def _loaded(schema: str) -> Contract:
    return load_contract(schema)


def draft_revision(schema: str, *, by: str, clock: Clock) -> tuple[str, int]:
    """Keep a new revision of a contract as a draft; return the contract's name and the revision.

    It is classed against the revision in force, and changes nothing before somebody else accepts
    it.

    Args:
        schema: the contract, as JSON Schema; its ``$id`` names it.
        by: who drafts it.
        clock: stamps it.

    Raises:
        BadInput: if it is no contract, or is named otherwise than contracts are.
        Conflict: if it says nothing that is not in force already.
    """
    contract = read_draft(schema)
    live = live_contract(contract.name)
    if live is not None and live.schema == contract.schema:
        raise Conflict(
            "This is what is in force already", where=Where(thing=contract.name),
            fix="Change something, or leave it as it is",
        )  # fmt: skip
    found = compare(live, contract) if live is not None else None
    kind, changes = (found.kind, said_of(found)) if found is not None else (FIRST, [])
    try:
        with transaction.atomic():
            earlier = ContractRevision.objects.filter(name=contract.name).order_by("-revision")
            last = earlier.values_list("revision", flat=True).first() or 0
            shipped = int(contract.name in registered_contracts())
            number = max(last, shipped) + 1
            ContractRevision.objects.create(
                name=contract.name, revision=number, schema=schema, kind=kind, changes=changes,
                drafted_at=clock.now(), drafted_by=by,
            )  # fmt: skip
            body = {"revision": number, "kind": kind, "by": by,
                    "changes": [one["said"] for one in changes]}  # fmt: skip
            _told(DRAFTED, contract.name, body)
    except IntegrityError:
        raise Conflict(
            "Somebody drafted a revision of this contract at this moment",
            where=Where(thing=contract.name), fix="Look at theirs, then draft again",
        ) from None  # fmt: skip
    return contract.name, number


@transaction.atomic
def accept_revision(name: str, revision: int, *, by: str, reason: str, clock: Clock) -> None:
    """Let a drafted revision come into force: messages are checked against it from now on.

    Raises:
        BadInput: without a reason.
        NotFound: if there is no such draft.
        NotPermitted: for whoever drafted it.
        Conflict: if it was decided already, a later one is in force, it breaks what there is, or a
            route could not go on under it.
    """
    _reasoned(reason)
    row = _one(name, revision)
    where = Where(thing=f"{name}, revision {revision}")
    if row.accepted_at is not None or row.retired_at is not None:
        raise Conflict("It was decided already", where=where, fix="See the contract's page")
    if by == row.drafted_by:
        raise NotPermitted(
            "Whoever drafted a revision does not accept it", where=where, fix="Ask somebody else"
        )
    if live_revision(name) > revision:
        raise Conflict(
            "A later revision is in force", where=where, fix="Draft it again, from the live one"
        )
    contract, live = _loaded(row.schema), live_contract(name)
    found = compare(live, contract) if live is not None else None
    if found is not None:
        _refuse_breaking(found, where, name)
    stopped = routes_that_stop(contract, live_contract)
    if stopped:
        raise Conflict(
            f"Routes could not go on: {'; '.join(stopped)}", where=where,
            fix="Change their agreements or translations first, or try it in a trial of the route",
        )  # fmt: skip
    if found is not None:
        row.kind, row.changes = found.kind, said_of(found)
    row.accepted_at, row.accepted_by = clock.now(), by
    row.save(update_fields=["kind", "changes", "accepted_at", "accepted_by"])
    _decided(row, "accepted", reason, by, clock)
    _told(ACCEPTED, name, {"revision": revision, "kind": row.kind, "reason": reason, "by": by})


@transaction.atomic
def retire_revision(name: str, revision: int, *, by: str, reason: str, clock: Clock) -> int:
    """Give a draft up, or take a revision out of force; return which revision is in force now.

    The revision before comes into force again. Nobody retires the last one that routes need, nor
    one whose forerunner they could not go on with.

    Raises:
        BadInput: without a reason.
        NotFound: if there is no such revision.
        Conflict: if it was retired already, or routes could not go on.
    """
    _reasoned(reason)
    row = _one(name, revision)
    where = Where(thing=f"{name}, revision {revision}")
    if row.retired_at is not None:
        raise Conflict("It was retired already", where=where, fix="See the contract's page")
    was_live = row.accepted_at is not None and live_revision(name) == revision
    row.retired_at = clock.now()
    row.save(update_fields=["retired_at"])
    if was_live:
        left = live_contract(name)
        stopped = _carrying(name) if left is None else routes_that_stop(left, live_contract)
        if stopped:
            raise Conflict(
                f"Routes could not go on: {'; '.join(stopped)}", where=where,
                fix="Stop those routes first, or let another revision come into force",
            )  # fmt: skip
    _decided(row, "retired", reason, by, clock)
    now = live_revision(name)
    _told(RETIRED, name, {"revision": revision, "in_force": now, "reason": reason, "by": by})
    return now


def _refuse_breaking(found: Comparison, where: Where, name: str) -> None:
    if found.kind != "breaking":
        return
    lost = "; ".join(change.said for change in found.changes if not change.backward)
    raise Conflict(
        f"It breaks what there is: {lost}", where=where,
        fix=f"Draft it as a contract of its own, named {next_major(name)}",
    )  # fmt: skip


def _carrying(name: str) -> Sequence[str]:
    """Return the routes that carry a contract to other systems, by code."""
    live = Route.objects.filter(contract=name, receiver__isnull=False, enabled=True)
    return [
        f"route {code} carries it" for code in live.order_by("code").values_list("code", flat=True)
    ]


def _one(name: str, revision: int) -> ContractRevision:
    """Return a revision, locked so that two people decide one after the other."""
    rows = ContractRevision.objects.select_for_update(of=("self",), no_key=True)
    row = rows.filter(name=name, revision=revision).first()
    if row is None:
        raise NotFound(
            "No such revision", where=Where(thing=f"{name}, revision {revision}"),
            fix="See the contract's page",
        )  # fmt: skip
    return row


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise BadInput("There is no reason", where=Where(field="reason"), fix="Say why")


def _decided(row: ContractRevision, what: str, reason: str, by: str, clock: Clock) -> None:
    RevisionDecision.objects.create(
        revision=row, what=what, reason=reason, made_at=clock.now(), made_by=by
    )


def _told(kind: str, name: str, body: dict[str, Any]) -> None:
    ledger().append_one("decisions", kind, f"contract:hub:{name}", {"contract": name, **body})
