"""An outside witness: keeps what it saw of a log, and cosigns what continues it (C2SP)."""

import base64
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from muster.ledger.notes import COSIGNED, VerifierKey


class OutsideWitness:
    """A witness with a key of its own."""

    def __init__(self, name: str = "witness.example/one", seed: bytes = b"w" * 32) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key = VerifierKey(name, COSIGNED, public)

    def line(self, note: str, seconds: int) -> str:
        """Return the line that says that the checkpoint was seen."""
        text = note.partition("\n\n")[0] + "\n"
        signed = f"cosignature/v1\ntime {seconds}\n{text}".encode()
        blob = self.key.hash + struct.pack(">Q", seconds) + self._private.sign(signed)
        return f"\u2014 {self.key.name} {base64.b64encode(blob).decode()}"

    def cosigned(self, note: str, seconds: int) -> str:
        """Return the note with this witness's line below it."""
        return f"{note}{self.line(note, seconds)}\n"
