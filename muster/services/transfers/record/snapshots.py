"""The record as its employer released it: exact bytes, their hash, and who signed them when.

The bytes are canonical JSON (keys in order, no spaces, texts as they are, nothing but texts and
lists), so one record has one hash everywhere. What is signed names the hash, the transfer through
the bytes, the version, who released it for which employer, and when: a changed record, a borrowed
signature or a signature by another key does not verify. What the person keeps to themselves never
enters a snapshot.
"""

import base64
import binascii
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, EvidenceBroken, Where
from muster.kernel.keys import Keyring
from muster.kernel.running import keyring
from muster.services.transfers.record.facts import Record
from muster.services.transfers.record.fields import by_name

SCHEMA = 1
_SAYS = "muster/transfers/record"
_LARGEST = 1_000_000  # bytes
_PRIVATE = "adjustments"


@dataclass(frozen=True)
class Snapshot:
    """A record as exact bytes.

    Args:
        body: canonical JSON.
        digest: its SHA-256 in hexadecimal.
        schema: the version of the specification it is written by.
    """

    body: bytes = field(repr=False)
    digest: str
    schema: int


@dataclass(frozen=True)
class Signed:
    """A snapshot with who released it, for which employer and when, and the signature of that."""

    body: bytes = field(repr=False)
    digest: str
    schema: int
    by: str
    employer: str
    at: str
    key: str
    signature: str

    def as_text(self) -> str:
        """Return it as JSON, for a message or a file; ``from_text`` reads it."""
        return _canonical(asdict(self) | {"body": base64.b64encode(self.body).decode()}).decode()


@dataclass(frozen=True)
class Opened:
    """What a verified snapshot states."""

    transfer: str
    version: int
    schema: int
    record: dict[str, Any] = field(repr=False)


def snapshot(record: Record, *, transfer: UUID | str, version: int) -> Snapshot:
    """Return a record as exact bytes, without empty fields and without what the person keeps.

    Raises:
        BadInput: if it holds what no record holds, naming the field.
    """
    known = by_name()
    kept = {}
    for name, value in record.items():
        if name not in known:
            raise _unfit(name, "This is no field of what moves", "Leave it out")
        if value is None or (value == "" and "" not in known[name].values):
            continue
        if name == _PRIVATE and record.get("adjustments_shared") != "yes":
            continue
        kept[name] = _only_texts(name, value)
    body = _canonical(
        {"record": kept, "schema": SCHEMA, "transfer": str(transfer), "version": version}
    )
    if len(body) > _LARGEST:
        raise _unfit("record", "The record is larger than any record", "Check what it holds")
    return Snapshot(body, hashlib.sha256(body).hexdigest(), SCHEMA)


def sign(
    taken: Snapshot, *, by: str, employer: UUID | str, clock: Clock, keys: Keyring | None = None
) -> Signed:
    """Return a snapshot signed with the service's own key, for who released it."""
    at = clock.now().astimezone(dt.UTC).isoformat()
    key, signature = (keys or keyring()).sign(_said(taken, by, str(employer), at))
    return Signed(
        taken.body, taken.digest, taken.schema, by, str(employer), at, key,
        base64.b64encode(signature).decode(),
    )  # fmt: skip


def verify(
    signed: Signed, *, transfer: UUID | str | None = None, keys: Keyring | None = None
) -> None:
    """Return if the bytes are those that were signed, by a key of this service.

    Args:
        signed: what is to be believed.
        transfer: the transfer it must be of, where the caller knows it.
        keys: the service's keys; by default those of this process.

    Raises:
        EvidenceBroken: if anything of it was changed, or signed by another key, or is of another
            transfer.
    """
    taken = Snapshot(signed.body, signed.digest, signed.schema)
    if hashlib.sha256(signed.body).hexdigest() != signed.digest:
        raise _broken("The record is not the one that was released: its hash differs")
    try:
        signature = base64.b64decode(signed.signature, validate=True)
    except binascii.Error:
        raise _broken("The signature of the record is no signature") from None
    said = _said(taken, signed.by, signed.employer, signed.at)
    if not _plain_id(signed.key) or not (keys or keyring()).signature_holds(
        signed.key, said, signature
    ):
        raise _broken("The record is not signed by a key of this service")
    head = _head(signed.body)
    if head.get("schema") != signed.schema:
        raise _broken("The record states another version of the specification than was signed")
    if transfer is not None and head.get("transfer") != str(transfer):
        raise _broken("The record was released for another transfer")


