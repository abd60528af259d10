"""How much a stranger may send: a bound on request bodies, before anything reads them.

Django takes a whole body in before a view or its middleware can refuse it. This wrapper stands in
front: a body larger than what the page may need is answered with 413 as soon as that is known,
from its stated length or while it streams in. Only who has a session, or shows a system's token,
may send files; whether either is valid is checked later.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
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


def limited(app: App, *, file_bytes: int, session_cookie: str) -> App:
    """Return the application behind the limit.

    Args:
        app: the ASGI application.
        file_bytes: the largest body of somebody with a session.
        session_cookie: the name of the cookie that tells; whether it is valid is checked later.
    """

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        known = f"{session_cookie}=".encode() in headers.get(b"cookie", b"")
        known = known or headers.get(b"authorization", b"").startswith(_BEARER)
        limit = file_bytes if known else FORM_BYTES
        stated = headers.get(b"content-length", b"0")
        if not stated.isdigit() or int(stated) > limit:
            await _refuse(scope, send)
            return
        await _counted(app, limit, scope, receive, send)

    return guarded


async def _counted(app: App, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    """Run the application; stop it once more than ``limit`` bytes have come in."""
    taken, answering = 0, False

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
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
            await _refuse(scope, send)


async def _refuse(scope: Scope, send: Send) -> None:
    """Answer in words; a system that calls the API is told as all its errors are, in JSON."""
    kind, said = b"text/plain; charset=utf-8", f"{_WHAT}. {_FIX}."
    if scope.get("path", "").startswith(_API):
        kind, said = b"application/json", json.dumps({"what": _WHAT, "where": {}, "fix": _FIX})
    headers = [(b"content-type", kind), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": said.encode()})
