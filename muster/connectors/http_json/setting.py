"""What an ``http_json`` outlet must be told, checked before anything is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import httpx
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from muster.connectors.outlets import OutletDescription, Setting
from muster.kernel.errors import BadInput, Where

KIND = "http_json"
SETTINGS = (
    Setting("url", "Address to post to", "https://system.example/events"),
    Setting(
        "form",
        "How messages are sent",
        "batch sends many in one request, single one in each",
        required=False,
    ),
    Setting(
        "effect",
        "What the receiver promises",
        "idempotent if it knows a message by its key; confirm if it does not",
        required=False,
    ),
    Setting(
        "look",
        "Address that tells whether a message is there",
        "For confirm: https://system.example/events/{key}; {id} and {subject} are known as well",
        required=False,
    ),
    Setting("token", "Bearer token", "Sent in the Authorization header", True, False),
    Setting("signing_key", "Private key to sign with", "Ed25519, in PEM", True, False),
    Setting("signing_key_id", "Name of that key", "As the receiver knows it", required=False),
    Setting("most", "Most messages in one request", "500 unless told", required=False),
    Setting("timeout", "Seconds to wait for an answer", "30 unless told", required=False),
    Setting(
        "local",
        "Whether the receiver may be on this machine",
        "yes or no; then plain http is taken as well",
        required=False,
    ),
)

Effect = Literal["idempotent", "confirm"]


@dataclass(frozen=True)
class Receiver:
    """Where and how one system is spoken to; see ``SETTINGS``. Its secrets are never shown."""

    url: str
    batch: bool
    effect: Effect
    look: str
    local: bool
    most: int
    timeout: float
    token: str = field(default="", repr=False)
    signing_key: Ed25519PrivateKey | None = field(default=None, repr=False)
    signing_key_id: str = ""


def describe(effect: Effect = "idempotent") -> OutletDescription:
    """Return what this kind of outlet is."""
    return OutletDescription(KIND, "A web address that takes CloudEvents", effect, SETTINGS, "seen")


def read_receiver(settings: Mapping[str, str]) -> Receiver:
    """Return the receiver that settings name.

    Raises:
        BadInput: naming the setting that cannot be used; never its value.
    """
    local = _choice(settings, "local", ("no", "yes")) == "yes"
    effect = _choice(settings, "effect", ("idempotent", "confirm"))
    look = settings.get("look", "").strip()
    if effect == "confirm" and not look:
        raise _wrong("look", "No address tells what became of a message", "Name one, with {key}")
    if look:
        _address("look", look.replace("{", "").replace("}", ""), local)
    token = settings.get("token", "").strip()
    if not token.isascii() or any(character.isspace() for character in token):
        raise _wrong("token", "The token holds what no header can", "Copy it again")
    key, name = _signing_key(settings)
    return Receiver(
        url=_address("url", settings.get("url", "").strip(), local),
        # Without keys each message must have an answer of its own.
        batch=_choice(settings, "form", ("batch", "single")) == "batch" and effect != "confirm",
        effect="confirm" if effect == "confirm" else "idempotent",
        look=look,
        local=local,
        most=_number(settings, "most", 500, 5_000),
        timeout=_number(settings, "timeout", 30, 600),
        token=token,
        signing_key=key,
        signing_key_id=name,
    )


def _address(setting: str, address: str, local: bool) -> str:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("https", "http") or not url.host:
        raise _wrong(setting, "The address cannot be read", "Write https://system.example/path")
    if url.scheme == "http" and not local:
        raise _wrong(setting, "The address is not protected", "Write https:// instead of http://")
    if url.userinfo or url.fragment:
        fix = "Leave out what stands before @ and after #"
        raise _wrong(setting, "The address holds more than an address", fix)
    return address


def _choice(settings: Mapping[str, str], setting: str, known: tuple[str, ...]) -> str:
    said = settings.get(setting, "").strip() or known[0]
    if said not in known:
        raise _wrong(setting, "The choice is unknown", f"Write {' or '.join(known)}")
    return said


def _number(settings: Mapping[str, str], setting: str, otherwise: int, most: int) -> int:
    said = settings.get(setting, "").strip() or str(otherwise)
    if not (said.isascii() and said.isdigit() and 1 <= int(said[:9]) <= most):
        raise _wrong(setting, "The number cannot be used", f"Write one from 1 to {most}")
    return int(said)


def _signing_key(settings: Mapping[str, str]) -> tuple[Ed25519PrivateKey | None, str]:
    written, name = settings.get("signing_key", "").strip(), settings.get("signing_key_id", "")
    if not written:
        return None, ""
    try:
        key = load_pem_private_key(written.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        fix = "Write an Ed25519 private key in PEM, without a password"
        raise _wrong("signing_key", "The key cannot be read", fix)
    if not name.strip():
        raise _wrong("signing_key_id", "The key has no name", "Write what the receiver calls it")
    return key, name.strip()


def _wrong(setting: str, what: str, fix: str) -> BadInput:
    return BadInput(what, where=Where(field=setting), fix=fix)
