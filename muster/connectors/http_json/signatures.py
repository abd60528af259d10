"""Signs requests, and checks those that others signed: RFC 9421 with the digest of RFC 9530.

A signature that is checked must cover method, address, content type and the body's digest; it must
be of a key that is known and not revoked, made within the last minutes, and never seen before.
Each refusal has a code and says in words what to do, because the sender's developers will read it.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import http_sf
import httpx
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from http_message_signatures import (
    ContentDigest,
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    MappingKeyResolver,
    VerifyResult,
    algorithms,
)

from muster.kernel.errors import NotPermitted, Where

PublicKey = Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey
Code = Literal[
    "missing", "digest", "key", "revoked", "expired", "future", "coverage", "signature", "replayed"
]

OLDEST = dt.timedelta(minutes=5)
AHEAD = dt.timedelta(minutes=1)
"""How old a signature may be, and how far the sender's clock may be ahead."""

KEPT = OLDEST + AHEAD + AHEAD
"""How long a mark of a signature must be kept for none to be taken twice."""

_COVERED = ("@method", "@target-uri", "content-type", "content-digest")
_TARGET = ("@authority", "@path", "@query")


@dataclass(frozen=True)
class KnownKey:
    """A sender's public key, and since when it is no longer to be trusted."""

    key: PublicKey
    revoked: dt.datetime | None = None


class SignatureRefused(NotPermitted):
    """A request is not what it claims to be. ``code`` says in which way."""

    def __init__(self, code: Code, what: str, *, field: str, fix: str) -> None:
        super().__init__(what, where=Where(field=field), fix=fix)
        self.code = code


@dataclass
class _Message:
    """A request as the library reads it."""

    method: str
    url: str
    headers: "_Headers"


@dataclass
class _Headers:
    """Header lines in order, of which one name may have several."""

    lines: list[tuple[str, str]] = field(default_factory=list)

    def items(self) -> Iterable[tuple[str, str]]:
        return self.lines

    def __contains__(self, name: object) -> bool:
        return any(line[0].lower() == str(name).lower() for line in self.lines)

    def all(self, name: str) -> str:
        return ", ".join(value for line, value in self.lines if line.lower() == name)


def add_digest(request: httpx.Request, body: bytes) -> None:
    """Write the digest of its body into a request."""
    request.headers["Content-Digest"] = ContentDigest.create(body)


def sign(
    request: httpx.Request,
    body: bytes,
    *,
    key: Ed25519PrivateKey,
    key_id: str,
    now: dt.datetime,
) -> None:
    """Sign a request that has its digest: method, address, type, digest and idempotency key."""
    covered = [*_COVERED]
    if "idempotency-key" in request.headers:
        covered.append("idempotency-key")
    HTTPMessageSigner(
        signature_algorithm=algorithms.ED25519,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: key}),
    ).sign(
        request,
        key_id=key_id,
        created=now,
        nonce=secrets.token_urlsafe(16),
        label="muster",
        covered_component_ids=tuple(covered),
        body=body,
        use_existing_digest=True,
    )


def verify(
    headers: Iterable[tuple[str, str]] | Mapping[str, str],
    body: bytes,
    method: str,
    url: str,
    public_keys: Mapping[str, KnownKey],
    now: dt.datetime,
    seen: Callable[[str], bool],
) -> str:
    """Return which key signed a request.

    Args:
        headers: all header lines as they came; names in any case.
        body: the exact bytes.
        method: in capital letters.
        url: the whole address as the sender wrote it, scheme and host as seen from outside.
        public_keys: of the senders, by the ids they sign with.
        now: an aware moment.
        seen: given the mark of a signature (a hash), remembers it and tells whether it was known.
            It is asked last, of signatures that are good in all else. Marks must be kept for
            ``KEPT``.

    Raises:
        SignatureRefused: in the way its ``code`` says.
    """
    lines = list(headers.items() if isinstance(headers, Mapping) else headers)
    message = _Message(method, url, _Headers(lines))
    for name in ("Signature-Input", "Signature", "Content-Digest"):
        if name not in message.headers:
            raise _refusal("missing", f"There is no {name}", name, "Sign the request (RFC 9421)")
    try:
        ContentDigest.verify(message.headers.all("content-digest"), body)
    except HTTPMessageSignaturesException:
        what, fix = "The body is not the one its digest was made of", "Send the bytes you digested"
        raise _refusal("digest", what, "Content-Digest", fix) from None
    key_id, key = _key_of(message, public_keys, now)
    result = _verified(message, key_id, key)
    _look_at_time(result.parameters, now)
    _require_coverage(result, url)
    if seen(_mark(key_id, result)):
        what, fix = "This signature was used before", "Sign each request anew, with its own nonce"
        raise _refusal("replayed", what, "Signature-Input", fix)
    return key_id


