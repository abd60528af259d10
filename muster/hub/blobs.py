"""Exact bytes as received, encrypted under their landing's key, outside the database.

Erasing the landing's scope in the ledger destroys the key, and with it these bytes.
"""

import os
import uuid
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from muster.kernel.errors import EvidenceBroken, NotFound, Where
from muster.kernel.running import settings

NONCE_BYTES = 12


def seal(cipher: AESGCM, plain: bytes) -> bytes:
    """Return ``nonce | ciphertext and tag``."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, None)


def unseal(cipher: AESGCM, sealed: bytes, *, what: str) -> bytes:
    """Return what was sealed.

    Raises:
        EvidenceBroken: if the bytes were changed.
    """
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except InvalidTag:
        raise EvidenceBroken(
            "Stored bytes were changed",
            where=Where(thing=what),
            fix="Restore them from a backup",
        ) from None


class Blobs:
    """The folder of exact bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, landing: uuid.UUID, content: bytes, cipher: AESGCM) -> None:
        """Store a landing's bytes; the file is whole or not there."""
        path = self._path(landing)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(".part")
        # Nonce and ciphertext are written one after the other: joined, a large file stood in memory
        # once more.
        nonce = os.urandom(NONCE_BYTES)
        with fresh.open("wb") as out:
            out.write(nonce)
            out.write(cipher.encrypt(nonce, content, None))
        os.replace(fresh, path)

    def read(self, landing: uuid.UUID, cipher: AESGCM | None) -> bytes:
        """Return a landing's bytes.

        Raises:
            NotFound: if they were erased.
            EvidenceBroken: if they were changed.
        """
        path = self._path(landing)
        if cipher is None or not path.exists():
            raise NotFound(
                "The file was erased",
                where=Where(thing=f"landing {landing}"),
                fix="Ask its sender for it again",
            )
        return unseal(cipher, path.read_bytes(), what=f"landing {landing}")

    def _path(self, landing: uuid.UUID) -> Path:
        return self._folder / landing.hex[-2:] / f"{landing.hex}.bin"


def blobs() -> Blobs:
    """Return the store of exact bytes of this process's home."""
    return Blobs(settings().home / "blobs")
