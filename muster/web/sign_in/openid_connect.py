"""Sign-in with a department's identity provider: OpenID Connect, authorization code with PKCE.

The provider is found by its discovery document. What the browser brings back is believed only if
its ``state`` is the one this session sent out; the code is exchanged over a direct connection
with the PKCE verifier; the ID token must be signed by a key the provider publishes, with an
algorithm this module allows, for this client, by this issuer, unexpired, and carry this session's
``nonce``.

The provider is asked to put these claims in the ID token:

| claim | holds |
| --- | --- |
| ``sub`` | the stable identifier by which logs name the person |
| ``name`` | the name shown at the top of the page |
| ``muster_roles`` | a list of roles of ``gates.access``, such as ``["analyst"]`` |
| ``muster_employer`` | the employer's Muster identifier (UUID), for roles tied to one |
| ``muster_person`` | the person's Muster identifier (UUID), for their own record |
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from muster.kernel.clock import Clock
from muster.kernel.errors import Misconfigured, NotPermitted, Where

ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY_SECONDS = 60
TIMEOUT_SECONDS = 10.0
_THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Pending:
    """What a session sent out with and expects back; one use."""

    state: str
    nonce: str
    verifier: str
    go_to: str

    @classmethod
    def new(cls, *, go_to: str) -> "Pending":
        """Return fresh secrets; ``go_to`` is the page to show afterwards."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state=state, nonce=nonce, verifier=verifier, go_to=go_to)

    def as_claims(self) -> dict[str, str]:
        """Return what the session keeps meanwhile."""
        return asdict(self)

    @classmethod
    def from_claims(cls, kept: object) -> "Pending":
        """Return what the session kept.

        Raises:
            NotPermitted: if this session sent nothing out, or its answer came already.
        """
        if not isinstance(kept, dict):
            raise _refused("This browser did not start a sign-in, or has finished it already")
        return cls(**kept)

    @property
    def challenge(self) -> str:
        """The PKCE challenge (RFC 7636, S256)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True)
class Client:
    """Muster as the provider knows it.

    ``insecure_allowed`` lets development and tests use a provider without TLS on this computer.
    """

    issuer: str
    client_id: str
    client_secret: str
    return_to: str
    insecure_allowed: bool = False

    def authorization_address(self, pending: Pending) -> str:
        """Return where to send the browser."""
        endpoint = self._discovered("authorization_endpoint")
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.return_to,
            "scope": "openid profile",
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": pending.challenge,
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"

    def claims(
        self, pending: Pending, *, state: str, code: str, refusal: str, clock: Clock
    ) -> Mapping[str, Any]:
        """Return the verified claims of who signed in.

        Args:
            pending: what this session sent out with.
            state: the state the browser brought back.
            code: the code the browser brought back.
            refusal: the provider's error word, if it refused.
            clock: tells whether the token has expired.

        Raises:
            NotPermitted: if any check fails; nobody is signed in then.
        """
        if not hmac.compare_digest(state.encode(), pending.state.encode()):
            raise _refused("The answer does not belong to the sign-in this browser started")
        if refusal or not code:
            raise _refused("The identity provider did not sign you in")
        token = self._exchanged(code, pending)
        return self._verified(token, pending, now=int(clock.now().timestamp()))

    def _exchanged(self, code: str, pending: Pending) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.return_to,
            "client_id": self.client_id,
            "code_verifier": pending.verifier,
        }
        if self.client_secret:
            form["client_secret"] = self.client_secret
        answer = self._asked("POST", self._discovered("token_endpoint"), form)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise _refused("The identity provider's answer held no ID token")
        return token

    def _verified(self, token: str, pending: Pending, *, now: int) -> Mapping[str, Any]:
        keys = self._asked("GET", self._discovered("jwks_uri"))
        expected = jwt.JWTClaimsRegistry(
            now=now,
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            nonce={"essential": True, "value": pending.nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            key_set = KeySet.import_key_set(keys)  # type: ignore[arg-type]
            claims = jwt.decode(token, key_set, algorithms=list(ALGORITHMS)).claims
            expected.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError):
            raise _refused("The identity provider's answer could not be verified") from None
        # A token for several audiences must say that this client asked for it.
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1:
            claims.setdefault("azp", "")
        if claims.get("azp", self.client_id) != self.client_id:
            raise _refused("The identity provider's answer was made for another service")
        return claims

    def _discovered(self, part: str) -> str:
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        document = self._asked("GET", address)
        if document.get("issuer") != self.issuer:
            raise Misconfigured(
                "The identity provider names another issuer than the one set",
                where=Where(thing="MUSTER_OIDC_ISSUER"),
                fix="Set it exactly as the provider's discovery document states it",
            )
        found = document.get(part)
        if not isinstance(found, str):
            raise _refused(f"The identity provider's discovery document lacks {part}")
        return found

    def _asked(
        self, method: str, address: str, form: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        parts = urlsplit(address)
        local = self.insecure_allowed and parts.hostname in _THIS_COMPUTER
        if parts.scheme != "https" and not local:
            raise Misconfigured(
                "The identity provider would be asked without TLS",
                where=Where(thing="MUSTER_OIDC_ISSUER"),
                fix="Use an https address",
            )
        try:
            answer = httpx.request(method, address, data=form, timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
            document = answer.json()
        except (httpx.HTTPError, ValueError):
            raise _refused("The identity provider does not answer as it should") from None
        if not isinstance(document, dict):
            raise _refused("The identity provider does not answer as it should")
        return document


def as_muster_claims(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Return a provider's claims under the names the session uses; nothing else is kept."""
    return {
        "sub": claims.get("sub"),
        "name": claims.get("name"),
        "roles": claims.get("muster_roles"),
        "employer": claims.get("muster_employer"),
        "person": claims.get("muster_person"),
    }


def _refused(what: str) -> NotPermitted:
    return NotPermitted(what, fix="Start again from the sign-in page")