def opened(
    signed: Signed, *, transfer: UUID | str | None = None, keys: Keyring | None = None
) -> Opened:
    """Return what a signed snapshot states, once it is verified.

    Raises:
        EvidenceBroken: as ``verify``.
        BadInput: if it is written by a later specification than this one: what it adds would be
            lost in silence.
    """
    verify(signed, transfer=transfer, keys=keys)
    head = _head(signed.body)
    if not isinstance(head.get("schema"), int) or head["schema"] > SCHEMA:
        raise _unfit(
            "schema", "The record is written by a later version of the specification",
            "Bring this service up to date, or ask for the record in version "
            f"{SCHEMA} or as a workbook",
        )  # fmt: skip
    return Opened(head["transfer"], head["version"], head["schema"], head["record"])


def follows(earlier: Signed, later: Signed) -> bool:
    """Tell whether one release is the next version of another, so that it needs to be agreed anew.

    Two different releases of one version, or one of another transfer, do not follow.
    """
    first, second = _head(earlier.body), _head(later.body)
    return bool(
        first.get("transfer") == second.get("transfer")
        and second.get("version") == first.get("version", 0) + 1
    )


def from_text(text: str) -> Signed:
    """Return a signed snapshot from its text; not yet verified.

    Raises:
        BadInput: if it is no signed snapshot.
    """
    try:
        said: dict[str, Any] = json.loads(text) if len(text) <= 2 * _LARGEST else {}
        body = base64.b64decode(said["body"], validate=True)
        found = Signed(**{**said, "body": body})
    except (TypeError, ValueError, KeyError, RecursionError):
        raise _unfit("record", "This is no released record", "Ask for it again") from None
    texts = (found.digest, found.by, found.employer, found.at, found.key, found.signature)
    if not all(isinstance(one, str) for one in texts) or not isinstance(found.schema, int):
        raise _unfit("record", "This is no released record", "Ask for it again")
    return found


def _said(taken: Snapshot, by: str, employer: str, at: str) -> bytes:
    """Return what is signed: one JSON list, so that no value can run into the next."""
    return _canonical([_SAYS, taken.schema, taken.digest, employer, by, at])


def _canonical(value: Any) -> bytes:
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _only_texts(name: str, value: Any) -> Any:
    if isinstance(value, str):
        if any(0xD800 <= ord(sign) <= 0xDFFF for sign in value):
            raise _unfit(name, "It holds half a character", "Type it again")
        return value
    if isinstance(value, list | tuple):
        return [_only_texts(name, one) for one in value]
    if isinstance(value, Mapping):
        return {str(part): _only_texts(name, one) for part, one in value.items() if one != ""}
    raise _unfit(name, "It is no text", "State amounts, days and numbers as text")


def _head(body: bytes) -> dict[str, Any]:
    try:
        head = json.loads(body)
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict):
        raise _broken("The released record cannot be read")
    return head


def _plain_id(key: str) -> bool:
    """Tell whether a key's id is one: it names a file, and must lead nowhere else."""
    return len(key) == 32 and all(sign in "0123456789abcdef" for sign in key)


def _broken(what: str) -> EvidenceBroken:
    return EvidenceBroken(
        what, where=Where(thing="released record"),
        fix="Do not use it; ask the employer left to release the record again",
    )  # fmt: skip


def _unfit(field_: str, what: str, fix: str) -> BadInput:
    shown = "".join(sign for sign in field_[:40] if sign.isalnum() or sign in "_-")
    return BadInput(what, where=Where(field=shown), fix=fix)
