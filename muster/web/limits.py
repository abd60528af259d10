"""How much a stranger may send: a bound on request bodies, before anything reads them.

Django takes a whole body in before a view or its middleware can refuse it. This wrapper stands in
front: a body larger than what the page may need is answered with 413 as soon as that is known,
from its stated length or while it streams in. Only who has a session, or shows a system's token,
may send files; whether either is valid is checked later.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

FORM_BYTES = 2 * 1024 * 1024
_BEARER = b"Bearer muster_"
_API = "/api/"
_WHAT = "The request is larger than this page takes"
_FIX = "Send fewer files at once, or a zip of them"


class _TooLarge(Exception):
    """The body has grown beyond its limit."""


@dataclass(frozen=True)
class Bound:
    """The largest body that an address takes, and what to do instead of sending more."""

    bytes: int
    fix: str


def limited(
    app: App, *, file_bytes: int, session_cookie: str, bounds: Mapping[str, Bound] | None = None
) -> App:
    """Return the application behind the limit.

    Args:
        app: the ASGI application.
        file_bytes: the largest body of somebody with a session.
        session_cookie: the name of the cookie that tells; whether it is valid is checked later.
        bounds: by address, where less is taken than files may have.
    """
    own = bounds or {}

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        known = f"{session_cookie}=".encode() in headers.get(b"cookie", b"")
        known = known or headers.get(b"authorization", b"").startswith(_BEARER)
        bound = own.get(scope.get("path", ""), Bound(file_bytes, _FIX))
        bound = bound if known else Bound(min(FORM_BYTES, bound.bytes), bound.fix)
        stated = headers.get(b"content-length", b"0")
        if not stated.isdigit() or int(stated) > bound.bytes:
            await _refuse(scope, send, bound.fix)
            return
        await _counted(app, bound, scope, receive, send)

    return guarded


async def _counted(app: App, bound: Bound, scope: Scope, receive: Receive, send: Send) -> None:
    """Run the application; stop it once more bytes have come in than are taken."""
    taken, answering = 0, False

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > bound.bytes:
            raise _TooLarge
        return message

    async def sending(message: Message) -> None:
        nonlocal answering
        answering = True
        await send(message)

    try:
        await app(scope, counting, sending)
    except _TooLarge:
        if not answering:
            await _refuse(scope, send, bound.fix)


async def _refuse(scope: Scope, send: Send, fix: str) -> None:
    """Answer in words; a system that calls the API is told as all its errors are, in JSON."""
    kind, said = b"text/plain; charset=utf-8", f"{_WHAT}. {fix}."
    if scope.get("path", "").startswith(_API):
        kind, said = b"application/json", json.dumps({"what": _WHAT, "where": {}, "fix": fix})
    headers = [(b"content-type", kind), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": said.encode()})
