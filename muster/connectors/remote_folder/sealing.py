"""PGP: what comes in encrypted is opened, what goes out is sealed.

Keys are settings; the private ones and their passwords are kept as secrets. Where the sender's key
is set, a file that it did not sign is not taken, encrypted or not: otherwise whoever has the public
key, which is anybody, could send a file in the sender's name.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from pysequoia import Cert, Tsk, encrypt

from muster.connectors.outlets import Setting, Unreachable
from muster.connectors.places.setting import wrong

SETTINGS = (
    Setting("open_key", "Private PGP key to open files with", "Armoured", True, False),
    Setting("open_password", "Password of that key", "", True, False),
    Setting(
        "sender_key",
        "Public PGP key of the sender",
        "Then only files that it signed are taken",
        required=False,
    ),
    Setting(
        "receiver_key",
        "Public PGP key of the receiver",
        "Then files are encrypted to it",
        required=False,
    ),
    Setting("signing_key", "Private PGP key to sign with", "Armoured", True, False),
    Setting("signing_password", "Password of that key", "", True, False),
)
ENDINGS = (".pgp", ".gpg", ".asc")
_SECONDS = 300
_WHY = {
    b"k": "encrypted to another key, or damaged: encrypt it to the key that was given out",
    b"s": "not signed by the sender's key: sign and encrypt it again",
    b"d": "damaged, or not encrypted by PGP: send it again",
}


class NotOpened(Exception):
    """A file cannot be opened. Its text says why, for the sender."""


@dataclass(frozen=True)
class Seal:
    """The keys of one folder; see ``SETTINGS``. They are never shown."""

    open_key: str = field(default="", repr=False)
    open_password: str = field(default="", repr=False)
    sender: str = field(default="", repr=False)
    receiver: Cert | None = field(default=None, repr=False)
    signing_key: Tsk | None = field(default=None, repr=False)
    signing_password: str = field(default="", repr=False)

    @property
    def seals(self) -> bool:
        """Whether files go out encrypted."""
        return self.receiver is not None

    def opened(self, content: bytes, most: int) -> bytes:
        """Return the plain bytes of an encrypted file.

        Raises:
            NotOpened: if it is not for our key, not the sender's, damaged, or unpacks to more than
                ``most`` bytes.
        """
        if not self.open_key:
            raise NotOpened("encrypted, and no key to open it is set")
        asked = {
            "key": self.open_key,
            "password": self.open_password,
            "senders": [self.sender] if self.sender else [],
            "most": most,
        }
        try:
            answer = subprocess.run(
                [sys.executable, "-m", "muster.connectors.remote_folder.opening"],
                input=json.dumps(asked).encode() + b"\n" + content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotOpened("takes too long to open") from None
        if answer.returncode or answer.stdout[:1] == b">":
            raise NotOpened(f"unpacks to more than {most // (1024 * 1024)} MB")
        if answer.stdout[:1] != b"+":
            raise NotOpened(_WHY[answer.stdout[:1] or b"d"])
        return answer.stdout[1:]

    def sealed(self, content: bytes) -> bytes:
        """Return a file as it goes out: encrypted to the receiver, signed where a key is set.

        Raises:
            Unreachable: if the keys no longer serve, such as one that has expired.
        """
        if self.receiver is None:
            return content
        try:
            signer = self.signing_key and self.signing_key.signer(self.signing_password or None)
            return encrypt(content, recipients=[self.receiver], signer=signer, armor=False)
        except Exception:  # the library has no errors of its own
            raise Unreachable("the file could not be encrypted: look at the keys") from None


def read_seal(settings: Mapping[str, str]) -> Seal:
    """Return the keys that settings name.

    Raises:
        BadInput: naming the setting that cannot be used; never its value.
    """
    opening = settings.get("open_key", "").strip()
    password = settings.get("open_password", "")
    if opening:
        try:
            Tsk.from_bytes(opening.encode()).decryptor(password or None)
        except Exception:  # the library has no errors of its own
            raise wrong("open_key", "The key or its password is wrong", _PRIVATE) from None
    sender = settings.get("sender_key", "").strip()
    _public(settings, "sender_key")
    if sender and not opening:
        raise wrong("open_key", "A sender's key is set, and none to open with", _PRIVATE)
    receiver = _public(settings, "receiver_key")
    if receiver is not None:
        try:
            encrypt(b"", recipients=[receiver])
        except Exception:  # likewise
            fix = "Ask the receiver for a key that is in force"
            raise wrong("receiver_key", "Nothing can be encrypted to this key", fix) from None
    signing = _signing(settings, receiver)
    return Seal(opening, password, sender, receiver, signing, settings.get("signing_password", ""))


_PRIVATE = "Write a private PGP key, armoured, and its password"


def _public(settings: Mapping[str, str], setting: str) -> Cert | None:
    written = settings.get(setting, "").strip()
    if not written:
        return None
    try:
        return Cert.from_bytes(written.encode())
    except Exception:  # likewise
        raise wrong(setting, "The key cannot be read", "Write a public PGP key, armoured") from None


def _signing(settings: Mapping[str, str], receiver: Cert | None) -> Tsk | None:
    written = settings.get("signing_key", "").strip()
    if not written:
        return None
    if receiver is None:
        fix = "Write the receiver's key as well"
        raise wrong("receiver_key", "Files are to be signed and not encrypted", fix)
    try:
        key = Tsk.from_bytes(written.encode())
        key.signer(settings.get("signing_password", "") or None)
    except Exception:  # likewise
        raise wrong("signing_key", "The key or its password is wrong", _PRIVATE) from None
    return key