def _key_of(
    message: _Message, public_keys: Mapping[str, KnownKey], now: dt.datetime
) -> tuple[str, PublicKey]:
    """Return the key that a request claims to be signed with."""
    try:
        said: Any = http_sf.parse(
            message.headers.all("signature-input").encode(), tltype="dictionary"
        )
        ((_, parameters),) = said.values()
        key_id = str(parameters["keyid"])
    except (ValueError, TypeError, KeyError, AttributeError):
        what, fix = "It cannot be read which one key signed", "Send one signature, with its keyid"
        raise _refusal("signature", what, "Signature-Input", fix) from None
    found = public_keys.get(key_id)
    if found is None:
        fix = "Register the key, or sign with one that is registered"
        raise _refusal("key", "The key is not known", "Signature-Input", fix)
    if found.revoked is not None and found.revoked <= now:
        fix = "Sign with a key that is in force"
        raise _refusal("revoked", "The key was revoked", "Signature-Input", fix)
    return key_id, found.key


class _Verifier(HTTPMessageVerifier):
    """Leaves time to ``_look_at_time``, which is told what time it is."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Look at nothing."""


def _verified(message: _Message, key_id: str, key: PublicKey) -> VerifyResult:
    """Return what the signature of a request covers, once it is found good."""
    resolver = MappingKeyResolver(public_keys={key_id: key}, private_keys={})
    verifier = _Verifier(signature_algorithm=_algorithm(key), key_resolver=resolver)
    try:
        (result,) = verifier.verify(message, max_age=None)
    except HTTPMessageSignaturesException:
        what, fix = "The signature does not fit the request", "Sign exactly what you send"
        raise _refusal("signature", what, "Signature", fix) from None
    return result


def _algorithm(key: PublicKey) -> type[HTTPSignatureAlgorithm]:
    if isinstance(key, Ed25519PublicKey):
        return algorithms.ED25519
    if isinstance(key, RSAPublicKey):
        return algorithms.RSA_PSS_SHA512
    return algorithms.ECDSA_P384_SHA384 if key.key_size == 384 else algorithms.ECDSA_P256_SHA256


def _look_at_time(said: Mapping[str, Any], now: dt.datetime) -> None:
    moment, created, expires = now.timestamp(), said.get("created"), said.get("expires")
    if type(created) is not int:
        fix = "Write the parameter created"
        raise _refusal("missing", "The signature has no date", "Signature-Input", fix)
    if created > moment + AHEAD.total_seconds():
        fix = "Set the clock of the machine that signs"
        raise _refusal("future", "The signature is of a time to come", "Signature-Input", fix)
    late = created < moment - OLDEST.total_seconds()
    if late or (expires is not None and (type(expires) is not int or expires <= moment)):
        fix = "Sign each request when it is sent"
        raise _refusal("expired", "The signature is too old", "Signature-Input", fix)


def _require_coverage(result: VerifyResult, url: str) -> None:
    covered = {name.strip('"') for name in result.covered_components}
    needed = [*_COVERED]
    if "@target-uri" not in covered:
        # The parts of the address do as well as the whole.
        needed.remove("@target-uri")
        needed += [part for part in _TARGET if part != "@query" or "?" in url]
    missing = [name for name in needed if name not in covered]
    if missing:
        what = f"The signature does not cover {', '.join(missing)}"
        fix = f"Cover {', '.join(_COVERED)}"
        raise _refusal("coverage", what, "Signature-Input", fix)


def _mark(key_id: str, result: VerifyResult) -> str:
    """Return what a signature is known by: its nonce, or without one all that it covers."""
    covered = sorted(result.covered_components.items())
    what = f"nonce {result.nonce}" if result.nonce else f"covered {covered}"
    return hashlib.sha256(f"{key_id} {what}".encode()).hexdigest()


def _refusal(code: Code, what: str, field: str, fix: str) -> SignatureRefused:
    return SignatureRefused(code, what, field=field, fix=fix)
