"""Checking a proof file: every byte of it holds, or it is refused with the reason.

A file is read strictly. It must be written in the one canonical way, hold what its form names and
nothing else, and use every key it lists, so that no byte can change without being noticed. What
then was proven is returned as ``Proven``; what was not is for the reader to be told: see
``docs/explanation/evidence.md``.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from muster.kernel.errors import BadInput, EvidenceBroken, Where
from muster.ledger import merkle
from muster.ledger.checkpoints import read_note
from muster.ledger.notes import (
    COSIGNED,
    SIGNED,
    Signature,
    VerifierKey,
    read_signature,
    read_verifier_key,
    split_note,
    strict_base64,
)
from muster.ledger.port import Checkpoint, LogName
from muster.ledger.proofs import FORM, canonical
from muster.ledger.sealing import SALT_BYTES, leaf_data

DELIVERED = "muster.hub.message.delivered.v1"
_WHOLE = {"form", "entry", "deliveries", "checkpoint", "consistency", "keys"}
_DISCLOSED = {"position", "path", "recorded", "type", "subject", "salt", "body"}
_WITHHELD = {"position", "path", "leaf"}
_LARGEST = 2**48  # positions and sizes are smaller


@dataclass(frozen=True)
class ProvenEntry:
    """An entry that stands in the log. All but position and leaf are None where withheld.

    ``recorded`` is microseconds since 1970 by the clock of whoever keeps the log.
    """

    position: int
    leaf: bytes
    recorded: int | None = None
    type: str | None = None
    subject: str | None = None
    body: bytes | None = None

    @property
    def digest(self) -> str | None:
        """SHA-256 of the body, in hexadecimal."""
        return None if self.body is None else hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class ProvenDelivery:
    """A shipment that the log says was handed over, whose span holds the proven message.

    ``named`` tells that it names the message itself, not only a span around it.
    """

    entry: ProvenEntry
    route: str
    receiver: str
    first: int
    last: int
    messages: int
    agreement: str
    agreement_version: int
    translation_version: int
    acknowledged: str
    named: bool


@dataclass(frozen=True)
class ProvenCheckpoint:
    """A checkpoint with who signed it: the log, and witnesses with the time they state."""

    log: LogName
    size: int
    root: bytes
    signed_by: tuple[VerifierKey, ...]
    seen_by: tuple[Signature, ...]


@dataclass(frozen=True)
class Proven:
    """What a proof file proves."""

    log: LogName
    entry: ProvenEntry
    deliveries: tuple[ProvenDelivery, ...]
    checkpoint: ProvenCheckpoint
    older: tuple[ProvenCheckpoint, ...]


def check_proof(
    text: str, *, trusted: Sequence[bytes] | None = None, kept: Sequence[str] = ()
) -> Proven:
    """Check a proof file and return what it proves.

    Args:
        text: the file.
        trusted: the public keys to accept, of the log and of witnesses; those in the file when
            None, which proves only that the file agrees with itself.
        kept: signed notes of older checkpoints, each of which the file must continue.

    Raises:
        EvidenceBroken: if anything does not hold, saying what.
    """
    try:
        proof = _read(text)
        keys = tuple(read_verifier_key(key) for key in proof["keys"])
        checkpoint, used = _checkpoint(proof["checkpoint"], keys, trusted)
        older = [_checkpoint(one["checkpoint"], keys, None) for one in proof["consistency"]]
        paths = [_path(one["path"]) for one in proof["consistency"]]
        entry = _entry(proof["entry"], checkpoint)
        handed = [_entry(one, checkpoint) for one in proof["deliveries"]]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, BadInput):
        raise _broken("the file is not a proof, or is damaged") from None
    if used.union(*(more for _, more in older)) != set(keys):
        raise _broken("it names a key that signed nothing of it")
    _rising([one.position for one in handed])
    _rising([one.size for one, _ in older])
    for (one, _), path in zip(older, paths, strict=True):
        _continues(one, checkpoint, path)
    for note in kept:
        _kept(note, checkpoint, [one for one, _ in older])
    return Proven(
        checkpoint.log, entry, tuple(_delivery(one, entry) for one in handed), checkpoint,
        tuple(one for one, _ in older),
    )  # fmt: skip


def _read(text: str) -> dict[str, Any]:
    """Return a proof file's content, if it is written in the one canonical way."""
    proof = json.loads(text)
    if canonical(proof) != text or proof["form"] != FORM or set(proof) != _WHOLE:
        raise ValueError("another form")
    for one in proof["consistency"]:
        if set(one) != {"checkpoint", "path"}:
            raise ValueError("more or less than its form names")
    if not (isinstance(proof["keys"], list) and sorted(set(proof["keys"])) == proof["keys"]):
        raise ValueError("keys not in order")
    return dict(proof)


