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
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from muster.kernel.errors import EvidenceBroken, Where
from muster.kernel.keys import Keyring
from muster.ledger.merkle import shown
from muster.ledger.notes import SIGNED, VerifierKey
from muster.ledger.port import LOG_NAMES, Checkpoint, LogName

SECTOR = 512
_DASH = "\u2014"
_said = logging.getLogger(__name__)


def _origin(log: LogName) -> str:
    return f"muster/{log}"


def _key_hash(origin: str, public_key: bytes) -> bytes:
    return hashlib.sha256(origin.encode() + b"\n\x01" + public_key).digest()[:4]


def verifier_key(log: LogName, public_key: bytes) -> VerifierKey:
    """Return the key of a log's checkpoints as witnesses and readers of proofs are told it."""
    return VerifierKey(_origin(log), SIGNED, public_key)


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
    """Keeps the newest checkpoint of each log outside the database, and never an older one.

    Each note fills one sector of ``SECTOR`` bytes (padded with line ends) that is overwritten by
    one write. A killed process leaves the old note or the new, and so does a power cut, since a
    disk writes a sector whole or not at all. The note does not wait for the disk: after a power
    cut it may be some seconds older than the log. Renaming a new file over the old one would be
    no safer and costs as much as hashing and encrypting a batch of 500.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, checkpoint: Checkpoint) -> None:
        """Store the checkpoint unless a larger one is kept already.

        Never raises: what it witnesses is committed, and whoever appended must not believe
        otherwise. Verification reports a note that is damaged.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._locked(checkpoint.log, os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX) as file:
                held = os.pread(file, SECTOR, 0)
                if held and read_note(_unpadded(held)).size >= checkpoint.size:
                    return
                os.pwrite(file, checkpoint.note.encode().ljust(SECTOR, b"\n"), 0)
        except (OSError, EvidenceBroken):
            _said.exception("The checkpoint of log %s could not be kept", checkpoint.log)

    def kept(self, log: LogName) -> Checkpoint | None:
        """Return the kept checkpoint, if there is one.

        Raises:
            EvidenceBroken: if the file was damaged.
        """
        try:
            with self._locked(log, os.O_RDONLY, fcntl.LOCK_SH) as file:
                held = os.pread(file, SECTOR, 0)
        except FileNotFoundError:
            return None
        return read_note(_unpadded(held)) if held else None

    @contextmanager
    def _locked(self, log: LogName, access: int, lock: int) -> Iterator[int]:
        """Open the log's note and keep others out of it, or out of changing it."""
        file = os.open(self.folder / f"{log}.note", access, 0o600)
        try:
            fcntl.flock(file, lock)
            yield file
        finally:
            os.close(file)


def _unpadded(held: bytes) -> str:
    return held.decode(errors="replace").rstrip("\n") + "\n"
