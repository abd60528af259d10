"""How an entry's body is hashed into its leaf and encrypted under the key of its scope.

A leaf is SHA-256 over ``0x00 | log | position | time | type | subject | salt | body``. Salt and
body are stored only encrypted: without the key nobody can confirm a guess of what a leaf hides,
and once the key is destroyed the leaf says nothing, though the tree stays whole.

Sealed form: ``nonce (12 bytes) | AES-256-GCM(salt (16) | body) | tag (16)``.
"""

import hashlib
import os
import struct
from collections import OrderedDict
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from muster.kernel.keys import Keyring
from muster.ledger.port import LOG_NUMBERS, LogName, NewEntry, Row, StoredKey, address_of

SALT_BYTES = 16
NONCE_BYTES = 12
KEY_BYTES = 32
_KEPT_KEYS = 4096
_HEADER = struct.Struct(">BQQHH")


def leaf_data(
    log: LogName, position: int, recorded: int, kind: str, subject: str, salted: bytes
) -> bytes:
    """Return the bytes whose leaf hash commits to an entry; ``salted`` is salt and body."""
    type_bytes, subject_bytes = kind.encode(), subject.encode()
    return (
        _HEADER.pack(LOG_NUMBERS[log], position, recorded, len(type_bytes), len(subject_bytes))
        + type_bytes
        + subject_bytes
        + salted
    )


class ScopeKeys:
    """Unwraps the keys of scopes and remembers the last few thousand ciphers.

    A cipher is remembered with the wrapped key it came from: a database gives the id of a key
    whose transaction was rolled back to the next one, which holds another secret.
    """

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys
        self._ciphers: OrderedDict[int, tuple[bytes, AESGCM]] = OrderedDict()

    def wrap_new(self, scope: str) -> bytes:
        """Return a fresh key, wrapped for storage."""
        return self._keys.encrypt(os.urandom(KEY_BYTES), context=self._context(scope))

    def cipher(self, key: StoredKey) -> AESGCM | None:
        """Return the cipher of a stored key; None once the key was destroyed."""
        if key.wrapped is None:
            self._ciphers.pop(key.id, None)
            return None
        known = self._ciphers.get(key.id)
        if known is not None and known[0] == key.wrapped:
            return known[1]
        cipher = AESGCM(self._keys.decrypt(key.wrapped, context=self._context(key.scope)))
        self._ciphers[key.id] = (key.wrapped, cipher)
        if len(self._ciphers) > _KEPT_KEYS:
            self._ciphers.popitem(last=False)
        return cipher

    @staticmethod
    def _context(scope: str) -> bytes:
        return b"ledger scope " + scope.encode()


def seal(
    log: LogName,
    start: int,
    recorded: int,
    entries: Sequence[NewEntry],
    ciphers: Sequence[tuple[int, AESGCM]],
) -> list[Row]:
    """Return the rows of a batch that begins at position ``start``; one cipher for each entry."""
    noise = os.urandom((SALT_BYTES + NONCE_BYTES) * len(entries))
    address, number, rows = address_of(log, start), LOG_NUMBERS[log], []
    pack, sha256, position, offset = _HEADER.pack, hashlib.sha256, start, 0
    for (kind, subject, body, _), (key_id, cipher) in zip(entries, ciphers, strict=True):
        middle, end = offset + SALT_BYTES, offset + SALT_BYTES + NONCE_BYTES
        salted, nonce = noise[offset:middle] + body, noise[middle:end]
        kind_bytes, subject_bytes = kind.encode(), subject.encode()
        header = pack(number, position, recorded, len(kind_bytes), len(subject_bytes))
        leaf = sha256(b"\x00" + header + kind_bytes + subject_bytes + salted).digest()
        sealed = nonce + cipher.encrypt(nonce, salted, None)
        rows.append(Row(address, recorded, kind, subject, key_id, leaf, sealed))
        address, position, offset = address + 1, position + 1, end
    return rows


def unseal(row: Row, cipher: AESGCM) -> bytes | None:
    """Return salt and body of a row; None if the sealed bytes were changed."""
    sealed = bytes(row.sealed or b"")
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except (InvalidTag, ValueError):
        return None
