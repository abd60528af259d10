"""An identity provider for tests: a real HTTP server on this computer that signs real tokens.

It speaks enough OpenID Connect for a code flow with PKCE and checks what a provider checks: the
client, the return address and the PKCE verifier. ``claims`` and ``spoil`` let a test make it lie.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "muster-test", "not-a-real-secret"


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@cache
def published_key() -> RSAKey:
    """Return the provider's key; making one takes most of a second, so all tests share it."""
    return RSAKey.generate_key(parameters={"kid": "k1"})


@cache
def strangers_key() -> RSAKey:
    """Return a key that no provider publishes, under the published key's id."""
    return RSAKey.generate_key(parameters={"kid": "k1"})


def signed_by_secret(claims: dict[str, Any], secret: bytes) -> str:
    """Return a token whose signature is a keyed hash, as a forger with a public key makes it."""
    body = f"{_encoded({'alg': 'HS256', 'kid': 'k1'})}.{_encoded(claims)}"
    signature = hmac.new(secret, body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def unsigned(claims: dict[str, Any]) -> str:
    """Return a token that claims to need no signature."""
    return f"{_encoded({'alg': 'none'})}.{_encoded(claims)}."


@dataclass
class Provider:
    """The provider's state, as tests set it.

    Args:
        issuer: its address.
        key: what it signs with and publishes.
        claims: added to, or put over, the claims of the next token.
        sign: makes the token from its claims; by default signs with the published key.
        named_issuer: the issuer its discovery document names, where that is to be false.
        codes: what was asked for each code that has not been used.
        asked: the paths it was asked for, in order.
    """

    issuer: str
    key: RSAKey = field(default_factory=published_key)
    claims: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] | None = None
    named_issuer: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.named_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the provider sends the browser back to, once somebody agreed."""
        assert query["client_id"] == CLIENT_ID
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Return the answer to a code, which works once; ``None`` refuses."""
        query = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            query is None
            or challenge != query["code_challenge"]
            or form.get("redirect_uri") != query["redirect_uri"]
            or form.get("client_secret") != CLIENT_SECRET
        ):
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "person-17",
            "name": "Sam Example",
            "nonce": query["nonce"],
            "iat": now,
            "exp": now + 300,
            "muster_roles": ["analyst"],
            **self.claims,
        }
        made = self.sign(claims) if self.sign else self.signed(claims, self.key)
        return {"id_token": made, "token_type": "Bearer", "access_token": "unused"}

    def signed(self, claims: dict[str, Any], key: RSAKey) -> str:
        """Return ``claims`` signed with ``key`` under the published key's id."""
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, key)


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.asked.append(parts.path)
            if parts.path == "/.well-known/openid-configuration":
                self._answer(provider.discovery())
            elif parts.path == "/keys":
                self._answer({"keys": [provider.key.as_dict(private=False)]})
            elif parts.path == "/authorize":
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", provider.authorize(query))
                self.end_headers()
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = provider.token({name: v[0] for name, v in parse_qs(body).items()})
            self._answer(answer or {"error": "invalid_grant"}, 200 if answer else 400)

        def _answer(self, document: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing: tests look at ``asked``."""

    return Handler


@contextmanager
def running() -> Iterator[Provider]:
    """Run a provider for the length of a ``with`` block."""
    provider = Provider(issuer="")
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider)) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
