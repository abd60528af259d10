"""Signed checkpoints in the form of C2SP signed notes, and the last one kept outside the store.

A checkpoint says "this log has so many entries and this root", signed. Whoever can write to the
database could delete the newest entries together with their checkpoints; so the newest note is
also kept as a file in ``MUSTER_HOME/checkpoints``, and anybody may keep a copy elsewhere.

Note format (text, LF)::

    muster/<log>
    <size>
    <root in base64>

    \u2014 muster/<log> <base64 of key hash (4 bytes) | signature (64 bytes)>
"""

import base64
import fcntl
import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from muster.kernel.errors import EvidenceBroken, Where
from muster.kernel.keys import Keyring
from muster.ledger.merkle import shown
from muster.ledger.port import LOG_NAMES, Checkpoint, LogName

_DASH = "\u2014"


def _origin(log: LogName) -> str:
    return f"muster/{log}"


def _key_hash(origin: str, public_key: bytes) -> bytes:
    return hashlib.sha256(origin.encode() + b"\n\x01" + public_key).digest()[:4]


def sign_checkpoint(log: LogName, size: int, root: bytes, *, keys: Keyring) -> Checkpoint:
    """Return the signed checkpoint of a log."""
    origin = _origin(log)
    text = f"{origin}\n{size}\n{shown(root)}\n"
    key_id, signature = keys.sign(text.encode())
    blob = base64.b64encode(_key_hash(origin, keys.public_key(key_id)) + signature).decode()
    return Checkpoint(log, size, root, f"{text}\n{_DASH} {origin} {blob}\n")


def read_note(note: str) -> Checkpoint:
    """Return the checkpoint a note states, without checking its signature.

    Raises:
        EvidenceBroken: if the note is not of the documented form.
    """
    try:
        text, _ = note.split("\n\n")
        origin, size, root = text.split("\n")
        log = next(name for name in LOG_NAMES if _origin(name) == origin)
        return Checkpoint(log, int(size), base64.b64decode(root, validate=True), note)
    except (ValueError, StopIteration):
        raise EvidenceBroken(
            "A checkpoint note cannot be read",
            where=Where(thing="checkpoint"),
            fix="Compare it with the copies your witnesses hold",
        ) from None


def signature_holds(note: str, *, public_keys: list[bytes]) -> bool:
    """Tell whether one of the public keys signed the note."""
    text, _, signatures = note.partition("\n\n")
    for line in signatures.splitlines():
        words = line.split(" ")
        if len(words) != 3 or words[0] != _DASH:
            continue
        try:
            blob = base64.b64decode(words[2], validate=True)
        except ValueError:
            continue
        for public_key in public_keys:
            if blob[:4] != _key_hash(words[1], public_key):
                continue
            try:
                Ed25519PublicKey.from_public_bytes(public_key).verify(
                    blob[4:], text.encode() + b"\n"
                )
            except InvalidSignature:
                continue
            return True
    return False


class Witness:
    """Keeps the newest checkpoint of each log outside the database, and never an older one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, checkpoint: Checkpoint) -> None:
        """Store the checkpoint unless a larger one is kept already."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{checkpoint.log}.note"
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = self.kept(checkpoint.log)
            if kept is not None and kept.size >= checkpoint.size:
                return
            fresh = path.with_suffix(".new")
            fresh.write_text(checkpoint.note)
            os.replace(fresh, path)

    def kept(self, log: LogName) -> Checkpoint | None:
        """Return the kept checkpoint, if there is one.

        Raises:
            EvidenceBroken: if the file was damaged.
        """
        try:
            return read_note((self._folder / f"{log}.note").read_text())
        except FileNotFoundError:
            return None
