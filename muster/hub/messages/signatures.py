"""The keys by which systems sign what they send, and whether a request is signed as it must be.

For integrators. A system that has registered a key must sign each request (RFC 9421) with one that
is in force: a key that was revoked, even the only one, never lets unsigned requests in again. What
is refused leaves an entry in the exchange log, without anything the request held.
"""

import base64
import binascii
import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.db import IntegrityError, transaction
from http_message_signatures import ContentDigest, HTTPMessageSignaturesException

from muster.connectors.http_json.signatures import KEPT, KnownKey, SignatureRefused, verify
from muster.hub.models import SpentNonce, System, SystemKey
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.ledger.current import ledger

ADDED, REVOKED = "muster.hub.key.added.v1", "muster.hub.key.revoked.v1"
REFUSED = "muster.hub.request.refused.v1"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
_BYTES = 32
# Nonces that are too old to matter are swept once for so many new ones.
_SWEPT_EVERY = 256


@dataclass(frozen=True)
class KeyView:
    """A system's public key. ``fingerprint`` is SHA-256 of its bytes, in hexadecimal."""

    name: str
    system: str
    fingerprint: str
    added_at: dt.datetime
    added_by: str
    revoked_at: dt.datetime | None
    revoked_by: str


@dataclass(frozen=True)
class SignedRequest:
    """A request as it came: what a signature of it can cover."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@transaction.atomic
def add_key(*, system: str, name: str, public: str, by: str, clock: Clock) -> None:
    """Register a public key of a system; from now on its requests must be signed.

    Args:
        system: the system's code.
        name: what signatures name the key by (``keyid``); no two keys share one.
        public: Ed25519, in PEM or as base64 of its 32 bytes.
        by: who registers it.
        clock: stamps it.

    Raises:
        BadInput: if name or key cannot be used.
        Conflict: if the name was used, or the key is known, be it revoked.
        NotFound: if there is no such system.
    """
    if not _NAME.fullmatch(name):
        raise BadInput(
            "The key's name cannot be used", where=Where(field="name"),
            fix="Use up to 100 letters, digits and . _ : - and begin with a letter or digit",
        )  # fmt: skip
    raw = _read_public(public)
    found = _system(system)
    if SystemKey.objects.filter(name=name).exists():
        fix = "Choose a name that was never used"
        raise Conflict("A key of this name is known", where=Where(field="name"), fix=fix)
    if SystemKey.objects.filter(public=raw).exists():
        fix = "Make a new key pair"
        raise Conflict("This key is known already", where=Where(field="public"), fix=fix)
    SystemKey.objects.create(system=found, name=name, public=raw, added_at=clock.now(), added_by=by)
    body = {"key": name, "sha256": _fingerprint(raw), "by": by}
    ledger().append_one("decisions", ADDED, f"system:hub:{system}", body)


@transaction.atomic
def revoke_key(*, name: str, reason: str, by: str, clock: Clock) -> None:
    """Revoke a key at once; ``NotFound`` if no key of this name is in force."""
    live = SystemKey.objects.filter(name=name, revoked_at__isnull=True)
    found = live.select_related("system").first()
    if found is None or not live.update(revoked_at=clock.now(), revoked_by=by):
        raise NotFound(
            "No such key is in force", where=Where(thing=name), fix="See the page of the system"
        )
    body = {"key": name, "reason": reason, "by": by}
    ledger().append_one("decisions", REVOKED, f"system:hub:{found.system.code}", body)


def keys_of(system: str) -> tuple[KeyView, ...]:
    """Return the keys of a system, those in force first, the newest first."""
    rows = SystemKey.objects.filter(system__code=system).order_by("-added_at")
    views = [
        KeyView(
            row.name, system, _fingerprint(bytes(row.public)), row.added_at, row.added_by,
            row.revoked_at, row.revoked_by,
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(views, key=lambda one: one.revoked_at is not None))


def check_signature(request: SignedRequest, *, system: str, clock: Clock) -> SystemKey | None:
    """Return the key that signed a request; None if its system has none and it is not signed.

    Raises:
        SignatureRefused: if it must be signed and is not, or not as it should be. The refusal is
            in the exchange log by then.
    """
    keys = {key.name: key for key in SystemKey.objects.filter(system__code=system)}
    try:
        if not keys and "signature-input" not in _lower(request.headers):
            _check_digest(request)
            return None
        return _signer(request, keys, clock)
    except SignatureRefused as problem:
        body = {
            "code": problem.code, "said": problem.what,
            "sha256": hashlib.sha256(request.body).hexdigest(),
        }  # fmt: skip
        ledger().append_one("exchange", REFUSED, f"system:hub:{system}", body)
        raise


def _signer(request: SignedRequest, keys: Mapping[str, SystemKey], clock: Clock) -> SystemKey:
    now, marks = clock.now(), list[str]()

    def seen(mark: str) -> bool:
        # Whether it was is told below, by the database, however many come at once.
        marks.append(mark)
        return False

    known = {
        name: KnownKey(Ed25519PublicKey.from_public_bytes(bytes(key.public)), key.revoked_at)
        for name, key in keys.items()
    }
    name = verify(
        request.headers, request.body, request.method, request.url, known, now, seen
    )  # fmt: skip
    try:
        with transaction.atomic():
            row = SpentNonce.objects.create(key=keys[name], nonce=marks[-1], used_at=now)
    except IntegrityError:
        raise SignatureRefused(
            "replayed", "This signature was used before", field="Signature-Input",
            fix="Sign each request anew, with its own nonce",
        ) from None  # fmt: skip
    if row.pk % _SWEPT_EVERY == 0:
        SpentNonce.objects.filter(used_at__lt=now - 2 * KEPT).delete()
    return keys[name]


def _check_digest(request: SignedRequest) -> None:
    """Refuse a body that is not the one its digest, where one is given, was made of."""
    stated = _lower(request.headers).get("content-digest")
    if stated is None:
        return
    try:
        ContentDigest.verify(stated, request.body)
    except HTTPMessageSignaturesException:
        raise SignatureRefused(
            "digest", "The body is not the one its digest was made of", field="Content-Digest",
            fix="Send the bytes you digested",
        ) from None  # fmt: skip


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _read_public(text: str) -> bytes:
    """Return the raw bytes of a public key."""
    wrong = BadInput(
        "This is no Ed25519 public key", where=Where(field="public"),
        fix="Paste it in PEM, or its 32 bytes in base64",
    )  # fmt: skip
    if "PRIVATE KEY" in text:
        raise BadInput(
            "This is a private key: nobody else may ever have it", where=Where(field="public"),
            fix="Make a new key pair, and register the public key of it",
        )  # fmt: skip
    try:
        if "-----BEGIN" in text:
            key = load_pem_public_key(text.strip().encode())
            if not isinstance(key, Ed25519PublicKey):
                raise wrong
            return key.public_bytes_raw()
        raw = base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, UnsupportedAlgorithm, binascii.Error):
        raise wrong from None
    if len(raw) != _BYTES:
        raise wrong
    return raw


def _fingerprint(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _system(code: str) -> System:
    found = System.objects.filter(code=code).first()
    if found is None:
        raise NotFound("No such system", where=Where(thing=code), fix="See the systems page")
    return found
