"""Signed notes and the keys that verify them, read strictly: C2SP signed-note, tlog-cosignature.

A note is text that ends with a line end, an empty line, and one line for each signature::

    \u2014 <name> <base64 of key hash (4 bytes) | signature>

What a key is called and how it signs is written in its verifier key, one line of text::

    <name>+<key hash, 8 hex digits>+<base64 of kind (1 byte) | public key (32 bytes)>

Kind 1 signs the text itself (Ed25519): so a log signs its checkpoints. Kind 4 signs the text
together with a time (``cosignature/v1``): so a witness says that it saw one, and when.
"""

import base64
import hashlib
import struct
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from muster.kernel.errors import BadInput, Where

SIGNED, COSIGNED = 1, 4
_DASH = "\u2014"
_TIME = struct.Struct(">Q")
_HASH_BYTES, _KEY_BYTES, _SIGNATURE_BYTES = 4, 32, 64
_LATEST = 2**40  # seconds since 1970; what lies beyond is no time


class VerifierKey(NamedTuple):
    """A public key with the name it signs under and the kind of its signatures."""

    name: str
    kind: int
    public: bytes

    @property
    def hash(self) -> bytes:
        """The first bytes of each signature, by which its key is found."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:_HASH_BYTES]

    def __str__(self) -> str:
        public = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.hash.hex()}+{public}"


class Signature(NamedTuple):
    """A signature that holds; ``seconds`` since 1970 where its kind states a time."""

    key: VerifierKey
    seconds: int | None


def strict_base64(text: object) -> bytes:
    """Return what ``text`` encodes, if it is the one way to write it.

    Raises:
        ValueError: if it is no text, no base64, or base64 written in another way.
    """
    if not isinstance(text, str):
        raise ValueError("not text")
    found = base64.b64decode(text, validate=True)
    if base64.b64encode(found).decode() != text:
        raise ValueError("not the one way to write it")
    return found


def read_verifier_key(text: str) -> VerifierKey:
    """Return the key that a line of text states.

    Raises:
        BadInput: if it is none, or its parts contradict each other.
    """
    name, _, rest = text.partition("+")
    try:
        raw = strict_base64(rest.partition("+")[2])
        key = VerifierKey(name, raw[0], raw[1:])
        if len(key.public) != _KEY_BYTES or key.kind not in (SIGNED, COSIGNED) or str(key) != text:
            raise ValueError(text)
        if not name or set(name) & set(" \t\r\n"):
            raise ValueError(name)
    except (ValueError, IndexError):
        raise BadInput(
            "Not a verifier key",
            where=Where(thing=text[:100]),
            fix="Copy its whole line, such as name+0123abcd+BASE64, from who published it",
        ) from None
    return key


def split_note(note: str) -> tuple[str, tuple[str, ...]]:
    """Return the signed text of a note, with its last line end, and its signature lines.

    Raises:
        ValueError: if it is not a note.
    """
    text, parts, below = note.partition("\n\n")
    lines = below.split("\n")
    if not (text and parts) or lines.pop() != "" or not lines:
        raise ValueError("not a signed note")
    return f"{text}\n", tuple(lines)


def read_signature(text: str, line: str, key: VerifierKey) -> Signature | None:
    """Return the signature of a note's text that a line is; None unless it holds under ``key``."""
    words = line.split(" ")
    if len(words) != 3 or words[0] != _DASH or words[1] != key.name:
        return None
    try:
        blob = strict_base64(words[2])
    except ValueError:
        return None
    if blob[:_HASH_BYTES] != key.hash:
        return None
    signed, signature, seconds = text.encode(), blob[_HASH_BYTES:], None
    if key.kind == COSIGNED:
        if len(signature) != _TIME.size + _SIGNATURE_BYTES:
            return None
        (seconds,) = _TIME.unpack(signature[: _TIME.size])
        if seconds > _LATEST:
            return None
        signature = signature[_TIME.size :]
        signed = f"cosignature/v1\ntime {seconds}\n".encode() + signed
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return None
    return Signature(key, seconds)
