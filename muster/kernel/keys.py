"""Keys by id, one set for each purpose, kept as files under ``MUSTER_HOME/keys``.

Three purposes, never one key for two of them:

* ``encryption`` wraps the keys that bodies and blobs are encrypted with (AES-256-GCM);
* ``keyed-hash`` makes lookups of identifiers possible without storing them (HMAC-SHA-256);
* ``signing`` signs checkpoints (Ed25519).

The newest key of a purpose is the current one; older keys stay readable, so rotating is writing
one more file. In development a missing key is generated and marked ``development``; production
refuses such a key, so nobody goes live on keys that a demonstration made.
"""

import base64
import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from muster.kernel.clock import Clock
from muster.kernel.errors import EvidenceBroken, Misconfigured, Where
from muster.kernel.ids import new_id

Purpose = Literal["encryption", "keyed-hash", "signing"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
NONCE_BYTES = 12


@dataclass(frozen=True, repr=False)
class Key:
    """One key. Its bytes are never shown: the representation names only its id."""

    id: str
    purpose: Purpose
    origin: str
    created: str
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.purpose}/{self.id})"


class Keyring:
    """The keys of one ``MUSTER_HOME``.

    Args:
        folder: where key files live; made when missing.
        clock: dates new keys.
        in_production: refuse generated keys, and never generate one silently.
    """

    def __init__(self, folder: Path, *, clock: Clock, in_production: bool) -> None:
        self._folder, self._clock, self._in_production = folder, clock, in_production
        self._loaded: dict[tuple[Purpose, str], Key] = {}
        self._current: dict[Purpose, Key] = {}
        self._signers: dict[str, Ed25519PrivateKey] = {}

    def current(self, purpose: Purpose) -> Key:
        """Return the key that new work uses; in development one is made when there is none.

        Raises:
            Misconfigured: in production, if there is none or only a generated one.
        """
        if purpose not in self._current:
            if not self._ids(purpose) and self._in_production:
                raise Misconfigured(
                    f"No {purpose} key",
                    where=Where(thing=f"keys/{purpose}"),
                    fix="Make one",
                    command="muster keys make",
                )
            # Processes that start together must agree on one key: the first makes it.
            with self._alone():
                ids = self._ids(purpose)
                self._current[purpose] = (
                    self.by_id(purpose, ids[-1]) if ids else self._write(purpose, "development")
                )
        return self._current[purpose]

    def by_id(self, purpose: Purpose, key_id: str) -> Key:
        """Return one key, current or retired.

        Raises:
            Misconfigured: if it is missing, or generated in development and used in production.
        """
        if (purpose, key_id) not in self._loaded:
            path = self._folder / purpose / f"{key_id}.json"
            where = Where(thing=f"keys/{purpose}/{key_id}")
            try:
                stored = json.loads(path.read_text())
            except FileNotFoundError:
                raise Misconfigured(
                    "A key is missing", where=where, fix="Restore MUSTER_HOME/keys from its backup"
                ) from None
            if self._in_production and stored["origin"] == "development":
                raise Misconfigured(
                    "A generated development key cannot be used in production",
                    where=where,
                    fix="Make keys of your own",
                    command="muster keys make",
                )
            self._loaded[purpose, key_id] = Key(
                id=key_id,
                purpose=purpose,
                origin=stored["origin"],
                created=stored["created"],
                secret=base64.b64decode(stored["secret"]),
            )
        return self._loaded[purpose, key_id]

    def make(self, purpose: Purpose, *, origin: str = "operator") -> Key:
        """Write a new key file, readable by its owner alone, and make it the current key."""
        with self._alone():
            return self._write(purpose, origin)

    def _ids(self, purpose: Purpose) -> list[str]:
        return sorted(path.stem for path in (self._folder / purpose).glob("*.json"))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes of this home from making keys meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _write(self, purpose: Purpose, origin: str) -> Key:
        key = Key(
            id=new_id().hex,
            purpose=purpose,
            origin=origin,
            created=self._clock.now().isoformat(),
            secret=os.urandom(32),
        )
        folder = self._folder / purpose
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stored = {
            "id": key.id,
            "purpose": purpose,
            "origin": origin,
            "created": key.created,
            "secret": base64.b64encode(key.secret).decode(),
        }
        fresh = folder / f"{key.id}.part"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(stored, file, indent=1)
        fresh.rename(folder / f"{key.id}.json")
        self._loaded[purpose, key.id] = self._current[purpose] = key
        return key

    def all(self) -> list[Key]:
        """Return every key, oldest first within its purpose."""
        return [
            self.by_id(purpose, key_id) for purpose in PURPOSES for key_id in self._ids(purpose)
        ]

    # Encryption: `id (16 bytes) | nonce (12) | ciphertext and tag`, so that a stored value names
    # the key it needs and stays readable after rotation.

    def encrypt(self, plain: bytes, *, context: bytes) -> bytes:
        """Encrypt ``plain`` with the current key, bound to ``context`` (what and where it is)."""
        key, nonce = self.current("encryption"), os.urandom(NONCE_BYTES)
        return bytes.fromhex(key.id) + nonce + AESGCM(key.secret).encrypt(nonce, plain, context)

    def decrypt(self, sealed: bytes, *, context: bytes) -> bytes:
        """Return what ``encrypt`` was given.

        Raises:
            EvidenceBroken: if the bytes or the context are not those that were encrypted.
        """
        key_id, nonce, body = sealed[:16].hex(), sealed[16:28], sealed[28:]
        try:
            return AESGCM(self.by_id("encryption", key_id).secret).decrypt(nonce, body, context)
        except InvalidTag:
            raise EvidenceBroken(
                "Encrypted bytes were changed",
                where=Where(thing=context.decode(errors="replace")),
                fix="Restore them from a backup and verify the log",
                command="muster ledger verify",
            ) from None

    def keyed_hash(self, value: bytes, *, context: bytes) -> bytes:
        """Return 32 bytes by which equal values can be found without storing them."""
        secret = self.current("keyed-hash").secret
        return hmac.new(secret, context + b"\0" + value, hashlib.sha256).digest()

    def lasting(self, context: bytes) -> bytes:
        """Return 32 secret bytes for a purpose that stay the same when keys are rotated.

        They come of the oldest key: what was told with them once must be told alike for ever.
        """
        oldest = self._ids("keyed-hash")[:1] or [self.current("keyed-hash").id]
        secret = self.by_id("keyed-hash", oldest[0]).secret
        return hmac.new(secret, b"lasting\0" + context, hashlib.sha256).digest()

    def sign(self, message: bytes) -> tuple[str, bytes]:
        """Return the id of the current signing key and its 64-byte Ed25519 signature."""
        key_id = self.current("signing").id
        return key_id, self._signer(key_id).sign(message)

    def public_key(self, key_id: str) -> bytes:
        """Return the 32-byte public half of a signing key, for outside witnesses."""
        return self._signer(key_id).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def signature_holds(self, key_id: str, message: bytes, signature: bytes) -> bool:
        """Tell whether ``signature`` is that key's signature of ``message``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key(key_id)).verify(signature, message)
        except (InvalidSignature, Misconfigured):
            return False
        return True

    def _signer(self, key_id: str) -> Ed25519PrivateKey:
        if key_id not in self._signers:
            secret = self.by_id("signing", key_id).secret
            self._signers[key_id] = Ed25519PrivateKey.from_private_bytes(secret)
        return self._signers[key_id]
