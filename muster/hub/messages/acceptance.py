"""Keeping what systems send: each message once, in the exchange log, with its evidence.

A message that may go nowhere (no agreement in force, data that breaks its contract) is kept as
well, with the reason, for its owner. Only what cannot be told apart from other messages, because
its envelope is broken, is handed back to its sender instead.
"""

import datetime as dt
import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import IntegrityError, transaction

from muster.hub.contract_registry import live_contract
from muster.hub.contracts import Contract
from muster.hub.delivering.wakeup import wake
from muster.hub.messages.envelope import Envelope, read_message, source_of
from muster.hub.messages.records import read_records
from muster.hub.messages.storing import MessageRow, store_messages
from muster.hub.models import Message, System, SystemKey
from muster.hub.standing import why_nobody_may
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput
from muster.ledger.current import ledger
from muster.ledger.port import NewEntry

SHARDS = 64
_CAUSE = 500
Outcome = Literal["accepted", "known", "refused", "malformed", "conflict"]


@dataclass(frozen=True)
class Answer:
    """What became of one message that was sent.

    ``position`` is its place in the exchange log, None if it was not kept. ``said`` is the reason
    where it was not accepted.
    """

    outcome: Outcome
    id: str
    position: int | None
    said: str = ""
    field: str | None = None


@dataclass(frozen=True)
class _Read:
    """A message that can be told apart from others, and its place among what was sent."""

    at: int
    envelope: Envelope
    data: bytes
    raw: bytes
    digest: bytes


def shard_of(subject: str) -> int:
    """Return which part of a route's subjects a subject belongs to, 0 to 63."""
    return zlib.crc32(subject.encode()) % SHARDS


def scope_of(subject: str) -> str:
    """Return the scope whose key protects what messages say of a subject."""
    return f"subject:{subject}"


def accept(
    raws: Sequence[bytes], *, system: str, clock: Clock, key: SystemKey | None = None
) -> tuple[Answer, ...]:
    """Keep messages that a system sent, and say what became of each, in order.

    The same message again (``source`` and ``id``, and the same bytes) changes nothing.

    Args:
        raws: structured CloudEvents, exact bytes.
        system: the sending system's code.
        clock: stamps them.
        key: by which key they were signed, if they were.
    """
    sender = System.objects.get(code=system)
    answers: dict[int, Answer] = {}
    read: list[_Read] = []
    for at, raw in enumerate(raws):
        try:
            envelope, data = _read(raw, sender)
        except BadInput as problem:
            answers[at] = Answer("malformed", "", None, str(problem), problem.where.field)
        else:
            read.append(_Read(at, envelope, data, raw, hashlib.sha256(raw).digest()))
    for last in (False, True):
        try:
            with transaction.atomic():
                fresh = _fresh(read, answers)
                if fresh:
                    _keep(fresh, sender, key, clock.now(), answers)
            break
        except IntegrityError:
            # Somebody else sent one of them at this moment: now it is known.
            if last:
                raise
    return tuple(answers[at] for at in range(len(raws)))


def _read(raw: bytes, sender: System) -> tuple[Envelope, bytes]:
    envelope, data = read_message(raw)
    own = source_of(sender.code)
    if envelope.source != own and not envelope.source.startswith(f"{own}/"):
        raise BadInput(f"source is not {own}", fix="Name the sending system in source")
    return envelope, data


def _fresh(read: Sequence[_Read], answers: dict[int, Answer]) -> list[_Read]:
    """Return the messages that are not here yet; answer for the others."""
    known = _known(read)
    fresh: list[_Read] = []
    for one in read:
        identity = (one.envelope.source, one.envelope.id)
        position, digest = known.get(identity, (None, one.digest))
        if digest != one.digest:
            said = "Another message has this source and id. Send it under an id of its own"
            answers[one.at] = Answer("conflict", one.envelope.id, position, said, "id")
        elif identity in known:
            answers[one.at] = Answer("known", one.envelope.id, position)
        else:
            fresh.append(one)
            known[identity] = (None, one.digest)
    return fresh


def _known(read: Sequence[_Read]) -> dict[tuple[str, str], tuple[int | None, bytes]]:
    sources = {one.envelope.source for one in read}
    found = Message.objects.filter(
        source__in=sources, event_id__in={one.envelope.id for one in read}
    ).values_list("source", "event_id", "position", "digest")
    return {(source, name): (position, bytes(digest)) for source, name, position, digest in found}


def _keep(
    fresh: Sequence[_Read],
    sender: System,
    key: SystemKey | None,
    now: dt.datetime,
    answers: dict[int, Answer],
) -> None:
    refusals = _refusals(fresh, sender, legal_day(now))
    entries = [
        NewEntry(one.envelope.type, one.envelope.subject, one.raw, scope_of(one.envelope.subject))
        for one in fresh
    ]
    # The log's head is locked from here to the commit, so positions are in the order of commits.
    start = ledger().append("exchange", entries).start
    store_messages(
        MessageRow(
            position=position, contract=one.envelope.type, system_id=sender.pk,
            source=one.envelope.source, event_id=one.envelope.id, subject=one.envelope.subject,
            shard=shard_of(one.envelope.subject), time=one.envelope.time,
            traceparent=one.envelope.traceparent, correlation=one.envelope.correlation,
            received_at=now, digest=one.digest,
            size=len(one.raw), key_id=key.pk if key else None,
            refused=refusals.get(one.at, ""),
        )
        for position, one in enumerate(fresh, start=start)
    )  # fmt: skip
    for position, one in enumerate(fresh, start=start):
        said = refusals.get(one.at, "")
        outcome: Outcome = "refused" if said else "accepted"
        answers[one.at] = Answer(outcome, one.envelope.id, position, said)
    wake()


def _refusals(fresh: Sequence[_Read], sender: System, on: dt.date) -> Mapping[int, str]:
    """Return why messages may go nowhere, by their place; those that may are left out."""
    found: dict[int, str] = {}
    by_contract: dict[str, list[_Read]] = {}
    for one in fresh:
        by_contract.setdefault(one.envelope.type, []).append(one)
    for name, those in by_contract.items():
        contract = live_contract(name)
        why = (
            why_nobody_may(contract=name, sender=sender, on=on)
            if contract is not None
            else f"No contract {name} is in force"
        )
        if contract is None or why:
            found.update((one.at, why[:_CAUSE]) for one in those)
            continue
        found.update(_breaches(those, contract))
    return found


def _breaches(those: Sequence[_Read], contract: Contract) -> dict[int, str]:
    problems = read_records([one.data for one in those], contract).problems
    found: dict[int, str] = {}
    for at, cause in problems.select("at", "cause").iter_rows():
        place = those[at].at
        found[place] = f"{found[place]}; {cause}"[:_CAUSE] if place in found else cause[:_CAUSE]
    return found
