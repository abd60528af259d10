"""How the record of a transfer is kept: encrypted, bound to the person, the transfer and its part.

What is taken from another person's transfer, or put in place of another part, does not open.
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from muster.kernel.keys import Keyring

Record = Mapping[str, Any]


def seal(
    keys: Keyring, record: Record, *, person: uuid.UUID, transfer: uuid.UUID, what: str
) -> str:
    """Return a record as the database keeps it, in hexadecimal."""
    plain = json.dumps(dict(record), ensure_ascii=False, sort_keys=True).encode()
    return seal_bytes(keys, plain, person=person, transfer=transfer, what=what)


def unseal(
    keys: Keyring, sealed: str, *, person: uuid.UUID, transfer: uuid.UUID, what: str
) -> dict[str, Any]:
    """Return a record that was sealed; an empty one where it was scrubbed.

    Raises:
        EvidenceBroken: if the stored text was changed, or belongs elsewhere.
    """
    if not sealed:
        return {}
    plain = unseal_bytes(keys, sealed, person=person, transfer=transfer, what=what)
    found: dict[str, Any] = json.loads(plain)
    return found


def seal_bytes(
    keys: Keyring, plain: bytes, *, person: uuid.UUID, transfer: uuid.UUID, what: str
) -> str:
    """Return exact bytes as the database keeps them, in hexadecimal."""
    return keys.encrypt(plain, context=_context(person, transfer, what)).hex()


def unseal_bytes(
    keys: Keyring, sealed: str, *, person: uuid.UUID, transfer: uuid.UUID, what: str
) -> bytes:
    """Return exact bytes that were sealed.

    Raises:
        EvidenceBroken: if the stored text was changed, or belongs elsewhere.
    """
    return keys.decrypt(bytes.fromhex(sealed), context=_context(person, transfer, what))


def _context(person: uuid.UUID, transfer: uuid.UUID, what: str) -> bytes:
    return f"services:transfers:{what}:{transfer}:{person}".encode()
