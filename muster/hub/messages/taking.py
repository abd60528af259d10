"""Taking a request in: its messages, the signature they came under, and its name, at once.

A sender may give a request a name (``Idempotency-Key``). Whoever repeats the request, because its
answer got lost, is answered exactly as the first time.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction

from muster.hub.messages.acceptance import Answer, accept
from muster.hub.messages.pressure import refuse_overfull
from muster.hub.messages.signatures import SignedRequest
from muster.hub.models import System, SystemKey, TakenRequest
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Where
from muster.ledger.current import ledger

SIGNED = "muster.hub.request.signed.v1"
KEPT = dt.timedelta(hours=24)
"""How long the name of a request is remembered."""

_SWEPT_EVERY = 256
_EVIDENCE = ("signature-input", "signature", "content-digest", "content-type", "idempotency-key")


@dataclass(frozen=True)
class Signed:
    """A request that was found well signed, and by which key."""

    request: SignedRequest
    key: SystemKey


def take(
    raws: Sequence[bytes],
    *,
    system: str,
    clock: Clock,
    name: str = "",
    signed: Signed | None = None,
) -> tuple[Answer, ...]:
    """Keep the messages of a request, and say what became of each, in order.

    Args:
        raws: structured CloudEvents, exact bytes.
        system: the sending system's code.
        clock: stamps them.
        name: what the sender calls the request; "" if nothing.
        signed: the request, if it is signed.

    Raises:
        BadInput: if the sender called another request by this name.
        Overfull: if so much of what it sent waits that it must wait; nothing is kept.
    """
    digest = _digest(raws)
    answered = _answered(system, name, digest, clock.now()) if name else None
    if answered is not None:
        return answered
    refuse_overfull(system)
    try:
        with transaction.atomic():
            answers = accept(raws, system=system, clock=clock, key=signed.key if signed else None)
            if signed is not None:
                _note(signed, system, answers)
            if name:
                _remember(system, name, digest, answers, clock.now())
            return answers
    except IntegrityError:
        # The same request came twice at this moment, and the other one was quicker.
        answered = _answered(system, name, digest, clock.now()) if name else None
        if answered is None:
            raise
        return answered


def _answered(system: str, name: str, digest: bytes, now: dt.datetime) -> tuple[Answer, ...] | None:
    """Return what a request of this name was answered; None if none came."""
    found = TakenRequest.objects.filter(
        system__code=system, name=name, taken_at__gt=now - KEPT
    ).first()
    if found is None:
        return None
    if bytes(found.digest) != digest:
        raise BadInput(
            "Another request came under this Idempotency-Key",
            where=Where(field="Idempotency-Key"), fix="Give each request a key of its own",
        )  # fmt: skip
    return tuple(Answer(**answer) for answer in found.answers)


def _remember(
    system: str, name: str, digest: bytes, answers: Sequence[Answer], now: dt.datetime
) -> None:
    sender = System.objects.get(code=system)
    TakenRequest.objects.filter(system=sender, name=name, taken_at__lte=now - KEPT).delete()
    row = TakenRequest.objects.create(
        system=sender, name=name, digest=digest, answers=[asdict(one) for one in answers],
        taken_at=now,
    )  # fmt: skip
    if row.pk % _SWEPT_EVERY == 0:
        TakenRequest.objects.filter(taken_at__lte=now - KEPT).delete()


def _note(signed: Signed, system: str, answers: Sequence[Answer]) -> None:
    """Keep the signature beside the messages it covers, so that it can be checked again."""
    request = signed.request
    lines = {name.lower(): value for name, value in request.headers.items()}
    body: dict[str, Any] = {
        "key": signed.key.name, "method": request.method, "url": request.url,
        "headers": {name: lines[name] for name in _EVIDENCE if name in lines},
        "sha256": hashlib.sha256(request.body).hexdigest(), "bytes": len(request.body),
        "positions": [answer.position for answer in answers],
    }  # fmt: skip
    ledger().append_one("exchange", SIGNED, f"system:hub:{system}", body)


def _digest(raws: Sequence[bytes]) -> bytes:
    """Return what tells the messages of a request from those of another."""
    parts = (hashlib.sha256(raw).digest() for raw in raws)
    return hashlib.sha256(b"".join(parts)).digest()