def _checkpoint(
    note: str, keys: Sequence[VerifierKey], trusted: Sequence[bytes] | None
) -> tuple[ProvenCheckpoint, set[VerifierKey]]:
    """Return a checkpoint whose every signature holds, and the keys that made them."""
    said = read_note(note)
    text, lines = split_note(note)
    origin, size, root = text.removesuffix("\n").split("\n")
    if (size, root) != (str(said.size), merkle.shown(said.root)) or said.size > _LARGEST:
        raise ValueError("not the one way to write it")
    found: dict[VerifierKey, Signature] = {}
    for line in lines:
        signature = next((one for key in keys if (one := read_signature(text, line, key))), None)
        if signature is None or signature.key in found:
            raise _broken("a signature of its checkpoint does not hold, or its key is not given")
        found[signature.key] = signature
    own = tuple(key for key in found if key.kind == SIGNED and key.name == origin)
    seen = tuple(signature for signature in found.values() if signature.key.kind == COSIGNED)
    if not own or len(own) + len(seen) != len(found):
        raise _broken("its checkpoint is not signed by the log")
    if trusted is not None and not any(key.public in trusted for key in own):
        raise _broken("no trusted key signed its checkpoint")
    return ProvenCheckpoint(said.log, said.size, said.root, own, seen), set(found)


def _entry(said: dict[str, Any], checkpoint: ProvenCheckpoint) -> ProvenEntry:
    """Return an entry that stands under the checkpoint's root."""
    position = _number(said["position"])
    if set(said) == _WITHHELD:
        entry = ProvenEntry(position, strict_base64(said["leaf"]))
    elif set(said) == _DISCLOSED:
        salt, body = strict_base64(said["salt"]), strict_base64(said["body"])
        kind, subject, recorded = said["type"], said["subject"], _number(said["recorded"], 2**63)
        if len(salt) != SALT_BYTES:
            raise ValueError("no salt")
        data = leaf_data(checkpoint.log, position, recorded, kind, subject, salt + body)
        entry = ProvenEntry(position, merkle.leaf_hash(data), recorded, kind, subject, body)
    else:
        raise ValueError("more or less than its form names")
    path = _path(said["path"])
    if not merkle.inclusion_holds(entry.leaf, position, checkpoint.size, path, checkpoint.root):
        raise _broken(f"the entry at position {position} is not under the signed root")
    return entry


def _delivery(entry: ProvenEntry, message: ProvenEntry) -> ProvenDelivery:
    """Return what the entry of a delivery says, if it speaks of the message."""
    try:
        if entry.type != DELIVERED or entry.body is None or entry.position <= message.position:
            raise ValueError("no delivery")
        said = json.loads(entry.body)
        first, last, aside = _number(said["first"]), _number(said["last"]), said["aside"]
        spans = said.get("handed")
        named = spans is not None and any(a <= message.position <= b for a, b in spans)
        if not first <= message.position <= last or (spans is not None and not named):
            raise ValueError("it spans other messages")
        if message.position in aside or (spans is None and said["aside_count"] > len(aside)):
            raise ValueError("it was set aside, or nobody can tell")
        named = named or first == last
        route = str(entry.subject).removeprefix("route:hub:")
        return ProvenDelivery(
            entry, route, str(said["receiver"]), first, last, int(said["messages"]),
            str(said["agreement"]), int(said["agreement_version"]),
            int(said["translation_version"]), str(said["acknowledged"]), named,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise _broken(f"the entry at position {entry.position} does not deliver it") from None


def _continues(older: ProvenCheckpoint, newer: ProvenCheckpoint, path: Sequence[bytes]) -> None:
    holds = older.log == newer.log and merkle.consistency_holds(
        older.size, older.root, newer.size, newer.root, path
    )
    if not holds:
        raise _broken(f"the log of {older.size} entries is not the beginning of this one")


def _kept(note: str, checkpoint: ProvenCheckpoint, older: Sequence[ProvenCheckpoint]) -> None:
    """Refuse unless the file continues a checkpoint that somebody kept."""
    kept: Checkpoint = read_note(note)
    if kept.log != checkpoint.log:
        raise _broken(f"the checkpoint you kept is of log {kept.log}")
    if kept.size > checkpoint.size:
        raise _broken(f"the checkpoint you kept is newer: it counts {kept.size} entries")
    same = [one for one in (*older, checkpoint) if one.size == kept.size]
    if not same:
        raise _broken(f"it holds no path from the checkpoint of {kept.size} entries that you kept")
    if any(one.root != kept.root for one in same):
        raise _broken("the checkpoint you kept is of another log with the same name")


def _rising(numbers: Sequence[int]) -> None:
    if sorted(set(numbers)) != list(numbers):
        raise _broken("its parts are not in order")


def _path(said: Any) -> list[bytes]:
    if not isinstance(said, list):
        raise TypeError("no list")
    nodes = [strict_base64(node) for node in said]
    if any(len(node) != merkle.HASH_BYTES for node in nodes):
        raise ValueError("no hash")
    return nodes


def _number(said: Any, limit: int = _LARGEST) -> int:
    if type(said) is not int or not 0 <= said < limit:
        raise ValueError("no count")
    return said


def _broken(what: str) -> EvidenceBroken:
    return EvidenceBroken(
        f"The proof does not hold: {what}",
        where=Where(thing="proof file"),
        fix="Ask for the proof again from the operator of the log",
    )
