"""How what people told is kept: encrypted, and bound to the person and to what it is."""

import json
import uuid
from collections.abc import Mapping

from muster.kernel.keys import Keyring


def seal(keys: Keyring, said: Mapping[str, str], *, person: uuid.UUID, what: str) -> str:
    """Return details as the database keeps them, in hexadecimal."""
    plain = json.dumps(dict(said), ensure_ascii=False).encode()
    return keys.encrypt(plain, context=_context(person, what)).hex()


def unseal(keys: Keyring, sealed: str, *, person: uuid.UUID, what: str) -> dict[str, str]:
    """Return details that were sealed; none where they were scrubbed.

    Raises:
        EvidenceBroken: if the stored text was changed, or is another person's.
    """
    if not sealed:
        return {}
    found: dict[str, str] = json.loads(
        keys.decrypt(bytes.fromhex(sealed), context=_context(person, what))
    )
    return found


def code_hash(keys: Keyring, code: str, *, of: uuid.UUID | None = None) -> str:
    """Return the keyed hash of a code; ``of`` is the change it belongs to alone."""
    return keys.keyed_hash(
        code.encode(), context=b"register:told:code" + (of.bytes if of else b"")
    ).hex()


def _context(person: uuid.UUID, what: str) -> bytes:
    return f"register:told:{what}:{person}".encode()
