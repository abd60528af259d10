"""A notification service over real HTTP, on this machine, in the shape of GOV.UK Notify.

It checks the token as the real one does, keeps what it takes, and can misbehave.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

ISSUER, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"our_key-{ISSUER}-{SECRET}"
TEMPLATES = {"bank_code": "5c9ba7c0-1111-4222-8333-444455556666"}
SPELLED = ",".join(f"{name}={id_}" for name, id_ in TEMPLATES.items())
_RECIPIENT = {"email": "email_address", "sms": "phone_number"}
_SKEW = 30


@dataclass
class NotifyService:
    """What the service holds, by its own id of each notice, in order of arrival.

    Args:
        refuse: says why a request is bad; "" if it is not.
        busy: how many requests are answered with ``busy_status``.
        forgetful: how many connections are cut after a notice was taken.
    """

    refuse: Callable[[dict[str, Any]], str] = lambda asked: ""
    busy: int = 0
    busy_status: int = 429
    forgetful: int = 0
    url: str = ""
    notices: dict[str, dict[str, Any]] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str, token: str, body: bytes) -> tuple[int, Any]:
        self.paths.append(path)
        why = self._why_not(token)
        if why:
            return 403, _error("AuthError", why)
        if self.busy:
            self.busy -= 1
            return self.busy_status, _error("RateLimitError", "Exceeded rate limit")
        parts = urlsplit(path)
        if method == "GET" and parts.path == "/v2/templates":
            return 200, {"templates": []}
        if method == "GET":
            return self._seen(parts.path, parse_qs(parts.query))
        return self._take(parts.path.rpartition("/")[2], json.loads(body))

    def _seen(self, path: str, asked: dict[str, list[str]]) -> tuple[int, Any]:
        name = path.removeprefix("/v2/notifications").strip("/")
        if not name:
            wanted = asked.get("reference", [""])[0]
            found = [one for one in self.notices.values() if one["reference"] == wanted]
            return 200, {"notifications": found}
        if name not in self.notices:
            return 404, _error("NoResultFound", "No result found")
        return 200, self.notices[name]

    def _take(self, way: str, asked: dict[str, Any]) -> tuple[int, Any]:
        if asked.get("template_id") not in TEMPLATES.values():
            return 400, _error("BadRequestError", "Template not found")
        if way in _RECIPIENT and not asked.get(_RECIPIENT[way]):
            return 400, _error("ValidationError", f"{_RECIPIENT[way]} is a required property")
        if way == "letter" and "address_line_3" not in asked["personalisation"]:
            return 400, _error("BadRequestError", "Address must be at least 3 lines")
        if self.refuse(asked):
            return 400, _error("BadRequestError", f"not taken: {asked}")
        name = str(uuid.uuid4())
        self.notices[name] = {"id": name, "status": "created", "type": way, **asked}
        return 201, {"id": name, "reference": asked["reference"]}

    @staticmethod
    def _why_not(token: str) -> str:
        try:
            found = jwt.decode(token, OctKey.import_key(SECRET), algorithms=["HS256"])
        except (JoseError, ValueError):
            return "Invalid token: signature, api token not found"
        if found.claims.get("iss") != ISSUER or found.header.get("typ") != "JWT":
            return "Invalid token: service not found"
        late = abs(time.time() - found.claims.get("iat", 0)) > _SKEW
        return "Error: Your system clock must be accurate to within 30 seconds" if late else ""


@contextmanager
def notify_server() -> Iterator[NotifyService]:
    """Run a service until the end of the block."""
    service = NotifyService()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve("GET")

        def do_POST(self) -> None:
            self._serve("POST")

        def _serve(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, said = service.answer(method, self.path, token, body)
            if status == 201 and service.forgetful:
                service.forgetful -= 1
                self.close_connection = True
                return
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if status == 429:
                self.send_header("Retry-After", "7")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"errors": [{"error": kind, "message": message}]}
